//! Who loads what: a version is loaded by one reader while the others wait for it, and few are loaded at a time, so that the
//! memory for content that is being made is bounded.

use std::collections::HashMap;
use std::sync::{Arc, Mutex as Plain, PoisonError, Weak};

use oriel_model::KnowledgeBaseId;
use tokio::sync::{Mutex, Semaphore, SemaphorePermit};

/// Loads at a time.
const AT_ONCE: usize = 2;

/// Who loads a version, while anybody does.
type Turns = HashMap<(KnowledgeBaseId, u64), Weak<Mutex<()>>>;

/// The loads that are under way.
#[derive(Debug)]
pub(crate) struct Loads {
    turns: Plain<Turns>,
    room: Semaphore,
}

impl Default for Loads {
    fn default() -> Self {
        Self { turns: Plain::default(), room: Semaphore::new(AT_ONCE) }
    }
}

impl Loads {
    /// What to lock for loading a version: the same for all who want it at this time.
    pub(crate) fn turn(&self, base: KnowledgeBaseId, version: u64) -> Arc<Mutex<()>> {
        // Every use leaves the map whole, so a panic elsewhere does not spoil it.
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turn) = turns.get(&(base, version)).and_then(Weak::upgrade) {
            return turn;
        }
        turns.retain(|_, turn| turn.strong_count() > 0);
        let turn = Arc::default();
        turns.insert((base, version), Arc::downgrade(&turn));
        turn
    }

    /// Waits until there is room for another load, which lasts until this is dropped.
    pub(crate) async fn room(&self) -> Option<SemaphorePermit<'_>> {
        // The semaphore is never closed.
        self.room.acquire().await.ok()
    }
}

#[cfg(test)]
mod tests {
    use oriel_model::ManualClock;
    use tokio::task::yield_now;

    use super::*;

    #[tokio::test]
    async fn there_is_room_for_few_loads_at_a_time() {
        let loads = Arc::new(Loads::default());
        let first = loads.room().await;
        let second = loads.room().await;
        let waiting = {
            let loads = Arc::clone(&loads);
            tokio::spawn(async move { loads.room().await.is_some() })
        };
        yield_now().await;
        assert!(!waiting.is_finished());
        drop(first);
        assert!(waiting.await.unwrap());
        drop(second);
    }

    #[test]
    fn a_turn_is_shared_while_it_lasts_and_forgotten_after() {
        let base = KnowledgeBaseId::generate(&ManualClock::default());
        let loads = Loads::default();
        let one = loads.turn(base, 1);
        assert!(Arc::ptr_eq(&one, &loads.turn(base, 1)) && !Arc::ptr_eq(&one, &loads.turn(base, 2)));
        drop(one);
        drop(loads.turn(base, 3));
        assert!(loads.turns.lock().unwrap().len() <= 2, "those that are over are let go");
    }
}
