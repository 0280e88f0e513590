//! Rules: diagnostic knowledge as text, and the engine that runs it.
//!
//! A [`RuleSet`] is parsed once and run over frames; each run gives [`Derivations`]: every firing with its premises, its
//! bindings and its truth value. The text format is described in `docs/rule-format.md`.

mod check;
mod circles;
mod conclude;
mod derivations;
mod examples;
mod form;
pub(crate) mod join;
pub(crate) mod plan;
mod predict;
mod proof;
mod quantity;
mod read;
mod run;
mod strata;
mod support;
mod template;
mod value;
mod variables;

pub use check::Problem;
pub use derivations::{Derivations, Firing, LimitKind, Limits, Strengths, Truncated};
pub use examples::Failure;
pub use form::{
    Aggregate, AggregateKind, Comparison, Conclusion, Example, Expr, Form, Function, Guard, Premise, Rule, RuleKind,
    Search,
};
pub use predict::Explanation;
pub use proof::{Cut, MAX_ATOMS, MAX_STEPS, ProofStep, ProofTree};
pub use read::{MAX_PREMISES, MAX_VARIABLES};

use crate::Frame;
use crate::sexpr::{self, ReadError};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Forms that stand in rule files beside rules and are read by others: what may be asked of a system, and where what is
/// seen. They are passed over here.
pub const OTHER_FORMS: [&str; 4] = ["probe", "seen", "census", "hint"];

/// How many rules a set may have.
pub const MAX_RULES: usize = 10_000;

/// Why a rule file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {message}{}", if hint.is_empty() { String::new() } else { format!("; {hint}") })]
pub struct ParseError {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// What is wrong.
    pub message: String,
    /// What to do about it; may be empty.
    pub hint: String,
}

impl ParseError {
    fn in_file(file: &str, error: ReadError) -> Self {
        let ReadError { at, message, hint } = error;
        Self { file: file.to_owned(), line: at.line, column: at.column, message, hint }
    }
}

/// Rules and mechanisms, in the order in which they were written.
#[derive(Clone, Debug, Default)]
pub struct RuleSet {
    rules: Vec<Arc<Rule>>,
    strata: Vec<usize>,
}

impl RuleSet {
    /// An empty set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads the rules of a text; `file` names it in errors and in proofs.
    pub fn parse(text: &str, file: &str) -> Result<Self, ParseError> {
        let name: Arc<str> = file.into();
        let forms = sexpr::read_all(text).map_err(|error| ParseError::in_file(file, error))?;
        let own = forms.iter().filter(|form| !form.head().is_some_and(|head| OTHER_FORMS.contains(&head)));
        let rules = own.map(|form| read::rule(form, &name).map(Arc::new));
        let rules = rules.collect::<Result<Vec<_>, _>>().map_err(|error| ParseError::in_file(file, error))?;
        Self::from_rules(rules)
    }

    /// Reads several files, given as pairs of text and name, into one set.
    pub fn parse_all<'t>(files: impl IntoIterator<Item = (&'t str, &'t str)>) -> Result<Self, ParseError> {
        let mut rules = Vec::new();
        for (text, file) in files {
            rules.extend(Self::parse(text, file)?.rules);
        }
        Self::from_rules(rules)
    }

    /// Joins two sets.
    pub fn join(mut self, other: Self) -> Result<Self, ParseError> {
        self.rules.extend(other.rules);
        Self::from_rules(self.rules)
    }

    fn from_rules(rules: Vec<Arc<Rule>>) -> Result<Self, ParseError> {
        if let Some(rule) = rules.get(MAX_RULES) {
            let error = read::wrong(rule.at, format!("more than {MAX_RULES} rules"), "split the set");
            return Err(ParseError::in_file(&rule.file, error));
        }
        match strata::strata(&rules) {
            Ok(strata) => Ok(Self { rules, strata }),
            Err(index) => Err(rules.get(index).map_or_else(
                || ParseError::in_file("", read::wrong(sexpr::Position::default(), "the rules cannot be ordered", "")),
                |rule| {
                    let message = format!("the rule `{}` concludes what, over other rules, depends on its own absence", rule.name);
                    let hint = "a relation inside `not` or an aggregate must not follow from the rule's own conclusion; name the intermediate relation differently";
                    ParseError::in_file(&rule.file, read::wrong(rule.at, message, hint))
                },
            )),
        }
    }

    /// The relations that premises ask for, inside `not` and aggregates too, by name. One that neither a rule concludes
    /// nor any importer or detector emits is a slip: its rule can never fire.
    #[must_use]
    pub fn asked(&self) -> BTreeSet<&str> {
        let premises = self.rules.iter().flat_map(|rule| &rule.premises);
        premises.flat_map(strata::dependencies).map(|(relation, _)| relation).collect()
    }

    /// The relations that rules and mechanisms conclude, by name.
    #[must_use]
    pub fn concluded(&self) -> BTreeSet<&str> {
        let conclusions = self.rules.iter().flat_map(|rule| &rule.conclusions);
        conclusions.map(|conclusion| conclusion.pattern.predicate.as_str()).collect()
    }

    /// The rules and mechanisms.
    #[must_use]
    pub fn rules(&self) -> &[Arc<Rule>] {
        &self.rules
    }

    /// The rule of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arc<Rule>> {
        self.rules.iter().find(|rule| rule.name == name)
    }

    /// Runs the rules (not the mechanisms) over a frame until nothing more follows or a limit is met. Conclusions become
    /// facts of the frame. Run it once a frame; to run again with other facts, use a [`Frame::fork`] from before.
    ///
    /// ```
    /// use oriel_atomspace::{Frame, rules::{Limits, RuleSet, Strengths}};
    /// let rules = RuleSet::parse(r#"
    ///     (rule killed-for-memory
    ///       "The kernel killed a container because it went over its memory limit."
    ///       (source "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/")
    ///       (tv 0.95 0.9)
    ///       (if (container-terminated ?pod ?container "OOMKilled") (part-of ?pod ?service))
    ///       (then (cause ?service out-of-memory)))"#, "memory.rules")?;
    /// let mut frame = Frame::new();
    /// frame.load(r#"(container-terminated pod/a-1 main "OOMKilled") <1 0.9> @pods.txt:4  (part-of pod/a-1 service/a)"#)?;
    /// let derivations = rules.run(&mut frame, &Strengths::new(), Limits::default());
    /// let cause = derivations.concluded()[0];
    /// assert_eq!(frame.show(cause), "(cause service/a out-of-memory)");
    /// assert_eq!(frame.tv(cause).to_string(), "<0.95 0.90>");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn run(&self, frame: &mut Frame, strengths: &Strengths, limits: Limits) -> Derivations {
        run::run(&self.rules, &self.strata, frame, strengths, limits)
    }
}

impl std::fmt::Display for RuleSet {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.rules.iter().try_for_each(|rule| writeln!(out, "{rule}\n"))
    }
}

#[cfg(test)]
mod tests;
