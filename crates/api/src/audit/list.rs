//! `GET /audit`.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use oriel_identity::{AuditEntry, AuditFilter};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::caller::Caller;
use crate::pagination::{Listing, PageBody, PageParams};
use crate::problem::Problem;
use crate::state::Api;

/// What is listed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    /// By who is called this only.
    actor: Option<String>,
    /// Of this action only, such as `run.create`.
    action: Option<String>,
    /// About this subject only, such as `run/0199…`.
    subject: Option<String>,
}

/// An entry of the audit log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEntry)]
pub(crate) struct AuditBody {
    /// Its place in the chain, from 1 without gaps.
    seq: i64,
    at: DateTime<Utc>,
    /// The name of who did it: a user, a part of Oriel, or `anonymous`.
    actor: String,
    action: String,
    /// To what, such as `run/0199…`; empty when to nothing.
    subject: String,
    /// Anything else worth keeping.
    #[schema(value_type = Object)]
    detail: Value,
    request_id: String,
    /// SHA-256 over the hash before and this entry.
    hash: String,
}

/// List the audit log, newest first.
#[utoipa::path(
    get,
    path = "/audit",
    tag = "audit",
    params(PageParams, Filter),
    responses((status = 200, description = "A page of entries", body = PageBody<AuditBody>)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Listing { page, filter }: Listing<Filter>,
) -> Result<Json<PageBody<AuditBody>>, Problem> {
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let filter =
        AuditFilter { actor: given(filter.actor), action: given(filter.action), subject: given(filter.subject) };
    let page = api.identity().list_audit(caller.context(), &filter, page).await?;
    Ok(Json(PageBody::new(page, body)))
}

fn body(entry: AuditEntry) -> AuditBody {
    AuditBody {
        seq: entry.seq,
        at: entry.at,
        actor: entry.actor.name().to_owned(),
        action: entry.action,
        subject: entry.subject,
        detail: entry.detail,
        request_id: entry.request_id,
        hash: entry.hash,
    }
}
