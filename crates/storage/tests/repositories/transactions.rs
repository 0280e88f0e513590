//! Transactions: dropped ones leave nothing, also when their caller is cancelled.

use oriel_model::Role;
use oriel_storage::{Database, DatabaseOptions, Repositories as _, StorageError};
use oriel_testkit::{clock, on_each_database};
use sea_orm::ConnectionTrait as _;

use crate::fixture;

on_each_database! {
    async fn a_dropped_transaction_leaves_nothing(database: Database) {
        let clock = clock::manual();
        let user = fixture::user(&database, &clock, "ada", Role::Admin).await;
        for _ in 0..20 {
            let transaction = database.begin().await.unwrap();
            transaction.users().set_disabled(user.id, true, user.created_at).await.unwrap();
            drop(transaction);
        }
        assert!(!database.users().get(user.id).await.unwrap().unwrap().disabled);
        let transaction = database.begin().await.unwrap();
        assert_eq!(transaction.users().count_active_administrators().await.unwrap(), 1);
        transaction.commit().await.unwrap();
    }

    async fn cancelled_callers_do_not_block_the_next(database: Database) {
        let clock = clock::manual();
        let user = fixture::user(&database, &clock, "ada", Role::Admin).await;
        let callers: Vec<_> = (0..40)
            .map(|_| {
                let (database, user) = (database.clone(), user.clone());
                tokio::spawn(async move {
                    let transaction = database.begin().await?;
                    transaction.users().set_disabled(user.id, true, user.created_at).await?;
                    std::future::pending::<()>().await;
                    transaction.commit().await
                })
            })
            .collect();
        // Some wait for their turn, one holds it, some are just getting it.
        for (turn, caller) in callers.iter().enumerate() {
            for _ in 0..turn * 3 {
                tokio::task::yield_now().await;
            }
            caller.abort();
        }
        for caller in callers {
            assert!(caller.await.unwrap_err().is_cancelled());
        }
        let transaction = database.begin().await.unwrap();
        assert!(!transaction.users().get(user.id).await.unwrap().unwrap().disabled);
        transaction.users().set_disabled(user.id, true, user.created_at).await.unwrap();
        transaction.commit().await.unwrap();
        assert!(database.users().get(user.id).await.unwrap().unwrap().disabled);
    }

    async fn a_schema_from_a_newer_program_is_refused(database: Database, url: Url) {
        let raw = sea_orm::Database::connect(url).await.unwrap();
        raw.execute_unprepared("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_future', 0)").await.unwrap();
        raw.close().await.unwrap();
        let error = Database::open(&DatabaseOptions::new(url)).await.unwrap_err();
        assert!(error.to_string().contains("bring the schema up to date"), "{error}");
        database.ping().await.unwrap();
    }

    async fn a_database_opens_again_and_answers(database: Database, url: Url) {
        let clock = clock::manual();
        fixture::user(&database, &clock, "ada", Role::Admin).await;
        let again = Database::open(&DatabaseOptions::new(url)).await.unwrap();
        again.ping().await.unwrap();
        assert_eq!(again.users().count().await.unwrap(), 1, "migrations ran once");
        again.close().await.unwrap();
    }
}

#[tokio::test]
async fn other_addresses_are_refused_with_advice() {
    for (url, advice) in [
        ("mysql://x", "must start with sqlite: (a file) or postgres://"),
        ("oriel.db", "must start with sqlite:"),
        ("sqlite::memory:", "write sqlite:PATH"),
        ("sqlite:x.db?mode=memory", "write sqlite:PATH"),
    ] {
        let error = Database::open(&DatabaseOptions::new(url)).await.unwrap_err();
        assert!(matches!(error, StorageError::Url { .. }), "{url}: {error}");
        assert!(error.to_string().contains(advice), "{url}: {error}");
    }
}
