//! Outcomes: what the true cause of an investigated incident was, as a user reported it.

use oriel_model::{InvestigationId, OutcomeId, Timestamp, UserId};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use serde::Serialize;
use serde_json::Value;

use crate::entities::outcomes::{Column, Entity, Model};
use crate::{Handle, Result, StorageError, row};

/// A reported true cause.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome {
    /// The id.
    pub id: OutcomeId,
    /// The investigation that it judges.
    pub investigation_id: InvestigationId,
    /// What was at fault, such as `service/cart`.
    pub entity: String,
    /// What was wrong with it, such as `out-of-memory`.
    pub cause: String,
    /// What the user wrote beside it.
    pub note: String,
    /// What changed by it, as the learner wrote it.
    pub learned: Value,
    /// When it was reported.
    pub created_at: Timestamp,
    /// Who reported it; none for the system.
    pub created_by: Option<UserId>,
}

/// The table of outcomes.
pub struct OutcomeRepository<'a> {
    pub(crate) handle: Handle<'a>,
}

impl OutcomeRepository<'_> {
    /// Adds an outcome.
    pub async fn create(&self, new: Outcome) -> Result<Outcome> {
        let row = Model {
            id: new.id.as_uuid(),
            investigation_id: new.investigation_id.as_uuid(),
            entity: row::text(&new.entity),
            cause: row::text(&new.cause),
            note: row::text(&new.note),
            learned: row::to_json("outcomes.learned", &new.learned)?,
            created_at: new.created_at,
            created_by: new.created_by.map(UserId::as_uuid),
        };
        row::insert(self.handle.write(), "add an outcome", row.clone()).await?;
        outcome(row)
    }

    /// The last outcome of an investigation.
    pub async fn latest(&self, investigation: InvestigationId) -> Result<Option<Outcome>> {
        let found = Entity::find()
            .filter(Column::InvestigationId.eq(investigation.as_uuid()))
            .order_by_desc(Column::Id)
            .one(self.handle.read())
            .await;
        found.map_err(StorageError::database("read an outcome"))?.map(outcome).transpose()
    }
}

fn outcome(model: Model) -> Result<Outcome> {
    Ok(Outcome {
        id: OutcomeId::from_uuid(model.id),
        investigation_id: InvestigationId::from_uuid(model.investigation_id),
        entity: model.entity,
        cause: model.cause,
        note: model.note,
        learned: row::json("outcomes.learned", &model.learned)?,
        created_at: model.created_at,
        created_by: model.created_by.map(UserId::from_uuid),
    })
}
