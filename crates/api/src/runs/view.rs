//! How a run and its tasks are sent.

use chrono::{DateTime, Utc};
use oriel_execution::runs::{Run, RunDetail, RunOrigin, Task};
use oriel_model::{InvestigationId, RunId, RunStatus, TargetId, TaskId, TaskStatus};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::names::Names;

/// A command on a set of targets, without its tasks.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RunSummary)]
pub(crate) struct RunSummaryBody {
    pub(crate) id: RunId,
    pub(crate) command: String,
    #[schema(inline)]
    pub(crate) status: RunStatus,
    /// How long each task may take.
    pub(crate) timeout_seconds: u64,
    /// How many tasks run at a time.
    pub(crate) concurrency: u32,
    pub(crate) created_at: DateTime<Utc>,
    /// The name of who asked for it; null for the system.
    pub(crate) created_by: Option<String>,
    pub(crate) started_at: Option<DateTime<Utc>>,
    pub(crate) finished_at: Option<DateTime<Utc>>,
    pub(crate) origin: OriginBody,
}

/// What a run came from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RunOrigin)]
pub(crate) struct OriginBody {
    #[schema(inline)]
    pub(crate) kind: OriginKind,
    /// The investigation that it belongs to; null for none, as of an inquiry at a terminal.
    pub(crate) investigation_id: Option<InvestigationId>,
}

/// Kinds of origins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OriginKind {
    /// Somebody gave the command.
    Command,
    /// An inquiry asked it of the target.
    Inquiry,
}

impl OriginKind {
    /// The word for it, as it is stored.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Inquiry => "inquiry",
        }
    }
}

impl From<RunOrigin> for OriginBody {
    fn from(origin: RunOrigin) -> Self {
        match origin {
            RunOrigin::Command => Self { kind: OriginKind::Command, investigation_id: None },
            RunOrigin::Inquiry { investigation } => Self { kind: OriginKind::Inquiry, investigation_id: investigation },
        }
    }
}

/// A command on a set of targets.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Run)]
pub(crate) struct RunBody {
    #[serde(flatten)]
    pub(crate) run: RunSummaryBody,
    /// One for each target, in their order.
    pub(crate) tasks: Vec<TaskBody>,
}

/// A run's part on one target.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Task)]
pub(crate) struct TaskBody {
    pub(crate) id: TaskId,
    pub(crate) target_id: TargetId,
    /// The target's name when the run was started.
    pub(crate) target_name: String,
    #[schema(inline)]
    pub(crate) status: TaskStatus,
    pub(crate) exit_code: Option<i32>,
    /// The signal that ended the command.
    pub(crate) signal: Option<String>,
    pub(crate) started_at: Option<DateTime<Utc>>,
    pub(crate) finished_at: Option<DateTime<Utc>>,
    /// How much was recorded.
    pub(crate) stdout_bytes: u64,
    /// How much was recorded.
    pub(crate) stderr_bytes: u64,
    /// What is to be said about its end.
    pub(crate) error: Option<String>,
}

impl RunSummaryBody {
    pub(crate) fn new(run: Run, names: &Names) -> Self {
        Self {
            id: run.id,
            command: run.command,
            status: run.status,
            timeout_seconds: run.timeout_seconds,
            concurrency: run.concurrency,
            created_at: run.created_at,
            created_by: names.get(run.created_by),
            started_at: run.started_at,
            finished_at: run.finished_at,
            origin: run.origin.into(),
        }
    }
}

impl RunBody {
    pub(crate) fn new(detail: RunDetail, names: &Names) -> Self {
        Self {
            run: RunSummaryBody::new(detail.run, names),
            tasks: detail.tasks.into_iter().map(TaskBody::from).collect(),
        }
    }
}

impl From<Task> for TaskBody {
    fn from(task: Task) -> Self {
        Self {
            id: task.id,
            target_id: task.target_id,
            target_name: task.target_name,
            status: task.status,
            exit_code: task.exit_code,
            signal: task.signal,
            started_at: task.started_at,
            finished_at: task.finished_at,
            stdout_bytes: task.stdout_bytes,
            stderr_bytes: task.stderr_bytes,
            error: task.error,
        }
    }
}
