//! `GET /investigations`.

use axum::Json;
use axum::extract::State;
use oriel_investigation::InvestigationFilter;
use oriel_model::{IncidentId, InvestigationStatus};
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::SummaryBody;
use crate::caller::Caller;
use crate::extract::Query;
use crate::names::Names;
use crate::pagination::{self, PageBody};
use crate::problem::Problem;
use crate::state::Api;

/// Which part of which list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    /// 1 to 200; 50 when not given.
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// Of this incident only.
    incident_id: Option<IncidentId>,
    /// In this state only.
    #[param(inline)]
    status: Option<InvestigationStatus>,
}

/// List investigations, newest first.
#[utoipa::path(
    get,
    path = "/investigations",
    tag = "investigations",
    params(Params),
    responses((status = 200, description = "A page of investigations", body = PageBody<SummaryBody>)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Query(params): Query<Params>,
) -> Result<Json<PageBody<SummaryBody>>, Problem> {
    let page = pagination::request(params.limit, params.cursor.as_deref())?;
    let filter = InvestigationFilter { incident: params.incident_id, status: params.status };
    let page = api.investigations().investigations(caller.context(), filter, page).await?;
    let users: Vec<_> = page.items.iter().map(|summary| summary.created_by).collect();
    let names = Names::of(&api, &users).await?;
    Ok(Json(PageBody::new(page, |summary| SummaryBody::new(summary, &names))))
}
