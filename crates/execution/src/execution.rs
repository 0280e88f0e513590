//! What the capability functions share, and its life: recovery at the start, an orderly end.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use oriel_model::{Clock, PageRequest, RunId, RunStatus, TaskStatus};
use oriel_storage::{Database, Recovered, Repositories as _, RunFilter, StorageError, Vault};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::changes::Announcer;
use crate::config::Config;
use crate::output::OutputStore;
use crate::transport::local::LocalTransport;
use crate::transport::ssh::SshTransport;

/// How often connections are looked at for those that nothing uses.
const SWEEP: Duration = Duration::from_secs(10);
/// What ending commands may take beyond the grace before the shutdown goes on without them.
const BEYOND_GRACE: Duration = Duration::from_secs(3);

/// The execution of commands: targets, connections, runs under way. Cheap to clone.
#[derive(Clone)]
pub struct Execution {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) database: Database,
    pub(crate) vault: Arc<Vault>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) config: Arc<Config>,
    pub(crate) ssh: SshTransport,
    pub(crate) local: LocalTransport,
    pub(crate) output: OutputStore,
    pub(crate) changes: Announcer,
    /// Every task of this crate is in here.
    pub(crate) tracker: TaskTracker,
    /// No command is sent any more.
    pub(crate) closing: CancellationToken,
    /// Commands under way are ended.
    pub(crate) ending: CancellationToken,
    /// How to cancel the runs under way.
    runs: Mutex<HashMap<RunId, CancellationToken>>,
}

/// How a shutdown went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shutdown {
    /// What was under way came to its own end.
    Drained,
    /// The time was up, and commands were ended; their tasks are `interrupted`.
    Ended,
    /// Some tasks could not be brought to an end in time; the next start marks them.
    Abandoned,
}

impl Execution {
    /// Ready to work; call it within a tokio runtime. Call [`Execution::recover`] first of all.
    pub fn new(database: Database, vault: Arc<Vault>, clock: Arc<dyn Clock>, config: Config) -> Self {
        let config = Arc::new(config);
        let inner = Arc::new(Inner {
            database,
            vault,
            clock,
            ssh: SshTransport::new(Arc::clone(&config)),
            local: LocalTransport::new(Arc::clone(&config)),
            output: OutputStore::new(&config.data_directory),
            changes: Announcer::default(),
            tracker: TaskTracker::new(),
            closing: CancellationToken::new(),
            ending: CancellationToken::new(),
            runs: Mutex::default(),
            config,
        });
        let (ssh, closing) = (inner.ssh.clone(), inner.closing.clone());
        inner.tracker.spawn(async move {
            while timeout(SWEEP, closing.cancelled()).await.is_err() {
                ssh.close_idle().await;
            }
        });
        Self { inner }
    }

    /// After the start, before anything else: marks what was under way when the server last stopped, runs and
    /// investigations alike, and notes how much output those tasks had recorded. Calling it again finds nothing.
    pub async fn recover(&self) -> Result<Recovered, StorageError> {
        for status in [RunStatus::Queued, RunStatus::Running] {
            self.note_recorded_output(status).await?;
        }
        oriel_storage::recover(&self.inner.database, &self.inner.clock).await
    }

    async fn note_recorded_output(&self, status: RunStatus) -> Result<(), StorageError> {
        let database = &self.inner.database;
        let mut request = PageRequest::first();
        loop {
            let page =
                database.runs().list(RunFilter { status: Some(status), ..RunFilter::default() }, request).await?;
            let ids: Vec<RunId> = page.items.iter().map(|run| run.id).collect();
            for task in database.tasks().of_runs(&ids).await? {
                if task.status != TaskStatus::Running {
                    continue;
                }
                match self.inner.output.totals(task.id).await {
                    Ok(totals) => drop(database.tasks().progress(task.id, totals.stdout, totals.stderr).await?),
                    Err(error) => tracing::warn!(task = %task.id, %error, "the output of a lost task cannot be read"),
                }
            }
            match page.next_cursor {
                Some(cursor) => request = request.after(cursor),
                None => return Ok(()),
            }
        }
    }

    /// The end: nothing more is started, what waits becomes `interrupted`, what runs may go on for the configured time,
    /// is then ended and becomes `interrupted` too.
    pub async fn shutdown(&self) -> Shutdown {
        let inner = &self.inner;
        inner.closing.cancel();
        inner.tracker.close();
        let outcome = if timeout(inner.config.drain, inner.tracker.wait()).await.is_ok() {
            Shutdown::Drained
        } else {
            inner.ending.cancel();
            match timeout(inner.config.grace + BEYOND_GRACE, inner.tracker.wait()).await {
                Ok(()) => Shutdown::Ended,
                Err(_) => Shutdown::Abandoned,
            }
        };
        inner.ssh.close_all().await;
        outcome
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.inner.config
    }

    /// Whether a shutdown has begun.
    pub(crate) fn is_closing(&self) -> bool {
        self.inner.closing.is_cancelled()
    }

    /// Starts work that a shutdown waits for.
    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.inner.tracker.spawn(work);
    }

    /// The token that cancels a run which is now under way.
    pub(crate) fn register(&self, run: RunId) -> CancellationToken {
        self.runs().entry(run).or_default().clone()
    }

    /// Forgets a run that is over.
    pub(crate) fn unregister(&self, run: RunId) {
        self.runs().remove(&run);
    }

    /// Cancels a run if it is under way here.
    pub(crate) fn cancel(&self, run: RunId) {
        if let Some(token) = self.runs().get(&run) {
            token.cancel();
        }
    }

    fn runs(&self) -> MutexGuard<'_, HashMap<RunId, CancellationToken>> {
        // Every use leaves the map whole, so a panic elsewhere does not spoil it.
        self.inner.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Execution {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Execution").field("config", &self.inner.config).finish_non_exhaustive()
    }
}
