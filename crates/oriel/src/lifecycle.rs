//! How the server ends: a soft token stops taking work, a tracker waits for what is open, a hard token cuts it off.
//!
//! The first SIGTERM or SIGINT cancels `soft`; when the grace period is over, or at a second signal, `hard` is cancelled.
//! Every task of the server is spawned on the tracker, so that nothing outlives it.

use std::time::Duration;

use anyhow::Context as _;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The tokens and the tracker that every part of the server shares.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lifecycle {
    /// Cancelled first: take nothing new, finish what is open.
    pub(crate) soft: CancellationToken,
    /// Cancelled last: drop what is still open.
    pub(crate) hard: CancellationToken,
    /// Every spawned task.
    pub(crate) tasks: TaskTracker,
}

/// The signals that end the server, taken before anything starts so that none is missed.
pub(crate) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    pub(crate) fn take() -> anyhow::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?,
            interrupt: signal(SignalKind::interrupt()).context("cannot listen for SIGINT")?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// How the server ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Everything open was finished.
    Drained,
    /// Something was still open when the grace period was over.
    CutOff,
}

impl Lifecycle {
    /// Waits for the first signal, then for the open work, at most `grace`.
    pub(crate) async fn run(&self, mut signals: Signals, grace: Duration) -> Ended {
        tokio::select! {
            () = signals.next() => tracing::info!("shutting down: finishing what is open"),
            () = self.soft.cancelled() => {}
        }
        self.soft.cancel();
        self.tasks.close();
        let ended = tokio::select! {
            () = self.tasks.wait() => Ended::Drained,
            () = tokio::time::sleep(grace) => Ended::CutOff,
            () = signals.next() => Ended::CutOff,
        };
        if ended == Ended::CutOff {
            tracing::warn!(open = self.tasks.len(), "cutting off what is still open");
        }
        self.hard.cancel();
        // What obeys the hard token gets a moment to record that it was cut off.
        let _ = tokio::time::timeout(Duration::from_secs(2), self.tasks.wait()).await;
        ended
    }
}
