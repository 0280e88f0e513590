//! How conclusions and their proofs are sent, and what a run may take.

use std::collections::BTreeMap;
use std::time::Duration;

use oriel_knowledge::chaining::{Effort, Inference, Step, Took};
use serde::Serialize;
use utoipa::ToSchema;

use super::view::up_to;
use crate::problem::Problem;

/// Seconds that a run may take.
pub(super) const SECONDS: u64 = 20;
/// Steps that a run may be given.
const STEPS: u64 = 50_000_000;
/// Proofs that a run may hold.
const PROOFS: usize = 200_000;

/// What a run may take, of what was asked for.
pub(super) fn effort(steps: Option<u64>) -> Result<Effort, Problem> {
    let steps = up_to("steps", steps, (Effort::default().steps, STEPS))?;
    Ok(Effort { steps, proofs: PROOFS, time: Duration::from_secs(SECONDS), ..Effort::default() })
}

/// Something that was concluded.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeInference)]
pub(crate) struct InferenceBody {
    /// What, as an atom in the text format.
    statement: String,
    /// How likely it is, from 0 to 1.
    strength: f64,
    /// How sure that is, from 0 to 1.
    confidence: f64,
    /// The ids of the evidence that it rests on.
    evidence: Vec<u32>,
    /// What the variables of the target stand for.
    values: BTreeMap<String, String>,
    /// How it is proven: steps, each after its premises, the last of them what is proven. Null where it was not asked for.
    proof: Option<Vec<StepBody>>,
}

/// A step of a proof.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeProofStep)]
struct StepBody {
    /// What it states.
    statement: String,
    /// `fact`, `case` (of its premise, a general statement), `revision`, or the name of a rule.
    by: String,
    /// The places of its premises among the steps.
    premises: Vec<usize>,
    /// What the formula read beside the premises.
    background: Vec<String>,
    /// How likely it is, from 0 to 1.
    strength: f64,
    /// How sure that is, from 0 to 1.
    confidence: f64,
    /// The ids of the evidence that it rests on.
    evidence: Vec<u32>,
}

impl From<Step> for StepBody {
    fn from(step: Step) -> Self {
        let Step { statement, by, premises, background, strength, confidence, evidence } = step;
        Self { statement, by, premises, background, strength, confidence, evidence }
    }
}

impl From<Inference> for InferenceBody {
    fn from(one: Inference) -> Self {
        let Inference { statement, strength, confidence, evidence, values, proof } = one;
        let proof = proof.map(|proof| proof.steps.into_iter().map(StepBody::from).collect());
        Self { statement, strength, confidence, evidence, values, proof }
    }
}

/// What a run took.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeEffort)]
pub(crate) struct TookBody {
    /// Whether no bound was met and nothing was left out that might follow: all that follows was found.
    complete: bool,
    /// Why it ended, in words.
    ended: String,
    /// Steps that were taken.
    steps: u64,
    /// Proofs that were held.
    proofs: usize,
    /// Applications of rules that were left out because independent premises shared evidence.
    shared: u64,
    /// Applications that a formula refused, or that wanted a truth value which nobody gave.
    refused: u64,
    /// The first reason of those.
    refusal: Option<String>,
    /// Applications of rules that were left out because they would rest on more evidence than a conclusion can name.
    full: u64,
    /// Terms that were left out because they have too many brackets open, or too many parts.
    deep: u64,
    /// Circles of statements that rest on one another which did not come to rest: what is said of them might be otherwise.
    unsettled: u64,
}

impl From<Took> for TookBody {
    fn from(took: Took) -> Self {
        let Took { complete, ended, steps, proofs, shared, refused, refusal, full, deep, unsettled, .. } = took;
        Self { complete, ended, steps, proofs, shared, refused, refusal, full, deep, unsettled }
    }
}
