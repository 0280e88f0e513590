//! `GET /api/v1/events`: one topic as server-sent events, for clients that cannot hold a WebSocket.
//!
//! Each event's `id` is its sequence number, so that a browser resumes by itself with `Last-Event-ID`. The stream ends
//! with the session and with the server.

use std::convert::Infallible;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures::Stream;
use serde::Deserialize;
use tokio::time::{Interval, MissedTickBehavior, interval};
use tokio_util::task::task_tracker::TaskTrackerToken;
use utoipa::IntoParams;

use super::connection::Connection;
use super::protocol::Message;
use crate::caller::Caller;
use crate::extract::Query;
use crate::limits;
use crate::problem::Problem;
use crate::state::Api;

/// What to watch.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    /// `run/ID`, `task/ID`, `investigation/ID`, `runs` or `incidents`.
    topic: String,
    /// The last sequence number seen; `Last-Event-ID` wins over it.
    from: Option<u64>,
}

/// Watch one topic as server-sent events.
#[utoipa::path(
    get,
    path = "/events",
    tag = "stream",
    params(Params),
    responses((status = 200, description = "The events, each with a message as its data", content_type = "text/event-stream")),
)]
pub(crate) async fn open(
    State(api): State<Api>,
    caller: Caller,
    headers: HeaderMap,
    Query(params): Query<Params>,
) -> Result<Response, Problem> {
    let last =
        headers.get("last-event-id").and_then(|value| value.to_str().ok()).and_then(|value| value.trim().parse().ok());
    let (mut connection, messages) = Connection::open(api.clone(), caller);
    connection.subscribe(&params.topic, last.or(params.from))?;
    let mut session = interval(api.settings().look_at_session_every);
    session.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let tracked = api.tasks().token();
    let watch = Watch { api, connection, messages, session, _tracked: tracked };
    Ok(Sse::new(events(watch)).keep_alive(KeepAlive::new().interval(limits::STREAM_PING_EVERY)).into_response())
}

struct Watch {
    api: Api,
    connection: Connection,
    messages: tokio::sync::mpsc::Receiver<Message>,
    session: Interval,
    _tracked: TaskTrackerToken,
}

fn events(watch: Watch) -> impl Stream<Item = Result<Event, Infallible>> {
    futures::stream::unfold(watch, |mut watch| async move {
        loop {
            tokio::select! {
                Some(message) = watch.messages.recv() => {
                    let mut event = Event::default().event(message.kind).data(message.to_json());
                    if let Some(seq) = message.seq {
                        event = event.id(seq.to_string());
                    }
                    return Some((Ok(event), watch));
                }
                _ = watch.session.tick() => {
                    if !watch.connection.caller().still_valid(&watch.api).await {
                        return None;
                    }
                }
                () = watch.api.soft().cancelled() => return None,
            }
        }
    })
}
