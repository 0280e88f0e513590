//! `/knowledge`: knowledge bases, their changes and versions, what they hold, and what follows from it. A base is named by its name.

mod atoms;
mod attend;
mod attention;
mod backup;
mod change;
mod clusters;
mod contradictions;
mod create;
mod delete;
mod diff;
mod edit;
mod explain;
mod files;
mod get;
mod history;
mod infer;
mod ingest;
mod list;
mod load;
mod looked;
mod merge;
mod outcomes;
mod part;
mod path;
mod patterns;
mod precondition;
mod proven;
mod purge;
mod query;
mod related;
mod restore;
mod rewrite;
mod rules;
mod search;
mod similar;
mod sources;
mod suggest;
mod undelete;
mod validate;
mod view;

use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};
use utoipa_axum::routes;

use crate::state::Api;

/// The routes of this resource.
pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list::handle, create::handle))
        .routes(routes!(get::handle, edit::handle, delete::handle))
        .routes(routes!(history::handle, change::handle))
        .routes(routes!(undelete::handle))
        .routes(routes!(purge::handle))
        .routes(long(routes!(atoms::handle, load::handle)))
        .routes(long(routes!(ingest::handle)))
        .routes(long(routes!(backup::handle, restore::handle)))
        .routes(routes!(validate::handle))
        .routes(routes!(query::handle))
        .routes(routes!(rewrite::handle))
        .routes(routes!(explain::handle))
        .routes(routes!(diff::handle))
        .routes(routes!(merge::handle))
        .routes(routes!(search::handle))
        .routes(routes!(path::handle))
        .routes(routes!(related::handle))
        .routes(routes!(sources::handle))
        .routes(routes!(infer::handle))
        .routes(routes!(contradictions::handle))
        .routes(routes!(rules::handle))
        .routes(routes!(suggest::handle))
        .routes(routes!(patterns::handle))
        .routes(routes!(similar::handle))
        .routes(routes!(clusters::handle))
        .routes(routes!(outcomes::handle))
        .routes(routes!(attention::handle, attend::handle))
}

/// Routes without the limit for JSON: who reads the body counts its bytes.
fn long((schemas, paths, method_router): UtoipaMethodRouter<Api>) -> UtoipaMethodRouter<Api> {
    (schemas, paths, method_router.layer(DefaultBodyLimit::disable()))
}
