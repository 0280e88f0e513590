//! Groups of alerts that a webhook told of, and when an incident was over.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid};

use super::{index, reference};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let resolved =
            Table::alter().table("incidents").add_column(timestamp_with_time_zone_null("resolved_at")).to_owned();
        manager.alter_table(resolved).await?;
        manager
            .create_table(
                Table::create()
                    .table("alert_groups")
                    .col(text("key").primary_key())
                    .col(uuid("incident_id"))
                    .col(text("status"))
                    .col(text("firing_set"))
                    .col(text("collected_set"))
                    .col(text("message"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .foreign_key(&mut reference("alert_groups", "incident_id", "incidents", ForeignKeyAction::Cascade))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("alert_groups", &["status"])).await?;
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
