//! `GET /knowledge/{id}/related`.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use oriel_knowledge::bases::{self, Related};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::part::within;
use super::view::{at, up_to};
use crate::caller::Caller;
use crate::extract::{Id, Query};
use crate::problem::Problem;
use crate::state::Api;

/// Nodes in one answer at most.
const MOST: usize = 1_000;

/// What to compare with.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    /// The name of a node, or an atom.
    node: String,
    /// The version; the newest when neither this nor `at` is given.
    version: Option<u64>,
    /// The newest version that there was at this moment.
    at: Option<DateTime<Utc>>,
    /// Nodes at most, up to 1,000; 20 when not given.
    limit: Option<usize>,
    /// Look only so many hops around the node, up to 10, without loading the base; 2 find all that is related.
    hops: Option<u32>,
    /// Count also the classes and places that they share, and texts and numbers.
    #[serde(default)]
    through_classes: bool,
}

/// What shares the surroundings of a node.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeRelated)]
pub(crate) struct RelatedBody {
    /// Best first.
    related: Vec<OneBody>,
}

/// A node that is related to another.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeRelatedNode)]
struct OneBody {
    /// The node.
    atom: String,
    /// How much they share, without a scale: to be compared within one answer.
    score: f64,
    /// Through which nodes, the most telling first.
    through: Vec<String>,
}

/// Find what shares the surroundings of a node of a knowledge base.
#[utoipa::path(
    get,
    path = "/knowledge/{id}/related",
    tag = "knowledge",
    params(("id" = String, Path, description = "The base's name"), Params),
    responses((status = 200, description = "What is related", body = RelatedBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(name): Id<String>,
    Query(params): Query<Params>,
) -> Result<Json<RelatedBody>, Problem> {
    let limit = up_to("limit", params.limit, (20, MOST))?;
    let selection = within(&params.node, params.hops)?;
    let node = (params.node.as_str(), at(params.version, params.at)?, &selection);
    let found = bases::related(caller.context(), api.knowledge(), &name, node, (limit, params.through_classes)).await?;
    let one = |Related { atom, score, through }| OneBody { atom, score, through };
    Ok(Json(RelatedBody { related: found.into_iter().map(one).collect() }))
}
