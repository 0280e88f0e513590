//! `GET /runs`.

use axum::Json;
use axum::extract::State;
use oriel_execution::runs::{self, RunFilter};
use oriel_model::{RunStatus, TargetId};
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::{OriginKind, RunSummaryBody};
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
    /// In this state only.
    #[param(inline)]
    status: Option<RunStatus>,
    /// Of this origin only.
    #[param(inline)]
    origin: Option<OriginKind>,
    /// With a task on this target only.
    target_id: Option<TargetId>,
}

/// List runs, newest first, without their tasks.
#[utoipa::path(
    get,
    path = "/runs",
    tag = "runs",
    params(PageParams, Filter),
    responses((status = 200, description = "A page of runs", body = PageBody<RunSummaryBody>)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Listing { page, filter }: Listing<Filter>,
) -> Result<Json<PageBody<RunSummaryBody>>, Problem> {
    let filter =
        RunFilter { status: filter.status, target: filter.target_id, origin: filter.origin.map(OriginKind::as_str) };
    let page = runs::list(caller.context(), api.execution(), filter, page).await?;
    let users: Vec<_> = page.items.iter().map(|run| run.created_by).collect();
    let names = Names::of(&api, &users).await?;
    Ok(Json(PageBody::new(page, |run| RunSummaryBody::new(run, &names))))
}
