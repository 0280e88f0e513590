//! One diagnosis: evidence → frame → rules → hypotheses → modes → verdict, each stage reported as it begins.

use crate::knowledge::Knowledge;
use oriel_atomspace::Frame;
use oriel_atomspace::rules::{Derivations, Limits as RuleLimits};
use oriel_evidence::detect::choice::Detectors;
use oriel_evidence::{Evidence, Limits, ReadError, Source};
use oriel_reasoning::verdict::SkippedItem;
use oriel_reasoning::{Case, CaseRecord, MODES, Mode, UnknownMode, Verdict, deliberate, named};

/// What may be chosen for a diagnosis.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Bounds on reading.
    pub limits: Limits,
    /// Bounds on the rules.
    pub rule_limits: RuleLimits,
    /// The modes to use by name; all when empty.
    pub modes: Vec<String>,
    /// The detectors to run; all by default.
    pub detectors: Detectors,
}

/// How far a diagnosis is. `total` is 0 where it cannot be known before the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// `reading`, `detecting`, `deriving`, `reasoning` or `concluding`.
    pub name: &'static str,
    /// Units done.
    pub done: u64,
    /// Units there are.
    pub total: u64,
    /// What is being worked on.
    pub detail: String,
}

/// Why there is no verdict.
#[derive(Debug, thiserror::Error)]
pub enum DiagnoseError {
    /// The incident cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A mode was asked for that does not exist.
    #[error(transparent)]
    Mode(#[from] UnknownMode),
}

/// A verdict with everything it rests on.
#[derive(Debug)]
pub struct Diagnosis {
    /// The verdict; its `elapsed_ms` is 0 until the caller fills it in.
    pub verdict: Verdict,
    /// What to keep so that the outcome can teach.
    pub record: CaseRecord,
    /// All atoms.
    pub frame: Frame,
    /// Every firing of the rules.
    pub derivations: Derivations,
    /// What was read.
    pub evidence: Evidence,
}

/// Diagnoses an incident.
pub fn diagnose(
    source: &Source,
    knowledge: &Knowledge,
    options: &Options,
    progress: &mut dyn FnMut(Stage),
) -> Result<Diagnosis, DiagnoseError> {
    let modes = modes(options)?;
    let evidence = Evidence::read(source, &options.limits, &mut |read| {
        progress(Stage { name: "reading", done: read.files as u64, total: 0, detail: read.file });
    })?;
    progress(stage("detecting", format!("{} files read", evidence.counts.files)));
    let mut frame = Frame::new();
    evidence.emit_with(&options.detectors, &mut frame);
    progress(stage("deriving", format!("{} facts", frame.fact_count())));
    let derivations = knowledge.rules().run(&mut frame, knowledge.strengths(), options.rule_limits);
    progress(stage("reasoning", format!("{} firings", derivations.firings().len())));
    let case = Case::new(&frame, &derivations, knowledge.rules(), knowledge.learning());
    let deliberation = deliberate(&case, &modes);
    progress(stage("concluding", format!("{} hypotheses", deliberation.record.hypotheses.len())));
    let mut verdict = deliberation.verdict;
    verdict.skipped = skipped(&evidence, &derivations);
    Ok(Diagnosis { verdict, record: deliberation.record, frame, derivations, evidence })
}

fn modes(options: &Options) -> Result<Vec<Mode>, UnknownMode> {
    if options.modes.is_empty() {
        return Ok(MODES.to_vec());
    }
    let names: Vec<&str> = options.modes.iter().map(String::as_str).collect();
    named(&names)
}

fn stage(name: &'static str, detail: String) -> Stage {
    Stage { name, done: 0, total: 0, detail }
}

fn skipped(evidence: &Evidence, derivations: &Derivations) -> Vec<SkippedItem> {
    let read = evidence.skipped.iter();
    let mut skipped: Vec<SkippedItem> =
        read.map(|s| SkippedItem { file: s.file.clone(), line: s.line, reason: s.reason.clone() }).collect();
    skipped.extend(derivations.truncated().map(|t| SkippedItem {
        file: String::new(),
        line: 0,
        reason: t.to_string(),
    }));
    skipped
}
