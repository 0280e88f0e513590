//! What a run may take, and what it took.

use std::time::Duration;

use oriel_atomspace::chain::{Bounds, End, Report};
use oriel_atomspace::query::Cancel;
use serde::Serialize;

use crate::error::{KnowledgeError, Result};

/// The most steps that a run may be given.
const STEPS: u64 = 1_000_000_000;
/// The most proofs that a run may hold; one takes some hundred bytes.
const PROOFS: usize = 1_000_000;

/// The bytes that a run may be given.
const MEMORY: std::ops::RangeInclusive<u64> = 1 << 20..=1 << 40;

/// What a run may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effort {
    /// Candidates that are held against a premise, and applications of formulas: up to a billion.
    pub steps: u64,
    /// Proofs that are held in memory: up to a million.
    pub proofs: usize,
    /// Bytes that all of it may take in memory, by an estimate: 1 MiB to 1 TiB.
    pub memory: u64,
    /// How long it may take.
    pub time: Duration,
}

impl Default for Effort {
    /// A million steps, a hundred thousand proofs, 512 MiB, half a minute.
    fn default() -> Self {
        let Bounds { steps, proofs, memory, .. } = Bounds::default();
        Self { steps, proofs, memory: memory as u64, time: Duration::from_secs(30) }
    }
}

impl Effort {
    pub(super) fn check(&self) -> Result<()> {
        if self.steps == 0 || self.steps > STEPS {
            return Err(KnowledgeError::invalid("steps", format!("give it 1 to {STEPS} steps")));
        }
        if self.proofs == 0 || self.proofs > PROOFS {
            return Err(KnowledgeError::invalid("proofs", format!("let it hold 1 to {PROOFS} proofs")));
        }
        if !MEMORY.contains(&self.memory) {
            return Err(KnowledgeError::invalid("memory", "let it take 1 to 1,048,576 MiB"));
        }
        Ok(())
    }

    pub(super) fn bounds(&self, cancel: Cancel) -> Bounds<'static> {
        let memory = usize::try_from(self.memory).unwrap_or(usize::MAX);
        Bounds { steps: self.steps, proofs: self.proofs, memory, cancel: Some(cancel), ..Bounds::default() }
    }
}

/// What a run took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Took {
    /// Whether no bound was met and nothing was left out that might follow: all that follows was found.
    pub complete: bool,
    /// Why it ended, in words.
    pub ended: String,
    /// Steps that were taken.
    pub steps: u64,
    /// Proofs that were held, those of facts included.
    pub proofs: usize,
    /// Applications of rules that were left out because independent premises shared evidence.
    pub shared: u64,
    /// Applications that a formula refused, or that wanted a truth value which nobody gave.
    pub refused: u64,
    /// The first reason of those.
    pub refusal: Option<String>,
    /// Applications of rules that were left out because they would rest on more evidence than a conclusion can name.
    pub full: u64,
    /// Conclusions and facts that were left out because they have too many brackets open, or too many parts.
    pub deep: u64,
    /// Circles of statements that rest on one another which did not come to rest: what is said of them might be otherwise.
    pub unsettled: u64,
    /// Bytes that it took in memory, by an estimate.
    pub memory: usize,
    /// Whether a bound was met.
    #[serde(skip)]
    pub met_bound: bool,
}

impl Took {
    pub(super) fn of(report: &Report) -> Self {
        let ended = match report.end {
            // The token is cancelled when the time is up; else nobody is there to read this.
            End::Cancelled => "the time was up".to_owned(),
            end => end.to_string(),
        };
        let left_out = report.full + report.deep + report.narrowed + report.unsettled;
        let met_bound = !matches!(report.end, End::Done | End::Left);
        Self {
            met_bound,
            complete: !met_bound && left_out == 0,
            ended,
            steps: report.steps,
            proofs: report.proofs,
            shared: report.shared,
            refused: report.refused,
            refusal: report.refusal.clone(),
            full: report.full,
            deep: report.deep,
            unsettled: report.unsettled,
            memory: report.memory,
        }
    }
}
