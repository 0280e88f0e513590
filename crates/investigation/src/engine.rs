//! What this capability asks of the diagnostic engine, so that it can be tested with one that hangs or panics.

use std::path::PathBuf;

use oriel_diagnosis::inquiry::Ask;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::progress::Board;

/// What an engine found, in the form in which it is stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The verdict, as clients get it.
    pub verdict: Value,
    /// What the engine needs later to learn from an outcome.
    pub record: Value,
}

/// A cause that the rules know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cause {
    /// Its name, such as `out-of-memory`.
    pub name: String,
    /// The name for people.
    pub title: String,
}

/// What turned out to be true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Truth {
    /// What was at fault, as `kind/name`; empty when nothing was.
    pub entity: String,
    /// What was wrong with it; `none` when nothing was.
    pub cause: String,
}

/// Something that an outcome changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What changed.
    pub what: String,
    /// Its value before.
    pub before: String,
    /// Its value now.
    pub after: String,
}

/// Why an engine has no answer, for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct EngineError(pub String);

/// A diagnostic engine. Blocking and deterministic; `learned` is null before anything was learned.
pub trait Engine: Send + Sync + std::fmt::Debug {
    /// Diagnoses the archive at `archive`, and reports every step on `board`.
    fn diagnose(&self, archive: PathBuf, learned: &Value, board: &Board) -> Result<Finding, EngineError>;

    /// Diagnoses from these files, and asks for the rest; what it asks, and what comes of it, is reported on `board`.
    fn inquire(
        &self,
        start: Vec<(String, Vec<u8>)>,
        max_commands: usize,
        ask: &mut dyn Ask,
        learned: &Value,
        board: &Board,
    ) -> Result<Finding, EngineError>;

    /// Takes in what was true of a recorded finding: what is learned then, and what changed.
    fn learn(&self, learned: &Value, record: &Value, truth: &Truth) -> Result<(Value, Vec<Change>), EngineError>;

    /// The causes that the rules know, in the order in which lists show them.
    fn causes(&self) -> Vec<Cause>;
}
