//! `GET /causes`.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::problem::Problem;
use crate::state::Api;

/// A cause that the rules know.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Cause)]
pub(crate) struct CauseBody {
    /// Its name, such as `out-of-memory`.
    name: String,
    /// The name for people.
    title: String,
}

/// List the causes that an outcome may name.
#[utoipa::path(
    get,
    path = "/causes",
    tag = "investigations",
    responses((status = 200, description = "All of them", body = Vec<CauseBody>)),
)]
pub(crate) async fn handle(State(api): State<Api>, caller: Caller) -> Result<Json<Vec<CauseBody>>, Problem> {
    let causes = api.investigations().causes(caller.context())?;
    let body = causes.into_iter().map(|cause| CauseBody { name: cause.name, title: cause.title });
    Ok(Json(body.collect()))
}
