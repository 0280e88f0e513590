//! `POST /webhooks/alertmanager`: the webhook message of Alertmanager, version 4.

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use oriel_connectors::alertmanager::Message;
use oriel_identity::Context;
use oriel_investigation::NoticeOutcome;
use oriel_model::IncidentId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::extract::Json as Body;
use crate::middleware::RequestId;
use crate::problem::Problem;
use crate::state::Api;
use crate::webhooks::bearer;

/// Alertmanager, by its token.
pub(crate) struct Alertmanager(Context);

impl FromRequestParts<Api> for Alertmanager {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let token = api.settings().alertmanager_token.as_ref();
        let request_id = parts.extensions.get::<RequestId>();
        bearer(api, &parts.headers, request_id, "alertmanager", token).map(Self)
    }
}

/// What a message did.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AlertsReceived)]
pub(crate) struct ReceivedBody {
    /// `created`, `updated`, `repeated`, `resolved`, or `unknown` for what was over before it was known.
    outcome: &'static str,
    /// The incident of the group.
    incident_id: Option<IncidentId>,
}

/// Take in alerts from Alertmanager.
///
/// The message of its webhook (version 4). A group that begins to fire becomes an incident, for which evidence is
/// collected and an investigation started; a message that says nothing new changes nothing.
#[utoipa::path(
    post,
    path = "/webhooks/alertmanager",
    tag = "webhooks",
    security(("service_token" = [])),
    request_body(
        content = serde_json::Value,
        content_type = "application/json",
        description = "Alertmanager's webhook message, version 4",
    ),
    responses(
        (status = 201, description = "The incident was made", body = ReceivedBody),
        (status = 200, description = "The message was taken in", body = ReceivedBody),
    ),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    Alertmanager(context): Alertmanager,
    Body(message): Body<Message>,
) -> Result<(StatusCode, Json<ReceivedBody>), Problem> {
    let noticed = api.investigations().notice(&context, &message).await?;
    let (status, outcome) = match noticed.outcome {
        NoticeOutcome::Created => (StatusCode::CREATED, "created"),
        NoticeOutcome::Updated => (StatusCode::OK, "updated"),
        NoticeOutcome::Repeated => (StatusCode::OK, "repeated"),
        NoticeOutcome::Resolved => (StatusCode::OK, "resolved"),
        NoticeOutcome::Unknown => (StatusCode::OK, "unknown"),
    };
    Ok((status, Json(ReceivedBody { outcome, incident_id: noticed.incident })))
}
