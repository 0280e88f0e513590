//! `GET /knowledge/{id}/patterns`.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use oriel_knowledge::learning::{self, Mine, Said};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::looked::{LookedBody, looking};
use super::view::{at, up_to};
use crate::caller::Caller;
use crate::extract::{Id, Query};
use crate::problem::Problem;
use crate::state::Api;

/// Patterns in one answer at most.
const MOST: usize = 1_000;

/// Which patterns to look for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    /// The node whose members are looked at: its name, or an atom; all concepts when not given.
    of: Option<String>,
    /// In how many things a pattern must be found, 1 or more; 5 when not given.
    min_support: Option<usize>,
    /// How many features a pattern has at most, 1 to 5; 3 when not given.
    max_size: Option<usize>,
    /// The version; the newest when neither this nor `at` is given.
    version: Option<u64>,
    /// The newest version that there was at this moment.
    at: Option<DateTime<Utc>>,
    /// Patterns at most, up to 1,000; 20 when not given.
    limit: Option<usize>,
    /// Steps that it may take, up to 50,000,000; 10,000,000 when not given. It takes 20 s at most.
    steps: Option<u64>,
}

/// What is often said together.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgePatterns)]
pub(crate) struct PatternsBody {
    /// The version that was looked at.
    version: u64,
    /// How many patterns there are.
    found: usize,
    /// The first of them: the most surprising first, then those that most things have.
    patterns: Vec<PatternBody>,
    looked: LookedBody,
}

/// Features that things have together.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgePattern)]
struct PatternBody {
    /// What is said of a thing, `$case`: an atom, or a conjunction of several. `(Get …)` around it finds the things again.
    pattern: String,
    /// How many features it has.
    size: usize,
    /// How many things have all of them.
    support: usize,
    /// How many things are expected to have all of them, by the independent parts that explain it best.
    expected: f64,
    /// How surprising it is that so many have, from 0 to 1: how far that is from what is expected, over the greater of the two.
    surprise: f64,
}

impl From<Said> for PatternBody {
    fn from(Said { pattern, size, support, expected, surprise }: Said) -> Self {
        Self { pattern, size, support, expected, surprise }
    }
}

/// Find what is often said together of things of a knowledge base.
#[utoipa::path(
    get,
    path = "/knowledge/{id}/patterns",
    tag = "knowledge",
    params(("id" = String, Path, description = "The base's name"), Params),
    responses((status = 200, description = "The patterns", body = PatternsBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(name): Id<String>,
    Query(params): Query<Params>,
) -> Result<Json<PatternsBody>, Problem> {
    let otherwise = Mine::default();
    let mine = Mine {
        of: params.of,
        at: at(params.version, params.at)?,
        support: params.min_support.unwrap_or(otherwise.support),
        size: params.max_size.unwrap_or(otherwise.size),
        limit: up_to("limit", params.limit, (otherwise.limit, MOST))?,
        effort: looking(params.steps)?,
    };
    let found = learning::patterns(caller.context(), api.knowledge(), &name, mine).await?;
    Ok(Json(PatternsBody {
        version: found.version,
        found: found.found,
        patterns: found.patterns.into_iter().map(PatternBody::from).collect(),
        looked: found.looked.into(),
    }))
}
