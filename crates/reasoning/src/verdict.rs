//! What an investigation says in the end: the verdict, and the serialisable parts it is made of.
//!
//! These types are the contract with everything outside the engine (the command line, the API, the database, the
//! console). They hold words and numbers only, no atom ids, so that a stored verdict can be read without its frame.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Whether a cause was named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = VerdictStatus))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// At least one hypothesis is more probable than not naming any.
    Diagnosed,
    /// No cause is named; [`Verdict::abstention`] says why.
    Abstained,
}

/// Why no cause is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AbstentionReason {
    /// There is evidence, and it shows nothing wrong.
    Healthy,
    /// Something is wrong, and the evidence does not tell the candidate causes apart.
    Undecidable,
    /// There is nothing to reason from.
    NoEvidence,
}

/// An explicit refusal to name a cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Abstention {
    /// The kind of refusal.
    pub reason: AbstentionReason,
    /// The refusal in words, with what would settle it.
    pub explanation: String,
}

/// A fact that speaks for a hypothesis.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EvidenceItem {
    /// The atom as an s-expression.
    pub atom: String,
    /// Truth value strength, 0 to 1.
    pub strength: f64,
    /// Truth value confidence, 0 to 1.
    pub confidence: f64,
    /// The file of the incident it was read from.
    pub file: Option<String>,
    /// The line in that file, from 1.
    pub line: Option<u32>,
}

/// How a conclusion was derived: a rule and, below it, its premises down to the observed facts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProofTree {
    /// The atom concluded or observed.
    pub atom: String,
    /// Truth value strength, 0 to 1.
    pub strength: f64,
    /// Truth value confidence, 0 to 1.
    pub confidence: f64,
    /// The rule that concluded it; none for an observed fact.
    pub rule: Option<String>,
    /// The rule's sentence.
    pub says: Option<String>,
    /// The file the fact was read from.
    pub file: Option<String>,
    /// The line in that file, from 1.
    pub line: Option<u32>,
    /// What it rests on.
    #[cfg_attr(feature = "openapi", schema(no_recursion))]
    pub premises: Vec<ProofTree>,
}

/// One candidate cause with its probability.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RankedHypothesis {
    /// What is at fault, as `kind/name`.
    pub entity: String,
    /// The cause's name in the rules.
    pub cause: String,
    /// The two in a sentence.
    pub title: String,
    /// Calibrated probability that this is a true cause, 0 to 1. From telemetry alone, which tells what a trouble does and not
    /// what it is, the foremost cause at a place carries the probability that the trouble is at that place.
    pub probability: f64,
    /// Lower end of the 90 % credible interval.
    pub low: f64,
    /// Upper end of the 90 % credible interval.
    pub high: f64,
    /// Why, in a few sentences.
    pub explanation: String,
    /// The observed facts that speak for it.
    pub evidence: Vec<EvidenceItem>,
    /// The best derivation, when rules derived it.
    pub proof: Option<ProofTree>,
}

/// Two conclusions that cannot both hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Contradiction {
    /// `exclusive_causes`, `certain_against_impossible` or `against_observation`.
    pub kind: String,
    /// The modes or hypotheses at odds.
    pub between: Vec<String>,
    /// What is at odds, in words.
    pub explanation: String,
}

/// One conclusion of one mode.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConclusionView {
    /// What is at fault, as `kind/name`.
    pub entity: String,
    /// The cause's name.
    pub cause: String,
    /// Strength, 0 to 1.
    pub strength: f64,
    /// Confidence, 0 to 1.
    pub confidence: f64,
}

/// What one mode concluded, for people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PerspectiveView {
    /// The mode's name.
    pub mode: String,
    /// How much the case gives this mode to work with, 0 to 1.
    pub applicability: f64,
    /// Its share in the consensus, 0 to 1.
    pub weight: f64,
    /// Its conclusions, strongest first.
    pub conclusions: Vec<ConclusionView>,
    /// What it took for granted.
    pub assumptions: Vec<String>,
    /// The atoms it used.
    pub used: Vec<String>,
    /// One sentence on how it got there.
    pub note: String,
}

/// How likely an action is to do harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Risk {
    /// Harm is unlikely and small.
    Low,
    /// Some users may notice.
    Medium,
    /// An outage or loss is possible.
    High,
}

