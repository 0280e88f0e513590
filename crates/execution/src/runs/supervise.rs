//! The life of a run: its tasks, so many at once, and the state that follows from theirs.

use std::sync::Arc;
use std::time::Duration;

use oriel_identity::{Authorized, Run as RunScope};
use oriel_model::{RunStatus, TaskStatus};
use oriel_storage::{Repositories as _, Run, StorageError, Task};
use tokio::sync::Semaphore;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::task;
use crate::Execution;

/// Waits between attempts to record an end, should the database fail. After the last the next start of the server
/// records it as lost.
const ATTEMPTS: [Duration; 5] = [
    Duration::from_millis(100),
    Duration::from_millis(500),
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(10),
];

/// A run under way, with the proof that it may be.
pub(super) struct Job {
    pub(super) execution: Execution,
    pub(super) proof: Authorized<RunScope>,
    pub(super) run: Run,
    pub(super) cancel: CancellationToken,
    /// Bytes of output recorded for one task.
    pub(super) output_limit: u64,
}

/// Runs all tasks, then records how the run ended.
pub(super) async fn supervise(job: Job, tasks: Vec<Task>) {
    let id = job.run.id;
    let turns = Arc::new(Semaphore::new(job.run.concurrency.max(1) as usize));
    let job = Arc::new(job);
    let under_way = TaskTracker::new();
    for task in tasks {
        // In the order of the targets. Waiting ends with the run or the server, too, and what becomes of the task then
        // is its own affair.
        let turn = tokio::select! {
            turn = Arc::clone(&turns).acquire_owned() => turn.ok(),
            () = job.cancel.cancelled() => None,
            () = job.execution.inner.closing.cancelled() => None,
        };
        let job = Arc::clone(&job);
        let tracked = under_way.token();
        job.execution.clone().spawn(async move {
            task::run(&job, &task).await;
            drop((turn, tracked));
        });
    }
    under_way.close();
    under_way.wait().await;
    let execution = &job.execution;
    let ended = recorded(|| async {
        let database = &execution.inner.database;
        let end = end_of(&database.tasks().of_run(id).await?);
        database.runs().finish(id, end, execution.inner.clock.now()).await
    });
    if let Err(error) = ended.await {
        tracing::error!(run = %id, error = &error as &dyn std::error::Error, "the end of a run could not be recorded");
    }
    execution.unregister(id);
    execution.inner.changes.run_changed(id);
}

/// Tries to record something until the database takes it, or long enough.
pub(super) async fn recorded<F, W>(mut write: W) -> Result<bool, StorageError>
where
    W: FnMut() -> F,
    F: Future<Output = Result<bool, StorageError>>,
{
    for wait in ATTEMPTS {
        match write().await {
            Ok(done) => return Ok(done),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "recording an end failed; trying again");
                sleep(wait).await;
            }
        }
    }
    write().await
}

/// The state of a run whose tasks ended like this.
fn end_of(tasks: &[Task]) -> RunStatus {
    let any = |status: TaskStatus| tasks.iter().any(|task| task.status == status);
    if tasks.iter().any(|task| !task.status.is_terminal()) || any(TaskStatus::Interrupted) {
        RunStatus::Interrupted
    } else if any(TaskStatus::Cancelled) {
        RunStatus::Cancelled
    } else if tasks.iter().all(|task| task.status == TaskStatus::Succeeded) {
        RunStatus::Succeeded
    } else {
        RunStatus::Failed
    }
}

#[cfg(test)]
mod tests {
    use oriel_model::{Clock as _, ManualClock, RunId, TargetId, TaskId};

    use super::*;

    fn end(statuses: &[TaskStatus]) -> RunStatus {
        let clock = ManualClock::default();
        let tasks: Vec<Task> = statuses
            .iter()
            .map(|status| Task {
                id: TaskId::generate(&clock),
                run_id: RunId::generate(&clock),
                position: 0,
                target_id: TargetId::generate(&clock),
                target_name: "web".to_owned(),
                status: *status,
                exit_code: None,
                signal: None,
                stdout_bytes: 0,
                stderr_bytes: 0,
                error: None,
                created_at: clock.now(),
                started_at: None,
                finished_at: None,
            })
            .collect();
        end_of(&tasks)
    }

    #[test]
    fn a_run_succeeds_only_as_a_whole() {
        use TaskStatus::{Cancelled, Failed, Interrupted, Lost, Refused, Running, Succeeded, TimedOut};
        assert_eq!(end(&[Succeeded, Succeeded]), RunStatus::Succeeded);
        for status in [Failed, TimedOut, Lost, Refused] {
            assert_eq!(end(&[Succeeded, status]), RunStatus::Failed);
            assert_eq!(end(&[status, Cancelled]), RunStatus::Cancelled);
            assert_eq!(end(&[status, Cancelled, Interrupted]), RunStatus::Interrupted);
        }
        assert_eq!(end(&[Succeeded, Running]), RunStatus::Interrupted);
    }
}
