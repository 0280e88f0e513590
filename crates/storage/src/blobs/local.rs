//! Blobs as files under one directory.
//!
//! ```text
//! blobs/ab/cdef…        the blob whose SHA-256 starts with abcdef
//! blobs/incoming/N      being written; swept away when the store is opened
//! blobs/unclaimed/abcdef…   an empty file for each blob that is unclaimed
//! ```
//! A blob is written under `incoming`, flushed to the disk, and renamed into place, so a
//! crash leaves either the whole blob or none. One process uses a directory at a time.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest as _, Sha256};
use tokio::fs::{self, File};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};

use super::{BlobError, BlobInfo, BlobReader, BlobStore};
use crate::audit::hexadecimal;

/// The directory of the marks of unclaimed blobs.
const UNCLAIMED: &str = "unclaimed";
/// Bytes read and written at a time.
const CHUNK: usize = 128 * 1024;

/// Blobs in a directory of this machine.
#[derive(Debug)]
pub struct LocalBlobs {
    directory: PathBuf,
    next: AtomicU64,
}

impl LocalBlobs {
    /// The store in `blobs` of the data directory; makes it when there is none, and
    /// deletes what an interrupted upload left.
    pub async fn in_directory(data: &Path) -> Result<Self, BlobError> {
        let directory = data.join("blobs");
        let incoming = directory.join("incoming");
        match fs::remove_dir_all(&incoming).await {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(store("sweep interrupted uploads")(error)),
            _ => fs::create_dir_all(&incoming).await.map_err(store("make its directory"))?,
        }
        fs::create_dir_all(directory.join(UNCLAIMED)).await.map_err(store("make its directory"))?;
        Ok(Self { directory, next: AtomicU64::new(0) })
    }

    fn path(&self, sha256: &str) -> Result<PathBuf, BlobError> {
        let sound = sha256.len() == 64 && sha256.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        match sha256.split_at_checked(2) {
            Some((first, rest)) if sound => Ok(self.directory.join(first).join(rest)),
            _ => Err(BlobError::Name { name: sha256.chars().take(80).collect() }),
        }
    }

    fn mark(&self, sha256: &str) -> Result<PathBuf, BlobError> {
        self.path(sha256).map(|_| self.directory.join(UNCLAIMED).join(sha256))
    }

    async fn receive(
        &self,
        draft: &Path,
        bytes: &mut (dyn AsyncRead + Send + Unpin),
        limit: u64,
    ) -> Result<BlobInfo, BlobError> {
        let mut file = File::create_new(draft).await.map_err(store("make a file"))?;
        let mut hasher = Sha256::new();
        let mut size = 0_u64;
        let mut buffer = vec![0_u8; CHUNK];
        loop {
            let read = bytes.read(&mut buffer).await.map_err(|source| BlobError::Upload { source })?;
            let Some(chunk) = buffer.get(..read).filter(|chunk| !chunk.is_empty()) else { break };
            size = size.saturating_add(read as u64);
            if size > limit {
                return Err(BlobError::TooLarge { limit });
            }
            hasher.update(chunk);
            file.write_all(chunk).await.map_err(store("write a file"))?;
        }
        file.flush().await.map_err(store("write a file"))?;
        file.sync_all().await.map_err(store("keep a file on the disk"))?;
        Ok(BlobInfo { sha256: hexadecimal(&hasher.finalize()), size })
    }

    async fn place(&self, draft: &Path, sha256: &str) -> Result<(), BlobError> {
        let path = self.path(sha256)?;
        if fs::try_exists(&path).await.map_err(store("look for a file"))? {
            return fs::remove_file(draft).await.map_err(store("drop a second copy"));
        }
        let Some(parent) = path.parent() else { return Ok(()) };
        fs::create_dir_all(parent).await.map_err(store("make a directory"))?;
        self.release(sha256).await?;
        fs::rename(draft, &path).await.map_err(store("put a file in place"))?;
        // The rename is durable when its directory is, and that one's directory too.
        for directory in [parent, &self.directory] {
            let opened = File::open(directory).await.map_err(store("keep a directory on the disk"))?;
            opened.sync_all().await.map_err(store("keep a directory on the disk"))?;
        }
        Ok(())
    }
}

/// Deletes an unfinished upload, also when its task is dropped half way.
struct Draft(PathBuf);

impl Drop for Draft {
    fn drop(&mut self) {
        // Gone already when the upload was finished; else swept at the next start.
        let _ = std::fs::remove_file(&self.0);
    }
}

#[async_trait::async_trait]
impl BlobStore for LocalBlobs {
    async fn put(&self, bytes: &mut (dyn AsyncRead + Send + Unpin), limit: u64) -> Result<BlobInfo, BlobError> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let draft = Draft(self.directory.join("incoming").join(number.to_string()));
        let info = self.receive(&draft.0, bytes, limit).await?;
        self.place(&draft.0, &info.sha256).await?;
        Ok(info)
    }

    async fn open(&self, sha256: &str) -> Result<Option<BlobReader>, BlobError> {
        let Some(path) = self.file(sha256).await? else { return Ok(None) };
        let file = File::open(path).await.map_err(store("open a file"))?;
        let size = file.metadata().await.map_err(store("look at a file"))?.len();
        Ok(Some(BlobReader { bytes: Box::new(file), size }))
    }

    async fn file(&self, sha256: &str) -> Result<Option<PathBuf>, BlobError> {
        let path = self.path(sha256)?;
        Ok(fs::try_exists(&path).await.map_err(store("look for a file"))?.then_some(path))
    }

    async fn delete(&self, sha256: &str) -> Result<bool, BlobError> {
        let was_there = removed(&self.path(sha256)?).await?;
        removed(&self.mark(sha256)?).await?;
        Ok(was_there)
    }

    async fn claim(&self, sha256: &str) -> Result<(), BlobError> {
        removed(&self.mark(sha256)?).await.map(|_| ())
    }

    async fn release(&self, sha256: &str) -> Result<(), BlobError> {
        File::create(self.mark(sha256)?).await.map_err(store("mark a file"))?;
        let marks = File::open(self.directory.join(UNCLAIMED)).await.map_err(store("mark a file"))?;
        marks.sync_all().await.map_err(store("mark a file"))
    }

    async fn unclaimed(&self) -> Result<Vec<String>, BlobError> {
        let mut marks = fs::read_dir(self.directory.join(UNCLAIMED)).await.map_err(store("list its files"))?;
        let mut found = Vec::new();
        while let Some(mark) = marks.next_entry().await.map_err(store("list its files"))? {
            // What is no blob's name was put there by somebody else.
            found.extend(mark.file_name().into_string().ok().filter(|name| self.path(name).is_ok()));
        }
        Ok(found)
    }
}

/// Deletes a file; whether there was one.
async fn removed(path: &Path) -> Result<bool, BlobError> {
    match fs::remove_file(path).await {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(store("delete a file")(error)),
    }
}

fn store(doing: &'static str) -> impl FnOnce(std::io::Error) -> BlobError {
    move |source| BlobError::Store { doing, source }
}
