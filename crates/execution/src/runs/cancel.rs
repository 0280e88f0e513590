//! Cancelling a run.

use oriel_identity::{Action, Context, audit, authorize};
use oriel_model::RunId;
use oriel_storage::Repositories as _;
use serde_json::json;

use super::{RunDetail, RunError, get};
use crate::Execution;

/// Cancels a run: what waits is cancelled at once, what runs is ended (TERM, then KILL) and cancelled when it is gone.
/// Returns before that; a run that has ended already stays as it is.
pub async fn cancel(context: &Context, execution: &Execution, id: RunId) -> Result<RunDetail, RunError> {
    authorize(context, Action::CancelRun)?;
    end(context, execution, id).await?;
    get::read(execution, id).await
}

/// The same for whoever started the run, which needs no permission to end it.
pub(super) async fn end(context: &Context, execution: &Execution, id: RunId) -> Result<(), RunError> {
    let inner = &execution.inner;
    let transaction = inner.database.begin().await?;
    let run = transaction.runs().get(id).await?.ok_or(RunError::NotFound)?;
    if run.status.is_terminal() {
        return Ok(transaction.rollback().await?);
    }
    let waiting = transaction.tasks().cancel_queued(id, context.now()).await?;
    let detail = json!({ "cancelled_before_start": waiting });
    audit::record(context, &transaction, "run.cancel", format!("run/{id}"), detail).await?;
    transaction.commit().await?;
    execution.cancel(id);
    inner.changes.task_changed(id);
    Ok(())
}
