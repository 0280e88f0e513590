//! Learning from an outcome: what was believed is compared with what was so, and each part that spoke is credited.
//!
//! The true cause's rules gain a count, the rules that concluded another cause lose one; each mode's first choice
//! counts for or against its reliability in the domain; the probability given counts towards calibration; the evidence
//! around the culprit is remembered. Every change is returned in words, with the value before and after.

use super::{Learning, PastCase, Signature};
use crate::calibration::Sample;
use serde::{Deserialize, Serialize};

/// What turned out to be true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The entity at fault; empty when nothing was wrong.
    pub entity: String,
    /// The cause's name; `none` when nothing was wrong.
    pub cause: String,
}

impl Outcome {
    fn healthy(&self) -> bool {
        self.entity.is_empty() || self.cause == "none"
    }

    fn is(&self, entity: &str, cause: &str) -> bool {
        !self.healthy() && self.entity == entity && self.cause == cause
    }
}

/// A hypothesis as it stood when the verdict was given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordedHypothesis {
    /// The entity.
    pub entity: String,
    /// The cause.
    pub cause: String,
    /// Its probability before calibration.
    pub raw: f64,
    /// The rules that concluded it.
    pub rules: Vec<RecordedRule>,
}

/// A rule that concluded a hypothesis, with its own truth value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordedRule {
    /// The rule's name.
    pub name: String,
    /// The strength written in the rule file.
    pub strength: f64,
    /// The confidence written in the rule file.
    pub confidence: f64,
}

/// A mode's first choice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordedMode {
    /// The mode's name.
    pub mode: String,
    /// The entity it held at fault.
    pub entity: String,
    /// The cause it held for true.
    pub cause: String,
}

/// The evidence around one entity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EntityRecord {
    /// The entity.
    pub entity: String,
    /// Its surroundings, without names.
    pub signature: Signature,
}

/// What is kept of a verdict so that an outcome can teach something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseRecord {
    /// The domain of the case.
    pub domain: String,
    /// The kinds of evidence that there were; empty in records of earlier versions.
    #[serde(default)]
    pub profile: String,
    /// The probability that nothing was wrong, before calibration; none in records of earlier versions.
    #[serde(default)]
    pub none: Option<f64>,
    /// Its hypotheses, most probable first.
    pub hypotheses: Vec<RecordedHypothesis>,
    /// The modes that spoke.
    pub modes: Vec<RecordedMode>,
    /// The entities that evidence was about.
    pub entities: Vec<EntityRecord>,
}

/// One thing that changed, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What changed.
    pub what: String,
    /// Its value before.
    pub before: String,
    /// Its value after.
    pub after: String,
}

fn change(what: String, before: f64, after: f64) -> Change {
    Change { what, before: format!("{before:.3}"), after: format!("{after:.3}") }
}

impl Learning {
    /// Takes in what turned out to be true of a recorded case and returns what changed for it.
    pub fn learn(&mut self, record: &CaseRecord, outcome: &Outcome) -> Vec<Change> {
        let mut changes = self.learn_rules(record, outcome);
        changes.extend(self.learn_modes(record, outcome));
        changes.extend(self.learn_calibration(record, outcome));
        changes.extend(self.learn_case(record, outcome));
        changes
    }

    fn learn_rules(&mut self, record: &CaseRecord, outcome: &Outcome) -> Vec<Change> {
        let mut verdicts: Vec<(&RecordedRule, bool)> = Vec::new();
        for hypothesis in &record.hypotheses {
            let right = outcome.is(&hypothesis.entity, &hypothesis.cause);
            for rule in &hypothesis.rules {
                // A rule that concluded the truth among other things was right.
                match verdicts.iter_mut().find(|(known, _)| known.name == rule.name) {
                    Some((_, known)) => *known |= right,
                    None => verdicts.push((rule, right)),
                }
            }
        }
        let mut changes = Vec::with_capacity(verdicts.len());
        for (rule, right) in verdicts {
            let now = |learning: &Self| {
                learning.rule_strength(&rule.name, rule.strength, rule.confidence).map_or(rule.strength, |(s, _)| s)
            };
            let before = now(self);
            self.rules.entry(rule.name.clone()).or_default().add(right);
            let verdict = if right { "was right" } else { "was wrong here" };
            changes.push(change(format!("strength of rule {} ({verdict})", rule.name), before, now(self)));
        }
        changes
    }

    fn learn_modes(&mut self, record: &CaseRecord, outcome: &Outcome) -> Vec<Change> {
        let mut changes = Vec::with_capacity(record.modes.len());
        for choice in &record.modes {
            let before = self.reliability(&record.domain, &choice.mode);
            let modes = self.modes.entry(record.domain.clone()).or_default();
            modes.entry(choice.mode.clone()).or_default().add(outcome.is(&choice.entity, &choice.cause));
            let after = self.reliability(&record.domain, &choice.mode);
            changes.push(change(
                format!("reliability of {} reasoning on {} cases", choice.mode, record.domain),
                before,
                after,
            ));
        }
        changes
    }

    /// The first choice counts: lower ranks are what it leaves.
    fn learn_calibration(&mut self, record: &CaseRecord, outcome: &Outcome) -> Option<Change> {
        let first = record.hypotheses.first()?;
        let profile = if record.profile.is_empty() { &record.domain } else { &record.profile };
        let before = self.calibration(profile, &record.domain).apply(first.raw);
        let correct = outcome.is(&first.entity, &first.cause);
        self.sample(profile, Sample { raw: first.raw, correct });
        if let Some(none) = record.none {
            self.sample(&super::of_health(profile), Sample { raw: none, correct: outcome.healthy() });
        }
        let after = self.calibration(profile, &record.domain).apply(first.raw);
        let on = profile.replace('+', ", ");
        Some(change(format!("what a raw probability of {:.2} means from {on}", first.raw), before, after))
    }

    fn learn_case(&mut self, record: &CaseRecord, outcome: &Outcome) -> Option<Change> {
        if outcome.healthy() {
            return None;
        }
        let known = record.entities.iter().find(|known| known.entity == outcome.entity)?;
        if known.signature.is_empty() {
            return None;
        }
        let before = self.cases.len();
        self.remember(PastCase { signature: known.signature.clone(), cause: outcome.cause.clone() });
        Some(Change {
            what: "past cases remembered".to_owned(),
            before: before.to_string(),
            after: self.cases.len().to_string(),
        })
    }
}
