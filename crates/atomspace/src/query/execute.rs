//! Running query atoms, and writing what they find into the space.

use super::build::{Kind, Query, unreadable};
use super::compute::{Holding, compute, compute_or_say};
use super::computed::Computed;
use super::contain::{containers, replaced};
use super::define::expanded;
use super::dual::fitting;
use super::error::QueryError;
use super::functions::Functions;
use super::limits::{Bounds, Budget};
use super::pattern::Pattern;
use super::prepare::{Prepared, Setting};
use super::solutions::Solution;
use super::term::Term;
use crate::space::{AtomType, Handle, Space};
use rustc_hash::FxHashSet;

/// What running an atom gave.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Atoms, each once, in the order in which they were found.
    Atoms(Vec<Handle>),
    /// Whether there is a solution.
    Holds(bool),
}

/// Runs a query atom: a query, a `Dual`, or anything that is computed, such as `Plus`, `Put` or `Filter`.
///
/// `Get` and `Meet` give the value of their variable, or a `List` of the values of several; `Bind` and `Query` what their
/// templates become. All is found before anything is written: what a query writes it does not find.
///
/// ```
/// use oriel_atomspace::query::{Answer, Bounds, Functions, execute};
/// use oriel_atomspace::space::Space;
/// let mut space = Space::new();
/// let query = space.load(r#"
///     (Evaluation (Predicate "calls") (List (Concept "web") (Concept "cart")))
///     (Bind (VariableList (Variable "$a") (Variable "$b"))
///       (Evaluation (Predicate "calls") (List (Variable "$a") (Variable "$b")))
///       (Evaluation (Predicate "needs") (List (Variable "$a") (Variable "$b"))))
/// "#)?.last.ok_or("nothing read")?;
/// let Answer::Atoms(found) = execute(&mut space, query, &Functions::new(), Bounds::default())? else { panic!() };
/// assert_eq!(space.show(found[0]), r#"(Evaluation (Predicate "needs") (List (Concept "web") (Concept "cart")))"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn execute(space: &mut Space, atom: Handle, functions: &Functions, bounds: Bounds) -> Result<Answer, QueryError> {
    let Some(of) = space.type_of(atom) else { return Err(unreadable(space, atom)) };
    if of == AtomType::DUAL {
        let [about] = space.outgoing(atom) else {
            return Err(QueryError::form(space.show_bare(atom), "a Dual takes one atom"));
        };
        return Ok(Answer::Atoms(fitting(space, *about, bounds)?));
    }
    let term = Term::of_atom(space, atom).ok_or_else(|| unreadable(space, atom))?;
    let query = if is_query(space, of) {
        Query::of_expanded(space.types(), &expanded(space, term)?)?
    } else {
        Query::computation(space.types(), &term)?
    };
    let found = {
        let prepared = query.prepare_with(space, Setting { functions, given: &[] })?;
        match query.kind {
            Kind::Satisfaction => return Ok(Answer::Holds(prepared.holds(bounds)?)),
            Kind::Join(_) if prepared.query.rewrites.is_empty() => {
                return Ok(Answer::Atoms(containers(&prepared, Some(atom), bounds)?));
            }
            Kind::Join(_) => replaced(&prepared, Some(atom), bounds)?,
            Kind::Get => gotten(&prepared, bounds)?,
            Kind::Rewrite => prepared.written(bounds)?,
        }
    };
    let mut atoms = Vec::new();
    let mut seen = FxHashSet::default();
    for computed in found {
        let atom = computed.write(space)?;
        if seen.insert(atom) {
            atoms.push(atom);
        }
    }
    Ok(Answer::Atoms(atoms))
}

pub(super) fn is_query(space: &Space, of: AtomType) -> bool {
    const QUERIES: [AtomType; 6] = [
        AtomType::GET,
        AtomType::MEET,
        AtomType::SATISFYING_SET,
        AtomType::BIND,
        AtomType::QUERY,
        AtomType::SATISFACTION,
    ];
    QUERIES.contains(&of) || space.types().is_a(of, AtomType::JOIN)
}

