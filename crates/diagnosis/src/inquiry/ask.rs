//! What carries a command to a system and its answer back. The engine knows this trait only; who implements it does the IO.

use super::command::Command;

/// What a command answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// What it printed, as the incident format reads it after `$ command`.
    Printed(String),
    /// Firing alerts, as `alerts.json` has them.
    Alerts(String),
    /// Who calls whom.
    Calls(Vec<(String, String)>),
}

/// Why a command was not answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// The recording does not hold it.
    #[error("the recording has no answer to this")]
    NotRecorded,
    /// The program is not there.
    #[error("{0} was not found; install it or put it on the PATH")]
    NoProgram(String),
    /// It was not allowed.
    #[error("not allowed: {0}")]
    Forbidden(String),
    /// It took too long.
    #[error("no answer within {0} seconds")]
    TimedOut(u64),
    /// It failed.
    #[error("failed: {0}")]
    Failed(String),
    /// The way to the system broke off, or was never there.
    #[error("the answer did not come: {0}")]
    Lost(String),
}

/// Puts commands to a system, or to the recording of one.
pub trait Ask {
    /// Whether a command of this kind can be put here at all. What is not offered is not considered.
    fn offers(&self, _command: &Command) -> bool {
        true
    }

    /// Why nothing more shall be asked, should somebody have said so. Looked at before each command.
    fn stopped(&self) -> Option<String> {
        None
    }

    /// Puts a command and waits for its answer.
    fn ask(&mut self, command: &Command) -> Result<Answer, AskError>;
}
