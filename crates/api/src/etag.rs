//! ETag and If-Match for what can be changed: a client that read an older version is told (412) and overwrites nothing.
//!
//! The tag is a hash of the body as sent, so it changes exactly when what the client can see changes.

use axum::Json;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::problem::{Kind, Problem};

/// The tag of a body.
fn tag(body: &impl Serialize) -> String {
    use std::fmt::Write as _;
    let bytes = serde_json::to_vec(body).unwrap_or_default();
    let mut tag = String::from("\"");
    for byte in Sha256::digest(&bytes).iter().take(12) {
        // Writing to a String cannot fail.
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    tag
}

/// The body with its tag.
pub(crate) fn tagged<T: Serialize>(body: T) -> Response {
    let tag = tag(&body);
    let mut response = Json(body).into_response();
    if let Ok(value) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, value);
    }
    response
}

/// Refuses a change that was made against another version than `current`. Without `If-Match` every version is fine.
pub(crate) fn require_match(headers: &HeaderMap, current: &impl Serialize) -> Result<(), Problem> {
    let Some(wanted) = headers.get(header::IF_MATCH) else {
        return Ok(());
    };
    let tag = tag(current);
    let matches = wanted.to_str().is_ok_and(|list| list.split(',').map(str::trim).any(|one| one == "*" || one == tag));
    if matches {
        Ok(())
    } else {
        Err(Problem::new(
            Kind::PreconditionFailed,
            "Somebody changed it since you read it; read it again and repeat your change.",
        )
        .at("If-Match"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_current_version_matches() {
        let with = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_MATCH, HeaderValue::from_str(value).unwrap());
            headers
        };
        let body = serde_json::json!({"name": "web-1"});
        let current = tag(&body);
        assert!(require_match(&HeaderMap::new(), &body).is_ok());
        assert!(require_match(&with(&current), &body).is_ok());
        assert!(require_match(&with(&format!("\"other\", {current}")), &body).is_ok());
        assert!(require_match(&with("*"), &body).is_ok());
        assert!(require_match(&with("\"other\""), &body).is_err());
        assert!(require_match(&with(&current), &serde_json::json!({"name": "web-2"})).is_err());
    }
}
