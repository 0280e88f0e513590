//! Looks over an uploaded archive before it becomes an incident, so that a bad one is refused with its reason at once and
//! not by a failed investigation later.

use std::io::Read as _;
use std::path::PathBuf;

use oriel_evidence::bundle::{BundleFile, is_layout, walk};
use oriel_evidence::{Limits, ReadError, Skips, Source, incident};

/// Bytes of `incident.toml` that are looked at.
const INCIDENT_BYTES: u64 = 256 * 1024;

/// What an archive says of itself.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Overview {
    /// The title in its `incident.toml`.
    pub(crate) title: Option<String>,
}

/// Reads through the archive at `path`. Blocks for as long as it takes to decompress.
pub(crate) fn inspect(path: PathBuf) -> Result<Overview, ReadError> {
    let mut found = Found::default();
    let mut skips = Skips::default();
    let walked = walk(&Source::Archive(path), &Limits::default(), &mut skips, &mut |mut file, skips| {
        found.look(&mut file, skips);
    });
    // The path is the server's own; the sender knows only "the archive".
    let walked = walked.map_err(without_path)?;
    if let Some(error) = found.failed {
        return Err(error);
    }
    if found.evidence == 0 {
        return Err(ReadError::NoEvidence { path: "the archive".to_owned(), files: walked.files });
    }
    Ok(found.overview)
}

#[derive(Default)]
struct Found {
    overview: Overview,
    evidence: usize,
    failed: Option<ReadError>,
}

impl Found {
    fn look(&mut self, file: &mut BundleFile<'_>, skips: &mut Skips) {
        if file.path == "incident.toml" {
            let mut text = Vec::new();
            // What is cut or broken here is stated by the investigation, which reads it again.
            let _ = (&mut *file.reader).take(INCIDENT_BYTES).read_to_end(&mut text);
            match incident::parse(&String::from_utf8_lossy(&text), file.path, skips) {
                Ok(meta) => self.overview.title = meta.title,
                Err(error) => self.failed = Some(error),
            }
        } else if is_layout(file.path) && file.path != "collection.json" {
            self.evidence += 1;
        }
    }
}

fn without_path(error: ReadError) -> ReadError {
    let path = "the archive".to_owned();
    match error {
        ReadError::Empty { .. } => ReadError::Empty { path },
        ReadError::NoEvidence { files, .. } => ReadError::NoEvidence { path, files },
        ReadError::NotAnArchive { .. } => ReadError::NotAnArchive { path },
        ReadError::Damaged { detail, .. } => ReadError::Damaged { path, detail },
        ReadError::Io { source, .. } => ReadError::Io { path, source },
        other => other,
    }
}
