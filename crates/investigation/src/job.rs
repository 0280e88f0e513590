//! One investigation, from taken off the queue to its end.
//!
//! The engine runs on a thread of its own; its panic is caught there and becomes a failed investigation. After the time
//! limit, or when the server ends, the engine is asked to stop at its next step; the worker waits until it did, so there
//! are never more engines than workers. The end is written in one transaction with its audit entry.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use oriel_model::{AuditId, IncidentId, InvestigationId};
use oriel_reasoning::words::percent;
use oriel_storage::{Actor, BlobInfo, NewAuditEntry, Repositories as _};
use serde_json::{Value, json};
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use crate::asking::{self, Asking, Files, Start, TargetAsk};
use crate::engine::{EngineError, Finding};
use crate::error::{InvestigationError, Result};
use crate::progress::{Board, Stopped};
use crate::service::{Inner, Work};

/// Time between two writes of the stages.
const WRITE_EVERY: Duration = Duration::from_millis(100);

/// How an investigation ended.
#[derive(Debug)]
enum End {
    Done(Box<Found>),
    Failed(String),
    Cancelled(String),
    Interrupted,
}

/// What was found, and the evidence that an inquiry gathered for it.
#[derive(Debug)]
struct Found {
    finding: Finding,
    gathered: Option<Files>,
}

/// Works on the investigation and records its end, whatever happens.
pub(crate) async fn run(inner: &Arc<Inner>, work: Work, hard: &CancellationToken) {
    let started = Instant::now();
    let id = work.id;
    let cancelled = inner.begin(id);
    let done = async {
        let begun = inner.database.investigations().start(id, inner.clock.now()).await?;
        if !begun {
            return Ok(());
        }
        inner.announcer.investigation_moved(id);
        inner.announcer.incidents_changed();
        let end = match self::work(inner, work, &cancelled, hard).await {
            Ok(end) => end,
            Err(error) => {
                tracing::error!(investigation = %id, error = %error, "an investigation could not be worked on");
                End::Failed(error.to_string())
            }
        };
        record(inner, id, end, started.elapsed()).await
    };
    if let Err(error) = done.await {
        tracing::error!(investigation = %id, error = %error, "the end of an investigation could not be recorded");
    }
    inner.end(id);
    inner.announcer.investigation_moved(id);
    inner.announcer.incidents_changed();
}

async fn work(inner: &Arc<Inner>, work: Work, cancelled: &CancellationToken, hard: &CancellationToken) -> Result<End> {
    let id = work.id;
    let board = Board::new(Arc::clone(&inner.clock));
    // Ends the command that is under way; the thread then goes on to its verdict, or stops.
    let halt = cancelled.child_token();
    let asks = work.asking.is_some();
    let task = prepare(inner, work, &board, &halt).await?;
    let mut thread = tokio::task::spawn_blocking(move || catch_unwind(AssertUnwindSafe(task)));
    let limit = tokio::time::sleep(inner.settings.time_limit);
    tokio::pin!(limit);
    let (mut timed_out, mut stopping) = (false, false);
    loop {
        tokio::select! {
            outcome = &mut thread => {
                write_progress(inner, id, &board).await;
                let why = inner.why_cancelled(id);
                return Ok(end_of(outcome?, timed_out, (why, asks), inner.settings.time_limit));
            }
            () = &mut limit, if !timed_out => {
                timed_out = true;
                halt.cancel();
                // An inquiry whose time is up concludes from what it has been told.
                if !asks {
                    board.stop();
                }
            }
            () = cancelled.cancelled(), if !stopping => {
                stopping = true;
                board.stop();
            }
            () = hard.cancelled() => {
                // The process ends now; a thread that does not hear of it must not hold it.
                halt.cancel();
                board.stop();
                return Ok(End::Interrupted);
            }
            () = board.changed() => {
                write_progress(inner, id, &board).await;
                tokio::time::sleep(WRITE_EVERY).await;
            }
        }
    }
}

type Task = Box<dyn FnOnce() -> Result<Found, EngineError> + Send>;

