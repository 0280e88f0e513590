//! The life of a task: reaching its target, sending the command, seeing it to its end.

use oriel_model::TaskStatus;
use oriel_storage::{Repositories as _, StorageError, Task};

use super::report::Report;
use super::supervise::{Job, recorded};
use crate::drive::{Stops, drive};
use crate::output::LogWriter;
use crate::targets::{Place, place};
use crate::transport::{OpenError, Session, Transport as _};

/// Takes a task from queued to its end, and tells those who follow and watch.
pub(super) async fn run(job: &Job, task: &Task) {
    let report = match reach(job, task).await {
        Ok(Reached::Ready(session, log)) => attempt(job, task, session, log).await,
        Ok(Reached::Stopped(report)) => Some(report),
        Err(error) => Some(Report::not_started(&error)),
    };
    let inner = &job.execution.inner;
    if let Some(report) = report {
        let end = report.end(inner.clock.now());
        let ended = recorded(|| async { inner.database.tasks().finish(task.id, end.clone()).await });
        if let Err(error) = ended.await {
            let error = &error as &dyn std::error::Error;
            tracing::error!(task = %task.id, error, "the end of a task could not be recorded");
        }
    }
    inner.output.close(task.id);
    inner.changes.task_changed(job.run.id);
}

/// How reaching a target came out.
enum Reached {
    /// A command can be sent, and its output recorded.
    Ready(Box<dyn Session>, LogWriter),
    /// The run or the server was stopped before.
    Stopped(Report),
}

/// Everything that can be done before the command is sent.
async fn reach(job: &Job, task: &Task) -> Result<Reached, OpenError> {
    let inner = &job.execution.inner;
    let reaching = async {
        let unusable = |reason: String| OpenError::Unusable { target: task.target_name.clone(), reason };
        let target = inner.database.targets().get(task.target_id).await;
        let target = target
            .map_err(|error| unusable(error.to_string()))?
            .ok_or_else(|| unusable("it was deleted before its turn came".to_owned()))?;
        let session = match place(&job.execution, &target).await? {
            Place::Ssh(place) => inner.ssh.open(&job.proof, &place).await?,
            Place::Local(here) => inner.local.open(&job.proof, &here).await?,
        };
        let log = inner.output.create(task.id, job.output_limit).await;
        Ok(Reached::Ready(session, log.map_err(|error| unusable(error.to_string()))?))
    };
    tokio::select! {
        biased;
        () = job.cancel.cancelled() => Ok(Reached::Stopped(Report::cancelled_before_start())),
        () = inner.closing.cancelled() => Ok(Reached::Stopped(Report::interrupted_before_start())),
        reached = reaching => reached,
    }
}

/// Sends the command, if nobody cancelled the task meanwhile; none if somebody did.
async fn attempt(job: &Job, task: &Task, session: Box<dyn Session>, mut log: LogWriter) -> Option<Report> {
    match begin(job, task).await {
        Ok(true) => {}
        Ok(false) => return None,
        Err(error) => return Some(Report::not_recorded(&error)),
    }
    let inner = &job.execution.inner;
    let report = match session.start(&task.id.to_string()).await {
        Err(error) => Report::not_started(&error),
        Ok(mut process) => {
            let stops = Stops {
                timeout: std::time::Duration::from_secs(job.run.timeout_seconds),
                cancel: &job.cancel,
                shutdown: &inner.ending,
                grace: inner.config.grace,
            };
            Report::driven(drive(&mut *process, &mut log, &stops).await, &job.run, &inner.config)
        }
    };
    let totals = log.totals();
    let durable = log.finish().await;
    Some(report.with_output(totals, durable.err(), job.output_limit))
}

/// Marks the task as running, and the run with its first task. From here on the command may have run.
async fn begin(job: &Job, task: &Task) -> Result<bool, StorageError> {
    let inner = &job.execution.inner;
    let at = inner.clock.now();
    let transaction = inner.database.begin().await?;
    if !transaction.tasks().start(task.id, at).await? {
        return Ok(false);
    }
    let first = transaction.runs().start(job.run.id, at).await?;
    transaction.commit().await?;
    if first {
        inner.changes.run_changed(job.run.id);
    } else {
        inner.changes.task_changed(job.run.id);
    }
    Ok(true)
}

impl Report {
    /// The end of a task whose command was not started, or of which that is not known.
    pub(super) fn not_started(error: &OpenError) -> Self {
        let status = match error {
            OpenError::Unanswered { .. } => TaskStatus::Lost,
            refusal if refusal.is_refusal() => TaskStatus::Refused,
            _ => TaskStatus::Failed,
        };
        Self::new(status, error.to_string())
    }
}
