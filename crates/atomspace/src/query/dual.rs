//! The dual of a query: given an atom, the patterns in the space that it fits.
//!
//! Patterns are found from below: what fits the parts of the atom is found first, and then only the links that join some
//! of that are looked at. Each candidate is held against the atom as a whole.

use super::alike::{Found, Matcher, State, Ways};
use super::build::unreadable;
use super::declare::{Admission, Declared, declared};
use super::error::QueryError;
use super::explain::{ExplainedBranch, ExplainedStep, Explanation};
use super::free::{free_variables, is_open};
use super::limits::{Bounds, Budget, Halt};
use super::pattern::{Numbering, Pattern};
use super::term::{Term, is_declaration};
use crate::space::{Atom, AtomType, Handle, Space};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// A pattern that an atom fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fit {
    /// The pattern.
    pub pattern: Handle,
    /// What each free variable of the pattern stands for.
    pub values: Vec<(Handle, Vec<Handle>)>,
}

/// The patterns that an atom fits, in the order of their addition, each with every way in which it does. A pattern is a
/// link with a free variable in it; a variable by itself fits everything and is left out. Where queries, or other scopes,
/// declare what the variables of a pattern may stand for, one of them must let them stand for what the atom has there.
///
/// ```
/// use oriel_atomspace::query::{Bounds, dual};
/// use oriel_atomspace::space::Space;
/// let mut space = Space::new();
/// let atom = space.load(r#"
///     (Get (Evaluation (Predicate "calls") (List (Variable "$a") (Concept "stock"))))
///     (Get (Evaluation (Predicate "calls") (List (Variable "$a") (Concept "mail"))))
///     (Evaluation (Predicate "calls") (List (Concept "cart") (Concept "stock")))
/// "#)?.last.ok_or("nothing read")?;
/// let fits = dual(&space, atom, Bounds::default())?;
/// assert_eq!(fits.len(), 1);
/// assert_eq!(space.show(fits[0].values[0].1[0]), r#"(Concept "cart")"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn dual(space: &Space, atom: Handle, bounds: Bounds) -> Result<Vec<Fit>, QueryError> {
    let mut fits = Vec::new();
    each(space, atom, bounds, |fit, budget| {
        let parts: usize = fit.values.iter().map(|(_, atoms)| 1 + atoms.len()).sum();
        budget.make(1 + parts as u64)?;
        fits.push(fit);
        Ok(true)
    })?;
    Ok(fits)
}

/// The patterns that an atom fits, without the ways in which it does.
pub(super) fn fitting(space: &Space, atom: Handle, bounds: Bounds) -> Result<Vec<Handle>, QueryError> {
    let mut patterns = Vec::new();
    each(space, atom, bounds, |fit, _| {
        patterns.push(fit.pattern);
        Ok(false)
    })?;
    Ok(patterns)
}

/// How a dual is searched; where bounds are given, it is, and what came of it is told.
pub fn explain_dual(space: &Space, atom: Handle, bounds: Option<Bounds>) -> Result<Explanation, QueryError> {
    let (of, outgoing) = space.opened(atom);
    let variables = space.by_type_is_a(AtomType::VARIABLE);
    let expected: usize =
        outgoing.iter().copied().chain(variables).map(|part| space.incoming_len_by_type(part, of)).sum();
    let step = |action: &str, index, expected, (tried, passed)| ExplainedStep {
        action: action.to_owned(),
        index,
        finds: Vec::new(),
        clause: None,
        expected,
        tried,
        passed,
        product: false,
        within: Vec::new(),
    };
    let (asked, mut fits) = (bounds.is_some(), 0);
    let looked = match bounds {
        None => Looked::default(),
        Some(bounds) => each(space, atom, bounds, |_, _| {
            fits += 1;
            Ok(false)
        })?,
    };
    let steps = vec![
        step(
            "each link that joins what fits a part",
            "incoming set",
            expected as f64,
            (looked.links, looked.candidates),
        ),
        step("compare up to bound names", "none", expected as f64 / 2.0, (looked.candidates, fits)),
    ];
    Ok(Explanation { branches: vec![ExplainedBranch { order: Vec::new(), steps, missing: None }], asked })
}

/// What a search for patterns has looked at.
#[derive(Clone, Copy, Default)]
struct Looked {
    links: u64,
    candidates: u64,
}

/// Hands every way on in which an atom fits a pattern, until no more of that pattern is wanted.
fn each(
    space: &Space,
    atom: Handle,
    bounds: Bounds,
    mut take: impl FnMut(Fit, &mut Budget) -> Result<bool, Halt>,
) -> Result<Looked, QueryError> {
    if Term::of_atom(space, atom).is_none() {
        return Err(unreadable(space, atom));
    }
    let mut search = Search { space, budget: Budget::new(bounds), found: FxHashMap::default() };
    let mut candidates = search.candidates(atom)?;
    candidates.sort_unstable();
    let mut looked = Looked { links: search.budget.taken(), candidates: 0 };
    for pattern in candidates {
        if pattern != atom && space.type_of(pattern).is_some_and(AtomType::is_link) {
            looked.candidates += 1;
            search.fits(pattern, atom, &mut take).map_err(|halt| QueryError::Stopped(*halt))?;
        }
    }
    Ok(looked)
}

