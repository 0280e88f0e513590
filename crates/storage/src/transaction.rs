//! A writing transaction: the only one open on its database.

use sea_orm::DatabaseTransaction;

use crate::repositories::{Handle, Repositories};
use crate::{Result, StorageError};

/// An open transaction. It gives the same repositories as a [`crate::Database`], and
/// in addition it can append to the audit log ([`Transaction::append_audit`]).
///
/// Dropped without [`Transaction::commit`], it is rolled back. Do nothing slow while
/// it is open (no network, no hashing of passwords): every other writer waits.
#[derive(Debug)]
#[must_use = "a transaction that is not committed is rolled back"]
pub struct Transaction {
    inner: DatabaseTransaction,
}

impl Transaction {
    pub(crate) fn new(inner: DatabaseTransaction) -> Self {
        Self { inner }
    }

    /// Makes the changes durable: on the disk when this returns.
    pub async fn commit(self) -> Result<()> {
        self.inner.commit().await.map_err(StorageError::database("commit"))
    }

    /// Drops the changes and waits until that is done.
    pub async fn rollback(self) -> Result<()> {
        self.inner.rollback().await.map_err(StorageError::database("roll back"))
    }
}

impl Repositories for Transaction {
    fn handle(&self) -> Handle<'_> {
        Handle::transaction(&self.inner)
    }
}
