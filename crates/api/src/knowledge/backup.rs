//! `GET /knowledge/{id}/backup`.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use oriel_knowledge::backup;

use crate::caller::Caller;
use crate::download;
use crate::extract::Id;
use crate::problem::Problem;
use crate::state::Api;

/// Read all of a knowledge base, with every version, as a backup.
///
/// One that ends early does not end with its sum, and is refused when it is restored.
#[utoipa::path(
    get,
    path = "/knowledge/{id}/backup",
    tag = "knowledge",
    params(("id" = String, Path, description = "The base's name")),
    responses((status = 200, description = "The backup", body = Vec<u8>, content_type = "application/octet-stream")),
)]
pub(crate) async fn handle(State(api): State<Api>, caller: Caller, Id(name): Id<String>) -> Result<Response, Problem> {
    let (context, knowledge, base) = (caller.context().clone(), api.knowledge().clone(), name.clone());
    let write = move |mut to| async move {
        backup::write(&context, &knowledge, &base, &mut to, &mut |_, _| {}).await.map(drop)
    };
    let mut response = download::body_by(api.tasks(), write).await?.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    // The name of a base that is there needs no quoting.
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}.backup\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}
