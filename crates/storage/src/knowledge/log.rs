//! Reading the log of a base, and checking its chain.

use oriel_model::{Cursor, KnowledgeBaseId, Page, PageRequest, Timestamp};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, DbErr, EntityTrait as _, ExprTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    RuntimeErr, Select, SqlxError,
};

use super::{KnowledgeChange, KnowledgeRepository, KnowledgeSummary, chain, change};
use crate::audit::{Broken, GENESIS, Verification};
use crate::entities::knowledge_changes::{Column, Entity, Model};
use crate::{Result, StorageError, row};

/// Changes looked at in one go.
const BATCH: u64 = 500;
/// What is changed by them is read together up to so many bytes.
const BATCH_BYTES: i64 = 8 * 1024 * 1024;

impl KnowledgeRepository<'_> {
    /// The first changes after version `after`, up to version `until`, in order: some megabytes of them, at least one where
    /// there is one. Ask again after the last.
    pub async fn changes(&self, base: KnowledgeBaseId, after: u64, until: u64) -> Result<Vec<KnowledgeChange>> {
        self.rows(base, after, until).await?.into_iter().map(change).collect()
    }

    async fn rows(&self, base: KnowledgeBaseId, after: u64, until: u64) -> Result<Vec<Model>> {
        let (after, until) = (row::column_count(after), row::column_count(until));
        let sizes: Vec<(i64, i64)> = between(base, after, until)
            .select_only()
            .column(Column::Version)
            .column(Column::SizeBytes)
            .limit(BATCH)
            .into_tuple()
            .all(self.handle.read())
            .await
            .map_err(StorageError::database("look at the log of a knowledge base"))?;
        let mut bytes = 0_i64;
        let fits = sizes.iter().take_while(|(_, size)| {
            let first = bytes == 0;
            // An empty change counts too, so that the first is known by it.
            bytes = bytes.saturating_add(Ord::max(*size, 1));
            first || bytes <= BATCH_BYTES
        });
        let Some((last, _)) = fits.last() else { return Ok(Vec::new()) };
        let found = between(base, after, *last).all(self.handle.read()).await;
        found.map_err(StorageError::database("read the log of a knowledge base"))
    }

    /// The log without what is changed, newest first.
    pub async fn history(&self, base: KnowledgeBaseId, page: PageRequest) -> Result<Page<KnowledgeSummary>> {
        let mut query = Entity::find()
            .select_only()
            .columns([
                Column::BaseId,
                Column::Version,
                Column::At,
                Column::ActorKind,
                Column::ActorId,
                Column::ActorName,
                Column::Kind,
                Column::Note,
                Column::SizeBytes,
                Column::Atoms,
                Column::Hash,
            ])
            .expr_as(Expr::val(Vec::<u8>::new()), "data")
            .filter(Column::BaseId.eq(base.as_uuid()))
            .order_by_desc(Column::Version)
            .limit(u64::from(page.limit.get()) + 1);
        if let Some(after) = row::after_sequence(page)? {
            query = query.filter(Column::Version.lt(after));
        }
        let found = query.all(self.handle.read()).await;
        let found = found.map_err(StorageError::database("list the changes of a knowledge base"))?;
        Page::from_found(found, page.limit, |model| Cursor::Sequence(model.version))
            .try_map(|model| change(model).map(|change| change.summary))
    }

    /// The newest version that there was at a moment; 0 where no change had been made.
    pub async fn version_at(&self, base: KnowledgeBaseId, at: Timestamp) -> Result<u64> {
        let found: Option<i64> = Entity::find()
            .select_only()
            .column(Column::Version)
            .filter(Column::BaseId.eq(base.as_uuid()))
            .filter(Column::At.lte(at))
            .order_by_desc(Column::Version)
            .limit(1)
            .into_tuple()
            .one(self.handle.read())
            .await
            .map_err(StorageError::database("look at the log of a knowledge base"))?;
        row::count("knowledge_changes.version", found.unwrap_or(0))
    }

    /// How many bytes of changes there are after a version, as they are stored.
    pub async fn bytes_after(&self, base: KnowledgeBaseId, version: u64) -> Result<u64> {
        let sum = Expr::col(Column::SizeBytes).sum().cast_as("bigint");
        let found: Option<Option<i64>> = Entity::find()
            .select_only()
            .expr_as(sum, "bytes")
            .filter(Column::BaseId.eq(base.as_uuid()))
            .filter(Column::Version.gt(row::column_count(version)))
            .into_tuple()
            .one(self.handle.read())
            .await
            .map_err(StorageError::database("look at the log of a knowledge base"))?;
        row::count("knowledge_changes.size_bytes", found.flatten().unwrap_or(0))
    }

    /// Recomputes every hash of a base's log, in bounded memory, and finds the first change that is altered, missing, in the
    /// wrong place or beyond the end, or that cannot be read. Changes made while it works are not looked at.
    pub async fn verify(&self, base: KnowledgeBaseId) -> Result<Verification> {
        let found = self.get(base).await?.ok_or(StorageError::Changed { what: "knowledge base" })?;
        let until = row::column_count(found.version);
        let (mut checked, mut head) = (0_i64, GENESIS.to_owned());
        let broken = |seq: i64, reason: &str| Some(Broken { seq, reason: reason.to_owned() });
        while checked < until {
            let batch = match self.rows(base, checked.unsigned_abs(), found.version).await {
                Ok(batch) => batch,
                // One of them cannot be read: up to which one they can, is found one by one.
                Err(error) if is_value(&error) => match self
                    .rows(base, checked.unsigned_abs(), checked.unsigned_abs() + 1)
                    .await
                {
                    Err(error) if is_value(&error) => {
                        return Ok(Verification { entries: checked, broken: broken(checked + 1, &unreadable(&error)) });
                    }
                    one => one?,
                },
                Err(error) => return Err(error),
            };
            if batch.is_empty() {
                let reason = format!("changes {} to {until} are missing", checked + 1);
                return Ok(Verification { entries: checked, broken: broken(checked + 1, &reason) });
            }
            for row in batch {
                if let Err(reason) = sound(row, checked + 1, &mut head) {
                    return Ok(Verification { entries: checked, broken: broken(checked + 1, &reason) });
                }
                checked += 1;
            }
        }
        if head != found.head {
            let broken = broken(until, "the last hash is not the one noted as the end of the log");
            return Ok(Verification { entries: Ord::max(until - 1, 0), broken });
        }
        let beyond = self.beyond(base).await?;
        let reason = "changes beyond the end of the log are kept";
        Ok(Verification { entries: checked, broken: beyond.and_then(|version| broken(version, reason)) })
    }

    /// The version after that of its base, where there are changes beyond it.
    async fn beyond(&self, base: KnowledgeBaseId) -> Result<Option<i64>> {
        let last: Option<i64> = Entity::find()
            .select_only()
            .column(Column::Version)
            .filter(Column::BaseId.eq(base.as_uuid()))
            .order_by_desc(Column::Version)
            .limit(1)
            .into_tuple()
            .one(self.handle.read())
            .await
            .map_err(StorageError::database("look at the end of the log of a knowledge base"))?;
        // Asked for after the change: one that was made meanwhile has moved the version already.
        let found = self.get(base).await?.ok_or(StorageError::Changed { what: "knowledge base" })?;
        let end = row::column_count(found.version);
        Ok(last.filter(|last| *last > end).map(|_| end + 1))
    }
}

