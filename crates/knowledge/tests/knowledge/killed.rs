//! A process that is killed while it changes a base: what it had acknowledged is there, and all of it is sound.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::sync::Arc;

use oriel_identity::Context;
use oriel_knowledge::bases::{self, At, Note, Search};
use oriel_knowledge::{Change, Knowledge, Settings};
use oriel_storage::{Database, DatabaseOptions, LocalBlobs, Repositories as _};
use oriel_testkit::clock;
use tokio_util::task::TaskTracker;

const DIRECTORY: &str = "ORIEL_TEST_KNOWLEDGE_DIRECTORY";

async fn open(directory: &std::path::Path) -> (Database, Knowledge, Context) {
    let database = Database::open(&DatabaseOptions::in_directory(directory)).await.unwrap();
    let blobs = LocalBlobs::in_directory(directory).await.unwrap();
    let indexes = Some(directory.join("search"));
    let settings = Settings { snapshot_changes: 3, snapshots_kept: 2, indexes, ..Settings::default() };
    let knowledge = Knowledge::new(database.clone(), Arc::new(blobs), settings, TaskTracker::new());
    (database, knowledge, Context::system("test", "request", clock::manual()))
}

/// How many nodes are found, and at which version.
async fn searched(context: &Context, knowledge: &Knowledge) -> (usize, u64) {
    let search =
        Search { at: At::Newest, words: "number shared".to_owned(), limit: 1, near: None, through_classes: false };
    let found = bases::search(context, knowledge, "shop", &search).await.unwrap();
    (found.found, found.version)
}

/// Runs in a child process: makes one change after another, saying each version once it is acknowledged.
#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the parent test tells its child process where to write")]
async fn child_that_is_killed() {
    let Ok(directory) = std::env::var(DIRECTORY) else { return };
    let (_database, knowledge, context) = open(directory.as_ref()).await;
    loop {
        let version = bases::get(&context, &knowledge, "shop").await.unwrap().version;
        let change = Change::add(format!("(List (Concept \"number {version}\") (Concept \"shared\"))"));
        let applied = bases::apply(&context, &knowledge, "shop", change, Note::default()).await.unwrap();
        // The test's own lines begin otherwise.
        println!("acknowledged {}", applied.version);
        std::io::stdout().flush().unwrap();
        // So that it is also killed while an index is brought up to date.
        searched(&context, &knowledge).await;
    }
}

#[tokio::test]
async fn a_killed_process_loses_no_acknowledged_change() {
    let directory = tempfile::tempdir().unwrap();
    let (database, knowledge, context) = open(directory.path()).await;
    bases::create(&context, &knowledge, "shop", "").await.unwrap();
    database.close().await.unwrap();
    let mut acknowledged = 0;
    for wanted in [1, 4, 2, 9, 5] {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "killed::child_that_is_killed", "--nocapture"])
            .env(DIRECTORY, directory.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        // The name of the test may stand before the first on its line.
        let mut versions = lines.filter_map(|line| line.split("acknowledged ").nth(1)?.parse::<u64>().ok());
        for _ in 0..wanted {
            acknowledged = versions.next().unwrap();
        }
        child.kill().unwrap();
        // What it said before it was gone counts too.
        acknowledged = versions.last().unwrap_or(acknowledged);
        child.wait().unwrap();

        let (database, knowledge, context) = open(directory.path()).await;
        let view = bases::read(&context, &knowledge, "shop", At::Newest).await.unwrap();
        // It may have been killed between a commit and saying so.
        assert!((acknowledged..=acknowledged + 1).contains(&view.version), "{} after {acknowledged}", view.version);
        assert_eq!(view.space.len() as u64, 2 * view.version + 1);
        let found = bases::validate(&context, &knowledge, "shop", false, &mut |_, _| {}).await.unwrap();
        assert!(found.is_sound(), "{found:?}");
        assert_eq!(searched(&context, &knowledge).await, (view.version as usize + 1, view.version));
        let audit = database.audit().verify().await.unwrap();
        assert_eq!(
            (audit.entries.unsigned_abs(), audit.broken),
            (view.version + 1, None),
            "an entry for each, and the creation"
        );
        acknowledged = view.version;
        database.close().await.unwrap();
    }
}
