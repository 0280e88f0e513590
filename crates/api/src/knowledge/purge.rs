//! `POST /knowledge/{id}/purge`.

use axum::extract::State;
use axum::http::StatusCode;
use oriel_knowledge::bases;

use crate::caller::Caller;
use crate::extract::Id;
use crate::problem::Problem;
use crate::state::Api;

/// Delete a deleted knowledge base for good, with every version.
#[utoipa::path(
    post,
    path = "/knowledge/{id}/purge",
    tag = "knowledge",
    params(("id" = String, Path, description = "The deleted base's name")),
    responses((status = 204, description = "It is gone, and its name free")),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(name): Id<String>,
) -> Result<StatusCode, Problem> {
    bases::purge(caller.context(), api.knowledge(), &name).await?;
    Ok(StatusCode::NO_CONTENT)
}
