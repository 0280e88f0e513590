//! `GET /knowledge/{id}/backup`.

use std::io;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use futures::{StreamExt as _, stream};
use oriel_knowledge::{KnowledgeError, backup};
use tokio::io::{AsyncReadExt as _, DuplexStream, duplex};
use tokio::task::{JoinError, JoinHandle};

use crate::caller::Caller;
use crate::extract::Id;
use crate::problem::Problem;
use crate::state::Api;

/// Bytes that are on their way.
const CHUNK: usize = 64 << 10;

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
    let (mut to, from) = duplex(CHUNK);
    let (context, knowledge, base) = (caller.context().clone(), api.knowledge().clone(), name.clone());
    let writing = api
        .tasks()
        .spawn(async move { backup::write(&context, &knowledge, &base, &mut to, &mut |_, _| {}).await.map(drop) });
    let mut reading = Reading { from, writing, ended: false };
    // What is wrong from the beginning is an answer of its own.
    let first = match reading.next().await {
        Ok(first) => first,
        Err(Broken::Backup(error)) => return Err(error.into()),
        Err(Broken::Other(error)) => return Err(Problem::internal(&error)),
    };
    let rest = stream::try_unfold(reading, |mut reading| async move {
        let next = reading.next().await.map_err(Broken::told)?;
        Ok((!next.is_empty()).then_some((next, reading)))
    });
    let mut response = Body::from_stream(stream::iter([io::Result::Ok(first)]).chain(rest)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    // The name of a base that is there needs no quoting.
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}.backup\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

/// A backup that is being written, to be read.
struct Reading {
    from: DuplexStream,
    writing: JoinHandle<Result<(), KnowledgeError>>,
    /// Whether what came of it was seen.
    ended: bool,
}

/// Why it does not go on.
enum Broken {
    Backup(KnowledgeError),
    Other(io::Error),
}

impl Broken {
    /// As an error that ends the connection, so that the client does not take the part for all.
    fn told(self) -> io::Error {
        let error = match self {
            Self::Backup(error) => io::Error::other(error),
            Self::Other(error) => error,
        };
        tracing::error!(%error, "a backup was broken off");
        error
    }
}

impl From<JoinError> for Broken {
    fn from(error: JoinError) -> Self {
        Self::Other(error.into())
    }
}

impl Reading {
    /// The next bytes, as many as may be on their way; fewer, or none, only at the end, when all was written as it should be.
    async fn next(&mut self) -> Result<Bytes, Broken> {
        let mut bytes = Vec::with_capacity(CHUNK);
        (&mut self.from).take(CHUNK as u64).read_to_end(&mut bytes).await.map_err(Broken::Other)?;
        if bytes.len() < CHUNK && !self.ended {
            self.ended = true;
            (&mut self.writing).await?.map_err(Broken::Backup)?;
        }
        Ok(bytes.into())
    }
}
