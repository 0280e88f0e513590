//! Holding one atom against one pattern, as a whole and up to the names of variables that the pattern binds itself.
//!
//! All ways are found at once. This is for what no index leads into: patterns with scopes in them, filters, and the test of
//! a candidate of [`super::dual`].

use super::declare::Admission;
use super::limits::{Budget, Halt};
use super::pattern::Pattern;
use crate::space::{AtomType, Handle, Space};
use std::sync::Arc;

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

/// The part of an unordered link that is matched next, and the positions that are taken.
type Paired = Vec<(State, Vec<bool>)>;

pub(super) struct Matcher<'a> {
    pub(super) space: &'a Space,
    pub(super) admissions: &'a [Admission],
}

impl Matcher<'_> {
    /// All ways in which an atom is like a pattern.
    pub(super) fn alike(
        &self,
        pattern: &Pattern,
        atom: Handle,
        begun: State,
        budget: &mut Budget,
    ) -> Result<Vec<State>, Halt> {
        let mut found: Vec<State> = Vec::new();
        for state in self.ways(pattern, atom, begun, 0, budget)? {
            if !found.contains(&state) {
                found.push(state);
            }
        }
        Ok(found)
    }

    fn ways(
        &self,
        pattern: &Pattern,
        atom: Handle,
        state: State,
        scope: usize,
        budget: &mut Budget,
    ) -> Result<Vec<State>, Halt> {
        budget.step()?;
        let (of, outgoing) = self.space.opened(atom);
        let is = |same: bool, state: State| if same { vec![state] } else { Vec::new() };
        Ok(match pattern {
            Pattern::Atom(wanted) => is(*wanted == atom, state),
            Pattern::Node(wanted, name) => is(*wanted == of && self.space.name(atom) == Some(name), state),
            Pattern::Var(variable) => self.variable(*variable, Found::One(atom), state).into_iter().collect(),
            Pattern::Bound(number, glob) => self.renamed(*number, *glob, atom, state, scope).into_iter().collect(),
            Pattern::Choice(parts) => {
                let mut all = Vec::new();
                for part in parts {
                    all.extend(self.ways(part, atom, state.clone(), scope, budget)?);
                }
                all
            }
            Pattern::Link(wanted, _) | Pattern::Quoted(wanted, _) if *wanted != of => Vec::new(),
            Pattern::Link(_, parts) | Pattern::Quoted(_, parts) => {
                let own = match pattern {
                    Pattern::Link(..) if self.space.types().is_scope(of) => first_bound(parts),
                    _ => None,
                };
                let inner = own.unwrap_or(scope);
                let mut states = if self.space.types().is_unordered(of) {
                    self.unordered(parts, outgoing, state, inner, budget)?
                } else {
                    self.sequence(parts, outgoing, state, inner, budget)?
                };
                if let Some(first) = own {
                    for state in &mut states {
                        state.renamed.retain(|(number, _)| *number < first);
                    }
                }
                states
            }
        })
    }

    fn variable(&self, variable: usize, found: Found, mut state: State) -> Option<State> {
        if let Some(known) = state.get(variable) {
            return (*known == found).then_some(state);
        }
        let admission = self.admissions.get(variable)?;
        let admits = |atom: &Handle| admission.is_any() || admission.admits(self.space, *atom);
        let admitted = match &found {
            Found::One(atom) => admits(atom),
            Found::Many(atoms) => (admission.least..=admission.most).contains(&atoms.len()) && atoms.iter().all(admits),
        };
        state.set(variable, found);
        admitted.then_some(state)
    }

    /// Pairs a bound variable of the pattern with one of the atom; in one scope each has one partner.
    fn renamed(&self, number: usize, glob: bool, atom: Handle, mut state: State, scope: usize) -> Option<State> {
        let types = self.space.types();
        let of = self.space.opened(atom).0;
        if !types.is_a(of, AtomType::VARIABLE) || types.is_a(of, AtomType::GLOB) != glob {
            return None;
        }
        let holder = state.renamed.iter().rev().find(|pair| pair.1 == atom).map(|pair| pair.0);
        let partner = state.renamed.iter().rev().find(|pair| pair.0 == number).map(|pair| pair.1);
        match (partner, holder) {
            (Some(partner), Some(holder)) => (partner == atom && holder == number).then_some(state),
            (Some(_), None) => None,
            // A scope may bind a name that one around it binds too.
            (None, Some(holder)) if holder >= scope => None,
            (None, _) => {
                state.renamed.push((number, atom));
                Some(state)
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

    fn sequence(
        &self,
        parts: &[Pattern],
        atoms: &[Handle],
        state: State,
        scope: usize,
        budget: &mut Budget,
    ) -> Result<Vec<State>, Halt> {
        let Some((part, rest)) = parts.split_first() else {
            return Ok(if atoms.is_empty() { vec![state] } else { Vec::new() });
        };
        let mut all = Vec::new();
        if let Some(glob) = self.glob(part) {
            for length in 0..=atoms.len() {
                budget.step()?;
                let (taken, left) = atoms.split_at_checked(length).unwrap_or_default();
                if let Some(state) = self.variable(glob, Found::Many(taken.into()), state.clone()) {
                    all.extend(self.sequence(rest, left, state, scope, budget)?);
                }
            }
            return Ok(all);
        }
        let Some((atom, left)) = atoms.split_first() else { return Ok(all) };
        for state in self.ways(part, *atom, state, scope, budget)? {
            all.extend(self.sequence(rest, left, state, scope, budget)?);
        }
        Ok(all)
    }

    fn unordered(
        &self,
        parts: &[Pattern],
        atoms: &[Handle],
        state: State,
        scope: usize,
        budget: &mut Budget,
    ) -> Result<Vec<State>, Halt> {
        let globs: Vec<usize> = parts.iter().filter_map(|part| self.glob(part)).collect();
        let ones = parts.len() - globs.len();
        if ones > atoms.len() || (globs.is_empty() && ones < atoms.len()) {
            return Ok(Vec::new());
        }
        let mut begun: Paired = vec![(state, vec![false; atoms.len()])];
        for part in parts.iter().filter(|part| self.glob(part).is_none()) {
            let mut next: Paired = Vec::new();
            for (state, taken) in begun {
                for (at, atom) in atoms.iter().enumerate().filter(|(at, _)| taken.get(*at) == Some(&false)) {
                    for state in self.ways(part, *atom, state.clone(), scope, budget)? {
                        let mut taken = taken.clone();
                        taken.get_mut(at).into_iter().for_each(|mark| *mark = true);
                        next.push((state, taken));
                    }
                }
            }
            begun = next;
        }
        let Some(glob) = globs.first() else { return Ok(begun.into_iter().map(|(state, _)| state).collect()) };
        let left =
            |taken: &[bool]| atoms.iter().zip(taken).filter(|(_, taken)| !**taken).map(|(atom, _)| *atom).collect();
        let all = begun.into_iter().filter_map(|(state, taken)| self.variable(*glob, Found::Many(left(&taken)), state));
        Ok(all.collect())
    }
}

/// The first number that a scope gives to a variable of its own.
fn first_bound(parts: &[Pattern]) -> Option<usize> {
    fn least(pattern: &Pattern) -> Option<usize> {
        match pattern {
            Pattern::Bound(number, _) => Some(*number),
            Pattern::Link(_, parts) | Pattern::Quoted(_, parts) | Pattern::Choice(parts) => {
                parts.iter().filter_map(least).min()
            }
            Pattern::Atom(_) | Pattern::Node(..) | Pattern::Var(_) => None,
        }
    }
    match parts.first() {
        Some(Pattern::Bound(number, _)) => Some(*number),
        Some(
            declaration @ Pattern::Link(AtomType::VARIABLE_LIST | AtomType::VARIABLE_SET | AtomType::TYPED_VARIABLE, _),
        ) => least(declaration),
        // Without a declaration, everything within is its own.
        _ => parts.iter().filter_map(least).min(),
    }
}
