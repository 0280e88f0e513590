//! The audit log: writing entries beside changes, reading and checking them.
//!
//! The chain itself is `oriel_storage::audit`'s. Writing takes the transaction of the
//! change, so that an entry is there when and only when the change is.

use oriel_model::{AuditId, Page, PageRequest};
use oriel_storage::{
    AuditEntry, AuditFilter, NewAuditEntry, Repositories as _, StorageError, Transaction, Verification,
};
use serde_json::Value;

use crate::policy::{Action, Denied, authorize};
use crate::{Context, Identity};

/// Why the audit log could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The policy said no.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Writes that the caller did `action` (such as `target.create`) to `subject` (such as
/// `target/0199…`, or empty). `detail` must hold no secret.
pub async fn record(
    ctx: &Context,
    transaction: &Transaction,
    action: &'static str,
    subject: String,
    detail: Value,
) -> Result<AuditEntry, StorageError> {
    let entry = NewAuditEntry {
        id: AuditId::generate(ctx.clock()),
        at: ctx.now(),
        actor: ctx.actor(),
        action: action.to_owned(),
        subject,
        detail,
        request_id: ctx.request_id().to_owned(),
    };
    transaction.append_audit(entry).await
}

impl Identity {
    /// The entries of the audit log, newest first.
    pub async fn list_audit(
        &self,
        ctx: &Context,
        filter: &AuditFilter,
        page: PageRequest,
    ) -> Result<Page<AuditEntry>, AuditError> {
        authorize(ctx, Action::ReadAudit)?;
        Ok(self.database().audit().list(filter, page).await?)
    }

    /// Checks the whole audit log. Takes time and reads every entry.
    pub async fn verify_audit(&self, ctx: &Context) -> Result<Verification, AuditError> {
        authorize(ctx, Action::ReadAudit)?;
        Ok(self.database().audit().verify().await?)
    }
}
