//! `/knowledge`: knowledge bases, their changes and versions, what they hold, and what follows from it. A base is named by its name.

mod atoms;
mod change;
mod contradictions;
mod create;
mod delete;
mod diff;
mod get;
mod history;
mod infer;
mod list;
mod merge;
mod part;
mod path;
mod proven;
mod query;
mod related;
mod rules;
mod search;
mod view;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::Api;

/// The routes of this resource.
pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list::handle, create::handle))
        .routes(routes!(get::handle, delete::handle))
        .routes(routes!(history::handle, change::handle))
        .routes(routes!(atoms::handle))
        .routes(routes!(query::handle))
        .routes(routes!(diff::handle))
        .routes(routes!(merge::handle))
        .routes(routes!(search::handle))
        .routes(routes!(path::handle))
        .routes(routes!(related::handle))
        .routes(routes!(infer::handle))
        .routes(routes!(contradictions::handle))
        .routes(routes!(rules::handle))
}
