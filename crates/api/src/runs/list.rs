//! `GET /runs`.

use axum::Json;
use axum::extract::State;
use oriel_execution::runs::{self, RunFilter};
use oriel_model::{RunStatus, TargetId};
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::{OriginKind, RunSummaryBody};
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
    params(Params),
    responses((status = 200, description = "A page of runs", body = PageBody<RunSummaryBody>)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Query(params): Query<Params>,
) -> Result<Json<PageBody<RunSummaryBody>>, Problem> {
    let page = pagination::request(params.limit, params.cursor.as_deref())?;
    let filter =
        RunFilter { status: params.status, target: params.target_id, origin: params.origin.map(OriginKind::as_str) };
    let page = runs::list(caller.context(), api.execution(), filter, page).await?;
    let users: Vec<_> = page.items.iter().map(|run| run.created_by).collect();
    let names = Names::of(&api, &users).await?;
    Ok(Json(PageBody::new(page, |run| RunSummaryBody::new(run, &names))))
}
