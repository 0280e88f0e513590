//! `DELETE /session`.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::cookie;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::state::Api;

/// Sign out.
#[utoipa::path(
    delete,
    path = "/session",
    tag = "session",
    responses((status = 204, description = "The session has ended")),
)]
pub(crate) async fn handle(State(api): State<Api>, caller: Caller) -> Result<Response, Problem> {
    api.identity().sign_out(caller.context()).await?;
    let cookie = cookie::remove(&api)?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}
