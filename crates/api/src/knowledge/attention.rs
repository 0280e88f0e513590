//! `GET /knowledge/{id}/attention`.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use oriel_knowledge::attention::{self, Attention, Important};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::view::{at, up_to};
use crate::caller::Caller;
use crate::extract::{Id, Query};
use crate::problem::Problem;
use crate::state::Api;

/// Atoms in one answer at most.
pub(super) const MOST: usize = 1_000;
/// Atoms in one answer where nobody says how many.
pub(super) const SOME: usize = 20;

/// At which version.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    /// The version; the newest when neither this nor `at` is given.
    version: Option<u64>,
    /// The newest version that there was at this moment.
    at: Option<DateTime<Utc>>,
    /// Atoms at most, up to 1,000; 20 when not given.
    limit: Option<usize>,
}

/// What is important in a base.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeAttention)]
pub(crate) struct AttentionBody {
    /// The version.
    version: u64,
    funds: UnitsBody,
    reserve: UnitsBody,
    /// How many atoms have any importance, or are protected.
    found: usize,
    /// The first of them: those with the most short-term importance, then with the most long-term importance.
    atoms: Vec<ImportantBody>,
    /// How many Hebbian links there are: pairs of atoms that were important together.
    associations: usize,
}

/// Units of both importances: as funds all that there are; as reserve those that no atom holds, below 0 where somebody gave
/// atoms more than there is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeAttentionUnits)]
struct UnitsBody {
    /// Of short-term importance.
    sti: i64,
    /// Of long-term importance.
    lti: i64,
}

impl From<[i64; 2]> for UnitsBody {
    fn from([sti, lti]: [i64; 2]) -> Self {
        Self { sti, lti }
    }
}

/// An atom that is important.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KnowledgeImportant)]
struct ImportantBody {
    /// The atom.
    atom: String,
    /// Units of short-term importance: whether to think of it now.
    sti: f32,
    /// Units of long-term importance: whether to keep it.
    lti: f32,
    /// How many want it never to be forgotten.
    vlti: u16,
}

impl From<Important> for ImportantBody {
    fn from(Important { atom, sti, lti, vlti }: Important) -> Self {
        Self { atom, sti, lti, vlti }
    }
}

impl From<Attention> for AttentionBody {
    fn from(attention: Attention) -> Self {
        let Attention { version, funds, reserve, found, atoms, associations } = attention;
        let atoms = atoms.into_iter().map(ImportantBody::from).collect();
        Self { version, funds: funds.into(), reserve: reserve.into(), found, atoms, associations }
    }
}

/// Tell what is important in a knowledge base.
#[utoipa::path(
    get,
    path = "/knowledge/{id}/attention",
    tag = "knowledge",
    params(("id" = String, Path, description = "The base's name"), Params),
    responses((status = 200, description = "What is important", body = AttentionBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(name): Id<String>,
    Query(params): Query<Params>,
) -> Result<Json<AttentionBody>, Problem> {
    let how = (at(params.version, params.at)?, up_to("limit", params.limit, (SOME, MOST))?);
    Ok(Json(attention::attention(caller.context(), api.knowledge(), &name, how).await?.into()))
}
