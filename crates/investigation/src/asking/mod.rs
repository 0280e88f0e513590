//! Inquiries: an investigation that starts from a question, or from an incident's evidence, and asks a target for the rest.
//!
//! ```text
//! question, target ─► ask: incident, investigation, audit entries (one transaction) ─► queue ─► worker
//!        engine's loop on a thread ─► TargetAsk ─► execution: one run a command (policy, audit, record) ─► answer
//!        board ─► what is asked and what came of it, as it happens ─► database ─► watchers
//! verdict and transcript ◄─ the incident's archive, with all answers ◄─ end
//! ```
//!
//! Each command is a run of the user who asked, who must be allowed to at that moment. Refuses what does more than look:
//! a command can be put only as an [`oriel_diagnosis::inquiry::Command`].

mod evidence;
mod heard;
mod start;
mod target;

use oriel_model::{RunId, TargetId, TaskId, Timestamp};
use oriel_reasoning::verdict::TranscriptStep;
use serde::{Deserialize, Serialize};

pub(crate) use evidence::{Files, Start, pack, start};
pub use start::NewInquiry;
pub use target::{Begun, TargetAsk};

use oriel_identity::Context;

/// What is asked, and of whom, as it is kept and shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inquiry {
    /// What is wrong, in a few words; empty where an incident's evidence is all that is known.
    pub question: String,
    /// The namespace to look in; empty where the incident says it, or else `default`.
    pub namespace: String,
    /// The target that is asked.
    pub target_id: TargetId,
    /// Its name when the inquiry began.
    pub target_name: String,
    /// The kubectl context on the target; empty for its current one.
    pub context: String,
    /// The most commands that are put.
    pub max_commands: usize,
}

/// An inquiry on its way to a worker, with the caller whose permissions it needs.
#[derive(Debug, Clone)]
pub(crate) struct Asking {
    pub(crate) context: Context,
    pub(crate) inquiry: Inquiry,
}

/// A command that an inquiry has put, or is putting.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// Why, what was expected of it, and what came of it.
    #[serde(flatten)]
    pub step: TranscriptStep,
    /// Where it stands.
    pub status: AskedStatus,
    /// The run that carried it; none before it was recorded, and where it was refused.
    pub run_id: Option<RunId>,
    /// The run's task, which has the output.
    pub task_id: Option<TaskId>,
    /// When it was put.
    pub asked_at: Timestamp,
    /// When it was answered, or given up.
    pub answered_at: Option<Timestamp>,
}

/// Where a command stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AskedStatus {
    /// Its answer is waited for.
    Asking,
    /// It was answered.
    Answered,
    /// No answer came; nothing is concluded from that.
    Unanswered,
}
