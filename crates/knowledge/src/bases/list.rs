//! Listing bases, and reading what one is called.

use oriel_identity::{Action, Context, authorize};
use oriel_model::{Page, PageRequest};
use oriel_storage::{KnowledgeBase, Repositories as _};

use crate::error::Result;
use crate::service::{Knowledge, readable};

/// The bases, newest first.
pub async fn list(context: &Context, knowledge: &Knowledge, page: PageRequest) -> Result<Page<KnowledgeBase>> {
    authorize(context, Action::ReadKnowledge)?;
    Ok(knowledge.inner.database.knowledge().list(false, page).await?)
}

/// The bases that were deleted and not purged, newest first.
pub async fn list_deleted(context: &Context, knowledge: &Knowledge, page: PageRequest) -> Result<Page<KnowledgeBase>> {
    authorize(context, Action::ReadKnowledge)?;
    Ok(knowledge.inner.database.knowledge().list(true, page).await?)
}

/// The base of this name.
pub async fn get(context: &Context, knowledge: &Knowledge, name: &str) -> Result<KnowledgeBase> {
    readable(context, knowledge, name).await
}
