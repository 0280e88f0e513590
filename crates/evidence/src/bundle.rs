//! Opens an incident bundle and hands out its files, one stream at a time.
//!
//! A bundle is a directory, a `.tar.zst` (or plain `.tar`) archive, the bytes of one, or files in memory. Nothing is
//! unpacked to disk and no file is held whole here: the visitor reads a stream, so a log of many gigabytes costs a
//! buffer. Refused outright: absolute paths, `..`, an archive that decompresses beyond its limits. Passed over and
//! stated: links, devices, sockets, unreadable entries, whatever lies beyond a limit. An archive that ends early gives
//! what came before the end, stated as partial, or an error when that is nothing.

mod archive;
mod directory;
mod guard;

use std::io::{BufRead, Cursor, Read};
use std::path::PathBuf;

use crate::skipped::Skips;

/// Where the evidence of an incident lies.
#[derive(Debug, Clone)]
pub enum Source {
    /// A directory in the incident layout.
    Directory(PathBuf),
    /// A `.tar.zst` or `.tar` file.
    Archive(PathBuf),
    /// The bytes of a `.tar.zst` or `.tar` file.
    ArchiveBytes(Vec<u8>),
    /// Files by relative path, in the order given.
    Memory(Vec<(String, Vec<u8>)>),
}

impl Source {
    /// A directory or an archive, by what `path` is on disk.
    pub fn open(path: PathBuf) -> Self {
        if path.is_dir() { Self::Directory(path) } else { Self::Archive(path) }
    }
}

/// Bounds on what one bundle may cost. Every cut made because of them is stated in `Evidence::skipped`.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes read over all files, after decompression.
    pub max_total_bytes: u64,
    /// Bytes read of one file; the rest of it is passed over.
    pub max_file_bytes: u64,
    /// Bytes of one file that must be held whole (JSON documents, Kubernetes objects).
    pub max_document_bytes: u64,
    /// Number of files.
    pub max_files: usize,
    /// Decompressed bytes a compressed byte may become, once `ratio_floor_bytes` have been read.
    pub max_ratio: u64,
    /// Decompressed bytes below which the ratio is not looked at: short, repetitive logs compress very well.
    pub ratio_floor_bytes: u64,
    /// Bytes of one line; the rest of the line is passed over.
    pub max_line_bytes: usize,
    /// Metric series kept.
    pub max_series: usize,
    /// Samples kept over all metric series.
    pub max_samples: usize,
    /// Log templates kept.
    pub max_templates: usize,
    /// Spans kept.
    pub max_spans: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_total_bytes: 8 << 30,
            max_file_bytes: 4 << 30,
            max_document_bytes: 64 << 20,
            max_files: 50_000,
            max_ratio: 1_000,
            ratio_floor_bytes: 1_536 << 20,
            max_line_bytes: 1 << 20,
            max_series: 100_000,
            max_samples: 20_000_000,
            max_templates: 20_000,
            max_spans: 1_000_000,
        }
    }
}

/// Why a bundle could not be read at all.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file or directory could not be opened or read.
    #[error("cannot read {path}: {source}")]
    Io {
        /// What was being read.
        path: String,
        /// The cause.
        source: std::io::Error,
    },
    /// There is no file in the bundle.
    #[error(
        "{path} holds no files: an incident needs at least one of kubernetes/, metrics/, logs/, traces/, alerts.json, topology.csv (see docs/incident-format.md)"
    )]
    Empty {
        /// The bundle.
        path: String,
    },
    /// There are files, but none where the incident format has them.
    #[error(
        "none of the {files} files in {path} is evidence: expected kubernetes/, metrics/, logs/, traces/, alerts.json or topology.csv at the top or one directory down (see docs/incident-format.md)"
    )]
    NoEvidence {
        /// The bundle.
        path: String,
        /// How many files there were.
        files: usize,
    },
    /// The bytes are neither zstd nor tar.
    #[error(
        "{path} is neither a zstd-compressed nor a plain tar archive; make one with: tar --zstd -cf incident.tar.zst DIRECTORY"
    )]
    NotAnArchive {
        /// The bundle.
        path: String,
    },
    /// The archive ended or broke before any file was complete.
    #[error("{path} is truncated or damaged and no file in it could be read: {detail}")]
    Damaged {
        /// The bundle.
        path: String,
        /// What the reader said.
        detail: String,
    },
    /// An entry would lie outside the bundle.
    #[error("refused: the archive entry {path:?} is absolute or climbs out of the archive with \"..\"")]
    UnsafePath {
        /// The entry's path as written.
        path: String,
    },
    /// The archive decompresses to more than the limits allow.
    #[error("refused: the archive decompresses to {bytes} bytes from {compressed}, beyond the limit of {limit}")]
    TooLarge {
        /// Bytes decompressed when reading stopped.
        bytes: u64,
        /// Compressed bytes read until then.
        compressed: u64,
        /// The limit, in words.
        limit: String,
    },
    /// `incident.toml` is not valid.
    #[error("incident.toml: {0}")]
    Incident(String),
}

