//! Groups of alerts that a webhook told of: which incident each became, which of its alerts fire, and for which of them
//! evidence was collected. A group fires again after it was resolved: then it gets a new incident.

use oriel_model::{IncidentId, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait as _, OnConflict};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};
use serde_json::Value;

use crate::entities::alert_groups::{Column, Entity, Model};
use crate::{Handle, Result, StorageError, row};

/// A group of alerts.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertGroup {
    /// What names the group.
    pub key: String,
    /// What it became.
    pub incident_id: IncidentId,
    /// Whether any of its alerts fires.
    pub firing: bool,
    /// A hash of which alerts fire.
    pub firing_set: String,
    /// The same of those that evidence was last collected for; empty before any was.
    pub collected_set: String,
    /// The last message about it.
    pub message: Value,
    /// When that came.
    pub updated_at: Timestamp,
}

const FIRING: &str = "firing";
const RESOLVED: &str = "resolved";

/// The table of groups of alerts.
pub struct AlertGroupRepository<'a> {
    pub(crate) handle: Handle<'a>,
}

impl AlertGroupRepository<'_> {
    /// The group of this name.
    pub async fn get(&self, key: &str) -> Result<Option<AlertGroup>> {
        let found = Entity::find_by_id(row::text(key)).one(self.handle.read()).await;
        found.map_err(StorageError::database("read a group of alerts"))?.map(group).transpose()
    }

    /// Writes the group down, in place of what was known of it.
    pub async fn save(&self, group: &AlertGroup) -> Result<()> {
        let model = Model {
            key: row::text(&group.key),
            incident_id: group.incident_id.as_uuid(),
            status: if group.firing { FIRING } else { RESOLVED }.to_owned(),
            firing_set: group.firing_set.clone(),
            collected_set: group.collected_set.clone(),
            message: row::to_json("alert_groups.message", &group.message)?,
            updated_at: group.updated_at,
        };
        let conflict = OnConflict::column(Column::Key)
            .update_columns([
                Column::IncidentId,
                Column::Status,
                Column::FiringSet,
                Column::CollectedSet,
                Column::Message,
                Column::UpdatedAt,
            ])
            .to_owned();
        Entity::insert(model.into_active_model().reset_all())
            .on_conflict(conflict)
            .exec_without_returning(self.handle.write())
            .await
            .map(drop)
            .map_err(StorageError::database("write a group of alerts"))
    }

    /// Notes that evidence was collected for these alerts of the group; whether the group is known. What fires meanwhile, and
    /// is other alerts, still waits.
    pub async fn collected(&self, key: &str, firing_set: &str) -> Result<bool> {
        let done = Entity::update_many()
            .col_expr(Column::CollectedSet, Expr::value(firing_set))
            .filter(Column::Key.eq(row::text(key)))
            .exec(self.handle.write())
            .await
            .map_err(StorageError::database("note a collection"))?;
        Ok(done.rows_affected > 0)
    }

    /// Up to `limit` groups that have alerts for which no evidence was collected, the oldest first: also those that were
    /// resolved before.
    pub async fn uncollected(&self, limit: u64) -> Result<Vec<AlertGroup>> {
        let found = Entity::find()
            .filter(Expr::col(Column::CollectedSet).ne(Expr::col(Column::FiringSet)))
            .order_by_asc(Column::UpdatedAt)
            .order_by_asc(Column::Key)
            .limit(limit)
            .all(self.handle.read())
            .await
            .map_err(StorageError::database("list groups of alerts"))?;
        found.into_iter().map(group).collect()
    }
}

fn group(model: Model) -> Result<AlertGroup> {
    Ok(AlertGroup {
        key: model.key,
        incident_id: IncidentId::from_uuid(model.incident_id),
        firing: model.status == FIRING,
        firing_set: model.firing_set,
        collected_set: model.collected_set,
        message: row::json("alert_groups.message", &model.message)?,
        updated_at: model.updated_at,
    })
}
