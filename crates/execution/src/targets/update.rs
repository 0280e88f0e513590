//! Changing a target.

use oriel_identity::{Action, Context, audit, authorize};
use oriel_model::{SecretId, TargetId, Transport};
use oriel_storage::{Repositories as _, Secret, TargetChange};
use serde_json::json;

use super::{KEY_KIND, NewTarget, Target, TargetError, TargetUpdate, settings};
use crate::Execution;

/// Changes a target, if it still has the version `expected` where one is given. Another host or port forgets the pinned
/// host key; another private key replaces the old one, which is deleted.
pub async fn update(
    context: &Context,
    execution: &Execution,
    id: TargetId,
    change: TargetUpdate,
    expected: Option<u64>,
) -> Result<Target, TargetError> {
    authorize(context, Action::ManageTargets)?;
    let inner = &execution.inner;
    let key = change.private_key.as_deref().map(settings::check_key).transpose()?;
    let at = context.now();
    let transaction = inner.database.begin().await?;
    let before = transaction.targets().get(id).await?.ok_or(TargetError::NotFound)?;
    if expected.is_some_and(|expected| expected != before.version) {
        return Err(TargetError::Changed);
    }
    let old = &before.settings;
    let wanted = NewTarget {
        name: change.name.unwrap_or_else(|| old.name.clone()),
        transport: old.transport,
        host: change.host.or_else(|| old.host.clone()),
        port: change.port.or(old.port),
        user: change.user.or_else(|| old.user.clone()),
        private_key: change.private_key,
        labels: change.labels.unwrap_or_else(|| old.labels.clone()),
    };
    let checked = settings::check(&wanted, &inner.config)?;
    let moved = checked.host != old.host || checked.port != old.port;
    let secret_id = match wanted.private_key {
        Some(text) if old.transport == Transport::Ssh => {
            let secret = SecretId::generate(context.clock());
            transaction.secrets().put(&inner.vault, secret, KEY_KIND, &Secret::new(text), at).await?;
            Some(secret)
        }
        _ => before.secret_id,
    };
    let detail = json!({
        "before": { "name": old.name, "host": old.host, "port": old.port, "user": old.user, "labels": old.labels },
        "after": {
            "name": checked.name, "host": checked.host, "port": checked.port, "user": checked.user,
            "labels": checked.labels,
        },
        "new_key": key.map(|key| key.fingerprint()),
        "host_key_forgotten": moved && before.host_key.is_some(),
    });
    let host_key = if moved { None } else { before.host_key };
    let change = TargetChange { settings: checked, host_key, secret_id };
    transaction.targets().update(id, before.version, change, at).await?;
    if let Some(replaced) = before.secret_id.filter(|replaced| Some(*replaced) != secret_id) {
        transaction.secrets().delete(replaced).await?;
    }
    audit::record(context, &transaction, "target.update", format!("target/{id}"), detail).await?;
    let target = transaction.targets().get(id).await?.ok_or(TargetError::NotFound)?;
    transaction.commit().await?;
    inner.ssh.forget(id).await;
    Ok(target)
}
