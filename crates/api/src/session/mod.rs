//! `/session`: signing in and out.

pub(crate) mod cookie;
mod create;
mod delete;
mod get;
pub(crate) mod view;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::Api;

/// The routes of this resource.
pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(get::handle, create::handle, delete::handle))
}
