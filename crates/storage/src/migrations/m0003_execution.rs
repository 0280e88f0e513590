//! Secrets, targets, runs and tasks. A task keeps the name of its target, so that history outlives the target.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, binary, integer, integer_null, text, text_null, timestamp_with_time_zone,
    timestamp_with_time_zone_null, uuid, uuid_null,
};

use super::{index, reference, unique};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(secrets()).await?;
        manager.create_table(targets()).await?;
        manager.create_index(unique("targets", &["name"])).await?;
        manager.create_table(runs()).await?;
        manager.create_index(index("runs", &["status"])).await?;
        manager.create_table(tasks()).await?;
        manager.create_index(unique("tasks", &["run_id", "position"])).await?;
        manager.create_index(index("tasks", &["target_id", "run_id"])).await?;
        manager.create_index(index("tasks", &["status"])).await?;
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn secrets() -> TableCreateStatement {
    Table::create()
        .table("secrets")
        .col(uuid("id").primary_key())
        .col(text("kind"))
        .col(text("key_id"))
        .col(binary("nonce"))
        .col(binary("ciphertext"))
        .col(timestamp_with_time_zone("created_at"))
        .to_owned()
}

fn targets() -> TableCreateStatement {
    Table::create()
        .table("targets")
        .col(uuid("id").primary_key())
        .col(text("name"))
        .col(text("transport"))
        .col(text_null("host"))
        .col(integer_null("port"))
        .col(text_null("username"))
        .col(text_null("host_key_algorithm"))
        .col(text_null("host_key_fingerprint"))
        .col(text_null("host_key"))
        .col(text("labels"))
        .col(uuid_null("secret_id"))
        .col(big_integer("version"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut reference("targets", "secret_id", "secrets", ForeignKeyAction::Restrict))
        .to_owned()
}

fn runs() -> TableCreateStatement {
    Table::create()
        .table("runs")
        .col(uuid("id").primary_key())
        .col(text("command"))
        .col(text("status"))
        .col(big_integer("timeout_seconds"))
        .col(integer("concurrency"))
        .col(timestamp_with_time_zone("created_at"))
        .col(uuid_null("created_by"))
        .col(timestamp_with_time_zone_null("started_at"))
        .col(timestamp_with_time_zone_null("finished_at"))
        .foreign_key(&mut reference("runs", "created_by", "users", ForeignKeyAction::Restrict))
        .to_owned()
}

fn tasks() -> TableCreateStatement {
    Table::create()
        .table("tasks")
        .col(uuid("id").primary_key())
        .col(uuid("run_id"))
        .col(integer("position"))
        .col(uuid("target_id"))
        .col(text("target_name"))
        .col(text("status"))
        .col(integer_null("exit_code"))
        .col(text_null("signal"))
        .col(big_integer("stdout_bytes"))
        .col(big_integer("stderr_bytes"))
        .col(text_null("error"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("started_at"))
        .col(timestamp_with_time_zone_null("finished_at"))
        .foreign_key(&mut reference("tasks", "run_id", "runs", ForeignKeyAction::Cascade))
        .to_owned()
}