fn gotten(prepared: &Prepared<'_>, bounds: Bounds) -> Result<Vec<Computed>, QueryError> {
    let mut all = Vec::new();
    let mut budget = Budget::new(bounds.clone());
    for solution in prepared.solutions(bounds) {
        let found = prepared.row(&solution?);
        budget.make(found.parts()).map_err(|halt| QueryError::Stopped(*halt))?;
        all.push(found);
    }
    Ok(all)
}

impl Prepared<'_> {
    /// What a solution of a `Get` is: the value of its variable, or a List of the values of several.
    pub(super) fn row(&self, solution: &Solution) -> Computed {
        let column = |at: usize| {
            let atoms = || solution.atoms(at).iter().map(|atom| Computed::Atom(*atom)).collect();
            if self.query.declared.get(at).is_some_and(|declared| declared.glob) {
                Computed::Link(AtomType::LIST, atoms())
            } else {
                Computed::Atom(solution.atom(at))
            }
        };
        match solution.len() {
            1 => column(0),
            columns => Computed::Link(AtomType::LIST, (0..columns).map(column).collect()),
        }
    }

    /// What a join gives: the atoms of the space that contain, for some solution, all that its clauses found, in the order
    /// of their addition. What a `Replacement` would put in their place is left out of account: see
    /// [`Prepared::replaced`].
    pub fn containers(&self, bounds: Bounds) -> Result<Vec<Handle>, QueryError> {
        containers(self, None, bounds)
    }

    /// What a join gives: the same atoms, with what its replacements say in the place of what was found.
    pub fn replaced(&self, bounds: Bounds) -> Result<Vec<Computed>, QueryError> {
        if self.query.rewrites.is_empty() {
            return Ok(self.containers(bounds)?.into_iter().map(Computed::Atom).collect());
        }
        replaced(self, None, bounds)
    }

    /// What the templates of the query become, for each solution; nothing is written by this. A template that has no
    /// value for a solution, such as a sum of what is no number, is left out; where nothing but a value is asked for, it is
    /// an error that there is none.
    pub fn written(&self, bounds: Bounds) -> Result<Vec<Computed>, QueryError> {
        let mut all = Vec::new();
        let mut budget = Budget::new(bounds.clone());
        for solution in self.solutions(bounds) {
            let solution = solution?;
            for template in &self.query.rewrites {
                all.extend(self.filled(template, solution.values(), solution.globs(), &mut budget)?);
            }
        }
        Ok(all)
    }

    /// The same one by one, and none is kept: until all were found, or `take` wants no more. [`Bounds::parts`] is of what one
    /// solution becomes.
    pub fn written_each<E: From<QueryError>>(
        &self,
        bounds: &Bounds,
        mut take: impl FnMut(Computed) -> Result<bool, E>,
    ) -> Result<(), E> {
        for solution in self.solutions(bounds.clone()) {
            let solution = solution.map_err(QueryError::from)?;
            let mut budget = Budget::new(bounds.clone());
            for template in &self.query.rewrites {
                let filled = self.filled(template, solution.values(), solution.globs(), &mut budget)?;
                if let Some(computed) = filled
                    && !take(computed)?
                {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    pub(super) fn filled(
        &self,
        pattern: &Pattern,
        values: &[Handle],
        globs: &[Option<std::sync::Arc<[Handle]>>],
        budget: &mut Budget,
    ) -> Result<Option<Computed>, QueryError> {
        let context = self.context();
        let holding = Holding { context: &context, values, globs };
        if !self.query.is_computation() {
            return compute(&holding, pattern, budget).map_err(|halt| QueryError::Stopped(*halt));
        }
        match compute_or_say(&holding, pattern, budget).map_err(|halt| QueryError::Stopped(*halt))? {
            Ok(computed) => Ok(Some(computed)),
            Err(reason) => Err(QueryError::form("what is computed", reason)),
        }
    }
}
