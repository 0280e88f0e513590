//! `POST /knowledge/{id}/undelete`.

use axum::extract::State;
use axum::response::Response;
use oriel_knowledge::bases;

use super::precondition::{IF_MATCH, IfMatch};
use super::view::{self, BaseBody};
use crate::caller::Caller;
use crate::extract::Id;
use crate::problem::Problem;
use crate::state::Api;

/// Bring a deleted knowledge base back, as it was.
#[utoipa::path(
    post,
    path = "/knowledge/{id}/undelete",
    tag = "knowledge",
    params(
        ("id" = String, Path, description = "The deleted base's name"),
        ("If-Match" = Option<String>, Header, description = IF_MATCH),
    ),
    responses((status = 200, description = "The base, with an ETag", body = BaseBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(name): Id<String>,
    seen: IfMatch,
) -> Result<Response, Problem> {
    let done = bases::undelete(caller.context(), api.knowledge(), &name, seen.version(None)?).await;
    Ok(view::tagged(done.map_err(|error| seen.told(error))?))
}
