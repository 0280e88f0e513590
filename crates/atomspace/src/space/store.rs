//! One space for many: any number of readers, one writer at a time, and each reader sees one state from end to end.

use super::{Frame, MergeError, Merged, Space};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// A space that is shared between threads. A reader takes a snapshot and reads it without any lock; a writer changes a copy
/// and publishes it whole, or not at all. Taking a snapshot waits for nothing but the copying of one pointer.
///
/// Publishing costs a pointer for every 1024 atoms and column, and the chunks that were written: put what belongs together
/// into one update.
///
/// ```
/// use oriel_atomspace::space::{AtomType, SpaceError, Store};
/// let store = Store::default();
/// let before = store.snapshot();
/// store.update(|space| space.node(AtomType::CONCEPT, "cart"))?;
/// assert!(before.is_empty() && store.snapshot().len() == 1);
///
/// let failed = store.update(|space| {
///     space.node(AtomType::CONCEPT, "stock")?;
///     Err::<(), _>(SpaceError::Full)
/// });
/// assert!(failed.is_err() && store.snapshot().len() == 1);
/// # Ok::<(), SpaceError>(())
/// ```
#[derive(Debug, Default)]
pub struct Store {
    current: RwLock<Arc<Space>>,
    writer: Mutex<()>,
}

impl Store {
    /// A store that begins with this space.
    #[must_use]
    pub fn new(space: Space) -> Self {
        Self { current: RwLock::new(Arc::new(space)), writer: Mutex::new(()) }
    }

    /// The space as it was published last. It does not change any more.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Space> {
        // What is published is whole, whatever a writer did since: a poisoned lock guards nothing half-done.
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the space: all that `change` does is published at once, or nothing where it returns an error or panics.
    /// Another update waits until this one is done; within `change`, do not update the same store.
    pub fn update<T, E>(&self, change: impl FnOnce(&mut Space) -> Result<T, E>) -> Result<T, E> {
        let _alone = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut next = Space::clone(&self.snapshot());
        let out = change(&mut next)?;
        let next = Arc::new(next);
        let old = std::mem::replace(&mut *self.current.write().unwrap_or_else(PoisonError::into_inner), next);
        // Freed after the lock was let go: readers do not wait for it.
        drop(old);
        Ok(out)
    }

    /// A frame over the space as it is.
    #[must_use]
    pub fn frame(&self) -> Frame {
        Frame::over(self.snapshot())
    }

    /// Merges a frame into the space as it is by now, or changes nothing and returns the conflicts.
    pub fn merge(&self, frame: &Frame) -> Result<Merged, MergeError> {
        self.update(|space| frame.merge_into(space))
    }
}
