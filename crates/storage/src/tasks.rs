//! Tasks: one target's part of a run. A task that has ended never changes.

use oriel_model::{RunId, TargetId, TaskId, TaskStatus, Timestamp};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QueryOrder as _,
};
use serde::Serialize;

use crate::entities::tasks::{Column, Entity, Model};
use crate::{Handle, Result, StorageError, row};

/// Rows in one INSERT: well under the 32,766 variables of SQLite.
const BATCH: usize = 500;

/// One target's part of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Task {
    /// The id.
    pub id: TaskId,
    /// The run.
    pub run_id: RunId,
    /// Its place among the tasks of the run, from 0.
    pub position: u32,
    /// The target; it may have been deleted since.
    pub target_id: TargetId,
    /// The target's name when the run was made.
    pub target_name: String,
    /// Where it stands.
    pub status: TaskStatus,
    /// The command's exit code, when it ended with one.
    pub exit_code: Option<i32>,
    /// The signal that ended the command, such as `KILL`.
    pub signal: Option<String>,
    /// Bytes of standard output recorded.
    pub stdout_bytes: u64,
    /// Bytes of standard error recorded.
    pub stderr_bytes: u64,
    /// Why it did not succeed, in words.
    pub error: Option<String>,
    /// When the run was made.
    pub created_at: Timestamp,
    /// When the command was sent.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

/// A task to create.
#[derive(Debug, Clone)]
pub struct NewTask {
    /// The id.
    pub id: TaskId,
    /// The target.
    pub target_id: TargetId,
    /// The target's name now.
    pub target_name: String,
}

/// How a task ended.
#[derive(Debug, Clone)]
pub struct TaskEnd {
    /// A state that ends a task.
    pub status: TaskStatus,
    /// The command's exit code, when it ended with one.
    pub exit_code: Option<i32>,
    /// The signal that ended the command.
    pub signal: Option<String>,
    /// Bytes of standard output recorded.
    pub stdout_bytes: u64,
    /// Bytes of standard error recorded.
    pub stderr_bytes: u64,
    /// Why it did not succeed.
    pub error: Option<String>,
    /// Now.
    pub at: Timestamp,
}

/// The table of tasks.
pub struct TaskRepository<'a> {
    pub(crate) handle: Handle<'a>,
}

