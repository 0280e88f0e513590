//! Records with unremarkable contents.

use oriel_model::{
    AuditId, Clock, IncidentId, InvestigationId, ManualClock, Role, RunId, TargetId, TaskId, Transport, UserId,
};
use oriel_storage::{
    Actor, Database, Incident, Investigation, NewAuditEntry, NewInvestigation, NewRun, NewTask, NewUser,
    Repositories as _, Run, RunOrigin, TargetSettings, Task, User,
};
use serde_json::json;

pub(crate) async fn user(database: &Database, clock: &ManualClock, name: &str, role: Role) -> User {
    let new = NewUser {
        id: UserId::generate(clock),
        username: name.to_owned(),
        role,
        password_hash: format!("hash of {name}"),
        at: clock.now(),
    };
    database.users().create(new).await.unwrap()
}

pub(crate) fn new_incident(clock: &ManualClock, sha256: &str) -> Incident {
    Incident {
        id: IncidentId::generate(clock),
        title: format!("incident {sha256}"),
        source: "upload".to_owned(),
        sha256: sha256.to_owned(),
        size_bytes: 3_000_000_000,
        created_at: clock.now(),
        created_by: None,
        resolved_at: None,
    }
}

pub(crate) async fn investigation(database: &Database, clock: &ManualClock) -> Investigation {
    let sha256 = format!("{:064}", IncidentId::generate(clock).as_uuid().as_u128());
    let incident = database.incidents().create(new_incident(clock, &sha256)).await.unwrap().into_inner();
    let new = NewInvestigation {
        id: InvestigationId::generate(clock),
        incident_id: incident.id,
        created_by: None,
        at: clock.now(),
        inquiry: None,
    };
    database.investigations().create(new).await.unwrap()
}

pub(crate) fn settings(name: &str) -> TargetSettings {
    TargetSettings {
        name: name.to_owned(),
        transport: Transport::Ssh,
        host: Some("10.0.0.1".to_owned()),
        port: Some(22),
        user: Some("deploy".to_owned()),
        labels: [("zone".to_owned(), "a".to_owned())].into(),
    }
}

pub(crate) async fn run(database: &Database, clock: &ManualClock, targets: &[TargetId]) -> (Run, Vec<Task>) {
    let transaction = database.begin().await.unwrap();
    let new = NewRun {
        id: RunId::generate(clock),
        command: "uptime".to_owned(),
        timeout_seconds: 60,
        concurrency: 8,
        created_by: None,
        at: clock.now(),
        origin: RunOrigin::Command,
    };
    let run = transaction.runs().create(new).await.unwrap();
    let task = |target: &TargetId| NewTask {
        id: TaskId::generate(clock),
        target_id: *target,
        target_name: format!("target {target}"),
    };
    let tasks = transaction.tasks().create(run.id, targets.iter().map(task).collect(), clock.now()).await.unwrap();
    transaction.commit().await.unwrap();
    (run, tasks)
}

pub(crate) fn audit_entry(clock: &ManualClock, actor: &str, action: &str) -> NewAuditEntry {
    NewAuditEntry {
        id: AuditId::generate(clock),
        at: clock.now(),
        actor: Actor::System { name: actor.to_owned() },
        action: action.to_owned(),
        subject: "thing/1".to_owned(),
        detail: json!({"z": 1, "a": ["\u{0}", 0.1, null], "é": "ü"}),
        request_id: "request".to_owned(),
    }
}

pub(crate) async fn append(database: &Database, clock: &ManualClock, actor: &str, action: &str) {
    let transaction = database.begin().await.unwrap();
    transaction.append_audit(audit_entry(clock, actor, action)).await.unwrap();
    transaction.commit().await.unwrap();
}
