//! `GET /knowledge/{id}/search`.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use oriel_knowledge::bases::{self, Hit, Search, Told};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::sources::ObservationBody;
use super::view::{at, up_to};
use crate::caller::Caller;
use crate::extract::{Id, Query};
use crate::problem::Problem;
use crate::state::Api;

/// Hits in one answer at most.
const MOST: usize = 1_000;
/// How far `near` reaches at most, in edges.
const FARTHEST: usize = 10;

/// What to search.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    /// Up to 64 words: any of them, `check*`, `"load test"`, `-without`; the last one also as the beginning of a word.
    words: String,
    /// Only what lies near this node: its name, or an atom.
    near: Option<String>,
    /// How many edges from there, up to 10; 2 when not given.
    hops: Option<usize>,
    /// Let those edges go through classes and places that things share, and through texts and numbers.
    #[serde(default)]
    through_classes: bool,
    /// The version; the newest when neither this nor `at` is given.
    version: Option<u64>,
    /// The newest version that there was at this moment.
    at: Option<DateTime<Utc>>,
    /// Nodes at most, up to 1,000; 20 when not given.
    limit: Option<usize>,
}

/// The nodes that fit best.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeHits)]
pub(crate) struct HitsBody {
    /// The version that was searched.
    version: u64,
    /// How many nodes fit.
    found: usize,
    /// The best of them, best first; those that fit equally well by their names.
    hits: Vec<HitBody>,
}

/// A node that was found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeHit)]
struct HitBody {
    /// The node, with what it carries.
    atom: String,
    /// How well it fits, without a scale: to be compared within one answer.
    score: f64,
    /// Some of the edges that it has.
    edges: Vec<String>,
    /// Which sources of ingestion say these edges, and since when; those of which somebody says it.
    told: Vec<ToldBody>,
}

/// An edge, and who says it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeTold)]
struct ToldBody {
    /// The edge.
    edge: String,
    /// What sources say of it.
    sources: Vec<ObservationBody>,
}

impl From<Told> for ToldBody {
    fn from(Told { edge, sources }: Told) -> Self {
        Self { edge, sources: sources.into_iter().map(ObservationBody::from).collect() }
    }
}

/// Find nodes of a knowledge base by words.
#[utoipa::path(
    get,
    path = "/knowledge/{id}/search",
    tag = "knowledge",
    params(("id" = String, Path, description = "The base's name"), Params),
    responses((status = 200, description = "What was found", body = HitsBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(name): Id<String>,
    Query(params): Query<Params>,
) -> Result<Json<HitsBody>, Problem> {
    let hops = up_to("hops", params.hops, (2, FARTHEST))?;
    let limit = up_to("limit", params.limit, (20, MOST))?;
    let near = params.near.map(|near| (near, hops));
    let (at, words, through_classes) = (at(params.version, params.at)?, params.words, params.through_classes);
    let search = Search { at, words, limit, near, through_classes };
    let found = bases::search(caller.context(), api.knowledge(), &name, &search).await?;
    let hit = |Hit { atom, score, edges, told }| {
        let told = told.into_iter().map(ToldBody::from).collect();
        HitBody { atom, score, edges, told }
    };
    Ok(Json(HitsBody { version: found.version, found: found.found, hits: found.hits.into_iter().map(hit).collect() }))
}
