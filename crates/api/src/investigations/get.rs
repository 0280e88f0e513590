//! `GET /investigations/{id}`.

use axum::Json;
use axum::extract::State;
use oriel_model::InvestigationId;

use super::view::InvestigationBody;
use crate::caller::Caller;
use crate::extract::Id;
use crate::names::Names;
use crate::problem::Problem;
use crate::state::Api;

/// Get an investigation with its stages, verdict and outcome.
#[utoipa::path(
    get,
    path = "/investigations/{id}",
    tag = "investigations",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, description = "The investigation", body = InvestigationBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(id): Id<InvestigationId>,
) -> Result<Json<InvestigationBody>, Problem> {
    read(&api, &caller, id).await.map(Json)
}

/// The investigation as this caller sees it; also what the stream sends.
pub(crate) async fn read(api: &Api, caller: &Caller, id: InvestigationId) -> Result<InvestigationBody, Problem> {
    let found = api.investigations().investigation(caller.context(), id).await?;
    let view = found.ok_or_else(|| Problem::not_found("investigation"))?;
    let users = [view.investigation.summary.created_by, view.outcome.as_ref().and_then(|outcome| outcome.created_by)];
    let names = Names::of(api, &users).await?;
    Ok(InvestigationBody::new(view, &names))
}
