//! `POST /investigations/{id}/cancel`.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use oriel_model::InvestigationId;

use super::view::InvestigationBody;
use crate::caller::Caller;
use crate::extract::Id;
use crate::names::Names;
use crate::problem::Problem;
use crate::state::Api;

/// Cancel an investigation; a command that it has put to a target is ended there.
#[utoipa::path(
    post,
    path = "/investigations/{id}/cancel",
    tag = "investigations",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 202, description = "It will end; or it had ended, and stays as it was", body = InvestigationBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(id): Id<InvestigationId>,
) -> Result<(StatusCode, Json<InvestigationBody>), Problem> {
    let found = api.investigations().cancel(caller.context(), id).await?;
    let view = found.ok_or_else(|| Problem::not_found("investigation"))?;
    let users = [view.investigation.summary.created_by, view.outcome.as_ref().and_then(|outcome| outcome.created_by)];
    let names = Names::of(&api, &users).await?;
    Ok((StatusCode::ACCEPTED, Json(InvestigationBody::new(view, &names))))
}
