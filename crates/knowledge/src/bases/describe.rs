//! Saying what a base is about.

use oriel_identity::{Action, Context, audit, authorize};
use oriel_storage::{KnowledgeBase, Repositories as _};
use serde_json::json;

use super::{check_words, subject};
use crate::error::Result;
use crate::service::Knowledge;

/// Says what a base is about, in place of what was said before.
pub async fn describe(
    context: &Context,
    knowledge: &Knowledge,
    name: &str,
    description: &str,
) -> Result<KnowledgeBase> {
    authorize(context, Action::ManageKnowledge)?;
    check_words("description", description)?;
    let transaction = knowledge.inner.database.begin().await?;
    let before = knowledge.named(name).await?;
    transaction.knowledge().describe(before.id, description).await?;
    let detail = json!({ "name": before.name, "before": before.description, "after": description });
    audit::record(context, &transaction, "knowledge.describe", subject(&before), detail).await?;
    transaction.commit().await?;
    Ok(KnowledgeBase { description: description.to_owned(), ..before })
}
