//! One index: made of a base's content, found on the disk, brought up to date.
//!
//! With each commit an index says what it was made of: the version, the hash of the log there, and how many nodes. It is believed
//! when that is there, its form is the one of this program, its files have their sums and it has as many nodes; else it is as if
//! there were none. A commit replaces one small file whole, so a crash leaves what was committed before.

use std::path::{Path, PathBuf};

use oriel_atomspace::space::{Handle, Space};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use tantivy::directory::error::OpenDirectoryError;
use tantivy::directory::{MmapDirectory, RamDirectory};
use tantivy::indexer::{IndexWriterOptions, LogMergePolicy};
use tantivy::schema::document::TantivyDocument;
use tantivy::{Directory, Index, IndexSettings, IndexWriter, ReloadPolicy, Searcher, TantivyError, Term};

use super::fields::{FORMAT, Fields, Id, LENGTH};

/// Memory for what is written next, in bytes.
const ARENA: usize = 64 << 20;
/// The same for a few nodes.
const SMALL_ARENA: usize = 16 << 20;
/// A part of an index is written anew when more than this share of it was deleted.
const DELETED: f32 = 0.3;
/// Nodes between two looks at whether to go on.
const STRIDE: usize = 1_024;

/// Why there is no index.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// It was stopped.
    #[error("the index was not made: it was stopped")]
    Stopped,
    /// There is more text than one in memory may hold.
    #[error("there are more than {limit} bytes of text, too many for an index in memory: search the newest version")]
    TooLarge {
        /// How many there may be.
        limit: usize,
    },
    /// No snapshot of a base that is larger than memory can be read.
    #[error(
        "the base is larger than memory, and no snapshot of it can be read to make an index: raise knowledge.memory_bytes"
    )]
    Unreadable,
    /// Its files cannot be written or read.
    #[error("the index cannot be kept: {0}")]
    Files(#[from] std::io::Error),
    /// Its directory cannot be opened.
    #[error("the index cannot be kept: {0}")]
    Directory(#[from] OpenDirectoryError),
    /// It cannot be made or used.
    #[error("the index failed: {0}")]
    Failed(#[from] TantivyError),
}

/// What an index was made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Made {
    format: u32,
    version: u64,
    hash: String,
    nodes: u64,
}

/// An index that can be searched, as it was when it was made or brought up to date.
pub(crate) struct Ready {
    /// The version of the base.
    pub(crate) version: u64,
    /// The hash of its log there.
    pub(crate) hash: String,
    pub(super) fields: Fields,
    pub(super) searcher: Searcher,
    /// How many nodes there are.
    pub(super) nodes: u64,
    /// How many words they have together.
    pub(super) words: u64,
    /// Bytes of text that were read for it, where it was made in this process.
    pub(super) bytes: usize,
    index: Index,
}

/// Where an index is.
#[derive(Debug, Clone)]
pub(super) enum Place {
    /// In a directory of its own.
    Directory(PathBuf),
    /// In memory, of so many bytes of text at most.
    Memory(usize),
}

/// The writer of an index, which may be tidying up.
pub(super) struct Tidying(IndexWriter);

impl Tidying {
    /// Waits until parts were joined. What is searched stays right without.
    pub(super) fn finish(self) -> Result<(), IndexError> {
        Ok(self.0.wait_merging_threads()?)
    }
}

/// The nodes that changes may have touched, and where they are now.
pub(super) type Touched = FxHashMap<Id, Option<Handle>>;

impl Ready {
    /// The index in a directory, if there is one that can be believed; else why not.
    pub(super) fn open(directory: &Path) -> Result<Self, String> {
        let shown = |error: &dyn std::fmt::Display| error.to_string();
        let index = Index::open(MmapDirectory::open(directory).map_err(|error| shown(&error))?);
        let index = index.map_err(|error| shown(&error))?;
        let fields = Fields::new();
        if index.schema() != fields.schema {
            return Err("it has other fields".to_owned());
        }
        let payload = index.load_metas().map_err(|error| shown(&error))?.payload.unwrap_or_default();
        let made: Made = serde_json::from_str(&payload).map_err(|_| "it says not what it was made of".to_owned())?;
        if made.format != FORMAT {
            return Err("it is of another form".to_owned());
        }
        let damaged = index.validate_checksum().map_err(|error| shown(&error))?;
        if let Some(file) = damaged.iter().next() {
            return Err(format!("{} is damaged", file.display()));
        }
        let ready = Self::of(index, fields, (made.version, &made.hash)).map_err(|error| shown(&error))?;
        if ready.nodes != made.nodes {
            return Err(format!("it has {} nodes in place of {}", ready.nodes, made.nodes));
        }
        Ok(ready)
    }

    /// Makes an index of some content. `stop` is asked now and then.
    pub(super) fn make(
        place: &Place,
        space: &Space,
        of: (u64, &str),
        stop: &dyn Fn() -> bool,
    ) -> Result<(Self, Tidying), IndexError> {
        Self::make_by(place, of, |add| {
            for (at, atom) in space.handles().enumerate() {
                if at.is_multiple_of(STRIDE) && stop() {
                    return Err(IndexError::Stopped);
                }
                add(space, atom)?;
            }
            Ok(())
        })
    }

    /// Makes an index of the atoms that `each` adds, of any spaces.
    pub(super) fn make_by<E: From<IndexError>>(
        place: &Place,
        (version, hash): (u64, &str),
        each: impl FnOnce(&mut dyn FnMut(&Space, Handle) -> Result<(), IndexError>) -> Result<(), E>,
    ) -> Result<(Self, Tidying), E> {
        let fields = Fields::new();
        let (index, limit) = Self::begun(place, &fields)?;
        let writer = writer(&index, ARENA).map_err(IndexError::from)?;
        let (mut bytes, mut nodes) = (0, 0);
        each(&mut |space, atom| {
            let Some((document, read)) = fields.document(space, atom) else { return Ok(()) };
            bytes += read;
            if bytes > limit {
                return Err(IndexError::TooLarge { limit });
            }
            writer.add_document(document)?;
            nodes += 1;
            Ok(())
        })?;
        let writer = commit(writer, &Made { format: FORMAT, version, hash: hash.to_owned(), nodes })?;
        let ready = Self { bytes, ..Self::of(index, fields, (version, hash)).map_err(IndexError::from)? };
        Ok((ready, Tidying(writer)))
    }

    /// An index of nothing, and how many bytes of text it may have.
    fn begun(place: &Place, fields: &Fields) -> Result<(Index, usize), IndexError> {
        let (directory, limit): (Box<dyn Directory>, usize) = match place {
            Place::Memory(limit) => (Box::new(RamDirectory::create()), *limit),
            Place::Directory(path) => {
                remove(path)?;
                std::fs::create_dir_all(path)?;
                (Box::new(MmapDirectory::open(path)?), usize::MAX)
            }
        };
        Ok((Index::create(directory, fields.schema.clone(), IndexSettings::default())?, limit))
    }

    /// The index after changes, of which `space` is what came of them. Who searches this one goes on undisturbed.
    pub(super) fn brought_up(
        &self,
        space: &Space,
        touched: &Touched,
        (version, hash): (u64, &str),
        stop: &dyn Fn() -> bool,
    ) -> Result<(Self, Tidying), IndexError> {
        let writer = writer(&self.index, if touched.len() > STRIDE { ARENA } else { SMALL_ARENA })?;
        let mut nodes = self.nodes;
        for (at, (id, now)) in touched.iter().enumerate() {
            if at % STRIDE == STRIDE - 1 && stop() {
                return Err(IndexError::Stopped);
            }
            let term = Term::from_field_bytes(self.fields.id, id);
            let was = self.searcher.segment_readers().iter().try_fold(0, |sum, segment| {
                let found = super::rank::count(segment, &term)?;
                Ok::<u64, TantivyError>(sum + found)
            })?;
            let document = now.and_then(|node| self.fields.document(space, node));
            nodes = (nodes + u64::from(document.is_some())).saturating_sub(was);
            writer.delete_term(term);
            if let Some((document, _)) = document {
                writer.add_document(document)?;
            }
        }
        let writer = commit(writer, &Made { format: FORMAT, version, hash: hash.to_owned(), nodes })?;
        let ready = Self::of(self.index.clone(), self.fields.clone(), (version, hash))?;
        Ok((Self { bytes: self.bytes, ..ready }, Tidying(writer)))
    }

    /// The same after it was tidied up.
    pub(super) fn tidied(&self) -> Result<Self, IndexError> {
        let ready = Self::of(self.index.clone(), self.fields.clone(), (self.version, &self.hash))?;
        Ok(Self { bytes: self.bytes, ..ready })
    }

    fn of(index: Index, fields: Fields, (version, hash): (u64, &str)) -> Result<Self, TantivyError> {
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).num_warming_threads(1).try_into()?;
        let searcher = tantivy::IndexReader::searcher(&reader);
        let mut words = 0;
        for segment in searcher.segment_readers() {
            let lengths = segment.fast_fields().u64(LENGTH)?;
            words += segment.doc_ids_alive().filter_map(|document| lengths.first(document)).sum::<u64>();
        }
        Ok(Self {
            version,
            hash: hash.to_owned(),
            fields,
            nodes: searcher.num_docs(),
            words,
            bytes: 0,
            searcher,
            index,
        })
    }
}

impl std::fmt::Debug for Ready {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { version, hash, nodes, words, .. } = self;
        write!(out, "Ready {{ version: {version}, hash: {hash}, nodes: {nodes}, words: {words} }}")
    }
}

fn writer(index: &Index, arena: usize) -> Result<IndexWriter, TantivyError> {
    let options = IndexWriterOptions::builder().memory_budget_per_thread(arena).num_merge_threads(1).build();
    let writer = index.writer_with_options::<TantivyDocument>(options)?;
    let mut policy = LogMergePolicy::default();
    policy.set_del_docs_ratio_before_merge(DELETED);
    writer.set_merge_policy(Box::new(policy));
    Ok(writer)
}

fn commit(mut writer: IndexWriter, made: &Made) -> Result<IndexWriter, IndexError> {
    let payload = serde_json::to_string(made).map_err(std::io::Error::other)?;
    let mut prepared = writer.prepare_commit()?;
    prepared.set_payload(&payload);
    prepared.commit()?;
    Ok(writer)
}

/// Removes an index, if there is one.
pub(super) fn remove(directory: &Path) -> std::io::Result<()> {
    match std::fs::remove_dir_all(directory) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
