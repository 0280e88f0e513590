//! `POST /targets`.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use oriel_execution::targets::{self, NewTarget};
use oriel_model::Transport;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::{self, TargetBody};
use crate::caller::Caller;
use crate::extract::Json;
use crate::problem::Problem;
use crate::state::Api;

/// A target to add.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewTarget)]
pub(crate) struct Request {
    /// Unique.
    name: String,
    #[schema(inline)]
    transport: Transport,
    /// Name or address; only for `ssh`.
    host: Option<String>,
    /// 22 when not given; only for `ssh`.
    port: Option<u16>,
    /// The user to be there; only for `ssh`.
    user: Option<String>,
    /// An OpenSSH private key without a passphrase; only for `ssh`. It is never shown again.
    #[schema(write_only)]
    private_key: Option<String>,
    /// Free words to choose targets by.
    #[serde(default)]
    labels: BTreeMap<String, String>,
}

/// Add a target. Its host key is to be scanned and pinned next.
#[utoipa::path(
    post,
    path = "/targets",
    tag = "targets",
    request_body = Request,
    responses((status = 201, description = "The target", body = TargetBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Json(request): Json<Request>,
) -> Result<Response, Problem> {
    let new = NewTarget {
        name: request.name,
        transport: request.transport,
        host: request.host,
        port: request.port,
        user: request.user,
        private_key: request.private_key,
        labels: request.labels,
    };
    let target = targets::create(caller.context(), api.execution(), new).await?;
    Ok((StatusCode::CREATED, view::tagged(target)).into_response())
}