/// One file of a bundle, as the visitor sees it.
pub struct BundleFile<'a> {
    /// Path in the incident layout: forward slashes, no leading directory of the archive's own.
    pub path: &'a str,
    /// Size in bytes as declared by the container.
    pub size: u64,
    /// The contents. Ends early, with an error, when the archive does.
    pub reader: &'a mut dyn BufRead,
}

/// What a walk over the bundle saw.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Walked {
    /// Files handed out.
    pub files: usize,
    /// Bytes read from them.
    pub bytes: u64,
}

/// Calls `visit` with every file of `source`, in the container's order (directories: by file name).
pub fn walk(
    source: &Source,
    limits: &Limits,
    skips: &mut Skips,
    visit: &mut dyn FnMut(BundleFile<'_>, &mut Skips),
) -> Result<Walked, ReadError> {
    let (name, walked) = match source {
        Source::Directory(path) => (path.display().to_string(), directory::walk(path, limits, skips, visit)?),
        Source::Archive(path) => {
            let name = path.display().to_string();
            let file = std::fs::File::open(path).map_err(|source| ReadError::Io { path: name.clone(), source })?;
            let walked = archive::walk(Box::new(file), &name, limits, skips, visit)?;
            (name, walked)
        }
        Source::ArchiveBytes(bytes) => {
            let name = "the archive".to_owned();
            let walked = archive::walk(Box::new(Cursor::new(bytes.as_slice())), &name, limits, skips, visit)?;
            (name, walked)
        }
        Source::Memory(files) => ("the incident".to_owned(), memory(files, limits, skips, visit)?),
    };
    if walked.files == 0 {
        return Err(ReadError::Empty { path: name });
    }
    Ok(walked)
}

fn memory(
    files: &[(String, Vec<u8>)],
    limits: &Limits,
    skips: &mut Skips,
    visit: &mut dyn FnMut(BundleFile<'_>, &mut Skips),
) -> Result<Walked, ReadError> {
    let mut walked = Walked::default();
    for (path, bytes) in files {
        let path = safe_path(path)?;
        let mut reader = Cursor::new(bytes.as_slice()).take(limits.max_file_bytes);
        if bytes.len() as u64 > limits.max_file_bytes {
            skips.file(&path, format!("only the first {} bytes were read", limits.max_file_bytes));
        }
        visit(BundleFile { path: layout_path(&path), size: bytes.len() as u64, reader: &mut reader }, skips);
        walked.files += 1;
        walked.bytes += bytes.len() as u64;
    }
    Ok(walked)
}

/// The relative path with forward slashes and without `.` parts, or an error when it could leave the bundle.
fn safe_path(raw: &str) -> Result<String, ReadError> {
    let refuse = || ReadError::UnsafePath { path: raw.to_owned() };
    let drive = raw.as_bytes().get(1) == Some(&b':') && raw.as_bytes().first().is_some_and(u8::is_ascii_alphabetic);
    if raw.starts_with(['/', '\\']) || drive || raw.contains('\0') {
        return Err(refuse());
    }
    let mut clean = String::with_capacity(raw.len());
    for part in raw.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => return Err(refuse()),
            part => {
                if !clean.is_empty() {
                    clean.push('/');
                }
                clean.push_str(part);
            }
        }
    }
    Ok(clean)
}

const TOP_DIRECTORIES: [&str; 4] = ["kubernetes", "metrics", "logs", "traces"];
const TOP_FILES: [&str; 4] = ["incident.toml", "alerts.json", "topology.csv", "collection.json"];

/// Drops one leading directory when what follows is the layout: archives of `my-incident/` hold `my-incident/metrics/…`.
fn layout_path(path: &str) -> &str {
    if is_layout(path) {
        return path;
    }
    match path.split_once('/') {
        Some((_, rest)) if is_layout(rest) => rest,
        _ => path,
    }
}

/// Whether the path lies where the incident format has files.
pub fn is_layout(path: &str) -> bool {
    match path.split_once('/') {
        Some((top, _)) => TOP_DIRECTORIES.contains(&top),
        None => TOP_FILES.contains(&path),
    }
}

#[cfg(test)]
mod tests;
