//! Links that stand alone: one state a key, one definition a name.

use super::types::Traits;
use super::{AtomType, Handle, Space, SpaceError};
use rustc_hash::{FxHashMap, FxHashSet};

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
        let Some(existing) = self.standing(of, traits, name) else { return Ok(()) };
        if !traits.state {
            return Err(SpaceError::Redefined { existing });
        }
        if self.atoms.end() >= u32::MAX - 1 {
            return Err(SpaceError::Full);
        }
        // The new state would join the one that it replaces.
        if outgoing.contains(&existing) {
            return Err(SpaceError::StateInUse { existing });
        }
        self.remove(existing).map_err(|_| SpaceError::StateInUse { existing })
    }

    /// The first of some definitions that leads to one made of itself: by what it is made of and by the definitions of the names in
    /// that. What stands in a scope, a quote or a condition is not looked at: it is made when it is called for, and may call itself.
    /// Each atom is looked at once.
    pub(super) fn endless_definition(&self, definitions: impl IntoIterator<Item = Handle>) -> Option<Handle> {
        let mut known: FxHashMap<Handle, bool> = FxHashMap::default();
        definitions.into_iter().find(|definition| self.leads_to_itself(*definition, &mut known))
    }

    /// Whether what an atom leads to leads to itself. `known` are the atoms that were looked at, and whether all below them was.
    fn leads_to_itself(&self, from: Handle, known: &mut FxHashMap<Handle, bool>) -> bool {
        let mut open = vec![(from, false)];
        while let Some((atom, is_done)) = open.pop() {
            if is_done {
                known.insert(atom, true);
                continue;
            }
            match known.get(&atom) {
                Some(true) => continue,
                Some(false) => return true,
                None => {}
            }
            known.insert(atom, false);
            open.push((atom, true));
            let below = self.definition(atom).into_iter().chain(self.made_of(atom).iter().copied());
            open.extend(below.map(|below| (below, false)));
        }
        false
    }

    /// What an atom is made of, wherever it stands.
    fn made_of(&self, atom: Handle) -> &[Handle] {
        let of = self.atoms.of(atom);
        let later = [AtomType::QUOTE, AtomType::LOCAL_QUOTE, AtomType::COND];
        if self.types.is_scope(of) || later.iter().any(|later| self.types.is_a(of, *later)) {
            return &[];
        }
        self.outgoing(atom)
    }

    /// Whether a link speaks of all states or definitions instead of stating one: a state with a variable anywhere in it,
    /// a definition that has a variable for its name or for the whole of its body.
    fn is_pattern(&self, traits: Traits, outgoing: &[Handle]) -> bool {
        let is_variable =
            |handle: Handle| self.types.traits(self.atoms.of(handle)).is_some_and(|traits| traits.variable);
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
