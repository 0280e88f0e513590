//! `GET /knowledge/{id}/path`.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use oriel_knowledge::bases::{self, Hop, Path, Ways};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::part::within;
use super::sources::ObservationBody;
use super::view::at;
use crate::caller::Caller;
use crate::extract::{Id, Query};
use crate::problem::Problem;
use crate::state::Api;

/// From where to where.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    /// Where it begins: the name of a node, or an atom.
    from: String,
    /// Where it ends.
    to: String,
    /// Go along edges in their direction only.
    #[serde(default)]
    directed: bool,
    /// Go along edges of this relation, or links of this type; along all when not given.
    relation: Option<String>,
    /// Go also through classes and places that things share, and through texts and numbers.
    #[serde(default)]
    through_classes: bool,
    /// The version; the newest when neither this nor `at` is given.
    version: Option<u64>,
    /// The newest version that there was at this moment.
    at: Option<DateTime<Utc>>,
    /// Look only so many hops around where it begins, up to 10, without loading the base.
    hops: Option<u32>,
}

/// A way, or none.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgePath)]
pub(crate) struct PathBody {
    /// Whether there is a way.
    exists: bool,
    /// Where it begins; null where there is none.
    from: Option<String>,
    /// Its edges, in order.
    hops: Vec<HopBody>,
}

/// An edge of a way.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeHop)]
struct HopBody {
    /// The link.
    link: String,
    /// Where it leads.
    to: String,
    /// Whether it is gone along in its direction.
    forward: bool,
    /// What sources of ingestion say of it, and since when.
    sources: Vec<ObservationBody>,
}

/// Find the way between two nodes of a knowledge base that has few edges, and avoids what is connected with much.
#[utoipa::path(
    get,
    path = "/knowledge/{id}/path",
    tag = "knowledge",
    params(("id" = String, Path, description = "The base's name"), Params),
    responses((status = 200, description = "The way", body = PathBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(name): Id<String>,
    Query(params): Query<Params>,
) -> Result<Json<PathBody>, Problem> {
    let relations = params.relation.into_iter().collect();
    let (at, selection) = (at(params.version, params.at)?, within(&params.from, params.hops)?);
    let (directed, through_classes) = (params.directed, params.through_classes);
    let ways = Ways { at, selection, directed, relations, through_classes };
    let ends = (params.from.as_str(), params.to.as_str());
    let found = bases::path(caller.context(), api.knowledge(), &name, ends, &ways).await?;
    let hop = |Hop { link, to, forward, sources }| {
        let sources = sources.into_iter().map(ObservationBody::from).collect();
        HopBody { link, to, forward, sources }
    };
    Ok(Json(match found {
        None => PathBody { exists: false, from: None, hops: Vec::new() },
        Some(Path { from, hops, .. }) => {
            PathBody { exists: true, from: Some(from), hops: hops.into_iter().map(hop).collect() }
        }
    }))
}
