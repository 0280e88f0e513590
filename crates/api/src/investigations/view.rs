//! How an investigation is sent.

use chrono::{DateTime, Utc};
use oriel_investigation::{InvestigationSummary, InvestigationView, Outcome, Stage, Verdict};
use oriel_model::{IncidentId, InvestigationId, InvestigationStatus, OutcomeId};
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
