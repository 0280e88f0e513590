//! The shipped engine: `oriel-diagnosis` with the shipped rules and what outcomes taught.

use std::path::PathBuf;

use oriel_atomspace::Arg;
use oriel_atomspace::rules::RuleSet;
use oriel_diagnosis::inquiry::{Ask, Event, Interrogation, Settings as InquirySettings, inquire};
use oriel_diagnosis::{CaseRecord, Diagnosis, Knowledge, KnowledgeError, Learning, Options, Outcome, Source, diagnose};
use oriel_reasoning::words;
use serde_json::Value;

use crate::engine::{Cause, Change, Engine, EngineError, Finding, Truth};
use crate::progress::Board;

/// The rules, parsed once, and the learning that ships with them.
#[derive(Debug)]
pub struct DiagnosisEngine {
    shipped: Knowledge,
    causes: Vec<Cause>,
}

impl DiagnosisEngine {
    /// The shipped knowledge.
    pub fn shipped() -> Result<Self, KnowledgeError> {
        let shipped = Knowledge::shipped()?;
        let causes = causes(shipped.rules());
        Ok(Self { shipped, causes })
    }

    /// What is known with what was learned here; the shipped learning before anything was.
    fn learning(&self, learned: &Value) -> Result<Learning, EngineError> {
        if learned.is_null() {
            return Ok(self.shipped.learning().clone());
        }
        serde_json::from_value(learned.clone()).map_err(failed("what was learned cannot be read"))
    }
}

impl Engine for DiagnosisEngine {
    fn diagnose(&self, archive: PathBuf, learned: &Value, board: &Board) -> Result<Finding, EngineError> {
        let knowledge = self.shipped.with_learning(self.learning(learned)?);
        let source = Source::Archive(archive);
        let diagnosis = diagnose(&source, &knowledge, &Options::default(), &mut |stage| {
            board.report(stage.name, stage.done, stage.total);
        })
        .map_err(|error| EngineError(error.to_string()))?;
        finding(&diagnosis)
    }

    fn inquire(
        &self,
        start: Vec<(String, Vec<u8>)>,
        max_commands: usize,
        ask: &mut dyn Ask,
        learned: &Value,
        board: &Board,
    ) -> Result<Finding, EngineError> {
        let knowledge = self.shipped.with_learning(self.learning(learned)?);
        board.report("preparing", 0, 0);
        let interrogation = Interrogation::new(&knowledge);
        let settings = InquirySettings { max_commands, ..InquirySettings::default() };
        let (most, mut asked) = (u64::try_from(max_commands).unwrap_or(u64::MAX), 0);
        let mut watch = |event: Event<'_>| match event {
            Event::Asking(step) => {
                board.report("asking", asked, most);
                board.asking(step);
            }
            Event::Answered(step) => {
                asked += 1;
                board.answered(step);
                board.report("asking", asked, most);
            }
        };
        let options = Options::default();
        let diagnosis = inquire(start, &knowledge, &interrogation, &options, &settings, ask, &mut watch)
            .map_err(|error| EngineError(error.to_string()))?;
        board.report("asking", asked, asked);
        finding(&diagnosis)
    }

    fn learn(&self, learned: &Value, record: &Value, truth: &Truth) -> Result<(Value, Vec<Change>), EngineError> {
        let mut learning = self.learning(learned)?;
        let record: CaseRecord = serde_json::from_value(record.clone())
            .map_err(failed("the record of this investigation cannot be read"))?;
        let outcome = Outcome { entity: truth.entity.clone(), cause: truth.cause.clone() };
        let changes = learning.learn(&record, &outcome);
        let learned = serde_json::to_value(&learning).map_err(failed("what was learned cannot be written"))?;
        let changes =
            changes.into_iter().map(|change| Change { what: change.what, before: change.before, after: change.after });
        Ok((learned, changes.collect()))
    }

    fn causes(&self) -> Vec<Cause> {
        self.causes.clone()
    }
}

fn finding(diagnosis: &Diagnosis) -> Result<Finding, EngineError> {
    Ok(Finding {
        verdict: serde_json::to_value(&diagnosis.verdict).map_err(failed("the verdict cannot be written"))?,
        record: serde_json::to_value(&diagnosis.record).map_err(failed("the record cannot be written"))?,
    })
}

fn failed(what: &'static str) -> impl Fn(serde_json::Error) -> EngineError {
    move |error| EngineError(format!("{what}: {error}"))
}

/// Every cause that a rule concludes, by title.
fn causes(rules: &RuleSet) -> Vec<Cause> {
    let conclusions = rules.rules().iter().flat_map(|rule| &rule.conclusions);
    let mut causes: Vec<Cause> = conclusions
        .filter(|conclusion| conclusion.pattern.predicate == "cause")
        .filter_map(|conclusion| match conclusion.pattern.args.get(1) {
            Some(Arg::Word(name)) => Some(Cause { name: name.clone(), title: words::sentence(name) }),
            _ => None,
        })
        .collect();
    causes.sort_by(|a, b| a.title.cmp(&b.title));
    causes.dedup();
    causes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_rules_name_causes() {
        let causes = DiagnosisEngine::shipped().unwrap().causes();
        assert!(!causes.is_empty());
        assert!(causes.windows(2).all(|pair| pair[0].name != pair[1].name));
    }
}
