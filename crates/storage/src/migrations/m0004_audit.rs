//! The audit log, its head, and the row that a writing transaction holds.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, integer, text, timestamp_with_time_zone, uuid, uuid_null};

use super::{index, unique};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("audit_entries")
                    .col(big_integer("seq").primary_key())
                    .col(uuid("id"))
                    .col(timestamp_with_time_zone("at"))
                    .col(text("actor_kind"))
                    .col(uuid_null("actor_id"))
                    .col(text("actor_name"))
                    .col(text("action"))
                    .col(text("subject"))
                    .col(text("detail"))
                    .col(text("request_id"))
                    .col(text("hash"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(unique("audit_entries", &["id"])).await?;
        manager.create_index(index("audit_entries", &["actor_name", "seq"])).await?;
        manager.create_index(index("audit_entries", &["action", "seq"])).await?;
        manager.create_index(index("audit_entries", &["subject", "seq"])).await?;
        manager
            .create_table(
                Table::create()
                    .table("audit_head")
                    .col(integer("id").primary_key())
                    .col(big_integer("seq"))
                    .col(text("hash"))
                    .to_owned(),
            )
            .await?;
        let first = Query::insert()
            .into_table("audit_head")
            .columns(["id", "seq", "hash"])
            .values_panic([1.into(), 0.into(), "0".repeat(64).into()])
            .to_owned();
        manager.execute(first).await?;
        manager
            .create_table(
                Table::create()
                    .table("writer_lock")
                    .col(integer("id").primary_key())
                    .col(big_integer("taken"))
                    .to_owned(),
            )
            .await?;
        let first = Query::insert()
            .into_table("writer_lock")
            .columns(["id", "taken"])
            .values_panic([1.into(), 0.into()])
            .to_owned();
        manager.execute(first).await?;
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
