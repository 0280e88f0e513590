//! What a plan is, as data and as text: the order of variables, the index of each step, what was expected and what came.

use super::build::Query;
use super::machine::Machine;
use super::pattern::Pattern;
use super::prepare::Prepared;
use super::slots::{Content, Part, Slot};
use super::steps::{Do, Plan, Source, Step};
use crate::space::{AtomType, Space};
use serde::Serialize;
use std::fmt;

/// How a query is searched.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// The alternatives that its Or and Choice multiply out to, in the order in which they are searched.
    pub branches: Vec<ExplainedBranch>,
    /// Whether it was asked: without that, nothing was tried or passed.
    pub asked: bool,
}

/// How one alternative is searched.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExplainedBranch {
    /// The variables in the order in which they are found.
    pub order: Vec<String>,
    /// The steps, in order.
    pub steps: Vec<ExplainedStep>,
    /// A clause that names an atom which is not there, so that nothing is searched.
    pub missing: Option<String>,
}

/// A step.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExplainedStep {
    /// What it does.
    pub action: String,
    /// The index that it uses.
    pub index: &'static str,
    /// The variables that have a value from it.
    pub finds: Vec<String>,
    /// The clause that it belongs to, as text.
    pub clause: Option<String>,
    /// How often it was expected to be passed.
    pub expected: f64,
    /// Candidates that it looked at.
    pub tried: u64,
    /// How often it was passed.
    pub passed: u64,
    /// Whether it shares no variable with what was found before, so that possibilities multiply.
    pub product: bool,
    /// What must have no solution, for a step that asks for that.
    pub within: Vec<ExplainedBranch>,
}

impl Prepared<'_> {
    /// What was planned.
    #[must_use]
    pub fn explain(&self) -> Explanation {
        Explanation::new(self, &[])
    }
}

impl Explanation {
    pub(super) fn new(prepared: &Prepared<'_>, machines: &[Machine<'_>]) -> Self {
        let describing = Describing { query: prepared.query, space: prepared.space };
        let branches =
            prepared.plans.iter().enumerate().map(|(at, plan)| describing.branch(plan, machines.get(at))).collect();
        Self { branches, asked: !machines.is_empty() }
    }
}

struct Describing<'p> {
    query: &'p Query,
    space: &'p Space,
}

