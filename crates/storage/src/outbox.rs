//! The outbox: messages that are sent because of a change, after it is committed.
//!
//! Enqueued in the transaction of the change, delivered at least once. A message is
//! claimed for a while; when it is neither delivered nor given back by then (the
//! dispatcher died), it can be claimed again. Receivers drop what they have seen, by
//! the message's key.

use oriel_model::{OutboxId, Timestamp};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use serde_json::Value;

use crate::entities::outbox::{Column, Entity, Model};
use crate::{Handle, Result, StorageError, row};

/// A message to enqueue.
#[derive(Debug, Clone)]
pub struct NewOutboxMessage {
    /// The id.
    pub id: OutboxId,
    /// What kind of message, such as `investigation.done`.
    pub topic: String,
    /// What makes it the same message: a second one with this key is dropped.
    pub key: String,
    /// The content.
    pub payload: Value,
    /// Now.
    pub at: Timestamp,
}

/// A claimed message.
#[derive(Debug, Clone, PartialEq)]
pub struct OutboxMessage {
    /// The id.
    pub id: OutboxId,
    /// What kind of message.
    pub topic: String,
    /// What makes it the same message.
    pub key: String,
    /// The content.
    pub payload: Value,
    /// How often it was claimed, this time included.
    pub attempts: u32,
    /// When it was enqueued.
    pub created_at: Timestamp,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
}

/// The table of messages to deliver.
pub struct OutboxRepository<'a> {
    pub(crate) handle: Handle<'a>,
}

impl OutboxRepository<'_> {
    /// Enqueues a message unless one with its key is there; whether it did.
    pub async fn enqueue(&self, new: NewOutboxMessage) -> Result<bool> {
        let row = Model {
            id: new.id.as_uuid(),
            topic: row::text(&new.topic),
            key: row::text(&new.key),
            payload: row::to_json("outbox.payload", &new.payload)?,
            created_at: new.at,
            available_at: new.at,
            attempts: 0,
            last_error: None,
            delivered_at: None,
        };
        row::insert_new(self.handle.write(), "enqueue a message", row).await
    }

    /// Claims up to `limit` due messages, oldest first, until `until`. No two callers
    /// get the same message while it is claimed.
    pub async fn claim(&self, limit: u64, now: Timestamp, until: Timestamp) -> Result<Vec<OutboxMessage>> {
        let due = Entity::find()
            .filter(Column::DeliveredAt.is_null())
            .filter(Column::AvailableAt.lte(now))
            .order_by_asc(Column::Id)
            .limit(limit)
            .all(self.handle.read())
            .await
            .map_err(StorageError::database("read the outbox"))?;
        let mut claimed = Vec::with_capacity(due.len());
        for model in due {
            let attempts = model.attempts.saturating_add(1);
            let done = Entity::update_many()
                .col_expr(Column::AvailableAt, Expr::value(until))
                .col_expr(Column::Attempts, Expr::value(attempts))
                .filter(Column::Id.eq(model.id))
                .filter(Column::Attempts.eq(model.attempts))
                .filter(Column::DeliveredAt.is_null())
                .exec(self.handle.write())
                .await
                .map_err(StorageError::database("claim a message"))?;
            // Another dispatcher was faster when no row changed.
            if done.rows_affected > 0 {
                claimed.push(message(Model { attempts, ..model })?);
            }
        }
        Ok(claimed)
    }

    /// Marks a message delivered; whether it was not yet.
    pub async fn delivered(&self, id: OutboxId, at: Timestamp) -> Result<bool> {
        let done = Entity::update_many()
            .col_expr(Column::DeliveredAt, Expr::value(at))
            .filter(Column::Id.eq(id.as_uuid()))
            .filter(Column::DeliveredAt.is_null())
            .exec(self.handle.write())
            .await
            .map_err(StorageError::database("mark a message delivered"))?;
        Ok(done.rows_affected > 0)
    }

    /// Gives a message back after a failed attempt, due again at `retry_at`.
    pub async fn failed(&self, id: OutboxId, error: &str, retry_at: Timestamp) -> Result<bool> {
        let done = Entity::update_many()
            .col_expr(Column::AvailableAt, Expr::value(retry_at))
            .col_expr(Column::LastError, Expr::value(row::text(error)))
            .filter(Column::Id.eq(id.as_uuid()))
            .filter(Column::DeliveredAt.is_null())
            .exec(self.handle.write())
            .await
            .map_err(StorageError::database("give a message back"))?;
        Ok(done.rows_affected > 0)
    }

    /// How many messages wait, for the health page.
    pub async fn waiting(&self) -> Result<u64> {
        let count = Entity::find().filter(Column::DeliveredAt.is_null()).count(self.handle.read()).await;
        count.map_err(StorageError::database("count waiting messages"))
    }

    /// Deletes the messages delivered before `moment`; how many. Their keys can be used again.
    pub async fn delete_delivered_before(&self, moment: Timestamp) -> Result<u64> {
        let done = Entity::delete_many().filter(Column::DeliveredAt.lt(moment)).exec(self.handle.write()).await;
        Ok(done.map_err(StorageError::database("delete delivered messages"))?.rows_affected)
    }
}

fn message(model: Model) -> Result<OutboxMessage> {
    Ok(OutboxMessage {
        id: OutboxId::from_uuid(model.id),
        topic: model.topic,
        key: model.key,
        payload: row::json("outbox.payload", &model.payload)?,
        attempts: row::count("outbox.attempts", i64::from(model.attempts))?,
        created_at: model.created_at,
        last_error: model.last_error,
    })
}
