//! Reaching hosts, failing to, and losing them.

use std::time::Duration;

use oriel_execution::output::Selection;
use oriel_execution::targets::{self, TargetError};
use oriel_model::{RunStatus, TargetId, TaskStatus};

use crate::fixture::{Fixture, end, runs as process_runs, sleep_of_its_own, until_runs};

#[tokio::test(flavor = "multi_thread")]
async fn twenty_targets_at_once() {
    let fixture = Fixture::new().await;
    let mut targets = Vec::new();
    for index in 0..20 {
        targets.push(fixture.target(&format!("web-{index}")).await);
    }
    let run = fixture.start("echo hello from $$; echo on stderr >&2", &targets, 60).await;
    let detail = fixture.ended(run.run.id).await;
    assert_eq!(detail.run.status, RunStatus::Succeeded);
    for (task, target) in detail.tasks.iter().zip(&targets) {
        assert_eq!(task.target_id, *target);
        assert!(fixture.text(task.id, Selection::Stdout).await.starts_with("hello from "));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_on_one_host_share_its_connection() {
    let fixture = Fixture::new().await;
    let target = fixture.target("web").await;
    let mut runs = Vec::new();
    for index in 0..40 {
        runs.push(fixture.start(&format!("sleep 0.05; echo {index}; echo $SSH_CONNECTION >&2"), &[target], 60).await);
    }
    let mut connections = Vec::new();
    for (index, run) in runs.iter().enumerate() {
        let task = fixture.ended(run.run.id).await.tasks.remove(0);
        assert_eq!(task.status, TaskStatus::Succeeded, "{:?}", task.error);
        assert_eq!(fixture.text(task.id, Selection::Stdout).await, format!("{index}\n"));
        connections.push(fixture.text(task.id, Selection::Stderr).await);
    }
    connections.dedup();
    assert_eq!(connections.len(), 1, "{connections:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_connection_is_lost_and_the_next_command_gets_a_new_one() {
    let fixture = Fixture::new().await;
    let target = fixture.target("web").await;
    let sleep = sleep_of_its_own("lost");
    let run = fixture.start(&format!("echo ready; {sleep}; echo never seen"), &[target], 60).await;
    fixture.until_said(run.tasks[0].id, "ready").await;
    until_runs(&sleep).await;
    assert!(fixture.sshd.drop_connections().unwrap() > 0);
    let detail = fixture.ended(run.run.id).await;
    assert_eq!((detail.run.status, detail.tasks[0].status), (RunStatus::Failed, TaskStatus::Lost));
    assert_eq!(detail.tasks[0].exit_code, None);
    assert!(detail.tasks[0].error.as_ref().unwrap().contains("was lost"), "{:?}", detail.tasks[0].error);
    assert!(end(&sleep));
    assert_eq!(fixture.run("true", target).await.status, TaskStatus::Succeeded);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_falls_silent_is_lost() {
    let fixture = Fixture::with(&[], |config| config.keepalive_interval = Duration::from_millis(200)).await;
    let target = fixture.target("web").await;
    let sleep = sleep_of_its_own("silent");
    let run = fixture.start(&format!("echo ready; {sleep}"), &[target], 60).await;
    fixture.until_said(run.tasks[0].id, "ready").await;
    until_runs(&sleep).await;
    // The connection stands, and nobody answers on it.
    assert!(fixture.sshd.freeze_connections().unwrap() > 0);
    let detail = fixture.ended(run.run.id).await;
    assert_eq!(detail.tasks[0].status, TaskStatus::Lost);
    assert!(detail.tasks[0].error.as_ref().unwrap().contains("Keepalive timeout"), "{:?}", detail.tasks[0].error);
    assert!(end(&sleep));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_died_while_idle_is_made_anew() {
    let mut fixture = Fixture::new().await;
    let target = fixture.target("web").await;
    assert_eq!(fixture.run("true", target).await.status, TaskStatus::Succeeded);
    fixture.sshd.restart().unwrap();
    assert_eq!(fixture.run("true", target).await.status, TaskStatus::Succeeded);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_host_key_is_refused_with_both_fingerprints() {
    let mut fixture = Fixture::new().await;
    let target = fixture.target("web").await;
    let before = fixture.sshd.host_key_fingerprint().unwrap();
    fixture.sshd.replace_host_key().unwrap();
    let now = fixture.sshd.host_key_fingerprint().unwrap();
    let task = fixture.run("touch /tmp/must-not-happen", target).await;
    assert_eq!((task.status, task.started_at), (TaskStatus::Refused, None));
    let error = task.error.unwrap();
    assert!(error.contains(&before) && error.contains(&now), "{error}");

    let scanned = targets::scan_host_key(&fixture.context, &fixture.execution, target).await.unwrap();
    assert_eq!((scanned.fingerprint.as_str(), scanned.pinned, scanned.matches), (now.as_str(), true, Some(false)));
    fixture.pin(target).await;
    assert_eq!(fixture.run("true", target).await.status, TaskStatus::Succeeded);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unconfirmed_host_key_is_refused() {
    let fixture = Fixture::new().await;
    let target = fixture.add(fixture.new_target("web")).await.id;
    let task = fixture.run("true", target).await;
    assert_eq!(task.status, TaskStatus::Refused);
    assert!(task.error.unwrap().contains("not confirmed"));
    let wrong = targets::pin_host_key(&fixture.context, &fixture.execution, target, "SHA256:other").await.unwrap_err();
    let fingerprint = fixture.sshd.host_key_fingerprint().unwrap();
    assert!(matches!(&wrong, TargetError::OtherFingerprint { offered, .. } if *offered == fingerprint), "{wrong}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_the_host_does_not_know_fails_with_what_to_do() {
    let fixture = Fixture::new().await;
    let mut new = fixture.new_target("web");
    new.private_key = Some(fixture.sshd.foreign_private_key("ed25519", "").unwrap());
    let target = fixture.add(new).await.id;
    fixture.pin(target).await;
    let task = fixture.run("true", target).await;
    assert_eq!((task.status, task.started_at), (TaskStatus::Failed, None));
    let error = task.error.unwrap();
    assert!(error.contains("authorized_keys") && error.contains("SHA256:"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ecdsa_key_works() {
    let fixture = Fixture::new().await;
    let mut new = fixture.new_target("web");
    new.private_key = Some(fixture.sshd.ecdsa_private_key().unwrap().replace('\n', "\r\n"));
    let target = fixture.add(new).await.id;
    fixture.pin(target).await;
    assert_eq!(fixture.run("true", target).await.status, TaskStatus::Succeeded);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_where_nobody_listens_fails() {
    let mut fixture = Fixture::new().await;
    let target = fixture.target("web").await;
    fixture.sshd.stop().unwrap();
    let task = fixture.run("true", target).await;
    assert_eq!(task.status, TaskStatus::Failed);
    assert!(task.error.unwrap().contains("cannot connect"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_accepts_and_says_nothing_is_given_up() {
    let fixture = Fixture::with(&[], |config| config.handshake_timeout = Duration::from_millis(300)).await;
    let target = fixture.target("web").await;
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    silence(&fixture, target, silent.local_addr().unwrap().port()).await;
    let task = fixture.run("true", target).await;
    assert_eq!(task.status, TaskStatus::Failed);
    assert!(task.error.unwrap().contains("did not answer within"));
}

/// Moves a target to another port, as if it had been there when its key was pinned.
async fn silence(fixture: &Fixture, target: TargetId, port: u16) {
    use oriel_storage::{Repositories as _, TargetChange};
    let stored = fixture.database.targets().get(target).await.unwrap().unwrap();
    let mut settings = stored.settings.clone();
    settings.port = Some(port);
    let change = TargetChange { settings, host_key: stored.host_key, secret_id: stored.secret_id };
    fixture.database.targets().update(target, stored.version, change, stored.updated_at).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_allows_one_session_still_runs_and_says_what_it_lacks() {
    let fixture = Fixture::with(&["MaxSessions 1"], |config| config.grace = Duration::from_millis(200)).await;
    let target = fixture.target("web").await;
    assert_eq!(fixture.run("echo fine", target).await.status, TaskStatus::Succeeded);
    let sleep = sleep_of_its_own("one session");
    let run = fixture.start(&format!("echo ready; {sleep}"), &[target], 60).await;
    fixture.until_said(run.tasks[0].id, "ready").await;
    let task = fixture.run("true", target).await;
    assert_eq!(task.status, TaskStatus::Failed);
    let error = task.error.unwrap();
    assert!(error.contains("MaxSessions"), "{error}");
    // There is no room for a second session to end it by, so that takes a second connection.
    oriel_execution::runs::cancel(&fixture.context, &fixture.execution, run.run.id).await.unwrap();
    let task = fixture.ended(run.run.id).await.tasks.remove(0);
    assert_eq!((task.status, task.signal.as_deref()), (TaskStatus::Cancelled, Some("TERM")));
    assert_eq!(task.error.as_deref(), Some("the command was ended because the run was cancelled"));
    assert!(!process_runs(&sleep));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_tested_step_by_step() {
    let mut fixture = Fixture::new().await;
    let target = fixture.target("web").await;
    let test =
        async |fixture: &Fixture| targets::test_connection(&fixture.context, &fixture.execution, target).await.unwrap();
    let report = test(&fixture).await;
    let names: Vec<&str> = report.steps.iter().map(|step| step.name.as_str()).collect();
    assert!(report.ok, "{}", report.detail);
    assert_eq!(names, ["resolved", "connected", "key verified", "authenticated", "command ran"]);
    fixture.sshd.replace_host_key().unwrap();
    let report = test(&fixture).await;
    assert!(!report.ok && report.detail.contains("host key changed"), "{}", report.detail);
    assert_eq!(report.steps.len(), 2);
}
