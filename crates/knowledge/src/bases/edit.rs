//! Renaming a base, and saying what it is about.

use oriel_identity::{Action, Context, audit, authorize};
use oriel_storage::{KnowledgeBase, Repositories as _};
use serde_json::{Value, json};

use super::{check_expected, check_free, check_words, subject};
use crate::error::Result;
use crate::service::Knowledge;

/// What to say of a base otherwise; what is none stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edit {
    /// Another name, which no base has, deleted ones neither.
    pub name: Option<String>,
    /// What it is about.
    pub description: Option<String>,
    /// Only where the base still has this version.
    pub expected: Option<u64>,
}

/// Renames a base, or says what it is about in place of what was said before. Its content, its versions and its history stay; who
/// names it by its old name finds nothing.
pub async fn edit(context: &Context, knowledge: &Knowledge, name: &str, edit: Edit) -> Result<KnowledgeBase> {
    authorize(context, Action::ManageKnowledge)?;
    if let Some(description) = &edit.description {
        check_words("description", description)?;
    }
    let transaction = knowledge.inner.database.begin().await?;
    let before = knowledge.named(name).await?;
    check_expected(&before, edit.expected)?;
    let after = KnowledgeBase {
        name: edit.name.unwrap_or_else(|| before.name.clone()),
        description: edit.description.unwrap_or_else(|| before.description.clone()),
        ..before.clone()
    };
    if after == before {
        return Ok(before);
    }
    if after.name != before.name {
        check_free(knowledge, &after.name).await?;
        transaction.knowledge().rename(before.id, &after.name).await?;
    }
    transaction.knowledge().describe(before.id, &after.description).await?;
    let detail = json!({ "name": before.name, "before": words(&before), "after": words(&after) });
    audit::record(context, &transaction, "knowledge.edit", subject(&before), detail).await?;
    transaction.commit().await?;
    Ok(after)
}

fn words(base: &KnowledgeBase) -> Value {
    json!({ "name": base.name, "description": base.description })
}
