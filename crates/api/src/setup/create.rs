//! `POST /setup`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use oriel_storage::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::caller::Visitor;
use crate::extract::Json;
use crate::problem::Problem;
use crate::session::cookie;
use crate::session::view::SessionBody;
use crate::state::Api;

/// The first administrator.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewSetup)]
pub(crate) struct Request {
    /// From the link that the server printed when it started last.
    token: String,
    username: String,
    /// At least 12 characters.
    #[schema(write_only)]
    password: String,
}

/// Make the first administrator and sign in.
#[utoipa::path(
    post,
    path = "/setup",
    tag = "session",
    security(()),
    request_body = Request,
    responses((status = 201, description = "The session, and its cookie", body = SessionBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    visitor: Visitor,
    Json(request): Json<Request>,
) -> Result<Response, Problem> {
    let (token, password) = (Secret::new(request.token), Secret::new(request.password));
    let signed_in = api.identity().complete_setup(&visitor.context, &token, &request.username, password).await?;
    cookie::answer(&api, StatusCode::CREATED, &signed_in, false)
}
