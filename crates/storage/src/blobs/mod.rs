//! Blobs: large values (incident archives) outside the database, found by their SHA-256.
//!
//! Written once, never changed: a name is the hash of its bytes, so the same bytes are
//! kept once and what is read can be checked. Everything streams; no blob is held in
//! memory. Run output is not a blob: `oriel-execution` keeps it, because it grows.
//!
//! A blob is stored before the database names it, and deleted after the database does not
//! any more. In between it is *unclaimed*, which is noted with it, so that [`sweep`] can
//! delete what a process that died in between has left. A blob that was claimed is never
//! swept, whatever database there is now.

mod local;
mod sweep;

use std::path::PathBuf;

use tokio::io::AsyncRead;

pub use local::LocalBlobs;
pub use sweep::{SweepError, sweep};

/// A stored blob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobInfo {
    /// SHA-256 of the bytes, in lower-case hexadecimal: its name.
    pub sha256: String,
    /// How many bytes it has.
    pub size: u64,
}

/// Why a blob could not be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// There are more bytes than allowed; nothing was stored.
    #[error("the upload is larger than {limit} bytes: send less, or raise the limit")]
    TooLarge {
        /// How many are allowed.
        limit: u64,
    },
    /// The name is no SHA-256 in lower-case hexadecimal.
    #[error("blob name: `{name}` is not 64 lower-case hexadecimal digits")]
    Name {
        /// The name, cut to 80 characters.
        name: String,
    },
    /// The sender's stream failed; nothing was stored.
    #[error("the upload broke off")]
    Upload {
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The store failed.
    #[error("blob store: could not {doing}")]
    Store {
        /// What was being done.
        doing: &'static str,
        /// Why it failed.
        #[source]
        source: std::io::Error,
    },
}

/// An open blob and its size.
pub struct BlobReader {
    /// The bytes.
    pub bytes: Box<dyn AsyncRead + Send + Unpin>,
    /// How many there are.
    pub size: u64,
}

impl std::fmt::Debug for BlobReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BlobReader").field("size", &self.size).finish_non_exhaustive()
    }
}

/// Where blobs are kept.
#[async_trait::async_trait]
pub trait BlobStore: Send + Sync + std::fmt::Debug {
    /// Stores at most `limit` bytes. Durable when it returns; the same bytes again are
    /// found, not stored twice. One that was not there is unclaimed.
    async fn put(&self, bytes: &mut (dyn AsyncRead + Send + Unpin), limit: u64) -> Result<BlobInfo, BlobError>;

    /// Opens a blob; none when there is none of this name.
    async fn open(&self, sha256: &str) -> Result<Option<BlobReader>, BlobError>;

    /// A local file with the blob's bytes, for readers that need a path; none when there
    /// is none of this name. It must not be changed.
    async fn file(&self, sha256: &str) -> Result<Option<PathBuf>, BlobError>;

    /// Deletes a blob; whether there was one.
    async fn delete(&self, sha256: &str) -> Result<bool, BlobError>;

    /// The database names this blob now, and that is durable.
    async fn claim(&self, sha256: &str) -> Result<(), BlobError>;

    /// The database may soon not name this blob any more.
    async fn release(&self, sha256: &str) -> Result<(), BlobError>;

    /// The blobs that are unclaimed, by their names.
    async fn unclaimed(&self) -> Result<Vec<String>, BlobError>;
}
