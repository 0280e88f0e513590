//! Queries within what is computed: they stand for the set of what they find.

use super::{Computing, failed};
use crate::query::build::{Kind, Query};
use crate::query::computed::Computed;
use crate::query::define::expanded;
use crate::query::error::QueryError;
use crate::query::execute::is_query;
use crate::query::limits::Halt;
use crate::query::pattern::Pattern;
use crate::query::prepare::Setting;
use crate::space::AtomType;

/// What a query within counts for in the depth of computations.
const DEPTH: usize = 40;

impl Computing<'_, '_, '_> {
    /// What a pattern computes; a query is asked.
    pub(super) fn data(&mut self, pattern: &Pattern) -> Result<Option<Computed>, Halt> {
        match pattern {
            Pattern::Link(of, _) if is_query(self.holding.context.space, *of) => {
                self.depth += DEPTH;
                self.deep_enough()?;
                let found = self.found(pattern);
                self.depth -= DEPTH;
                found
            }
            other => self.compute(other),
        }
    }

    fn found(&mut self, pattern: &Pattern) -> Result<Option<Computed>, Halt> {
        let space = self.holding.context.space;
        let Some(plain) = self.plain(pattern)? else { return Ok(None) };
        let Some(term) = plain.term(space) else {
            return Ok(self.lacks(|own| format!("{} cannot be asked", own.show(&plain))));
        };
        let query = expanded(space, term).and_then(|expanded| Query::of_expanded(space.types(), &expanded));
        let query = query.map_err(halted)?;
        if let Kind::Satisfaction | Kind::Join(_) = query.kind() {
            return Ok(self.lacks(|own| format!("{} gives no atoms to go on with", own.show(&plain))));
        }
        let setting = Setting { functions: self.holding.context.functions, given: &[] };
        let mut prepared = query.prepare_with(space, setting).map_err(halted)?;
        prepared.depth = self.depth;
        let mut found = Vec::new();
        let mut solutions = prepared.solutions(self.budget.rest());
        for solution in solutions.by_ref() {
            let solution = solution.map_err(Box::new)?;
            if query.kind() == Kind::Get {
                found.push(prepared.row(&solution));
            }
            for template in &query.rewrites {
                let (values, globs) = (solution.values(), solution.globs());
                found.extend(prepared.filled(template, values, globs, self.budget).map_err(halted)?);
            }
            self.budget.make(found.last().map_or(0, Computed::parts))?;
        }
        self.budget.spend(solutions.steps())?;
        Ok(Some(Computed::Link(AtomType::SET, found)))
    }
}

#[expect(clippy::unnecessary_box_returns, reason = "see `Halt`")]
fn halted(error: QueryError) -> Halt {
    match error {
        QueryError::Stopped(stopped) => Box::new(stopped),
        other => failed("a query within", other.to_string()),
    }
}
