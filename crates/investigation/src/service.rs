//! The capability's parts, its workers, and the bounded queue between them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex as Lock, PoisonError};
use std::time::Duration;

use oriel_connectors::otlp::SpanRing;
use oriel_execution::Execution;
use oriel_model::{Clock, InvestigationId};
use oriel_storage::{BlobStore, Database, Repositories as _};
use tokio::sync::{Mutex, Notify, mpsc};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::alerting;
use crate::asking::Asking;
use crate::changes::Announcer;
use crate::engine::Engine;
use crate::error::{InvestigationError, Result};
use crate::job;

/// Bounds of this capability.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The largest archive that is accepted, in bytes.
    pub upload_limit: u64,
    /// Investigations worked on at once.
    pub workers: usize,
    /// Investigations that may wait for a worker.
    pub queue: usize,
    /// How long one investigation may take.
    pub time_limit: Duration,
}

/// What the capability is made of.
#[derive(Debug)]
pub struct Parts {
    /// Where records are.
    pub database: Database,
    /// Where archives are.
    pub blobs: Arc<dyn BlobStore>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The diagnostic engine.
    pub engine: Arc<dyn Engine>,
    /// The way to targets.
    pub execution: Execution,
    /// Bounds.
    pub settings: Settings,
    /// Where evidence for alerts is collected.
    pub connectors: oriel_connectors::Settings,
    /// The spans that were received; none where they are not.
    pub spans: Option<Arc<SpanRing>>,
}

/// How the workers hear of the end.
#[derive(Debug, Clone)]
pub struct Ending {
    /// Cancelled first: begin nothing new.
    pub soft: CancellationToken,
    /// Cancelled last: drop what runs.
    pub hard: CancellationToken,
    /// Where the workers are spawned.
    pub tasks: TaskTracker,
}

/// Incidents, investigations and outcomes. Cloning shares it.
#[derive(Debug, Clone)]
pub struct Investigations {
    pub(crate) inner: Arc<Inner>,
    queue: mpsc::Sender<Work>,
    ending: CancellationToken,
}

/// Shared with the workers.
#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) database: Database,
    pub(crate) blobs: Arc<dyn BlobStore>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) engine: Arc<dyn Engine>,
    pub(crate) settings: Settings,
    pub(crate) announcer: Announcer,
    pub(crate) connectors: oriel_connectors::Settings,
    pub(crate) spans: Option<Arc<SpanRing>>,
    /// A group of alerts waits for its evidence.
    pub(crate) alerted: Notify,
    pub(crate) execution: Execution,
    /// How to stop the investigations under way, and why those stop that do.
    under_way: Lock<HashMap<InvestigationId, UnderWay>>,
}

#[derive(Debug, Default)]
struct UnderWay {
    cancelled: CancellationToken,
    why: Option<String>,
}

/// What a worker takes off the queue.
#[derive(Debug)]
pub(crate) struct Work {
    pub(crate) id: InvestigationId,
    /// What it asks for itself; a diagnosis asks nothing.
    pub(crate) asking: Option<Box<Asking>>,
}

impl Work {
    /// A diagnosis of the evidence as it is.
    pub(crate) fn diagnosis(id: InvestigationId) -> Self {
        Self { id, asking: None }
    }
}

impl Inner {
    /// The token that cancels an investigation which is now under way.
    pub(crate) fn begin(&self, id: InvestigationId) -> CancellationToken {
        self.under_way().entry(id).or_default().cancelled.clone()
    }

    /// Forgets an investigation that is over.
    pub(crate) fn end(&self, id: InvestigationId) {
        self.under_way().remove(&id);
    }

    /// Cancels an investigation if it is under way here; whether it is.
    pub(crate) fn cancel(&self, id: InvestigationId, why: &str) -> bool {
        let mut all = self.under_way();
        let Some(one) = all.get_mut(&id) else { return false };
        one.why.get_or_insert_with(|| why.to_owned());
        one.cancelled.cancel();
        true
    }

