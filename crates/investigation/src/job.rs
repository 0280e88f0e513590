//! One investigation, from taken off the queue to its end.
//!
//! The engine runs on a thread of its own; its panic is caught there and becomes a failed investigation. After the time
//! limit, or when the server ends, the engine is asked to stop at its next step; the worker waits until it did, so there
//! are never more engines than workers. The end is written in one transaction with its audit entry.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use oriel_model::{AuditId, InvestigationId};
use oriel_reasoning::words::percent;
use oriel_storage::{Actor, NewAuditEntry, Repositories as _};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::engine::{EngineError, Finding};
use crate::error::{InvestigationError, Result};
use crate::progress::{Board, Stopped};
use crate::service::Inner;

/// Time between two writes of the stages.
const WRITE_EVERY: Duration = Duration::from_millis(100);

/// How an investigation ended.
#[derive(Debug)]
enum End {
    Done(Box<Finding>),
    Failed(String),
    Interrupted,
}

/// Works on the investigation and records its end, whatever happens.
pub(crate) async fn run(inner: &Arc<Inner>, id: InvestigationId, hard: &CancellationToken) {
    let started = Instant::now();
    let done = async {
        let begun = inner.database.investigations().start(id, inner.clock.now()).await?;
        if !begun {
            return Ok(());
        }
        inner.announcer.investigation_moved(id);
        inner.announcer.incidents_changed();
        let end = match work(inner, id, hard).await {
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
    inner.announcer.investigation_moved(id);
    inner.announcer.incidents_changed();
}

async fn work(inner: &Arc<Inner>, id: InvestigationId, hard: &CancellationToken) -> Result<End> {
    let missing = |what: &str| InvestigationError::Conflict(format!("the {what} of this investigation is gone"));
    let investigation = inner.database.investigations().get(id).await?;
    let incident_id = investigation.ok_or_else(|| missing("record"))?.summary.incident_id;
    let incident = inner.database.incidents().get(incident_id).await?;
    let incident = incident.ok_or_else(|| missing("incident"))?;
    let archive = inner.blobs.file(&incident.sha256).await?.ok_or_else(|| missing("archive"))?;
    let learned = inner.database.learning().load().await?.data;

    let board = Board::new(Arc::clone(&inner.clock));
    let (engine, seen) = (Arc::clone(&inner.engine), Arc::clone(&board));
    let mut thread = tokio::task::spawn_blocking(move || {
        catch_unwind(AssertUnwindSafe(|| engine.diagnose(archive, &learned, &seen)))
    });
    let limit = tokio::time::sleep(inner.settings.time_limit);
    tokio::pin!(limit);
    let mut timed_out = false;
    loop {
        tokio::select! {
            outcome = &mut thread => {
                write_stages(inner, id, &board).await;
                return Ok(end_of(outcome?, timed_out, inner.settings.time_limit));
            }
            () = &mut limit, if !timed_out => {
                timed_out = true;
                board.stop();
            }
            () = hard.cancelled() => {
                // The process ends now; a thread that does not hear of it must not hold it.
                board.stop();
                return Ok(End::Interrupted);
            }
            () = board.changed() => {
                write_stages(inner, id, &board).await;
                tokio::time::sleep(WRITE_EVERY).await;
            }
        }
    }
}

type Caught = std::thread::Result<Result<Finding, EngineError>>;

fn end_of(caught: Caught, timed_out: bool, limit: Duration) -> End {
    match caught {
        // An answer that came after all is as good as one in time.
        Ok(Ok(finding)) => End::Done(Box::new(finding)),
        _ if timed_out => End::Failed(format!(
            "It took longer than {} s and was stopped; send a smaller recording, or raise investigations.timeout_seconds.",
            limit.as_secs()
        )),
        Ok(Err(error)) => End::Failed(error.to_string()),
        Err(panic) if panic.is::<Stopped>() => End::Interrupted,
        Err(_) => End::Failed("The engine failed on this recording; the cause is in the server's log.".to_owned()),
    }
}

async fn write_stages(inner: &Inner, id: InvestigationId, board: &Board) {
    match inner.database.investigations().set_stages(id, &board.stages()).await {
        Ok(_) => inner.announcer.investigation_moved(id),
        // The next write, or the end, says the same and more.
        Err(error) => tracing::warn!(investigation = %id, error = %error, "progress could not be noted"),
    }
}

async fn record(inner: &Inner, id: InvestigationId, end: End, took: Duration) -> Result<()> {
    let at = inner.clock.now();
    let transaction = inner.database.begin().await?;
    let investigations = transaction.investigations();
    let (recorded, action, detail) = match end {
        End::Done(mut finding) => {
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
        End::Interrupted => {
            let why = "The server was stopped before this ended.";
            let recorded = investigations.interrupt(id, why, at).await?;
            (recorded, "investigation.interrupted", json!({"reason": why}))
        }
    };
    if !recorded {
        return Ok(transaction.rollback().await?);
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
    Ok(transaction.commit().await?)
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
