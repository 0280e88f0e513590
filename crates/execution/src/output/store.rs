//! Where the logs are, and who waits for more.
//!
//! A task's log lies at `DATA/output/XX/TASK.log`, XX being the last two characters of the task's id. A task that may
//! still write is *announced*: followers of an announced task wait for more, followers of any other read to the end.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::Stream;
use oriel_model::TaskId;
use tokio::sync::watch;

use super::reader::{self, ByteStream, Reader};
use super::writer::LogWriter;
use super::{OutputChunk, OutputError, Selection, Totals};

/// Output as it comes, each piece once.
pub type ChunkStream = Pin<Box<dyn Stream<Item = Result<OutputChunk, OutputError>> + Send>>;

/// What followers are told: how far the log goes, and whether it can grow.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Progress {
    pub(super) totals: Totals,
    pub(super) ended: bool,
}

/// The logs of all tasks. Cheap to clone.
#[derive(Debug, Clone)]
pub struct OutputStore {
    directory: PathBuf,
    live: Arc<Mutex<HashMap<TaskId, watch::Sender<Progress>>>>,
}

impl OutputStore {
    /// The logs below a data directory.
    pub fn new(data_directory: &Path) -> Self {
        Self { directory: data_directory.join("output"), live: Arc::default() }
    }

    /// Says that a task may write, so that followers wait for it. To be followed by [`OutputStore::close`].
    pub fn announce(&self, task: TaskId) {
        self.live().entry(task).or_insert_with(|| watch::Sender::new(Progress::default()));
    }

    /// Starts the log of an announced task.
    pub async fn create(&self, task: TaskId, limit: u64) -> Result<LogWriter, OutputError> {
        self.announce(task);
        let progress = self.live().get(&task).cloned().unwrap_or_default();
        LogWriter::create(self.path(task), limit, progress).await
    }

    /// Says that nothing more will come. Followers get what is left and end. Call it once the task's final state is
    /// recorded, so that whoever sees the end of the output finds that state.
    pub fn close(&self, task: TaskId) {
        if let Some(progress) = self.live().remove(&task) {
            progress.send_modify(|progress| progress.ended = true);
        }
    }

    /// Follows a task's output from a position: what is recorded after it, then what comes, until the task is over.
    pub fn follow(&self, task: TaskId, from: u64) -> ChunkStream {
        let follower = Follower {
            path: self.path(task),
            progress: self.live().get(&task).map(watch::Sender::subscribe),
            reader: None,
            from,
        };
        Box::pin(futures::stream::try_unfold(follower, |mut follower| async move {
            Ok(follower.next().await?.map(|chunk| (chunk, follower)))
        }))
    }

    /// How much a task has recorded so far.
    pub async fn totals(&self, task: TaskId) -> Result<Totals, OutputError> {
        let live = self.live().get(&task).map(|progress| progress.borrow().totals);
        match live {
            Some(totals) => Ok(totals),
            None => reader::totals(&self.path(task)).await,
        }
    }

    /// Streams recorded bytes of a selection, from `start` up to but not including `end`, or to what is there.
    pub async fn read(
        &self,
        task: TaskId,
        selection: Selection,
        start: u64,
        end: Option<u64>,
    ) -> Result<ByteStream, OutputError> {
        reader::bytes(&self.path(task), selection, start, end.unwrap_or(u64::MAX)).await
    }

    fn path(&self, task: TaskId) -> PathBuf {
        let name = task.to_string();
        let shard = name.get(name.len().saturating_sub(2)..).unwrap_or_default();
        self.directory.join(shard).join(format!("{name}.log"))
    }

    fn live(&self) -> MutexGuard<'_, HashMap<TaskId, watch::Sender<Progress>>> {
        // Every use leaves the map whole, so a panic elsewhere does not spoil it.
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Follower {
    path: PathBuf,
    progress: Option<watch::Receiver<Progress>>,
    reader: Option<Reader>,
    from: u64,
}

impl Follower {
    async fn next(&mut self) -> Result<Option<OutputChunk>, OutputError> {
        loop {
            // Looked at before reading: what was written before the end is then sure to be read.
            let ended = match &mut self.progress {
                Some(progress) => progress.borrow_and_update().ended,
                None => true,
            };
            if let Some(chunk) = self.read().await? {
                return Ok(Some(chunk));
            }
            if ended {
                return Ok(None);
            }
            if let Some(progress) = &mut self.progress
                && progress.changed().await.is_err()
            {
                self.progress = None;
            }
        }
    }

    async fn read(&mut self) -> Result<Option<OutputChunk>, OutputError> {
        if self.reader.is_none() {
            self.reader = Reader::open(&self.path).await?;
        }
        let Some(reader) = &mut self.reader else { return Ok(None) };
        let from = self.from;
        while let Some(record) =
            reader.next(|header| header.stream.is_some() && header.position + header.length as u64 > from).await?
        {
            if let Some(chunk) = reader::chunk_after(record, from) {
                return Ok(Some(chunk));
            }
        }
        Ok(None)
    }
}
