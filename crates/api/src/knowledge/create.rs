//! `POST /knowledge`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use oriel_knowledge::bases;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::{self, BaseBody};
use crate::caller::Caller;
use crate::extract::Json;
use crate::problem::Problem;
use crate::state::Api;

/// A base to create.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewKnowledgeBase)]
pub(crate) struct Request {
    /// Unique: a-z, 0-9, `-`, `_` and `.`, beginning with a letter or digit, up to 100.
    name: String,
    /// What it is about.
    #[serde(default)]
    description: String,
}

/// Create an empty knowledge base.
#[utoipa::path(
    post,
    path = "/knowledge",
    tag = "knowledge",
    request_body = Request,
    responses((status = 201, description = "The base", body = BaseBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Json(request): Json<Request>,
) -> Result<Response, Problem> {
    let made = bases::create(caller.context(), api.knowledge(), &request.name, &request.description).await?;
    Ok((StatusCode::CREATED, view::tagged(made)).into_response())
}
