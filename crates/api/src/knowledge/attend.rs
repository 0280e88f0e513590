//! `POST /knowledge/{id}/attention`.

use axum::Json as Answer;
use axum::extract::State;
use oriel_knowledge::attention::{self, Attended, Attending, Stimulus};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::attention::{AttentionBody, MOST, SOME};
use super::precondition::{IF_MATCH, IfMatch};
use super::view::{AppliedBody, up_to};
use crate::caller::Caller;
use crate::extract::{Id, Json};
use crate::problem::Problem;
use crate::state::Api;

/// What is to become of what is important, in this order. Atoms are named as text, or nodes by their names.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = KnowledgeAttending)]
pub(crate) struct Request {
    /// How many units there are from now on; as before when not given.
    funds: Option<FundsBody>,
    /// Atoms that must never be forgotten.
    #[serde(default)]
    protect: Vec<String>,
    /// Atoms of which that is said no longer.
    #[serde(default)]
    release: Vec<String>,
    /// Atoms that get short-term importance.
    #[serde(default)]
    stimulate: Vec<StimulusBody>,
    /// Atoms that were used: each earns the wages of a use, as often as it is named.
    #[serde(default, rename = "use")]
    used: Vec<String>,
    /// Rounds, up to 1,000: what is important together is joined, importance spreads, and rent is paid.
    #[serde(default)]
    ticks: u32,
    /// How many atoms the base may have afterwards: the least important go.
    forget_to: Option<usize>,
    /// Atoms in the answer at most, up to 1,000; 20 when not given.
    limit: Option<usize>,
    /// Only where the base still has this version.
    expected_version: Option<u64>,
    /// What to note with the change.
    #[serde(default)]
    note: String,
}

/// Units of both importances.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = KnowledgeAttentionFunds)]
struct FundsBody {
    /// Of short-term importance.
    sti: i64,
    /// Of long-term importance.
    lti: i64,
}

/// Short-term importance that an atom gets, as much of it as is in reserve.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = KnowledgeStimulus)]
struct StimulusBody {
    /// The atom.
    atom: String,
    /// Units, 1 to 16,777,216.
    by: u32,
}

/// What was done.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeAttended)]
pub(crate) struct AttendedBody {
    /// Units of short-term importance that were given to those that were to be stimulated, in all.
    given: u64,
    /// How many atoms were forgotten.
    forgotten: usize,
    /// How many atoms the base has beyond what it may have, because no other may go.
    over: usize,
    /// What is important now.
    attention: AttentionBody,
    /// The change that was made; null where nothing changed.
    applied: Option<AppliedBody>,
}

/// Change what is important in a knowledge base.
#[utoipa::path(
    post,
    path = "/knowledge/{id}/attention",
    tag = "knowledge",
    params(
        ("id" = String, Path, description = "The base's name"),
        ("If-Match" = Option<String>, Header, description = IF_MATCH),
    ),
    request_body = Request,
    responses((status = 200, description = "What is important now", body = AttendedBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(name): Id<String>,
    seen: IfMatch,
    Json(request): Json<Request>,
) -> Result<Answer<AttendedBody>, Problem> {
    let stimulus = |StimulusBody { atom, by }: StimulusBody| Stimulus { atom, by };
    let doing = Attending {
        funds: request.funds.map(|FundsBody { sti, lti }| [sti, lti]),
        protect: request.protect,
        release: request.release,
        stimulate: request.stimulate.into_iter().map(stimulus).collect(),
        used: request.used,
        ticks: request.ticks,
        forget_to: request.forget_to,
        limit: up_to("limit", request.limit, (SOME, MOST))?,
    };
    let note = seen.note(request.expected_version, request.note)?;
    let attended = attention::attend(caller.context(), api.knowledge(), &name, doing, note).await;
    let Attended { given, forgotten, over, attention, applied } = attended.map_err(|error| seen.told(error))?;
    let (attention, applied) = (attention.into(), applied.map(AppliedBody::from));
    Ok(Answer(AttendedBody { given, forgotten, over, attention, applied }))
}
