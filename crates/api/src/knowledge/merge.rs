//! `POST /knowledge/{id}/merge`.

use axum::Json as Answer;
use axum::extract::State;
use chrono::{DateTime, Utc};
use oriel_knowledge::bases::{self, Preference};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::precondition::{IF_MATCH, IfMatch};
use super::view::{AppliedBody, at};
use crate::caller::Caller;
use crate::extract::{Id, Json};
use crate::problem::Problem;
use crate::state::Api;

/// What to merge into the base.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = KnowledgeMerge)]
pub(crate) struct Request {
    /// The name of the base that is merged; it stays as it is.
    source: String,
    /// Its version; the newest when neither this nor `at` is given.
    version: Option<u64>,
    /// Its newest version that there was at this moment.
    at: Option<DateTime<Utc>>,
    /// Whom to believe where both say something of the same atom, and not the same.
    #[serde(default)]
    prefer: Prefer,
    /// Only where the base that is merged into still has this version.
    expected_version: Option<u64>,
    /// What to note with the change.
    #[serde(default)]
    note: String,
}

#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = KnowledgePreference)]
enum Prefer {
    /// Nobody: such a merge is refused.
    #[default]
    Refuse,
    /// The base that is merged.
    Source,
    /// The base that it is merged into.
    Target,
}

/// What a merge did.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeMerged)]
pub(crate) struct MergedBody {
    /// The change that it made; null where the base had all of it already.
    applied: Option<AppliedBody>,
    /// The version of the source.
    source_version: u64,
    /// Atoms that came.
    added: usize,
    /// What atoms carry otherwise by it.
    changed: usize,
    /// Where the bases said different things, and one was preferred.
    conflicts: Vec<String>,
}

/// Merge another knowledge base into this one. Each atom that came says where it is from.
#[utoipa::path(
    post,
    path = "/knowledge/{id}/merge",
    tag = "knowledge",
    params(
        ("id" = String, Path, description = "The name of the base that is merged into"),
        ("If-Match" = Option<String>, Header, description = IF_MATCH),
    ),
    request_body = Request,
    responses((status = 200, description = "What was merged", body = MergedBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(name): Id<String>,
    seen: IfMatch,
    Json(request): Json<Request>,
) -> Result<Answer<MergedBody>, Problem> {
    let source = (request.source.as_str(), at(request.version, request.at)?);
    let prefer = match request.prefer {
        Prefer::Refuse => Preference::Refuse,
        Prefer::Source => Preference::Source,
        Prefer::Target => Preference::Target,
    };
    let note = seen.note(request.expected_version, request.note)?;
    let done = bases::merge(caller.context(), api.knowledge(), source, &name, prefer, note).await;
    let done = done.map_err(|error| seen.told(error))?;
    Ok(Answer(MergedBody {
        applied: done.applied.map(AppliedBody::from),
        source_version: done.source_version,
        added: done.added,
        changed: done.changed,
        conflicts: done.conflicts,
    }))
}
