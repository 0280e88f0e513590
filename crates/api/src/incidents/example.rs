//! `POST /incidents/example`.

use axum::extract::State;
use axum::response::Response;

use super::view::{self, SubmittedBody};
use crate::caller::Caller;
use crate::problem::Problem;
use crate::state::Api;

/// Investigate the incident that ships with Oriel.
#[utoipa::path(
    post,
    path = "/incidents/example",
    tag = "incidents",
    responses(
        (status = 201, description = "The incident and its first investigation", body = SubmittedBody),
        (status = 200, description = "It was there already", body = SubmittedBody),
    ),
)]
pub(crate) async fn handle(State(api): State<Api>, caller: Caller) -> Result<Response, Problem> {
    let submitted = api.investigations().submit_example(caller.context()).await?;
    view::submitted(&api, submitted).await
}
