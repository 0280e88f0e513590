//! `POST` and `PUT /targets/{id}/host-key`: see the key that the host presents, and pin it.

use axum::Json as Answer;
use axum::extract::State;
use axum::response::Response;
use oriel_execution::targets;
use oriel_model::TargetId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::view::{self, TargetBody};
use crate::caller::Caller;
use crate::extract::{Id, Json};
use crate::problem::Problem;
use crate::state::Api;

/// The key that a host presents.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HostKey)]
pub(crate) struct HostKeyBody {
    /// Such as `ssh-ed25519`.
    algorithm: String,
    /// `SHA256:…`, as `ssh-keygen -l` prints it.
    fingerprint: String,
    /// Whether a key is pinned.
    pinned: bool,
    /// Whether the pinned key is the one that the host presents; null when none is pinned.
    matches: Option<bool>,
}

/// The key to pin.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PinHostKey)]
pub(crate) struct Pin {
    /// The fingerprint that the scan showed and somebody compared.
    fingerprint: String,
}

/// Ask the host for its key. Changes nothing.
#[utoipa::path(
    post,
    path = "/targets/{id}/host-key",
    tag = "targets",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, description = "The key", body = HostKeyBody)),
)]
pub(crate) async fn scan(
    State(api): State<Api>,
    caller: Caller,
    Id(id): Id<TargetId>,
) -> Result<Answer<HostKeyBody>, Problem> {
    let key = targets::scan_host_key(caller.context(), api.execution(), id).await?;
    Ok(Answer(HostKeyBody {
        algorithm: key.algorithm,
        fingerprint: key.fingerprint,
        pinned: key.pinned,
        matches: key.matches,
    }))
}

/// Pin the host key. Nothing is sent to a host that presents another.
#[utoipa::path(
    put,
    path = "/targets/{id}/host-key",
    tag = "targets",
    params(("id" = uuid::Uuid, Path)),
    request_body = Pin,
    responses((status = 200, description = "The target", body = TargetBody)),
)]
pub(crate) async fn pin(
    State(api): State<Api>,
    caller: Caller,
    Id(id): Id<TargetId>,
    Json(request): Json<Pin>,
) -> Result<Response, Problem> {
    let target = targets::pin_host_key(caller.context(), api.execution(), id, &request.fingerprint).await?;
    Ok(view::tagged(target))
}
