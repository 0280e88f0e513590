//! The making of the first administrator: the hash of a one-time token, and whether it is done.

use oriel_model::Timestamp;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, ExprTrait as _, IntoActiveModel as _, QueryFilter as _,
};

use crate::entities::setup::{Column, Entity, Model};
use crate::{Handle, Result, StorageError, row};

const ROW: i32 = 1;

/// Where the setup stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setup {
    /// SHA-256 of the token that may make the first administrator; none once it has.
    pub token_hash: Option<[u8; 32]>,
    /// When the token was made.
    pub created_at: Timestamp,
    /// When the first administrator was made.
    pub completed_at: Option<Timestamp>,
}

/// The one row about the setup.
pub struct SetupRepository<'a> {
    pub(crate) handle: Handle<'a>,
}

impl SetupRepository<'_> {
    /// Where the setup stands; none before the first token.
    pub async fn get(&self) -> Result<Option<Setup>> {
        let found = Entity::find_by_id(ROW).one(self.handle.read()).await;
        let Some(model) = found.map_err(StorageError::database("read the setup"))? else { return Ok(None) };
        Ok(Some(Setup {
            token_hash: model.token_hash.map(|bytes| row::hash("setup.token_hash", &bytes)).transpose()?,
            created_at: model.created_at,
            completed_at: model.completed_at,
        }))
    }

    /// Sets the token's hash, in place of the one before. Does nothing once the setup is
    /// complete; whether it did.
    pub async fn set_token(&self, token_hash: [u8; 32], at: Timestamp) -> Result<bool> {
        let row = Model { id: ROW, token_hash: Some(token_hash.to_vec()), created_at: at, completed_at: None };
        let replace = OnConflict::column(Column::Id)
            .update_columns([Column::TokenHash, Column::CreatedAt])
            .action_and_where(Expr::col((Entity, Column::CompletedAt)).is_null())
            .to_owned();
        let done = Entity::insert(row.into_active_model().reset_all())
            .on_conflict(replace)
            .exec_without_returning(self.handle.write())
            .await
            .map_err(StorageError::database("set the setup token"))?;
        Ok(done > 0)
    }

    /// Marks the setup complete and drops the token; whether it was open.
    pub async fn complete(&self, at: Timestamp) -> Result<bool> {
        let done = Entity::update_many()
            .col_expr(Column::CompletedAt, Expr::value(at))
            .col_expr(Column::TokenHash, Expr::value(None::<Vec<u8>>))
            .filter(Column::Id.eq(ROW))
            .filter(Column::CompletedAt.is_null())
            .exec(self.handle.write())
            .await
            .map_err(StorageError::database("complete the setup"))?;
        Ok(done.rows_affected > 0)
    }
}
