//! Preparing a query: everything that is decided before the first solution.

use super::build::Query;
use super::declare::{Admission, has_variables};
use super::error::QueryError;
use super::estimate::Estimator;
use super::functions::Functions;
use super::goal::Branch;
use super::limits::Bounds;
use super::machine::Context;
use super::pattern::Pattern;
use super::plan::Planning;
use super::slots::Form;
use super::solutions::Solutions;
use super::steps::Plan;
use crate::space::{AtomType, Handle, Space};
use smallvec::SmallVec;

static NO_FUNCTIONS: std::sync::LazyLock<Functions> = std::sync::LazyLock::new(Functions::new);

/// What a query is prepared with.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'q> {
    /// The functions that it may call.
    pub functions: &'q Functions,
    /// The variables whose values are given each time it is asked.
    pub given: &'q [&'q str],
}

impl Default for Setting<'_> {
    /// No functions, and nothing given.
    fn default() -> Self {
        Self { functions: &NO_FUNCTIONS, given: &[] }
    }
}

/// A query that was planned for a space. It can be asked any number of times.
#[derive(Debug)]
pub struct Prepared<'q> {
    pub(super) query: &'q Query,
    pub(super) space: &'q Space,
    pub(super) functions: &'q Functions,
    pub(super) admissions: SmallVec<[Admission; 2]>,
    pub(super) given: Vec<usize>,
    pub(super) plans: SmallVec<[Plan; 1]>,
    /// Each finds a solution that breaks an `Always`.
    pub(super) guards: Vec<Plan>,
    /// Whether a solution may come up twice.
    pub(super) repeats: bool,
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
        let admissions: SmallVec<[Admission; 2]> =
            self.declared.iter().map(|declared| Admission::new(space, declared, open)).collect();
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
        for branch in &self.branches {
            plans.push(planning.plan(branch, &given, &wanted)?);
        }
        let mut guards = Vec::new();
        for (branch, always) in self.branches.iter().flat_map(|branch| self.always.iter().map(move |of| (branch, of))) {
            let broken = Branch { never: vec![always.clone()], ..Branch::default() };
            guards.push(planning.plan(&branch.joined(&broken), &given, &wanted)?);
        }
        let scoped = |plan: &Plan| plan.table.links().any(|(_, link)| link.form == Form::Scoped);
        let repeats = plans.len() > 1 || plans.iter().any(scoped);
        Ok(Prepared { query: self, space, functions: setting.functions, admissions, given, plans, guards, repeats })
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
        for (pattern, clause) in self.patterns() {
            let mut open = vec![pattern];
            while let Some(pattern) = open.pop() {
                let Pattern::Link(of, parts) = pattern else { continue };
                open.extend(parts);
                let (AtomType::EXECUTION_OUTPUT, Some(Pattern::Node(AtomType::GROUNDED_SCHEMA, name))) =
                    (*of, parts.first())
                else {
                    continue;
                };
                if functions.schema_named(name).is_none() {
                    let shown = clause.map(|clause| self.clause_shown(types, clause));
                    let clause = shown.unwrap_or_else(|| "what is written".to_owned());
                    return Err(QueryError::Function { name: name.to_string(), clause, known: functions.known(false) });
                }
            }
        }
        Ok(())
    }
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
        Context { space: self.space, admissions: &self.admissions, functions: self.functions }
    }
}
