//! From a target as it is stored to a place that a transport can open: its private key is opened here.

use oriel_model::{TargetId, Transport};
use oriel_storage::{Repositories as _, StorageError};

use super::{KEY_KIND, Target};
use crate::Execution;
use crate::transport::OpenError;
use crate::transport::ssh::{SshPlace, UserKey};

/// Where a target is.
pub(crate) enum Place {
    /// A host reached over SSH.
    Ssh(SshPlace),
    /// This machine, known as this target.
    Local(TargetId),
}

/// What a transport needs to reach a target, or why it cannot be reached as it is stored.
pub(crate) async fn place(execution: &Execution, target: &Target) -> Result<Place, OpenError> {
    if target.settings.transport == Transport::Local {
        return Ok(Place::Local(target.id));
    }
    let unusable = |reason: String| OpenError::Unusable { target: target.settings.name.clone(), reason };
    let settings = &target.settings;
    let (Some(host), Some(port), Some(user)) = (&settings.host, settings.port, &settings.user) else {
        return Err(unusable("it has no host, port or user".to_owned()));
    };
    let secret = match target.secret_id {
        Some(id) => {
            let inner = &execution.inner;
            let opened = inner.database.secrets().open(&inner.vault, id, KEY_KIND).await;
            opened.map_err(|error: StorageError| unusable(error.to_string()))?
        }
        None => None,
    };
    let Some(text) = secret.as_ref().and_then(|secret| secret.expose_text()) else {
        return Err(unusable("it has no private key: give it one".to_owned()));
    };
    let key = UserKey::parse(text).map_err(|error| unusable(error.to_string()))?;
    Ok(Place::Ssh(SshPlace {
        target: target.id,
        host: host.clone(),
        port,
        user: user.clone(),
        key,
        host_key: target.host_key.clone(),
    }))
}
