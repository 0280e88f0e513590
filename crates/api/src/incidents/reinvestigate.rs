//! `POST /incidents/{id}/investigations`.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use oriel_model::IncidentId;

use crate::caller::Caller;
use crate::extract::Id;
use crate::investigations::view::InvestigationBody;
use crate::names::Names;
use crate::problem::Problem;
use crate::state::Api;

/// Investigate an incident again, with what was learned since.
#[utoipa::path(
    post,
    path = "/incidents/{id}/investigations",
    tag = "incidents",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 201, description = "The new investigation", body = InvestigationBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(id): Id<IncidentId>,
) -> Result<(StatusCode, Json<InvestigationBody>), Problem> {
    let queued = api.investigations().investigate(caller.context(), id).await?;
    let view = queued.ok_or_else(|| Problem::not_found("incident"))?;
    let names = Names::of(&api, &[view.investigation.summary.created_by]).await?;
    Ok((StatusCode::CREATED, Json(InvestigationBody::new(view, &names))))
}
