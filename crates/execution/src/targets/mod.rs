//! Targets: the hosts that commands run on, their host keys and the private keys to get in.
//!
//! A private key goes in and never comes out: it is kept encrypted by storage's vault and opened when a connection is
//! made. A host key is scanned, shown, and pinned when someone confirms its fingerprint; until then, and whenever the
//! host shows another one, nothing is sent there. Changing host or port forgets the pin.

mod create;
mod delete;
mod get;
mod host_key;
mod list;
mod place;
mod settings;
mod test;
mod update;

use std::collections::BTreeMap;

use oriel_identity::{AuditError, Denied};
use oriel_model::Transport;
use oriel_storage::StorageError;
use serde::Deserialize;

pub use create::create;
pub use delete::delete;
pub use get::{find, get};
pub use host_key::{ScannedHostKey, pin_host_key, scan_host_key};
pub use list::list;
pub use oriel_storage::{HostKey, Target};
pub(crate) use place::{Place, place};
pub use test::{TestReport, test_connection};
pub use update::update;

use crate::transport::OpenError;

/// What the vault keeps a target's private key as.
const KEY_KIND: &str = "ssh-private-key";

/// A target to add.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewTarget {
    /// Its name, unique.
    pub name: String,
    /// How it is reached.
    pub transport: Transport,
    /// Host name or address; none for a local target.
    #[serde(default)]
    pub host: Option<String>,
    /// TCP port, 22 unless given; none for a local target.
    #[serde(default)]
    pub port: Option<u16>,
    /// The user to be there; none for a local target.
    #[serde(default)]
    pub user: Option<String>,
    /// An OpenSSH private key, ed25519 or ECDSA, without a passphrase; none for a local target.
    #[serde(default)]
    pub private_key: Option<String>,
    /// Free words to choose targets by.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
}

impl std::fmt::Debug for NewTarget {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { name, transport, host, port, user, private_key, labels } = self;
        formatter
            .debug_struct("NewTarget")
            .field("name", name)
            .field("transport", transport)
            .field("host", host)
            .field("port", port)
            .field("user", user)
            .field("private_key", &private_key.as_ref().map(|_| "…"))
            .field("labels", labels)
            .finish()
    }
}

/// What to change of a target; what is none stays.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetUpdate {
    /// A new name.
    #[serde(default)]
    pub name: Option<String>,
    /// Another host; its key must be confirmed anew.
    #[serde(default)]
    pub host: Option<String>,
    /// Another port; the host key must be confirmed anew.
    #[serde(default)]
    pub port: Option<u16>,
    /// Another user.
    #[serde(default)]
    pub user: Option<String>,
    /// Another private key.
    #[serde(default)]
    pub private_key: Option<String>,
    /// Other labels, all of them.
    #[serde(default)]
    pub labels: Option<BTreeMap<String, String>>,
}

impl std::fmt::Debug for TargetUpdate {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { name, host, port, user, private_key, labels } = self;
        formatter
            .debug_struct("TargetUpdate")
            .field("name", name)
            .field("host", host)
            .field("port", port)
            .field("user", user)
            .field("private_key", &private_key.as_ref().map(|_| "…"))
            .field("labels", labels)
            .finish()
    }
}

/// Why something about a target was not done.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// A field holds what it may not.
    #[error("{message}")]
    Invalid {
        /// Which field.
        field: &'static str,
        /// What is wrong and what would do.
        message: String,
    },
    /// There is no such target.
    #[error("there is no such target: it may have been deleted")]
    NotFound,
    /// Another target has the name.
    #[error("name: another target is called that already: choose another name")]
    NameTaken,
    /// Someone else changed it first.
    #[error("the target was changed in the meantime: read it again and repeat the change")]
    Changed,
    /// A local target has no host key.
    #[error("a local target has no host key and needs none")]
    NoHostKey,
    /// The host presents another key than the one to be pinned.
    #[error("fingerprint: the host presents {offered}, not {confirmed}: scan it again and compare")]
    OtherFingerprint {
        /// What the host presents now.
        offered: String,
        /// What was confirmed.
        confirmed: String,
    },
    /// The caller may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The host was not reached.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The database did not do what it was asked.
    #[error(transparent)]
    Storage(StorageError),
}

impl From<AuditError> for TargetError {
    fn from(error: AuditError) -> Self {
        match error {
            AuditError::Denied(denied) => denied.into(),
            AuditError::Storage(error) => error.into(),
        }
    }
}

impl From<StorageError> for TargetError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Taken { what: "name" } => Self::NameTaken,
            StorageError::Changed { .. } => Self::Changed,
            other => Self::Storage(other),
        }
    }
}
