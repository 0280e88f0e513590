//! How an incident is sent.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, Utc};
use oriel_investigation::{IncidentView, InvestigationSummary, InvestigationView, Submitted};
use oriel_model::{IncidentId, InvestigationId, InvestigationStatus};
use serde::Serialize;
use utoipa::ToSchema;

use crate::investigations::view::InvestigationBody;
use crate::names::Names;
use crate::problem::Problem;
use crate::state::Api;

/// An uploaded recording.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Incident)]
pub(crate) struct IncidentBody {
    pub(crate) id: IncidentId,
    /// One line.
    pub(crate) title: String,
    /// How it came in: `upload`, `example`, `alertmanager` or `question`.
    pub(crate) source: String,
    pub(crate) created_at: DateTime<Utc>,
    /// The name of who brought it in; null for the system.
    pub(crate) created_by: Option<String>,
    /// When it was said to be over; null while it was not.
    pub(crate) resolved_at: Option<DateTime<Utc>>,
    /// The size of the archive.
    pub(crate) size_bytes: u64,
    /// SHA-256 of the archive in lower-case hexadecimal.
    pub(crate) sha256: String,
    /// Its investigations, newest first.
    pub(crate) investigations: Vec<InvestigationOfIncident>,
}

/// An investigation as an incident lists it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InvestigationOfIncident {
    pub(crate) id: InvestigationId,
    #[schema(inline)]
    pub(crate) status: InvestigationStatus,
    /// The verdict in one line; null before it is done.
    pub(crate) headline: Option<String>,
    pub(crate) created_at: DateTime<Utc>,
}

/// An incident and its newest investigation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SubmittedIncident)]
pub(crate) struct SubmittedBody {
    pub(crate) incident: IncidentBody,
    pub(crate) investigation: Option<InvestigationBody>,
    /// Whether the same bytes were there already.
    pub(crate) duplicate: bool,
}

impl IncidentBody {
    pub(crate) fn new(view: IncidentView, names: &Names) -> Self {
        let incident = view.incident;
        Self {
            id: incident.id,
            title: incident.title,
            source: incident.source,
            created_at: incident.created_at,
            created_by: names.get(incident.created_by),
            resolved_at: incident.resolved_at,
            size_bytes: incident.size_bytes,
            sha256: incident.sha256,
            investigations: view.investigations.into_iter().map(InvestigationOfIncident::new).collect(),
        }
    }
}

impl InvestigationOfIncident {
    fn new(summary: InvestigationSummary) -> Self {
        Self { id: summary.id, status: summary.status, headline: summary.headline, created_at: summary.created_at }
    }
}

/// 201 with what was made, or 200 with what was there.
pub(crate) async fn submitted(api: &Api, submitted: Submitted) -> Result<Response, Problem> {
    let status = if submitted.duplicate { StatusCode::OK } else { StatusCode::CREATED };
    let investigation = submitted.investigation.map(|investigation| InvestigationView { investigation, outcome: None });
    let users = [
        submitted.incident.incident.created_by,
        investigation.as_ref().and_then(|view| view.investigation.summary.created_by),
    ];
    let names = Names::of(api, &users).await?;
    let body = SubmittedBody {
        incident: IncidentBody::new(submitted.incident, &names),
        investigation: investigation.map(|view| InvestigationBody::new(view, &names)),
        duplicate: submitted.duplicate,
    };
    Ok((status, Json(body)).into_response())
}
