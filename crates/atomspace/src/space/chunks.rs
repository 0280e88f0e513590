//! Columns: vectors in chunks that copies share until one of them writes.
//!
//! A clone copies one pointer a chunk; a write copies the chunk it falls into, if another clone still holds it. Reading
//! takes two loads. What was never written reads as the default; chunks of nothing else are one chunk.

use std::sync::Arc;

/// Elements in a chunk of the columns that have an element for every atom.
pub(super) const CHUNK: usize = 1024;

/// A persistent vector of `T`, in chunks of `N`.
#[derive(Clone, Debug)]
pub(super) struct ChunkVec<T, const N: usize = CHUNK> {
    chunks: Vec<Arc<[T; N]>>,
    /// A chunk of defaults, once one was needed.
    blank: Option<Arc<[T; N]>>,
}

impl<T, const N: usize> Default for ChunkVec<T, N> {
    fn default() -> Self {
        Self { chunks: Vec::new(), blank: None }
    }
}

impl<T: Clone + Default, const N: usize> ChunkVec<T, N> {
    /// The element, if its chunk exists.
    #[inline]
    pub(super) fn at(&self, index: usize) -> Option<&T> {
        self.chunks.get(index / N)?.get(index % N)
    }

    /// The elements of a chunk, if it exists.
    #[inline]
    pub(super) fn chunk(&self, chunk: usize) -> Option<&[T; N]> {
        self.chunks.get(chunk).map(|chunk| &**chunk)
    }

    /// The element to be changed; its chunk is made where it is missing, and copied where it is shared.
    #[inline]
    pub(super) fn at_mut(&mut self, index: usize) -> Option<&mut T> {
        if index / N >= self.chunks.len() {
            self.reach(index);
        }
        Arc::make_mut(self.chunks.get_mut(index / N)?).get_mut(index % N)
    }

    /// Elements of one chunk, to be changed, as with [`ChunkVec::at_mut`].
    #[inline]
    pub(super) fn span_mut(&mut self, from: usize, len: usize) -> &mut [T] {
        if from / N >= self.chunks.len() {
            self.reach(from);
        }
        let chunk = self.chunks.get_mut(from / N).map(Arc::make_mut);
        chunk.and_then(|chunk| chunk.get_mut(from % N..from % N + len)).unwrap_or_default()
    }

    /// Makes the chunks up to that of `index`.
    #[cold]
    fn reach(&mut self, index: usize) {
        while self.chunks.len() < index / N {
            let blank = self.blank();
            self.chunks.push(blank);
        }
        if self.chunks.len() == index / N {
            self.chunks.push(Arc::new(std::array::from_fn(|_| T::default())));
        }
    }

    fn blank(&mut self) -> Arc<[T; N]> {
        Arc::clone(self.blank.get_or_insert_with(|| Arc::new(std::array::from_fn(|_| T::default()))))
    }

    /// Sets an element.
    #[inline]
    pub(super) fn set(&mut self, index: usize, value: T) {
        if let Some(slot) = self.at_mut(index) {
            *slot = value;
        }
    }

    /// How many chunks there are.
    pub(super) fn chunk_count(&self) -> usize {
        self.chunks.len()
    }

    /// Replaces a whole chunk by one of defaults, so that the memory of the old one is given back.
    pub(super) fn forget_chunk(&mut self, chunk: usize) {
        if chunk < self.chunks.len() {
            let blank = self.blank();
            self.chunks.get_mut(chunk).into_iter().for_each(|slot| *slot = Arc::clone(&blank));
        }
    }

    /// Whether two chunks are the very same memory.
    #[cfg(test)]
    pub(super) fn shares_chunks(&self, one: usize, two: usize) -> bool {
        Arc::ptr_eq(&self.chunks[one], &self.chunks[two])
    }

    /// Whether a chunk is the very same memory in both, or is missing in both.
    pub(super) fn shares_chunk(&self, other: &Self, chunk: usize) -> bool {
        match (self.chunks.get(chunk), other.chunks.get(chunk)) {
            (Some(one), Some(two)) => Arc::ptr_eq(one, two),
            (None, None) => true,
            _ => false,
        }
    }
}

impl<T: Copy + Default, const N: usize> ChunkVec<T, N> {
    /// The element, or the default where nothing was written.
    #[inline]
    pub(super) fn get(&self, index: usize) -> T {
        self.at(index).copied().unwrap_or_default()
    }
}
