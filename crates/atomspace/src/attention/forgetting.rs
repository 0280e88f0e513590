//! Forgetting: the least important atoms go, down to a budget.

use super::bank::{Bank, Kind, holds};
use super::hebbian::known;
use super::settings::AttentionError;
use crate::query::Cancel;
use crate::space::{AtomType, Handle, Space};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What came of forgetting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Atoms that were removed.
    pub atoms: usize,
    /// Atoms that the space has beyond the budget, because nothing else may go.
    pub over: usize,
}

/// How much an atom is worth keeping: long-term importance, then short-term, then age, the older less.
type Worth = (i64, i64, Handle);

impl Bank {
    /// Removes the least important atoms until the space has at most `budget`: the least long-term importance first, the
    /// least short-term importance among equals, then the oldest. What goes gives its importance back to the reserve.
    ///
    /// Never removed are atoms that are protected (very long-term importance above 0), that a link joins which stays, or
    /// that are keys of values. A Hebbian link is worth as much as the less important of its atoms, and goes with it.
    ///
    /// Where it is cancelled, what went until then is gone.
    pub fn forget(&mut self, space: &mut Space, budget: usize, cancel: &Cancel) -> Result<Forgotten, AttentionError> {
        let mut forgotten = Forgotten::default();
        if space.len() <= budget {
            return Ok(forgotten);
        }
        let hebbian = known(space);
        let mut heap: BinaryHeap<Reverse<Worth>> = space
            .handles()
            .take_while(|_| !cancel.is_cancelled())
            .filter(|atom| may_go(space, *atom, hebbian))
            .map(|atom| Reverse(worth(space, atom, hebbian)))
            .collect();
        while space.len() > budget && !cancel.is_cancelled() {
            let Some(Reverse((_, _, atom))) = heap.pop() else { break };
            // It may have gone with another.
            if !space.contains(atom) {
                continue;
            }
            let links: Vec<Handle> = space.incoming(atom).collect();
            let mut parts = space.outgoing(atom).to_vec();
            for link in links {
                // The other atom of a Hebbian link may have been held by it alone.
                parts.extend(space.outgoing(link));
                forgotten.atoms += usize::from(self.remove(space, link)?);
            }
            forgotten.atoms += usize::from(self.remove(space, atom)?);
            for part in parts {
                if space.contains(part) && may_go(space, part, hebbian) {
                    heap.push(Reverse(worth(space, part, hebbian)));
                }
            }
        }
        forgotten.over = space.len().saturating_sub(budget);
        Ok(forgotten)
    }

    /// Holds that an atom must never be forgotten, in addition to others who do.
    pub fn protect(space: &mut Space, atom: Handle) -> Result<(), AttentionError> {
        let before = space.attention(atom).unwrap_or_default();
        let vlti = before.vlti.saturating_add(1);
        Ok(space.set_attention(atom, Some(crate::space::Attention { vlti, ..before }))?)
    }

    /// No longer holds that an atom must never be forgotten; others still may.
    pub fn release(space: &mut Space, atom: Handle) -> Result<(), AttentionError> {
        let before = space.attention(atom).unwrap_or_default();
        let vlti = before.vlti.saturating_sub(1);
        Ok(space.set_attention(atom, Some(crate::space::Attention { vlti, ..before }))?)
    }

    /// Removes an atom, if nothing holds it. Its importance goes to the reserve.
    fn remove(&mut self, space: &mut Space, atom: Handle) -> Result<bool, AttentionError> {
        let (short, long) = (holds(space, atom, Kind::Short), holds(space, atom, Kind::Long));
        match space.remove(atom) {
            Ok(()) => {
                self.reserve.sti += short;
                self.reserve.lti += long;
                Ok(true)
            }
            Err(crate::space::SpaceError::InUse { .. } | crate::space::SpaceError::KeyInUse { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

/// Whether an atom is not protected, is no key of values, and is joined by none but Hebbian links that may go with it.
fn may_go(space: &Space, atom: Handle, hebbian: Option<AtomType>) -> bool {
    let protected = |atom: Handle| space.attention(atom).is_some_and(|attention| attention.vlti > 0);
    let goes_with = |link: Handle| {
        hebbian.is_some() && space.type_of(link) == hebbian && !protected(link) && space.incoming_len(link) == 0
    };
    !protected(atom) && !space.is_key(atom) && space.incoming(atom).all(goes_with)
}

fn worth(space: &Space, atom: Handle, hebbian: Option<AtomType>) -> Worth {
    let of = |atom: Handle| (holds(space, atom, Kind::Long), holds(space, atom, Kind::Short));
    let (long, short) = if hebbian.is_some() && space.type_of(atom) == hebbian {
        space.outgoing(atom).iter().map(|part| of(*part)).min().unwrap_or_default()
    } else {
        of(atom)
    };
    (long, short, atom)
}
