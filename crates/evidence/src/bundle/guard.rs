//! Counts and bounds the bytes that come out of a decompressor.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use super::Limits;

/// Counters shared between the reader inside the archive and the walk around it.
#[derive(Debug, Default)]
pub(super) struct Meter {
    /// Compressed bytes read.
    pub(super) compressed: Cell<u64>,
    /// Decompressed bytes handed out.
    pub(super) bytes: Cell<u64>,
    /// Decompressed bytes still allowed before the walk must look again (bounds headers and long names).
    pub(super) budget: Cell<u64>,
    /// Set when a limit stopped the reading: the limit in words.
    pub(super) tripped: Cell<Option<&'static str>>,
}

/// Counts compressed bytes.
pub(super) struct Counted<R> {
    pub(super) inner: R,
    pub(super) meter: Rc<Meter>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.meter.compressed.set(self.meter.compressed.get() + read as u64);
        Ok(read)
    }
}

/// Counts decompressed bytes and stops at the limits.
pub(super) struct Guarded<R> {
    pub(super) inner: R,
    pub(super) meter: Rc<Meter>,
    pub(super) limits: Limits,
    pub(super) is_compressed: bool,
}

impl<R> Guarded<R> {
    fn tripped(&self) -> Option<&'static str> {
        let (bytes, compressed) = (self.meter.bytes.get(), self.meter.compressed.get().max(1));
        if bytes > self.limits.max_total_bytes {
            return Some("the total size");
        }
        let inflated = bytes / compressed > self.limits.max_ratio;
        if self.is_compressed && bytes > self.limits.ratio_floor_bytes && inflated {
            return Some("the compression ratio");
        }
        (self.meter.budget.get() == 0).then_some("one archive header")
    }
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(limit) = self.tripped() {
            self.meter.tripped.set(Some(limit));
            return Err(io::Error::other("a size limit was reached"));
        }
        let room = usize::try_from(self.meter.budget.get()).unwrap_or(usize::MAX).min(buffer.len());
        let Some(window) = buffer.get_mut(..room) else { return Ok(0) };
        let read = self.inner.read(window)?;
        self.meter.bytes.set(self.meter.bytes.get() + read as u64);
        self.meter.budget.set(self.meter.budget.get().saturating_sub(read as u64));
        Ok(read)
    }
}
