//! Many writers at once: nobody is told to come back, and nothing is lost.

use oriel_model::Role;
use oriel_storage::{Database, DatabaseOptions, Repositories as _, StorageError};
use oriel_testkit::{clock, on_each_database};
use serde_json::json;

use crate::fixture;

const WRITERS: u32 = 50;

on_each_database! {
    async fn fifty_writers_keep_one_chain(database: Database) {
        let clock = clock::manual();
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (database, clock) = (database.clone(), clock.clone());
                tokio::spawn(async move {
                    for _ in 0..4 {
                        let transaction = database.begin().await?;
                        let entry = fixture::audit_entry(&clock, &format!("writer {writer}"), "thing.do");
                        transaction.append_audit(entry).await?;
                        transaction.commit().await?;
                    }
                    Ok::<_, StorageError>(())
                })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap().unwrap();
        }
        let found = database.audit().verify().await.unwrap();
        assert_eq!((found.entries, found.broken), (4 * i64::from(WRITERS), None));
    }

    async fn fifty_writers_without_transactions(database: Database) {
        let clock = clock::manual();
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (database, clock) = (database.clone(), clock.clone());
                tokio::spawn(async move { fixture::user(&database, &clock, &format!("user-{writer}"), Role::Viewer).await })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
        assert_eq!(database.users().count().await.unwrap(), u64::from(WRITERS));
    }

    async fn a_check_inside_a_transaction_still_holds_when_it_commits(database: Database) {
        let clock = clock::manual();
        // Each demotes one administrator if another is left: exactly one must stay.
        let mut users = Vec::new();
        for n in 0..8 {
            users.push(fixture::user(&database, &clock, &format!("admin-{n}"), Role::Admin).await);
        }
        let attempts: Vec<_> = users
            .into_iter()
            .map(|user| tokio::spawn(demote_if_another_is_left(database.clone(), user)))
            .collect();
        for attempt in attempts {
            attempt.await.unwrap();
        }
        assert_eq!(database.users().count_active_administrators().await.unwrap(), 1);
    }

    async fn two_servers_on_one_database_keep_one_chain(database: Database, url: Url) {
        let clock = clock::manual();
        let other = Database::open(&DatabaseOptions::new(url)).await.unwrap();
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let database = if writer % 2 == 0 { database.clone() } else { other.clone() };
                let clock = clock.clone();
                tokio::spawn(async move {
                    fixture::append(&database, &clock, "system", "thing.do").await;
                    fixture::user(&database, &clock, &format!("user-{writer}"), Role::Viewer).await;
                })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
        let found = other.audit().verify().await.unwrap();
        assert_eq!((found.entries, found.broken), (i64::from(WRITERS), None));
        assert_eq!(database.users().count().await.unwrap(), u64::from(WRITERS));
        other.close().await.unwrap();
    }

    async fn what_was_learned_counts_every_writer(database: Database) {
        let clock = clock::manual();
        let writers: Vec<_> = (0..10)
            .map(|_| {
                let (database, clock) = (database.clone(), clock.clone());
                tokio::spawn(async move { learn(&database, &clock).await })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
        let learned = database.learning().load().await.unwrap();
        assert_eq!((learned.version, learned.data), (10, json!({"n": 10})));
    }

    async fn readers_do_not_wait_for_a_writer(database: Database) {
        let clock = clock::manual();
        fixture::user(&database, &clock, "ada", Role::Admin).await;
        let transaction = database.begin().await.unwrap();
        let ada = transaction.users().credentials("ada").await.unwrap().unwrap().0;
        transaction.users().set_role(ada.id, Role::Viewer, ada.created_at).await.unwrap();
        // Would hang here if it had to wait.
        assert_eq!(database.users().get(ada.id).await.unwrap().unwrap().role, Role::Admin, "not committed yet");
        assert_eq!(transaction.users().get(ada.id).await.unwrap().unwrap().role, Role::Viewer, "its own change");
        transaction.commit().await.unwrap();
        assert_eq!(database.users().get(ada.id).await.unwrap().unwrap().role, Role::Viewer);
    }
}

async fn demote_if_another_is_left(database: Database, user: oriel_storage::User) {
    let transaction = database.begin().await.unwrap();
    if transaction.users().count_active_administrators().await.unwrap() > 1 {
        // Time for the others to see the same, were they let in.
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        transaction.users().set_role(user.id, Role::Viewer, user.created_at).await.unwrap();
    }
    transaction.commit().await.unwrap();
}

async fn learn(database: &Database, clock: &oriel_model::ManualClock) {
    use oriel_model::Clock as _;
    loop {
        let learned = database.learning().load().await.unwrap();
        let n = learned.data.get("n").and_then(serde_json::Value::as_u64).unwrap_or(0);
        match database.learning().save(learned.version, &json!({"n": n + 1}), clock.now()).await {
            Ok(_) => return,
            Err(StorageError::Changed { .. }) => {}
            Err(other) => panic!("{other}"),
        }
    }
}
