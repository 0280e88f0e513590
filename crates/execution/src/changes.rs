//! Tells watchers that a run changed, so that they read it again. Carries no data: what is so stands in the database,
//! and a watcher that sleeps through ten changes reads once.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use oriel_model::RunId;
use tokio::sync::watch;

/// A counter that grows with every change; wait for it with [`watch::Receiver::changed`].
pub type Changes = watch::Receiver<u64>;

/// Who watches what.
#[derive(Debug, Default)]
pub(crate) struct Announcer {
    /// Only runs that somebody watches are in here.
    runs: Mutex<HashMap<RunId, watch::Sender<u64>>>,
    list: watch::Sender<u64>,
}

impl Announcer {
    /// Watches one run. Take this before reading its state: then no change in between is missed.
    pub(crate) fn watch_run(&self, id: RunId) -> Changes {
        let mut runs = self.runs();
        runs.retain(|_, sender| sender.receiver_count() > 0);
        runs.entry(id).or_default().subscribe()
    }

    /// Watches the list of runs.
    pub(crate) fn watch_runs(&self) -> Changes {
        self.list.subscribe()
    }

    /// A task of the run has changed.
    pub(crate) fn task_changed(&self, id: RunId) {
        if let Some(sender) = self.runs().get(&id) {
            sender.send_modify(|count| *count += 1);
        }
    }

    /// The run was added, began or ended.
    pub(crate) fn run_changed(&self, id: RunId) {
        self.task_changed(id);
        self.list.send_modify(|count| *count += 1);
    }

    fn runs(&self) -> MutexGuard<'_, HashMap<RunId, watch::Sender<u64>>> {
        // Every use leaves the map whole, so a panic elsewhere does not spoil it.
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
