//! Running query atoms, and writing what they find into the space.

use super::build::{Kind, Query, unreadable};
use super::compute::{Holding, compute};
use super::computed::Computed;
use super::contain::containers;
use super::dual::dual;
use super::error::QueryError;
use super::functions::Functions;
use super::goal::Branch;
use super::limits::{Bounds, Budget};
use super::pattern::Pattern;
use super::prepare::{Prepared, Setting};
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
        let mut found: Vec<Handle> = dual(space, *about, bounds)?.into_iter().map(|fit| fit.pattern).collect();
        found.dedup();
        return Ok(Answer::Atoms(found));
    }
    let term = Term::of_atom(space, atom).ok_or_else(|| unreadable(space, atom))?;
    let query = if is_query(space, of) { Query::of_term(space.types(), &term)? } else { computation(space, &term)? };
    let found = {
        let prepared = query.prepare_with(space, Setting { functions, given: &[] })?;
        match query.kind {
            Kind::Satisfaction => return Ok(Answer::Holds(prepared.holds(bounds)?)),
            Kind::Join(of) => return Ok(Answer::Atoms(containers(&prepared, of, atom, bounds)?)),
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

fn is_query(space: &Space, of: AtomType) -> bool {
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

/// Something that is computed is a query without clauses that writes it.
fn computation(space: &Space, term: &Term) -> Result<Query, QueryError> {
    let nothing = Term::Link(AtomType::AND, Vec::new());
    let mut query = Query::rewrite(
        space.types(),
        &[Term::Link(AtomType::VARIABLE_LIST, Vec::new())],
        &nothing,
        std::slice::from_ref(term),
    )?;
    query.branches = vec![Branch::default()];
    Ok(query)
}

fn gotten(prepared: &Prepared<'_>, bounds: Bounds) -> Result<Vec<Computed>, QueryError> {
    let mut all = Vec::new();
    let mut budget = Budget::new(bounds.clone());
    for solution in prepared.solutions(bounds) {
        let solution = solution?;
        let column = |at: usize| {
            let atoms = || solution.atoms(at).iter().map(|atom| Computed::Atom(*atom)).collect();
            if prepared.query.declared.get(at).is_some_and(|declared| declared.glob) {
                Computed::Link(AtomType::LIST, atoms())
            } else {
                Computed::Atom(solution.atom(at))
            }
        };
        let found = match solution.len() {
            1 => column(0),
            columns => Computed::Link(AtomType::LIST, (0..columns).map(column).collect()),
        };
        budget.make(found.parts()).map_err(|halt| QueryError::Stopped(*halt))?;
        all.push(found);
    }
    Ok(all)
}

impl Prepared<'_> {
    /// What the templates of the query become, for each solution; nothing is written by this. A template that has no
    /// value for a solution, such as a sum of what is no number, is left out.
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
        compute(&holding, pattern, budget).map_err(|halt| QueryError::Stopped(*halt))
    }
}
