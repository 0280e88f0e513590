//! Incidents, their investigations, outcomes, and what was learned.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
};

use super::{index, reference, unique};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(incidents()).await?;
        manager.create_index(unique("incidents", &["sha256"])).await?;
        manager.create_table(investigations()).await?;
        manager.create_index(index("investigations", &["incident_id"])).await?;
        manager.create_index(index("investigations", &["status"])).await?;
        manager.create_table(outcomes()).await?;
        manager.create_index(index("outcomes", &["investigation_id"])).await?;
        manager.create_table(learning()).await?;
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn incidents() -> TableCreateStatement {
    Table::create()
        .table("incidents")
        .col(uuid("id").primary_key())
        .col(text("title"))
        .col(text("source"))
        .col(text("sha256"))
        .col(big_integer("size_bytes"))
        .col(timestamp_with_time_zone("created_at"))
        .col(uuid_null("created_by"))
        .foreign_key(&mut reference("incidents", "created_by", "users", ForeignKeyAction::Restrict))
        .to_owned()
}

fn investigations() -> TableCreateStatement {
    Table::create()
        .table("investigations")
        .col(uuid("id").primary_key())
        .col(uuid("incident_id"))
        .col(text("status"))
        .col(text("stages"))
        .col(text_null("headline"))
        .col(text_null("verdict"))
        .col(text_null("error"))
        .col(timestamp_with_time_zone("created_at"))
        .col(uuid_null("created_by"))
        .col(timestamp_with_time_zone_null("started_at"))
        .col(timestamp_with_time_zone_null("finished_at"))
        .foreign_key(&mut reference("investigations", "incident_id", "incidents", ForeignKeyAction::Cascade))
        .foreign_key(&mut reference("investigations", "created_by", "users", ForeignKeyAction::Restrict))
        .to_owned()
}

fn outcomes() -> TableCreateStatement {
    Table::create()
        .table("outcomes")
        .col(uuid("id").primary_key())
        .col(uuid("investigation_id"))
        .col(text("entity"))
        .col(text("cause"))
        .col(text("note"))
        .col(text("learned"))
        .col(timestamp_with_time_zone("created_at"))
        .col(uuid_null("created_by"))
        .foreign_key(&mut reference("outcomes", "investigation_id", "investigations", ForeignKeyAction::Cascade))
        .foreign_key(&mut reference("outcomes", "created_by", "users", ForeignKeyAction::Restrict))
        .to_owned()
}

fn learning() -> TableCreateStatement {
    Table::create()
        .table("learning")
        .col(text("name").primary_key())
        .col(big_integer("version"))
        .col(text("data"))
        .col(timestamp_with_time_zone("updated_at"))
        .to_owned()
}
