//! The audit log: the chain holds, and every way to break it is found.

use oriel_model::{Cursor, Limit, PageRequest};
use oriel_storage::audit::GENESIS;
use oriel_storage::{AuditFilter, Database, Repositories as _};
use oriel_testkit::{clock, on_each_database};
use sea_orm::ConnectionTrait as _;

use crate::fixture::{append, audit_entry};

/// Changes the table behind the program's back, as somebody with the database's password could.
async fn tamper(url: &str, sql: &str) {
    let raw = sea_orm::Database::connect(url).await.unwrap();
    let done = raw.execute_unprepared(sql).await.unwrap();
    assert!(done.rows_affected() > 0, "{sql}");
    raw.close().await.unwrap();
}

async fn broken_at(database: &Database) -> Option<i64> {
    database.audit().verify().await.unwrap().broken.map(|broken| broken.seq)
}

on_each_database! {
    async fn an_empty_log_is_sound(database: Database) {
        let found = database.audit().verify().await.unwrap();
        assert_eq!((found.entries, found.broken), (0, None));
        assert_eq!(database.audit().head().await.unwrap().hash, GENESIS);
    }

    async fn entries_come_back_as_written(database: Database) {
        let clock = clock::manual();
        let transaction = database.begin().await.unwrap();
        let first = transaction.append_audit(audit_entry(&clock, "a\0b", "run.create")).await.unwrap();
        transaction.commit().await.unwrap();
        let page = database.audit().list(&AuditFilter::default(), PageRequest::first()).await.unwrap();
        assert_eq!(page.items, std::slice::from_ref(&first));
        assert_eq!((first.seq, first.actor.name()), (1, "a\u{FFFD}b"));
        assert_eq!(first.detail, audit_entry(&clock, "", "").detail);
        assert_eq!(database.audit().head().await.unwrap().hash, first.hash);
    }

    async fn a_long_log_is_sound(database: Database, url: Url) {
        let clock = clock::manual();
        let transaction = database.begin().await.unwrap();
        for _ in 0..1_201 {
            transaction.append_audit(audit_entry(&clock, "system", "thing.do")).await.unwrap();
        }
        transaction.commit().await.unwrap();
        let found = database.audit().verify().await.unwrap();
        assert_eq!((found.entries, found.broken), (1_201, None));
        tamper(url, "UPDATE audit_entries SET action = 'thing.undo' WHERE seq = 777").await;
        let found = database.audit().verify().await.unwrap();
        assert_eq!((found.entries, found.broken.unwrap().seq), (776, 777));
    }

    async fn an_entry_stands_or_falls_with_its_transaction(database: Database) {
        let clock = clock::manual();
        let transaction = database.begin().await.unwrap();
        transaction.append_audit(audit_entry(&clock, "system", "thing.do")).await.unwrap();
        transaction.rollback().await.unwrap();
        assert_eq!(database.audit().head().await.unwrap().seq, 0);
        append(&database, &clock, "system", "thing.do").await;
        assert_eq!(broken_at(&database).await, None);
    }

    async fn every_changed_column_is_found(database: Database, url: Url) {
        let clock = clock::manual();
        for change in [
            "action = 'x'", "subject = 'x'", "detail = '{}'", "request_id = 'x'", "actor_name = 'x'",
            "actor_kind = 'anonymous'", "at = '2020-01-01 00:00:00+00:00'",
        ] {
            let first = database.audit().head().await.unwrap().seq + 1;
            for _ in 0..3 {
                append(&database, &clock, "system", "thing.do").await;
            }
            assert_eq!(broken_at(&database).await, None);
            let keep = format!("CREATE TABLE kept AS SELECT * FROM audit_entries WHERE seq = {}", first + 1);
            raw(url, &keep).await;
            tamper(url, &format!("UPDATE audit_entries SET {change} WHERE seq = {}", first + 1)).await;
            assert_eq!(broken_at(&database).await, Some(first + 1), "{change}");
            raw(url, &format!("DELETE FROM audit_entries WHERE seq = {}", first + 1)).await;
            raw(url, "INSERT INTO audit_entries SELECT * FROM kept").await;
            raw(url, "DROP TABLE kept").await;
        }
        assert_eq!(broken_at(&database).await, None, "put back as it was");
    }

    async fn a_removed_entry_is_found(database: Database, url: Url) {
        let clock = clock::manual();
        for _ in 0..5 {
            append(&database, &clock, "system", "thing.do").await;
        }
        tamper(url, "DELETE FROM audit_entries WHERE seq = 3").await;
        assert_eq!(broken_at(&database).await, Some(3));
        tamper(url, "UPDATE audit_entries SET seq = seq - 1 WHERE seq = 4").await;
        assert_eq!(broken_at(&database).await, Some(3), "closing the gap does not help");
    }

    async fn a_cut_end_is_found(database: Database, url: Url) {
        let clock = clock::manual();
        for _ in 0..5 {
            append(&database, &clock, "system", "thing.do").await;
        }
        tamper(url, "DELETE FROM audit_entries WHERE seq > 3").await;
        let found = database.audit().verify().await.unwrap();
        assert_eq!((found.entries, found.broken.unwrap().seq), (3, 4));
    }

    async fn an_emptied_log_is_found(database: Database, url: Url) {
        let clock = clock::manual();
        append(&database, &clock, "system", "thing.do").await;
        tamper(url, "DELETE FROM audit_entries").await;
        assert_eq!(broken_at(&database).await, Some(1));
    }

    async fn a_forged_end_is_found(database: Database, url: Url) {
        let clock = clock::manual();
        append(&database, &clock, "system", "thing.do").await;
        append(&database, &clock, "system", "thing.do").await;
        tamper(url, "UPDATE audit_entries SET seq = 4 WHERE seq = 2").await;
        tamper(url, "UPDATE audit_head SET seq = 1").await;
        assert_eq!(broken_at(&database).await, Some(1), "the head's hash is not the first entry's");
    }

    async fn an_entry_after_the_end_is_found(database: Database, url: Url) {
        let clock = clock::manual();
        append(&database, &clock, "system", "thing.do").await;
        let head = database.audit().head().await.unwrap();
        append(&database, &clock, "system", "thing.do").await;
        tamper(url, &format!("UPDATE audit_head SET seq = 1, hash = '{}'", head.hash)).await;
        assert_eq!(broken_at(&database).await, Some(2));
    }

    async fn entries_are_filtered_and_paged(database: Database) {
        let clock = clock::manual();
        for turn in 0..7 {
            append(&database, &clock, if turn % 2 == 0 { "ada" } else { "grace" }, "thing.do").await;
        }
        append(&database, &clock, "ada", "thing.undo").await;
        let filter = AuditFilter { actor: Some("ada".to_owned()), action: Some("thing.do".to_owned()), subject: None };
        let request = PageRequest { limit: Limit::new(3).unwrap(), cursor: None };
        let first = database.audit().list(&filter, request).await.unwrap();
        assert_eq!(first.items.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [7, 5, 3]);
        assert_eq!(first.next_cursor, Some(Cursor::Sequence(3)));
        let second = database.audit().list(&filter, request.after(Cursor::Sequence(3))).await.unwrap();
        assert_eq!(second.items.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [1]);
        assert_eq!(second.next_cursor, None);
    }
}

async fn raw(url: &str, sql: &str) {
    let raw = sea_orm::Database::connect(url).await.unwrap();
    raw.execute_unprepared(sql).await.unwrap();
    raw.close().await.unwrap();
}
