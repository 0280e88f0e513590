//! Runs: a command on a set of targets, with a task for each.
//!
//! A task goes queued → running → one of succeeded, failed, timed_out, cancelled, lost, refused, interrupted, each step by
//! compare-and-set in storage: a state that ends a task never changes. It is *running* from just before its command is
//! sent, so after a crash a queued task is sure not to have run. It succeeds only with exit code 0 and the complete
//! output; a connection that drops before both makes it *lost*. A run's state follows from its tasks'.

mod cancel;
mod get;
mod list;
mod look;
mod output;
mod report;
mod start;
mod supervise;
mod task;

use oriel_identity::{AuditError, Denied};
use oriel_model::TargetId;
use oriel_storage::StorageError;
use serde::{Deserialize, Serialize};

pub use cancel::cancel;
pub use get::{get, get_task, watch, watch_list};
pub use list::list;
pub use look::{LOOK_BYTES, LOOK_SECONDS, Look, Looked, look, may_look};
pub use oriel_storage::{Run, RunFilter, RunOrigin, Task};
pub use output::{Followed, RecordedOutput, follow, read_output};
pub use start::start;

use crate::output::OutputError;

/// A run to start.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewRun {
    /// What each target's shell (`/bin/sh`) gets; it may have many lines.
    pub command: String,
    /// The targets, each once.
    pub target_ids: Vec<TargetId>,
    /// How long each task may take; the configured default unless given.
    #[serde(default)]
    pub timeout_seconds: Option<u64>,
    /// How many tasks at once; the configured default unless given.
    #[serde(default)]
    pub concurrency: Option<u32>,
}

/// A run with its tasks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunDetail {
    /// The run.
    #[serde(flatten)]
    pub run: Run,
    /// Its tasks, in the order of the targets. Those that run now have the output counts of this moment.
    pub tasks: Vec<Task>,
}

/// Why something about a run was not done.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A field holds what it may not.
    #[error("{message}")]
    Invalid {
        /// Which field.
        field: &'static str,
        /// What is wrong and what would do.
        message: String,
    },
    /// There is no such run.
    #[error("there is no such run")]
    NotFound,
    /// There is no such task.
    #[error("there is no such task")]
    TaskNotFound,
    /// The server is being stopped.
    #[error("the server is being stopped and starts nothing more: try again when it is back")]
    Closing,
    /// The caller may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The output log cannot be read.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// The database did not do what it was asked.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<AuditError> for RunError {
    fn from(error: AuditError) -> Self {
        match error {
            AuditError::Denied(denied) => denied.into(),
            AuditError::Storage(error) => error.into(),
        }
    }
}
