//! `GET /incidents/{id}`.

use axum::Json;
use axum::extract::State;
use oriel_model::IncidentId;

use super::view::IncidentBody;
use crate::caller::Caller;
use crate::extract::Id;
use crate::names::Names;
use crate::problem::Problem;
use crate::state::Api;

/// Get an incident with its investigations.
#[utoipa::path(
    get,
    path = "/incidents/{id}",
    tag = "incidents",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, description = "The incident", body = IncidentBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(id): Id<IncidentId>,
) -> Result<Json<IncidentBody>, Problem> {
    let found = api.investigations().incident(caller.context(), id).await?;
    let view = found.ok_or_else(|| Problem::not_found("incident"))?;
    let names = Names::of(&api, &[view.incident.created_by]).await?;
    Ok(Json(IncidentBody::new(view, &names)))
}
