//! `GET /investigations`.

use axum::Json;
use axum::extract::State;
use oriel_investigation::InvestigationFilter;
use oriel_model::{IncidentId, InvestigationStatus};
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::SummaryBody;
use crate::caller::Caller;
use crate::names::Names;
use crate::pagination::{Listing, PageBody, PageParams};
use crate::problem::Problem;
use crate::state::Api;

/// What is listed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
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
    params(PageParams, Filter),
    responses((status = 200, description = "A page of investigations", body = PageBody<SummaryBody>)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Listing { page, filter }: Listing<Filter>,
) -> Result<Json<PageBody<SummaryBody>>, Problem> {
    let filter = InvestigationFilter { incident: filter.incident_id, status: filter.status };
    let page = api.investigations().investigations(caller.context(), filter, page).await?;
    let users: Vec<_> = page.items.iter().map(|summary| summary.created_by).collect();
    let names = Names::of(&api, &users).await?;
    Ok(Json(PageBody::new(page, |summary| SummaryBody::new(summary, &names))))
}
