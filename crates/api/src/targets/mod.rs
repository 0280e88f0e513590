//! `/targets`: the hosts that commands run on.

mod create;
mod delete;
mod get;
mod host_key;
mod list;
mod test;
mod update;
mod view;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::Api;

/// The routes of this resource.
pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list::handle, create::handle))
        .routes(routes!(get::handle, update::handle, delete::handle))
        .routes(routes!(host_key::scan, host_key::pin))
        .routes(routes!(test::handle))
}
