//! Idempotency keys: a POST that is sent again gets the answer of the first time.
//!
//! Keys belong to a user. The first request reserves its key before it does its work
//! and stores its answer after; the same key with another body is refused by the
//! caller. A reservation without an answer (the server died in between) is dropped by
//! [`IdempotencyRepository::delete_before`].

use oriel_model::{Timestamp, UserId};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

use crate::entities::idempotency_keys::{Column, Entity, Model};
use crate::{Handle, Result, StorageError, row};

/// Whose key, and which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The user.
    pub user: UserId,
    /// The key as the client sent it.
    pub key: String,
}

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdempotencyState {
    /// It was not seen before and is reserved now: do the work.
    Reserved,
    /// Another request with it is at work, or died at it.
    InProgress,
    /// It was answered.
    Answered {
        /// The HTTP status.
        status: u16,
        /// The body.
        response: Vec<u8>,
    },
    /// It was used for a request with another content.
    Mismatch,
}

/// The table of idempotency keys.
pub struct IdempotencyRepository<'a> {
    pub(crate) handle: Handle<'a>,
}

impl IdempotencyRepository<'_> {
    /// Reserves the key for a request with this hash, or tells what came of it before.
    pub async fn reserve(
        &self,
        key: &IdempotencyKey,
        request_hash: [u8; 32],
        at: Timestamp,
    ) -> Result<IdempotencyState> {
        let row = Model {
            user_id: key.user.as_uuid(),
            key: row::text(&key.key),
            request_hash: request_hash.to_vec(),
            status: None,
            response: None,
            created_at: at,
        };
        if row::insert_new(self.handle.write(), "reserve an idempotency key", row).await? {
            return Ok(IdempotencyState::Reserved);
        }
        let found = Entity::find_by_id((key.user.as_uuid(), row::text(&key.key))).one(self.handle.write()).await;
        let Some(model) = found.map_err(StorageError::database("read an idempotency key"))? else {
            return Ok(IdempotencyState::InProgress);
        };
        if model.request_hash != request_hash {
            return Ok(IdempotencyState::Mismatch);
        }
        match (model.status, model.response) {
            (Some(status), Some(response)) => Ok(IdempotencyState::Answered {
                status: row::count("idempotency_keys.status", i64::from(status))?,
                response,
            }),
            _ => Ok(IdempotencyState::InProgress),
        }
    }

    /// Stores the answer of a reserved key; whether it was reserved and had none.
    pub async fn answer(&self, key: &IdempotencyKey, status: u16, response: &[u8]) -> Result<bool> {
        let done = Entity::update_many()
            .col_expr(Column::Status, Expr::value(i32::from(status)))
            .col_expr(Column::Response, Expr::value(response.to_vec()))
            .filter(Column::UserId.eq(key.user.as_uuid()))
            .filter(Column::Key.eq(row::text(&key.key)))
            .filter(Column::Status.is_null())
            .exec(self.handle.write())
            .await
            .map_err(StorageError::database("store the answer of an idempotency key"))?;
        Ok(done.rows_affected > 0)
    }

    /// Gives a reserved key back, because the request failed and may be tried again.
    pub async fn release(&self, key: &IdempotencyKey) -> Result<bool> {
        let done = Entity::delete_many()
            .filter(Column::UserId.eq(key.user.as_uuid()))
            .filter(Column::Key.eq(row::text(&key.key)))
            .filter(Column::Status.is_null())
            .exec(self.handle.write())
            .await
            .map_err(StorageError::database("release an idempotency key"))?;
        Ok(done.rows_affected > 0)
    }

    /// Deletes the keys made before `moment`; how many.
    pub async fn delete_before(&self, moment: Timestamp) -> Result<u64> {
        let done = Entity::delete_many().filter(Column::CreatedAt.lt(moment)).exec(self.handle.write()).await;
        Ok(done.map_err(StorageError::database("delete idempotency keys"))?.rows_affected)
    }
}
