//! `POST /knowledge/{id}/undelete`.

use axum::extract::State;
use axum::response::Response;
use oriel_knowledge::bases;

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
    params(("id" = String, Path, description = "The deleted base's name")),
    responses((status = 200, description = "The base, with an ETag", body = BaseBody)),
)]
pub(crate) async fn handle(State(api): State<Api>, caller: Caller, Id(name): Id<String>) -> Result<Response, Problem> {
    Ok(view::tagged(bases::undelete(caller.context(), api.knowledge(), &name).await?))
}
