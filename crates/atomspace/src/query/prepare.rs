//! Preparing a query: everything that is decided before the first solution.

use super::build::Query;
use super::declare::{Admission, has_variables};
use super::define::definition;
use super::error::QueryError;
use super::estimate::Estimator;
use super::functions::Functions;
use super::goal::Branch;
use super::limits::Bounds;
use super::machine::Context;
use super::pattern::Pattern;
use super::plan::Planning;
use super::resolve::{resolved, resolved_branches};
use super::slots::Form;
use super::solutions::Solutions;
use super::steps::Plan;
use super::term::Term;
use crate::space::{AtomType, Handle, Space};
use smallvec::SmallVec;
use std::borrow::Cow;

static STANDARD: std::sync::LazyLock<Functions> = std::sync::LazyLock::new(Functions::standard);

/// What a query is prepared with.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'q> {
    /// The functions that it may call.
    pub functions: &'q Functions,
    /// The variables whose values are given each time it is asked.
    pub given: &'q [&'q str],
}

impl Default for Setting<'_> {
    /// The standard functions, and nothing given.
    fn default() -> Self {
        Self { functions: &STANDARD, given: &[] }
    }
}

/// A query that was planned for a space. It can be asked any number of times.
#[derive(Debug)]
pub struct Prepared<'q> {
    pub(super) query: &'q Query,
    pub(super) space: &'q Space,
    pub(super) functions: &'q Functions,
    pub(super) admissions: SmallVec<[Admission; 2]>,
    /// What the atoms must be that a join gives.
    pub(super) tops: Vec<Term>,
    pub(super) given: Vec<usize>,
    pub(super) plans: SmallVec<[Plan; 1]>,
    /// Each finds a solution that breaks an `Always`.
    pub(super) guards: Vec<Plan>,
    /// Each finds the solutions of a group, where it is asked how many there are.
    pub(super) members: Vec<Plan>,
    /// Whether a solution may come up twice.
    pub(super) repeats: bool,
    /// How deep it is asked within computations.
    pub(super) depth: usize,
}

impl Query {
    /// Plans the query for a space.
    pub fn prepare<'q>(&'q self, space: &'q Space) -> Result<Prepared<'q>, QueryError> {
        self.prepare_with(space, Setting::default())
    }

