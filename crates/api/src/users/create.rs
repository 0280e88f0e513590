//! `POST /users`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use oriel_identity::NewAccount;
use oriel_model::Role;
use oriel_storage::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::UserBody;
use crate::caller::Caller;
use crate::etag;
use crate::extract::Json;
use crate::problem::Problem;
use crate::state::Api;

/// An account to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewUser)]
pub(crate) struct Request {
    /// Unique without regard to case.
    username: String,
    /// At least 12 characters.
    #[schema(write_only)]
    password: String,
    #[schema(inline)]
    role: Role,
}

/// Make an account.
#[utoipa::path(
    post,
    path = "/users",
    tag = "users",
    request_body = Request,
    responses((status = 201, description = "The user", body = UserBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Json(request): Json<Request>,
) -> Result<Response, Problem> {
    let new = NewAccount { username: request.username, password: Secret::new(request.password), role: request.role };
    let user = api.identity().create_user(caller.context(), new).await?;
    Ok((StatusCode::CREATED, etag::tagged(UserBody::from(user))).into_response())
}
