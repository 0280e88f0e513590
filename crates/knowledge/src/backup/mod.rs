//! A base as one file, and a base from such a file.
//!
//! ```text
//! oriel-backup 1
//! {"name":"shop","description":"…","created_at":"…","version":2,"head":"…"}
//! change 312 57
//! {"version":1,"at":"…","actor":{…},"kind":"apply","note":"…",…}<57 bytes: the change as the log has it>
//! change …
//! end 2 <SHA-256 of all before, in hexadecimal>
//! ```
//! The file holds the whole log, so a restored base has every version, and the same hashes. A file is written beside its
//! place and put there when it is whole and on the disk; one that is cut, altered or incomplete is refused before anything
//! is written.

mod file;
mod reader;
mod receive;
mod restore;
mod write;

use oriel_model::Timestamp;
use serde::{Deserialize, Serialize};

pub use receive::receive;
pub use restore::restore;
pub use write::{to_file, write};

const HEADER: &str = "oriel-backup 1";
/// The longest line, and the longest description of a change.
const LINE: u64 = 1 << 20;
/// The largest change.
const CHANGE: u64 = (1 << 30) + (1 << 26);

/// What is told as work goes on: changes done, and how many there are.
pub type Progress<'a> = &'a mut (dyn FnMut(u64, u64) + Send);

/// The base of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackedUp {
    /// Its name.
    pub name: String,
    /// What it is about.
    pub description: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// Its newest version, and how many changes follow.
    pub version: u64,
    /// The hash of the last of them.
    pub head: String,
}

/// Why a backup cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The file is not what a backup is.
    #[error("the backup is damaged at byte {at}: {message}; nothing was restored")]
    Damaged {
        /// Where.
        at: u64,
        /// What is wrong.
        message: String,
    },
    /// It is larger than one may be.
    #[error("the backup has more than {limit} bytes: restore it at the command line, or raise knowledge.backup_bytes")]
    TooLarge {
        /// How many it may have.
        limit: u64,
    },
    /// Who sends it does not go on.
    #[error("the backup broke off; nothing was restored")]
    BrokenOff(#[source] std::io::Error),
    /// The file cannot be written or read.
    #[error("the backup: could not {doing}")]
    Io {
        /// What was being done.
        doing: &'static str,
        /// Why it failed.
        #[source]
        source: std::io::Error,
    },
}

impl BackupError {
    fn io(doing: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Io { doing, source }
    }
}
