//! Reads a tar archive, compressed with zstd or not, entry by entry without unpacking it.
//!
//! Hostile archives: names and headers may not exceed a megabyte, the decompressor's window is bounded (128 MiB), and
//! the meter ends the walk when the total or the ratio passes its limit.

use std::io::{self, BufReader, Read};
use std::rc::Rc;

use tar::EntryType;

use super::guard::{Counted, Guarded, Meter};
use super::{BundleFile, Limits, ReadError, Walked, layout_path, safe_path};
use crate::skipped::Skips;

/// Bytes one header (with its long name and extensions) may take.
const HEADER_BUDGET: u64 = 1 << 20;
/// Base-2 logarithm of the largest window accepted: what `zstd --long` writes.
const WINDOW_LOG_MAX: u32 = 27;
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// Where a tar header says `ustar`.
const TAR_MAGIC_AT: usize = 257;

pub(super) fn walk(
    raw: Box<dyn Read + '_>,
    name: &str,
    limits: &Limits,
    skips: &mut Skips,
    visit: &mut dyn FnMut(BundleFile<'_>, &mut Skips),
) -> Result<Walked, ReadError> {
    let meter = Rc::new(Meter::default());
    meter.budget.set(HEADER_BUDGET);
    let mut raw = BufReader::new(Counted { inner: raw, meter: Rc::clone(&meter) });
    let mut head = Vec::new();
    raw.by_ref().take(512).read_to_end(&mut head).map_err(|source| ReadError::Io { path: name.to_owned(), source })?;
    if head.is_empty() {
        return Err(ReadError::Damaged { path: name.to_owned(), detail: "it has no bytes".to_owned() });
    }
    let is_compressed = head.starts_with(&ZSTD_MAGIC);
    let is_tar = head.get(TAR_MAGIC_AT..).is_some_and(|rest| rest.starts_with(b"ustar"));
    if !is_compressed && !is_tar {
        return Err(ReadError::NotAnArchive { path: name.to_owned() });
    }
    let whole = io::Cursor::new(head).chain(raw);
    let inner: Box<dyn Read + '_> = if is_compressed {
        let damaged = |error: io::Error| ReadError::Damaged { path: name.to_owned(), detail: error.to_string() };
        let mut decoder = zstd::stream::read::Decoder::new(whole).map_err(damaged)?;
        decoder.window_log_max(WINDOW_LOG_MAX).map_err(damaged)?;
        Box::new(decoder)
    } else {
        Box::new(whole)
    };
    let guarded = Guarded { inner, meter: Rc::clone(&meter), limits: limits.clone(), is_compressed };
    let mut walk = Walk { name, limits, meter: &meter, walked: Walked::default() };
    walk.entries(&mut tar::Archive::new(guarded), skips, visit)?;
    Ok(walk.walked)
}

struct Walk<'a> {
    name: &'a str,
    limits: &'a Limits,
    meter: &'a Meter,
    walked: Walked,
}

impl Walk<'_> {
    fn entries<R: Read>(
        &mut self,
        archive: &mut tar::Archive<R>,
        skips: &mut Skips,
        visit: &mut dyn FnMut(BundleFile<'_>, &mut Skips),
    ) -> Result<(), ReadError> {
        let mut entries = match archive.entries() {
            Ok(entries) => entries,
            Err(error) => return self.broken(&error, skips),
        };
        loop {
            self.meter.budget.set(HEADER_BUDGET);
            let mut entry = match entries.next() {
                None => return Ok(()),
                Some(Ok(entry)) => entry,
                Some(Err(error)) => return self.broken(&error, skips),
            };
            self.meter.budget.set(u64::MAX);
            if self.walked.files >= self.limits.max_files {
                skips.file(self.name, format!("only the first {} files were read", self.limits.max_files));
                return Ok(());
            }
            let before = self.meter.bytes.get();
            self.entry(&mut entry, skips, visit)?;
            // Draining here keeps the header budget for headers.
            let drained = io::copy(&mut entry, &mut io::sink());
            self.walked.bytes += self.meter.bytes.get().saturating_sub(before);
            if let Err(error) = drained {
                return self.broken(&error, skips);
            }
        }
    }

    fn entry<R: Read>(
        &mut self,
        entry: &mut tar::Entry<'_, R>,
        skips: &mut Skips,
        visit: &mut dyn FnMut(BundleFile<'_>, &mut Skips),
    ) -> Result<(), ReadError> {
        let raw = entry.path_bytes().into_owned();
        let kind = entry.header().entry_type();
        if matches!(kind, EntryType::XGlobalHeader) {
            return Ok(());
        }
        let lossy = String::from_utf8_lossy(&raw).into_owned();
        let path = safe_path(&lossy)?;
        match kind {
            EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {}
            EntryType::Directory => return Ok(()),
            EntryType::Symlink | EntryType::Link => {
                skips.file(&path, "refused: a link".to_owned());
                return Ok(());
            }
            _ => {
                skips.file(&path, "refused: neither a file nor a directory".to_owned());
                return Ok(());
            }
        }
        let size = entry.size();
        if size > self.limits.max_file_bytes {
            skips.file(&path, format!("only the first {} of {size} bytes were read", self.limits.max_file_bytes));
        }
        let mut reader = BufReader::with_capacity(1 << 16, entry.take(self.limits.max_file_bytes));
        visit(BundleFile { path: layout_path(&path), size, reader: &mut reader }, skips);
        self.walked.files += 1;
        Ok(())
    }

    /// A limit is an error; an early end is one only when nothing was read.
    fn broken(&self, error: &io::Error, skips: &mut Skips) -> Result<(), ReadError> {
        if let Some(limit) = self.meter.tripped.get() {
            return Err(ReadError::TooLarge {
                bytes: self.meter.bytes.get(),
                compressed: self.meter.compressed.get(),
                limit: limit.to_owned(),
            });
        }
        if self.walked.files == 0 {
            return Err(ReadError::Damaged { path: self.name.to_owned(), detail: error.to_string() });
        }
        let files = self.walked.files;
        skips.file(
            self.name,
            format!("the archive ends early ({error}); {files} files were read, the last perhaps in part"),
        );
        Ok(())
    }
}
