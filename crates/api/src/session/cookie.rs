//! The session cookie: HttpOnly, SameSite=Strict, for the whole site, and Secure where people come over HTTPS.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use oriel_identity::NewSignIn;

use super::view::{SessionBody, SessionUser};
use crate::caller::COOKIE;
use crate::problem::{Kind, Problem};
use crate::state::Api;

/// The answer to a sign-in: the session, its cookie, and its token where it was asked for.
pub(crate) fn answer(
    api: &Api,
    status: StatusCode,
    signed_in: &NewSignIn,
    with_token: bool,
) -> Result<Response, Problem> {
    let token = signed_in.token.expose_text().unwrap_or_default();
    let lasts = (signed_in.expires_at - api.clock().now()).num_seconds().max(0);
    let cookie = text(api, token, lasts);
    let body = SessionBody {
        user: SessionUser {
            id: signed_in.user.id,
            username: signed_in.user.username.clone(),
            role: signed_in.user.role,
        },
        expires_at: signed_in.expires_at,
        token: with_token.then(|| token.to_owned()),
    };
    let mut response = (status, Json(body)).into_response();
    response.headers_mut().insert(header::SET_COOKIE, value(&cookie)?);
    Ok(response)
}

/// Takes the cookie away.
pub(super) fn remove(api: &Api) -> Result<HeaderValue, Problem> {
    value(&text(api, "", 0))
}

fn text(api: &Api, token: &str, seconds: i64) -> String {
    let secure = if api.settings().is_https() { "; Secure" } else { "" };
    format!("{COOKIE}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}")
}

fn value(cookie: &str) -> Result<HeaderValue, Problem> {
    let mut value = HeaderValue::from_str(cookie)
        .map_err(|_| Problem::new(Kind::Internal, "The session cookie cannot be written."))?;
    value.set_sensitive(true);
    Ok(value)
}
