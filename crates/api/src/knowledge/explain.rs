//! `POST /knowledge/{id}/explain`.

use std::time::Duration;

use axum::extract::State;
use chrono::{DateTime, Utc};
use oriel_knowledge::bases::{self, Ask};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::part::{PartBody, selection};
use super::query::SECONDS;
use super::view::at;
use crate::caller::Caller;
use crate::extract::{Id, Json};
use crate::problem::Problem;
use crate::state::Api;

/// A query to explain.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = KnowledgeQueryToExplain)]
pub(crate) struct Request {
    /// The query, as docs/queries.md says.
    query: String,
    /// The version; the newest when neither this nor `at` is given.
    version: Option<u64>,
    /// The newest version that there was at this moment.
    at: Option<DateTime<Utc>>,
    /// Ask it too, and tell what came of each step. It takes 20 s at most.
    #[serde(default)]
    ask: bool,
    /// The part of the base that is searched; all of it when not given.
    part: Option<PartBody>,
}

/// How a query is searched.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeExplanation)]
pub(crate) struct ExplanationBody {
    /// For people.
    text: String,
    /// For programs: the alternatives, each with its steps.
    #[schema(value_type = Object)]
    plan: Value,
}

/// Tell how a query of a knowledge base is searched.
#[utoipa::path(
    post,
    path = "/knowledge/{id}/explain",
    tag = "knowledge",
    params(("id" = String, Path, description = "The base's name")),
    request_body = Request,
    responses((status = 200, description = "The plan", body = ExplanationBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(name): Id<String>,
    Json(request): Json<Request>,
) -> Result<axum::Json<ExplanationBody>, Problem> {
    let (at, time) = (at(request.version, request.at)?, Duration::from_secs(SECONDS));
    let how = (&Ask { at, selection: selection(request.part)?, time, ..Ask::default() }, request.ask);
    let plan = bases::explain(caller.context(), api.knowledge(), &name, &request.query, how).await?;
    Ok(axum::Json(ExplanationBody { text: plan.to_string(), plan: json!(plan) }))
}