impl Describing<'_> {
    fn branch(&self, plan: &Plan, machine: Option<&Machine<'_>>) -> ExplainedBranch {
        let missing = plan.table.missing.map(|clause| self.query.clause_shown(self.space.types(), clause));
        let steps: Vec<ExplainedStep> =
            plan.steps.iter().enumerate().map(|(at, step)| self.step(plan, step, at, machine)).collect();
        let order = steps.iter().flat_map(|step| step.finds.iter().cloned()).collect();
        ExplainedBranch { order, steps, missing }
    }

    fn step(&self, plan: &Plan, step: &Step, at: usize, machine: Option<&Machine<'_>>) -> ExplainedStep {
        let count = machine.map(|machine| machine.count(at)).unwrap_or_default();
        let variables = step.fills.iter().filter(|slot| **slot < plan.table.variables).chain(&step.globs);
        let (action, index) = self.action(plan, step);
        let within = match &step.what {
            Do::Never(plans) => {
                let inner = machine.and_then(|machine| machine.inner(at)).unwrap_or_default();
                plans.iter().enumerate().map(|(at, plan)| self.branch(plan, inner.get(at))).collect()
            }
            _ => Vec::new(),
        };
        ExplainedStep {
            action,
            index,
            finds: variables.map(|variable| self.name(*variable)).collect(),
            clause: step.clause.map(|clause| self.query.clause_shown(self.space.types(), clause)),
            expected: step.expected,
            tried: count.tried,
            passed: count.passed,
            product: step.product,
            within,
        }
    }

    fn name(&self, variable: usize) -> String {
        self.query.declared.get(variable).map(|declared| declared.name.to_string()).unwrap_or_default()
    }

    fn type_name(&self, of: AtomType) -> String {
        self.space.types().name(of)
    }

    fn slot(&self, plan: &Plan, slot: Slot) -> String {
        match plan.table.contents.get(slot) {
            Some(Content::Fixed(atom)) => self.space.show_bare(*atom),
            Some(Content::Link(link)) => {
                let parts = link.parts.iter().map(|part| match part {
                    Part::One(slot) => self.slot(plan, *slot),
                    Part::Many(glob) => format!("{}…", self.name(*glob)),
                });
                let parts: Vec<String> = parts.collect();
                format!("({} {})", self.type_name(link.of), parts.join(" "))
            }
            _ => self.name(slot),
        }
    }

    fn sources(&self, plan: &Plan, sources: &[Source]) -> String {
        let one = |source: &Source, (part, position): (Slot, Option<usize>)| {
            let place = position.map_or_else(String::new, |position| format!(" at {position}"));
            format!("{} by {}{place}", self.slot(plan, source.link), self.slot(plan, part))
        };
        let all: Vec<String> =
            sources.iter().flat_map(|source| source.from.iter().map(move |from| one(source, *from))).collect();
        all.join(", or ")
    }

    fn action(&self, plan: &Plan, step: &Step) -> (String, &'static str) {
        let slot = |slot: &Slot| self.slot(plan, *slot);
        match &step.what {
            Do::Extend { sources, .. } => match sources.as_ref() {
                [one] if one.from.len() == 1 => (format!("each {}", self.sources(plan, sources)), "incoming set"),
                _ => (format!("each of the fewest: {}", self.sources(plan, sources)), "shortest incoming set"),
            },
            Do::Leap { variable, tries } => {
                let of = tries.iter().filter_map(|(clause, level)| {
                    let clause = plan.instances.get(*clause)?.clause;
                    Some(format!("level {level} of {}", self.query.clause_shown(self.space.types(), clause)))
                });
                let of: Vec<String> = of.collect();
                (format!("each {} common to {}", self.name(*variable), of.join(", ")), "sorted tries")
            }
            Do::Scan(source) => (format!("each {}", slot(&source.link)), "atoms by type"),
            Do::Each(variable, types) => {
                let names: Vec<String> = types.iter().take(4).map(|of| self.type_name(*of)).collect();
                let more = if types.len() > 4 { " …" } else { "" };
                (format!("each {} among {}{more}", slot(variable), names.join(" ")), "atoms by type")
            }
            Do::Find { link, .. } => (format!("look up {}", slot(link)), "links by content"),
            Do::Open { link, .. } | Do::Shape { link, .. } => (format!("open {}", slot(link)), "joined atoms"),
            Do::Pick { link, part, .. } | Do::Next { link, part, .. } => {
                (format!("take {} from {}", slot(part), slot(link)), "joined atoms")
            }
            Do::Rest { link, glob, .. } | Do::Span { link, glob, .. } => {
                (format!("take {}… from {}", self.name(*glob), slot(link)), "joined atoms")
            }
            Do::Alike { link, .. } => (format!("compare {} up to bound names", slot(link)), "none"),
            Do::Check(_) => ("check".to_owned(), "none"),
            Do::Assign { slot: variable, from, .. } => {
                (format!("compute {}{}", slot(variable), from_shown(from)), "atoms by content")
            }
            Do::Never(_) => ("go on if there is no".to_owned(), "as within"),
        }
    }
}

fn from_shown(from: &Pattern) -> &'static str {
    if from.is_ground() { " from a constant" } else { "" }
}

impl fmt::Display for Explanation {
    /// A line for each step: what was found, how, what was expected, and, if it was asked, what came.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, branch) in self.branches.iter().enumerate() {
            if self.branches.len() > 1 {
                writeln!(out, "branch {} of {}", at + 1, self.branches.len())?;
            }
            branch.write(out, 0, self.asked)?;
        }
        Ok(())
    }
}

impl ExplainedBranch {
    fn write(&self, out: &mut fmt::Formatter<'_>, depth: usize, asked: bool) -> fmt::Result {
        let indent = "  ".repeat(depth);
        if let Some(missing) = &self.missing {
            return writeln!(out, "{indent}nothing to search: an atom is not there, which is named by {missing}");
        }
        if !self.order.is_empty() {
            writeln!(out, "{indent}order: {}", self.order.join(", "))?;
        }
        for (at, step) in self.steps.iter().enumerate() {
            write!(out, "{indent}{}. {} [{}]", at + 1, step.action, step.index)?;
            if matches!(step.action.as_str(), "check" | "go on if there is no") {
                write!(out, " {}", step.clause.as_deref().unwrap_or_default())?;
            }
            write!(out, " expected {}", rounded(step.expected))?;
            if asked {
                write!(out, ", passed {} of {}", step.passed, step.tried)?;
            }
            writeln!(
                out,
                "{}",
                if step.product { " — PRODUCT: shares no variable with the steps before" } else { "" }
            )?;
            for branch in &step.within {
                branch.write(out, depth + 1, asked)?;
            }
        }
        Ok(())
    }
}

/// A number of rows, with no more digits than it deserves.
fn rounded(number: f64) -> String {
    if number >= 10.0 || number == 0.0 {
        format!("{number:.0}")
    } else if number >= 0.1 {
        format!("{number:.1}")
    } else {
        format!("{number:.0e}")
    }
}
