//! `GET /session`.

use axum::Json;
use axum::extract::State;

use super::view::{SessionBody, SessionUser};
use crate::caller::Caller;
use crate::problem::{Kind, Problem};
use crate::state::Api;

/// Get the session that the request came with.
#[utoipa::path(
    get,
    path = "/session",
    tag = "session",
    responses((status = 200, description = "The session", body = SessionBody)),
)]
pub(crate) async fn handle(State(api): State<Api>, caller: Caller) -> Result<Json<SessionBody>, Problem> {
    let user = caller.user();
    let sessions = api.identity().list_sessions(caller.context(), user.id()).await?;
    let session = sessions
        .into_iter()
        .find(|session| session.id == user.session())
        .ok_or_else(|| Problem::new(Kind::Unauthenticated, "The session has ended."))?;
    Ok(Json(SessionBody {
        user: SessionUser { id: user.id(), username: user.username().to_owned(), role: user.role() },
        expires_at: session.expires_at,
        token: None,
    }))
}