/// What a recommendation would have you do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Set fields of an object of the cluster.
    Patch,
    /// Run a command that changes something.
    #[default]
    Command,
    /// Look before anything is changed: a command that only reads.
    Inspect,
}

/// Something to do about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Recommendation {
    /// The action's name in the rules.
    pub action: String,
    /// What it acts on.
    pub entity: String,
    /// The cause it removes, or tells apart.
    pub cause: String,
    /// The action in a sentence.
    pub title: String,
    /// What kind of change it is.
    #[serde(default)]
    pub kind: ChangeKind,
    /// The command, filled in as far as the evidence goes; empty when there is none.
    pub command: String,
    /// The change as a unified diff of the manifest lines that it touches, where it sets fields.
    #[serde(default)]
    pub diff: Option<String>,
    /// What the command leaves open (`<password>`), each once: to be filled in by whoever runs it.
    #[serde(default)]
    pub blanks: Vec<String>,
    /// Whether the command may be offered for running: there is one, and it leaves nothing open.
    #[serde(default)]
    pub runnable: bool,
    /// How likely it is to do harm.
    pub risk: Risk,
    /// What the harm would be.
    #[serde(default)]
    pub risk_reason: String,
    /// Whether it can be undone.
    pub reversible: bool,
    /// The command that undoes it.
    #[serde(default)]
    pub undo: Option<String>,
    /// Why there is no such command: it cannot be undone, or it changes nothing.
    #[serde(default)]
    pub undo_reason: Option<String>,
    /// A command that only reads and shows whether it worked.
    #[serde(default)]
    pub check: String,
    /// What that command then shows.
    #[serde(default)]
    pub check_shows: String,
    /// Expected utility, in units of "the incident ends".
    pub utility: f64,
    /// Why this action with these values, and why in this place of the list.
    pub explanation: String,
}

/// What the verdict rests on, in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EvidenceSummary {
    /// Facts read from the incident.
    pub facts: usize,
    /// Facts that rules derived from them.
    pub derived: usize,
    /// Facts read, by predicate.
    pub by_kind: BTreeMap<String, usize>,
}

/// A piece of evidence that was not used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SkippedItem {
    /// The file in the incident.
    pub file: String,
    /// The line, from 1; 0 for the whole file.
    pub line: u32,
    /// Why.
    pub reason: String,
}

/// One command that an inquiry put to the system, why, and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TranscriptStep {
    /// The command as one would type it.
    pub command: String,
    /// What it is asked for, in a sentence.
    pub purpose: String,
    /// The information expected of it, in bits.
    pub expected_bits: f64,
    /// By how much the probability of naming the right cause was expected to rise, 0 to 1.
    pub expected_value: f64,
    /// What it costs; 1 for listing one kind of object.
    pub cost: f64,
    /// The causes that it could show or rule out, most probable first, five at most.
    pub at_stake: Vec<String>,
    /// Whether it was answered.
    pub answered: bool,
    /// What came of it in a line: the facts gained, or why there was no answer.
    pub outcome: String,
    /// Facts gained.
    pub facts: usize,
    /// The best hypothesis afterwards, with its probability; empty when there is none.
    pub leading: String,
}

/// The answer of an investigation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Verdict {
    /// Whether a cause is named.
    pub status: Status,
    /// Why not, if not.
    pub abstention: Option<Abstention>,
    /// The candidates, most probable first, ten at most.
    pub hypotheses: Vec<RankedHypothesis>,
    /// Probability that nothing is wrong.
    pub healthy_probability: f64,
    /// How far the modes agree: 1 − the normalised Jensen-Shannon divergence of their distributions.
    pub agreement: f64,
    /// What cannot hold together.
    pub contradictions: Vec<Contradiction>,
    /// What each mode said; silent modes are absent.
    pub perspectives: Vec<PerspectiveView>,
    /// What to do, best first.
    pub recommendations: Vec<Recommendation>,
    /// What it rests on.
    pub evidence_summary: EvidenceSummary,
    /// What was not used.
    pub skipped: Vec<SkippedItem>,
    /// What was asked of the system, in order; empty where all evidence was given.
    #[serde(default)]
    pub transcript: Vec<TranscriptStep>,
    /// Why nothing more was asked; none where nothing was.
    #[serde(default)]
    pub stopped: Option<String>,
    /// Wall time of the whole diagnosis in milliseconds; filled in by the caller that holds a clock.
    pub elapsed_ms: f64,
}
