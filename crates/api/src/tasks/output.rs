//! `GET /tasks/{id}/output`: the exact bytes that a command wrote, streamed from the log on disk.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use oriel_execution::output::Selection;
use oriel_execution::runs;
use oriel_model::TaskId;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::range::{self, Asked};
use crate::caller::Caller;
use crate::extract::{Id, Query};
use crate::problem::{Kind, Problem};
use crate::state::Api;

/// Which bytes.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    /// `all` when not given.
    #[param(inline)]
    stream: Option<Stream>,
    /// How many bytes to leave out at the start; not together with `Range`.
    offset: Option<u64>,
}

/// Which stream of the command.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Stream {
    Stdout,
    Stderr,
    All,
}

/// Read what a command wrote, as it was: so far, when it still runs.
#[utoipa::path(
    get,
    path = "/tasks/{id}/output",
    tag = "runs",
    params(("id" = uuid::Uuid, Path), Params, ("Range" = Option<String>, Header, description = "One range of bytes")),
    responses(
        (status = 200, description = "The bytes", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 206, description = "A part of them", body = Vec<u8>, content_type = "application/octet-stream"),
    ),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Id(id): Id<TaskId>,
    Query(params): Query<Params>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let selection = match params.stream {
        None | Some(Stream::All) => Selection::All,
        Some(Stream::Stdout) => Selection::Stdout,
        Some(Stream::Stderr) => Selection::Stderr,
    };
    // Only to learn the length; nothing is read before the stream is polled.
    let known = runs::read_output(caller.context(), api.execution(), id, selection, 0, Some(0)).await?;
    let length = known.totals.of(selection);
    let range = headers.get(header::RANGE).and_then(|value| value.to_str().ok());
    let (status, start, end) = match (range::parse(range, length), params.offset) {
        (Asked::Whole, offset) => (StatusCode::OK, offset.unwrap_or(0).min(length), length),
        (Asked::Part { first, last }, None) => (StatusCode::PARTIAL_CONTENT, first, last + 1),
        (Asked::Part { .. }, Some(_)) => {
            return Err(Problem::invalid("offset", "Give `offset` or `Range`, not both."));
        }
        (Asked::Outside, _) => return Ok(outside(length)),
    };
    let output = runs::read_output(caller.context(), api.execution(), id, selection, start, Some(end)).await?;
    let mut response = (status, Body::from_stream(output.bytes)).into_response();
    let out = response.headers_mut();
    let mut set = |name: HeaderName, value: String| {
        if let Ok(value) = HeaderValue::from_str(&value) {
            out.insert(name, value);
        }
    };
    set(header::CONTENT_LENGTH, (end - start).to_string());
    set(header::CONTENT_TYPE, "application/octet-stream".to_owned());
    set(header::ACCEPT_RANGES, "bytes".to_owned());
    // Never shown as a page of this server, whatever the command wrote.
    set(header::CONTENT_DISPOSITION, format!("attachment; filename=\"task-{id}.txt\""));
    if status == StatusCode::PARTIAL_CONTENT {
        set(header::CONTENT_RANGE, format!("bytes {start}-{}/{length}", end - 1));
    }
    Ok(response)
}

fn outside(length: u64) -> Response {
    let problem = Problem::new(Kind::RangeNotSatisfiable, format!("There are {length} bytes so far."));
    let mut response = problem.into_response();
    if let Ok(value) = HeaderValue::from_str(&format!("bytes */{length}")) {
        response.headers_mut().insert(header::CONTENT_RANGE, value);
    }
    response
}