struct Search<'a> {
    space: &'a Space,
    budget: Budget,
    /// What might fit an atom, itself and bare variables left out.
    found: FxHashMap<Handle, Vec<Handle>>,
}

impl Search<'_> {
    /// The open links that might fit an atom: of its type, and joining at some place what might fit the part there.
    fn candidates(&mut self, atom: Handle) -> Result<Vec<Handle>, QueryError> {
        if let Some(found) = self.found.get(&atom) {
            return Ok(found.clone());
        }
        let Some(Atom::Link { of, outgoing }) = self.space.atom(atom) else { return Ok(Vec::new()) };
        let variables: Vec<Handle> = self.variables().collect();
        let mut parts: Vec<Vec<Handle>> = Vec::new();
        for part in outgoing {
            let mut fitting = self.candidates(*part)?;
            fitting.push(*part);
            parts.push(fitting);
        }
        let mut found = Vec::new();
        let joined = parts.into_iter().flatten().chain(variables);
        for below in joined.collect::<std::collections::BTreeSet<_>>() {
            for link in self.space.incoming_by_type(below, of) {
                self.budget.step().map_err(|halt| QueryError::Stopped(*halt))?;
                if is_open(self.space, link) {
                    found.push(link);
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        self.found.insert(atom, found.clone());
        Ok(found)
    }

    fn variables(&self) -> impl Iterator<Item = Handle> {
        self.space.by_type_is_a(AtomType::VARIABLE)
    }

    /// What is declared for the variables of a pattern, by each scope that it stands in; where it stands in none, nothing is.
    fn uses(&mut self, pattern: Handle, variables: &[Handle]) -> Result<Vec<Vec<Declared>>, Halt> {
        let space = self.space;
        let types = space.types();
        let glob = |variable: &Handle| space.type_of(*variable).is_some_and(|of| types.is_a(of, AtomType::GLOB));
        let name = |variable: &Handle| -> Arc<str> { space.name(*variable).unwrap_or_default().into() };
        let free: Vec<Declared> =
            variables.iter().map(|variable| Declared::free(&name(variable), glob(variable))).collect();
        let (mut uses, mut open, mut seen) = (Vec::new(), vec![pattern], FxHashSet::default());
        while let Some(atom) = open.pop() {
            self.budget.step()?;
            let mut above = space.incoming(atom).peekable();
            if above.peek().is_none() {
                uses.push(free.clone());
            }
            for link in above.filter(|link| seen.insert(*link)) {
                let (of, outgoing) = space.opened(link);
                if !types.is_scope(of) {
                    open.push(link);
                    continue;
                }
                let declaration = outgoing.first().and_then(|first| Term::of_atom(space, *first));
                let declaration = declaration.filter(|first| is_declaration(types, first));
                let all = declaration.and_then(|declaration| declared(types, &declaration).ok()).unwrap_or_default();
                let one = |free: &Declared| all.iter().find(|one| one.name == free.name).unwrap_or(free).clone();
                uses.push(free.iter().map(one).collect());
            }
        }
        Ok(uses)
    }

    /// Hands on the ways in which an atom fits a pattern, each once for all its uses.
    fn fits(
        &mut self,
        pattern: Handle,
        atom: Handle,
        take: &mut impl FnMut(Fit, &mut Budget) -> Result<bool, Halt>,
    ) -> Result<(), Halt> {
        let (space, types) = (self.space, self.space.types());
        let Some(term) = Term::of_atom(space, pattern) else { return Ok(()) };
        let variables = free_variables(space, pattern);
        let mut seen = FxHashSet::default();
        for declared in self.uses(pattern, &variables)? {
            // A pattern that is malformed by itself, such as an Unquote without its Quote, fits nothing.
            let Ok(whole) = Numbering::new(types, &declared).pattern(&term, &term) else { return Ok(()) };
            if !matches!(whole, Pattern::Link(..)) {
                return Ok(());
            }
            // Nor does one whose variables have a type that nothing defines.
            let admissions: Result<Vec<Admission>, _> =
                declared.iter().map(|declared| Admission::new(space, declared, true)).collect();
            let Ok(admissions) = admissions else { continue };
            let mut ways = Ways::new(Matcher { space, admissions: &admissions }, &whole, atom, State::default());
            while let Some(state) = ways.next(&mut self.budget)? {
                let values = values(&variables, &state);
                self.budget.make(1 + values.len() as u64)?;
                if seen.insert(values.clone()) && !take(Fit { pattern, values }, &mut self.budget)? {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

/// What each free variable of a pattern stands for.
fn values(variables: &[Handle], state: &State) -> Vec<(Handle, Vec<Handle>)> {
    let value = |(at, variable): (usize, &Handle)| {
        let atoms = match state.get(at)? {
            Found::One(atom) => vec![*atom],
            Found::Many(atoms) => atoms.to_vec(),
        };
        Some((*variable, atoms))
    };
    variables.iter().enumerate().filter_map(value).collect()
}
