//! Reading a task's log from any position, also while it grows.

use std::io::SeekFrom;
use std::path::{Path, PathBuf};
use std::pin::Pin;

use bytes::{Bytes, BytesMut};
use futures::Stream;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use super::record::{HEADER_BYTES, Header, MAGIC, MAX_BYTES};
use super::{OutputChunk, OutputError, OutputStream, Selection, Totals};

/// Bytes of a selection, in order.
pub type ByteStream = Pin<Box<dyn Stream<Item = Result<Bytes, OutputError>> + Send>>;

/// A place in a log. Holds at most one record and one read's worth of bytes.
#[derive(Debug)]
pub(super) struct Reader {
    file: File,
    path: PathBuf,
    buffer: BytesMut,
    totals: Totals,
    /// Whether the file's first bytes have been checked.
    started: bool,
}

/// A record: its header and its bytes.
pub(super) struct Record {
    pub(super) header: Header,
    pub(super) bytes: Bytes,
}

impl Reader {
    /// Opens a log; none if the task has not written one yet.
    pub(super) async fn open(path: &Path) -> Result<Option<Self>, OutputError> {
        let file = match File::open(path).await {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(OutputError::io("open", path, error)),
        };
        Ok(Some(Self {
            file,
            path: path.to_owned(),
            buffer: BytesMut::with_capacity(MAX_BYTES + HEADER_BYTES),
            totals: Totals::default(),
            started: false,
        }))
    }

    /// What the records read so far add up to.
    pub(super) fn totals(&self) -> Totals {
        self.totals
    }

    /// The next complete record whose header passes `wanted`; the others are passed over unread. None at the end of
    /// what is there: asked again later it goes on from the same place. Not cancel-safe: drop the reader with it.
    pub(super) async fn next(&mut self, wanted: impl Fn(&Header) -> bool) -> Result<Option<Record>, OutputError> {
        if !self.start().await? {
            return Ok(None);
        }
        loop {
            if !self.fill(HEADER_BYTES).await? {
                return Ok(None);
            }
            let Some(header) = Header::parse(&self.buffer, &self.totals) else { return Ok(None) };
            if wanted(&header) {
                if !self.fill(HEADER_BYTES + header.length).await? {
                    return Ok(None);
                }
                let mut record = self.buffer.split_to(HEADER_BYTES + header.length);
                let bytes = record.split_off(HEADER_BYTES).freeze();
                self.totals = header.after(&self.totals);
                return Ok(Some(Record { header, bytes }));
            }
            if !self.skip(&header).await? {
                return Ok(None);
            }
        }
    }

    async fn start(&mut self) -> Result<bool, OutputError> {
        if !self.started {
            if !self.fill(MAGIC.len()).await? {
                return Ok(false);
            }
            if !self.buffer.starts_with(MAGIC) {
                return Err(OutputError::Foreign { path: self.path.display().to_string() });
            }
            let _ = self.buffer.split_to(MAGIC.len());
            self.started = true;
        }
        Ok(true)
    }

    /// Reads until the buffer holds `needed` bytes; false if the file ends before.
    async fn fill(&mut self, needed: usize) -> Result<bool, OutputError> {
        while self.buffer.len() < needed {
            self.buffer.reserve(MAX_BYTES);
            let read = self
                .file
                .read_buf(&mut self.buffer)
                .await
                .map_err(|error| OutputError::io("read", &self.path, error))?;
            if read == 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Passes over a record; false if it is not complete yet.
    async fn skip(&mut self, header: &Header) -> Result<bool, OutputError> {
        let size = HEADER_BYTES + header.length;
        if size <= self.buffer.len() {
            let _ = self.buffer.split_to(size);
        } else {
            let failed = |error| OutputError::io("read", &self.path, error);
            let here = self.file.stream_position().await.map_err(failed)?;
            let next = here + (size - self.buffer.len()) as u64;
            if self.file.metadata().await.map_err(failed)?.len() < next {
                return Ok(false);
            }
            self.file.seek(SeekFrom::Start(next)).await.map_err(failed)?;
            self.buffer.clear();
        }
        self.totals = header.after(&self.totals);
        Ok(true)
    }
}

/// Turns a record into what a follower at `from` has not seen of it.
pub(super) fn chunk_after(record: Record, from: u64) -> Option<OutputChunk> {
    let Record { header, bytes } = record;
    let stream = header.stream?;
    let seen = usize::try_from(from.saturating_sub(header.position)).unwrap_or(usize::MAX);
    if seen >= bytes.len() {
        return None;
    }
    Some(OutputChunk {
        position: header.position + bytes.len() as u64,
        stream,
        offset: header.offset + seen as u64,
        bytes: bytes.slice(seen..),
    })
}

/// Adds up a log without reading its bytes.
pub(super) async fn totals(path: &Path) -> Result<Totals, OutputError> {
    let Some(mut reader) = Reader::open(path).await? else { return Ok(Totals::default()) };
    while reader.next(|header| header.stream.is_none()).await?.is_some() {}
    Ok(reader.totals())
}

/// Streams the bytes of a selection from `start` (inclusive) to `end` (exclusive), counted within the selection.
pub(super) async fn bytes(path: &Path, selection: Selection, start: u64, end: u64) -> Result<ByteStream, OutputError> {
    let Some(reader) = Reader::open(path).await? else {
        return Ok(Box::pin(futures::stream::empty()));
    };
    Ok(Box::pin(futures::stream::try_unfold(reader, move |mut reader| async move {
        let place = |header: &Header| if selection == Selection::All { header.position } else { header.offset };
        let takes = |stream: Option<OutputStream>| stream.is_some_and(|stream| selection.takes(stream));
        let Some(record) =
            reader.next(|header| takes(header.stream) && place(header) + header.length as u64 > start).await?
        else {
            return Ok(None);
        };
        let first = place(&record.header);
        let length = record.bytes.len() as u64;
        let from = start.saturating_sub(first).min(length) as usize;
        let to = end.saturating_sub(first).min(length) as usize;
        if from >= to {
            return Ok(None);
        }
        Ok(Some((record.bytes.slice(from..to), reader)))
    })))
}
