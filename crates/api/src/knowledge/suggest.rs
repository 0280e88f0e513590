//! `GET /knowledge/{id}/suggestions`.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use oriel_knowledge::chaining::{self, Suggested};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::proven::SECONDS;
use super::view::{at, up_to};
use crate::caller::Caller;
use crate::extract::{Id, Query};
use crate::problem::Problem;
use crate::state::Api;

/// Suggestions in one answer at most.
const MOST: usize = 1_000;

/// What rules to look for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    /// The node whose members the rules are about: its name, or an atom.
    kind: String,
    /// The version; the newest when neither this nor `at` is given.
    version: Option<u64>,
    /// The newest version that there was at this moment.
    at: Option<DateTime<Utc>>,
    /// Suggestions at most, up to 1,000; 20 when not given.
    limit: Option<usize>,
}

/// Rules that a base suggests. None is a rule before somebody adds its text.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeSuggestions)]
pub(crate) struct SuggestionsBody {
    /// The version that was looked at.
    version: u64,
    /// How many members there are.
    cases: usize,
    /// Whether all combinations of what is said of them were looked at, in 20 s at most.
    complete: bool,
    /// Those that chance would least give first.
    suggestions: Vec<SuggestionBody>,
}

/// A candidate for a rule.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeSuggestion)]
struct SuggestionBody {
    /// The rule with the truth value of its counts, to be added by who accepts it.
    rule: String,
    /// Cases in which premises and conclusion hold.
    held: usize,
    /// Cases in which the premises hold.
    applied: usize,
    /// How much more often the conclusion holds with the premises than over all cases.
    lift: f64,
    /// How likely as many cases or more are by chance.
    chance: f64,
}

impl From<Suggested> for SuggestionBody {
    fn from(Suggested { rule, held, applied, lift, chance }: Suggested) -> Self {
        Self { rule, held, applied, lift, chance }
    }
}

/// Look for rules that what is said of the members of a node suggests.
#[utoipa::path(
    get,
    path = "/knowledge/{id}/suggestions",
    tag = "knowledge",
    params(("id" = String, Path, description = "The base's name"), Params),
    responses((status = 200, description = "The suggestions", body = SuggestionsBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(name): Id<String>,
    Query(params): Query<Params>,
) -> Result<Json<SuggestionsBody>, Problem> {
    let about = (params.kind.as_str(), at(params.version, params.at)?);
    let how = (up_to("limit", params.limit, (20, MOST))?, Duration::from_secs(SECONDS));
    let found = chaining::suggest(caller.context(), api.knowledge(), &name, about, how).await?;
    Ok(Json(SuggestionsBody {
        version: found.version,
        cases: found.cases,
        complete: found.complete,
        suggestions: found.candidates.into_iter().map(SuggestionBody::from).collect(),
    }))
}
