//! `DELETE /knowledge/{id}`.

use axum::extract::State;
use axum::http::StatusCode;
use oriel_knowledge::bases;

use crate::caller::Caller;
use crate::extract::Id;
use crate::problem::Problem;
use crate::state::Api;

/// Delete a knowledge base. It can be brought back until it is purged.
#[utoipa::path(
    delete,
    path = "/knowledge/{id}",
    tag = "knowledge",
    params(("id" = String, Path, description = "The base's name")),
    responses((status = 204, description = "It is deleted")),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(name): Id<String>,
) -> Result<StatusCode, Problem> {
    bases::delete(caller.context(), api.knowledge(), &name).await?;
    Ok(StatusCode::NO_CONTENT)
}
