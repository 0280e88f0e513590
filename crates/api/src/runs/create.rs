//! `POST /runs`.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use oriel_execution::runs::{self, NewRun};
use oriel_model::TargetId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::RunBody;
use crate::caller::Caller;
use crate::extract::Json;
use crate::names::Names;
use crate::problem::Problem;
use crate::state::Api;

/// A command to run.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewRun)]
pub(crate) struct Request {
    /// What each target's shell gets; it may have many lines.
    command: String,
    /// Each once.
    target_ids: Vec<TargetId>,
    /// How long each task may take; an hour when not given.
    timeout_seconds: Option<u64>,
    /// How many tasks at a time.
    concurrency: Option<u32>,
}

/// Run a command on targets.
#[utoipa::path(
    post,
    path = "/runs",
    tag = "runs",
    request_body = Request,
    responses((status = 201, description = "The run, recorded and under way", body = RunBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Json(request): Json<Request>,
) -> Result<(StatusCode, Answer<RunBody>), Problem> {
    let new = NewRun {
        command: request.command,
        target_ids: request.target_ids,
        timeout_seconds: request.timeout_seconds,
        concurrency: request.concurrency,
    };
    let detail = runs::start(caller.context(), api.execution(), new).await?;
    let names = Names::of(&api, &[detail.run.created_by]).await?;
    Ok((StatusCode::CREATED, Answer(RunBody::new(detail, &names))))
}
