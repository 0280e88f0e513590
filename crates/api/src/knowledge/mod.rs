//! `/knowledge`: knowledge bases, their changes and versions, and what they hold. A base is named by its name.

mod atoms;
mod change;
mod create;
mod delete;
mod diff;
mod get;
mod history;
mod list;
mod query;
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
}
