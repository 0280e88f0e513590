//! What a task wrote: an append-only log on disk, one file a task, and those who follow it.
//!
//! Owns the file format ([`record`]), the one writer of a task's log ([`writer`]), reading from any position
//! ([`reader`]) and the registry through which followers are woken ([`store`]).
//! A *position* counts the bytes of output, of both streams together and without the file's own framing, so any
//! number is a valid place to resume from and a chunk's position is what to pass to get what comes after it.
//! Nothing is kept in memory but one batch a writer and one buffer a reader, whatever the output's size.

mod reader;
mod record;
mod store;
mod writer;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

pub use reader::ByteStream;
pub use store::{ChunkStream, OutputStore};
pub use writer::LogWriter;

/// Which of a process's two output streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OutputStream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// Which part of a task's output to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Selection {
    /// Standard output alone.
    Stdout,
    /// Standard error alone.
    Stderr,
    /// Both, interleaved as they arrived.
    All,
}

impl Selection {
    fn takes(self, stream: OutputStream) -> bool {
        match self {
            Self::Stdout => stream == OutputStream::Stdout,
            Self::Stderr => stream == OutputStream::Stderr,
            Self::All => true,
        }
    }
}

/// A piece of output, as followers get it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputChunk {
    /// The position just after this piece: pass it as `from` to get what comes next, once.
    pub position: u64,
    /// Which stream it was written to.
    pub stream: OutputStream,
    /// How many bytes of its own stream come before it.
    pub offset: u64,
    /// The bytes as they came; any encoding, at most 64 KiB.
    pub bytes: Bytes,
}

/// How much a task has written so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Bytes of standard output recorded.
    pub stdout: u64,
    /// Bytes of standard error recorded.
    pub stderr: u64,
    /// Whether output beyond the limit was discarded.
    pub cut: bool,
}

impl Totals {
    /// Bytes recorded of both streams: the position of the end.
    pub fn position(&self) -> u64 {
        self.stdout.saturating_add(self.stderr)
    }

    /// Bytes recorded of what is selected.
    pub fn of(&self, selection: Selection) -> u64 {
        match selection {
            Selection::Stdout => self.stdout,
            Selection::Stderr => self.stderr,
            Selection::All => self.position(),
        }
    }
}

/// Why output cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The file cannot be made, written or read.
    #[error("cannot {doing} the output log {path}: {source}")]
    Io {
        /// What was tried: create, write, read…
        doing: &'static str,
        /// Which file.
        path: String,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// The file is not an output log, or of another version.
    #[error("{path} is not an output log of this version")]
    Foreign {
        /// Which file.
        path: String,
    },
}

impl OutputError {
    fn io(doing: &'static str, path: &std::path::Path, source: std::io::Error) -> Self {
        Self::Io { doing, path: path.display().to_string(), source }
    }
}
