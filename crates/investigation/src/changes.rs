//! Tells watchers that something changed, so that they read it again. Carries no data: what is so stands in the database,
//! and a watcher that sleeps through ten changes reads once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use oriel_model::InvestigationId;
use tokio::sync::watch;

/// A counter that grows with every change; wait for it with [`watch::Receiver::changed`].
pub type Changes = watch::Receiver<u64>;

/// Who watches what. Cloning shares it.
#[derive(Debug, Clone)]
pub(crate) struct Announcer {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    /// Only investigations that somebody watches are in here.
    investigations: Mutex<HashMap<InvestigationId, watch::Sender<u64>>>,
    incidents: watch::Sender<u64>,
}

impl Announcer {
    pub(crate) fn new() -> Self {
        Self { inner: Arc::new(Inner { investigations: Mutex::default(), incidents: watch::Sender::new(0) }) }
    }

    /// Watches one investigation. Take this before reading its state: then no change in between is missed.
    pub(crate) fn watch_investigation(&self, id: InvestigationId) -> Changes {
        let mut watched = self.inner.investigations.lock().unwrap_or_else(PoisonError::into_inner);
        watched.retain(|_, sender| sender.receiver_count() > 0);
        watched.entry(id).or_insert_with(|| watch::Sender::new(0)).subscribe()
    }

    /// Watches the list of incidents and their investigations.
    pub(crate) fn watch_incidents(&self) -> Changes {
        self.inner.incidents.subscribe()
    }

    /// An investigation's stages grew.
    pub(crate) fn investigation_moved(&self, id: InvestigationId) {
        let watched = self.inner.investigations.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = watched.get(&id) {
            sender.send_modify(|count| *count += 1);
        }
    }

    /// An investigation was added, began or ended, or an incident came in.
    pub(crate) fn incidents_changed(&self) {
        self.inner.incidents.send_modify(|count| *count += 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use oriel_model::ManualClock;

    #[tokio::test]
    async fn a_change_between_watching_and_waiting_is_not_missed() {
        let announcer = Announcer::new();
        let id = InvestigationId::generate(&ManualClock::default());
        let mut changes = announcer.watch_investigation(id);
        announcer.investigation_moved(id);
        changes.changed().await.unwrap();
        assert!(!changes.has_changed().unwrap());
    }

    #[test]
    fn nobody_watching_costs_nothing() {
        let announcer = Announcer::new();
        let clock = ManualClock::default();
        for _ in 0..100 {
            let id = InvestigationId::generate(&clock);
            drop(announcer.watch_investigation(id));
            announcer.investigation_moved(id);
        }
        assert!(announcer.inner.investigations.lock().unwrap().len() <= 1);
    }
}
