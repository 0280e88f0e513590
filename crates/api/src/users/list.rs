//! `GET /users`.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::UserBody;
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

/// List users, newest first.
#[utoipa::path(
    get,
    path = "/users",
    tag = "users",
    params(Params),
    responses((status = 200, description = "A page of users", body = PageBody<UserBody>)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Query(params): Query<Params>,
) -> Result<Json<PageBody<UserBody>>, Problem> {
    let page = pagination::request(params.limit, params.cursor.as_deref())?;
    let page = api.identity().list_users(caller.context(), page).await?;
    Ok(Json(PageBody::new(page, UserBody::from)))
}
