//! A process killed in the middle: what was committed is there, what was not is not.

use std::process::Command;

use oriel_model::Role;
use oriel_storage::{Database, DatabaseOptions, Repositories as _};
use oriel_testkit::clock;

use crate::fixture;

const DIRECTORY: &str = "ORIEL_TEST_DURABILITY_DIRECTORY";

/// Runs in a child process: commits one user, leaves another uncommitted, and dies at once.
#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the parent test tells its child process where to write")]
async fn child_that_is_killed() {
    let Ok(directory) = std::env::var(DIRECTORY) else { return };
    let database = Database::open(&DatabaseOptions::in_directory(directory.as_ref())).await.unwrap();
    let clock = clock::manual();
    let user = fixture::user(&database, &clock, "committed", Role::Viewer).await;
    let transaction = database.begin().await.unwrap();
    transaction.users().set_role(user.id, Role::Admin, user.created_at).await.unwrap();
    transaction.append_audit(fixture::audit_entry(&clock, "system", "thing.do")).await.unwrap();
    std::process::abort();
}

#[tokio::test]
async fn a_killed_process_loses_nothing_that_was_committed() {
    let directory = tempfile::tempdir().unwrap();
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "durability::child_that_is_killed"])
        .env(DIRECTORY, directory.path())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .status()
        .unwrap();
    assert_eq!(status.code(), None, "the child ended by a signal");
    let database = Database::open(&DatabaseOptions::in_directory(directory.path())).await.unwrap();
    let (user, _) = database.users().credentials("committed").await.unwrap().unwrap();
    assert_eq!(user.role, Role::Viewer);
    let found = database.audit().verify().await.unwrap();
    assert_eq!((found.entries, found.broken), (0, None));
}
