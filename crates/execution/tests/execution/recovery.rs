//! A server that is killed in the middle of a run, and the one that comes after it.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use oriel_execution::output::Selection;
use oriel_execution::runs::{self, NewRun, RunFilter};
use oriel_model::{PageRequest, RunStatus, SystemClock, TaskStatus};
use oriel_storage::Repositories as _;
use oriel_testkit::principal;

use crate::fixture::{self, Fixture, end, sleep_of_its_own, until_runs};

/// Where the server to be killed works; without it that is not what this process is.
const SERVER: &str = "ORIEL_TEST_SERVER_TO_BE_KILLED";

#[tokio::test(flavor = "multi_thread")]
async fn after_kill_9_what_ran_is_marked_and_its_output_is_there() {
    let fixture = Fixture::new().await;
    fixture.target("first").await;
    fixture.target("second").await;
    fixture.execution.shutdown().await;
    let sleep = sleep_of_its_own("killed");
    std::fs::write(fixture.directory.path().join("command"), format!("echo before; echo err >&2; {sleep}")).unwrap();

    let mut server = Command::new(std::env::current_exe().unwrap())
        .args(["recovery::serve_until_killed", "--exact", "--nocapture"])
        .env(SERVER, fixture.directory.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let ready = fixture.directory.path().join("ready");
    while !ready.exists() {
        assert_eq!(server.try_wait().unwrap(), None, "the server ended by itself");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    server.kill().unwrap();
    server.wait().unwrap();

    let (database, execution) =
        fixture::execution(fixture.directory.path(), fixture::config(fixture.directory.path())).await;
    let fixture = Fixture { execution, database, ..fixture };
    let recovered = fixture.execution.recover().await.unwrap();
    assert_eq!((recovered.runs.len(), recovered.lost_tasks.len(), recovered.interrupted_tasks.len()), (1, 1, 1));
    let listed = runs::list(&fixture.context, &fixture.execution, RunFilter::default(), PageRequest::first()).await;
    let run = listed.unwrap().items.remove(0);
    let detail = runs::get(&fixture.context, &fixture.execution, run.id).await.unwrap();
    assert_eq!(detail.run.status, RunStatus::Interrupted);
    let [lost, waiting] = &detail.tasks[..] else { panic!("two tasks") };
    assert_eq!((lost.status, waiting.status), (TaskStatus::Lost, TaskStatus::Interrupted));
    assert_eq!((lost.stdout_bytes, lost.stderr_bytes), (7, 4));
    assert_eq!(fixture.text(lost.id, Selection::Stdout).await, "before\n");
    // A follower of a lost task gets what there is, and the end.
    let followed = runs::follow(&fixture.context, &fixture.execution, lost.id, 0).await.unwrap();
    assert!(futures::StreamExt::count(followed.chunks).await >= 1);
    assert!(fixture.database.audit().verify().await.unwrap().broken.is_none());
    assert_eq!(fixture.execution.recover().await.unwrap().runs, []);
    // Nobody was there to end it.
    until_runs(&sleep).await;
    assert!(end(&sleep));
    assert_eq!(fixture.run("true", lost.target_id).await.status, TaskStatus::Succeeded);
}

/// The server that the test above kills; does nothing unless it was asked to.
#[tokio::test(flavor = "multi_thread")]
async fn serve_until_killed() {
    let Some(directory) = std::env::var_os(SERVER).map(PathBuf::from) else { return };
    let (database, execution) = fixture::execution(&directory, fixture::config(&directory)).await;
    let identity = principal::identity(&database);
    let nobody = principal::nobody(&Arc::new(SystemClock));
    let password = oriel_identity::Secret::new(principal::PASSWORD);
    let signed_in = identity.sign_in(&nobody, "admin", password).await.unwrap();
    let context = principal::context(&identity, &nobody, &signed_in).await.unwrap();
    let mut targets = database.targets().list(PageRequest::first()).await.unwrap().items;
    targets.reverse();
    let new = NewRun {
        command: std::fs::read_to_string(directory.join("command")).unwrap(),
        target_ids: targets.iter().map(|target| target.id).collect(),
        timeout_seconds: None,
        concurrency: Some(1),
    };
    let run = runs::start(&context, &execution, new).await.unwrap();
    loop {
        let task = runs::get_task(&context, &execution, run.tasks[0].id).await.unwrap();
        if (task.stdout_bytes, task.stderr_bytes) == (7, 4) {
            std::fs::write(directory.join("ready"), "").unwrap();
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
