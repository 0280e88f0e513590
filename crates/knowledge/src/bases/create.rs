//! Creating a base.

use oriel_identity::{Action, Context, audit, authorize};
use oriel_model::KnowledgeBaseId;
use oriel_storage::{KnowledgeBase, NewKnowledgeBase, Repositories as _, StorageError};

use super::{check_name, check_words, named, subject};
use crate::error::{KnowledgeError, Result};
use crate::service::Knowledge;

/// Creates an empty base.
pub async fn create(context: &Context, knowledge: &Knowledge, name: &str, description: &str) -> Result<KnowledgeBase> {
    authorize(context, Action::ManageKnowledge)?;
    check_name(name)?;
    check_words("description", description)?;
    let new = NewKnowledgeBase {
        id: KnowledgeBaseId::generate(context.clock()),
        name: name.to_owned(),
        description: description.to_owned(),
        created_by: context.user_id(),
        at: context.now(),
    };
    let transaction = knowledge.inner.database.begin().await?;
    let base = match transaction.knowledge().create(new).await {
        Err(StorageError::Taken { .. }) => return Err(KnowledgeError::NameTaken { name: name.to_owned() }),
        created => created?,
    };
    audit::record(context, &transaction, "knowledge.create", subject(&base), named(&base)).await?;
    transaction.commit().await?;
    Ok(base)
}