    /// Whether it was cancelled and has not ended yet.
    pub(crate) fn is_cancelled(&self, id: InvestigationId) -> bool {
        self.under_way().get(&id).is_some_and(|one| one.cancelled.is_cancelled())
    }

    /// Why it was cancelled, if it was.
    pub(crate) fn why_cancelled(&self, id: InvestigationId) -> Option<String> {
        self.under_way().get(&id).and_then(|one| one.why.clone())
    }

    /// Notes that an incident has this archive now.
    pub(crate) async fn claim(&self, sha256: Option<&str>) {
        let Some(sha256) = sha256 else { return };
        if let Err(error) = self.blobs.claim(sha256).await {
            // It is found out at the next start that the incident has it.
            tracing::warn!(sha256, %error, "an archive could not be marked as an incident's");
        }
    }

    /// Notes that an incident may soon have another archive than this one.
    pub(crate) async fn release(&self, sha256: Option<&str>) -> Result<()> {
        match sha256 {
            Some(sha256) => Ok(self.blobs.release(sha256).await?),
            None => Ok(()),
        }
    }

    /// Deletes an archive that no incident has.
    pub(crate) async fn drop_unused(&self, sha256: Option<String>) -> Result<()> {
        let Some(sha256) = sha256 else { return Ok(()) };
        if self.database.incidents().find_by_sha256(&sha256).await?.is_none() {
            self.blobs.delete(&sha256).await?;
        } else {
            self.claim(Some(&sha256)).await;
        }
        Ok(())
    }

    fn under_way(&self) -> std::sync::MutexGuard<'_, HashMap<InvestigationId, UnderWay>> {
        // Every use leaves the map whole, so a panic elsewhere does not spoil it.
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in the queue, held while the investigation is written down.
pub(crate) type Place = mpsc::OwnedPermit<Work>;

impl Investigations {
    /// Starts the workers. Call [`oriel_storage::recover`] before, so that what an earlier server left is marked.
    pub fn start(parts: Parts, ending: &Ending) -> Self {
        let (queue, waiting) = mpsc::channel(parts.settings.queue.max(1));
        let inner = Arc::new(Inner {
            database: parts.database,
            blobs: parts.blobs,
            clock: parts.clock,
            engine: parts.engine,
            settings: parts.settings,
            announcer: Announcer::new(),
            connectors: parts.connectors,
            spans: parts.spans,
            alerted: Notify::new(),
            execution: parts.execution,
            under_way: Lock::default(),
        });
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..inner.settings.workers.max(1) {
            let worker = work(Arc::clone(&inner), Arc::clone(&waiting), ending.clone());
            ending.tasks.spawn(worker);
        }
        let this = Self { inner, queue, ending: ending.soft.clone() };
        ending.tasks.spawn(alerting::work(this.clone(), ending.clone()));
        this
    }

    /// Takes a place in the queue, or says that there is none.
    pub(crate) fn reserve(&self) -> Result<Place> {
        if self.ending.is_cancelled() {
            return Err(InvestigationError::Ending);
        }
        self.queue.clone().try_reserve_owned().map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => InvestigationError::Busy { waiting: self.queue.max_capacity() },
            mpsc::error::TrySendError::Closed(_) => InvestigationError::Ending,
        })
    }
}

async fn work(inner: Arc<Inner>, waiting: Arc<Mutex<mpsc::Receiver<Work>>>, ending: Ending) {
    loop {
        let next = tokio::select! {
            biased;
            () = ending.soft.cancelled() => break,
            next = async { waiting.lock().await.recv().await } => next,
        };
        let Some(work) = next else { return };
        job::run(&inner, work, &ending.hard).await;
    }
    // What still waits is marked now, while there is time, and not only at the next start.
    let mut waiting = waiting.lock().await;
    waiting.close();
    while let Some(work) = waiting.recv().await {
        job::give_up(&inner, work.id).await;
    }
}
