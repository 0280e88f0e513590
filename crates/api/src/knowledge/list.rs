//! `GET /knowledge`.

use axum::Json;
use axum::extract::State;
use oriel_knowledge::bases;
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::BaseBody;
use crate::caller::Caller;
use crate::extract::Query;
use crate::pagination::{self, PageBody};
use crate::problem::Problem;
use crate::state::Api;

/// Which part of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    /// 1 to 200; 50 when not given.
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// List knowledge bases, newest first.
#[utoipa::path(
    get,
    path = "/knowledge",
    tag = "knowledge",
    params(Params),
    responses((status = 200, description = "A page of bases", body = PageBody<BaseBody>)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Query(params): Query<Params>,
) -> Result<Json<PageBody<BaseBody>>, Problem> {
    let page = pagination::request(params.limit, params.cursor.as_deref())?;
    let page = bases::list(caller.context(), api.knowledge(), page).await?;
    Ok(Json(PageBody::new(page, BaseBody::from)))
}
