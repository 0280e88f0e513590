//! The outermost layer: gives each request an id, catches panics, writes problem bodies, adds headers and logs one line.
//!
//! The line has the route's pattern and never the query string or a body, which may hold secrets.

use std::panic::AssertUnwindSafe;
use std::time::Instant;

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::FutureExt as _;

use crate::problem::{self, Kind, Problem};
use crate::security;
use crate::state::Api;

/// The id of a request, in every error and in the log. It is the server's own: what a client sends is not taken over.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) String);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Wraps every request.
pub(crate) async fn finish(State(api): State<Api>, mut request: Request, next: Next) -> Response {
    let id = RequestId(api.new_request_id());
    request.extensions_mut().insert(id.clone());
    let method = request.method().clone();
    let is_api = request.uri().path().starts_with("/api/");
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "(console)".to_owned(), |path| path.as_str().to_owned());
    let started = Instant::now();

    let outcome = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    let mut response = outcome.unwrap_or_else(|panic| {
        tracing::error!(request_id = id.0, route, panic = panic_text(&*panic), "a handler panicked");
        Problem::new(Kind::Internal, "The cause is in the server's log under this request id.").into_response()
    });
    let (written, problem) = write_problem(response, &id);
    response = written;
    let headers = response.headers_mut();
    security::add_headers(headers, api.settings().is_https(), is_api);
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        headers.insert(REQUEST_ID, value);
    }
    tracing::info!(
        request_id = id.0,
        method = %method,
        route,
        status = response.status().as_u16(),
        problem,
        elapsed_ms = started.elapsed().as_secs_f64() * 1000.0,
        "request"
    );
    response
}

/// Gives every error the problem body, also those that the router or a layer made.
fn write_problem(response: Response, id: &RequestId) -> (Response, Option<&'static str>) {
    let problem = match response.extensions().get::<Problem>() {
        Some(problem) => problem.clone(),
        None if is_bare_error(&response) => bare(&response),
        None => return (response, None),
    };
    let (mut parts, _) = response.into_parts();
    let body = serde_json::to_vec(&problem.body(&id.0)).unwrap_or_default();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(problem::MEDIA_TYPE));
    parts.extensions.remove::<Problem>();
    (Response::from_parts(parts, Body::from(body)), Some(problem.kind().slug()))
}

fn is_bare_error(response: &Response) -> bool {
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return false;
    }
    // A page is an answer of its own.
    !response
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|kind| kind.starts_with("text/html") || kind.contains("json"))
}

fn bare(response: &Response) -> Problem {
    let kind = Kind::of_status(response.status());
    let detail = match kind {
        Kind::MethodNotAllowed => "See the Allow header for the methods of this path.",
        Kind::TooLarge => "The body is larger than this path accepts.",
        Kind::NotFound => "Nothing is here.",
        _ => "The request could not be handled.",
    };
    Problem::new(kind, detail)
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}
