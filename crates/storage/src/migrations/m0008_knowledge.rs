//! Knowledge bases: what they are called, the log of their changes, and where their snapshots are.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, binary, text, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
};

use super::{index, reference, unique};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let bases = Table::create()
            .table("knowledge_bases")
            .col(uuid("id").primary_key())
            .col(text("name"))
            .col(text("description"))
            .col(big_integer("version"))
            .col(text("head"))
            .col(timestamp_with_time_zone("created_at"))
            .col(uuid_null("created_by"))
            .col(timestamp_with_time_zone("changed_at"))
            .col(timestamp_with_time_zone_null("deleted_at"))
            .to_owned();
        manager.create_table(bases).await?;
        manager.create_index(unique("knowledge_bases", &["name"])).await?;
        let changes = Table::create()
            .table("knowledge_changes")
            .col(uuid("base_id"))
            .col(big_integer("version"))
            .col(timestamp_with_time_zone("at"))
            .col(text("actor_kind"))
            .col(uuid_null("actor_id"))
            .col(text("actor_name"))
            .col(text("kind"))
            .col(text("note"))
            .col(binary("data"))
            .col(big_integer("size_bytes"))
            .col(big_integer("atoms"))
            .col(text("hash"))
            .primary_key(Index::create().col("base_id").col("version"))
            .foreign_key(&mut reference("knowledge_changes", "base_id", "knowledge_bases", ForeignKeyAction::Cascade))
            .to_owned();
        manager.create_table(changes).await?;
        manager.create_index(index("knowledge_changes", &["base_id", "at"])).await?;
        let snapshots = Table::create()
            .table("knowledge_snapshots")
            .col(uuid("base_id"))
            .col(big_integer("version"))
            .col(text("sha256"))
            .col(big_integer("size_bytes"))
            .col(big_integer("atoms"))
            .col(timestamp_with_time_zone("created_at"))
            .primary_key(Index::create().col("base_id").col("version"))
            .foreign_key(&mut reference("knowledge_snapshots", "base_id", "knowledge_bases", ForeignKeyAction::Cascade))
            .to_owned();
        manager.create_table(snapshots).await?;
        manager.create_index(index("knowledge_snapshots", &["sha256"])).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
