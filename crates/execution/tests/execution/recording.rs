//! Who may do what, and that it is recorded before it is done.

use std::sync::Arc;

use oriel_execution::runs::{self, NewRun, RunError, RunFilter};
use oriel_execution::targets::{self, TargetError};
use oriel_execution::transport::ssh::{SshPlace, SshTransport, UserKey};
use oriel_execution::transport::{OpenError, Transport as _};
use oriel_model::{PageRequest, Role, RunId, RunStatus, SystemClock, TargetId, TaskStatus};
use oriel_storage::{AuditFilter, DatabaseOptions, Repositories as _};
use oriel_testkit::principal;
use sea_orm::ConnectionTrait as _;

use crate::fixture::Fixture;

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_cannot_be_recorded_does_not_start() {
    let fixture = Fixture::new().await;
    let target = fixture.target("web").await;
    let url = DatabaseOptions::in_directory(fixture.directory.path()).url;
    let raw = sea_orm::Database::connect(url).await.unwrap();
    raw.execute_unprepared("DELETE FROM audit_head").await.unwrap();
    let witness = fixture.directory.path().join("witness");
    let new = NewRun {
        command: format!("touch {}", witness.display()),
        target_ids: vec![target],
        timeout_seconds: None,
        concurrency: None,
    };
    let refused = runs::start(&fixture.context, &fixture.execution, new).await.unwrap_err();
    assert!(matches!(refused, RunError::Storage(_)), "{refused}");
    let page = runs::list(&fixture.context, &fixture.execution, RunFilter::default(), PageRequest::first()).await;
    assert!(page.unwrap().items.is_empty());
    let refused = targets::delete(&fixture.context, &fixture.execution, target).await.unwrap_err();
    assert!(matches!(refused, TargetError::Storage(_)), "{refused}");
    assert!(targets::get(&fixture.context, &fixture.execution, target).await.is_ok());
    fixture.execution.shutdown().await;
    assert!(!witness.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_whose_output_cannot_be_recorded_is_not_sent() {
    let fixture = Fixture::new().await;
    let target = fixture.target("web").await;
    std::fs::write(fixture.directory.path().join("output"), "in the way").unwrap();
    let witness = fixture.directory.path().join("witness");
    let task = fixture.run(&format!("touch {}", witness.display()), target).await;
    assert_eq!((task.status, task.started_at), (TaskStatus::Failed, None));
    assert!(task.error.unwrap().contains("output log"));
    assert!(!witness.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_stands_in_the_audit_log() {
    let fixture = Fixture::new().await;
    let target = fixture.target("web").await;
    targets::scan_host_key(&fixture.context, &fixture.execution, target).await.unwrap();
    targets::test_connection(&fixture.context, &fixture.execution, target).await.unwrap();
    let run = fixture.start("echo ready; sleep 1000", &[target], 60).await;
    fixture.until_said(run.tasks[0].id, "ready").await;
    runs::cancel(&fixture.context, &fixture.execution, run.run.id).await.unwrap();
    fixture.ended(run.run.id).await;
    let change = targets::TargetUpdate { name: Some("other".to_owned()), ..targets::TargetUpdate::default() };
    targets::update(&fixture.context, &fixture.execution, target, change, None).await.unwrap();
    targets::delete(&fixture.context, &fixture.execution, target).await.unwrap();
    let entries = fixture.database.audit().list(&AuditFilter::default(), PageRequest::first()).await.unwrap().items;
    let mut actions: Vec<&str> = entries.iter().map(|entry| entry.action.as_str()).collect();
    actions.reverse();
    let expected = [
        "target.create",
        "target.pin_host_key",
        "target.scan",
        "target.test",
        "run.create",
        "run.cancel",
        "target.update",
        "target.delete",
    ];
    assert!(actions.ends_with(&expected), "{actions:?}");
    let secret = fixture.sshd.private_key().unwrap();
    let body = secret.lines().nth(1).unwrap();
    assert!(entries.iter().all(|entry| !entry.detail.to_string().contains(body)));
    let run = entries.iter().find(|entry| entry.action == "run.create").unwrap();
    assert_eq!(run.detail["command"], "echo ready; sleep 1000");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_opens_its_own_targets_and_no_others() {
    let fixture = Fixture::new().await;
    let mine = fixture.target("mine").await;
    let other = fixture.target("other").await;
    let run = oriel_identity::Run::new(RunId::generate(&SystemClock), vec![mine], "true");
    let transaction = fixture.database.begin().await.unwrap();
    let pending = oriel_identity::authorize_audited(&fixture.context, &transaction, run).await.unwrap();
    let proof = pending.commit(transaction).await.unwrap();
    let transport = SshTransport::new(Arc::new(fixture.execution.config().clone()));
    let place = |target: TargetId, host_key| SshPlace {
        target,
        host: fixture.sshd.host().to_owned(),
        port: fixture.sshd.port(),
        user: fixture.sshd.user().to_owned(),
        key: UserKey::parse(&fixture.sshd.private_key().unwrap()).unwrap(),
        host_key,
    };
    let host_key = targets::get(&fixture.context, &fixture.execution, mine).await.unwrap().host_key;
    assert!(transport.open(&proof, &place(mine, host_key.clone())).await.is_ok());
    let refused = transport.open(&proof, &place(other, host_key)).await.err().unwrap();
    assert!(matches!(refused, OpenError::NotCovered { target } if target == other), "{refused}");
    let refused = transport.open(&proof, &place(mine, None)).await.err().unwrap();
    assert!(matches!(refused, OpenError::HostKeyNotPinned { .. }), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_recorded_in_postgresql_too() {
    let server = oriel_testkit::database::postgres().await.unwrap();
    let fixture = Fixture::on(server.database.clone()).await;
    let target = fixture.target("web").await;
    assert_eq!(fixture.run("echo fine; exit 3", target).await.exit_code, Some(3));
    let run = fixture.start("echo ready; sleep 1000", &[target], 60).await;
    fixture.until_said(run.tasks[0].id, "ready").await;
    runs::cancel(&fixture.context, &fixture.execution, run.run.id).await.unwrap();
    assert_eq!(fixture.ended(run.run.id).await.run.status, RunStatus::Cancelled);
    assert_eq!(fixture.execution.recover().await.unwrap().runs, []);
    assert!(fixture.database.audit().verify().await.unwrap().broken.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_reads_and_an_operator_runs() {
    let fixture = Fixture::new().await;
    let target = fixture.target("web").await;
    let run = fixture.start("true", &[target], 60).await;
    fixture.ended(run.run.id).await;
    let identity = principal::identity(&fixture.database);
    let viewer = principal::user(&identity, &fixture.context, "viewer", Role::Viewer).await.unwrap();
    let operator = principal::user(&identity, &fixture.context, "operator", Role::Operator).await.unwrap();
    let nobody = principal::nobody(&Arc::new(SystemClock));
    let execution = &fixture.execution;
    let new =
        || NewRun { command: "true".to_owned(), target_ids: vec![target], timeout_seconds: None, concurrency: None };

    assert!(runs::get(&viewer, execution, run.run.id).await.is_ok());
    assert!(targets::get(&viewer, execution, target).await.is_ok());
    for context in [&viewer, &nobody] {
        assert!(matches!(runs::start(context, execution, new()).await, Err(RunError::Denied(_))));
        assert!(matches!(runs::cancel(context, execution, run.run.id).await, Err(RunError::Denied(_))));
        let tested = targets::test_connection(context, execution, target).await;
        assert!(matches!(tested, Err(TargetError::Denied(_))));
        let scanned = targets::scan_host_key(context, execution, target).await;
        assert!(matches!(scanned, Err(TargetError::Denied(_))));
    }
    for context in [&viewer, &nobody, &operator] {
        let created = targets::create(context, execution, fixture.new_target("mine")).await;
        assert!(matches!(created, Err(TargetError::Denied(_))));
        assert!(matches!(targets::delete(context, execution, target).await, Err(TargetError::Denied(_))));
    }
    assert!(matches!(runs::get(&nobody, execution, run.run.id).await, Err(RunError::Denied(_))));
    assert!(matches!(runs::follow(&nobody, execution, run.tasks[0].id, 0).await, Err(RunError::Denied(_))));

    let run = runs::start(&operator, execution, new()).await.unwrap();
    assert_eq!(run.run.created_by, operator.user_id());
    assert_eq!(fixture.ended(run.run.id).await.run.status, RunStatus::Succeeded);
}
