//! `DELETE /knowledge/{id}`.

use axum::extract::State;
use axum::http::StatusCode;
use oriel_knowledge::bases;

use super::precondition::{IF_MATCH, IfMatch};
use crate::caller::Caller;
use crate::extract::Id;
use crate::problem::Problem;
use crate::state::Api;

/// Delete a knowledge base. It can be brought back until it is purged.
#[utoipa::path(
    delete,
    path = "/knowledge/{id}",
    tag = "knowledge",
    params(
        ("id" = String, Path, description = "The base's name"),
        ("If-Match" = Option<String>, Header, description = IF_MATCH),
    ),
    responses((status = 204, description = "It is deleted")),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(name): Id<String>,
    seen: IfMatch,
) -> Result<StatusCode, Problem> {
    let done = bases::delete(caller.context(), api.knowledge(), &name, seen.version(None)?).await;
    done.map_err(|error| seen.told(error))?;
    Ok(StatusCode::NO_CONTENT)
}
