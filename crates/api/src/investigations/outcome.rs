//! `POST /investigations/{id}/outcome`.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use oriel_investigation::{Change, NewOutcome};
use oriel_model::InvestigationId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::view::OutcomeBody;
use crate::caller::Caller;
use crate::extract::{Id, Json};
use crate::names::Names;
use crate::problem::Problem;
use crate::state::Api;

/// What turned out to be true.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewOutcome)]
pub(crate) struct Request {
    /// What was at fault, as `kind/name`; left out or empty when nothing was.
    #[serde(default)]
    entity: String,
    /// A name from `/causes`; `none` when nothing was wrong.
    cause: String,
    /// Anything worth keeping.
    #[serde(default)]
    note: Option<String>,
}

/// The outcome and what it changed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportedOutcome)]
pub(crate) struct Response {
    outcome: OutcomeBody,
    learned: Vec<Learned>,
}

/// Something that an outcome changed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Learned {
    /// What changed.
    what: String,
    /// Its value before.
    before: String,
    /// Its value now.
    after: String,
}

/// Report what turned out to be true, so that Oriel learns from it.
#[utoipa::path(
    post,
    path = "/investigations/{id}/outcome",
    tag = "investigations",
    params(("id" = uuid::Uuid, Path)),
    request_body = Request,
    responses((status = 201, description = "The outcome and what was learned", body = Response)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(id): Id<InvestigationId>,
    Json(request): Json<Request>,
) -> Result<(StatusCode, Answer<Response>), Problem> {
    let new = NewOutcome { entity: request.entity, cause: request.cause, note: request.note.unwrap_or_default() };
    let reported = api.investigations().report_outcome(caller.context(), id, new).await?;
    let reported = reported.ok_or_else(|| Problem::not_found("investigation"))?;
    let names = Names::of(&api, &[reported.outcome.created_by]).await?;
    let response = Response {
        outcome: OutcomeBody::new(reported.outcome, &names),
        learned: reported.learned.into_iter().map(learned).collect(),
    };
    Ok((StatusCode::CREATED, Answer(response)))
}

fn learned(change: Change) -> Learned {
    Learned { what: change.what, before: change.before, after: change.after }
}
