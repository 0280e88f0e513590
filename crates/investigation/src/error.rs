//! Why something about incidents and investigations could not be done.

use oriel_evidence::ReadError;
use oriel_execution::runs::RunError;
use oriel_identity::Denied;
use oriel_storage::{BlobError, StorageError};

/// An error of this capability. Absence is `Option`, not an error.
#[derive(Debug, thiserror::Error)]
pub enum InvestigationError {
    /// The caller may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A value given by the caller is not acceptable.
    #[error("{field}: {reason}")]
    Invalid {
        /// The field.
        field: &'static str,
        /// What is wrong with it, and what would be right.
        reason: String,
    },
    /// The archive has more bytes than allowed.
    #[error("the archive is larger than {limit} bytes, the most that this server accepts")]
    TooLarge {
        /// How many are allowed.
        limit: u64,
    },
    /// The upload ended before it was complete.
    #[error("the upload broke off")]
    BrokenOff(#[source] std::io::Error),
    /// The archive cannot be used.
    #[error("archive: {0}")]
    Archive(#[source] ReadError),
    /// As many investigations wait as may.
    #[error("{waiting} investigations wait already; try again when some are done")]
    Busy {
        /// How many wait.
        waiting: usize,
    },
    /// The server is ending.
    #[error("the server is shutting down")]
    Ending,
    /// The state of the investigation does not allow it.
    #[error("{0}")]
    Conflict(String),
    /// The shipped knowledge or what was learned cannot be used.
    #[error("the diagnostic knowledge cannot be used: {0}")]
    Knowledge(String),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The blob store failed.
    #[error(transparent)]
    Blob(BlobError),
    /// Collected evidence could not be packed.
    #[error("the collected evidence could not be packed")]
    Packing(#[source] std::io::Error),
    /// A background thread ended without a result.
    #[error("a worker thread ended without a result")]
    Worker(#[from] tokio::task::JoinError),
}

impl InvestigationError {
    /// An error of the permission to put commands to targets.
    pub(crate) fn execution(error: RunError) -> Self {
        match error {
            RunError::Denied(denied) => Self::Denied(denied),
            other => Self::Conflict(other.to_string()),
        }
    }
}

impl From<BlobError> for InvestigationError {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::TooLarge { limit } => Self::TooLarge { limit },
            BlobError::Upload { source } => Self::BrokenOff(source),
            other => Self::Blob(other),
        }
    }
}

/// A result of this capability.
pub(crate) type Result<T, E = InvestigationError> = std::result::Result<T, E>;