    /// Plans the query for a space, with functions and given variables.
    ///
    /// ```
    /// use oriel_atomspace::query::{Bounds, Query, Setting};
    /// use oriel_atomspace::space::{AtomType, Space};
    /// let mut space = Space::new();
    /// space.load(r#"(Member (Concept "cart") (Concept "shop")) (Member (Concept "till") (Concept "shop"))"#)?;
    /// let query = Query::parse(space.types(), r#"(Get (Member (Variable "$what") (Variable "$class")))"#)?;
    /// let prepared = query.prepare_with(&space, Setting { given: &["$class"], ..Setting::default() })?;
    /// let shop = space.find_node(AtomType::CONCEPT, "shop").ok_or("not there")?;
    /// assert_eq!(prepared.solutions_given(&[shop], Bounds::default()).count(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn prepare_with<'q>(&'q self, space: &'q Space, setting: Setting<'q>) -> Result<Prepared<'q>, QueryError> {
        self.planned(space, setting, super::plan::cyclic::WORTH, true)
    }

    /// As [`Query::prepare_with`], with tries for clauses that close circles wherever they save this much, and with what is
    /// plain planned directly or not.
    pub(super) fn planned<'q>(
        &'q self,
        space: &'q Space,
        setting: Setting<'q>,
        worth: f64,
        direct: bool,
    ) -> Result<Prepared<'q>, QueryError> {
        if self.calls {
            self.check_functions(space, setting.functions)?;
        }
        let mut given = Vec::new();
        for name in setting.given {
            match self.column(name).filter(|column| self.declared.get(*column).is_some_and(|one| !one.glob)) {
                Some(column) => given.push(column),
                None => return Err(QueryError::form(*name, "only a declared variable that is no Glob can be given")),
            }
        }
        let open = has_variables(space);
        let admissions = self.declared.iter().map(|declared| Admission::new(space, declared, open));
        let admissions = admissions.collect::<Result<SmallVec<[Admission; 2]>, _>>()?;
        let tops = self.tops.iter().map(|top| resolved(space, top).map(Cow::into_owned)).collect::<Result<_, _>>()?;
        let branches = resolved_branches(space, &self.branches)?;
        let types = |variable: usize| admissions.get(variable).and_then(|admission| admission.types.clone());
        let shown = |clause| self.clause_shown(space.types(), clause);
        let planning = Planning {
            space,
            declared: &self.declared,
            types: &types,
            estimator: Estimator::new(space),
            worth,
            direct,
            shown: &shown,
        };
        let wanted: SmallVec<[usize; 8]> = (0..self.columns).collect();
        let mut plans = SmallVec::with_capacity(self.branches.len());
        for branch in branches.iter() {
            plans.push(planning.plan(branch, &given, &wanted)?);
        }
        let mut guards = Vec::new();
        let known: Vec<usize> = given.iter().chain(&self.groups).copied().collect();
        for (always, clause) in &self.always {
            let never = vec![(resolved_branches(space, always)?.into_owned(), *clause)];
            let broken = Branch { never, ..Branch::default() };
            for branch in branches.iter() {
                guards.push(planning.plan(&branch.joined(&broken), &known, &wanted)?);
            }
        }
        let mut members = Vec::new();
        if self.group_size.is_some() {
            for branch in branches.iter() {
                members.push(planning.plan(branch, &known, &wanted)?);
            }
        }
        let scoped = |plan: &Plan| plan.table.links().any(|(_, link)| link.form == Form::Scoped);
        let repeats = self.local || plans.len() > 1 || plans.iter().any(scoped);
        let functions = setting.functions;
        Ok(Prepared {
            query: self,
            space,
            functions,
            admissions,
            tops,
            given,
            plans,
            guards,
            members,
            repeats,
            depth: 0,
        })
    }

    /// Whether all functions that the query names are registered.
    fn check_functions(&self, space: &Space, functions: &Functions) -> Result<(), QueryError> {
        let types = space.types();
        for (name, clause) in self.predicates() {
            if functions.predicate_named(&name).is_none() {
                let (clause, known) = (self.clause_shown(types, clause), functions.known(true));
                return Err(QueryError::Function { name: name.to_string(), clause, known });
            }
        }
        for (pattern, clause) in self.computed() {
            let shown =
                || clause.map_or_else(|| "what is written".to_owned(), |clause| self.clause_shown(types, clause));
            let mut open = vec![pattern];
            while let Some(pattern) = open.pop() {
                let Pattern::Link(of, parts) = pattern else { continue };
                open.extend(parts);
                match (*of, parts.first()) {
                    (AtomType::EXECUTION_OUTPUT, Some(Pattern::Node(AtomType::GROUNDED_SCHEMA, name))) => {
                        registered(functions, name, shown)?;
                    }
                    (AtomType::EXECUTION_OUTPUT, Some(Pattern::Node(AtomType::DEFINED_SCHEMA, name))) => {
                        check_definition(space, functions, name, &shown)?;
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }
}

fn registered(functions: &Functions, name: &str, shown: impl Fn() -> String) -> Result<(), QueryError> {
    if functions.schema_named(name).is_some() {
        return Ok(());
    }
    Err(QueryError::Function { name: name.to_owned(), clause: shown(), known: functions.known(false) })
}

/// Whether a schema is defined, and whatever its definition calls.
fn check_definition(
    space: &Space,
    functions: &Functions,
    name: &str,
    shown: &impl Fn() -> String,
) -> Result<(), QueryError> {
    let (mut open, mut seen) = (vec![name.to_owned()], std::collections::BTreeSet::new());
    while let Some(name) = open.pop() {
        if !seen.insert(name.clone()) {
            continue;
        }
        let Some(definition) = definition(space, AtomType::DEFINED_SCHEMA, &name) else {
            return Err(QueryError::Undefined { name, clause: shown() });
        };
        let mut parts = vec![&definition];
        while let Some(part) = parts.pop() {
            parts.extend(part.parts());
            let Term::Link(AtomType::EXECUTION_OUTPUT, called) = part else { continue };
            match called.first() {
                Some(Term::Node(AtomType::GROUNDED_SCHEMA, name)) => registered(functions, name, shown)?,
                Some(Term::Node(AtomType::DEFINED_SCHEMA, name)) => open.push(name.to_string()),
                _ => {}
            }
        }
    }
    Ok(())
}

impl Prepared<'_> {
    /// The solutions, one by one.
    #[must_use]
    pub fn solutions(&self, bounds: Bounds) -> Solutions<'_> {
        Solutions::new(self, &[], bounds)
    }

    /// The solutions with these values of the variables that were said to be given, in that order.
    #[must_use]
    pub fn solutions_given(&self, given: &[Handle], bounds: Bounds) -> Solutions<'_> {
        Solutions::new(self, given, bounds)
    }

    /// Whether there is a solution.
    pub fn holds(&self, bounds: Bounds) -> Result<bool, QueryError> {
        Ok(self.solutions(bounds).next().transpose()?.is_some())
    }

    /// Whether these are values for what was said to be given.
    pub(super) fn takes(&self, given: &[Handle]) -> bool {
        given.len() == self.given.len() && given.iter().all(|atom| self.space.contains(*atom))
    }

    pub(super) fn context(&self) -> Context<'_> {
        Context { space: self.space, admissions: &self.admissions, functions: self.functions, depth: self.depth }
    }
}
