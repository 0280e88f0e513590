//! `/incidents`: uploaded recordings.

mod create;
mod example;
mod get;
mod list;
mod reinvestigate;
mod upload;
mod view;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::Api;

/// The routes of this resource.
pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list::handle))
        .routes(create::routes())
        .routes(routes!(example::handle))
        .routes(routes!(get::handle))
        .routes(routes!(reinvestigate::handle))
}
