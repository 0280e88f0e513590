//! Arenas: runs of elements at addresses that stay, in chunks that copies share until one of them writes.
//!
//! A run never crosses the end of a chunk, so that it reads as one slice. An arena only grows.

use std::sync::Arc;

/// A growing arena with chunks of `N` elements; a run longer than a quarter of a chunk has a chunk of its own.
#[derive(Clone, Debug)]
pub(super) struct Arena<T, const N: usize> {
    chunks: Vec<Arc<[T]>>,
    /// The chunk that short runs are taken from, and how much of it is taken.
    open: Option<(usize, usize)>,
    taken: usize,
}

impl<T, const N: usize> Default for Arena<T, N> {
    fn default() -> Self {
        Self { chunks: Vec::new(), open: None, taken: 0 }
    }
}

impl<T: Copy + Default, const N: usize> Arena<T, N> {
    fn address(chunk: usize, offset: usize) -> Option<u32> {
        u32::try_from(chunk * N + offset).ok()
    }

    /// A run of `len` default elements; `None` where addresses are used up.
    pub(super) fn take(&mut self, len: usize) -> Option<u32> {
        if let Some((chunk, used)) = self.open
            && used + len <= N
        {
            self.open = Some((chunk, used + len));
            self.taken += len;
            return Self::address(chunk, used);
        }
        let chunk = self.chunks.len();
        let address = Self::address(chunk, 0)?;
        let own = len > N / 4;
        self.chunks.push(std::iter::repeat_n(T::default(), if own { len } else { N }).collect());
        if !own {
            self.open = Some((chunk, len));
        }
        self.taken += len;
        Some(address)
    }

    /// The run at an address, cut short where it would leave its chunk.
    #[inline]
    pub(super) fn run(&self, address: u32, len: usize) -> &[T] {
        let (chunk, offset) = (address as usize / N, address as usize % N);
        self.chunks.get(chunk).and_then(|chunk| chunk.get(offset..offset + len)).unwrap_or_default()
    }

    /// The run at an address, to be changed; its chunk is copied where it is shared.
    #[inline]
    pub(super) fn run_mut(&mut self, address: u32, len: usize) -> &mut [T] {
        let (chunk, offset) = (address as usize / N, address as usize % N);
        self.chunks
            .get_mut(chunk)
            .and_then(|chunk| Arc::make_mut(chunk).get_mut(offset..offset + len))
            .unwrap_or_default()
    }

    /// Puts parts away as one run and returns where; `None` where addresses are used up.
    #[inline]
    pub(super) fn put_all(&mut self, parts: &[&[T]]) -> Option<u32> {
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

    /// How many elements were ever taken.
    pub(super) fn taken(&self) -> usize {
        self.taken
    }
}
