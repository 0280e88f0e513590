//! `GET /runs/{id}`.

use axum::Json;
use axum::extract::State;
use oriel_execution::runs;
use oriel_model::RunId;

use super::view::RunBody;
use crate::caller::Caller;
use crate::extract::Id;
use crate::names::Names;
use crate::problem::Problem;
use crate::state::Api;

/// Get a run with its tasks.
#[utoipa::path(
    get,
    path = "/runs/{id}",
    tag = "runs",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, description = "The run", body = RunBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(id): Id<RunId>,
) -> Result<Json<RunBody>, Problem> {
    read(&api, &caller, id).await.map(Json)
}

/// The run as this caller sees it; also what the stream sends.
pub(crate) async fn read(api: &Api, caller: &Caller, id: RunId) -> Result<RunBody, Problem> {
    let detail = runs::get(caller.context(), api.execution(), id).await?;
    let names = Names::of(api, &[detail.run.created_by]).await?;
    Ok(RunBody::new(detail, &names))
}
