//! `GET /setup`.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::state::Api;

/// Whether the setup is still to be done.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Setup)]
pub(crate) struct SetupBody {
    /// Whether there is no administrator yet.
    needed: bool,
}

/// Ask whether the first administrator is still to be made.
#[utoipa::path(
    get,
    path = "/setup",
    tag = "session",
    security(()),
    responses((status = 200, description = "Whether it is", body = SetupBody)),
)]
pub(crate) async fn handle(State(api): State<Api>) -> Result<Json<SetupBody>, Problem> {
    let needed = api.identity().setup_needed().await?;
    Ok(Json(SetupBody { needed }))
}
