//! Adding a target.

use oriel_identity::{Action, Context, audit, authorize};
use oriel_model::{SecretId, TargetId, Transport};
use oriel_storage::{Repositories as _, Secret};
use serde_json::json;

use super::{KEY_KIND, NewTarget, Target, TargetError, settings};
use crate::Execution;

/// Adds a target. Its host key is yet to be scanned and pinned.
pub async fn create(context: &Context, execution: &Execution, new: NewTarget) -> Result<Target, TargetError> {
    authorize(context, Action::ManageTargets)?;
    let inner = &execution.inner;
    let checked = settings::check(&new, &inner.config)?;
    let key = match (new.transport, &new.private_key) {
        (Transport::Ssh, text) => Some(settings::check_key(text.as_deref().unwrap_or_default())?),
        (Transport::Local, _) => None,
    };
    let at = context.now();
    let id = TargetId::generate(context.clock());
    let transaction = inner.database.begin().await?;
    let secret = match (&key, new.private_key) {
        (Some(_), Some(text)) => {
            let secret = SecretId::generate(context.clock());
            transaction.secrets().put(&inner.vault, secret, KEY_KIND, &Secret::new(text), at).await?;
            Some(secret)
        }
        _ => None,
    };
    let target = transaction.targets().create(id, checked, secret, at).await?;
    let detail = json!({
        "name": target.settings.name,
        "transport": target.settings.transport,
        "host": target.settings.host,
        "port": target.settings.port,
        "user": target.settings.user,
        "key": key.map(|key| key.fingerprint()),
    });
    audit::record(context, &transaction, "target.create", format!("target/{id}"), detail).await?;
    transaction.commit().await?;
    Ok(target)
}
