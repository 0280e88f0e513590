//! After a crash: what was under way is marked so, in one transaction.
//!
//! Called once at start, before anything else runs. A task whose command had been sent
//! is `lost` (nobody saw how it ended, and it may still run on the target); one that
//! had not is `interrupted`; so are runs and investigations. Each run and
//! investigation gets an audit entry. It takes the database for its own: with several
//! servers on one database, only the first to start may call it.

use oriel_model::{
    AuditId, Clock, InvestigationId, InvestigationStatus, RunId, RunStatus, TaskId, TaskStatus, Timestamp,
};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::entities::{investigations, runs, tasks};
use crate::{Actor, Database, NewAuditEntry, Repositories as _, Result, StorageError, Transaction, row};

const WHY: &str = "the server stopped before this ended";
const WHY_LOST: &str =
    "the server stopped while the command ran: how it ended is not known, and it may still run on the target";

/// What was found under way and marked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Runs, now interrupted.
    pub runs: Vec<RunId>,
    /// Tasks whose command had been sent, now lost.
    pub lost_tasks: Vec<TaskId>,
    /// Tasks whose command had not been sent, now interrupted.
    pub interrupted_tasks: Vec<TaskId>,
    /// Investigations, now interrupted.
    pub investigations: Vec<InvestigationId>,
}

/// Marks what was under way when the server stopped.
pub async fn recover(database: &Database, clock: &dyn Clock) -> Result<Recovered> {
    let transaction = database.begin().await?;
    let at = clock.now();
    let recovered = Recovered {
        lost_tasks: tasks(&transaction, TaskStatus::Running, TaskStatus::Lost, WHY_LOST, at).await?,
        interrupted_tasks: tasks(&transaction, TaskStatus::Queued, TaskStatus::Interrupted, WHY, at).await?,
        runs: runs(&transaction, at).await?,
        investigations: investigations(&transaction, at).await?,
    };
    for run in &recovered.runs {
        let entry = entry(clock, "run.interrupted", format!("run/{run}"), json!({"reason": WHY}));
        transaction.append_audit(entry).await?;
    }
    for investigation in &recovered.investigations {
        let subject = format!("investigation/{investigation}");
        transaction.append_audit(entry(clock, "investigation.interrupted", subject, json!({"reason": WHY}))).await?;
    }
    transaction.commit().await?;
    Ok(recovered)
}

fn entry(clock: &dyn Clock, action: &str, subject: String, detail: Value) -> NewAuditEntry {
    NewAuditEntry {
        id: AuditId::generate(clock),
        at: clock.now(),
        actor: Actor::System { name: "recovery".to_owned() },
        action: action.to_owned(),
        subject,
        detail,
        request_id: String::new(),
    }
}

async fn tasks(
    transaction: &Transaction,
    from: TaskStatus,
    to: TaskStatus,
    why: &str,
    at: Timestamp,
) -> Result<Vec<TaskId>> {
    use tasks::{Column, Entity};
    let handle = transaction.handle();
    let found: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Status.eq(from.as_str()))
        .order_by_asc(Column::Id)
        .into_tuple()
        .all(handle.read())
        .await
        .map_err(StorageError::database("find tasks under way"))?;
    Entity::update_many()
        .col_expr(Column::Status, Expr::value(to.as_str()))
        .col_expr(Column::Error, Expr::value(why))
        .col_expr(Column::FinishedAt, Expr::value(at))
        .filter(Column::Status.eq(from.as_str()))
        .exec(handle.write())
        .await
        .map_err(StorageError::database("mark tasks"))?;
    Ok(found.into_iter().map(TaskId::from_uuid).collect())
}

async fn runs(transaction: &Transaction, at: Timestamp) -> Result<Vec<RunId>> {
    use runs::{Column, Entity};
    let handle = transaction.handle();
    let open = Column::Status.is_in(row::words(RunStatus::Interrupted.predecessors()));
    let found: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(open.clone())
        .order_by_asc(Column::Id)
        .into_tuple()
        .all(handle.read())
        .await
        .map_err(StorageError::database("find runs under way"))?;
    Entity::update_many()
        .col_expr(Column::Status, Expr::value(RunStatus::Interrupted.as_str()))
        .col_expr(Column::FinishedAt, Expr::value(at))
        .filter(open)
        .exec(handle.write())
        .await
        .map_err(StorageError::database("mark runs"))?;
    Ok(found.into_iter().map(RunId::from_uuid).collect())
}

async fn investigations(transaction: &Transaction, at: Timestamp) -> Result<Vec<InvestigationId>> {
    use investigations::{Column, Entity};
    let handle = transaction.handle();
    let open = Column::Status.is_in(row::words(InvestigationStatus::Interrupted.predecessors()));
    let found: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(open.clone())
        .order_by_asc(Column::Id)
        .into_tuple()
        .all(handle.read())
        .await
        .map_err(StorageError::database("find investigations under way"))?;
    Entity::update_many()
        .col_expr(Column::Status, Expr::value(InvestigationStatus::Interrupted.as_str()))
        .col_expr(Column::Error, Expr::value(WHY))
        .col_expr(Column::FinishedAt, Expr::value(at))
        .filter(open)
        .exec(handle.write())
        .await
        .map_err(StorageError::database("mark investigations"))?;
    Ok(found.into_iter().map(InvestigationId::from_uuid).collect())
}
