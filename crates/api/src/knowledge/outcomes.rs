//! `POST /knowledge/{id}/outcomes`.

use axum::Json as Answer;
use axum::extract::State;
use chrono::{DateTime, Utc};
use oriel_knowledge::learning::{self, Counted, Outcome};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::precondition::{IF_MATCH, IfMatch};
use super::view::AppliedBody;
use crate::caller::Caller;
use crate::extract::{Id, Json};
use crate::problem::Problem;
use crate::state::Api;

/// What was observed of an atom.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = KnowledgeOutcome)]
pub(crate) struct Request {
    /// The atom, or the name of a node.
    atom: String,
    /// Where the observations are from, such as a ticket: what the same source said of the atom before is replaced.
    source: String,
    /// In how many of them it was as the atom says.
    positive: f64,
    /// How many observations there are, up to 16,777,216; 0 takes back what the source said.
    total: f64,
    /// When that was observed; now when not given.
    observed: Option<DateTime<Utc>>,
    /// Only where the base still has this version.
    expected_version: Option<u64>,
    /// What to note with the change; the source when not given.
    note: Option<String>,
}

/// What became of an outcome.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeCounted)]
pub(crate) struct CountedBody {
    /// The version that it was counted into.
    version: u64,
    /// The atom.
    atom: String,
    before: WorthBody,
    after: WorthBody,
    /// What the source said before; null where it said nothing.
    replaced: Option<CountsBody>,
    /// How many sources the observations of the atom have now.
    sources: usize,
    /// Whether what rules had concluded of the atom was set aside, so that they conclude it anew beside the observations.
    set_aside: bool,
    /// The change that was made; null where the source had said the same.
    applied: Option<AppliedBody>,
}

/// What an atom is worth.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeWorth)]
struct WorthBody {
    /// How true it is, from 0 to 1.
    strength: f32,
    /// How sure that is, from 0 to 1.
    confidence: f32,
}

impl From<[f32; 2]> for WorthBody {
    fn from([strength, confidence]: [f32; 2]) -> Self {
        Self { strength, confidence }
    }
}

/// Observations.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeCounts)]
struct CountsBody {
    /// Those for the atom.
    positive: f64,
    /// All of them.
    total: f64,
}

impl From<[f64; 2]> for CountsBody {
    fn from([positive, total]: [f64; 2]) -> Self {
        Self { positive, total }
    }
}

/// Count what was observed of an atom of a knowledge base into its truth value, as a change.
#[utoipa::path(
    post,
    path = "/knowledge/{id}/outcomes",
    tag = "knowledge",
    params(
        ("id" = String, Path, description = "The base's name"),
        ("If-Match" = Option<String>, Header, description = IF_MATCH),
    ),
    request_body = Request,
    responses((status = 200, description = "What the atom is worth now", body = CountedBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(name): Id<String>,
    seen: IfMatch,
    Json(request): Json<Request>,
) -> Result<Answer<CountedBody>, Problem> {
    let Request { atom, source, positive, total, observed, expected_version, note } = request;
    let note = seen.note(expected_version, note.unwrap_or_else(|| format!("outcome {source}")))?;
    let outcome = Outcome { atom, source, positive, total, observed };
    let counted = learning::outcome(caller.context(), api.knowledge(), &name, outcome, note).await;
    let counted = counted.map_err(|error| seen.told(error))?;
    let Counted { version, atom, before, after, replaced, sources, set_aside, applied } = counted;
    Ok(Answer(CountedBody {
        version,
        atom,
        before: before.into(),
        after: after.into(),
        replaced: replaced.map(CountsBody::from),
        sources,
        set_aside,
        applied: applied.map(AppliedBody::from),
    }))
}
