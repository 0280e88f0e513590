//! `GET /targets`.

use axum::Json;
use axum::extract::State;
use oriel_execution::targets;

use super::view::TargetBody;
use crate::caller::Caller;
use crate::pagination::{Listing, PageBody, PageParams};
use crate::problem::Problem;
use crate::state::Api;

/// List targets, newest first.
#[utoipa::path(
    get,
    path = "/targets",
    tag = "targets",
    params(PageParams),
    responses((status = 200, description = "A page of targets", body = PageBody<TargetBody>)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Listing { page, .. }: Listing,
) -> Result<Json<PageBody<TargetBody>>, Problem> {
    let page = targets::list(caller.context(), api.execution(), page).await?;
    Ok(Json(PageBody::new(page, TargetBody::from)))
}
