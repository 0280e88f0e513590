//! Bases that are held loaded, within a budget of memory.
//!
//! What was used least recently is let go when the rest does not fit; a reader that still has it keeps it until it is done.
//! Each base has one published content. A reader takes a pointer to it and reads on without any lock, whatever is written
//! meanwhile; a writer prepares the next content apart and publishes it whole, after it is durable.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use oriel_atomspace::space::Space;
use oriel_model::KnowledgeBaseId;

/// The content of a base at a version.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The version.
    pub(crate) version: u64,
    /// The hash of the log up to there.
    pub(crate) hash: String,
    /// The content.
    pub(crate) space: Arc<Space>,
    /// About how much memory it takes, in bytes.
    pub(crate) weight: u64,
    /// What a new snapshot would save.
    pub(crate) pace: Pace,
}

/// The newest snapshot, and what came after it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Pace {
    /// Its version; 0 where there is none.
    pub(crate) version: u64,
    /// Its bytes.
    pub(crate) size: u64,
    /// Its atoms.
    pub(crate) atoms: u64,
    /// Bytes of changes after it.
    pub(crate) bytes: u64,
}

/// A base that is in use.
#[derive(Debug, Default)]
pub(crate) struct Live {
    /// Held by who changes the base, or loads it.
    pub(crate) writer: tokio::sync::Mutex<()>,
    published: RwLock<Option<Arc<Loaded>>>,
    snapshotting: AtomicBool,
    /// The version of which none could be made; 0 for none.
    failed: AtomicU64,
    checked: AtomicBool,
}

/// That a snapshot of a base is being made; until this is dropped, no other is.
#[derive(Debug)]
pub(crate) struct Snapshotting(Arc<Live>);

impl Drop for Snapshotting {
    fn drop(&mut self) {
        self.0.snapshotting.store(false, Ordering::SeqCst);
    }
}

impl Snapshotting {
    /// Notes that none could be made of a version.
    pub(crate) fn failed(&self, version: u64) {
        self.0.failed.store(version, Ordering::SeqCst);
    }
}

impl Live {
    /// The version of which the last snapshot that failed would have been.
    pub(crate) fn failed_at(&self) -> Option<u64> {
        Some(self.failed.load(Ordering::SeqCst)).filter(|version| *version > 0)
    }

    /// Whoever gets this may make a snapshot; none while somebody has it.
    pub(crate) fn begin_snapshot(self: &Arc<Self>) -> Option<Snapshotting> {
        let taken = self.snapshotting.swap(true, Ordering::SeqCst);
        (!taken).then(|| Snapshotting(Arc::clone(self)))
    }

    /// Whether this process need not check the log any more before it changes the base.
    pub(crate) fn is_checked(&self) -> bool {
        self.checked.load(Ordering::SeqCst)
    }

    /// Notes that it need not: the log is sound, as far as it is checked for that.
    pub(crate) fn set_checked(&self) {
        self.checked.store(true, Ordering::SeqCst);
    }

    /// What was published last, where it is still held.
    pub(crate) fn published(&self) -> Option<Arc<Loaded>> {
        // A pointer is whole whatever else went wrong.
        self.published.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, loaded: Option<Arc<Loaded>>) {
        let mut published = self.published.write().unwrap_or_else(PoisonError::into_inner);
        let old = std::mem::replace(&mut *published, loaded);
        // Freed after the lock was let go: readers do not wait for it.
        drop(published);
        drop(old);
    }
}

/// What is held: a base at its newest version, or at a version before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    Newest(KnowledgeBaseId),
    Past(KnowledgeBaseId, u64),
}

#[derive(Debug, Default)]
struct Held {
    bases: HashMap<KnowledgeBaseId, Arc<Live>>,
    past: HashMap<(KnowledgeBaseId, u64), Arc<Loaded>>,
    used: HashMap<Key, u64>,
    turn: u64,
}

/// The bases that are held.
#[derive(Debug)]
pub(crate) struct Cache {
    held: Mutex<Held>,
    budget: u64,
}

impl Cache {
    pub(crate) fn new(budget: u64) -> Self {
        Self { held: Mutex::default(), budget }
    }

    /// A base, held or not.
    pub(crate) fn live(&self, base: KnowledgeBaseId) -> Arc<Live> {
        let mut held = self.held();
        held.touch(Key::Newest(base));
        Arc::clone(held.bases.entry(base).or_default())
    }

    /// Makes this the content that readers get from now on.
    pub(crate) fn publish(&self, base: KnowledgeBaseId, loaded: Arc<Loaded>) {
        let mut held = self.held();
        held.bases.entry(base).or_default().set(Some(loaded));
        held.touch(Key::Newest(base));
        held.let_go(self.budget, Key::Newest(base));
    }

