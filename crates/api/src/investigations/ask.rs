//! `POST /investigations`.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use oriel_investigation::NewInquiry;
use oriel_model::{IncidentId, TargetId};
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::InvestigationBody;
use crate::caller::Caller;
use crate::extract::Json;
use crate::names::Names;
use crate::problem::Problem;
use crate::state::Api;

/// Something to find out by asking a target.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewInquiry)]
pub(crate) struct Request {
    /// What is wrong, in a few words; may be left out where an incident is given.
    #[serde(default)]
    question: String,
    /// The target to ask; kubectl on it must reach the cluster.
    target_id: TargetId,
    /// The incident whose evidence it goes on from; a new one where it is left out.
    #[serde(default)]
    incident_id: Option<IncidentId>,
    /// The namespace to look in; that of the incident, or `default`, where it is left out.
    #[serde(default)]
    namespace: String,
    /// The kubectl context on the target; its current one where it is left out.
    #[serde(default)]
    context: String,
    /// The most commands to put, 1 to 100; 12 where it is left out.
    #[serde(default)]
    max_commands: Option<usize>,
}

/// Ask a target what is wrong: only commands that look are put to it, the most telling first, each as a run.
#[utoipa::path(
    post,
    path = "/investigations",
    tag = "investigations",
    request_body = Request,
    responses((status = 201, description = "The investigation, queued", body = InvestigationBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Json(request): Json<Request>,
) -> Result<(StatusCode, Answer<InvestigationBody>), Problem> {
    let new = NewInquiry {
        incident: request.incident_id,
        question: request.question,
        namespace: request.namespace,
        target: request.target_id,
        context: request.context,
        max_commands: request.max_commands,
    };
    let asked = api.investigations().ask(caller.context(), new).await?;
    let view = asked.ok_or_else(|| Problem::not_found("incident").at("incident_id"))?;
    let names = Names::of(&api, &[view.investigation.summary.created_by]).await?;
    Ok((StatusCode::CREATED, Answer(InvestigationBody::new(view, &names))))
}
