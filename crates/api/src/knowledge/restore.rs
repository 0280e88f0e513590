//! `PUT /knowledge/{id}/backup`.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use oriel_knowledge::backup;

use super::view::{self, BaseBody};
use crate::caller::Caller;
use crate::extract::Id;
use crate::problem::Problem;
use crate::state::Api;
use crate::upload;

/// Make a knowledge base of a backup.
///
/// The name must be free, which is found out before the body is read. All of the backup is checked before anything is written.
#[utoipa::path(
    put,
    path = "/knowledge/{id}/backup",
    tag = "knowledge",
    params(("id" = String, Path, description = "What to call the base")),
    request_body(description = "The backup", content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, description = "The base, with an ETag", body = BaseBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(name): Id<String>,
    request: Request,
) -> Result<Response, Problem> {
    let mut bytes = upload::bytes(request)?;
    let made = backup::receive(caller.context(), api.knowledge(), &mut bytes, &name).await?;
    Ok((StatusCode::CREATED, view::tagged(made)).into_response())
}
