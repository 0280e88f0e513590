//! `POST /knowledge/{id}/infer`.

use axum::Json as Answer;
use axum::extract::State;
use chrono::{DateTime, Utc};
use oriel_knowledge::chaining::{self, SetAside, Target, Withdrawn};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::part::{PartBody, selection};
use super::precondition::{IF_MATCH, IfMatch};
use super::proven::{InferenceBody, TookBody, effort};
use super::view::{AppliedBody, at, up_to};
use crate::caller::Caller;
use crate::extract::{Id, Json};
use crate::problem::Problem;
use crate::state::Api;

/// Conclusions in one answer at most.
const MOST: usize = 1_000;

/// What to conclude.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = KnowledgeTarget)]
pub(crate) struct Request {
    /// What is to be answered, with any variables; going forward the atom to begin from, or nothing for all facts.
    target: Option<String>,
    /// Go forward, to all that follows.
    #[serde(default)]
    forward: bool,
    /// The rule bases to go by; all of the base and the shipped ones when none is given.
    #[serde(default)]
    rules: Vec<String>,
    /// The version; the newest when neither this nor `at` is given.
    version: Option<u64>,
    /// The newest version that there was at this moment.
    at: Option<DateTime<Utc>>,
    /// Conclusions at most, up to 1,000; 100 when not given.
    limit: Option<usize>,
    /// Steps that it may take, up to 50,000,000; 1,000,000 when not given. It takes 20 s at most.
    steps: Option<u64>,
    /// Send how each conclusion is proven.
    #[serde(default)]
    proof: bool,
    /// Keep the conclusions, as a change; for who may change the base.
    #[serde(default)]
    keep: bool,
    /// The part of the base that is concluded from; all of it when not given.
    part: Option<PartBody>,
}

/// What was concluded.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeInferred)]
pub(crate) struct InferredBody {
    /// The version that it was concluded from.
    version: u64,
    /// Going backward the answers, the most promising first; going forward what follows.
    conclusions: Vec<InferenceBody>,
    /// Whether there may be more than the limit lets through.
    more: bool,
    /// How many answers were found and are left out, because nothing holds them any more: their confidence fell to 0.
    left_out: usize,
    /// Which those are, up to the limit.
    withdrawn: Vec<WithdrawnBody>,
    /// What was kept before and is older than what it was concluded from: nothing rests on it.
    outdated: Vec<SetAsideBody>,
    took: TookBody,
    /// The change that was made of it; null where nothing was to be kept, or all of it was there.
    applied: Option<AppliedBody>,
}

/// An answer that was found, and whose confidence fell to 0 before the end.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeWithdrawn)]
struct WithdrawnBody {
    /// The answer.
    statement: String,
    /// How likely it was when it was found, from 0 to 1.
    strength: f64,
    /// How sure that was, from 0 to 1.
    confidence: f64,
    /// Why it does not hold any more, in words.
    why: String,
}

impl From<Withdrawn> for WithdrawnBody {
    fn from(Withdrawn { statement, strength, confidence, why }: Withdrawn) -> Self {
        Self { statement, strength, confidence, why }
    }
}

/// A kept conclusion that is outdated.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeSetAside)]
struct SetAsideBody {
    /// The conclusion with the truth value that was kept.
    statement: String,
    /// What became of a fact that it was concluded from.
    why: String,
}

impl From<SetAside> for SetAsideBody {
    fn from(SetAside { statement, why }: SetAside) -> Self {
        Self { statement, why }
    }
}

/// Conclude something of a knowledge base by rules.
#[utoipa::path(
    post,
    path = "/knowledge/{id}/infer",
    tag = "knowledge",
    params(
        ("id" = String, Path, description = "The base's name"),
        ("If-Match" = Option<String>, Header, description = IF_MATCH),
    ),
    request_body = Request,
    responses((status = 200, description = "What was concluded", body = InferredBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(name): Id<String>,
    seen: IfMatch,
    Json(request): Json<Request>,
) -> Result<Answer<InferredBody>, Problem> {
    let target = Target {
        text: request.target,
        forward: request.forward,
        rules: request.rules,
        at: at(request.version, request.at)?,
        selection: selection(request.part)?,
        limit: up_to("limit", request.limit, (100, MOST))?,
        proofs: request.proof,
        effort: effort(request.steps)?,
    };
    let keep = request.keep.then(|| seen.note(None, "infer")).transpose()?;
    let found = chaining::infer(caller.context(), api.knowledge(), &name, target, keep).await;
    let found = found.map_err(|error| seen.told(error))?;
    Ok(Answer(InferredBody {
        version: found.version,
        conclusions: found.conclusions.into_iter().map(InferenceBody::from).collect(),
        more: found.more,
        left_out: found.left_out,
        withdrawn: found.withdrawn.into_iter().map(WithdrawnBody::from).collect(),
        outdated: found.outdated.into_iter().map(SetAsideBody::from).collect(),
        took: found.took.into(),
        applied: found.applied.map(AppliedBody::from),
    }))
}
