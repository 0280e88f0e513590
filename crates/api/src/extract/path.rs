//! An id in the path. What is not an id names nothing, so it is a 404 and not a 400.

use std::str::FromStr;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;

use crate::problem::{Kind, Problem};

/// The id of a path such as `/runs/{id}`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Id<T>(pub(crate) T);

impl<T, S> FromRequestParts<S> for Id<T>
where
    T: FromStr,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let none = || Problem::new(Kind::NotFound, "Nothing has this id.");
        let params = RawPathParams::from_request_parts(parts, state).await.map_err(|_| none())?;
        params
            .iter()
            .find_map(|(name, value)| (name == "id").then_some(value))
            .and_then(|text| text.parse().ok())
            .map(Self)
            .ok_or_else(none)
    }
}
