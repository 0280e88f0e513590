//! What an investigation asks for itself, and what a run came from.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{text, text_null};

use super::index;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column at a time.
        for column in ["inquiry", "asked"] {
            let added = Table::alter().table("investigations").add_column(text_null(column)).to_owned();
            manager.alter_table(added).await?;
        }
        let kind = Table::alter().table("runs").add_column(text("origin_kind").default("command")).to_owned();
        manager.alter_table(kind).await?;
        manager.alter_table(Table::alter().table("runs").add_column(text_null("origin")).to_owned()).await?;
        manager.create_index(index("runs", &["origin_kind"])).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
