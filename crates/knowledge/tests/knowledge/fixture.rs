//! A service over a fresh database, with blobs in a directory, and small changes.

use std::sync::Arc;

use oriel_identity::Context;
use oriel_knowledge::bases::{self, Applied, At, Note};
use oriel_knowledge::{Change, Knowledge, Result, Settings};
use oriel_model::ManualClock;
use oriel_storage::{Database, LocalBlobs};
use oriel_testkit::clock;
use tempfile::TempDir;
use tokio_util::task::TaskTracker;

/// What a test works with.
pub(crate) struct World {
    pub(crate) database: Database,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) context: Context,
    pub(crate) knowledge: Knowledge,
    pub(crate) settings: Settings,
    pub(crate) directory: TempDir,
    pub(crate) tasks: TaskTracker,
}

impl World {
    pub(crate) async fn new(database: Database) -> Self {
        Self::with(database, Settings::default()).await
    }

    pub(crate) async fn with(database: Database, settings: Settings) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let settings = Settings { indexes: Some(directory.path().join("search")), ..settings };
        let clock = clock::manual();
        let context = Context::system("test", "request", Arc::clone(&clock) as _);
        let tasks = TaskTracker::new();
        let knowledge = open(&database, &directory, &settings, &tasks).await;
        Self { database, clock, context, knowledge, settings, directory, tasks }
    }

    /// The same as after a restart: nothing is held in memory.
    pub(crate) async fn restarted(&self) -> Knowledge {
        open(&self.database, &self.directory, &self.settings, &self.tasks).await
    }

    /// As another process over the same database, which keeps what it searches elsewhere, or in memory.
    pub(crate) async fn elsewhere(&self, indexes: Option<std::path::PathBuf>) -> Knowledge {
        open(&self.database, &self.directory, &Settings { indexes, ..self.settings.clone() }, &self.tasks).await
    }

    pub(crate) async fn create(&self, name: &str) {
        bases::create(&self.context, &self.knowledge, name, "for a test").await.unwrap();
    }

    pub(crate) async fn add(&self, name: &str, text: &str) -> Applied {
        self.apply(name, Change::add(text)).await.unwrap()
    }

    pub(crate) async fn apply(&self, name: &str, change: Change) -> Result<Applied> {
        let applied = bases::apply(&self.context, &self.knowledge, name, change, Note::of("a test")).await;
        self.settled().await;
        applied
    }

    /// Waits for snapshots that are being made.
    pub(crate) async fn settled(&self) {
        settled(&self.tasks).await;
    }

    pub(crate) async fn dump(&self, name: &str, at: At) -> String {
        bases::read(&self.context, &self.knowledge, name, at).await.unwrap().space.dump()
    }

    /// The files of blobs.
    pub(crate) fn blobs(&self) -> Vec<std::path::PathBuf> {
        let folders = std::fs::read_dir(self.directory.path().join("blobs")).unwrap().flatten();
        let folders =
            folders.filter(|folder| !["incoming", "unclaimed"].iter().any(|name| folder.file_name() == *name));
        let files = folders.flat_map(|folder| std::fs::read_dir(folder.path()).unwrap().flatten());
        files.map(|file| file.path()).collect()
    }
}

/// Waits for snapshots that are being made.
pub(crate) async fn settled(tasks: &TaskTracker) {
    tasks.close();
    tasks.wait().await;
    tasks.reopen();
}

async fn open(database: &Database, directory: &TempDir, settings: &Settings, tasks: &TaskTracker) -> Knowledge {
    let blobs = LocalBlobs::in_directory(directory.path()).await.unwrap();
    Knowledge::new(database.clone(), Arc::new(blobs), settings.clone(), tasks.clone())
}

/// A link between two numbered services, with a truth value.
pub(crate) fn call(from: usize, to: usize) -> String {
    format!(
        "(Evaluation (stv 0.{} 0.5) (Predicate \"calls\") (List (Concept \"s{from}\") (Concept \"s{to}\")))\n",
        from % 9 + 1
    )
}
