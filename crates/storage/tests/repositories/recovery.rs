//! After a crash: what was under way is marked, once, and the rest is left alone.

use oriel_model::{Clock as _, InvestigationStatus, PageRequest, RunStatus, TargetId, TaskStatus};
use oriel_storage::{AuditFilter, Recovered, Repositories as _, TaskEnd, recover};
use oriel_testkit::{clock, on_each_database};
use serde_json::json;

use crate::fixture;

on_each_database! {
    async fn what_was_under_way_is_marked(database: Database) {
        let clock = clock::manual();
        let target = TargetId::generate(&clock);
        let (ended, ended_tasks) = fixture::run(&database, &clock, &[target]).await;
        database.runs().start(ended.id, clock.now()).await.unwrap();
        database.tasks().start(ended_tasks[0].id, clock.now()).await.unwrap();
        let end = TaskEnd {
            status: TaskStatus::Succeeded, exit_code: Some(0), signal: None,
            stdout_bytes: 1, stderr_bytes: 0, error: None, at: clock.now(),
        };
        database.tasks().finish(ended_tasks[0].id, end).await.unwrap();
        database.runs().finish(ended.id, RunStatus::Succeeded, clock.now()).await.unwrap();
        let (running, running_tasks) = fixture::run(&database, &clock, &[target, target]).await;
        database.runs().start(running.id, clock.now()).await.unwrap();
        database.tasks().start(running_tasks[0].id, clock.now()).await.unwrap();
        let (queued, queued_tasks) = fixture::run(&database, &clock, &[target]).await;
        let done = fixture::investigation(&database, &clock).await.summary.id;
        database.investigations().start(done, clock.now()).await.unwrap();
        database.investigations().finish(done, &json!({}), "h", clock.now()).await.unwrap();
        let open = fixture::investigation(&database, &clock).await.summary.id;
        database.investigations().start(open, clock.now()).await.unwrap();

        clock.advance(chrono::TimeDelta::minutes(3));
        let found = recover(&database, &*clock).await.unwrap();
        assert_eq!(found, Recovered {
            runs: vec![running.id, queued.id],
            lost_tasks: vec![running_tasks[0].id],
            interrupted_tasks: vec![running_tasks[1].id, queued_tasks[0].id],
            investigations: vec![open],
        });
        let lost = database.tasks().get(running_tasks[0].id).await.unwrap().unwrap();
        assert_eq!((lost.status, lost.finished_at), (TaskStatus::Lost, Some(clock.now())));
        assert!(lost.error.unwrap().contains("it may still run on the target"));
        assert_eq!(database.tasks().get(queued_tasks[0].id).await.unwrap().unwrap().status, TaskStatus::Interrupted);
        assert_eq!(database.runs().get(running.id).await.unwrap().unwrap().status, RunStatus::Interrupted);
        assert_eq!(database.runs().get(ended.id).await.unwrap().unwrap().status, RunStatus::Succeeded);
        assert_eq!(database.tasks().get(ended_tasks[0].id).await.unwrap().unwrap().status, TaskStatus::Succeeded);
        assert_eq!(database.investigations().get(open).await.unwrap().unwrap().summary.status, InvestigationStatus::Interrupted);
        assert_eq!(database.investigations().get(done).await.unwrap().unwrap().summary.status, InvestigationStatus::Done);

        let entries = database.audit().list(&AuditFilter::default(), PageRequest::first()).await.unwrap().items;
        let actions: Vec<_> = entries.iter().rev().map(|entry| (entry.action.as_str(), entry.subject.clone())).collect();
        assert_eq!(actions, [
            ("run.interrupted", format!("run/{}", running.id)),
            ("run.interrupted", format!("run/{}", queued.id)),
            ("investigation.interrupted", format!("investigation/{open}")),
        ]);
        assert_eq!(recover(&database, &*clock).await.unwrap(), Recovered::default(), "nothing is left to mark");
        assert_eq!(database.audit().verify().await.unwrap().broken, None);
    }
}
