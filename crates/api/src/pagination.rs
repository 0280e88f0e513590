//! Cursor pagination: `?limit=50&cursor=…` gives `{"items":[…],"next_cursor":null|"…"}`.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use oriel_model::{Cursor, Limit, Page, PageRequest};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use url::form_urlencoded;
use utoipa::{IntoParams, ToSchema};

use crate::extract::parse_query;
use crate::problem::Problem;

/// Which part of a list: what every list takes.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageParams {
    /// 1 to 200; 50 when not given.
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

impl PageParams {
    const NAMES: [&str; 2] = ["limit", "cursor"];

    fn request(&self) -> Result<PageRequest, Problem> {
        let limit = match self.limit {
            None => Limit::default(),
            Some(items) => Limit::new(items).map_err(|error| Problem::invalid("limit", format!("{error}.")))?,
        };
        let cursor = self.cursor.as_deref().filter(|text| !text.is_empty()).map(str::parse::<Cursor>).transpose();
        Ok(PageRequest { limit, cursor: cursor.map_err(|error| Problem::invalid("cursor", format!("{error}.")))? })
    }
}

/// What a list takes that takes nothing else.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoFilter {}

/// The query string of a list: which part, and of what.
#[derive(Debug)]
pub(crate) struct Listing<F = NoFilter> {
    /// Which part.
    pub(crate) page: PageRequest,
    /// What else is asked for.
    pub(crate) filter: F,
}

impl<F: DeserializeOwned> Listing<F> {
    fn parse(query: &str) -> Result<Self, Problem> {
        let (mut part, mut others) =
            (form_urlencoded::Serializer::new(String::new()), form_urlencoded::Serializer::new(String::new()));
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let of = if PageParams::NAMES.contains(&&*name) { &mut part } else { &mut others };
            of.append_pair(&name, &value);
        }
        let page = parse_query::<PageParams>(&part.finish())?.request()?;
        Ok(Self { page, filter: parse_query(&others.finish())? })
    }
}

impl<F: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Listing<F> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Self::parse(parts.uri.query().unwrap_or_default())
    }
}

/// A part of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PageBody<T> {
    /// The items, newest first unless said otherwise.
    pub(crate) items: Vec<T>,
    /// Pass it as `cursor` for the next part; null at the end.
    pub(crate) next_cursor: Option<String>,
}

impl<T> PageBody<T> {
    /// The page as it is sent.
    pub(crate) fn new<U>(page: Page<U>, view: impl FnMut(U) -> T) -> Self {
        Self {
            items: page.items.into_iter().map(view).collect(),
            next_cursor: page.next_cursor.map(|cursor| cursor.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Kind;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Filter {
        name: Option<String>,
    }

    #[test]
    fn odd_parameters_are_named() {
        assert_eq!(Listing::<NoFilter>::parse("").unwrap().page, PageRequest::first());
        assert_eq!(Listing::<NoFilter>::parse("cursor=").unwrap().page, PageRequest::first());
        let found = Listing::<Filter>::parse("name=a%26b&limit=%35").unwrap();
        assert_eq!((found.page.limit.get(), found.filter.name.as_deref()), (5, Some("a&b")));
        for (query, field) in [
            ("limit=0", Some("limit")),
            ("limit=201", Some("limit")),
            ("cursor=x", Some("cursor")),
            ("limit=x", Some("limit")),
        ] {
            let problem = Listing::<Filter>::parse(query).unwrap_err();
            assert_eq!((problem.kind(), problem.body("r").field.as_deref()), (Kind::Invalid, field), "{query}");
        }
        assert_eq!(Listing::<NoFilter>::parse("name=a").unwrap_err().kind(), Kind::Invalid);
        assert_eq!(Listing::<Filter>::parse("limit=1&limit=2").unwrap_err().kind(), Kind::Invalid);
    }
}