/// What the engine's thread is to do.
async fn prepare(inner: &Arc<Inner>, work: Work, board: &Arc<Board>, halt: &CancellationToken) -> Result<Task> {
    let missing = |what: &str| InvestigationError::Conflict(format!("the {what} of this investigation is gone"));
    let id = work.id;
    let investigation = inner.database.investigations().get(id).await?;
    let incident_id = investigation.ok_or_else(|| missing("record"))?.summary.incident_id;
    let incident = inner.database.incidents().get(incident_id).await?;
    let incident = incident.ok_or_else(|| missing("incident"))?;
    let archive = inner.blobs.file(&incident.sha256).await?.ok_or_else(|| missing("archive"))?;
    let learned = inner.database.learning().load().await?.data;
    let (engine, board) = (Arc::clone(&inner.engine), Arc::clone(board));
    let Some(asking) = work.asking else {
        return Ok(Box::new(move || {
            let finding = engine.diagnose(archive, &learned, &board)?;
            Ok(Found { finding, gathered: None })
        }));
    };
    let Asking { context, inquiry } = *asking;
    let target = inner.database.targets().get(inquiry.target_id).await?.ok_or_else(|| missing("target"))?;
    let begun = Arc::clone(&board);
    let ask = TargetAsk::new(
        Handle::current(),
        inner.execution.clone(),
        context,
        target,
        halt.clone(),
        Box::new(move |run, task| begun.carried(run, task)),
    );
    let ask = ask.with_kubectl_context(Some(inquiry.context.clone()).filter(|name| !name.is_empty()));
    Ok(Box::new(move || {
        let files = asking::start(Start::Archive(archive), &inquiry).map_err(|error| EngineError(error.to_string()))?;
        let mut ask = ask.of(id, files.clone());
        let finding = engine.inquire(files, inquiry.max_commands, &mut ask, &learned, &board)?;
        Ok(Found { finding, gathered: Some(ask.into_files()) })
    }))
}

type Caught = std::thread::Result<Result<Found, EngineError>>;

fn end_of(caught: Caught, timed_out: bool, (cancelled, asks): (Option<String>, bool), limit: Duration) -> End {
    match (caught, cancelled) {
        // An inquiry concludes from what it was told until it was cancelled, if the thread gets so far before it is stopped.
        (Ok(Ok(_)), Some(why)) if asks => End::Cancelled(why),
        // An answer that came after all is as good as one in time.
        (Ok(Ok(found)), _) => End::Done(Box::new(found)),
        (_, Some(why)) => End::Cancelled(why),
        _ if timed_out => End::Failed(format!(
            "It took longer than {} s and was stopped; send a smaller recording, or raise investigations.timeout_seconds.",
            limit.as_secs()
        )),
        (Ok(Err(error)), None) => End::Failed(error.to_string()),
        (Err(panic), None) if panic.is::<Stopped>() => End::Interrupted,
        (Err(_), None) => {
            End::Failed("The engine failed on this recording; the cause is in the server's log.".to_owned())
        }
    }
}

async fn write_progress(inner: &Inner, id: InvestigationId, board: &Board) {
    let asked: Vec<Value> = board.asked().iter().map(|asked| json!(asked)).collect();
    let written = async {
        if !asked.is_empty() {
            inner.database.investigations().set_asked(id, &asked).await?;
        }
        inner.database.investigations().set_stages(id, &board.stages()).await
    };
    match written.await {
        Ok(_) => inner.announcer.investigation_moved(id),
        // The next write, or the end, says the same and more.
        Err(error) => tracing::warn!(investigation = %id, error = %error, "progress could not be noted"),
    }
}

