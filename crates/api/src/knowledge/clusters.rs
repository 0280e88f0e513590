//! `GET /knowledge/{id}/clusters`.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use oriel_knowledge::learning::{self, Group, Grouping};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::looked::{LookedBody, looking};
use super::view::{at, up_to};
use crate::caller::Caller;
use crate::extract::{Id, Query};
use crate::problem::Problem;
use crate::state::Api;

/// Groups in one answer at most.
const MOST: usize = 1_000;

/// What to group.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    /// The node whose members are grouped: its name, or an atom; all concepts when not given, 2,000 at most.
    of: Option<String>,
    /// How similar two groups must be on average to become one, above 0 and at most 1; 0.5 when not given.
    least: Option<f64>,
    /// The version; the newest when neither this nor `at` is given.
    version: Option<u64>,
    /// The newest version that there was at this moment.
    at: Option<DateTime<Utc>>,
    /// Groups at most, up to 1,000; 20 when not given.
    limit: Option<usize>,
    /// Steps that it may take, up to 50,000,000; 10,000,000 when not given. It takes 20 s at most.
    steps: Option<u64>,
}

/// Groups of things that are alike.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeClusters)]
pub(crate) struct ClustersBody {
    /// The version that was looked at.
    version: u64,
    /// How many groups of two or more there are.
    found: usize,
    /// The first of them: the largest first, then the most similar.
    groups: Vec<GroupBody>,
    /// How many things are in no group with another, though something is said of them.
    alone: usize,
    looked: LookedBody,
}

/// Things that are alike.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeCluster)]
struct GroupBody {
    /// The things, in the order in which they came into the base.
    members: Vec<String>,
    /// How similar two of them are on average, from 0 to 1.
    similarity: f64,
    /// Some of what all of them have and not all things have, the rarest first.
    common: Vec<String>,
}

impl From<Group> for GroupBody {
    fn from(Group { members, similarity, common }: Group) -> Self {
        Self { members, similarity, common }
    }
}

/// Group things of a knowledge base by what is said of them.
#[utoipa::path(
    get,
    path = "/knowledge/{id}/clusters",
    tag = "knowledge",
    params(("id" = String, Path, description = "The base's name"), Params),
    responses((status = 200, description = "The groups", body = ClustersBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(name): Id<String>,
    Query(params): Query<Params>,
) -> Result<Json<ClustersBody>, Problem> {
    let otherwise = Grouping::default();
    let how = Grouping {
        of: params.of,
        at: at(params.version, params.at)?,
        least: params.least.unwrap_or(otherwise.least),
        limit: up_to("limit", params.limit, (otherwise.limit, MOST))?,
        effort: looking(params.steps)?,
    };
    let found = learning::clusters(caller.context(), api.knowledge(), &name, how).await?;
    Ok(Json(ClustersBody {
        version: found.version,
        found: found.found,
        groups: found.groups.into_iter().map(GroupBody::from).collect(),
        alone: found.alone,
        looked: found.looked.into(),
    }))
}
