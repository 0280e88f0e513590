//! Links that stand alone: one state a key, one definition a name.

use super::types::Traits;
use super::{AtomType, Handle, Space, SpaceError};
use rustc_hash::FxHashSet;

/// How many definitions one definition may be made of.
const LONGEST_DEFINITION: usize = 1_000;

impl Space {
    /// The state of a key: the atom beside it in its [`AtomType::STATE`] link.
    #[must_use]
    pub fn state(&self, key: Handle) -> Option<Handle> {
        let link = self.standing(AtomType::STATE, self.types.traits(AtomType::STATE)?, key)?;
        self.outgoing(link).get(1).copied()
    }

    /// The definition of a name: the atom beside it in its [`AtomType::DEFINE`] link.
    #[must_use]
    pub fn definition(&self, name: Handle) -> Option<Handle> {
        let link = self.standing(AtomType::DEFINE, self.types.traits(AtomType::DEFINE)?, name)?;
        self.outgoing(link).get(1).copied()
    }

    /// The link of this type that stands alone for a name.
    pub(super) fn standing(&self, of: AtomType, traits: Traits, name: Handle) -> Option<Handle> {
        self.incoming_at(name, of, 0).find(|link| !self.is_pattern(traits, self.outgoing(*link)))
    }

    /// Makes way for a new link of a type that stands alone, or says why it must not come.
    pub(super) fn make_way(
        &mut self,
        of: AtomType,
        traits: Traits,
        name: Handle,
        outgoing: &[Handle],
    ) -> Result<(), SpaceError> {
        if self.is_pattern(traits, outgoing) {
            return Ok(());
        }
        let existing = self.standing(of, traits, name);
        if !traits.state {
            return match existing {
                Some(existing) => Err(SpaceError::Redefined { existing }),
                None => self.check_ends(name, outgoing),
            };
        }
        let Some(existing) = existing else { return Ok(()) };
        if self.end >= u32::MAX - 1 {
            return Err(SpaceError::Full);
        }
        // The new state would join the one that it replaces.
        if outgoing.contains(&existing) {
            return Err(SpaceError::StateInUse { existing });
        }
        self.remove(existing).map_err(|_| SpaceError::StateInUse { existing })
    }

    /// Whether a definition comes to an end: what it is made of, by itself and by the definitions of the names in it, must not
    /// be the name that it defines. What stands in a scope, a quote or a condition is not looked at: it is made when it is
    /// called for, and may call itself.
    fn check_ends(&self, name: Handle, outgoing: &[Handle]) -> Result<(), SpaceError> {
        // Nothing can lead to a name that nothing joins.
        if self.incoming.is_empty(name) && outgoing.get(1) != Some(&name) {
            return Ok(());
        }
        let mut seen = FxHashSet::default();
        let mut followed = 0;
        let mut open: Vec<Handle> = outgoing.get(1..).unwrap_or_default().to_vec();
        while let Some(handle) = open.pop() {
            if handle == name {
                return Err(SpaceError::DefinedByItself { name: self.show_bare(name) });
            }
            if !seen.insert(handle) {
                continue;
            }
            if let Some(definition) = self.definition(handle) {
                followed += 1;
                if followed > LONGEST_DEFINITION {
                    return Err(SpaceError::DefinedTooFar { name: self.show_bare(name) });
                }
                open.push(definition);
            }
            let of = self.head(handle).of;
            let later = [AtomType::QUOTE, AtomType::LOCAL_QUOTE, AtomType::COND];
            if !self.types.is_scope(of) && !later.iter().any(|later| self.types.is_a(of, *later)) {
                open.extend_from_slice(self.outgoing(handle));
            }
        }
        Ok(())
    }

    /// Whether a link speaks of all states or definitions instead of stating one: a state with a variable anywhere in it,
    /// a definition that has a variable for its name or for the whole of its body.
    fn is_pattern(&self, traits: Traits, outgoing: &[Handle]) -> bool {
        let is_variable =
            |handle: Handle| self.types.traits(self.head(handle).of).is_some_and(|traits| traits.variable);
        if !traits.state {
            return outgoing.iter().any(|handle| is_variable(*handle));
        }
        let mut seen = FxHashSet::default();
        let mut open = outgoing.to_vec();
        while let Some(handle) = open.pop() {
            if is_variable(handle) {
                return true;
            }
            if seen.insert(handle) {
                open.extend_from_slice(self.outgoing(handle));
            }
        }
        false
    }
}
