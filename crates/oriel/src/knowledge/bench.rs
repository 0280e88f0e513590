//! What the commands work with: the locked data directory, and the bases in it.

use std::io::IsTerminal as _;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use chrono::Datelike as _;
use indicatif::{ProgressBar, ProgressStyle};
use oriel_identity::Context;
use oriel_knowledge::bases::At;
use oriel_knowledge::change::ChangeError;
use oriel_knowledge::{Knowledge, KnowledgeError};
use oriel_model::Timestamp;
use oriel_storage::{Database, LocalBlobs};
use tokio_util::task::TaskTracker;

use crate::config::Config;
use crate::data_dir::DataDir;
use crate::misuse::Misuse;
use crate::wiring;

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
        if !makes && config.database_url.is_empty() && !config.data_dir.join("oriel.db").is_file() {
            anyhow::bail!(
                "data_dir: there is no Oriel database in {}; say where it is with --data-dir or --database-url, or begin \
                 with `oriel knowledge create`",
                config.data_dir.display()
            );
        }
        let directory = DataDir::open(&config.data_dir)?;
        let database = wiring::database(config, directory.path()).await?;
        let blobs =
            LocalBlobs::in_directory(directory.path()).await.context("the store of snapshots cannot be opened")?;
        let tasks = TaskTracker::new();
        let settings = wiring::knowledge(config, directory.path());
        let knowledge = Knowledge::new(database.clone(), Arc::new(blobs), settings, tasks.clone());
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
        self.tasks.close();
        self.tasks.wait().await;
        self.database.close().await.context("the database cannot be closed")
    }
}

/// An error of a base as one of a command: a wrong value of a flag is misuse.
pub(super) fn told(error: KnowledgeError) -> anyhow::Error {
    match error {
        KnowledgeError::Invalid { .. } => Misuse::because(error.to_string()),
        KnowledgeError::Merge { .. } => anyhow::anyhow!("{error}: --prefer source or --prefer target"),
        KnowledgeError::Change(ChangeError::Joined { .. }) => anyhow::anyhow!("{error}: --recursive"),
        other => other.into(),
    }
}

/// A version as it is written in a flag: a number, or a moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct When(pub(super) At);

impl FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "newest" {
            return Ok(Self(At::Newest));
        }
        if let Ok(version) = text.parse() {
            return Ok(Self(At::Version(version)));
        }
        // Other years are not kept, and a database refuses to compare with them.
        let moment = text.parse::<Timestamp>().ok().filter(|at| (0..=9999).contains(&at.year()));
        let wrong = || {
            "write a version such as 7, a moment such as 2026-11-20T10:00:00Z (years 0 to 9999), or `newest`".to_owned()
        };
        moment.map(|at| Self(At::Time(at))).ok_or_else(wrong)
    }
}

/// The version that a flag names, or the newest.
pub(super) fn at(when: Option<When>) -> At {
    when.map_or(At::Newest, |when| when.0)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_a_number_or_a_moment() {
        let read = |text: &str| text.parse::<When>().map(|when| when.0);
        assert_eq!(read("7"), Ok(At::Version(7)));
        assert_eq!(read("newest"), Ok(At::Newest));
        assert_eq!(read("2026-11-20T10:00:00Z"), Ok(At::Time("2026-11-20T10:00:00Z".parse().unwrap())));
        assert_eq!(read("2026-11-20T10:00:00+02:00"), Ok(At::Time("2026-11-20T08:00:00Z".parse().unwrap())));
        for wrong in ["+12026-11-20T10:00:00Z", "-0001-11-20T10:00:00Z", "-1", "yesterday", "2026-11-20", ""] {
            assert!(read(wrong).unwrap_err().contains("2026-11-20T10:00:00Z"), "{wrong}");
        }
    }
}
