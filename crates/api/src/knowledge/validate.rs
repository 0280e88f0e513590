//! `POST /knowledge/{id}/validate`.

use axum::extract::State;
use oriel_knowledge::bases::{self, SnapshotFinding, Validation};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::extract::{Id, Json};
use crate::problem::Problem;
use crate::state::Api;

/// How to check.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = KnowledgeCheck)]
pub(crate) struct Request {
    /// Drop snapshots that are wrong, and make the newest anew; for administrators.
    #[serde(default)]
    repair: bool,
}

/// What a check found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeChecked)]
pub(crate) struct CheckedBody {
    /// Whether nothing is wrong any more.
    ok: bool,
    /// How many changes, from the first, are sound.
    changes: u64,
    /// How many atoms they give.
    atoms: u64,
    /// The first change that is not sound; null where all are.
    broken: Option<BrokenBody>,
    snapshots: Vec<SnapshotBody>,
    /// Whether what the server holds in memory is what the log gives; null where it holds nothing.
    memory: Option<bool>,
    /// Whether snapshots were made anew.
    repaired: bool,
}

/// Where a log is broken.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeBroken)]
struct BrokenBody {
    version: i64,
    reason: String,
}

/// What was found of a snapshot.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeSnapshotChecked)]
struct SnapshotBody {
    version: u64,
    /// What is wrong with it; null where it holds what the log gives.
    wrong: Option<String>,
}

impl From<Validation> for CheckedBody {
    fn from(found: Validation) -> Self {
        let snapshot = |SnapshotFinding { version, wrong }| SnapshotBody { version, wrong };
        Self {
            ok: found.is_sound(),
            changes: found.changes,
            atoms: found.atoms,
            broken: found.broken.map(|broken| BrokenBody { version: broken.seq, reason: broken.reason }),
            snapshots: found.snapshots.into_iter().map(snapshot).collect(),
            memory: found.memory,
            repaired: found.repaired,
        }
    }
}

/// Check that a knowledge base is what its log says. One base is checked, or restored, at a time.
#[utoipa::path(
    post,
    path = "/knowledge/{id}/validate",
    tag = "knowledge",
    params(("id" = String, Path, description = "The base's name")),
    request_body = Request,
    responses((status = 200, description = "What was found", body = CheckedBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(name): Id<String>,
    Json(request): Json<Request>,
) -> Result<axum::Json<CheckedBody>, Problem> {
    let found = bases::validate(caller.context(), api.knowledge(), &name, request.repair, &mut |_, _| {}).await?;
    Ok(axum::Json(CheckedBody::from(found)))
}
