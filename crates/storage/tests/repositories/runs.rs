//! Runs and tasks: what has ended never changes.

use oriel_model::{Clock as _, PageRequest, RunStatus, TargetId, TaskId, TaskStatus, Timestamp};
use oriel_storage::{NewRun, Repositories as _, RunFilter, RunOrigin, StorageError, TaskEnd};
use oriel_testkit::{clock, on_each_database};

use crate::fixture;

fn end(status: TaskStatus, at: Timestamp) -> TaskEnd {
    TaskEnd { status, exit_code: Some(0), signal: None, stdout_bytes: 5_000_000_000, stderr_bytes: 2, error: None, at }
}

on_each_database! {
    async fn a_task_that_has_ended_never_changes(database: Database) {
        let clock = clock::manual();
        for first in TaskStatus::ALL.iter().copied().filter(|status| status.is_terminal()) {
            let (_, tasks) = fixture::run(&database, &clock, &[TargetId::generate(&clock)]).await;
            let id = tasks[0].id;
            if TaskStatus::Running.can_become(first) {
                assert!(database.tasks().start(id, clock.now()).await.unwrap());
            }
            assert!(database.tasks().finish(id, end(first, clock.now())).await.unwrap(), "{first}");
            let before = database.tasks().get(id).await.unwrap().unwrap();
            assert_eq!(before.stdout_bytes, 5_000_000_000);
            for later in TaskStatus::ALL.iter().copied().filter(|status| status.is_terminal()) {
                assert!(!database.tasks().finish(id, end(later, clock.now())).await.unwrap(), "{first} to {later}");
            }
            assert!(!database.tasks().start(id, clock.now()).await.unwrap());
            assert!(!database.tasks().progress(id, 9, 9).await.unwrap());
            assert_eq!(database.tasks().get(id).await.unwrap(), Some(before));
        }
    }

    async fn a_task_cannot_succeed_unstarted(database: Database) {
        let clock = clock::manual();
        let (_, tasks) = fixture::run(&database, &clock, &[TargetId::generate(&clock)]).await;
        assert!(!database.tasks().finish(tasks[0].id, end(TaskStatus::Succeeded, clock.now())).await.unwrap());
        assert!(!database.tasks().progress(tasks[0].id, 1, 1).await.unwrap());
        let error = database.tasks().finish(tasks[0].id, end(TaskStatus::Running, clock.now())).await.unwrap_err();
        assert!(matches!(error, StorageError::Invalid { .. }), "{error}");
        assert!(!database.tasks().start(TaskId::generate(&clock), clock.now()).await.unwrap());
    }

    async fn of_two_ends_one_wins(database: Database) {
        let clock = clock::manual();
        let (_, tasks) = fixture::run(&database, &clock, &[TargetId::generate(&clock)]).await;
        database.tasks().start(tasks[0].id, clock.now()).await.unwrap();
        let attempts = [TaskStatus::Succeeded, TaskStatus::Cancelled, TaskStatus::TimedOut, TaskStatus::Lost].map(|status| {
            let (database, id, end) = (database.clone(), tasks[0].id, end(status, clock.now()));
            tokio::spawn(async move { database.tasks().finish(id, end).await.unwrap() })
        });
        let mut won = 0;
        for attempt in attempts {
            won += u32::from(attempt.await.unwrap());
        }
        assert_eq!(won, 1);
    }

    async fn a_run_has_its_tasks_in_order(database: Database) {
        let clock = clock::manual();
        let targets: Vec<_> = (0..1_201).map(|_| TargetId::generate(&clock)).collect();
        let (run, tasks) = fixture::run(&database, &clock, &targets).await;
        let found = database.tasks().of_run(run.id).await.unwrap();
        assert_eq!(found, tasks);
        assert_eq!(found.iter().map(|task| task.target_id).collect::<Vec<_>>(), targets);
        database.tasks().start(tasks[0].id, clock.now()).await.unwrap();
        assert_eq!(database.tasks().cancel_queued(run.id, clock.now()).await.unwrap(), 1_200);
        assert!(database.tasks().progress(tasks[0].id, 7, 8).await.unwrap());
        let first = database.tasks().get(tasks[0].id).await.unwrap().unwrap();
        assert_eq!((first.status, first.stdout_bytes, first.stderr_bytes), (TaskStatus::Running, 7, 8));
    }

    async fn a_run_that_has_ended_never_changes(database: Database) {
        let clock = clock::manual();
        let (run, _) = fixture::run(&database, &clock, &[]).await;
        assert!(!database.runs().finish(run.id, RunStatus::Succeeded, clock.now()).await.unwrap(), "not started");
        assert!(database.runs().start(run.id, clock.now()).await.unwrap());
        assert!(database.runs().finish(run.id, RunStatus::Cancelled, clock.now()).await.unwrap());
        assert!(!database.runs().finish(run.id, RunStatus::Succeeded, clock.now()).await.unwrap());
        assert!(!database.runs().start(run.id, clock.now()).await.unwrap());
        assert!(database.runs().finish(run.id, RunStatus::Running, clock.now()).await.is_err());
        assert_eq!(database.runs().get(run.id).await.unwrap().unwrap().status, RunStatus::Cancelled);
    }

    async fn a_command_is_kept_to_the_byte_or_refused(database: Database) {
        let clock = clock::manual();
        let new = |command: &str| NewRun {
            id: oriel_model::RunId::generate(&clock),
            command: command.to_owned(),
            timeout_seconds: 1,
            concurrency: 1,
            created_by: None,
            at: clock.now(),
            origin: RunOrigin::Command,
        };
        let odd = "printf '%s\\n' \"$HOME\"; 日本\t\r\n\u{7f}";
        assert_eq!(database.runs().create(new(odd)).await.unwrap().command, odd);
        assert!(matches!(database.runs().create(new("a\0b")).await, Err(StorageError::Invalid { what: "command", .. })));
    }

    async fn runs_are_listed_by_status_and_target(database: Database) {
        let clock = clock::manual();
        let (web, db) = (TargetId::generate(&clock), TargetId::generate(&clock));
        let (on_web, _) = fixture::run(&database, &clock, &[web]).await;
        let (on_both, _) = fixture::run(&database, &clock, &[web, db]).await;
        database.runs().start(on_both.id, clock.now()).await.unwrap();
        let list = async |filter| {
            let page = database.runs().list(filter, PageRequest::first()).await.unwrap();
            page.items.into_iter().map(|run| run.id).collect::<Vec<_>>()
        };
        assert_eq!(list(RunFilter { target: Some(web), status: None, origin: None }).await, [on_both.id, on_web.id]);
        assert_eq!(list(RunFilter { target: Some(db), status: None, origin: None }).await, [on_both.id]);
        assert_eq!(list(RunFilter { target: Some(web), status: Some(RunStatus::Queued), origin: None }).await, [on_web.id]);
    }
}
