//! `GET /knowledge/{id}/similar`.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use oriel_knowledge::learning::{self, Alike, Compare};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::looked::{LookedBody, looking};
use super::view::{at, up_to};
use crate::caller::Caller;
use crate::extract::{Id, Query};
use crate::problem::Problem;
use crate::state::Api;

/// Things in one answer at most.
const MOST: usize = 1_000;

/// What to compare.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    /// The node that others are compared with: its name, or an atom.
    atom: String,
    /// The node with whose members it is compared: its name, or an atom; all nodes of its type when not given.
    of: Option<String>,
    /// How similar they must be at least, from 0 to 1; 0 when not given.
    least: Option<f64>,
    /// The version; the newest when neither this nor `at` is given.
    version: Option<u64>,
    /// The newest version that there was at this moment.
    at: Option<DateTime<Utc>>,
    /// Things at most, up to 1,000; 20 when not given.
    limit: Option<usize>,
    /// Steps that it may take, up to 50,000,000; 10,000,000 when not given. It takes 20 s at most.
    steps: Option<u64>,
}

/// What is like a thing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeLikeness)]
pub(crate) struct LikenessBody {
    /// The version that was looked at.
    version: u64,
    /// The thing.
    atom: String,
    /// How many things are like it.
    found: usize,
    /// The first of them, the most similar first.
    similar: Vec<AlikeBody>,
    /// Whether anything is said of the thing itself.
    is_told: bool,
    looked: LookedBody,
}

/// A thing that is like another.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeAlike)]
struct AlikeBody {
    /// The thing.
    atom: String,
    /// How similar they are, from 0 to 1: the weight of the features that both have over that of those that either has.
    strength: f64,
    /// How sure that is, by how much was compared, from 0 to 1.
    confidence: f64,
    /// How many features both have, of those that not all things have.
    shared: usize,
    /// How many features either has.
    compared: usize,
    /// Some of those that both have, the rarest first.
    by: Vec<String>,
}

impl From<Alike> for AlikeBody {
    fn from(Alike { atom, strength, confidence, shared, compared, by }: Alike) -> Self {
        Self { atom, strength, confidence, shared, compared, by }
    }
}

/// Compare a thing of a knowledge base with others, by what is said of them.
#[utoipa::path(
    get,
    path = "/knowledge/{id}/similar",
    tag = "knowledge",
    params(("id" = String, Path, description = "The base's name"), Params),
    responses((status = 200, description = "What is like it", body = LikenessBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(name): Id<String>,
    Query(params): Query<Params>,
) -> Result<Json<LikenessBody>, Problem> {
    let compare = Compare {
        atom: params.atom,
        of: params.of,
        at: at(params.version, params.at)?,
        least: params.least.unwrap_or_default(),
        limit: up_to("limit", params.limit, (20, MOST))?,
        effort: looking(params.steps)?,
    };
    let found = learning::similar(caller.context(), api.knowledge(), &name, compare).await?;
    Ok(Json(LikenessBody {
        version: found.version,
        atom: found.atom,
        found: found.found,
        similar: found.similar.into_iter().map(AlikeBody::from).collect(),
        is_told: found.is_told,
        looked: found.looked.into(),
    }))
}
