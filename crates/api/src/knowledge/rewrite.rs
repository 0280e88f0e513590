//! `POST /knowledge/{id}/rewrite`.

use std::time::Duration;

use axum::extract::State;
use oriel_knowledge::bases::{self, Ask};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::precondition::{IF_MATCH, IfMatch};
use super::query::SECONDS;
use super::view::AppliedBody;
use crate::caller::Caller;
use crate::extract::{Id, Json};
use crate::problem::Problem;
use crate::state::Api;

/// A Bind or Query whose templates are kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = KnowledgeRewriting)]
pub(crate) struct Request {
    /// The query, as docs/queries.md says. It takes 20 s at most.
    query: String,
    /// Only where the base still has this version.
    expected_version: Option<u64>,
    /// What to note with the change.
    #[serde(default)]
    note: String,
}

/// What was kept.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeRewritten)]
pub(crate) struct RewrittenBody {
    /// The change that was made; null where the base had all of it already.
    applied: Option<AppliedBody>,
}

/// Ask a knowledge base, and keep what the templates of a Bind or Query become, as a change.
#[utoipa::path(
    post,
    path = "/knowledge/{id}/rewrite",
    tag = "knowledge",
    params(
        ("id" = String, Path, description = "The base's name"),
        ("If-Match" = Option<String>, Header, description = IF_MATCH),
    ),
    request_body = Request,
    responses((status = 200, description = "What was kept", body = RewrittenBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(name): Id<String>,
    seen: IfMatch,
    Json(request): Json<Request>,
) -> Result<axum::Json<RewrittenBody>, Problem> {
    let ask = Ask { time: Duration::from_secs(SECONDS), ..Ask::default() };
    let note = seen.note(request.expected_version, request.note)?;
    let applied = bases::rewrite(caller.context(), api.knowledge(), &name, &request.query, (&ask, note)).await;
    let applied = applied.map_err(|error| seen.told(error))?;
    Ok(axum::Json(RewrittenBody { applied: applied.map(AppliedBody::from) }))
}
