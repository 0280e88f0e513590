//! An execution on a fresh database, with an sshd to run commands on.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use oriel_execution::output::Selection;
use oriel_execution::runs::{self, NewRun, RunDetail, Task};
use oriel_execution::targets::{self, NewTarget, Target};
use oriel_execution::{Config, Execution};
use oriel_identity::Context;
use oriel_model::{RunId, SystemClock, TargetId, TaskId, Transport};
use oriel_storage::{Database, DatabaseOptions, Vault};
use oriel_testkit::principal;
use oriel_testkit::sshd::Sshd;
use tempfile::TempDir;

/// Settings for tests: as the product's, but quicker to give up.
pub(crate) fn config(directory: &Path) -> Config {
    Config {
        local_enabled: true,
        grace: Duration::from_secs(1),
        linger: Duration::from_millis(300),
        drain: Duration::from_millis(300),
        ..Config::new(directory)
    }
}

pub(crate) async fn execution(directory: &Path, config: Config) -> (Database, Execution) {
    let database = Database::open(&DatabaseOptions::in_directory(directory)).await.unwrap();
    let vault = Arc::new(Vault::in_directory(directory).unwrap());
    let execution = Execution::new(database.clone(), vault, Arc::new(SystemClock), config);
    (database, execution)
}

pub(crate) struct Fixture {
    pub(crate) sshd: Sshd,
    pub(crate) execution: Execution,
    pub(crate) context: Context,
    pub(crate) database: Database,
    pub(crate) directory: TempDir,
}

impl Fixture {
    pub(crate) async fn new() -> Self {
        Self::with(&[], |_| ()).await
    }

    pub(crate) async fn with(sshd: &[&str], change: impl FnOnce(&mut Config)) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut config = config(directory.path());
        change(&mut config);
        let (database, execution) = execution(directory.path(), config).await;
        Self::over(database, execution, directory, Sshd::start_with(sshd).unwrap()).await
    }

    /// On a database of another kind.
    pub(crate) async fn on(database: Database) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let vault = Arc::new(Vault::in_directory(directory.path()).unwrap());
        let execution = Execution::new(database.clone(), vault, Arc::new(SystemClock), config(directory.path()));
        Self::over(database, execution, directory, Sshd::start().unwrap()).await
    }

    async fn over(database: Database, execution: Execution, directory: TempDir, sshd: Sshd) -> Self {
        let context = principal::administrator(&database, &Arc::new(SystemClock)).await.unwrap();
        Self { sshd, execution, context, database, directory }
    }

    /// What is needed to add the sshd as a target.
    pub(crate) fn new_target(&self, name: &str) -> NewTarget {
        NewTarget {
            name: name.to_owned(),
            transport: Transport::Ssh,
            host: Some(self.sshd.host().to_owned()),
            port: Some(self.sshd.port()),
            user: Some(self.sshd.user().to_owned()),
            private_key: Some(self.sshd.private_key().unwrap()),
            labels: [].into(),
        }
    }

    pub(crate) async fn add(&self, new: NewTarget) -> Target {
        targets::create(&self.context, &self.execution, new).await.unwrap()
    }

    /// Adds the sshd as a target, and pins its key.
    pub(crate) async fn target(&self, name: &str) -> TargetId {
        let id = self.add(self.new_target(name)).await.id;
        self.pin(id).await;
        id
    }

    pub(crate) async fn pin(&self, id: TargetId) {
        let fingerprint = self.sshd.host_key_fingerprint().unwrap();
        targets::pin_host_key(&self.context, &self.execution, id, &fingerprint).await.unwrap();
    }

    pub(crate) async fn start(&self, command: &str, targets: &[TargetId], timeout: u64) -> RunDetail {
        let new = NewRun {
            command: command.to_owned(),
            target_ids: targets.to_vec(),
            timeout_seconds: Some(timeout),
            concurrency: None,
        };
        runs::start(&self.context, &self.execution, new).await.unwrap()
    }

    /// Runs a command on one target, and waits for its end.
    pub(crate) async fn run(&self, command: &str, target: TargetId) -> Task {
        let run = self.start(command, &[target], 60).await;
        self.ended(run.run.id).await.tasks.remove(0)
    }

    /// Waits until a run has ended.
    pub(crate) async fn ended(&self, id: RunId) -> RunDetail {
        self.until(id, |detail| detail.run.status.is_terminal()).await
    }

    /// Waits until a run is as wanted.
    pub(crate) async fn until(&self, id: RunId, wanted: impl Fn(&RunDetail) -> bool) -> RunDetail {
        let mut changes = runs::watch(&self.context, &self.execution, id).unwrap();
        loop {
            let detail = runs::get(&self.context, &self.execution, id).await.unwrap();
            if wanted(&detail) {
                return detail;
            }
            changes.changed().await.unwrap();
        }
    }

    /// Waits until the output of a task holds a text, and gives the output until then.
    pub(crate) async fn until_said(&self, task: TaskId, text: &str) -> String {
        let mut said = String::new();
        let mut followed = runs::follow(&self.context, &self.execution, task, 0).await.unwrap().chunks;
        while !said.contains(text) {
            let chunk = followed.next().await.unwrap_or_else(|| panic!("the task ended after: {said}")).unwrap();
            said.push_str(std::str::from_utf8(&chunk.bytes).unwrap());
        }
        said
    }

    pub(crate) async fn bytes(&self, task: TaskId, selection: Selection) -> Vec<u8> {
        let read = runs::read_output(&self.context, &self.execution, task, selection, 0, None).await;
        let mut stream = read.unwrap().bytes;
        let mut bytes = Vec::new();
        while let Some(part) = stream.next().await {
            bytes.extend_from_slice(&part.unwrap());
        }
        bytes
    }

    pub(crate) async fn text(&self, task: TaskId, selection: Selection) -> String {
        String::from_utf8(self.bytes(task, selection).await).unwrap()
    }
}

/// Whether a process with this in its command line runs.
pub(crate) fn runs(pattern: &str) -> bool {
    !processes(pattern).is_empty()
}

/// Waits until a process with this in its command line runs; a shell says things before its children are there.
pub(crate) async fn until_runs(pattern: &str) {
    while !runs(pattern) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Ends the processes with this in their command line; whether there were any.
pub(crate) fn end(pattern: &str) -> bool {
    let found = processes(pattern);
    for pid in &found {
        // The shell's own `kill`, for a test machine may have no other.
        std::process::Command::new("sh").args(["-c", "kill -KILL \"$0\"", pid]).status().unwrap();
    }
    !found.is_empty()
}

fn processes(pattern: &str) -> Vec<String> {
    let entries = std::fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap());
    let numbered = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let matching = numbered.filter(|name| {
        // One that is gone by now, or has ended and waits for its parent, has no command line.
        let line = std::fs::read(format!("/proc/{name}/cmdline")).unwrap_or_default();
        name.parse::<u32>().is_ok() && String::from_utf8_lossy(&line).replace('\0', " ").contains(pattern)
    });
    matching.collect()
}

/// A sleep of a length that no other process has, so that it can be found.
pub(crate) fn sleep_of_its_own(task_of: &str) -> String {
    let unique = task_of.bytes().fold(u64::from(std::process::id()), |sum, byte| sum * 31 % 900_001 + u64::from(byte));
    format!("sleep {}.{unique}", 10_000 + std::process::id())
}
