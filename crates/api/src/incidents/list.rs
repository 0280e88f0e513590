//! `GET /incidents`.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::IncidentBody;
use crate::caller::Caller;
use crate::extract::Query;
use crate::names::Names;
use crate::pagination::{self, PageBody};
use crate::problem::Problem;
use crate::state::Api;

/// Which part of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    /// 1 to 200; 50 when not given.
    limit: Option<u64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// List incidents, newest first.
#[utoipa::path(
    get,
    path = "/incidents",
    tag = "incidents",
    params(Params),
    responses((status = 200, description = "A page of incidents", body = PageBody<IncidentBody>)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Query(params): Query<Params>,
) -> Result<Json<PageBody<IncidentBody>>, Problem> {
    let page = pagination::request(params.limit, params.cursor.as_deref())?;
    let page = api.investigations().incidents(caller.context(), page).await?;
    let users: Vec<_> = page.items.iter().map(|view| view.incident.created_by).collect();
    let names = Names::of(&api, &users).await?;
    Ok(Json(PageBody::new(page, |view| IncidentBody::new(view, &names))))
}
