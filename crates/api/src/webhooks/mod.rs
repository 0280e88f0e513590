//! `/webhooks`: where other systems tell of something. Each has a token of its own; a session does not open these.

mod alertmanager;
mod token;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::Api;

pub(crate) use token::{SCHEME, bearer};

/// The routes of this resource.
pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(alertmanager::handle))
}
