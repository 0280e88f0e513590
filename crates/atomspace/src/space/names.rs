//! Where names stand: runs of bytes at addresses that stay, in chunks that copies share until one of them writes.
//!
//! A run never crosses the end of a chunk, so that it reads as one slice. There is only room for more: what is no longer needed
//! stays.

use std::sync::Arc;

/// Bytes of a chunk; a run longer than a quarter of that has a chunk of its own.
const CHUNK: usize = 16_384;

/// Runs of bytes.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    chunks: Vec<Arc<[u8]>>,
    /// The chunk that short runs are taken from, and how much of it is taken.
    open: Option<(usize, usize)>,
    taken: usize,
}

impl Names {
    fn address(chunk: usize, offset: usize) -> Option<u32> {
        u32::try_from(chunk * CHUNK + offset).ok()
    }

    /// A run of `len` zeros; `None` where addresses are used up.
    pub(super) fn take(&mut self, len: usize) -> Option<u32> {
        if let Some((chunk, used)) = self.open
            && used + len <= CHUNK
        {
            self.open = Some((chunk, used + len));
            self.taken += len;
            return Self::address(chunk, used);
        }
        let chunk = self.chunks.len();
        let address = Self::address(chunk, 0)?;
        let own = len > CHUNK / 4;
        self.chunks.push(std::iter::repeat_n(0, if own { len } else { CHUNK }).collect());
        if !own {
            self.open = Some((chunk, len));
        }
        self.taken += len;
        Some(address)
    }

    /// The run at an address, cut short where it would leave its chunk.
    #[inline]
    pub(super) fn run(&self, address: u32, len: usize) -> &[u8] {
        let (chunk, offset) = (address as usize / CHUNK, address as usize % CHUNK);
        self.chunks.get(chunk).and_then(|chunk| chunk.get(offset..offset + len)).unwrap_or_default()
    }

    /// The run at an address, to be changed; its chunk is copied where it is shared.
    #[inline]
    pub(super) fn run_mut(&mut self, address: u32, len: usize) -> &mut [u8] {
        let (chunk, offset) = (address as usize / CHUNK, address as usize % CHUNK);
        self.chunks
            .get_mut(chunk)
            .and_then(|chunk| Arc::make_mut(chunk).get_mut(offset..offset + len))
            .unwrap_or_default()
    }

    /// Puts parts away as one run and returns where; `None` where addresses are used up.
    #[inline]
    pub(super) fn put_all(&mut self, parts: &[&[u8]]) -> Option<u32> {
        let len = parts.iter().map(|part| part.len()).sum();
        let address = self.take(len)?;
        let mut rest = self.run_mut(address, len);
        for part in parts {
            let (slots, after) = rest.split_at_mut_checked(part.len())?;
            slots.copy_from_slice(part);
            rest = after;
        }
        Some(address)
    }

    /// How many bytes were ever taken.
    pub(super) fn taken(&self) -> usize {
        self.taken
    }
}
