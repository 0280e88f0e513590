//! The query string, with the name of the parameter at fault.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::problem::{Kind, Problem};

/// The parsed query string; 422 when a parameter is unknown or does not fit.
#[derive(Debug)]
pub(crate) struct Query<T>(pub(crate) T);

impl<T, S> FromRequestParts<S> for Query<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parse(parts.uri.query().unwrap_or_default()).map(Query)
    }
}

/// Reads a query string.
pub(crate) fn parse<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let reader = serde_urlencoded::Deserializer::new(url::form_urlencoded::parse(query.as_bytes()));
    serde_path_to_error::deserialize(reader).map_err(|error| {
        let path = error.path().to_string();
        let problem = Problem::new(Kind::Invalid, format!("In the query string: {}.", error.inner()));
        match (path.as_str(), super::missing(&error.inner().to_string())) {
            (_, Some(name)) => problem.at(name.to_owned()),
            ("." | "?", None) => problem,
            _ => problem.at(path),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Page {
        limit: Option<u32>,
    }

    #[derive(Debug, Deserialize)]
    struct Way {
        #[expect(dead_code, reason = "only parsed")]
        from: String,
    }

    #[test]
    fn reads_escapes_and_names_the_parameter() {
        assert_eq!(parse::<Page>("limit=%35").unwrap().limit, Some(5));
        let problem = parse::<Page>("limit=-1").unwrap_err();
        assert_eq!(problem.body("r").field.as_deref(), Some("limit"));
        let problem = parse::<Way>("to=a").unwrap_err();
        assert_eq!(problem.body("r").field.as_deref(), Some("from"));
        assert_eq!(parse::<Page>("lmit=1").unwrap_err().kind(), Kind::Invalid);
    }
}
