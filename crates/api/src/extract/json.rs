//! A JSON body: read whole under the router's body limit, then parsed with the path of the field at fault.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;

use crate::problem::{Kind, Problem};

/// The parsed body. 415 when it is not declared as JSON, 413 when too large, 400 when it is not JSON at all, 422 when a
/// value does not fit.
#[derive(Debug)]
pub(crate) struct Json<T>(pub(crate) T);

impl<T, S> FromRequest<S> for Json<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::new(
                Kind::UnsupportedMediaType,
                "Send the body as JSON, with `Content-Type: application/json`.",
            ));
        }
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| Problem::new(Kind::of_status(rejection.status()), rejection.body_text()))?;
        parse(&bytes).map(Json)
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(str::trim)
        .is_some_and(|media| media.eq_ignore_ascii_case("application/json") || media.ends_with("+json"))
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let cause = error.into_inner();
        if cause.is_data() {
            let problem = Problem::new(Kind::Invalid, format!("{cause}."));
            match (path.as_str(), super::missing(&cause.to_string())) {
                ("." | "?", None) => problem,
                ("." | "?", Some(name)) => problem.at(name.to_owned()),
                (_, Some(name)) => problem.at(format!("{path}.{name}")),
                _ => problem.at(path),
            }
        } else {
            malformed(&cause)
        }
    })?;
    reader.end().map_err(|cause| malformed(&cause))?;
    Ok(value)
}

fn malformed(cause: &serde_json::Error) -> Problem {
    Problem::new(Kind::Malformed, format!("The body is not valid JSON: {cause}."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        #[expect(dead_code, reason = "only parsed")]
        inner: Inner,
    }

    #[derive(Debug, Deserialize)]
    struct Inner {
        #[expect(dead_code, reason = "only parsed")]
        port: u16,
    }

    #[test]
    fn names_the_field_at_fault() {
        let problem = parse::<Body>(br#"{"inner":{"port":"x"}}"#).unwrap_err();
        assert_eq!(problem.kind(), Kind::Invalid);
        assert_eq!(problem.body("r").field.as_deref(), Some("inner.port"));
        for (text, field) in [("{}", "inner"), (r#"{"inner":{}}"#, "inner.port")] {
            let problem = parse::<Body>(text.as_bytes()).unwrap_err();
            assert_eq!(problem.body("r").field.as_deref(), Some(field), "{text}");
        }
    }

    #[test]
    fn tells_broken_json_from_wrong_values() {
        for text in ["", "{", "{} x", "\u{0}", "{\"inner\":"] {
            let problem = parse::<Body>(text.as_bytes()).unwrap_err();
            assert!(matches!(problem.kind(), Kind::Malformed | Kind::Invalid), "{text:?}: {problem:?}");
        }
        assert_eq!(parse::<Body>(b"{").unwrap_err().kind(), Kind::Malformed);
        assert_eq!(parse::<Body>(br#"{"other":1}"#).unwrap_err().kind(), Kind::Invalid);
    }
}
