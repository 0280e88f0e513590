//! `PATCH /users/{id}`.

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use oriel_identity::UserChange;
use oriel_model::{Role, UserId};
use oriel_storage::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::UserBody;
use crate::caller::Caller;
use crate::etag;
use crate::extract::{Id, Json};
use crate::problem::Problem;
use crate::state::Api;

/// What to change; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UserUpdate)]
pub(crate) struct Request {
    #[schema(inline)]
    role: Option<Role>,
    /// Whether the user may not sign in; this ends the user's sessions.
    disabled: Option<bool>,
    /// A new password; this ends the user's sessions.
    #[schema(write_only)]
    password: Option<String>,
}

/// Change a user's role or password, or disable the account.
#[utoipa::path(
    patch,
    path = "/users/{id}",
    tag = "users",
    params(("id" = uuid::Uuid, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read")),
    request_body = Request,
    responses((status = 200, description = "The user, with its new ETag", body = UserBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(id): Id<UserId>,
    headers: HeaderMap,
    Json(request): Json<Request>,
) -> Result<Response, Problem> {
    if headers.contains_key(header::IF_MATCH) {
        let current = api.identity().get_user(caller.context(), id).await?;
        etag::require_match(&headers, &UserBody::from(current))?;
    }
    let change =
        UserChange { role: request.role, disabled: request.disabled, password: request.password.map(Secret::new) };
    let user = api.identity().change_user(caller.context(), id, change).await?;
    Ok(etag::tagged(UserBody::from(user)))
}
