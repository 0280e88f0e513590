//! `GET /audit/verify`.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::problem::Problem;
use crate::state::Api;

/// What a check of the audit log found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditCheck)]
pub(crate) struct Response {
    /// Whether nobody changed, removed or inserted an entry.
    ok: bool,
    /// How many entries, from the first, are sound.
    entries: i64,
    /// The first entry that is wrong or missing.
    broken_at: Option<i64>,
    /// What is wrong with it.
    reason: Option<String>,
}

/// Check the whole audit log.
#[utoipa::path(
    get,
    path = "/audit/verify",
    tag = "audit",
    responses((status = 200, description = "What was found", body = Response)),
)]
pub(crate) async fn handle(State(api): State<Api>, caller: Caller) -> Result<Json<Response>, Problem> {
    let found = api.identity().verify_audit(caller.context()).await?;
    let (broken_at, reason) = found.broken.map(|broken| (broken.seq, broken.reason)).unzip();
    Ok(Json(Response { ok: broken_at.is_none(), entries: found.entries, broken_at, reason }))
}
