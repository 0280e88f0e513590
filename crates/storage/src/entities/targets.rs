//! Machines that commands run on.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "targets")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) transport: String,
    pub(crate) host: Option<String>,
    pub(crate) port: Option<i32>,
    pub(crate) username: Option<String>,
    pub(crate) host_key_algorithm: Option<String>,
    pub(crate) host_key_fingerprint: Option<String>,
    pub(crate) host_key: Option<String>,
    pub(crate) labels: String,
    pub(crate) secret_id: Option<Uuid>,
    pub(crate) version: i64,
    pub(crate) created_at: DateTimeUtc,
    pub(crate) updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