async fn record(inner: &Inner, id: InvestigationId, end: End, took: Duration) -> Result<()> {
    let at = inner.clock.now();
    let archive = match &end {
        End::Done(found) => keep(inner, id, found.gathered.as_ref()).await,
        _ => None,
    };
    let transaction = inner.database.begin().await?;
    let investigations = transaction.investigations();
    let (recorded, action, detail) = match end {
        End::Done(found) => {
            let mut finding = found.finding;
            if let Some(verdict) = finding.verdict.as_object_mut() {
                verdict.insert("elapsed_ms".to_owned(), json!(took.as_secs_f64() * 1000.0));
            }
            let headline = headline(&finding.verdict);
            let stored = json!({"verdict": finding.verdict, "record": finding.record});
            let recorded = investigations.finish(id, &stored, &headline, at).await?;
            (recorded, "investigation.done", json!({"headline": headline}))
        }
        End::Failed(error) => {
            let recorded = investigations.fail(id, &error, at).await?;
            (recorded, "investigation.failed", json!({"error": error}))
        }
        End::Cancelled(why) => {
            let recorded = investigations.cancel(id, &why, at).await?;
            (recorded, "investigation.cancelled", json!({"reason": why}))
        }
        End::Interrupted => {
            let why = "The server was stopped before this ended.";
            let recorded = investigations.interrupt(id, why, at).await?;
            (recorded, "investigation.interrupted", json!({"reason": why}))
        }
    };
    let before = match &archive {
        Some((incident, _)) => transaction.incidents().get(*incident).await?.map(|incident| incident.sha256),
        None => None,
    };
    if !recorded {
        transaction.rollback().await?;
        return inner.drop_unused(archive.map(|(_, blob)| blob.sha256)).await;
    }
    if let Some((incident, blob)) = &archive {
        transaction.incidents().set_archive(*incident, &blob.sha256, blob.size).await?;
    }
    transaction
        .append_audit(NewAuditEntry {
            id: AuditId::generate(&*inner.clock),
            at,
            actor: Actor::System { name: "investigation".to_owned() },
            action: action.to_owned(),
            subject: format!("investigation/{id}"),
            detail,
            request_id: String::new(),
        })
        .await?;
    inner.release(before.as_deref()).await?;
    transaction.commit().await?;
    inner.claim(archive.as_ref().map(|(_, blob)| blob.sha256.as_str())).await;
    // The archive that the incident had before.
    inner.drop_unused(before).await
}

/// Keeps what an inquiry gathered, as the archive that its incident gets with the verdict. Without it the verdict still
/// stands: it was reached, and its transcript says from what.
async fn keep(inner: &Inner, id: InvestigationId, gathered: Option<&Files>) -> Option<(IncidentId, BlobInfo)> {
    let files = gathered?.clone();
    let kept = async {
        let incident = inner.database.investigations().get(id).await?.map(|one| one.summary.incident_id);
        let packed = tokio::task::spawn_blocking(move || asking::pack(files)).await??;
        let blob = inner.blobs.put(&mut Cursor::new(packed), inner.settings.upload_limit).await?;
        let known = inner.database.incidents().find_by_sha256(&blob.sha256).await?;
        Ok::<_, InvestigationError>(incident.filter(|_| known.is_none()).map(|incident| (incident, blob)))
    };
    kept.await.unwrap_or_else(|error| {
        tracing::warn!(investigation = %id, error = %error, "the evidence of an inquiry could not be kept");
        None
    })
}

/// Marks an investigation that no worker will take any more.
pub(crate) async fn give_up(inner: &Inner, id: InvestigationId) {
    if let Err(error) = record(inner, id, End::Interrupted, Duration::ZERO).await {
        tracing::error!(investigation = %id, error = %error, "an investigation could not be marked as interrupted");
    }
}

/// The verdict in one line.
fn headline(verdict: &Value) -> String {
    let text = |pointer: &str| verdict.pointer(pointer).and_then(Value::as_str);
    if let Some(explanation) = text("/abstention/explanation") {
        return explanation.chars().take(200).collect();
    }
    let title = text("/hypotheses/0/title").unwrap_or("No cause was found");
    match verdict.pointer("/hypotheses/0/probability").and_then(Value::as_f64) {
        Some(probability) => format!("{title} ({})", percent(probability)),
        None => title.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_headline_says_what_was_found() {
        let found = json!({"abstention": null, "hypotheses": [{"title": "cart: out of memory", "probability": 0.934}]});
        assert_eq!(headline(&found), "cart: out of memory (93 %)");
        let healthy =
            json!({"abstention": {"reason": "healthy", "explanation": "Nothing is wrong."}, "hypotheses": []});
        assert_eq!(headline(&healthy), "Nothing is wrong.");
        assert_eq!(headline(&Value::Null), "No cause was found");
    }
}
