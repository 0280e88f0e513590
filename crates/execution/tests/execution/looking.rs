//! Commands that only look, on a real sshd: their permission, their record, their limits, and what a shell makes of them.

use std::time::{Duration, Instant};

use oriel_diagnosis::inquiry::Command;
use oriel_execution::runs::{self, Look, Looked, RunError, RunOrigin};
use oriel_identity::{Context, Denied};
use oriel_model::{Role, SystemClock, TargetId, TaskStatus};
use oriel_storage::{AuditFilter, Repositories as _};
use oriel_testkit::principal;
use tokio_util::sync::CancellationToken;

use crate::fixture::Fixture;

fn look(target: TargetId, line: &str) -> Look {
    let command = Command::checked(line.split(' ').map(str::to_owned).collect(), None).unwrap();
    Look { target, command, kubectl_context: None, investigation: None }
}

async fn looked(fixture: &Fixture, context: &Context, look: Look) -> Result<Looked, RunError> {
    runs::look(context, &fixture.execution, look, &CancellationToken::new(), |_| ()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_is_a_run_of_its_own_kind() {
    let fixture = Fixture::new().await;
    fixture.sshd.put_program("kubectl", "#!/bin/sh\nprintf '%s|' \"$@\"; echo oops >&2\n").unwrap();
    let target = fixture.target("jump").await;
    let asked = look(target, "kubectl get pods -n shop");
    let told = std::sync::Mutex::new(None);
    let stop = CancellationToken::new();
    let seen = runs::look(&fixture.context, &fixture.execution, asked, &stop, |run| {
        *told.lock().unwrap() = Some(run.run.id);
    })
    .await
    .unwrap();
    assert_eq!(String::from_utf8(seen.stdout).unwrap(), "get|pods|-n|shop|");
    assert_eq!(String::from_utf8(seen.stderr).unwrap(), "oops\n");
    assert_eq!((seen.task.status, seen.task.exit_code, seen.cut), (TaskStatus::Succeeded, Some(0), false));
    assert_eq!(told.into_inner().unwrap(), Some(seen.task.run_id));
    let run = runs::get(&fixture.context, &fixture.execution, seen.task.run_id).await.unwrap().run;
    assert_eq!(run.origin, RunOrigin::Inquiry { investigation: None });
    assert_eq!((run.command.as_str(), run.timeout_seconds), ("kubectl get pods -n shop", 10));
    let filter = AuditFilter { action: Some("run.look".to_owned()), ..AuditFilter::default() };
    let page = fixture.database.audit().list(&filter, oriel_model::PageRequest::first()).await.unwrap();
    assert_eq!(page.items.len(), 1);
    assert_eq!(page.items[0].detail["command"], "kubectl get pods -n shop");
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_names_stay_words() {
    let fixture = Fixture::new().await;
    fixture.sshd.put_program("kubectl", "#!/bin/sh\nprintf '%s\\n' \"$@\"\n").unwrap();
    let target = fixture.target("jump").await;
    let mark = fixture.directory.path().join("mark");
    for hostile in ["x; touch MARK", "x' ; touch MARK; '", "$(touch MARK)", "`touch MARK`", "x\ntouch MARK", "*", "a b"]
    {
        let name = hostile.replace("MARK", &mark.display().to_string());
        let asked = Look { kubectl_context: Some(name.clone()), ..look(target, "kubectl get pods") };
        let seen = looked(&fixture, &fixture.context, asked).await.unwrap();
        assert_eq!(String::from_utf8(seen.stdout).unwrap(), format!("get\npods\n--context\n{name}\n"));
        assert!(!mark.exists(), "{hostile}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_is_ended_on_its_host_when_it_is_stopped() {
    let fixture = Fixture::new().await;
    let sleep = crate::fixture::sleep_of_its_own("looking");
    fixture.sshd.put_program("kubectl", &format!("#!/bin/sh\necho half\n{sleep}\n")).unwrap();
    let target = fixture.target("jump").await;
    let stop = CancellationToken::new();
    let (context, execution, stopping) = (fixture.context.clone(), fixture.execution.clone(), stop.clone());
    let looking = tokio::spawn(async move {
        runs::look(&context, &execution, look(target, "kubectl get pods"), &stopping, |_| ()).await
    });
    crate::fixture::until_runs(&sleep).await;
    let started = Instant::now();
    stop.cancel();
    let seen = looking.await.unwrap().unwrap();
    assert_eq!(seen.task.status, TaskStatus::Cancelled);
    assert!(started.elapsed() < Duration::from_secs(8), "{:?}", started.elapsed());
    assert!(!crate::fixture::runs(&sleep), "the command was left running");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_floods_is_cut_and_a_lost_connection_is_lost() {
    let fixture = Fixture::new().await;
    let target = fixture.target("jump").await;
    fixture.sshd.put_program("kubectl", "#!/bin/sh\nhead -c 9000000 /dev/zero\n").unwrap();
    let flood = looked(&fixture, &fixture.context, look(target, "kubectl get pods")).await.unwrap();
    assert!(flood.cut);
    assert_eq!(flood.stdout.len() as u64, runs::LOOK_BYTES);

    let sleep = crate::fixture::sleep_of_its_own("lost");
    fixture.sshd.put_program("kubectl", &format!("#!/bin/sh\necho half\n{sleep}\n")).unwrap();
    let (context, execution) = (fixture.context.clone(), fixture.execution.clone());
    let looking = tokio::spawn(async move {
        runs::look(&context, &execution, look(target, "kubectl get pods"), &CancellationToken::new(), |_| ()).await
    });
    crate::fixture::until_runs(&sleep).await;
    fixture.sshd.drop_connections().unwrap();
    assert_eq!(looking.await.unwrap().unwrap().task.status, TaskStatus::Lost);
    crate::fixture::end(&sleep);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_ask_or_is_disabled_meanwhile_asks_nothing() {
    let fixture = Fixture::new().await;
    let target = fixture.target("jump").await;
    let identity = principal::identity(&fixture.database);
    let viewer = principal::user(&identity, &fixture.context, "vera", Role::Viewer).await.unwrap();
    let refused = looked(&fixture, &viewer, look(target, "kubectl get pods")).await.unwrap_err();
    assert!(matches!(refused, RunError::Denied(Denied::Role { .. })), "{refused:?}");

    let operator = principal::user(&identity, &fixture.context, "otto", Role::Operator).await.unwrap();
    fixture.sshd.put_program("kubectl", "#!/bin/sh\necho fine\n").unwrap();
    looked(&fixture, &operator, look(target, "kubectl get pods")).await.unwrap();
    let change = oriel_identity::UserChange { disabled: Some(true), ..Default::default() };
    identity.change_user(&fixture.context, operator.user_id().unwrap(), change).await.unwrap();
    let refused = looked(&fixture, &operator, look(target, "kubectl get pods")).await.unwrap_err();
    assert!(matches!(refused, RunError::Denied(Denied::NotSignedIn)), "{refused:?}");

    // The command line of the machine that has the data may ask, and does so under its own name.
    let system = Context::system("command line", "", std::sync::Arc::new(SystemClock));
    looked(&fixture, &system, look(target, "kubectl get pods")).await.unwrap();
    let runs = fixture.database.runs();
    let page = runs.list(oriel_storage::RunFilter::default(), oriel_model::PageRequest::first()).await.unwrap();
    assert_eq!(page.items.len(), 2, "what was refused left no run");
}
