//! What was changed, by whom and when.

use oriel_identity::Context;
use oriel_model::{Page, PageRequest};
use oriel_storage::{KnowledgeSummary, Repositories as _};

use crate::error::Result;
use crate::service::{Knowledge, readable};

/// The changes of a base, newest first.
pub async fn history(
    context: &Context,
    knowledge: &Knowledge,
    name: &str,
    page: PageRequest,
) -> Result<Page<KnowledgeSummary>> {
    let base = readable(context, knowledge, name).await?;
    Ok(knowledge.inner.database.knowledge().history(base.id, page).await?)
}
