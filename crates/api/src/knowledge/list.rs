//! `GET /knowledge`.

use axum::Json;
use axum::extract::State;
use oriel_knowledge::bases;
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::BaseBody;
use crate::caller::Caller;
use crate::pagination::{Listing, PageBody, PageParams};
use crate::problem::Problem;
use crate::state::Api;

/// Which bases.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    /// Those that were deleted and can be brought back, in place of the others.
    deleted: Option<bool>,
}

/// List knowledge bases, newest first.
#[utoipa::path(
    get,
    path = "/knowledge",
    tag = "knowledge",
    params(PageParams, Filter),
    responses((status = 200, description = "A page of bases", body = PageBody<BaseBody>)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Listing { page, filter }: Listing<Filter>,
) -> Result<Json<PageBody<BaseBody>>, Problem> {
    let page = if filter.deleted == Some(true) {
        bases::list_deleted(caller.context(), api.knowledge(), page).await?
    } else {
        bases::list(caller.context(), api.knowledge(), page).await?
    };
    Ok(Json(PageBody::new(page, BaseBody::from)))
}
