//! Where snapshots are. The bytes are a blob of the same SHA-256; a record whose blob is gone or damaged is only a cache
//! that missed.

use oriel_model::KnowledgeBaseId;
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _};

use super::{KnowledgeRepository, KnowledgeSnapshot, snapshot};
use crate::entities::knowledge_snapshots::{Column, Entity, Model};
use crate::{Result, StorageError, row};

impl KnowledgeRepository<'_> {
    /// Notes a snapshot; whether there was none at this version.
    pub async fn add_snapshot(&self, new: KnowledgeSnapshot) -> Result<bool> {
        let row = Model {
            base_id: new.base_id.as_uuid(),
            version: row::column_count(new.version),
            sha256: new.sha256,
            size_bytes: row::column_count(new.size_bytes),
            atoms: row::column_count(new.atoms),
            created_at: new.created_at,
        };
        row::insert_new(self.handle.write(), "note a snapshot", row).await
    }

    /// The snapshots of a base up to a version, newest first.
    pub async fn snapshots(&self, base: KnowledgeBaseId, until: u64) -> Result<Vec<KnowledgeSnapshot>> {
        let found = Entity::find()
            .filter(Column::BaseId.eq(base.as_uuid()))
            .filter(Column::Version.lte(row::column_count(until)))
            .order_by_desc(Column::Version)
            .all(self.handle.read())
            .await
            .map_err(StorageError::database("list snapshots"))?;
        found.into_iter().map(snapshot).collect()
    }

    /// Forgets a snapshot; whether there was one.
    pub async fn remove_snapshot(&self, base: KnowledgeBaseId, version: u64) -> Result<bool> {
        let done = Entity::delete_by_id((base.as_uuid(), row::column_count(version))).exec(self.handle.write()).await;
        Ok(done.map_err(StorageError::database("forget a snapshot"))?.rows_affected > 0)
    }

    /// Whether any snapshot has these bytes.
    pub async fn is_snapshot(&self, sha256: &str) -> Result<bool> {
        let found = Entity::find().filter(Column::Sha256.eq(sha256)).count(self.handle.read()).await;
        Ok(found.map_err(StorageError::database("look for a snapshot"))? > 0)
    }
}
