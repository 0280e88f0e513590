//! What each topic sends. A watcher reads, sends, and waits for the next change; sending waits while the client is slow.
//!
//! Topics that carry states number their messages by time (microseconds since 1970, always growing), so that a number seen
//! before a restart of the server is lower than those after it. A task's numbers are positions in its recorded output.

use futures::StreamExt as _;
use oriel_execution::runs;
use oriel_model::{Clock as _, InvestigationId, InvestigationStatus, RunId, TaskId};
use serde_json::json;
use tokio::sync::{mpsc, watch};

use super::protocol::{Message, Topic};
use super::text::{Piece, TextPieces};
use crate::caller::Caller;
use crate::investigations;
use crate::problem::Problem;
use crate::runs::get as run;
use crate::runs::view::TaskBody;
use crate::state::Api;

/// Where the messages of a client wait.
pub(super) type Queue = mpsc::Sender<Message>;

/// The client is gone.
struct Gone;

/// Sends what happens to a topic until it is over or the client is gone.
pub(super) async fn watch(
    api: &Api,
    caller: &Caller,
    topic: Topic,
    from: Option<u64>,
    queue: &Queue,
) -> Result<(), Problem> {
    let mut sender = Sender { api, topic, queue, last: from.unwrap_or(0) };
    match topic {
        Topic::Run(id) => watch_run(caller, id, &mut sender).await,
        Topic::Task(id) => watch_task(caller, id, &mut sender).await,
        Topic::Investigation(id) => watch_investigation(caller, id, &mut sender).await,
        Topic::Runs => {
            let changes = runs::watch_list(caller.context(), api.execution())?;
            watch_list(changes, &mut sender).await
        }
        Topic::Incidents => {
            let changes = api.investigations().watch_incidents(caller.context())?;
            watch_list(changes, &mut sender).await
        }
    }
}

struct Sender<'a> {
    api: &'a Api,
    topic: Topic,
    queue: &'a Queue,
    last: u64,
}

impl Sender<'_> {
    /// Sends a state, numbered by time.
    async fn state(&mut self, kind: &'static str, data: &impl serde::Serialize) -> Result<(), Gone> {
        let now = u64::try_from(self.api.clock().now().timestamp_micros()).unwrap_or(0);
        self.numbered(now.max(self.last.saturating_add(1)), kind, data).await
    }

    async fn numbered(&mut self, seq: u64, kind: &'static str, data: &impl serde::Serialize) -> Result<(), Gone> {
        self.last = seq;
        let message = Message::new(self.topic, seq, kind, data);
        self.queue.send(message).await.map_err(|_| Gone)
    }
}

async fn watch_run(caller: &Caller, id: RunId, sender: &mut Sender<'_>) -> Result<(), Problem> {
    // Watching begins before reading, so that no change is missed between the two.
    let mut changes = runs::watch(caller.context(), sender.api.execution(), id)?;
    loop {
        changes.mark_unchanged();
        let body = run::read(sender.api, caller, id).await?;
        let ended = body.run.status.is_terminal();
        if sender.state("run", &body).await.is_err() || ended || changes.changed().await.is_err() {
            return Ok(());
        }
    }
}

async fn watch_investigation(caller: &Caller, id: InvestigationId, sender: &mut Sender<'_>) -> Result<(), Problem> {
    let api = sender.api;
    let mut changes = api.investigations().watch_investigation(caller.context(), id)?;
    loop {
        changes.mark_unchanged();
        let body = investigations::get::read(api, caller, id).await?;
        let under_way = matches!(body.status, InvestigationStatus::Queued | InvestigationStatus::Running);
        let kind = if under_way { "stage" } else { "done" };
        if sender.state(kind, &body).await.is_err() || !under_way || changes.changed().await.is_err() {
            return Ok(());
        }
    }
}

async fn watch_list(mut changes: watch::Receiver<u64>, sender: &mut Sender<'_>) -> Result<(), Problem> {
    changes.mark_unchanged();
    while changes.changed().await.is_ok() {
        changes.mark_unchanged();
        if sender.state("changed", &json!({})).await.is_err() {
            break;
        }
    }
    Ok(())
}

async fn watch_task(caller: &Caller, id: TaskId, sender: &mut Sender<'_>) -> Result<(), Problem> {
    let execution = sender.api.execution();
    let mut followed = runs::follow(caller.context(), execution, id, sender.last).await?;
    let mut pieces = TextPieces::default();
    while let Some(chunk) = followed.chunks.next().await {
        let chunk = chunk.map_err(|error| Problem::internal(&error))?;
        for piece in pieces.take(&chunk) {
            if send_piece(sender, &piece).await.is_err() {
                return Ok(());
            }
        }
    }
    if let Some(piece) = pieces.rest()
        && send_piece(sender, &piece).await.is_err()
    {
        return Ok(());
    }
    let task = TaskBody::from(runs::get_task(caller.context(), execution, id).await?);
    // One beyond the last byte, so that the end is told once.
    let seq = task.stdout_bytes.saturating_add(task.stderr_bytes).saturating_add(1).max(sender.last);
    // A client that is gone needs no end.
    let _ = sender.numbered(seq, "end", &json!({"task": task})).await;
    Ok(())
}

async fn send_piece(sender: &mut Sender<'_>, piece: &Piece) -> Result<(), Gone> {
    let data = json!({
        "stream": piece.stream, "text": piece.text(), "offset": piece.offset, "bytes": piece.bytes.len(),
    });
    sender.numbered(piece.position, "output", &data).await
}
