//! `GET /knowledge/{id}/sources`.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use oriel_knowledge::Observation;
use oriel_knowledge::bases::{self, Claim, Disagreement, Source};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::view::at;
use crate::caller::Caller;
use crate::extract::{Id, Query};
use crate::problem::Problem;
use crate::state::Api;

/// Disagreements in one answer at most.
const MOST: usize = 1_000;

/// At which version.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    /// The version; the newest when neither this nor `at` is given.
    version: Option<u64>,
    /// The newest version that there was at this moment.
    at: Option<DateTime<Utc>>,
}

/// The sources of a base.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeSources)]
pub(crate) struct SourcesBody {
    /// The version.
    version: u64,
    /// By their names.
    sources: Vec<SourceBody>,
    /// How often sources say different things.
    disagreements: usize,
    /// What they say, up to 1,000 times.
    disagree: Vec<DisagreementBody>,
}

/// A source.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeSource)]
struct SourceBody {
    /// Its name.
    name: String,
    /// How many facts it says.
    facts: usize,
    /// How many of them nobody else says.
    alone: usize,
    /// When the oldest of them was observed.
    oldest: String,
    /// When the newest was.
    newest: String,
}

/// Sources that say different texts or numbers of one thing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeDisagreement)]
pub(super) struct DisagreementBody {
    /// The thing.
    of: String,
    /// The relation.
    relation: String,
    /// What each source says.
    said: Vec<ClaimBody>,
}

/// What a source says.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeClaim)]
struct ClaimBody {
    /// The text or number.
    object: String,
    /// How many seconds ago it was observed; null where it is not known when.
    age_seconds: Option<i64>,
    /// Who says it.
    #[serde(flatten)]
    by: ObservationBody,
}

/// What a source says of an atom.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeObservation)]
pub(super) struct ObservationBody {
    /// The source.
    source: String,
    /// File and line, or file and place in it.
    place: String,
    /// When it was observed.
    observed: String,
    /// How true it is by this source.
    strength: f32,
    /// How sure that is.
    confidence: f32,
    /// How often it was seen; 0 where it is not counted.
    count: u64,
}

impl From<Observation> for ObservationBody {
    fn from(one: Observation) -> Self {
        let Observation { source, place, observed, strength, confidence, count } = one;
        Self { source, place, observed, strength, confidence, count }
    }
}

impl DisagreementBody {
    /// As it is sent at a moment.
    pub(super) fn of(one: Disagreement, now: DateTime<Utc>) -> Self {
        let claim = |Claim { object, by }: Claim| {
            let age_seconds = by.moment().map(|then| (now - then).num_seconds());
            ClaimBody { object, age_seconds, by: by.into() }
        };
        Self { of: one.of, relation: one.relation, said: one.said.into_iter().map(claim).collect() }
    }
}

/// List the sources that say what a knowledge base holds, and where they disagree.
#[utoipa::path(
    get,
    path = "/knowledge/{id}/sources",
    tag = "knowledge",
    params(("id" = String, Path, description = "The base's name"), Params),
    responses((status = 200, description = "The sources", body = SourcesBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(name): Id<String>,
    Query(params): Query<Params>,
) -> Result<Json<SourcesBody>, Problem> {
    let at = at(params.version, params.at)?;
    let now = caller.context().now();
    let found = bases::sources(caller.context(), api.knowledge(), &name, at, MOST).await?;
    let source = |one: Source| SourceBody {
        name: one.name,
        facts: one.facts,
        alone: one.alone,
        oldest: one.oldest,
        newest: one.newest,
    };
    Ok(Json(SourcesBody {
        version: found.version,
        sources: found.sources.into_iter().map(source).collect(),
        disagreements: found.disagreements,
        disagree: found.disagree.into_iter().map(|one| DisagreementBody::of(one, now)).collect(),
    }))
}
