//! The dual of a query: given an atom, the patterns in the space that it fits.
//!
//! Patterns are found from below: what fits the parts of the atom is found first, and then only the links that join some
//! of that are looked at. Each candidate is held against the atom as a whole.

use super::alike::{Found, Matcher, State};
use super::build::unreadable;
use super::declare::{Admission, Declared};
use super::error::QueryError;
use super::free::{free_variables, is_open};
use super::limits::{Bounds, Budget};
use super::pattern::{Numbering, Pattern};
use super::term::Term;
use crate::space::{Atom, AtomType, Handle, Space};
use rustc_hash::FxHashMap;

/// A pattern that an atom fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fit {
    /// The pattern.
    pub pattern: Handle,
    /// What each free variable of the pattern stands for.
    pub values: Vec<(Handle, Vec<Handle>)>,
}

/// The patterns that an atom fits, in the order of their addition, each with every way in which it does. A pattern is a
/// link with a free variable in it; a variable by itself fits everything and is left out. Restrictions that queries
/// declare for the variables are not looked at.
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
    let mut search = Search { space, budget: Budget::new(bounds), found: FxHashMap::default() };
    if Term::of_atom(space, atom).is_none() {
        return Err(unreadable(space, atom));
    }
    let mut candidates = search.candidates(atom)?;
    candidates.sort_unstable();
    let mut fits = Vec::new();
    for pattern in candidates {
        if pattern != atom && space.type_of(pattern).is_some_and(AtomType::is_link) {
            fits.extend(search.fits(pattern, atom)?);
        }
    }
    Ok(fits)
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

    fn fits(&mut self, pattern: Handle, atom: Handle) -> Result<Vec<Fit>, QueryError> {
        let variables = free_variables(self.space, pattern);
        let types = self.space.types();
        let glob = |variable: &Handle| self.space.type_of(*variable).is_some_and(|of| types.is_a(of, AtomType::GLOB));
        let name = |variable: &Handle| self.space.name(*variable).unwrap_or_default().into();
        let declared: Vec<Declared> =
            variables.iter().map(|variable| Declared::free(&name(variable), glob(variable))).collect();
        let admissions: Vec<Admission> =
            declared.iter().map(|declared| Admission::new(self.space, declared, true)).collect();
        let Some(term) = Term::of_atom(self.space, pattern) else { return Ok(Vec::new()) };
        // A pattern that is malformed by itself, such as an Unquote without its Quote, fits nothing.
        let Ok(whole) = Numbering::new(types, &declared).pattern(&term, &term) else { return Ok(Vec::new()) };
        if !matches!(whole, Pattern::Link(..)) {
            return Ok(Vec::new());
        }
        let matcher = Matcher { space: self.space, admissions: &admissions };
        let ways = matcher.alike(&whole, atom, State::default(), &mut self.budget);
        let ways = ways.map_err(|halt| QueryError::Stopped(*halt))?;
        let values = |state: &State| {
            let value = |(at, variable): (usize, &Handle)| {
                let atoms = match state.get(at)? {
                    Found::One(atom) => vec![*atom],
                    Found::Many(atoms) => atoms.to_vec(),
                };
                Some((*variable, atoms))
            };
            variables.iter().enumerate().filter_map(value).collect()
        };
        Ok(ways.iter().map(|state| Fit { pattern, values: values(state) }).collect())
    }
}
