//! `Idempotency-Key` on POST: the second request with a key gets the first one's answer, and the work is done once.
//!
//! A key belongs to the user who sent it and is reserved in the database before the work begins. The same key for another
//! request is refused (422), and one whose first request is still open is asked to wait (409 with Retry-After). Only
//! successful answers are kept: an error changed nothing. Limits: signed-in users, JSON bodies or none, and files for
//! knowledge bases, whose handlers read them (an archive is recognised by its bytes), answers up to 1 MiB; [`forget_old`] drops keys after a day. When the server dies between the
//! work and the answer, the key stays reserved for that day: better no answer than the work twice.

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts as _, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use chrono::TimeDelta;
use oriel_model::Clock;
use oriel_storage::{Database, IdempotencyKey, IdempotencyState, Repositories as _, StorageError};
use sha2::{Digest as _, Sha256};

use crate::caller::Caller;
use crate::limits;
use crate::problem::{Kind, Problem};
use crate::state::Api;

const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
/// Marks an answer that was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
const KEPT_BYTES: usize = 1024 * 1024;
const KEPT_FOR: TimeDelta = TimeDelta::days(1);

/// Drops the keys of more than a day ago; how many.
pub async fn forget_old(database: &Database, clock: &dyn Clock) -> Result<u64, StorageError> {
    database.idempotency().delete_before(clock.now() - KEPT_FOR).await
}

/// The layer. Passes everything through that has no key, or nobody to keep it for.
pub(crate) async fn layer(State(api): State<Api>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST || !is_keyed(request.headers()) || is_upload(request.headers()) {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let caller = Caller::from_request_parts(&mut parts, &api).await;
    let request = Request::from_parts(parts, body);
    match caller {
        // The handler says what is wrong with the caller.
        Err(_) => next.run(request).await,
        Ok(caller) => once(&api, &caller, request, next).await.unwrap_or_else(Problem::into_response),
    }
}

async fn once(api: &Api, caller: &Caller, request: Request, next: Next) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, limits::JSON_BODY_BYTES)
        .await
        .map_err(|_| Problem::new(Kind::TooLarge, "The body is larger than this path accepts."))?;
    let fingerprint = Fingerprint::of(&parts.uri).and(&body);
    let headers = parts.headers.clone();
    let work = next.run(Request::from_parts(parts, Body::from(body)));
    guarded(api, caller, &headers, fingerprint, async { Ok(work.await) }).await
}

/// Does the work of a request once: where it has a key, and the request with that key was answered already, its answer is
/// given again. The layer does this for all requests but those whose bodies it does not read.
pub(crate) async fn guarded(
    api: &Api,
    caller: &Caller,
    headers: &HeaderMap,
    fingerprint: Fingerprint,
    work: impl Future<Output = Result<Response, Problem>>,
) -> Result<Response, Problem> {
    if !is_keyed(headers) {
        return work.await;
    }
    let key = IdempotencyKey { user: caller.user_id(), key: key_of(headers)? };
    let keys = api.database().idempotency();
    let state = keys.reserve(&key, fingerprint.0.finalize().into(), api.clock().now());
    match state.await.map_err(|error| Problem::internal(&error))? {
        IdempotencyState::Reserved => {}
        IdempotencyState::Answered { status, response } => return Ok(replay(status, response)),
        IdempotencyState::InProgress => {
            return Err(Problem::new(Kind::Conflict, "The first request with this Idempotency-Key is still open.")
                .at("Idempotency-Key")
                .retry_after(1));
        }
        IdempotencyState::Mismatch => {
            return Err(Problem::invalid("Idempotency-Key", "This key was used for another request; take a new one."));
        }
    }
    let response = work.await.unwrap_or_else(Problem::into_response);
    keep(api, &key, response).await
}

/// Whether a request has a key.
pub(crate) fn is_keyed(headers: &HeaderMap) -> bool {
    headers.contains_key(HEADER)
}

/// What tells requests with the same key apart.
pub(crate) struct Fingerprint(Sha256);

impl Fingerprint {
    /// Of a request to this address.
    pub(crate) fn of(uri: &Uri) -> Self {
        Self(Sha256::new()).and(uri.to_string().as_bytes())
    }

    /// Of a request that has these bytes too.
    pub(crate) fn and(mut self, bytes: &[u8]) -> Self {
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
        self
    }
}

/// Stores a success for the next time; gives the key back after an error.
async fn keep(api: &Api, key: &IdempotencyKey, response: Response) -> Result<Response, Problem> {
    let keys = api.database().idempotency();
    if !response.status().is_success() {
        keys.release(key).await.map_err(|error| Problem::internal(&error))?;
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, KEPT_BYTES)
        .await
        .map_err(|_| Problem::new(Kind::Internal, "The answer is too large to be kept for its Idempotency-Key."))?;
    keys.answer(key, parts.status.as_u16(), &body).await.map_err(|error| Problem::internal(&error))?;
    Ok(Response::from_parts(parts, Body::from(body)))
}

fn is_upload(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|kind| !kind.contains("json"))
}

fn key_of(headers: &HeaderMap) -> Result<String, Problem> {
    headers
        .get(HEADER)
        .and_then(|value| value.to_str().ok())
        .filter(|key| (1..=255).contains(&key.len()))
        .map(str::to_owned)
        .ok_or_else(|| Problem::invalid("Idempotency-Key", "An idempotency key has 1 to 255 ASCII characters."))
}

fn replay(status: u16, response: Vec<u8>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let mut answer = (status, response).into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    answer
}
