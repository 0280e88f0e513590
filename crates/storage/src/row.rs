//! Between columns and values: words, numbers, JSON and free text.
//!
//! JSON is kept as text, because it comes back byte for byte from both databases
//! (`jsonb` reorders keys and refuses `\u0000`). Sizes are `u64` outside and
//! `bigint` in the tables.

use std::str::FromStr;

use oriel_model::{Cursor, PageRequest};
use sea_orm::{ActiveModelBehavior, ActiveModelTrait, ConnectionTrait, EntityTrait, Insert, IntoActiveModel};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::{Result, StorageError};

/// Reads a word of a closed set.
pub(crate) fn word<T: FromStr<Err: ToString>>(what: &'static str, text: &str) -> Result<T> {
    text.parse().map_err(|error: T::Err| StorageError::corrupt(what, &error))
}

/// Reads a count that may not be negative.
pub(crate) fn count<T: TryFrom<i64>>(what: &'static str, value: i64) -> Result<T> {
    T::try_from(value).map_err(|_| StorageError::corrupt(what, &format!("{value} is out of range")))
}

/// A count as a column value; counts above 2^63 - 1 do not exist here.
pub(crate) fn column_count(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// Reads a JSON column.
pub(crate) fn json<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| StorageError::corrupt(what, &error))
}

/// A JSON column's text.
pub(crate) fn to_json<T: Serialize + ?Sized>(what: &'static str, value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| StorageError::corrupt(what, &error))
}

/// Free text as both databases can hold it: PostgreSQL has no NUL in text.
pub(crate) fn text(value: &str) -> String {
    value.replace('\0', "\u{FFFD}")
}

/// A 256-bit hash column.
pub(crate) fn hash(what: &'static str, bytes: &[u8]) -> Result<[u8; 32]> {
    bytes.try_into().map_err(|_| StorageError::corrupt(what, &format!("{} bytes in place of 32", bytes.len())))
}

/// Inserts `row` with every column as given.
pub(crate) async fn insert<M, A, E>(db: &impl ConnectionTrait, doing: &'static str, row: M) -> Result<()>
where
    M: IntoActiveModel<A>,
    A: ActiveModelTrait<Entity = E> + ActiveModelBehavior + Send,
    E: EntityTrait,
{
    Insert::one(row.into_active_model().reset_all())
        .exec_without_returning(db)
        .await
        .map(drop)
        .map_err(StorageError::database(doing))
}

/// Inserts `row` unless a unique value of it is there already; tells whether it did.
///
/// Never raises a unique violation, which would abort a PostgreSQL transaction.
pub(crate) async fn insert_new<M, A, E>(db: &impl ConnectionTrait, doing: &'static str, row: M) -> Result<bool>
where
    M: IntoActiveModel<A>,
    A: ActiveModelTrait<Entity = E> + ActiveModelBehavior + Send,
    E: EntityTrait,
{
    let done = Insert::one(row.into_active_model().reset_all())
        .on_conflict(sea_orm::sea_query::OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(db)
        .await
        .map_err(StorageError::database(doing))?;
    Ok(done > 0)
}

/// The words of some values, for `IN (…)`.
pub(crate) fn words<T: ToString>(values: impl IntoIterator<Item = T>) -> Vec<String> {
    values.into_iter().map(|value| value.to_string()).collect()
}

/// Where a page of a list in the order of ids starts.
pub(crate) fn after_id(page: PageRequest) -> Result<Option<Uuid>> {
    match page.cursor {
        None => Ok(None),
        Some(Cursor::Id(id)) => Ok(Some(id)),
        Some(Cursor::Sequence(_)) => Err(other_list()),
    }
}

/// Where a page of a list in the order of sequence numbers starts.
pub(crate) fn after_sequence(page: PageRequest) -> Result<Option<i64>> {
    match page.cursor {
        None => Ok(None),
        Some(Cursor::Sequence(sequence)) => Ok(Some(sequence)),
        Some(Cursor::Id(_)) => Err(other_list()),
    }
}

fn other_list() -> StorageError {
    let why = "this is a position in another list; pass `next_cursor` of the page before, unchanged".to_owned();
    StorageError::Invalid { what: "cursor", why }
}
