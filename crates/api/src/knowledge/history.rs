//! `GET /knowledge/{id}/changes`.

use axum::Json;
use axum::extract::State;
use oriel_knowledge::bases;

use super::view::ChangeBody;
use crate::caller::Caller;
use crate::extract::Id;
use crate::pagination::{Listing, PageBody, PageParams};
use crate::problem::Problem;
use crate::state::Api;

/// List the changes of a knowledge base, newest first.
#[utoipa::path(
    get,
    path = "/knowledge/{id}/changes",
    tag = "knowledge",
    params(("id" = String, Path, description = "The base's name"), PageParams),
    responses((status = 200, description = "A page of changes", body = PageBody<ChangeBody>)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(name): Id<String>,
    Listing { page, .. }: Listing,
) -> Result<Json<PageBody<ChangeBody>>, Problem> {
    let page = bases::history(caller.context(), api.knowledge(), &name, page).await?;
    Ok(Json(PageBody::new(page, ChangeBody::from)))
}
