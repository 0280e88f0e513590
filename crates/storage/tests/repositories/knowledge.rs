//! Knowledge bases: their logs, the chain of hashes, and who comes first.

use chrono::TimeDelta;
use oriel_model::{Clock as _, KnowledgeBaseId, Limit, ManualClock, PageRequest};
use oriel_storage::{
    Actor, Database, KnowledgeBase, KnowledgeChange, KnowledgeSnapshot, NewKnowledgeBase, NewKnowledgeChange,
    Repositories as _, StorageError,
};
use oriel_testkit::{clock, on_each_database};
use sea_orm::ConnectionTrait as _;

use crate::fixture;

async fn base(database: &Database, clock: &ManualClock, name: &str) -> KnowledgeBase {
    let new = NewKnowledgeBase {
        id: KnowledgeBaseId::generate(clock),
        name: name.to_owned(),
        description: String::new(),
        created_by: None,
        at: clock.now(),
    };
    database.knowledge().create(new).await.unwrap()
}

fn change(clock: &ManualClock, data: &[u8]) -> NewKnowledgeChange {
    NewKnowledgeChange {
        actor: Actor::System { name: "test".to_owned() },
        at: clock.now(),
        kind: "load".to_owned(),
        note: "a \u{0} note".to_owned(),
        data: data.to_vec(),
        atoms: 7,
    }
}

async fn append(
    database: &Database,
    clock: &ManualClock,
    base: KnowledgeBaseId,
    expected: u64,
    data: &[u8],
) -> Result<KnowledgeChange, StorageError> {
    let found = database.knowledge().get(base).await?;
    let head = found.map_or_else(String::new, |found| found.head);
    append_to(database, clock, base, (expected, &head), data).await
}

async fn append_to(
    database: &Database,
    clock: &ManualClock,
    base: KnowledgeBaseId,
    on: (u64, &str),
    data: &[u8],
) -> Result<KnowledgeChange, StorageError> {
    let transaction = database.begin().await?;
    let added = transaction.append_knowledge(base, on, change(clock, data)).await?;
    transaction.append_audit(fixture::audit_entry(clock, "test", "knowledge.apply")).await?;
    transaction.commit().await?;
    Ok(added)
}

