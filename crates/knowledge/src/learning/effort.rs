//! What looking may take, and what it took.

use std::time::Duration;

use oriel_atomspace::learning::{Bounds, Cases, Met};
use oriel_atomspace::query::Cancel;
use serde::Serialize;

use crate::error::{KnowledgeError, Result};

/// The most steps that may be given.
const STEPS: u64 = 1_000_000_000;
/// The bytes that may be given.
const MEMORY: std::ops::RangeInclusive<u64> = 1 << 20..=1 << 40;

/// What looking may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effort {
    /// What is looked at: what is said of a thing, a set of that, what two share. Up to a billion.
    pub steps: u64,
    /// Bytes that it may take in memory, by an estimate: 1 MiB to 1 TiB.
    pub memory: u64,
    /// How long it may take.
    pub time: Duration,
}

impl Default for Effort {
    /// Ten million steps, 512 MiB, half a minute.
    fn default() -> Self {
        let Bounds { steps, memory, .. } = Bounds::default();
        Self { steps, memory: memory as u64, time: Duration::from_secs(30) }
    }
}

impl Effort {
    pub(super) fn check(&self) -> Result<()> {
        if self.steps == 0 || self.steps > STEPS {
            return Err(KnowledgeError::invalid("steps", format!("give it 1 to {STEPS} steps")));
        }
        if !MEMORY.contains(&self.memory) {
            return Err(KnowledgeError::invalid("memory", "let it take 1 to 1,048,576 MiB"));
        }
        Ok(())
    }

    pub(super) fn bounds(&self, cancel: Cancel) -> Bounds {
        let memory = usize::try_from(self.memory).unwrap_or(usize::MAX);
        Bounds { steps: self.steps, memory, cancel: Some(cancel) }
    }
}

/// That a bound was met, in words.
pub(crate) fn ended(met: Met) -> String {
    match met {
        // The token is cancelled when the time is up; else nobody is there to read this.
        Met::Cancelled => "the time was up".to_owned(),
        met => met.to_string(),
    }
}

/// What was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Looked {
    /// How many things; what is counted and compared is of these.
    pub things: usize,
    /// Of how many of them a fact says anything.
    pub told: usize,
    /// How many more there are, which were not looked at because a bound was met.
    pub left: usize,
    /// Whether no bound was met.
    pub complete: bool,
    /// Why it ended, in words.
    pub ended: String,
}

impl Looked {
    pub(super) fn of(cases: &Cases, met: Option<Met>) -> Self {
        let ended = met.map_or_else(|| "all was looked at".to_owned(), ended);
        let things = cases.cases().len();
        Self { things, told: cases.told().len(), left: cases.left(), complete: met.is_none(), ended }
    }
}