/// Checks that a change makes this version and follows the one with this hash, which becomes its own; else why not.
fn sound(row: Model, expected: i64, head: &mut String) -> Result<(), String> {
    if row.version != expected {
        return Err("the change is missing".to_owned());
    }
    if row.size_bytes != row::column_count(row.data.len() as u64) {
        return Err(format!("it has {} bytes, and {} are noted", row.data.len(), row.size_bytes));
    }
    *head = chain::hash(head, &row, &row.data);
    if *head != row.hash {
        return Err("the change or the one before it was altered: its hash does not fit".to_owned());
    }
    change(row).map(drop).map_err(|error| unreadable(&error))
}

fn unreadable(error: &StorageError) -> String {
    let cause = std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
    format!("the change cannot be read: {cause}")
}

/// Whether a value cannot be read, and not the database.
fn is_value(error: &StorageError) -> bool {
    match error {
        StorageError::Corrupt { .. } => true,
        StorageError::Database { source, .. } => match source.downcast_ref::<DbErr>() {
            Some(DbErr::Query(RuntimeErr::SqlxError(error))) => {
                matches!(**error, SqlxError::ColumnDecode { .. } | SqlxError::Decode(_))
            }
            Some(DbErr::Type(_) | DbErr::TryIntoErr { .. } | DbErr::Json(_)) => true,
            _ => false,
        },
        _ => false,
    }
}

/// The changes after a version and up to another, in order.
fn between(base: KnowledgeBaseId, after: i64, until: i64) -> Select<Entity> {
    Entity::find()
        .filter(Column::BaseId.eq(base.as_uuid()))
        .filter(Column::Version.gt(after))
        .filter(Column::Version.lte(until))
        .order_by_asc(Column::Version)
}
