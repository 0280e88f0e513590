//! `GET /knowledge/{id}/rules`.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use oriel_knowledge::chaining::{self, RuleBase, RuleLine};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::view::at;
use crate::caller::Caller;
use crate::extract::{Id, Query};
use crate::problem::Problem;
use crate::state::Api;

/// Which version.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    /// The version; the newest when neither this nor `at` is given.
    version: Option<u64>,
    /// The newest version that there was at this moment.
    at: Option<DateTime<Utc>>,
}

/// The rule bases that a base can be chained by.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeRules)]
pub(crate) struct RulesBody {
    bases: Vec<BaseBody>,
}

/// A rule base.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeRuleBase)]
struct BaseBody {
    name: String,
    /// Whether it comes with Oriel; else it is in the base.
    shipped: bool,
    /// Why it cannot be used; null where it can.
    wrong: Option<String>,
    rules: Vec<RuleBody>,
}

/// A rule.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeRule)]
struct RuleBody {
    name: String,
    /// How much it is preferred, from 0 to 1.
    weight: f64,
    /// Its definition, as an atom.
    definition: String,
}

/// List the rules that a knowledge base can be chained by.
#[utoipa::path(
    get,
    path = "/knowledge/{id}/rules",
    tag = "knowledge",
    params(("id" = String, Path, description = "The base's name"), Params),
    responses((status = 200, description = "The rules", body = RulesBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(name): Id<String>,
    Query(params): Query<Params>,
) -> Result<Json<RulesBody>, Problem> {
    let found = chaining::rules(caller.context(), api.knowledge(), &name, at(params.version, params.at)?).await?;
    let rule = |RuleLine { name, weight, definition }| RuleBody { name, weight, definition };
    let base = |RuleBase { name, shipped, wrong, rules }| {
        let rules = rules.into_iter().map(rule).collect();
        BaseBody { name, shipped, wrong, rules }
    };
    Ok(Json(RulesBody { bases: found.into_iter().map(base).collect() }))
}
