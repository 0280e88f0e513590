//! `POST /runs/{id}/cancel`.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use oriel_execution::runs;
use oriel_model::RunId;

use super::view::RunBody;
use crate::caller::Caller;
use crate::extract::Id;
use crate::names::Names;
use crate::problem::Problem;
use crate::state::Api;

/// Cancel a run: what waits is not started, what runs is ended on its host.
#[utoipa::path(
    post,
    path = "/runs/{id}/cancel",
    tag = "runs",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 202, description = "It will end; or it had ended, and stays as it was", body = RunBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(id): Id<RunId>,
) -> Result<(StatusCode, Json<RunBody>), Problem> {
    let detail = runs::cancel(caller.context(), api.execution(), id).await?;
    let names = Names::of(&api, &[detail.run.created_by]).await?;
    Ok((StatusCode::ACCEPTED, Json(RunBody::new(detail, &names))))
}
