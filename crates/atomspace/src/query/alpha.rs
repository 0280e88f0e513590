//! Whether two links are the same but for the names of the variables that scopes in them bind.

use super::alike::{Matcher, State, Ways};
use super::computed::Computed;
use super::limits::{Budget, Halt};
use super::pattern::Numbering;
use crate::space::{Handle, Space};
use rustc_hash::FxHashSet;

/// Whether two are the same up to the names of bound variables, and up to the order of unordered links that the space does
/// not have. Where neither can be, they are not looked at further: it is asked of what was found to be different.
pub(super) fn alike(one: &Computed, two: &Computed, space: &Space, budget: &mut Budget) -> Result<bool, Halt> {
    if !are_described(one, two, space) && (!has_scope(one, space) || !has_scope(two, space)) {
        return Ok(false);
    }
    let (Some(one), Some(two)) = (one.term(space), two.term(space)) else { return Ok(false) };
    let mut apart = Space::with_types(space.types());
    let Ok(atom) = two.write(&mut apart) else { return Ok(false) };
    let pattern = Numbering::new(space.types(), &[]).literal(&one);
    let matcher = Matcher { space: &apart, admissions: &[] };
    Ok(Ways::new(matcher, &pattern, atom, State::default()).next(budget)?.is_some())
}

/// Whether both are links of as many parts that the space does not have.
fn are_described(one: &Computed, two: &Computed, space: &Space) -> bool {
    let (Computed::Link(of, parts), Computed::Link(other, others)) = (one, two) else { return false };
    of == other
        && Computed::side_by_side(parts).len() == Computed::side_by_side(others).len()
        && one.find(space).is_none()
        && two.find(space).is_none()
}

fn has_scope(computed: &Computed, space: &Space) -> bool {
    match computed {
        Computed::Link(of, parts) => space.types().is_scope(*of) || parts.iter().any(|part| has_scope(part, space)),
        Computed::Atom(atom) => {
            let (mut open, mut seen): (Vec<Handle>, _) = (vec![*atom], FxHashSet::default());
            while let Some(atom) = open.pop() {
                let (of, outgoing) = space.opened(atom);
                if space.types().is_scope(of) {
                    return true;
                }
                open.extend(outgoing.iter().copied().filter(|part| seen.insert(*part)));
            }
            false
        }
        _ => false,
    }
}
