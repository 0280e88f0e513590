//! `/stream` and `/events`: what happens, as it happens.

mod connection;
mod events;
mod protocol;
mod text;
mod topics;
mod websocket;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::Api;

/// The routes of this resource.
pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(websocket::open)).routes(routes!(events::open))
}
