//! Reading a run or a task, and being told when to read again.

use oriel_identity::{Action, Context, authorize};
use oriel_model::{RunId, TaskId, TaskStatus};
use oriel_storage::Repositories as _;

use super::{RunDetail, RunError, Task};
use crate::{Changes, Execution};

/// The run with this id and its tasks.
pub async fn get(context: &Context, execution: &Execution, id: RunId) -> Result<RunDetail, RunError> {
    authorize(context, Action::ReadRuns)?;
    read(execution, id).await
}

/// The task with this id.
pub async fn get_task(context: &Context, execution: &Execution, id: TaskId) -> Result<Task, RunError> {
    authorize(context, Action::ReadRuns)?;
    task(execution, id).await
}

/// Says when a run or one of its tasks changes. Take this before reading the run: then no change in between is missed.
pub fn watch(context: &Context, execution: &Execution, id: RunId) -> Result<Changes, RunError> {
    authorize(context, Action::ReadRuns)?;
    Ok(execution.inner.changes.watch_run(id))
}

/// Says when a run is added, begins or ends.
pub fn watch_list(context: &Context, execution: &Execution) -> Result<Changes, RunError> {
    authorize(context, Action::ReadRuns)?;
    Ok(execution.inner.changes.watch_runs())
}

pub(super) async fn read(execution: &Execution, id: RunId) -> Result<RunDetail, RunError> {
    let database = &execution.inner.database;
    let run = database.runs().get(id).await?.ok_or(RunError::NotFound)?;
    let mut tasks = database.tasks().of_run(id).await?;
    for task in &mut tasks {
        count_output(execution, task).await?;
    }
    Ok(RunDetail { run, tasks })
}

pub(super) async fn task(execution: &Execution, id: TaskId) -> Result<Task, RunError> {
    let mut task = execution.inner.database.tasks().get(id).await?.ok_or(RunError::TaskNotFound)?;
    count_output(execution, &mut task).await?;
    Ok(task)
}

/// The counts of a task that runs are written down at its end; until then the log knows them.
async fn count_output(execution: &Execution, task: &mut Task) -> Result<(), RunError> {
    if task.status == TaskStatus::Running {
        let totals = execution.inner.output.totals(task.id).await?;
        task.stdout_bytes = totals.stdout;
        task.stderr_bytes = totals.stderr;
    }
    Ok(())
}
