//! Why something about a knowledge base was not done.

use oriel_atomspace::attention::AttentionError;
use oriel_atomspace::chain::ChainError;
use oriel_atomspace::learning::{LearningError, Met};
use oriel_atomspace::query::QueryError;
use oriel_atomspace::space::{SpaceError, TooLong};
use oriel_identity::{AuditError, Denied};
use oriel_model::Timestamp;
use oriel_storage::{BlobError, StorageError};

use crate::backup::BackupError;
use crate::change::{ChangeError, EncodingError};
use crate::formats::FormatError;
use crate::ingest::IngestError;
use crate::learning::ended;
use crate::search::IndexError;
use crate::snapshot::SnapshotError;

/// Why something about a knowledge base was not done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KnowledgeError {
    /// A field holds what it may not.
    #[error("{field}: {message}")]
    Invalid {
        /// Which field.
        field: &'static str,
        /// What is wrong and what would do.
        message: String,
    },
    /// A bound was met before things were grouped: of what they share only in part there are no groups.
    #[error("the things were not grouped: {}; group the members of one kind, which are fewer", ended(*met))]
    Ungrouped {
        /// Which bound.
        met: Met,
    },
    /// There is no such base.
    #[error("there is no knowledge base `{name}`")]
    NotFound {
        /// What was asked for.
        name: String,
    },
    /// The base was deleted and can be brought back.
    #[error("the knowledge base `{name}` was deleted: bring it back, or purge it to use its name again")]
    Deleted {
        /// Its name.
        name: String,
    },
    /// Another base has the name.
    #[error(
        "name: there is a knowledge base `{name}` already, or one that was deleted and not purged: choose another name"
    )]
    NameTaken {
        /// The name.
        name: String,
    },
    /// The change was made for another version than there is.
    #[error(
        "the base has version {found}, and the change was made for version {expected}: read it again and repeat the change"
    )]
    Version {
        /// The version that the change was made for.
        expected: u64,
        /// The version that there is.
        found: u64,
    },
    /// The base was renamed or described by somebody else.
    #[error("somebody edited `{name}` since you read it: read it again and repeat your change")]
    Edited {
        /// Its name.
        name: String,
    },
    /// There is no such version yet.
    #[error("version {asked}: the newest version of `{name}` is {newest}")]
    NoVersion {
        /// The base.
        name: String,
        /// What was asked for.
        asked: u64,
        /// The newest.
        newest: u64,
    },
    /// The base is younger than the moment that was asked for.
    #[error("`{name}` did not exist at {asked}: it was created at {created}")]
    Before {
        /// The base.
        name: String,
        /// What was asked for.
        asked: Timestamp,
        /// When it was created.
        created: Timestamp,
    },
    /// The change cannot be carried out; nothing was changed.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// A change has nothing in it.
    #[error("there is nothing in it; nothing was changed")]
    Nothing,
    /// A change has more text than one may have.
    #[error("the change has {given} bytes, and one may have {limit}: split it, or raise the limit")]
    TooLarge {
        /// How many it has.
        given: u64,
        /// How many it may have.
        limit: u64,
    },
    /// What a file holds has more text than a change may have.
    #[error(
        "{file}: as text of atoms, in which what is shared stands each time, it has more than {limit} bytes, and one change may have \
         no more: split it, or raise knowledge.change_bytes; nothing was changed"
    )]
    Longer {
        /// The file.
        file: String,
        /// How many bytes a change may have.
        limit: u64,
    },
    /// The whole base would take more memory than one base may.
    #[error(
        "`{name}` has {atoms} atoms, about {bytes} bytes in memory, and a base may take {limit}: read a part of it, by \
         type or around an atom (--type TYPE, --around ATOM --hops N; over HTTP `part`, or `type`, `around` and `hops`), or \
         raise knowledge.memory_bytes"
    )]
    Larger {
        /// The base.
        name: String,
        /// How many atoms it has.
        atoms: u64,
        /// About how much memory they take.
        bytes: u64,
        /// How much they may take.
        limit: u64,
    },
    /// The whole base would take more memory than one base may, and a format needs all of it.
    #[error(
        "{larger}; as {format} all of the base is needed at once: write it as atomese or json, for which it is not loaded"
    )]
    Unwritable {
        /// The format.
        format: &'static str,
        /// The base, what it would take, and what it may.
        #[source]
        larger: Box<Self>,
    },
    /// What the changes between two versions of a base that is larger than memory can have touched is itself more than can be held.
    #[error(
        "the changes of `{name}` from version {from} to {to} can have touched {atoms} atoms, and of a base that is larger than memory up \
         to {limit} are compared: compare nearer versions, or raise knowledge.memory_bytes"
    )]
    TouchesMuch {
        /// The base.
        name: String,
        /// The older version.
        from: u64,
        /// The newer.
        to: u64,
        /// How many atoms the changes can have touched.
        atoms: u64,
        /// How many may be compared.
        limit: u64,
    },
    /// Between two versions of a base that is larger than memory there are more changes than can be held.
    #[error(
        "the changes of `{name}` from version {from} to {to} have {bytes} bytes in the log, and of a base that is larger than memory \
         versions are compared that are up to {limit} bytes apart: compare nearer ones, one after another, or raise \
         knowledge.memory_bytes"
    )]
    FarApart {
        /// The base.
        name: String,
        /// The older version.
        from: u64,
        /// The newer.
        to: u64,
        /// How many bytes the changes have.
        bytes: u64,
        /// How many they may have.
        limit: u64,
    },
    /// The log is not what was written.
    #[error(
        "the log of `{name}` is damaged at version {version}: {why}; restore a backup, or read a version before it"
    )]
    Damaged {
        /// The base.
        name: String,
        /// The first version that cannot be made.
        version: u64,
        /// What is wrong.
        why: String,
    },
    /// The query cannot be asked, or stopped.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// An atom that is told is endless as text.
    #[error(transparent)]
    Endless(#[from] TooLong),
    /// The query took too long.
    #[error("the query was not done after {seconds} s: make it narrower, or give it more time")]
    TooSlow {
        /// How long it may take.
        seconds: u64,
    },
    /// What is searched is not ready yet.
    #[error("what is searched is still being made after {seconds} s: search again in a while")]
    Unready {
        /// How long was waited.
        seconds: u64,
    },
    /// What is searched cannot be made or read.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// Rules or a target cannot be used.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// Nothing can be learnt of this.
    #[error(transparent)]
    Learning(#[from] LearningError),
    /// What is important cannot be changed so.
    #[error(transparent)]
    Attention(#[from] AttentionError),
    /// Two bases say different things of the same.
    #[error(
        "`{from}` and `{into}` say different things of the same, {count} time(s): {}; say which of the bases to prefer",
        some(.conflicts, *.count)
    )]
    Merge {
        /// The base that was to be merged.
        from: String,
        /// The base that it was to be merged into.
        into: String,
        /// The first of the conflicts, in words.
        conflicts: Vec<String>,
        /// How many conflicts there are.
        count: usize,
    },
    /// Two bases do not go together, whichever is preferred: they declare types differently.
    #[error("`{from}` cannot be merged into `{into}`: {why}; declare it alike in both")]
    Apart {
        /// The base that was to be merged.
        from: String,
        /// The base that it was to be merged into.
        into: String,
        /// Why not.
        #[source]
        why: SpaceError,
    },
    /// A space does not take something.
    #[error(transparent)]
    Space(#[from] SpaceError),
    /// A change is not bytes, or bytes are no change.
    #[error("the change cannot be kept")]
    Encoding(#[from] EncodingError),
    /// A snapshot was not made.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// A backup cannot be written or read.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// A file of another format cannot be read or written.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// One of several files cannot be read.
    #[error("{}; nothing was changed", in_file(.file, .source))]
    File {
        /// Which.
        file: String,
        /// Why not.
        source: FormatError,
    },
    /// A file cannot be ingested.
    #[error("{0}; nothing was changed")]
    Ingest(#[from] IngestError),
    /// The caller may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The store of snapshots failed.
    #[error(transparent)]
    Blobs(#[from] BlobError),
    /// The database did not do what it was asked.
    #[error(transparent)]
    Storage(StorageError),
    /// Work that was handed to another thread did not come to its end.
    #[error("the work was broken off")]
    BrokenOff(#[from] tokio::task::JoinError),
}

/// What is wrong with a file. What the text format says begins with the place in it.
fn in_file(file: &str, error: &FormatError) -> String {
    let space = if matches!(error, FormatError::Text(_)) { "" } else { " " };
    format!("{file}:{space}{error}")
}

/// Some of many, and that there are more.
fn some(conflicts: &[String], count: usize) -> String {
    let more = if count > conflicts.len() { "; and more" } else { "" };
    format!("{}{more}", conflicts.join("; "))
}

impl KnowledgeError {
    /// Whether what was asked for is wrong by itself: a value out of its range, a text that is no query, a name of nothing.
    pub fn is_misuse(&self) -> bool {
        match self {
            Self::Invalid { .. } => true,
            Self::Learning(error) => matches!(error, LearningError::Setting { .. } | LearningError::TooMany { .. }),
            Self::Query(error) => !matches!(error, QueryError::Stopped(_) | QueryError::Space(_)),
            Self::Chain(error) => matches!(
                error,
                ChainError::Text(_) | ChainError::Declaration(_) | ChainError::Form { .. } | ChainError::NoRules(_)
            ),
            _ => false,
        }
    }

    pub(crate) fn invalid(field: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid { field, message: message.into() }
    }
}

impl From<AuditError> for KnowledgeError {
    fn from(error: AuditError) -> Self {
        match error {
            AuditError::Denied(denied) => denied.into(),
            AuditError::Storage(error) => error.into(),
        }
    }
}

impl From<StorageError> for KnowledgeError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Version { expected, found, .. } => Self::Version { expected, found },
            other => Self::Storage(other),
        }
    }
}

/// A result of this crate.
pub type Result<T, E = KnowledgeError> = std::result::Result<T, E>;
