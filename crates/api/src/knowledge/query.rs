//! `POST /knowledge/{id}/query`.

use std::time::Duration;

use axum::extract::State;
use chrono::{DateTime, Utc};
use oriel_knowledge::bases::{self, Ask, Found};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::part::{PartBody, selection};
use super::view::at;
use crate::caller::Caller;
use crate::extract::{Id, Json};
use crate::problem::Problem;
use crate::state::Api;

/// Solutions in one answer at most.
const MOST: usize = 10_000;
/// Seconds that a query may take.
pub(super) const SECONDS: u64 = 20;

/// A question.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = KnowledgeQuery)]
pub(crate) struct Request {
    /// The query, as docs/queries.md says.
    query: String,
    /// The version that is asked; the newest when neither this nor `at` is given.
    version: Option<u64>,
    /// The newest version that there was at this moment is asked.
    at: Option<DateTime<Utc>>,
    /// Solutions at most, up to 10,000; 1,000 when not given.
    limit: Option<usize>,
    /// The part of the base that is asked; all of it when not given.
    part: Option<PartBody>,
}

/// An answer. Atoms are written in the text format, with what they carry.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeAnswer)]
pub(crate) struct AnswerBody {
    /// The version that was asked.
    version: u64,
    /// `solutions`, `atoms` or `holds`.
    kind: &'static str,
    /// For `solutions`: the variables, in the order of the columns.
    variables: Vec<String>,
    /// For `solutions`: a row for each.
    rows: Vec<Vec<String>>,
    /// For `atoms`: what templates became, or what contains what was asked for.
    atoms: Vec<String>,
    /// For `holds`: whether there is a solution; else null.
    holds: Option<bool>,
    /// Whether there is more than the limit lets through.
    more: bool,
}

/// Ask a knowledge base. Nothing is changed: what a Bind would write is only shown.
#[utoipa::path(
    post,
    path = "/knowledge/{id}/query",
    tag = "knowledge",
    params(("id" = String, Path, description = "The base's name")),
    request_body = Request,
    responses((status = 200, description = "What was found", body = AnswerBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(name): Id<String>,
    Json(request): Json<Request>,
) -> Result<axum::Json<AnswerBody>, Problem> {
    let limit = request.limit.unwrap_or(1_000);
    if limit > MOST {
        return Err(Problem::invalid("limit", format!("Ask for up to {MOST} solutions.")));
    }
    let (at, time) = (at(request.version, request.at)?, Duration::from_secs(SECONDS));
    let selection = selection(request.part)?;
    let ask = Ask { at, selection, limit, time, ..Ask::default() };
    let answer = bases::query(caller.context(), api.knowledge(), &name, &request.query, &ask).await?;
    let mut body = AnswerBody {
        version: answer.version,
        kind: "holds",
        variables: Vec::new(),
        rows: Vec::new(),
        atoms: Vec::new(),
        holds: None,
        more: answer.more,
    };
    match answer.found {
        Found::Solutions { variables, rows } => (body.kind, body.variables, body.rows) = ("solutions", variables, rows),
        Found::Atoms { atoms } => (body.kind, body.atoms) = ("atoms", atoms),
        Found::Holds { holds } => body.holds = Some(holds),
    }
    Ok(axum::Json(body))
}
