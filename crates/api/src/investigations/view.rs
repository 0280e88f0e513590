//! How an investigation is sent.

use chrono::{DateTime, Utc};
use oriel_investigation::{
    AskedStatus, InvestigationSummary, InvestigationView, Outcome, Stage, TranscriptStep, Verdict,
};
use oriel_model::{IncidentId, InvestigationId, InvestigationStatus, OutcomeId, RunId, TargetId, TaskId};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::names::Names;

/// One diagnosis of an incident.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Investigation)]
pub(crate) struct InvestigationBody {
    pub(crate) id: InvestigationId,
    pub(crate) incident_id: IncidentId,
    #[schema(inline)]
    pub(crate) status: InvestigationStatus,
    /// The verdict in one line; null before it is done.
    pub(crate) headline: Option<String>,
    /// What it asks a target; null where it takes the evidence as it is.
    #[schema(value_type = Option<InquiryBody>)]
    pub(crate) inquiry: Option<Value>,
    /// The commands put so far, in order; empty where it asks nothing.
    #[schema(value_type = Vec<AskedBody>)]
    pub(crate) asked: Vec<Value>,
    /// What was done so far, in order.
    pub(crate) stages: Vec<StageBody>,
    /// What was found; null before it is done.
    #[schema(value_type = Option<Verdict>)]
    pub(crate) verdict: Option<Value>,
    /// Why it failed or was interrupted.
    pub(crate) error: Option<String>,
    /// What turned out to be true; null before it was reported.
    pub(crate) outcome: Option<OutcomeBody>,
    pub(crate) created_at: DateTime<Utc>,
    /// The name of who asked for it; null for the system.
    pub(crate) created_by: Option<String>,
    pub(crate) started_at: Option<DateTime<Utc>>,
    pub(crate) finished_at: Option<DateTime<Utc>>,
}

/// What an investigation asks a target. It describes what is sent, which is sent as it is kept.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Inquiry)]
pub(crate) struct InquiryBody {
    /// What is wrong, in a few words; empty where the incident says it.
    question: String,
    /// The namespace to look in; empty for that of the incident.
    namespace: String,
    target_id: TargetId,
    /// The target's name when the inquiry began.
    target_name: String,
    /// The kubectl context on the target; empty for its current one.
    context: String,
    /// The most commands to put.
    max_commands: u64,
}

/// A command that an investigation put to its target. It describes what is sent, which is sent as it is kept.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Asked)]
pub(crate) struct AskedBody {
    #[serde(flatten)]
    step: TranscriptStep,
    #[schema(inline)]
    status: AskedStatus,
    /// The run that carried it; null where there was none, as when it was refused.
    run_id: Option<RunId>,
    /// The run's task, which has the output.
    task_id: Option<TaskId>,
    asked_at: DateTime<Utc>,
    /// When it was answered, or given up; null before.
    answered_at: Option<DateTime<Utc>>,
}

/// How far one stage of an investigation is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Stage)]
pub(crate) struct StageBody {
    pub(crate) name: String,
    /// Units of work done.
    pub(crate) done: u64,
    /// Units of work in all; null when not known.
    pub(crate) total: Option<u64>,
    /// When this was so.
    pub(crate) at: DateTime<Utc>,
}

/// What turned out to be true.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Outcome)]
pub(crate) struct OutcomeBody {
    pub(crate) id: OutcomeId,
    /// What was at fault, as `kind/name`; empty when nothing was.
    pub(crate) entity: String,
    /// What was wrong with it; `none` when nothing was.
    pub(crate) cause: String,
    pub(crate) note: String,
    pub(crate) created_at: DateTime<Utc>,
    /// The name of who reported it; null for the system.
    pub(crate) created_by: Option<String>,
}

/// An investigation in a list: everything but its stages and its verdict.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InvestigationSummary)]
pub(crate) struct SummaryBody {
    pub(crate) id: InvestigationId,
    pub(crate) incident_id: IncidentId,
    #[schema(inline)]
    pub(crate) status: InvestigationStatus,
    /// The verdict in one line; null before it is done.
    pub(crate) headline: Option<String>,
    /// Why it failed or was interrupted.
    pub(crate) error: Option<String>,
    pub(crate) created_at: DateTime<Utc>,
    /// The name of who asked for it; null for the system.
    pub(crate) created_by: Option<String>,
    pub(crate) started_at: Option<DateTime<Utc>>,
    pub(crate) finished_at: Option<DateTime<Utc>>,
}

impl InvestigationBody {
    pub(crate) fn new(view: InvestigationView, names: &Names) -> Self {
        let summary = view.investigation.summary;
        Self {
            id: summary.id,
            incident_id: summary.incident_id,
            status: summary.status,
            headline: summary.headline,
            inquiry: view.investigation.inquiry,
            asked: view.investigation.asked,
            stages: view.investigation.stages.into_iter().map(StageBody::new).collect(),
            verdict: view.investigation.verdict,
            error: summary.error,
            outcome: view.outcome.map(|outcome| OutcomeBody::new(outcome, names)),
            created_at: summary.created_at,
            created_by: names.get(summary.created_by),
            started_at: summary.started_at,
            finished_at: summary.finished_at,
        }
    }
}

impl StageBody {
    fn new(stage: Stage) -> Self {
        Self { name: stage.name, done: stage.done, total: Some(stage.total).filter(|total| *total > 0), at: stage.at }
    }
}

impl OutcomeBody {
    pub(crate) fn new(outcome: Outcome, names: &Names) -> Self {
        Self {
            id: outcome.id,
            entity: outcome.entity,
            cause: outcome.cause,
            note: outcome.note,
            created_at: outcome.created_at,
            created_by: names.get(outcome.created_by),
        }
    }
}

impl SummaryBody {
    pub(crate) fn new(summary: InvestigationSummary, names: &Names) -> Self {
        Self {
            id: summary.id,
            incident_id: summary.incident_id,
            status: summary.status,
            headline: summary.headline,
            error: summary.error,
            created_at: summary.created_at,
            created_by: names.get(summary.created_by),
            started_at: summary.started_at,
            finished_at: summary.finished_at,
        }
    }
}
