//! Reads a directory tree. Links, sockets and devices are passed over and stated; names are taken in sorted order, so
//! that a directory always reads the same.

use std::fs;
use std::io::{BufReader, Read};
use std::path::Path;

use super::{BundleFile, Limits, ReadError, Walked, layout_path};
use crate::skipped::Skips;

/// Directories deeper than this are passed over.
const MAX_DEPTH: usize = 16;

pub(super) fn walk(
    root: &Path,
    limits: &Limits,
    skips: &mut Skips,
    visit: &mut dyn FnMut(BundleFile<'_>, &mut Skips),
) -> Result<Walked, ReadError> {
    let io = |source| ReadError::Io { path: root.display().to_string(), source };
    if !fs::metadata(root).map_err(io)?.is_dir() {
        return Err(io(std::io::Error::from(std::io::ErrorKind::NotADirectory)));
    }
    fs::read_dir(root).map_err(io)?;
    let mut walk = Walk { limits, walked: Walked::default(), full: false };
    walk.directory(root, "", 0, skips, visit);
    Ok(walk.walked)
}

struct Walk<'a> {
    limits: &'a Limits,
    walked: Walked,
    full: bool,
}

impl Walk<'_> {
    fn directory(
        &mut self,
        directory: &Path,
        prefix: &str,
        depth: usize,
        skips: &mut Skips,
        visit: &mut dyn FnMut(BundleFile<'_>, &mut Skips),
    ) {
        if depth > MAX_DEPTH {
            skips.file(prefix, format!("refused: more than {MAX_DEPTH} directories deep"));
            return;
        }
        let entries = match fs::read_dir(directory) {
            Ok(entries) => entries,
            Err(error) => return skips.file(prefix, format!("cannot be listed: {error}")),
        };
        let mut names: Vec<_> = entries.filter_map(Result::ok).map(|entry| entry.file_name()).collect();
        names.sort_unstable();
        for name in names {
            if self.full {
                return;
            }
            let path = directory.join(&name);
            let text = name.to_string_lossy();
            let relative = if prefix.is_empty() { text.into_owned() } else { format!("{prefix}/{text}") };
            match fs::symlink_metadata(&path) {
                Err(error) => skips.file(&relative, format!("cannot be read: {error}")),
                Ok(meta) if meta.is_dir() => self.directory(&path, &relative, depth + 1, skips, visit),
                Ok(meta) if meta.is_file() => self.file(&path, &relative, meta.len(), skips, visit),
                Ok(meta) if meta.is_symlink() => skips.file(&relative, "refused: a link".to_owned()),
                Ok(_) => skips.file(&relative, "refused: neither a file nor a directory".to_owned()),
            }
        }
    }

    fn file(
        &mut self,
        path: &Path,
        relative: &str,
        size: u64,
        skips: &mut Skips,
        visit: &mut dyn FnMut(BundleFile<'_>, &mut Skips),
    ) {
        if self.walked.files >= self.limits.max_files {
            skips.file(relative, format!("only the first {} files were read", self.limits.max_files));
            self.full = true;
            return;
        }
        let room = self.limits.max_total_bytes.saturating_sub(self.walked.bytes);
        let allowed = self.limits.max_file_bytes.min(room);
        if size > allowed {
            skips.file(relative, format!("only the first {allowed} of {size} bytes were read"));
        }
        let file = match fs::File::open(path) {
            Ok(file) => file,
            Err(error) => return skips.file(relative, format!("cannot be read: {error}")),
        };
        let mut reader = BufReader::with_capacity(1 << 16, file.take(allowed));
        visit(BundleFile { path: layout_path(relative), size, reader: &mut reader }, skips);
        self.walked.files += 1;
        self.walked.bytes += size.min(allowed);
    }
}
