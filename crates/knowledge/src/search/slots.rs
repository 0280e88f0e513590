//! The indexes at hand, one a base.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use oriel_model::KnowledgeBaseId;

use super::index::{self, Ready};
use crate::cache::Loaded;

/// Indexes that are open at a time, besides those that are in use.
const OPEN: usize = 64;

/// The index of one base.
#[derive(Debug, Default)]
pub(super) struct Slot {
    /// Held by who brings the index up to date.
    pub(super) turn: Arc<tokio::sync::Mutex<()>>,
    ready: RwLock<Option<Arc<Ready>>>,
    gone: AtomicBool,
}

impl Slot {
    /// The index at hand, if it is of this content.
    pub(super) fn of(&self, loaded: &Loaded) -> Option<Arc<Ready>> {
        self.latest().filter(|ready| (ready.version, &ready.hash) == (loaded.version, &loaded.hash))
    }

    /// The index at hand.
    pub(super) fn latest(&self) -> Option<Arc<Ready>> {
        // A pointer is whole whatever else went wrong.
        self.ready.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn set(&self, ready: Option<Arc<Ready>>) {
        let mut held = self.ready.write().unwrap_or_else(PoisonError::into_inner);
        let old = std::mem::replace(&mut *held, ready);
        drop(held);
        drop(old);
    }

    /// Whether the base is gone.
    pub(super) fn is_gone(&self) -> bool {
        self.gone.load(Ordering::Relaxed)
    }
}

/// The indexes at hand.
#[derive(Debug, Default)]
pub(crate) struct Indexes {
    /// Where they are kept; in memory if nowhere.
    root: Option<PathBuf>,
    slots: Mutex<Slots>,
    /// The last one that was made of a version before the newest. Locked while one is made.
    pub(super) past: tokio::sync::Mutex<Option<(KnowledgeBaseId, Arc<Ready>)>>,
    swept: AtomicBool,
}

#[derive(Debug, Default)]
struct Slots {
    /// With when each was used last.
    all: HashMap<KnowledgeBaseId, (Arc<Slot>, u64)>,
    used: u64,
}

impl Indexes {
    pub(crate) fn new(root: Option<PathBuf>) -> Self {
        Self { root, ..Self::default() }
    }

    /// The slot of a base. The index that was used least recently is closed where too many are open.
    pub(super) fn slot(&self, base: KnowledgeBaseId) -> Arc<Slot> {
        let mut slots = self.slots();
        slots.used += 1;
        let used = slots.used;
        let (slot, last) = slots.all.entry(base).or_default();
        *last = used;
        let slot = Arc::clone(slot);
        if slots.all.len() > OPEN {
            let idle = slots.all.iter().filter(|(_, (slot, _))| Arc::strong_count(slot) == 1);
            let oldest = idle.min_by_key(|(_, (_, used))| *used).map(|(base, _)| *base);
            oldest.and_then(|base| slots.all.remove(&base));
        }
        slot
    }

    /// Where the index of a base is kept.
    pub(super) fn place(&self, base: KnowledgeBaseId) -> Option<PathBuf> {
        self.root.as_ref().map(|root| root.join(base.to_string()))
    }

    /// Removes the index of a base that is gone, once nobody works at it.
    pub(crate) async fn forget(&self, base: KnowledgeBaseId) {
        let slot = self.slots().all.remove(&base).map(|(slot, _)| slot);
        let _turn = match &slot {
            Some(slot) => {
                slot.gone.store(true, Ordering::Relaxed);
                let turn = slot.turn.lock().await;
                slot.set(None);
                Some(turn)
            }
            None => None,
        };
        self.remove(base).await;
        // Where one is being made, it takes the place of what is kept.
        if let Ok(mut past) = self.past.try_lock()
            && past.as_ref().is_some_and(|(of, _)| *of == base)
        {
            *past = None;
        }
    }

    /// Removes what is kept of a base. Where that fails, it is told and goes with the next sweep.
    pub(super) async fn remove(&self, base: KnowledgeBaseId) {
        let Some(place) = self.place(base) else { return };
        let removed = tokio::task::spawn_blocking(move || index::remove(&place)).await;
        if let Err(error) = removed.map_err(std::io::Error::other).flatten() {
            tracing::warn!(%base, %error, "an index cannot be removed");
        }
    }

    /// The bases that an index is kept of, for who asks first.
    pub(super) fn to_sweep(&self) -> Vec<KnowledgeBaseId> {
        if self.swept.swap(true, Ordering::Relaxed) {
            return Vec::new();
        }
        let entries = self.root.as_ref().and_then(|root| std::fs::read_dir(root).ok());
        let names = entries.into_iter().flatten().flatten().map(|entry| entry.file_name());
        names.filter_map(|name| name.to_str()?.parse().ok()).collect()
    }

    fn slots(&self) -> MutexGuard<'_, Slots> {
        // Every use leaves the map whole, so a panic elsewhere does not spoil it.
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
