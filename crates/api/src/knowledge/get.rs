//! `GET /knowledge/{id}`.

use axum::extract::State;
use axum::response::Response;
use oriel_knowledge::bases;

use super::view::{self, BaseBody};
use crate::caller::Caller;
use crate::extract::Id;
use crate::problem::Problem;
use crate::state::Api;

/// Get a knowledge base.
#[utoipa::path(
    get,
    path = "/knowledge/{id}",
    tag = "knowledge",
    params(("id" = String, Path, description = "The base's name")),
    responses((status = 200, description = "The base, with an ETag", body = BaseBody)),
)]
pub(crate) async fn handle(State(api): State<Api>, caller: Caller, Id(name): Id<String>) -> Result<Response, Problem> {
    let base = bases::get(caller.context(), api.knowledge(), &name).await?;
    Ok(view::tagged(base))
}