on_each_database! {
    async fn a_change_comes_back_as_it_was_and_moves_the_version(database: Database) {
        let clock = clock::manual();
        let new = base(&database, &clock, "shop").await;
        assert_eq!((new.version, new.head.as_str()), (0, "0".repeat(64).as_str()));
        clock.advance(TimeDelta::seconds(5));
        let first = append(&database, &clock, new.id, 0, &[0, 255, 1]).await.unwrap();
        let second = append(&database, &clock, new.id, 1, &[]).await.unwrap();
        let log = database.knowledge().changes(new.id, 0, u64::MAX).await.unwrap();
        assert_eq!(log, [first.clone(), second.clone()]);
        assert_eq!((first.data.as_slice(), first.summary.size_bytes), (&[0, 255, 1][..], 3));
        let now = database.knowledge().find_by_name("shop").await.unwrap().unwrap();
        assert_eq!((now.version, &now.head, now.changed_at), (2, &second.summary.hash, clock.now()));
        assert_eq!(database.knowledge().bytes_after(new.id, 0).await.unwrap(), 3);
        assert_eq!(database.knowledge().bytes_after(new.id, 1).await.unwrap(), 0);
        assert_eq!(database.knowledge().bytes_after(new.id, 2).await.unwrap(), 0);
        let page = PageRequest { limit: Limit::new(1).unwrap(), cursor: None };
        let page = database.knowledge().history(new.id, page).await.unwrap();
        assert_eq!(page.items, [second.summary]);
        let rest = PageRequest::first().after(page.next_cursor.unwrap());
        assert_eq!(database.knowledge().history(new.id, rest).await.unwrap().items, [first.summary]);
    }

    async fn a_change_for_another_version_is_refused_and_names_both(database: Database) {
        let clock = clock::manual();
        let id = base(&database, &clock, "shop").await.id;
        append(&database, &clock, id, 0, b"one").await.unwrap();
        for expected in [0, 2] {
            let error = append(&database, &clock, id, expected, b"late").await.unwrap_err();
            assert!(matches!(error, StorageError::Version { found: 1, .. }), "{error}");
            let message = error.to_string();
            assert!(message.contains("version 1,") && message.contains(&format!("version {expected}:")), "{message}");
        }
        let (entries, left) = (database.audit().verify().await.unwrap().entries, database.knowledge());
        assert_eq!((entries, left.changes(id, 0, u64::MAX).await.unwrap().len()), (1, 1), "nothing of it is left");
        let nowhere = append(&database, &clock, KnowledgeBaseId::generate(&*clock), 0, b"x").await.unwrap_err();
        assert!(matches!(nowhere, StorageError::Changed { .. }), "{nowhere}");
    }

    async fn a_change_for_another_end_of_the_log_is_refused(database: Database, url: Url) {
        let clock = clock::manual();
        let id = base(&database, &clock, "shop").await.id;
        let first = append(&database, &clock, id, 0, b"one").await.unwrap();
        let raw = sea_orm::Database::connect(url).await.unwrap();
        raw.execute_unprepared("UPDATE knowledge_bases SET head = 'x'").await.unwrap();
        raw.close().await.unwrap();
        let error = append_to(&database, &clock, id, (1, &first.summary.hash), b"two").await.unwrap_err();
        assert!(matches!(error, StorageError::Corrupt { what: "knowledge_bases.head", .. }), "{error}");
        assert_eq!(database.knowledge().changes(id, 0, u64::MAX).await.unwrap(), [first], "nothing of it is left");
    }

    async fn of_writers_at_once_one_wins_each_version(database: Database) {
        let clock = clock::manual();
        let id = base(&database, &clock, "shop").await.id;
        let writers: Vec<_> = (0..12_u8).map(|n| {
            let (database, clock) = (database.clone(), clock.clone());
            tokio::spawn(async move {
                let mut expected = 0;
                loop {
                    match append(&database, &clock, id, expected, &[n]).await {
                        Ok(done) => return done.summary.version,
                        Err(StorageError::Version { found, .. }) => expected = found,
                        Err(other) => panic!("{other}"),
                    }
                }
            })
        }).collect();
        let mut versions = Vec::new();
        for writer in writers {
            versions.push(writer.await.unwrap());
        }
        versions.sort_unstable();
        assert_eq!(versions, (1..=12).collect::<Vec<u64>>());
        let found = database.knowledge().verify(id).await.unwrap();
        assert_eq!((found.entries, found.broken), (12, None));
    }

    async fn every_moment_has_one_version_though_the_clock_goes_back(database: Database) {
        let clock = clock::manual();
        let id = base(&database, &clock, "shop").await.id;
        let start = clock.now();
        clock.advance(TimeDelta::hours(2));
        append(&database, &clock, id, 0, b"one").await.unwrap();
        clock.advance(TimeDelta::hours(-1));
        let second = append(&database, &clock, id, 1, b"two").await.unwrap();
        assert_eq!(second.summary.at, start + TimeDelta::hours(2), "never before the change before");
        clock.advance(TimeDelta::hours(4));
        append(&database, &clock, id, 2, b"three").await.unwrap();
        for (hours, version) in [(0, 0), (1, 0), (2, 2), (3, 2), (5, 3), (9, 3)] {
            let at = start + TimeDelta::hours(hours);
            assert_eq!(database.knowledge().version_at(id, at).await.unwrap(), version, "after {hours} h");
        }
    }

    async fn what_was_altered_or_removed_is_noticed(database: Database, url: Url) {
        let clock = clock::manual();
        let raw = sea_orm::Database::connect(url).await.unwrap();
        for (name, harm, at) in [
            ("data", "UPDATE knowledge_changes SET data = note_bytes WHERE version = 2", 2),
            ("note", "UPDATE knowledge_changes SET note = 'other' WHERE version = 3", 3),
            ("middle", "DELETE FROM knowledge_changes WHERE version = 2", 2),
            ("end", "DELETE FROM knowledge_changes WHERE version = 4", 4),
            ("head", "UPDATE knowledge_bases SET head = 'x'", 4),
            ("size", "UPDATE knowledge_changes SET size_bytes = 1 WHERE version = 3", 3),
            ("beyond", "UPDATE knowledge_bases SET version = 2, head = (SELECT hash FROM knowledge_changes WHERE version = 2)", 3),
        ] {
            let id = base(&database, &clock, name).await.id;
            for version in 0..4 {
                append(&database, &clock, id, version, format!("data {version}").as_bytes()).await.unwrap();
            }
            let (entries, broken) = (4, None);
            let found = database.knowledge().verify(id).await.unwrap();
            assert_eq!((found.entries, found.broken), (entries, broken), "{name}");
            let harm = harm.replace("note_bytes", "(SELECT data FROM knowledge_changes WHERE version = 1 LIMIT 1)");
            raw.execute_unprepared(&harm).await.unwrap();
            let found = database.knowledge().verify(id).await.unwrap().broken.unwrap();
            assert_eq!(found.seq, at, "{name}: {}", found.reason);
            assert!(database.knowledge().purge(id).await.unwrap());
        }
        raw.close().await.unwrap();
    }

    async fn a_value_that_cannot_be_read_is_a_broken_change(database: Database, url: Url) {
        if !url.starts_with("sqlite") {
            // PostgreSQL keeps no value of another type.
            return;
        }
        let clock = clock::manual();
        let raw = sea_orm::Database::connect(url).await.unwrap();
        for (column, value) in [("at", "'yesterday'"), ("atoms", "'many'"), ("note", "x'ff'"), ("data", "7.5")] {
            let id = base(&database, &clock, column).await.id;
            for version in 0..4 {
                append(&database, &clock, id, version, b"data").await.unwrap();
            }
            raw.execute_unprepared(&format!("UPDATE knowledge_changes SET {column} = {value} WHERE version = 3")).await.unwrap();
            let found = database.knowledge().verify(id).await.unwrap();
            let broken = found.broken.unwrap();
            assert_eq!((found.entries, broken.seq), (2, 3), "{column}: {}", broken.reason);
            assert!(database.knowledge().purge(id).await.unwrap());
        }
        raw.close().await.unwrap();
    }

    async fn a_recorded_change_keeps_its_hash_or_is_refused(database: Database) {
        let clock = clock::manual();
        let id = base(&database, &clock, "shop").await.id;
        for version in 0..3 {
            clock.advance(TimeDelta::seconds(1));
            append(&database, &clock, id, version, &[version as u8]).await.unwrap();
        }
        let log = database.knowledge().changes(id, 0, 3).await.unwrap();
        clock.advance(TimeDelta::days(-1));
        let copy = base(&database, &clock, "copy").await.id;
        let transaction = database.begin().await.unwrap();
        for change in &log {
            transaction.append_recorded_knowledge(copy, change.clone()).await.unwrap();
        }
        transaction.commit().await.unwrap();
        assert_eq!(database.knowledge().changes(copy, 0, 3).await.unwrap(), log);
        assert_eq!(database.knowledge().verify(copy).await.unwrap().broken, None);

        let other = base(&database, &clock, "other").await.id;
        let transaction = database.begin().await.unwrap();
        let mut forged = log[0].clone();
        forged.data.push(1);
        let error = transaction.append_recorded_knowledge(other, forged).await.unwrap_err();
        assert!(error.to_string().contains("version 1"), "{error}");
        transaction.rollback().await.unwrap();
    }

    async fn a_deleted_base_takes_no_change_and_keeps_its_name(database: Database) {
        let clock = clock::manual();
        let id = base(&database, &clock, "shop").await.id;
        append(&database, &clock, id, 0, b"one").await.unwrap();
        let snapshot = KnowledgeSnapshot {
            base_id: id, version: 1, sha256: "aa".to_owned(), size_bytes: 5_000_000_000, atoms: 3, created_at: clock.now(),
        };
        assert!(database.knowledge().add_snapshot(snapshot.clone()).await.unwrap());
        assert!(!database.knowledge().add_snapshot(snapshot.clone()).await.unwrap());
        assert_eq!(database.knowledge().snapshots(id, 1).await.unwrap(), [snapshot]);
        assert!(database.knowledge().snapshots(id, 0).await.unwrap().is_empty());
        assert!(database.knowledge().is_snapshot("aa").await.unwrap());

        assert!(database.knowledge().set_deleted(id, Some(clock.now())).await.unwrap());
        assert!(database.knowledge().list(false, PageRequest::first()).await.unwrap().items.is_empty());
        assert_eq!(database.knowledge().list(true, PageRequest::first()).await.unwrap().items.len(), 1);
        let error = append(&database, &clock, id, 1, b"two").await.unwrap_err();
        assert!(matches!(error, StorageError::Changed { .. }), "{error}");
        let again = NewKnowledgeBase {
            id: KnowledgeBaseId::generate(&*clock),
            name: "shop".to_owned(),
            description: String::new(),
            created_by: None,
            at: clock.now(),
        };
        let taken = database.knowledge().create(again).await.unwrap_err();
        assert!(matches!(taken, StorageError::Taken { what: "name" }), "{taken}");
        assert!(database.knowledge().set_deleted(id, None).await.unwrap());
        assert!(database.knowledge().describe(id, "what it is about").await.unwrap());
        append(&database, &clock, id, 1, b"two").await.unwrap();

        assert!(database.knowledge().purge(id).await.unwrap());
        assert!(!database.knowledge().purge(id).await.unwrap());
        assert!(database.knowledge().changes(id, 0, 9).await.unwrap().is_empty(), "its log went with it");
        assert!(!database.knowledge().is_snapshot("aa").await.unwrap());
    }

    async fn a_long_log_is_read_in_parts(database: Database) {
        let clock = clock::manual();
        let id = base(&database, &clock, "shop").await.id;
        let large = vec![7_u8; 5 * 1024 * 1024];
        for (version, data) in [&large[..], &large, b"small", &large, b""].into_iter().enumerate() {
            append(&database, &clock, id, version as u64, data).await.unwrap();
        }
        let mut parts = Vec::new();
        let mut after = 0;
        loop {
            let part = database.knowledge().changes(id, after, 5).await.unwrap();
            let Some(last) = part.last() else { break };
            after = last.summary.version;
            parts.push(part.len());
        }
        assert_eq!(parts, [1, 2, 2], "5 MB; 5 MB and little; 5 MB and nothing");
        assert_eq!(database.knowledge().verify(id).await.unwrap().entries, 5);
    }
}
