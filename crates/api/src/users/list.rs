//! `GET /users`.

use axum::Json;
use axum::extract::State;

use super::view::UserBody;
use crate::caller::Caller;
use crate::pagination::{Listing, PageBody, PageParams};
use crate::problem::Problem;
use crate::state::Api;

/// List users, newest first.
#[utoipa::path(
    get,
    path = "/users",
    tag = "users",
    params(PageParams),
    responses((status = 200, description = "A page of users", body = PageBody<UserBody>)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Listing { page, .. }: Listing,
) -> Result<Json<PageBody<UserBody>>, Problem> {
    let page = api.identity().list_users(caller.context(), page).await?;
    Ok(Json(PageBody::new(page, UserBody::from)))
}