    /// The content at a version before the newest, if it is held.
    pub(crate) fn past(&self, base: KnowledgeBaseId, version: u64) -> Option<Arc<Loaded>> {
        let mut held = self.held();
        let found = held.past.get(&(base, version)).cloned()?;
        held.touch(Key::Past(base, version));
        Some(found)
    }

    /// Holds the content at a version before the newest.
    pub(crate) fn keep(&self, base: KnowledgeBaseId, loaded: Arc<Loaded>) {
        let mut held = self.held();
        let key = Key::Past(base, loaded.version);
        held.past.insert((base, loaded.version), loaded);
        held.touch(key);
        held.let_go(self.budget, key);
    }

    /// Lets go of all that is held of a base.
    pub(crate) fn forget(&self, base: KnowledgeBaseId) {
        let mut held = self.held();
        if let Some(live) = held.bases.remove(&base) {
            live.set(None);
        }
        held.past.retain(|(of, _), _| *of != base);
        held.used.retain(|key, _| !matches!(key, Key::Newest(of) | Key::Past(of, _) if *of == base));
    }

    /// What is held: base, version and about how many bytes.
    pub(crate) fn weights(&self) -> Vec<(KnowledgeBaseId, u64, u64)> {
        let held = self.held();
        let newest = held.bases.iter().filter_map(|(base, live)| Some((*base, live.published()?)));
        let past = held.past.iter().map(|((base, _), loaded)| (*base, Arc::clone(loaded)));
        newest.chain(past).map(|(base, loaded)| (base, loaded.version, loaded.weight)).collect()
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        // Every use leaves the maps whole, so a panic elsewhere does not spoil them.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn touch(&mut self, key: Key) {
        self.turn += 1;
        self.used.insert(key, self.turn);
    }

    fn weight(&self, key: Key) -> Option<u64> {
        match key {
            Key::Newest(base) => Some(self.bases.get(&base)?.published()?.weight),
            Key::Past(base, version) => Some(self.past.get(&(base, version))?.weight),
        }
    }

    /// Lets go of what was used least recently until the rest fits, but never of `but`.
    fn let_go(&mut self, budget: u64, but: Key) {
        let mut held: Vec<(u64, Key, u64)> =
            self.used.iter().filter_map(|(key, turn)| Some((*turn, *key, self.weight(*key)?))).collect();
        held.sort_unstable_by_key(|(turn, _, _)| *turn);
        let mut total: u64 = held.iter().map(|(_, _, weight)| weight).sum();
        for (_, key, weight) in held {
            if total <= budget {
                return;
            }
            if key == but {
                continue;
            }
            match key {
                Key::Newest(base) => self.bases.get(&base).into_iter().for_each(|live| live.set(None)),
                Key::Past(base, version) => drop(self.past.remove(&(base, version))),
            }
            self.used.remove(&key);
            total -= weight;
        }
    }
}

/// About how many bytes a space takes: its columns, indexes and incoming sets, its names, what is joined and carried.
pub(crate) fn weight(space: &Space) -> u64 {
    let one = |atom| {
        let named = space.name(atom).map_or(0, |name| name.len() as u64 + 16);
        let carried = space.values(atom).count() as u64 * 80;
        48 + named + space.outgoing(atom).len() as u64 * 16 + carried
    };
    space.handles().map(one).sum::<u64>() + 64 * 1024
}

#[cfg(test)]
mod tests {
    use oriel_model::ManualClock;

    use super::*;

    fn loaded(version: u64, weight: u64) -> Arc<Loaded> {
        let space = Arc::new(Space::new());
        Arc::new(Loaded { version, hash: String::new(), space, weight, pace: Pace::default() })
    }

    #[test]
    fn what_was_used_least_recently_goes_first() {
        let clock = ManualClock::default();
        let [a, b, c] = [(); 3].map(|()| KnowledgeBaseId::generate(&clock));
        let cache = Cache::new(100);
        cache.publish(a, loaded(1, 40));
        cache.publish(b, loaded(1, 40));
        let reader = cache.live(a).published().unwrap();
        cache.publish(c, loaded(1, 40));
        let is_held = |base| cache.live(base).published().is_some();
        assert_eq!((is_held(a), is_held(b), is_held(c)), (true, false, true));
        cache.keep(c, loaded(7, 90));
        assert_eq!(cache.weights(), [(c, 7, 90)], "old versions count too");
        assert_eq!(reader.version, 1, "who has it keeps it");
        cache.publish(b, loaded(2, 500));
        assert_eq!(cache.weights(), [(b, 2, 500)], "what is used is held whatever it takes");
        cache.forget(b);
        assert!(cache.weights().is_empty() && cache.past(c, 7).is_none());
    }
}
