//! Running the examples of rules, and saying why one fails.

use super::derivations::{Limits, Strengths};
use super::form::{Example, Form, Premise, Rule};
use super::{RuleSet, plan, run};
use crate::atom::AtomId;
use crate::pattern::{Pattern, Variables};
use crate::rules::join::{Solver, State};
use crate::sexpr::{self, Position};
use crate::{Frame, TruthValue};
use std::sync::Arc;

/// The most work that one example may cost.
const LIMITS: Limits = Limits { max_firings: 1_000, max_rounds: 50, max_candidates: 1_000_000 };

/// An example that does not do what it says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{}:{}: the example of `{rule}` {message}", at.line, at.column)]
pub struct Failure {
    /// The file of the rule.
    pub file: String,
    /// Where the example is.
    pub at: Position,
    /// The rule.
    pub rule: String,
    /// What went otherwise.
    pub message: String,
}

impl RuleSet {
    /// Runs each example against its rule alone. One that `fires` must give all the conclusions that it names; one that
    /// is `silent` must give none of those it names, or none at all where it names none.
    #[must_use]
    pub fn test(&self) -> Vec<Failure> {
        let failures = self.rules.iter().flat_map(|rule| {
            rule.examples.iter().filter_map(|example| {
                let message = failure(rule, example)?;
                Some(Failure { file: rule.file.to_string(), at: example.at, rule: rule.name.clone(), message })
            })
        });
        failures.collect()
    }
}

fn failure(rule: &Arc<Rule>, example: &Example) -> Option<String> {
    let mut frame = Frame::new();
    for fact in &example.facts {
        assert_ground(&mut frame, fact);
    }
    let before = frame.fork();
    let out = run::run_one(rule, &mut frame, &Strengths::new(), LIMITS);
    let concluded: Vec<String> = out.concluded().iter().map(|id| frame.show(*id)).collect();
    let named = |atom: &String, wanted: &Pattern| is_like(atom, wanted);
    if example.fires {
        let missing = example.conclusions.iter().filter(|wanted| !concluded.iter().any(|atom| named(atom, wanted)));
        let missing: Vec<String> = missing.map(Pattern::to_string).collect();
        if missing.is_empty() {
            return None;
        }
        let instead = if concluded.is_empty() {
            why_silent(rule, &before)
        } else {
            format!("it concludes {}", concluded.join(" "))
        };
        return Some(format!("should conclude {}, but {instead}", missing.join(" ")));
    }
    let wanted = &example.conclusions;
    let refused = |atom: &&String| wanted.is_empty() || wanted.iter().any(|wanted| named(atom, wanted));
    let unwanted: Vec<&str> = concluded.iter().filter(refused).map(String::as_str).collect();
    (!unwanted.is_empty()).then(|| format!("should be silent, but it concludes {}", unwanted.join(" ")))
}

/// Whether an atom, as it is shown, is what an example names; `?_` is like anything.
fn is_like(atom: &str, wanted: &Pattern) -> bool {
    let Ok(Some(form)) = sexpr::read_all(atom).map(|forms| forms.into_iter().next()) else { return false };
    Pattern::from_expression(&form, &mut Variables::default()).is_ok_and(|found| {
        found.predicate == wanted.predicate
            && found.args.len() == wanted.args.len()
            && found.args.iter().zip(&wanted.args).all(|(found, wanted)| wanted.term().is_none() || found == wanted)
    })
}

/// Asserts a pattern without variables as a fact.
fn assert_ground(frame: &mut Frame, fact: &Pattern) -> Option<AtomId> {
    let args: Option<Vec<_>> = fact.args.iter().map(crate::Arg::term).collect();
    Some(frame.fact(&fact.predicate, &args?, TruthValue::TRUE, None))
}

/// What keeps a rule from firing on these facts.
fn why_silent(rule: &Rule, frame: &Frame) -> String {
    if let Some(lonely) = rule.patterns().find(|pattern| frame.query(std::slice::from_ref(pattern)).is_empty()) {
        return format!("no fact of it matches {lonely}");
    }
    let (patterns, others): (Vec<Premise>, Vec<Premise>) =
        rule.premises.iter().cloned().partition(|premise| matches!(premise.form, Form::Match(_)));
    if !matches(rule, frame, &patterns) {
        return "no facts of it fit together: each pattern matches alone, but with different values of the variables"
            .to_owned();
    }
    if matches(rule, frame, &rule.premises) {
        return "its conclusion cannot be filled in".to_owned();
    }
    for (index, blocking) in others.iter().enumerate() {
        let rest = others.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, premise)| premise.clone());
        let without: Vec<Premise> = patterns.iter().cloned().chain(rest).collect();
        if matches(rule, frame, &without) {
            return format!("{blocking} is not met");
        }
    }
    "its conditions are not met".to_owned()
}

fn matches(rule: &Rule, frame: &Frame, premises: &[Premise]) -> bool {
    let Some(steps) = plan::rule(frame, premises, None) else { return false };
    let mut found = false;
    let mut state = State::new(rule.names.len(), premises.len());
    Solver::new(frame, LIMITS.max_candidates).solve(&steps, &mut state, &mut |_| {
        found = true;
        false
    });
    found
}
