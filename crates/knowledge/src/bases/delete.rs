//! Deleting a base, bringing it back, and deleting it for good.

use oriel_identity::{Action, Context, audit, authorize};
use oriel_storage::{KnowledgeBase, Repositories as _};

use super::{check_expected, named, subject};
use crate::error::{KnowledgeError, Result};
use crate::service::Knowledge;

/// Deletes a base, if it still has the `expected` version, where one is. It can be brought back until it is purged, and keeps its name as long.
pub async fn delete(
    context: &Context,
    knowledge: &Knowledge,
    name: &str,
    expected: Option<u64>,
) -> Result<KnowledgeBase> {
    authorize(context, Action::ManageKnowledge)?;
    let transaction = knowledge.inner.database.begin().await?;
    let base = knowledge.named(name).await?;
    check_expected(&base, expected)?;
    let at = context.now();
    transaction.knowledge().set_deleted(base.id, Some(at)).await?;
    audit::record(context, &transaction, "knowledge.delete", subject(&base), named(&base)).await?;
    transaction.commit().await?;
    knowledge.inner.cache.forget(base.id);
    knowledge.inner.indexes.forget(base.id).await;
    Ok(KnowledgeBase { deleted_at: Some(at), ..base })
}

/// Brings a deleted base back, as it was.
pub async fn undelete(
    context: &Context,
    knowledge: &Knowledge,
    name: &str,
    expected: Option<u64>,
) -> Result<KnowledgeBase> {
    authorize(context, Action::ManageKnowledge)?;
    let transaction = knowledge.inner.database.begin().await?;
    let base = deleted(knowledge, name, "there is nothing to bring back").await?;
    check_expected(&base, expected)?;
    transaction.knowledge().set_deleted(base.id, None).await?;
    audit::record(context, &transaction, "knowledge.undelete", subject(&base), named(&base)).await?;
    transaction.commit().await?;
    Ok(KnowledgeBase { deleted_at: None, ..base })
}

/// Deletes a deleted base for good, with its log and its snapshots. What the audit log says of it stays.
///
/// What the database keeps of deleted rows is let go of, as far as that is this program's to do
/// ([`Database::forget_deleted`](oriel_storage::Database::forget_deleted)).
pub async fn purge(context: &Context, knowledge: &Knowledge, name: &str, expected: Option<u64>) -> Result<()> {
    authorize(context, Action::ManageKnowledge)?;
    let transaction = knowledge.inner.database.begin().await?;
    let base = deleted(knowledge, name, "delete it first").await?;
    check_expected(&base, expected)?;
    let snapshots = knowledge.inner.database.knowledge().snapshots(base.id, u64::MAX).await?;
    transaction.knowledge().purge(base.id).await?;
    audit::record(context, &transaction, "knowledge.purge", subject(&base), named(&base)).await?;
    for gone in &snapshots {
        knowledge.inner.blobs.release(&gone.sha256).await?;
    }
    transaction.commit().await?;
    knowledge.inner.cache.forget(base.id);
    knowledge.inner.indexes.forget(base.id).await;
    for gone in snapshots {
        knowledge.drop_snapshot(&gone).await?;
    }
    // The base is gone whatever comes of this.
    match knowledge.inner.database.forget_deleted().await {
        Ok(done) => tracing::info!(base = base.name, done, "a base was purged"),
        Err(error) => tracing::warn!(base = base.name, %error, "the log of the database may still have some of it"),
    }
    Ok(())
}

/// The deleted base of this name. Within a writing transaction nobody changes that meanwhile.
async fn deleted(knowledge: &Knowledge, name: &str, or: &str) -> Result<KnowledgeBase> {
    let found = knowledge.inner.database.knowledge().find_by_name(name).await?;
    let found = found.ok_or_else(|| KnowledgeError::NotFound { name: name.to_owned() })?;
    if found.deleted_at.is_none() {
        return Err(KnowledgeError::invalid("name", format!("`{name}` is not deleted: {or}")));
    }
    Ok(found)
}
