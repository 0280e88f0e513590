//! The bases themselves.

use oriel_model::{Cursor, KnowledgeBaseId, Page, PageRequest, Timestamp, UserId};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};

use super::{KnowledgeBase, KnowledgeRepository, NewKnowledgeBase, base};
use crate::audit::GENESIS;
use crate::entities::knowledge_bases::{Column, Entity, Model};
use crate::{Result, StorageError, row};

impl KnowledgeRepository<'_> {
    /// Adds an empty base.
    ///
    /// # Errors
    /// [`StorageError::Taken`] when the name is in use, by a deleted base too.
    pub async fn create(&self, new: NewKnowledgeBase) -> Result<KnowledgeBase> {
        let row = Model {
            id: new.id.as_uuid(),
            name: row::text(&new.name),
            description: row::text(&new.description),
            version: 0,
            head: GENESIS.to_owned(),
            created_at: new.at,
            created_by: new.created_by.map(UserId::as_uuid),
            changed_at: new.at,
            deleted_at: None,
        };
        if row::insert_new(self.handle.write(), "add a knowledge base", row.clone()).await? {
            base(row)
        } else {
            Err(StorageError::Taken { what: "name" })
        }
    }

    /// The base with this id, deleted or not.
    pub async fn get(&self, id: KnowledgeBaseId) -> Result<Option<KnowledgeBase>> {
        let found = Entity::find_by_id(id.as_uuid()).one(self.handle.read()).await;
        found.map_err(StorageError::database("read a knowledge base"))?.map(base).transpose()
    }

    /// The base of this name, deleted or not.
    pub async fn find_by_name(&self, name: &str) -> Result<Option<KnowledgeBase>> {
        let found = Entity::find().filter(Column::Name.eq(row::text(name))).one(self.handle.read()).await;
        found.map_err(StorageError::database("read a knowledge base"))?.map(base).transpose()
    }

    /// The bases, newest first: those that are deleted, or those that are not.
    pub async fn list(&self, deleted: bool, page: PageRequest) -> Result<Page<KnowledgeBase>> {
        let state = if deleted { Column::DeletedAt.is_not_null() } else { Column::DeletedAt.is_null() };
        let mut query = Entity::find().filter(state).order_by_desc(Column::Id).limit(u64::from(page.limit.get()) + 1);
        if let Some(after) = row::after_id(page)? {
            query = query.filter(Column::Id.lt(after));
        }
        let found = query.all(self.handle.read()).await.map_err(StorageError::database("list knowledge bases"))?;
        Page::from_found(found, page.limit, |model| Cursor::Id(model.id)).try_map(base)
    }

    /// Gives a base another name; whether there is such a base. Ask first whether the name is free, in the same transaction.
    pub async fn rename(&self, id: KnowledgeBaseId, name: &str) -> Result<bool> {
        self.set(id, Column::Name, row::text(name).into()).await
    }

    /// Says what a base is about; whether there is such a base.
    pub async fn describe(&self, id: KnowledgeBaseId, description: &str) -> Result<bool> {
        self.set(id, Column::Description, row::text(description).into()).await
    }

    /// Marks a base as deleted, or as not deleted; whether there is such a base.
    pub async fn set_deleted(&self, id: KnowledgeBaseId, at: Option<Timestamp>) -> Result<bool> {
        self.set(id, Column::DeletedAt, at.into()).await
    }

    async fn set(&self, id: KnowledgeBaseId, column: Column, value: sea_orm::Value) -> Result<bool> {
        let done = Entity::update_many()
            .col_expr(column, Expr::value(value))
            .filter(Column::Id.eq(id.as_uuid()))
            .exec(self.handle.write())
            .await
            .map_err(StorageError::database("change a knowledge base"))?;
        Ok(done.rows_affected > 0)
    }

    /// Deletes a base with its log and its snapshots' records, for good; whether there was such a base.
    pub async fn purge(&self, id: KnowledgeBaseId) -> Result<bool> {
        let done = Entity::delete_by_id(id.as_uuid()).exec(self.handle.write()).await;
        Ok(done.map_err(StorageError::database("delete a knowledge base"))?.rows_affected > 0)
    }
}
