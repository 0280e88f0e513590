//! Appending to the log of a base: only within a transaction, together with the audit entry.

use oriel_model::{KnowledgeBaseId, UserId};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

use super::{KnowledgeChange, NewKnowledgeChange, chain, change};
use crate::entities::knowledge_bases::{Column, Entity};
use crate::entities::knowledge_changes;
use crate::repositories::Repositories as _;
use crate::{Result, StorageError, Transaction, row};

const WHAT: &str = "knowledge base";

impl Transaction {
    /// Appends a change to the base that has version `expected`, whose last change has the hash `head`: the change was made
    /// for that content. It is there when, and only when, the transaction commits.
    ///
    /// # Errors
    /// [`StorageError::Version`] when the base has another version by now, [`StorageError::Changed`] when there is no such
    /// base or it was deleted, [`StorageError::Corrupt`] when another hash is noted as the end of the log: what was appended
    /// to it could not be read.
    pub async fn append_knowledge(
        &self,
        base: KnowledgeBaseId,
        (expected, head): (u64, &str),
        new: NewKnowledgeChange,
    ) -> Result<KnowledgeChange> {
        self.append(base, (expected, Some(head)), new).await
    }

    async fn append(
        &self,
        base: KnowledgeBaseId,
        (expected, head): (u64, Option<&str>),
        new: NewKnowledgeChange,
    ) -> Result<KnowledgeChange> {
        let handle = self.handle();
        let found = Entity::find_by_id(base.as_uuid()).one(handle.read()).await;
        let found = found
            .map_err(StorageError::database("read a knowledge base"))?
            .filter(|found| found.deleted_at.is_none())
            .ok_or(StorageError::Changed { what: WHAT })?;
        let version: u64 = row::count("knowledge_bases.version", found.version)?;
        if version != expected {
            return Err(StorageError::Version { what: WHAT, expected, found: version });
        }
        if head.is_some_and(|head| head != found.head) {
            let why = "it is not the hash of the last change";
            return Err(StorageError::corrupt("knowledge_bases.head", why));
        }
        let mut added = knowledge_changes::Model {
            base_id: base.as_uuid(),
            version: found.version + 1,
            at: new.at.max(found.changed_at),
            actor_kind: new.actor.kind().to_owned(),
            actor_id: new.actor.id().map(UserId::as_uuid),
            actor_name: row::text(new.actor.name()),
            kind: row::text(&new.kind),
            note: row::text(&new.note),
            size_bytes: row::column_count(new.data.len() as u64),
            data: new.data,
            atoms: row::column_count(new.atoms),
            hash: String::new(),
        };
        added.hash = chain::hash(&found.head, &added, &added.data);
        row::insert(handle.write(), "append to the log of a knowledge base", added.clone()).await?;
        let moved = Entity::update_many()
            .col_expr(Column::Version, Expr::value(added.version))
            .col_expr(Column::Head, Expr::value(added.hash.clone()))
            .col_expr(Column::ChangedAt, Expr::value(added.at))
            .filter(Column::Id.eq(base.as_uuid()))
            .filter(Column::Version.eq(found.version))
            .exec(handle.write())
            .await
            .map_err(StorageError::database("move the end of the log of a knowledge base"))?;
        if moved.rows_affected == 0 {
            return Err(StorageError::Changed { what: WHAT });
        }
        change(added)
    }

    /// Appends a change that was recorded before, as a backup has it: with its own time, actor and hash.
    ///
    /// # Errors
    /// [`StorageError::Invalid`] when the change does not follow the one before it in this base.
    pub async fn append_recorded_knowledge(&self, base: KnowledgeBaseId, recorded: KnowledgeChange) -> Result<()> {
        let KnowledgeChange { summary, data } = recorded;
        let wrong = |why: String| StorageError::Invalid { what: "change", why };
        let before = summary
            .version
            .checked_sub(1)
            .ok_or_else(|| wrong("its version is 0; the first change has version 1".to_owned()))?;
        let new = NewKnowledgeChange {
            actor: summary.actor,
            at: summary.at,
            kind: summary.kind,
            note: summary.note,
            data,
            atoms: summary.atoms,
        };
        let added = self.append(base, (before, None), new).await?;
        if added.summary.hash != summary.hash {
            let why = format!("the hash of version {} does not fit: it or one before it was changed", summary.version);
            return Err(wrong(why));
        }
        Ok(())
    }
}
