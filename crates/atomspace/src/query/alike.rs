//! Holding one atom against one pattern, as a whole and up to the names of variables that the pattern binds itself.
//!
//! The ways are found one by one, by going back to the last of the parts that could be taken otherwise: what is kept is what
//! the pattern is long. This is for what no index leads into: patterns with scopes in them, filters, and the test of a
//! candidate of [`super::dual`].

mod ways;

use super::declare::Admission;
use super::pattern::Pattern;
use crate::space::{AtomType, Handle, Space};
use std::sync::Arc;

pub(super) use ways::Ways;

/// What a variable stands for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Found {
    One(Handle),
    Many(Arc<[Handle]>),
}

/// What is known of variables on one way through a pattern.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct State {
    values: Vec<(usize, Found)>,
    /// Bound variables of the pattern and those of the atom, the innermost last.
    renamed: Vec<(usize, Handle)>,
}

impl State {
    pub(super) fn get(&self, variable: usize) -> Option<&Found> {
        self.values.iter().find(|value| value.0 == variable).map(|value| &value.1)
    }

    pub(super) fn set(&mut self, variable: usize, found: Found) {
        self.values.push((variable, found));
    }
}

/// Holds what a pattern says of one atom against it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Matcher<'a> {
    pub(super) space: &'a Space,
    pub(super) admissions: &'a [Admission],
}

impl Matcher<'_> {
    fn variable(&self, variable: usize, found: Found, state: &mut State) -> bool {
        if let Some(known) = state.get(variable) {
            return *known == found;
        }
        let Some(admission) = self.admissions.get(variable) else { return false };
        let admits = |atom: &Handle| admission.is_any() || admission.admits(self.space, *atom);
        let admitted = match &found {
            Found::One(atom) => !admission.glob && admits(atom),
            Found::Many(atoms) => (admission.least..=admission.most).contains(&atoms.len()) && atoms.iter().all(admits),
        };
        if admitted {
            state.set(variable, found);
        }
        admitted
    }

    /// Pairs a bound variable of the pattern with one of the atom; in one scope each has one partner.
    fn renamed(&self, number: usize, glob: bool, atom: Handle, state: &mut State, scope: usize) -> bool {
        let types = self.space.types();
        let of = self.space.opened(atom).0;
        if !types.is_a(of, AtomType::VARIABLE) || types.is_a(of, AtomType::GLOB) != glob {
            return false;
        }
        let holder = state.renamed.iter().rev().find(|pair| pair.1 == atom).map(|pair| pair.0);
        let partner = state.renamed.iter().rev().find(|pair| pair.0 == number).map(|pair| pair.1);
        match (partner, holder) {
            (Some(partner), Some(holder)) => partner == atom && holder == number,
            (Some(_), None) => false,
            // A scope may bind a name that one around it binds too.
            (None, Some(holder)) if holder >= scope => false,
            (None, _) => {
                state.renamed.push((number, atom));
                true
            }
        }
    }

    /// The glob that a part is.
    fn glob(&self, part: &Pattern) -> Option<usize> {
        match part {
            Pattern::Var(variable) if self.admissions.get(*variable).is_some_and(|of| of.glob) => Some(*variable),
            _ => None,
        }
    }

    /// How many atoms some parts stand for at least, and whether that is all that they may.
    fn least(&self, parts: &[Pattern]) -> (usize, bool) {
        let one = |part: &Pattern| match self.glob(part).and_then(|glob| self.admissions.get(glob)) {
            Some(glob) => (glob.least, glob.least == glob.most),
            None => (1, true),
        };
        parts.iter().map(one).fold((0, true), |all, one| (all.0 + one.0, all.1 && one.1))
    }
}

/// The first number that a scope gives to a variable of its own.
fn first_bound(parts: &[Pattern]) -> Option<usize> {
    fn least(pattern: &Pattern) -> Option<usize> {
        match pattern {
            Pattern::Bound(bound) => Some(bound.number),
            Pattern::Link(_, parts) | Pattern::Quoted(_, parts) | Pattern::Choice(parts) => {
                parts.iter().filter_map(least).min()
            }
            Pattern::Atom(_) | Pattern::Node(..) | Pattern::Var(_) => None,
        }
    }
    match parts.first() {
        Some(Pattern::Bound(bound)) => Some(bound.number),
        Some(
            declaration @ Pattern::Link(AtomType::VARIABLE_LIST | AtomType::VARIABLE_SET | AtomType::TYPED_VARIABLE, _),
        ) => least(declaration),
        // Without a declaration, everything within is its own.
        _ => parts.iter().filter_map(least).min(),
    }
}
