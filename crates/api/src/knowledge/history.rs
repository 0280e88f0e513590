//! `GET /knowledge/{id}/changes`.

use axum::Json;
use axum::extract::State;
use oriel_knowledge::bases;
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::ChangeBody;
use crate::caller::Caller;
use crate::extract::{Id, Query};
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

/// List the changes of a knowledge base, newest first.
#[utoipa::path(
    get,
    path = "/knowledge/{id}/changes",
    tag = "knowledge",
    params(("id" = String, Path, description = "The base's name"), Params),
    responses((status = 200, description = "A page of changes", body = PageBody<ChangeBody>)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(name): Id<String>,
    Query(params): Query<Params>,
) -> Result<Json<PageBody<ChangeBody>>, Problem> {
    let page = pagination::request(params.limit, params.cursor.as_deref())?;
    let page = bases::history(caller.context(), api.knowledge(), &name, page).await?;
    Ok(Json(PageBody::new(page, ChangeBody::from)))
}
