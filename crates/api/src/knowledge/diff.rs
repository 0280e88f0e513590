//! `GET /knowledge/{id}/diff`.

use axum::Json;
use axum::extract::State;
use oriel_knowledge::KnowledgeError;
use oriel_knowledge::bases::{self, At, Diff, Differing};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::caller::Caller;
use crate::extract::{Id, Query};
use crate::problem::Problem;
use crate::state::Api;

/// Atoms of each kind in one answer at most.
const MOST: usize = 1_000;

/// Which versions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    /// The version to compare with, or a moment whose newest version that is.
    #[param(value_type = String)]
    from: At,
    /// The version to compare, or a moment; the newest when not given.
    #[param(value_type = Option<String>)]
    to: Option<At>,
}

/// What differs between two versions. Of each kind up to 1,000 are listed; the counts are of all.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeDiff)]
pub(crate) struct DiffBody {
    from: u64,
    to: u64,
    added_count: usize,
    removed_count: usize,
    changed_count: usize,
    /// Atoms that came, with what they carry.
    added: Vec<String>,
    /// Atoms that went.
    removed: Vec<String>,
    /// What is carried otherwise, by atoms that both versions have.
    changed: Vec<DifferingBody>,
}

/// Something that an atom carries otherwise.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeDifference)]
struct DifferingBody {
    atom: String,
    /// `truth`, `attention`, or the key of a value.
    what: String,
    /// Null where there was none.
    before: Option<String>,
    /// Null where there is none.
    after: Option<String>,
}

impl From<Diff> for DiffBody {
    fn from(diff: Diff) -> Self {
        let [added_count, removed_count, changed_count] = diff.counts;
        let differing = |one: Differing| {
            let Differing { atom, what, before, after } = one;
            DifferingBody { atom, what, before, after }
        };
        Self {
            from: diff.from,
            to: diff.to,
            added_count,
            removed_count,
            changed_count,
            added: diff.added,
            removed: diff.removed,
            changed: diff.changed.into_iter().map(differing).collect(),
        }
    }
}

fn side(is_first: bool) -> &'static str {
    if is_first { "from" } else { "to" }
}

/// Compare two versions of a knowledge base.
#[utoipa::path(
    get,
    path = "/knowledge/{id}/diff",
    tag = "knowledge",
    params(("id" = String, Path, description = "The base's name"), Params),
    responses((status = 200, description = "What differs", body = DiffBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(name): Id<String>,
    Query(params): Query<Params>,
) -> Result<Json<DiffBody>, Problem> {
    let (from, to) = (params.from, params.to.unwrap_or_default());
    let found = bases::diff(caller.context(), api.knowledge(), &name, from, to, MOST).await;
    let found = found.map_err(|error| match error {
        KnowledgeError::NoVersion { asked, .. } => Problem::from(error).at(side(from == At::Version(asked))),
        KnowledgeError::Before { asked, .. } => Problem::from(error).at(side(from == At::Time(asked))),
        other => other.into(),
    })?;
    Ok(Json(DiffBody::from(found)))
}
