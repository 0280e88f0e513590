//! The tokens of services: configured, compared in constant time, and good for one path each.

use std::sync::Arc;

use axum::http::{HeaderMap, header};
use oriel_identity::{Context, ServiceToken};

use crate::middleware::RequestId;
use crate::problem::{Kind, Problem};
use crate::state::Api;

/// The name of this way to sign in, in the OpenAPI document.
pub(crate) const SCHEME: &str = "service_token";

/// The context of the service `name`, if `headers` hold its token.
///
/// # Errors
/// 401 for a token that is missing or wrong, and where none is configured: then there is none that could be right.
pub(crate) fn bearer(
    api: &Api,
    headers: &HeaderMap,
    request_id: Option<&RequestId>,
    name: &'static str,
    token: Option<&ServiceToken>,
) -> Result<Context, Problem> {
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim());
    match (token, given) {
        (Some(token), Some(given)) if token.matches(given) => {
            let request_id = request_id.map(|id| id.0.clone()).unwrap_or_default();
            Ok(Context::system(name, request_id, Arc::clone(api.clock())))
        }
        _ => Err(Problem::new(
            Kind::Unauthenticated,
            "This path takes the token that the server's configuration has for it, as `Authorization: Bearer`.",
        )),
    }
}
