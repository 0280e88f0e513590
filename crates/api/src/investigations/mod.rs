//! `/investigations`: diagnoses of incidents and their outcomes, and `/causes`, what an outcome may name.

mod ask;
mod cancel;
mod causes;
pub(crate) mod get;
mod list;
mod outcome;
pub(crate) mod view;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::Api;

/// The routes of this resource.
pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list::handle, ask::handle))
        .routes(routes!(get::handle))
        .routes(routes!(cancel::handle))
        .routes(routes!(outcome::handle))
        .routes(routes!(causes::handle))
}
