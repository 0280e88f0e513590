//! Reported true causes.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outcomes")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) investigation_id: Uuid,
    pub(crate) entity: String,
    pub(crate) cause: String,
    pub(crate) note: String,
    pub(crate) learned: String,
    pub(crate) created_at: DateTimeUtc,
    pub(crate) created_by: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
