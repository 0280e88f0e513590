//! `GET /api/v1/stream`: subscriptions over a WebSocket.
//!
//! Refuses a handshake with a foreign `Origin` (browsers attach cookies to those too). Closes with 1001 when the server
//! shuts down, 1008 when the session ended, and when a client was silent for longer than it takes to answer three pings.

use std::time::Instant;

use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message as Frame, Utf8Bytes, WebSocket, WebSocketUpgrade, close_code};
use axum::http::HeaderMap;
use axum::response::Response;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::task::task_tracker::TaskTrackerToken;

use super::connection::Connection;
use super::protocol::{Command, Message};
use crate::caller::Caller;
use crate::limits;
use crate::problem::{Kind, Problem};
use crate::security;
use crate::state::Api;

/// Watch runs, tasks and investigations over a WebSocket.
///
/// Send `{"op":"subscribe","topic":"task/ID","from":SEQ}`; `from` is the last sequence number seen.
#[utoipa::path(
    get,
    path = "/stream",
    tag = "stream",
    responses((status = 101, description = "The WebSocket is open")),
)]
pub(crate) async fn open(
    State(api): State<Api>,
    caller: Caller,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    if !security::origin_is_ours_or_absent(&headers, api.settings().public_authority()) {
        return Err(Problem::new(Kind::CrossSite, "The Origin of this WebSocket is not this server."));
    }
    let upgrade = upgrade.map_err(|rejection| Problem::new(Kind::Malformed, format!("{}.", rejection.body_text())))?;
    // Held until the connection ends, so that a shutdown waits for it.
    let tracked = api.tasks().token();
    Ok(upgrade
        .max_message_size(limits::STREAM_COMMAND_BYTES)
        .max_frame_size(limits::STREAM_COMMAND_BYTES)
        .max_write_buffer_size(limits::STREAM_WRITE_BYTES)
        .on_upgrade(move |socket| serve(socket, api, caller, tracked)))
}

async fn serve(mut socket: WebSocket, api: Api, caller: Caller, tracked: TaskTrackerToken) {
    let (code, reason) = talk(&mut socket, &api, caller).await;
    let close = Frame::Close(Some(CloseFrame { code, reason: Utf8Bytes::from_static(reason) }));
    // The client may be gone already.
    let _ = timeout(limits::STREAM_PING_EVERY, socket.send(close)).await;
    drop(tracked);
}

/// Serves one client until it, the session or the server ends; says why, as a close code.
async fn talk(socket: &mut WebSocket, api: &Api, caller: Caller) -> (u16, &'static str) {
    let (mut connection, mut messages) = Connection::open(api.clone(), caller);
    let mut ping = interval(limits::STREAM_PING_EVERY);
    let mut session = interval(api.settings().look_at_session_every);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    session.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut heard = Instant::now();
    loop {
        let outgoing = tokio::select! {
            received = socket.recv() => match received {
                Some(Ok(frame)) => {
                    heard = Instant::now();
                    match handle(&mut connection, &frame) {
                        Handled::Nothing => continue,
                        Handled::Closed => return (close_code::NORMAL, "bye"),
                        Handled::Refused(message) => Frame::Text(message.to_json().into()),
                    }
                }
                Some(Err(_)) => return (close_code::SIZE, "the message cannot be read"),
                None => return (close_code::NORMAL, "bye"),
            },
            Some(message) = messages.recv() => Frame::Text(message.to_json().into()),
            _ = ping.tick() => {
                if heard.elapsed() > limits::STREAM_SILENCE {
                    return (close_code::AWAY, "no answer to pings");
                }
                Frame::Ping(axum::body::Bytes::new())
            }
            _ = session.tick() => {
                if connection.caller().still_valid(api).await {
                    continue;
                }
                return (close_code::POLICY, "the session has ended");
            }
            () = api.soft().cancelled() => return (close_code::AWAY, "the server is shutting down"),
        };
        match timeout(limits::STREAM_SILENCE, socket.send(outgoing)).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return (close_code::NORMAL, "bye"),
            Err(_) => return (close_code::AWAY, "the client does not read"),
        }
    }
}

enum Handled {
    Nothing,
    Closed,
    Refused(Message),
}

fn handle(connection: &mut Connection, frame: &Frame) -> Handled {
    let text = match frame {
        Frame::Text(text) => text.as_str(),
        Frame::Binary(_) => "",
        Frame::Ping(_) | Frame::Pong(_) => return Handled::Nothing,
        Frame::Close(_) => return Handled::Closed,
    };
    let refused = |connection: &Connection, topic: &str, problem: &Problem| {
        Handled::Refused(Message::error(topic, problem, connection.caller().request_id()))
    };
    let command = match serde_json::from_str::<Command>(text) {
        Ok(command) => command,
        Err(error) => {
            let problem = Problem::new(
                Kind::Malformed,
                format!("A command is {{\"op\":\"subscribe\"|\"unsubscribe\",\"topic\":…}}: {error}."),
            );
            return refused(connection, "", &problem);
        }
    };
    let (done, topic) = match &command {
        Command::Subscribe { topic, from } => (connection.subscribe(topic, *from), topic),
        Command::Unsubscribe { topic } => (connection.unsubscribe(topic), topic),
    };
    match done {
        Ok(()) => Handled::Nothing,
        Err(problem) => refused(connection, topic, &problem),
    }
}
