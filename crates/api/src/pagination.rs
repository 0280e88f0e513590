//! Cursor pagination: `?limit=50&cursor=…` gives `{"items":[…],"next_cursor":null|"…"}`.

use oriel_model::{Cursor, Limit, Page, PageRequest};
use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::Problem;

/// Checks the two parameters that every list has.
pub(crate) fn request(limit: Option<u64>, cursor: Option<&str>) -> Result<PageRequest, Problem> {
    let limit = match limit {
        None => Limit::default(),
        Some(items) => Limit::new(items).map_err(|error| Problem::invalid("limit", format!("{error}.")))?,
    };
    let cursor = cursor
        .filter(|text| !text.is_empty())
        .map(str::parse::<Cursor>)
        .transpose()
        .map_err(|error| Problem::invalid("cursor", format!("{error}.")))?;
    Ok(PageRequest { limit, cursor })
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

    #[test]
    fn odd_parameters_are_named() {
        assert_eq!(request(None, None).unwrap(), PageRequest::first());
        assert_eq!(request(None, Some("")).unwrap(), PageRequest::first());
        for (limit, cursor, field) in
            [(Some(0), None, "limit"), (Some(201), None, "limit"), (None, Some("x"), "cursor")]
        {
            let problem = request(limit, cursor).unwrap_err();
            assert_eq!(problem.kind(), Kind::Invalid);
            assert_eq!(problem.body("r").field.as_deref(), Some(field));
        }
    }
}
