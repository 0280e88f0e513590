//! `POST /incidents`: the archive is the body, or a field of a multipart form. It streams to the disk.

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use super::upload::Upload;
use super::view::{self, SubmittedBody};
use crate::caller::Caller;
use crate::extract::Query;
use crate::problem::Problem;
use crate::state::Api;

/// What is said of the archive beside its bytes.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    /// One line; the title in the archive's `incident.toml` when not given.
    title: Option<String>,
}

/// The route, without the limit for JSON: the capability counts the bytes as they come.
pub(super) fn routes() -> UtoipaMethodRouter<Api> {
    let (schemas, paths, method_router) = routes!(handle);
    (schemas, paths, method_router.layer(DefaultBodyLimit::disable()))
}

/// Hand in a recording and investigate it.
///
/// A `.tar.zst` or `.tar` in the incident format, as the body or as the field `archive` of a multipart form.
#[utoipa::path(
    post,
    path = "/incidents",
    tag = "incidents",
    params(Params),
    request_body(
        description = "The archive",
        content(
            (Vec<u8> = "application/zstd"),
            (Vec<u8> = "application/x-tar"),
            (Vec<u8> = "application/octet-stream"),
            (ArchiveForm = "multipart/form-data"),
        ),
    ),
    responses(
        (status = 201, description = "The incident and its first investigation", body = SubmittedBody),
        (status = 200, description = "The same bytes were there already", body = SubmittedBody),
    ),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Query(params): Query<Params>,
    request: Request,
) -> Result<Response, Problem> {
    let submitted = match Upload::of(request).await? {
        Upload::Body(mut bytes) => {
            let investigations = api.investigations();
            investigations.submit(caller.context(), params.title, &mut bytes).await?
        }
        Upload::Form(mut form) => {
            let mut bytes = form.archive().await?;
            let investigations = api.investigations();
            investigations.submit(caller.context(), params.title, &mut bytes).await?
        }
    };
    view::submitted(&api, submitted).await
}

/// The form.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "only described in the OpenAPI document")]
pub(crate) struct ArchiveForm {
    /// The archive's bytes.
    #[schema(value_type = String, format = Binary)]
    archive: Vec<u8>,
}
