//! `GET /incidents`.

use axum::Json;
use axum::extract::State;

use super::view::IncidentBody;
use crate::caller::Caller;
use crate::names::Names;
use crate::pagination::{Listing, PageBody, PageParams};
use crate::problem::Problem;
use crate::state::Api;

/// List incidents, newest first.
#[utoipa::path(
    get,
    path = "/incidents",
    tag = "incidents",
    params(PageParams),
    responses((status = 200, description = "A page of incidents", body = PageBody<IncidentBody>)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Listing { page, .. }: Listing,
) -> Result<Json<PageBody<IncidentBody>>, Problem> {
    let page = api.investigations().incidents(caller.context(), page).await?;
    let users: Vec<_> = page.items.iter().map(|view| view.incident.created_by).collect();
    let names = Names::of(&api, &users).await?;
    Ok(Json(PageBody::new(page, |view| IncidentBody::new(view, &names))))
}
