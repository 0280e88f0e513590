//! The one writer of a task's log.
//!
//! A batch is what had arrived when the writer was free: one write to the file, then one wake of the followers, and no
//! waiting for more. When the limit is reached the log says so and ends; what comes after is counted as discarded and
//! the process runs on, for ending a half-done change because it talks much does more harm than a cut log.
//! Framing counts too: a process that writes single bytes is cut when the framing alone is as large as the limit, so a
//! log never takes more than twice its limit on disk.

use std::path::PathBuf;

use bytes::{Bytes, BytesMut};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;
use tokio::sync::watch;

use super::record::{self, HEADER_BYTES, MAGIC};
use super::store::Progress;
use super::{OutputError, OutputStream, Totals};

/// Appends to one task's log.
#[derive(Debug)]
pub struct LogWriter {
    file: File,
    path: PathBuf,
    totals: Totals,
    records: u64,
    limit: u64,
    progress: watch::Sender<Progress>,
    buffer: BytesMut,
}

impl LogWriter {
    /// Makes the file; it must not exist.
    pub(super) async fn create(
        path: PathBuf,
        limit: u64,
        progress: watch::Sender<Progress>,
    ) -> Result<Self, OutputError> {
        if let Some(directory) = path.parent() {
            tokio::fs::create_dir_all(directory)
                .await
                .map_err(|error| OutputError::io("make the directory of", &path, error))?;
        }
        let mut options = File::options();
        options.create_new(true).append(true);
        #[cfg(unix)]
        options.mode(0o600);
        let mut file = options.open(&path).await.map_err(|error| OutputError::io("create", &path, error))?;
        write(&mut file, MAGIC).await.map_err(|error| OutputError::io("write", &path, error))?;
        Ok(Self { file, path, totals: Totals::default(), records: 0, limit, progress, buffer: BytesMut::new() })
    }

    /// Appends a batch and wakes the followers. Bytes beyond the limit are discarded, which the log then says.
    pub async fn append(&mut self, batch: &[(OutputStream, Bytes)]) -> Result<(), OutputError> {
        self.buffer.clear();
        for (stream, bytes) in batch {
            if self.totals.cut {
                break;
            }
            let framing = (self.records + 1).saturating_mul(HEADER_BYTES as u64);
            let room = if framing > self.limit.max(HEADER_BYTES as u64) {
                0
            } else {
                self.limit.saturating_sub(self.totals.position())
            };
            let taken = usize::try_from(room).unwrap_or(usize::MAX).min(bytes.len());
            let piece = bytes.slice(..taken);
            self.records += record::encode(&mut self.buffer, &mut self.totals, *stream, &piece);
            if taken < bytes.len() {
                record::encode_cut(&mut self.buffer, &mut self.totals);
            }
        }
        if self.buffer.is_empty() {
            return Ok(());
        }
        write(&mut self.file, &self.buffer).await.map_err(|error| OutputError::io("write", &self.path, error))?;
        let totals = self.totals;
        self.progress.send_modify(|progress| progress.totals = totals);
        Ok(())
    }

    /// What has been recorded so far.
    pub fn totals(&self) -> Totals {
        self.totals
    }

    /// Makes what was written durable (file and directory) and closes the log.
    pub async fn finish(self) -> Result<Totals, OutputError> {
        let sync = |error| OutputError::io("make durable", &self.path, error);
        self.file.sync_all().await.map_err(sync)?;
        if let Some(directory) = self.path.parent() {
            let directory = File::open(directory).await.map_err(sync)?;
            directory.sync_all().await.map_err(sync)?;
        }
        Ok(self.totals)
    }
}

async fn write(file: &mut File, bytes: &[u8]) -> std::io::Result<()> {
    file.write_all(bytes).await?;
    // Waits until the bytes are with the system, where readers see them.
    file.flush().await
}
