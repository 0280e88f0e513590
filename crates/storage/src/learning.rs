//! What was learned from outcomes: one document with a version, changed optimistically.

use oriel_model::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::Value;

use crate::entities::learning::{Column, Entity, Model};
use crate::{Handle, Result, StorageError, row};

const NAME: &str = "learning";

/// The document as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Learned {
    /// How often it has changed; 0 before the first time.
    pub version: u64,
    /// The document, as the learner wrote it; null before the first time.
    pub data: Value,
}

/// The one document of what was learned.
pub struct LearningRepository<'a> {
    pub(crate) handle: Handle<'a>,
}

impl LearningRepository<'_> {
    /// The document.
    pub async fn load(&self) -> Result<Learned> {
        let found = Entity::find_by_id(NAME).one(self.handle.read()).await;
        match found.map_err(StorageError::database("read what was learned"))? {
            None => Ok(Learned { version: 0, data: Value::Null }),
            Some(model) => Ok(Learned {
                version: row::count("learning.version", model.version)?,
                data: row::json("learning.data", &model.data)?,
            }),
        }
    }

    /// Replaces the document that has version `expected`; the new version.
    ///
    /// # Errors
    /// [`StorageError::Changed`] when it has another version by now: load it, learn again, save.
    pub async fn save(&self, expected: u64, data: &Value, at: Timestamp) -> Result<u64> {
        let version = row::column_count(expected.saturating_add(1));
        let data = row::to_json("learning.data", data)?;
        let saved = if expected == 0 {
            let row = Model { name: NAME.to_owned(), version, data, updated_at: at };
            row::insert_new(self.handle.write(), "save what was learned", row).await?
        } else {
            let done = Entity::update_many()
                .col_expr(Column::Version, Expr::value(version))
                .col_expr(Column::Data, Expr::value(data))
                .col_expr(Column::UpdatedAt, Expr::value(at))
                .filter(Column::Name.eq(NAME))
                .filter(Column::Version.eq(row::column_count(expected)))
                .exec(self.handle.write())
                .await
                .map_err(StorageError::database("save what was learned"))?;
            done.rows_affected > 0
        };
        if saved {
            row::count("learning.version", version)
        } else {
            Err(StorageError::Changed { what: "what was learned" })
        }
    }
}
