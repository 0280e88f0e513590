//! Ids and shared value types; no behaviour and no IO.
//!
//! What every crate may name without depending on another: typed ids, the clock,
//! pages and cursors, roles and the states of investigations, runs and tasks.
//! Nothing here reads a file, a socket or an environment variable; the two
//! globals that the rest of the workspace may not touch (the wall clock and the
//! random part of an id) are behind [`clock::Clock`] and [`ids`].

pub mod clock;
pub mod ids;
pub mod page;
pub mod role;
pub mod status;
mod text_enum;

pub use clock::{Clock, ManualClock, SystemClock};
pub use ids::{
    AuditId, IncidentId, InvestigationId, KnowledgeBaseId, OutboxId, OutcomeId, ParseIdError, RunId, SecretId,
    SessionId, TargetId, TaskId, UserId,
};
pub use page::{Cursor, Limit, LimitError, Page, PageRequest, ParseCursorError};
pub use role::Role;
pub use status::{InvestigationStatus, RunStatus, TaskStatus, Transport};
pub use text_enum::UnknownWord;

/// A moment in UTC, precise to the microsecond (what both databases keep).
pub type Timestamp = chrono::DateTime<chrono::Utc>;
