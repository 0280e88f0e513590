//! Deleting the blobs that nothing names.

use super::{BlobError, BlobStore};
use crate::{Database, Repositories as _, StorageError};

/// Why blobs could not be swept.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// The store of blobs failed.
    #[error(transparent)]
    Blobs(#[from] BlobError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Deletes the unclaimed blobs that the database does not name; how many. To be called while nobody else uses the store:
/// what is being written is not named yet either.
pub async fn sweep(database: &Database, blobs: &dyn BlobStore) -> Result<u64, SweepError> {
    let mut swept = 0;
    for sha256 in blobs.unclaimed().await? {
        let is_archive = database.incidents().find_by_sha256(&sha256).await?.is_some();
        if is_archive || database.knowledge().is_snapshot(&sha256).await? {
            // It died between the commit and the claim.
            blobs.claim(&sha256).await?;
        } else {
            swept += u64::from(blobs.delete(&sha256).await?);
        }
    }
    Ok(swept)
}
