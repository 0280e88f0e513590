//! Ending commands from here: the whole tree is gone afterwards.

use std::time::Duration;

use oriel_execution::Shutdown;
use oriel_execution::runs::{self, RunError};
use oriel_model::{RunStatus, TaskStatus};

use crate::fixture::{Fixture, runs as process_runs, sleep_of_its_own, until_runs};

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_ends_the_process_and_its_children() {
    let fixture = Fixture::new().await;
    let target = fixture.target("web").await;
    let (one, two, three) = (sleep_of_its_own("one"), sleep_of_its_own("two"), sleep_of_its_own("three"));
    // A child, a grandchild, and one that does not listen to TERM.
    let command = format!("bash -c '{one} & {two}' & (trap '' TERM; {three}; {three}) & echo ready; wait");
    let run = fixture.start(&command, &[target], 60).await;
    fixture.until_said(run.tasks[0].id, "ready").await;
    for pattern in [&one, &two, &three] {
        until_runs(pattern).await;
    }
    runs::cancel(&fixture.context, &fixture.execution, run.run.id).await.unwrap();
    let detail = fixture.ended(run.run.id).await;
    assert_eq!(detail.run.status, RunStatus::Cancelled);
    assert_eq!(detail.tasks[0].status, TaskStatus::Cancelled);
    assert_eq!(detail.tasks[0].error.as_deref(), Some("the command was ended because the run was cancelled"));
    for pattern in [&one, &two, &three] {
        assert!(!process_runs(pattern), "{pattern}");
    }
    // An ended run stays as it is.
    let again = runs::cancel(&fixture.context, &fixture.execution, run.run.id).await.unwrap();
    assert_eq!(again, detail);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timeout_ends_the_process_too() {
    let fixture = Fixture::new().await;
    let target = fixture.target("web").await;
    let sleep = sleep_of_its_own("timeout");
    let run = fixture.start(&format!("trap 'echo asked to end; exit 0' TERM; {sleep} & wait"), &[target], 1).await;
    let detail = fixture.ended(run.run.id).await;
    assert_eq!(detail.run.status, RunStatus::Failed);
    let task = &detail.tasks[0];
    // It exited with 0 when it was asked to end, and yet it did not succeed.
    assert_eq!((task.status, task.exit_code), (TaskStatus::TimedOut, Some(0)));
    assert!(task.error.as_ref().unwrap().contains("1 s"));
    assert_eq!(task.stdout_bytes, "asked to end\n".len() as u64);
    assert!(!process_runs(&sleep));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_floods_can_be_cancelled() {
    let fixture = Fixture::new().await;
    let target = fixture.target("web").await;
    let run = fixture.start("echo ready; yes", &[target], 60).await;
    fixture.until_said(run.tasks[0].id, "ready").await;
    runs::cancel(&fixture.context, &fixture.execution, run.run.id).await.unwrap();
    assert_eq!(fixture.ended(run.run.id).await.tasks[0].status, TaskStatus::Cancelled);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_cancelled_without_being_sent() {
    let fixture = Fixture::with(&[], |config| config.default_concurrency = 1).await;
    let targets = [fixture.target("a").await, fixture.target("b").await, fixture.target("c").await];
    let run = fixture.start("echo ready; sleep 1000", &targets, 60).await;
    fixture.until_said(run.tasks[0].id, "ready").await;
    let detail = runs::cancel(&fixture.context, &fixture.execution, run.run.id).await.unwrap();
    assert_eq!(detail.tasks[2].status, TaskStatus::Cancelled);
    let detail = fixture.ended(run.run.id).await;
    assert!(detail.tasks.iter().all(|task| task.status == TaskStatus::Cancelled));
    assert_eq!(detail.tasks.iter().filter(|task| task.started_at.is_some()).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_room_on_a_connection_can_be_cancelled() {
    let fixture = Fixture::with(&[], |config| config.commands_per_connection = 1).await;
    let target = fixture.target("web").await;
    let first = fixture.start("echo ready; sleep 1000", &[target], 60).await;
    fixture.until_said(first.tasks[0].id, "ready").await;
    let waiting = fixture.start("true", &[target], 60).await;
    runs::cancel(&fixture.context, &fixture.execution, waiting.run.id).await.unwrap();
    let task = fixture.ended(waiting.run.id).await.tasks.remove(0);
    assert_eq!((task.status, task.started_at), (TaskStatus::Cancelled, None));
    let after = fixture.start("echo now", &[target], 60).await;
    runs::cancel(&fixture.context, &fixture.execution, first.run.id).await.unwrap();
    fixture.ended(first.run.id).await;
    assert_eq!(fixture.ended(after.run.id).await.run.status, RunStatus::Succeeded);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shutdown_ends_what_does_not_end_itself() {
    let fixture = Fixture::with(&[], |config| config.default_concurrency = 1).await;
    let targets = [fixture.target("a").await, fixture.target("b").await];
    let sleep = sleep_of_its_own("shutdown");
    let run = fixture.start(&format!("echo ready; {sleep}"), &targets, 60).await;
    fixture.until_said(run.tasks[0].id, "ready").await;
    assert_eq!(fixture.execution.shutdown().await, Shutdown::Ended);
    let detail = runs::get(&fixture.context, &fixture.execution, run.run.id).await.unwrap();
    assert_eq!(detail.run.status, RunStatus::Interrupted);
    assert!(detail.tasks.iter().all(|task| task.status == TaskStatus::Interrupted));
    assert_eq!((detail.tasks[0].started_at.is_some(), detail.tasks[1].started_at.is_some()), (true, false));
    assert!(!process_runs(&sleep));
    let new = runs::NewRun {
        command: "true".to_owned(),
        target_ids: targets.to_vec(),
        timeout_seconds: None,
        concurrency: None,
    };
    let refused = runs::start(&fixture.context, &fixture.execution, new).await.unwrap_err();
    assert!(matches!(refused, RunError::Closing));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shutdown_waits_for_what_ends_in_time() {
    let fixture = Fixture::with(&[], |config| config.drain = Duration::from_secs(30)).await;
    let target = fixture.target("web").await;
    let run = fixture.start("echo ready; sleep 0.3", &[target], 60).await;
    fixture.until_said(run.tasks[0].id, "ready").await;
    assert_eq!(fixture.execution.shutdown().await, Shutdown::Drained);
    let detail = runs::get(&fixture.context, &fixture.execution, run.run.id).await.unwrap();
    assert_eq!(detail.run.status, RunStatus::Succeeded);
}