impl TaskRepository<'_> {
    /// Adds the queued tasks of a run, in order.
    pub async fn create(&self, run: RunId, new: Vec<NewTask>, at: Timestamp) -> Result<Vec<Task>> {
        let rows: Vec<Model> = new
            .into_iter()
            .zip(0_i32..)
            .map(|(new, position)| Model {
                id: new.id.as_uuid(),
                run_id: run.as_uuid(),
                position,
                target_id: new.target_id.as_uuid(),
                target_name: row::text(&new.target_name),
                status: TaskStatus::Queued.to_string(),
                exit_code: None,
                signal: None,
                stdout_bytes: 0,
                stderr_bytes: 0,
                error: None,
                created_at: at,
                started_at: None,
                finished_at: None,
            })
            .collect();
        for batch in rows.chunks(BATCH) {
            Entity::insert_many(batch.iter().map(|row| row.clone().into_active_model().reset_all()))
                .exec_without_returning(self.handle.write())
                .await
                .map_err(StorageError::database("add the tasks of a run"))?;
        }
        rows.into_iter().map(task).collect()
    }

    /// The task with this id.
    pub async fn get(&self, id: TaskId) -> Result<Option<Task>> {
        let found = Entity::find_by_id(id.as_uuid()).one(self.handle.read()).await;
        found.map_err(StorageError::database("read a task"))?.map(task).transpose()
    }

    /// The tasks of a run, in order.
    pub async fn of_run(&self, run: RunId) -> Result<Vec<Task>> {
        self.of_runs(&[run]).await
    }

    /// The tasks of these runs, by run (oldest first) and in order within each.
    pub async fn of_runs(&self, runs: &[RunId]) -> Result<Vec<Task>> {
        let found = Entity::find()
            .filter(Column::RunId.is_in(runs.iter().map(|id| id.as_uuid())))
            .order_by_asc(Column::RunId)
            .order_by_asc(Column::Position)
            .all(self.handle.read())
            .await;
        found.map_err(StorageError::database("read tasks"))?.into_iter().map(task).collect()
    }

    /// From queued to running; whether it was queued.
    pub async fn start(&self, id: TaskId, at: Timestamp) -> Result<bool> {
        let values = [(Column::StartedAt, Expr::value(at))];
        self.transition(id, TaskStatus::Running, values).await
    }

    /// Notes how much output a running task has; whether it is running.
    pub async fn progress(&self, id: TaskId, stdout_bytes: u64, stderr_bytes: u64) -> Result<bool> {
        let done = Entity::update_many()
            .col_expr(Column::StdoutBytes, Expr::value(row::column_count(stdout_bytes)))
            .col_expr(Column::StderrBytes, Expr::value(row::column_count(stderr_bytes)))
            .filter(Column::Id.eq(id.as_uuid()))
            .filter(Column::Status.eq(TaskStatus::Running.as_str()))
            .exec(self.handle.write())
            .await
            .map_err(StorageError::database("note the output of a task"))?;
        Ok(done.rows_affected > 0)
    }

    /// Ends the task; whether it had not ended and this end may follow where it stood.
    /// A task that has ended never changes.
    ///
    /// # Errors
    /// [`StorageError::Invalid`] when the state is no end.
    pub async fn finish(&self, id: TaskId, end: TaskEnd) -> Result<bool> {
        if !end.status.is_terminal() {
            return Err(StorageError::Invalid { what: "status", why: format!("{} does not end a task", end.status) });
        }
        let values = [
            (Column::ExitCode, Expr::value(end.exit_code)),
            (Column::Signal, Expr::value(end.signal.as_deref().map(row::text))),
            (Column::StdoutBytes, Expr::value(row::column_count(end.stdout_bytes))),
            (Column::StderrBytes, Expr::value(row::column_count(end.stderr_bytes))),
            (Column::Error, Expr::value(end.error.as_deref().map(row::text))),
            (Column::FinishedAt, Expr::value(end.at)),
        ];
        self.transition(id, end.status, values).await
    }

    /// Cancels the tasks of a run that have not started; how many.
    pub async fn cancel_queued(&self, run: RunId, at: Timestamp) -> Result<u64> {
        let done = Entity::update_many()
            .col_expr(Column::Status, Expr::value(TaskStatus::Cancelled.as_str()))
            .col_expr(Column::FinishedAt, Expr::value(at))
            .filter(Column::RunId.eq(run.as_uuid()))
            .filter(Column::Status.eq(TaskStatus::Queued.as_str()))
            .exec(self.handle.write())
            .await;
        Ok(done.map_err(StorageError::database("cancel tasks"))?.rows_affected)
    }

    async fn transition(
        &self,
        id: TaskId,
        to: TaskStatus,
        values: impl IntoIterator<Item = (Column, Expr)>,
    ) -> Result<bool> {
        let mut update = Entity::update_many()
            .col_expr(Column::Status, Expr::value(to.as_str()))
            .filter(Column::Id.eq(id.as_uuid()))
            .filter(Column::Status.is_in(row::words(to.predecessors())));
        for (column, value) in values {
            update = update.col_expr(column, value);
        }
        let done = update.exec(self.handle.write()).await;
        Ok(done.map_err(StorageError::database("change a task"))?.rows_affected > 0)
    }
}

fn task(model: Model) -> Result<Task> {
    Ok(Task {
        id: TaskId::from_uuid(model.id),
        run_id: RunId::from_uuid(model.run_id),
        position: row::count("tasks.position", i64::from(model.position))?,
        target_id: TargetId::from_uuid(model.target_id),
        target_name: model.target_name,
        status: row::word("tasks.status", &model.status)?,
        exit_code: model.exit_code,
        signal: model.signal,
        stdout_bytes: row::count("tasks.stdout_bytes", model.stdout_bytes)?,
        stderr_bytes: row::count("tasks.stderr_bytes", model.stderr_bytes)?,
        error: model.error,
        created_at: model.created_at,
        started_at: model.started_at,
        finished_at: model.finished_at,
    })
}
