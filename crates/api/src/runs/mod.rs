//! `/runs`: commands on sets of targets.

mod cancel;
mod create;
pub(crate) mod get;
mod list;
pub(crate) mod view;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::Api;

/// The routes of this resource.
pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list::handle, create::handle))
        .routes(routes!(get::handle))
        .routes(routes!(cancel::handle))
}
