//! `GET /targets/{id}`.

use axum::extract::State;
use axum::response::Response;
use oriel_execution::targets;
use oriel_model::TargetId;

use super::view::{self, TargetBody};
use crate::caller::Caller;
use crate::extract::Id;
use crate::problem::Problem;
use crate::state::Api;

/// Get a target.
#[utoipa::path(
    get,
    path = "/targets/{id}",
    tag = "targets",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, description = "The target, with an ETag", body = TargetBody)),
)]
pub(crate) async fn handle(State(api): State<Api>, caller: Caller, Id(id): Id<TargetId>) -> Result<Response, Problem> {
    let target = targets::get(caller.context(), api.execution(), id).await?;
    Ok(view::tagged(target))
}
