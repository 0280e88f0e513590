//! `GET /knowledge/{id}/contradictions`.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use oriel_knowledge::chaining::{self, Opposed};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::proven::{InferenceBody, TookBody, effort};
use super::sources::DisagreementBody;
use super::view::{at, up_to};
use crate::caller::Caller;
use crate::extract::{Id, Query};
use crate::problem::Problem;
use crate::state::Api;

/// Contradictions in one answer at most.
const MOST: usize = 1_000;

/// Where to look.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    /// The rule base to go by; all of the base and the shipped `pln` when not given.
    rules: Option<String>,
    /// The version; the newest when neither this nor `at` is given.
    version: Option<u64>,
    /// The newest version that there was at this moment.
    at: Option<DateTime<Utc>>,
    /// Contradictions at most, and as many disagreements of sources, up to 1,000; 100 when not given.
    limit: Option<usize>,
    /// Steps that it may take, up to 50,000,000; 1,000,000 when not given. It takes 20 s at most.
    steps: Option<u64>,
}

/// What cannot hold together.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeContradictions)]
pub(crate) struct ContradictionsBody {
    /// The version.
    version: u64,
    /// How many there are.
    found: usize,
    /// The greatest of them, the greatest first.
    contradictions: Vec<OpposedBody>,
    /// How often sources of ingestion say different texts or numbers of one thing. They are not among those that were found: both sides
    /// are facts, and stay.
    disagreements: usize,
    /// What they say, up to the limit, in the order of the facts: each side with its source, the place in it and how old it is.
    disagree: Vec<DisagreementBody>,
    took: TookBody,
}

/// Two statements that cannot both be as they were told, each with its proof.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeContradiction)]
struct OpposedBody {
    /// `negation`, `evidence` (for one statement, and against it), `exclusive`, or `outdated` (kept, and what follows now).
    kind: &'static str,
    /// How much they contradict each other, from 0 to 1.
    degree: f64,
    one: InferenceBody,
    other: InferenceBody,
}

/// Find what cannot hold together in a knowledge base, among its facts and what follows from them by rules; and where sources that were
/// ingested disagree about a fact.
#[utoipa::path(
    get,
    path = "/knowledge/{id}/contradictions",
    tag = "knowledge",
    params(("id" = String, Path, description = "The base's name"), Params),
    responses((status = 200, description = "The contradictions", body = ContradictionsBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(name): Id<String>,
    Query(params): Query<Params>,
) -> Result<Json<ContradictionsBody>, Problem> {
    let which = (at(params.version, params.at)?, params.rules.into_iter().collect());
    let how = (up_to("limit", params.limit, (100, MOST))?, effort(params.steps)?);
    let found = chaining::contradictions(caller.context(), api.knowledge(), &name, which, how).await?;
    let now = caller.context().now();
    let one = |Opposed { kind, degree, one, other }| OpposedBody { kind, degree, one: one.into(), other: other.into() };
    Ok(Json(ContradictionsBody {
        version: found.version,
        found: found.found,
        contradictions: found.contradictions.into_iter().map(one).collect(),
        disagreements: found.disagreements,
        disagree: found.disagree.into_iter().map(|one| DisagreementBody::of(one, now)).collect(),
        took: found.took.into(),
    }))
}
