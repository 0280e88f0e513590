//! How a request's parts become values: JSON bodies, query strings, path ids, the caller.
//!
//! Each extractor answers a [`Problem`](crate::problem::Problem) that names the field at fault; none of them lets an
//! unknown parameter pass silently (the types deny unknown fields).

mod json;
mod path;
mod query;

pub(crate) use json::Json;
pub(crate) use path::Id;
pub(crate) use query::{Query, parse as parse_query};

/// The name of the field that is missing, where that is what an error of reading says.
fn missing(error: &str) -> Option<&str> {
    error.strip_prefix("missing field `")?.split('`').next()
}
