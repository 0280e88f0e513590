//! Who sent a request: by the cookie `oriel_session`, or by `Authorization: Bearer`.
//!
//! A bearer token wins over a cookie. A request that changes something and came with the cookie must also prove that one of
//! our own pages sent it ([`crate::security`]). [`Caller`] in a handler's arguments is what makes an operation need a
//! session; an operation without it is open to everybody, and the coverage test knows each.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use oriel_identity::{Context, Origin, SessionError, SignedIn};
use oriel_model::UserId;
use oriel_storage::Secret;

use crate::middleware::RequestId;
use crate::problem::{Kind, Problem};
use crate::security;
use crate::state::Api;

/// The name of the session cookie.
pub(crate) const COOKIE: &str = "oriel_session";

/// A signed-in user.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    context: Context,
    user: SignedIn,
    token: Arc<Secret>,
}

impl Caller {
    /// What capabilities take first.
    pub(crate) fn context(&self) -> &Context {
        &self.context
    }

    /// The user.
    pub(crate) fn user(&self) -> &SignedIn {
        &self.user
    }

    /// The user's id.
    pub(crate) fn user_id(&self) -> UserId {
        self.user.id()
    }

    /// The id of the request.
    pub(crate) fn request_id(&self) -> &str {
        self.context.request_id()
    }

    /// Whether the session still stands, with the same role: for connections that stay open.
    pub(crate) async fn still_valid(&self, api: &Api) -> bool {
        let Some(token) = self.token.expose_text() else {
            return false;
        };
        match api.identity().authenticate(&self.context, token).await {
            Ok(context) => context.user().is_some_and(|user| user.role() == self.user.role()),
            Err(SessionError::Storage(error)) => {
                // The database is away, not the session.
                tracing::warn!(error = %error, "a session could not be looked at");
                true
            }
            Err(_) => false,
        }
    }
}

impl FromRequestParts<Api> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        if let Some(caller) = parts.extensions.get::<Self>() {
            return Ok(caller.clone());
        }
        let Visitor { context } = Visitor::from_request_parts(parts, api).await?;
        let credential = Credential::of(&parts.headers).ok_or_else(not_signed_in)?;
        if credential.from_cookie && changes_something(&parts.method) {
            security::require_same_origin(&parts.headers, api.settings().public_authority())?;
        }
        let context = api.identity().authenticate(&context, &credential.token).await?;
        let user = context.user().cloned().ok_or_else(not_signed_in)?;
        let caller = Self { context, user, token: Arc::new(Secret::new(credential.token)) };
        parts.extensions.insert(caller.clone());
        Ok(caller)
    }
}

/// Somebody who need not be signed in.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    pub(crate) context: Context,
}

impl FromRequestParts<Api> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let request_id = parts.extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
        let origin = Origin {
            address: address(parts).map(|address| address.to_string()),
            user_agent: parts
                .headers
                .get(header::USER_AGENT)
                .and_then(|value| value.to_str().ok())
                .map(|text| text.chars().take(256).collect()),
        };
        let context = Context::anonymous(request_id, Arc::clone(api.clock()), origin);
        Ok(Self { context })
    }
}

fn address(parts: &Parts) -> Option<IpAddr> {
    parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip().to_canonical())
}

fn not_signed_in() -> Problem {
    Problem::new(Kind::Unauthenticated, "There is no session, or it has ended.")
}

fn changes_something(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// A token and where it was.
struct Credential {
    token: String,
    from_cookie: bool,
}

impl Credential {
    fn of(headers: &HeaderMap) -> Option<Self> {
        let authorization = headers.get(header::AUTHORIZATION).map(HeaderValue::to_str);
        if let Some(value) = authorization {
            let (scheme, token) = value.ok()?.split_once(' ')?;
            return scheme
                .eq_ignore_ascii_case("bearer")
                .then(|| Self { token: token.trim().to_owned(), from_cookie: false });
        }
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(name, token)| (name == COOKIE).then(|| token.to_owned()))
            .map(|token| Self { token, from_cookie: true })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(header::HeaderName, &'static str)]) -> Option<(String, bool)> {
        let headers = pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect();
        Credential::of(&headers).map(|found| (found.token, found.from_cookie))
    }

    #[test]
    fn a_token_is_found_where_it_may_be() {
        let bearer = Some(("abc".to_owned(), false));
        assert_eq!(of(&[(header::AUTHORIZATION, "Bearer abc")]), bearer);
        assert_eq!(of(&[(header::AUTHORIZATION, "bearer abc"), (header::COOKIE, "oriel_session=x")]), bearer);
        let cookie = Some(("x=".to_owned(), true));
        assert_eq!(of(&[(header::COOKIE, "a=b; oriel_session=x=; c=d")]), cookie);
        for none in ["", "a=b", "oriel_session", "xoriel_session=1"] {
            assert_eq!(of(&[(header::COOKIE, none)]), None, "{none}");
        }
        assert_eq!(of(&[(header::AUTHORIZATION, "Basic abc"), (header::COOKIE, "oriel_session=x")]), None);
    }
}
