//! `PATCH /targets/{id}`.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use oriel_execution::targets::{self, TargetUpdate};
use oriel_model::TargetId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::{self, TargetBody};
use crate::caller::Caller;
use crate::extract::{Id, Json};
use crate::problem::Problem;
use crate::state::Api;

/// What to change; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TargetUpdate)]
pub(crate) struct Request {
    name: Option<String>,
    /// Another host; its key must be pinned anew.
    host: Option<String>,
    /// Another port; the host key must be pinned anew.
    port: Option<u16>,
    user: Option<String>,
    /// Another private key.
    #[schema(write_only)]
    private_key: Option<String>,
    /// Other labels, all of them.
    labels: Option<BTreeMap<String, String>>,
}

/// Change a target.
#[utoipa::path(
    patch,
    path = "/targets/{id}",
    tag = "targets",
    params(("id" = uuid::Uuid, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    request_body = Request,
    responses((status = 200, description = "The target, with its new ETag", body = TargetBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(id): Id<TargetId>,
    headers: HeaderMap,
    Json(request): Json<Request>,
) -> Result<Response, Problem> {
    let expected = view::expected_version(&headers)?;
    let change = TargetUpdate {
        name: request.name,
        host: request.host,
        port: request.port,
        user: request.user,
        private_key: request.private_key,
        labels: request.labels,
    };
    let target = targets::update(caller.context(), api.execution(), id, change, expected).await?;
    Ok(view::tagged(target))
}
