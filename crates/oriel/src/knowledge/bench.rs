//! What the commands work with: the locked data directory, and the bases in it.

use std::io::IsTerminal as _;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};
use oriel_identity::Context;
use oriel_knowledge::{Knowledge, KnowledgeError};
use oriel_storage::Database;
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

use crate::config::Config;
use crate::data_dir::DataDir;
use crate::misuse::Misuse;
use crate::output;
use crate::wiring;

/// After how long somebody who waits for a snapshot is told of it.
const SOON: Duration = Duration::from_secs(1);

/// The bases of a data directory that nobody else uses meanwhile.
pub(super) struct Bench {
    pub(super) context: Context,
    pub(super) knowledge: Knowledge,
    pub(super) json: bool,
    database: Database,
    tasks: TaskTracker,
    directory: DataDir,
}

impl Bench {
    /// Opens the bases; makes the data directory where `makes`, and else says that there is none.
    pub(super) async fn open(config: &Config, makes: bool, json: bool) -> anyhow::Result<Self> {
        if !makes {
            wiring::require_database(config, ", or begin with `oriel knowledge create`")?;
        }
        let directory = DataDir::open(&config.data_dir)?;
        let database = wiring::database(config, directory.path()).await?;
        let blobs = wiring::blobs(&database, directory.path()).await?;
        let tasks = TaskTracker::new();
        let settings = wiring::knowledge(config, directory.path());
        let knowledge = Knowledge::new(database.clone(), blobs, settings, tasks.clone());
        let context = wiring::system("command line", &wiring::clock());
        Ok(Self { context, knowledge, json, database, tasks, directory })
    }

    /// Refuses a file to write that would lie in the data directory, where it could replace what is kept there.
    pub(super) fn outside(&self, file: &Path) -> anyhow::Result<()> {
        let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // Where there is no such directory, nothing will be written.
        if parent.canonicalize().is_ok_and(|parent| parent.starts_with(self.directory.path())) {
            let data = self.directory.path().display();
            return Err(Misuse::because(format!(
                "{}: it lies in the data directory {data}, where only oriel writes: name a file elsewhere",
                file.display()
            )));
        }
        Ok(())
    }

    /// Waits for snapshots that are being made, and closes.
    pub(super) async fn close(self) -> anyhow::Result<()> {
        if timeout(SOON, self.knowledge.snapshots_made()).await.is_err() {
            output::note(
                "a snapshot is being made, so that the base is soon read: the change itself is durable, and without the snapshot a \
                 later change makes one",
            );
            let _bar = Bar::busy("making a snapshot");
            self.knowledge.snapshots_made().await;
        }
        self.tasks.close();
        self.tasks.wait().await;
        self.database.close().await.context("the database cannot be closed")
    }
}

/// An error of a base as one of a command: a wrong value of a flag is misuse.
pub(super) fn told(error: KnowledgeError) -> anyhow::Error {
    match error {
        error if error.is_misuse() => Misuse::because(error.to_string()),
        KnowledgeError::Merge { .. } => anyhow::anyhow!("{error}: --prefer source or --prefer target"),
        KnowledgeError::Ungrouped { .. } => {
            anyhow::anyhow!("{error} (--of), or give it more with --steps, --memory, --time")
        }
        other => other.into(),
    }
}

/// How far long work is, on stderr, where a person looks.
pub(super) struct Bar {
    bar: Option<ProgressBar>,
}

impl Bar {
    /// A bar for work of this name.
    pub(super) fn new(name: &'static str) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{msg} {bar:30} {pos}/{len} {elapsed}");
            let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
            ProgressBar::new(1).with_style(style).with_message(name)
        });
        Self { bar }
    }

    /// Work of this name, of which nobody can tell how far it is.
    pub(super) fn busy(name: &'static str) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{spinner} {msg} {elapsed}");
            let style = style.unwrap_or_else(|_| ProgressStyle::default_spinner());
            let bar = ProgressBar::new_spinner().with_style(style).with_message(name);
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        Self { bar }
    }

    /// So much is done of so much.
    pub(super) fn at(&self, done: u64, of: u64) {
        if let Some(bar) = &self.bar {
            bar.set_length(of.max(1));
            bar.set_position(done);
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
