//! `POST /session`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use oriel_storage::Secret;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::cookie;
use super::view::SessionBody;
use crate::caller::Visitor;
use crate::extract::{Json, Query};
use crate::problem::Problem;
use crate::state::Api;

/// How to answer.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    /// `true` also returns the token, for programs.
    #[serde(default)]
    token: bool,
}

/// Who wants to sign in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Credentials)]
pub(crate) struct Request {
    username: String,
    #[schema(write_only)]
    password: String,
}

/// Sign in.
#[utoipa::path(
    post,
    path = "/session",
    tag = "session",
    security(()),
    params(Params),
    request_body = Request,
    responses((status = 200, description = "The session, and its cookie", body = SessionBody)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    visitor: Visitor,
    Query(params): Query<Params>,
    Json(request): Json<Request>,
) -> Result<Response, Problem> {
    let password = Secret::new(request.password);
    let signed_in = api.identity().sign_in(&visitor.context, &request.username, password).await?;
    cookie::answer(&api, StatusCode::OK, &signed_in, params.token)
}
