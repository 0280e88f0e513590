//! Renaming a base, and saying what it is about.

use oriel_identity::{Action, Context, audit, authorize};
use oriel_storage::{KnowledgeBase, Repositories as _};
use serde_json::{Value, json};

use super::{check_expected, check_free, check_words, subject};
use crate::error::{KnowledgeError, Result};
use crate::service::{self, Knowledge};

/// What to say of a base otherwise; what is none stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edit {
    /// Another name, which no base has, deleted ones neither.
    pub name: Option<String>,
    /// What it is about.
    pub description: Option<String>,
    /// Only where the base still has this version.
    pub expected: Option<u64>,
    /// Only where it is still this base that has the name, and is called and described as here.
    pub seen: Option<KnowledgeBase>,
}

/// Renames a base, or says what it is about in place of what was said before. Its content, its versions and its history stay; who
/// names it by its old name finds nothing.
pub async fn edit(context: &Context, knowledge: &Knowledge, name: &str, edit: Edit) -> Result<KnowledgeBase> {
    authorize(context, Action::ManageKnowledge)?;
    if let Some(description) = &edit.description {
        check_words("description", description)?;
    }
    let transaction = knowledge.inner.database.begin().await?;
    // What is compared is what this transaction changes: no other writes while it is open.
    let before = service::named(&transaction, name).await?;
    check_expected(&before, edit.expected)?;
    check_seen(&before, edit.seen.as_ref())?;
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

/// That a base is still what somebody saw, apart from its content, where that is said.
fn check_seen(base: &KnowledgeBase, seen: Option<&KnowledgeBase>) -> Result<()> {
    let is_same = |seen: &KnowledgeBase| (seen.id, words(seen)) == (base.id, words(base));
    if seen.is_none_or(is_same) {
        return Ok(());
    }
    Err(KnowledgeError::Edited { name: base.name.clone() })
}

fn words(base: &KnowledgeBase) -> Value {
    json!({ "name": base.name, "description": base.description })
}
