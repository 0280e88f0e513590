//! Deleting a target.

use oriel_identity::{Action, Context, audit, authorize};
use oriel_model::TargetId;
use oriel_storage::Repositories as _;
use serde_json::json;

use super::TargetError;
use crate::Execution;

/// Deletes a target and its private key. Its runs stay in the history, and what runs on it now runs on.
pub async fn delete(context: &Context, execution: &Execution, id: TargetId) -> Result<(), TargetError> {
    authorize(context, Action::ManageTargets)?;
    let inner = &execution.inner;
    let transaction = inner.database.begin().await?;
    let target = transaction.targets().get(id).await?.ok_or(TargetError::NotFound)?;
    transaction.targets().delete(id).await?;
    if let Some(secret) = target.secret_id {
        transaction.secrets().delete(secret).await?;
    }
    let detail = json!({ "name": target.settings.name, "host": target.settings.host });
    audit::record(context, &transaction, "target.delete", format!("target/{id}"), detail).await?;
    transaction.commit().await?;
    inner.ssh.forget(id).await;
    Ok(())
}
