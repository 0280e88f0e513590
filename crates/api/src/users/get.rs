//! `GET /users/{id}`.

use axum::extract::State;
use axum::response::Response;
use oriel_model::UserId;

use super::view::UserBody;
use crate::caller::Caller;
use crate::etag;
use crate::extract::Id;
use crate::problem::Problem;
use crate::state::Api;

/// Get a user.
#[utoipa::path(
    get,
    path = "/users/{id}",
    tag = "users",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, description = "The user, with an ETag", body = UserBody)),
)]
pub(crate) async fn handle(State(api): State<Api>, caller: Caller, Id(id): Id<UserId>) -> Result<Response, Problem> {
    let user = api.identity().get_user(caller.context(), id).await?;
    Ok(etag::tagged(UserBody::from(user)))
}
