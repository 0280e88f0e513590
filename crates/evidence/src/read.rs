//! Reads a bundle into [`Evidence`]: each file goes to the importer that its directory names.

use std::io::Read;

use crate::bundle::{self, BundleFile, Limits, ReadError, Source};
use crate::incident::{self, IncidentMeta};
use crate::skipped::{Skipped, Skips};

/// How far the reading is.
#[derive(Debug, Clone)]
pub struct Progress {
    /// Files read.
    pub files: usize,
    /// The file being read.
    pub file: String,
}

/// How much of each kind was read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// Files read.
    pub files: usize,
    /// Bytes read, decompressed.
    pub bytes: u64,
}

/// Everything read from a bundle, ready for the detectors.
#[derive(Debug)]
pub struct Evidence {
    /// `incident.toml`.
    pub incident: IncidentMeta,
    /// What was not used, and why.
    pub skipped: Vec<Skipped>,
    /// How much was read.
    pub counts: Counts,
}

impl Evidence {
    /// Reads `source` within `limits`.
    pub fn read(source: &Source, limits: &Limits, progress: &mut dyn FnMut(Progress)) -> Result<Self, ReadError> {
        let mut skips = Skips::default();
        let mut readers = Importers { limits, incident: IncidentMeta::default(), used: 0, failed: None };
        let mut files = 0;
        let walked = bundle::walk(source, limits, &mut skips, &mut |file, skips| {
            files += 1;
            progress(Progress { files, file: file.path.to_owned() });
            readers.file(file, skips);
        })?;
        if let Some(error) = readers.failed {
            return Err(error);
        }
        if readers.used == 0 {
            return Err(ReadError::NoEvidence { path: "the bundle".to_owned(), files: walked.files });
        }
        let counts = Counts { files: walked.files, bytes: walked.bytes };
        Ok(Self { incident: readers.incident, skipped: skips.finish(), counts })
    }
}

struct Importers<'a> {
    limits: &'a Limits,
    incident: IncidentMeta,
    used: usize,
    failed: Option<ReadError>,
}

impl Importers<'_> {
    fn file(&mut self, file: BundleFile<'_>, skips: &mut Skips) {
        if !bundle::is_layout(file.path) {
            skips.file(file.path, "not part of the incident format".to_owned());
            return;
        }
        self.used += 1;
        if file.path == "incident.toml" {
            let Some(bytes) = self.document(&mut *file.reader, file.path, skips) else { return };
            match incident::parse(&String::from_utf8_lossy(&bytes), file.path, skips) {
                Ok(meta) => self.incident = meta,
                Err(error) => self.failed = Some(error),
            }
        }
    }

    /// The whole of a file that must be held in memory, or nothing (stated) when it is too large or unreadable.
    fn document(&self, reader: &mut dyn Read, path: &str, skips: &mut Skips) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        if let Err(error) = reader.take(self.limits.max_document_bytes + 1).read_to_end(&mut bytes) {
            skips.file(path, format!("read only in part: {error}"));
        }
        if bytes.len() as u64 > self.limits.max_document_bytes {
            skips.file(path, format!("not read: larger than {} bytes", self.limits.max_document_bytes));
            return None;
        }
        Some(bytes)
    }
}
