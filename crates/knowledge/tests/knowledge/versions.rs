//! Every version can be read, with snapshots, without them, and where they are damaged.

use std::sync::Arc;

use chrono::TimeDelta;
use oriel_knowledge::bases::{self, At, Note};
use oriel_knowledge::{Change, KnowledgeError, Settings};
use oriel_model::{Clock as _, PageRequest};
use oriel_storage::{AuditFilter, Repositories as _};
use oriel_testkit::on_each_database;
use sea_orm::ConnectionTrait as _;

use crate::fixture::{World, call};

/// A base with a change a minute, some of which remove; what it holds after each.
async fn grown(world: &World, changes: usize) -> Vec<String> {
    world.create("shop").await;
    let mut held = vec![String::new()];
    for number in 0..changes {
        world.clock.advance(TimeDelta::minutes(1));
        if number % 5 == 4 {
            let gone = format!("(Concept \"s{}\")", number - 3);
            world.apply("shop", Change::remove(gone, true)).await.unwrap();
        } else {
            world.add("shop", &call(number, number + 1)).await;
        }
        held.push(world.dump("shop", At::Newest).await);
    }
    held
}

on_each_database! {
    async fn every_version_and_moment_can_be_read(database: Database) {
        let world = World::with(database, Settings { snapshot_changes: 4, snapshots_kept: 3, ..Settings::default() }).await;
        let start = world.clock.now();
        let held = grown(&world, 23).await;
        assert_eq!(world.blobs().len(), 3);
        for knowledge in [&world.knowledge, &world.restarted().await] {
            for (version, expected) in held.iter().enumerate() {
                let view = bases::read(&world.context, knowledge, "shop", At::Version(version as u64)).await.unwrap();
                assert_eq!((view.version, &view.space.dump()), (version as u64, expected));
                let at = start + TimeDelta::minutes(i64::try_from(version).unwrap()) + TimeDelta::seconds(30);
                let view = bases::read(&world.context, knowledge, "shop", At::Time(at)).await.unwrap();
                assert_eq!(view.version, version as u64);
            }
        }
        let read = |at| bases::read(&world.context, &world.knowledge, "shop", at);
        let error = read(At::Version(24)).await.unwrap_err();
        assert!(matches!(error, KnowledgeError::NoVersion { asked: 24, newest: 23, .. }), "{error}");
        let error = read(At::Time(start - TimeDelta::seconds(1))).await.unwrap_err();
        assert!(matches!(error, KnowledgeError::Before { .. }), "{error}");
    }

    async fn a_damaged_or_missing_snapshot_is_passed_over_and_made_anew(database: Database) {
        let world = World::with(database, Settings { snapshot_changes: 5, ..Settings::default() }).await;
        let held = grown(&world, 22).await;
        let files = world.blobs();
        assert_eq!(files.len(), 4);
        for (number, file) in files.iter().enumerate() {
            let mut bytes = std::fs::read(file).unwrap();
            match number {
                0 => std::fs::remove_file(file).unwrap(),
                1 => std::fs::write(file, &bytes[..bytes.len() / 2]).unwrap(),
                2 => std::fs::write(file, b"").unwrap(),
                _ => {
                    let middle = bytes.len() / 2;
                    bytes[middle] ^= 1;
                    std::fs::write(file, bytes).unwrap();
                }
            }
        }
        let knowledge = world.restarted().await;
        for version in [22, 20, 13, 5] {
            let view = bases::read(&world.context, &knowledge, "shop", At::Version(version)).await.unwrap();
            assert_eq!(view.space.dump(), held[version as usize]);
        }
        let mut told = Vec::new();
        let mut progress = |done, of| told.push((done, of));
        let found = bases::validate(&world.context, &knowledge, "shop", false, &mut progress).await.unwrap();
        assert_eq!((found.changes, found.broken.clone(), found.memory), (22, None, Some(true)));
        assert!(found.snapshots.iter().all(|snapshot| snapshot.wrong.is_some()) && !found.is_sound(), "{found:?}");
        assert_eq!(told.last(), Some(&(22, 22)));
        let found = bases::validate(&world.context, &knowledge, "shop", true, &mut |_, _| {}).await.unwrap();
        assert!(found.repaired && found.is_sound(), "{found:?}");
        let audit = world.database.audit();
        let entries = audit.list(&AuditFilter::default(), PageRequest::first()).await.unwrap();
        assert_eq!(entries.items[0].action, "knowledge.repair");
        let found = bases::validate(&world.context, &world.restarted().await, "shop", false, &mut |_, _| {}).await.unwrap();
        assert_eq!((found.snapshots.len(), found.is_sound(), found.memory), (1, true, None));
        assert_eq!(world.blobs().len(), 1);
    }

    async fn a_snapshot_that_cannot_be_written_loses_no_change(database: Database) {
        let world = World::with(database, Settings { snapshot_changes: 1, ..Settings::default() }).await;
        world.create("shop").await;
        std::fs::remove_dir_all(world.directory.path().join("blobs")).unwrap();
        world.add("shop", &call(1, 2)).await;
        world.add("shop", &call(2, 3)).await;
        let view = bases::read(&world.context, &world.restarted().await, "shop", At::Newest).await.unwrap();
        assert_eq!((view.version, view.space.len()), (2, 8));
    }

    async fn an_altered_log_is_noticed_and_a_snapshot_behind_it_still_read(database: Database, url: Url) {
        let mut world = World::with(database, Settings { snapshot_changes: 8, ..Settings::default() }).await;
        let held = grown(&world, 11).await;
        let raw = sea_orm::Database::connect(url).await.unwrap();
        raw.execute_unprepared("UPDATE knowledge_changes SET note = 'altered' WHERE version = 3").await.unwrap();
        raw.close().await.unwrap();
        let knowledge = world.restarted().await;
        let read = |version| bases::read(&world.context, &knowledge, "shop", At::Version(version));
        assert_eq!(read(2).await.unwrap().space.dump(), held[2]);
        let error = read(5).await.unwrap_err();
        assert!(matches!(error, KnowledgeError::Damaged { version: 3, .. }), "{error}");
        assert_eq!(read(11).await.unwrap().space.dump(), held[11], "by the snapshot of version 8");
        let late = bases::apply(&world.context, &knowledge, "shop", Change::add("(Concept \"late\")"), Note::of("late")).await;
        assert!(matches!(late, Err(KnowledgeError::Damaged { version: 3, .. })), "no backup would take it: {late:?}");
        let found = bases::validate(&world.context, &knowledge, "shop", true, &mut |_, _| {}).await.unwrap();
        assert_eq!((found.changes, found.broken.unwrap().seq, found.repaired), (2, 3, false));
        let chain = world.database.knowledge();
        let id = chain.find_by_name("shop").await.unwrap().unwrap().id;
        assert_eq!(chain.verify(id).await.unwrap().entries, 2);
        world.settings.checked_bytes = 10;
        let knowledge = world.restarted().await;
        let change = Change::add("(Concept \"late\")");
        let applied = bases::apply(&world.context, &knowledge, "shop", change, Note::of("late")).await.unwrap();
        assert_eq!(applied.version, 12, "a longer log is not checked from its beginning");
    }

    async fn a_change_that_cannot_be_read_is_found_by_its_version(database: Database, url: Url) {
        let world = World::with(database, Settings { snapshot_changes: 2, ..Settings::default() }).await;
        grown(&world, 6).await;
        let raw = sea_orm::Database::connect(url).await.unwrap();
        let harm = if url.starts_with("sqlite") { "at = 'yesterday'" } else { "actor_kind = 'nobody'" };
        raw.execute_unprepared(&format!("UPDATE knowledge_changes SET {harm} WHERE version = 3")).await.unwrap();
        raw.close().await.unwrap();
        let knowledge = world.restarted().await;
        let found = bases::validate(&world.context, &knowledge, "shop", false, &mut |_, _| {}).await.unwrap();
        assert_eq!((found.changes, found.broken.unwrap().seq), (2, 3));
        let wrong: Vec<_> = found.snapshots.iter().map(|one| (one.version, one.wrong.is_some())).collect();
        assert_eq!(wrong, [(2, false), (4, true), (6, true)]);
    }

    async fn nothing_is_acknowledged_that_could_not_be_read(database: Database, url: Url) {
        let world = World::new(database).await;
        let held = grown(&world, 3).await;
        let raw = sea_orm::Database::connect(url).await.unwrap();
        raw.execute_unprepared("UPDATE knowledge_bases SET head = 'x'").await.unwrap();
        raw.close().await.unwrap();
        for knowledge in [&world.knowledge, &world.restarted().await] {
            let change = Change::add("(Concept \"new\")");
            let error = bases::apply(&world.context, knowledge, "shop", change, Note::of("late")).await.unwrap_err();
            assert!(matches!(error, KnowledgeError::Damaged { version: 3, .. }), "{error}");
            let view = bases::read(&world.context, knowledge, "shop", At::Newest).await.unwrap();
            assert_eq!((view.version, view.space.dump()), (3, held[3].clone()));
        }
    }

    async fn a_base_that_grows_gets_a_snapshot_when_it_grew_by_a_quarter(database: Database) {
        let world = World::with(database, Settings { snapshot_atoms: 10, ..Settings::default() }).await;
        world.create("shop").await;
        let atoms = |from: usize, to: usize| (from..to).map(|number| format!("(Number {number})")).collect::<Vec<_>>().concat();
        for (from, to, snapshots) in [(0, 400, 1), (400, 499, 1), (499, 500, 2), (500, 620, 2), (620, 625, 3)] {
            world.add("shop", &atoms(from, to)).await;
            assert_eq!(world.blobs().len(), snapshots, "after {to} atoms");
        }
    }

    async fn many_atoms_in_few_bytes_are_kept_in_a_snapshot(database: Database) {
        let world = World::with(database, Settings { snapshot_atoms: 50, ..Settings::default() }).await;
        world.create("shop").await;
        let atoms = |from: usize, to: usize| (from..to).map(|number| format!("(Number {number})")).collect::<Vec<_>>().concat();
        for (from, to, snapshots) in [(0, 49, 0), (49, 50, 1), (50, 99, 1), (99, 100, 2), (100, 149, 2), (149, 150, 3)] {
            world.add("shop", &atoms(from, to)).await;
            assert_eq!(world.blobs().len(), snapshots, "after {to} atoms");
        }
    }

    async fn readers_of_an_old_version_share_one_load(database: Database) {
        let world = World::new(database).await;
        grown(&world, 6).await;
        let read = || bases::read(&world.context, &world.knowledge, "shop", At::Version(4));
        let (one, two, three) = tokio::join!(read(), read(), read());
        let [one, two, three] = [one, two, three].map(|view| view.unwrap().space);
        assert!(Arc::ptr_eq(&one, &two) && Arc::ptr_eq(&one, &three));
    }

    async fn two_versions_are_compared_in_both_directions(database: Database) {
        let world = World::new(database).await;
        world.create("shop").await;
        world.add("shop", "(Concept \"a\" (stv 0.5 0.5) (alist (cons (Predicate \"k\") 1)))").await;
        world.add("shop", "(List (Concept \"a\" (stv 0.25 0.5) (av 1 2 3)) (Concept \"b\"))").await;
        world.apply("shop", Change::remove("(Predicate \"k\")", true)).await.unwrap();
        let diff = |from, to| bases::diff(&world.context, &world.knowledge, "shop", from, to, 10);
        let found = diff(At::Version(1), At::Newest).await.unwrap();
        assert_eq!((found.from, found.to, found.counts), (1, 3, [2, 1, 3]));
        assert_eq!(found.added, ["(Concept \"b\")", "(List (Concept \"a\") (Concept \"b\"))"]);
        assert_eq!(found.removed, ["(Predicate \"k\")"]);
        let told: Vec<_> = found.changed.iter()
            .map(|one| (one.what.as_str(), one.before.as_deref(), one.after.as_deref())).collect();
        assert_eq!(told, [
            ("truth", Some("(stv 0.5 0.5)"), Some("(stv 0.25 0.5)")),
            ("attention", None, Some("(av 1 2 3)")),
            ("(Predicate \"k\")", Some("1"), None),
        ]);
        let back = diff(At::Newest, At::Version(1)).await.unwrap();
        assert_eq!((back.added, back.removed, back.counts), (found.removed, found.added, [1, 2, 3]));
        assert_eq!(back.changed[2].after.as_deref(), Some("1"));
        world.add("shop", "(Inheritance (stv 0.5 0.25) (Concept \"a\") (Concept \"c\" (alist (cons (Predicate \"k\") 2))))").await;
        let new = diff(At::Version(3), At::Version(4)).await.unwrap();
        assert_eq!((new.counts, new.changed), ([3, 0, 0], vec![]), "what came is told once");
        assert_eq!(new.added, [
            "(Concept \"c\" (alist (cons (Predicate \"k\") 2)))", "(Predicate \"k\")",
            "(Inheritance (stv 0.5 0.25) (Concept \"a\") (Concept \"c\"))",
        ]);
        let gone = diff(At::Version(4), At::Version(3)).await.unwrap();
        assert_eq!((gone.counts, gone.removed.len()), ([0, 3, 0], 3));
        let same = diff(At::Version(3), At::Version(3)).await.unwrap();
        assert_eq!(same.counts, [0, 0, 0]);
        assert!(matches!(diff(At::Version(1), At::Version(9)).await, Err(KnowledgeError::NoVersion { .. })));
    }
}
