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
    if !has_scope(one, space) || !has_scope(two, space) {
        return if are_described(one, two, space) { same_in_any_order(one, two, space, budget) } else { Ok(false) };
    }
    let (Some(one), Some(two)) = (one.term(space), two.term(space)) else { return Ok(false) };
    let mut apart = Space::with_types(space.types());
    let Ok(atom) = two.write(&mut apart) else { return Ok(false) };
    let pattern = Numbering::new(space.types(), &[]).literal(&one);
    let matcher = Matcher { space: &apart, admissions: &[] };
    Ok(Ways::new(matcher, &pattern, atom, State::default()).next(budget)?.is_some())
}

/// Whether both are links of one type that the space does not have, with an unordered link in each: what else the space does
/// not have is the same only where it is written alike.
fn are_described(one: &Computed, two: &Computed, space: &Space) -> bool {
    let (Computed::Link(of, _), Computed::Link(other, _)) = (one, two) else { return false };
    of == other
        && has_unordered(one, space)
        && has_unordered(two, space)
        && one.find(space).is_none()
        && two.find(space).is_none()
}

fn has_unordered(computed: &Computed, space: &Space) -> bool {
    match computed {
        Computed::Link(of, parts) => {
            space.types().is_unordered(*of) || parts.iter().any(|part| has_unordered(part, space))
        }
        Computed::Several(parts) => parts.iter().any(|part| has_unordered(part, space)),
        _ => false,
    }
}

/// Whether two are the same where the order of the parts of unordered links says nothing.
fn same_in_any_order(one: &Computed, two: &Computed, space: &Space, budget: &mut Budget) -> Result<bool, Halt> {
    budget.step()?;
    let (Computed::Link(of, parts), Computed::Link(other, others)) = (one, two) else {
        return Ok(one.same(two, space));
    };
    let (parts, mut others) = (Computed::side_by_side(parts), Computed::side_by_side(others));
    if of != other || parts.len() != others.len() {
        return Ok(false);
    }
    if !space.types().is_unordered(*of) {
        for (part, other) in parts.iter().zip(&others) {
            if !same_in_any_order(part, other, space, budget)? {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    // What is the same as one is the same as all that are: each may take the first that it finds.
    for part in &parts {
        let mut partner = None;
        for (at, other) in others.iter().enumerate() {
            if same_in_any_order(part, other, space, budget)? {
                partner = Some(at);
                break;
            }
        }
        let Some(at) = partner else { return Ok(false) };
        others.swap_remove(at);
    }
    Ok(true)
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

#[cfg(test)]
mod tests {
    use super::{Budget, Computed, Space, alike};
    use crate::query::limits::Bounds;
    use crate::space::AtomType;

    /// Whether two are alike in an empty space, and in how many steps that is known.
    fn asked(one: &Computed, two: &Computed) -> (bool, u64) {
        let mut budget = Budget::new(Bounds::default());
        let same = alike(one, two, &Space::new(), &mut budget).expect("it ends");
        (same, budget.taken())
    }

    fn link<const N: usize>(of: AtomType, parts: [Computed; N]) -> Computed {
        Computed::Link(of, parts.into())
    }

    #[test]
    fn what_has_an_order_is_told_apart_without_a_step() {
        let pair = |one, two| link(AtomType::LIST, [Computed::Number(one), Computed::Number(two)]);
        assert_eq!(asked(&pair(1.0, 2.0), &pair(2.0, 1.0)), (false, 0));
        let set = link(AtomType::SET, [pair(1.0, 2.0)]);
        assert_eq!(asked(&link(AtomType::LIST, [set, Computed::Number(1.0)]), &pair(1.0, 2.0)), (false, 0));
    }

    #[test]
    fn what_has_none_is_the_same_however_it_is_written() {
        let set = |parts: [f64; 3]| link(AtomType::SET, parts.map(Computed::Number));
        let within = |parts, more| link(AtomType::LIST, [set(parts), Computed::Number(more)]);
        assert!(asked(&set([1.0, 2.0, 2.0]), &set([2.0, 1.0, 2.0])).0);
        assert!(!asked(&set([1.0, 2.0, 2.0]), &set([2.0, 1.0, 1.0])).0);
        assert!(asked(&within([1.0, 2.0, 3.0], 4.0), &within([3.0, 2.0, 1.0], 4.0)).0);
        assert!(!asked(&within([1.0, 2.0, 3.0], 4.0), &within([3.0, 2.0, 1.0], 5.0)).0);
        let several = link(AtomType::SET, [Computed::Several(vec![Computed::Number(3.0), Computed::Number(1.0)])]);
        assert!(asked(&several, &link(AtomType::SET, [Computed::Number(1.0), Computed::Number(3.0)])).0);
    }
}
