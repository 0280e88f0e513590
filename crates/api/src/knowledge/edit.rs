//! `PATCH /knowledge/{id}`.

use axum::extract::State;
use axum::response::Response;
use oriel_knowledge::bases::{self, Edit};
use serde::Deserialize;
use utoipa::ToSchema;

use super::precondition::{IF_MATCH, IfMatch};
use super::view::{self, BaseBody};
use crate::caller::Caller;
use crate::extract::{Id, Json};
use crate::problem::Problem;
use crate::state::Api;

/// What to say of a base otherwise; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = KnowledgeEdit)]
pub(crate) struct Request {
    /// Another name, which no base has.
    name: Option<String>,
    /// What it is about.
    description: Option<String>,
}

/// Rename a knowledge base, or say what it is about. Its content and its versions stay.
#[utoipa::path(
    patch,
    path = "/knowledge/{id}",
    tag = "knowledge",
    params(
        ("id" = String, Path, description = "The base's name"),
        ("If-Match" = Option<String>, Header, description = IF_MATCH),
    ),
    request_body = Request,
    responses((status = 200, description = "The base, with its new ETag", body = BaseBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(name): Id<String>,
    seen: IfMatch,
    Json(request): Json<Request>,
) -> Result<Response, Problem> {
    let before = if seen.names_words() {
        let before = bases::get(caller.context(), api.knowledge(), &name).await?;
        seen.check(&before)?;
        Some(before)
    } else {
        None
    };
    let expected = seen.version(None)?;
    let edit = Edit { name: request.name, description: request.description, expected, seen: before };
    let edited = bases::edit(caller.context(), api.knowledge(), &name, edit).await;
    Ok(view::tagged(edited.map_err(|error| seen.told(error))?))
}
