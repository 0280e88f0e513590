//! `DELETE /targets/{id}`.

use axum::extract::State;
use axum::http::StatusCode;
use oriel_execution::targets;
use oriel_model::TargetId;

use crate::caller::Caller;
use crate::extract::Id;
use crate::problem::Problem;
use crate::state::Api;

/// Delete a target and its private key. Its runs stay in the history.
#[utoipa::path(
    delete,
    path = "/targets/{id}",
    tag = "targets",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 204, description = "It is gone")),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(id): Id<TargetId>,
) -> Result<StatusCode, Problem> {
    targets::delete(caller.context(), api.execution(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
