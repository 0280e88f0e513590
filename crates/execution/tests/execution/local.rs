//! Commands on this machine itself.

use oriel_execution::output::Selection;
use oriel_execution::runs;
use oriel_execution::targets::{self, NewTarget, TargetError};
use oriel_model::{TargetId, TaskStatus, Transport};

use crate::fixture::{Fixture, end, runs as process_runs, sleep_of_its_own, until_runs};

fn here() -> NewTarget {
    NewTarget {
        name: "here".to_owned(),
        transport: Transport::Local,
        host: None,
        port: None,
        user: None,
        private_key: None,
        labels: [].into(),
    }
}

async fn target(fixture: &Fixture) -> TargetId {
    fixture.add(here()).await.id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_local_command_has_the_stated_environment_and_nothing_else() {
    let fixture = Fixture::new().await;
    let target = target(&fixture).await;
    let task = fixture.run("env | sort; pwd; cat", target).await;
    let said = fixture.text(task.id, Selection::All).await;
    let expected = "HOME=/\nLANG=C.UTF-8\nPATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nPWD=/\n\
                    SHELL=/bin/sh\n/\n";
    assert_eq!(said, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn ends_are_recorded() {
    let fixture = Fixture::new().await;
    let target = target(&fixture).await;
    let task = fixture.run("echo out; echo err >&2; exit 3", target).await;
    assert_eq!((task.status, task.exit_code), (TaskStatus::Failed, Some(3)));
    assert_eq!(fixture.text(task.id, Selection::Stdout).await, "out\n");
    assert_eq!(fixture.text(task.id, Selection::Stderr).await, "err\n");
    let task = fixture.run("kill -KILL $$", target).await;
    assert_eq!((task.status, task.signal.as_deref()), (TaskStatus::Failed, Some("KILL")));
    let task = fixture.run("head -c 10000000 /dev/zero", target).await;
    assert_eq!((task.status, task.stdout_bytes), (TaskStatus::Succeeded, 10_000_000));
    let sleep = sleep_of_its_own("local background");
    let task = fixture.run(&format!("{sleep} &"), target).await;
    assert_eq!(task.status, TaskStatus::Succeeded);
    until_runs(&sleep).await;
    assert!(end(&sleep));
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_ends_the_process_and_its_children() {
    let fixture = Fixture::new().await;
    let target = target(&fixture).await;
    let (one, two) = (sleep_of_its_own("local one"), sleep_of_its_own("local two"));
    let command = format!("bash -c '{one} & echo ready; wait' & (trap '' TERM; {two}; {two}) & wait");
    let run = fixture.start(&command, &[target], 60).await;
    fixture.until_said(run.tasks[0].id, "ready").await;
    until_runs(&two).await;
    runs::cancel(&fixture.context, &fixture.execution, run.run.id).await.unwrap();
    assert_eq!(fixture.ended(run.run.id).await.tasks[0].status, TaskStatus::Cancelled);
    assert!(!process_runs(&one) && !process_runs(&two));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_off_unless_enabled() {
    let fixture = Fixture::with(&[], |config| config.local_enabled = false).await;
    let refused = targets::create(&fixture.context, &fixture.execution, here()).await.unwrap_err();
    assert!(matches!(refused, TargetError::Invalid { field: "transport", .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_local_target_is_refused_where_it_is_no_longer_enabled() {
    let fixture = Fixture::new().await;
    let target = target(&fixture).await;
    let report = targets::test_connection(&fixture.context, &fixture.execution, target).await.unwrap();
    assert!(report.ok, "{}", report.detail);
    fixture.execution.shutdown().await;
    let config = oriel_execution::Config { local_enabled: false, ..fixture.execution.config().clone() };
    let (_, execution) = crate::fixture::execution(fixture.directory.path(), config).await;
    let fixture = Fixture { execution, ..fixture };
    assert_eq!(fixture.run("true", target).await.status, TaskStatus::Refused);
}
