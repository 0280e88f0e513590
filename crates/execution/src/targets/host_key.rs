//! Scanning a host's key, and pinning it once its fingerprint was confirmed.

use oriel_identity::{Action, Context, Reach, audit, authorize, authorize_audited};
use oriel_model::TargetId;
use oriel_storage::Repositories as _;
use serde::Serialize;
use serde_json::json;

use super::{HostKey, Target, TargetError};
use crate::Execution;

/// What a host presents, and how that compares with what was pinned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScannedHostKey {
    /// `ssh-ed25519` or `ecdsa-sha2-nistp…`.
    pub algorithm: String,
    /// `SHA256:…`, as `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` prints it on the host.
    pub fingerprint: String,
    /// Whether a key is pinned.
    pub pinned: bool,
    /// Whether the pinned key is the one the host presents; none if none is pinned.
    pub matches: Option<bool>,
}

/// Asks the host for its key. Does not sign in, and changes nothing but the audit log.
pub async fn scan_host_key(
    context: &Context,
    execution: &Execution,
    id: TargetId,
) -> Result<ScannedHostKey, TargetError> {
    authorize(context, Action::ReachTarget)?;
    let transaction = execution.inner.database.begin().await?;
    let target = transaction.targets().get(id).await?.ok_or(TargetError::NotFound)?;
    authorize_audited(context, &transaction, Reach::scan(id)).await?.commit(transaction).await?;
    let offered = scan(execution, &target).await?;
    let pinned = target.host_key.as_ref().map(|pinned| pinned.fingerprint == offered.fingerprint);
    Ok(ScannedHostKey {
        algorithm: offered.algorithm,
        fingerprint: offered.fingerprint,
        pinned: pinned.is_some(),
        matches: pinned,
    })
}

/// Pins the key with this fingerprint, in place of the one before, if it is what the host presents now.
pub async fn pin_host_key(
    context: &Context,
    execution: &Execution,
    id: TargetId,
    fingerprint: &str,
) -> Result<Target, TargetError> {
    authorize(context, Action::ManageTargets)?;
    let inner = &execution.inner;
    let confirmed = fingerprint.trim();
    if !confirmed.starts_with("SHA256:") {
        let message = "fingerprint: give the fingerprint that the scan showed, such as SHA256:…".to_owned();
        return Err(TargetError::Invalid { field: "fingerprint", message });
    }
    let target = inner.database.targets().get(id).await?.ok_or(TargetError::NotFound)?;
    let offered = scan(execution, &target).await?;
    if offered.fingerprint != confirmed {
        let confirmed = confirmed.to_owned();
        return Err(TargetError::OtherFingerprint { offered: offered.fingerprint, confirmed });
    }
    let transaction = inner.database.begin().await?;
    let now = transaction.targets().get(id).await?.ok_or(TargetError::NotFound)?;
    if now.version != target.version {
        // It may have another host by now, whose key this is not.
        return Err(TargetError::Changed);
    }
    let detail = json!({
        "host": target.settings.host,
        "port": target.settings.port,
        "algorithm": offered.algorithm,
        "fingerprint": offered.fingerprint,
        "before": target.host_key.map(|before| before.fingerprint),
    });
    transaction.targets().pin_host_key(id, offered, context.now()).await?;
    audit::record(context, &transaction, "target.pin_host_key", format!("target/{id}"), detail).await?;
    let target = transaction.targets().get(id).await?.ok_or(TargetError::NotFound)?;
    transaction.commit().await?;
    inner.ssh.forget(id).await;
    Ok(target)
}

async fn scan(execution: &Execution, target: &Target) -> Result<HostKey, TargetError> {
    let (Some(host), Some(port)) = (&target.settings.host, target.settings.port) else {
        return Err(TargetError::NoHostKey);
    };
    let prefer = target.host_key.as_ref().map(|pinned| pinned.algorithm.as_str());
    Ok(execution.inner.ssh.scan(host, port, prefer).await?)
}
