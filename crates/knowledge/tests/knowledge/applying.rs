//! Changes: all or nothing, in one order, with an audit entry each.

use std::sync::Arc;

use oriel_identity::Context;
use oriel_knowledge::bases::{self, At, Note};
use oriel_knowledge::{Change, KnowledgeError, Operation, Settings};
use oriel_model::{PageRequest, Role};
use oriel_storage::{AuditFilter, Repositories as _};
use oriel_testkit::{on_each_database, principal};

use crate::fixture::{World, call};

on_each_database! {
    async fn a_change_is_read_again_after_a_restart(database: Database) {
        let world = World::new(database).await;
        world.create("shop").await;
        let first = world.add("shop", &call(1, 2)).await;
        assert_eq!((first.version, first.atoms_before, first.atoms), (1, 0, 5));
        world.add("shop", "(declare-type Service Concept) (Service \"pay\" (alist (cons (Predicate \"k\") \"v\")))").await;
        let calls = "(Evaluation (Predicate \"calls\") (List (Concept \"s1\") (Concept \"s2\")))";
        let change = Change { operations: vec![
            Operation::Remove { atom: calls.to_owned(), recursive: false },
            Operation::UnsetValue { atom: "(Service \"pay\")".to_owned(), key: "(Predicate \"k\")".to_owned() },
            Operation::Add("(cog-set-tv! (Concept \"s1\") (stv 0.25 0.75))".to_owned()),
        ] };
        world.apply("shop", change).await.unwrap();
        let before = world.dump("shop", At::Newest).await;
        assert!(before.contains("(Concept \"s1\" (stv 0.25 0.75))") && !before.contains("\"v\""), "{before}");
        let again = world.restarted().await;
        let view = bases::read(&world.context, &again, "shop", At::Newest).await.unwrap();
        assert_eq!((view.version, view.space.dump()), (3, before));
    }

    async fn a_change_that_fails_changes_nothing_and_says_where(database: Database) {
        let world = World::new(database).await;
        world.create("shop").await;
        world.add("shop", &call(1, 2)).await;
        let before = world.dump("shop", At::Newest).await;
        for (change, says) in [
            (Change::add("(Concept \"new\")\n(Concept \"b\" (stv 2 0))"), "2:"),
            (Change::add("(Concept \"new\")\n  (Concpet \"b\")"), "2:4: there is no type `Concpet`"),
            (Change::remove("(Concept \"nobody\")", true), "there is no (Concept \"nobody\")"),
            (
                Change { operations: vec![
                    Operation::Add("(Concept \"new\")".to_owned()),
                    Operation::Remove { atom: "(Concept \"s1\")".to_owned(), recursive: false },
                ] },
                "operation 2 (remove): (Concept \"s1\")",
            ),
        ] {
            let error = world.apply("shop", change).await.unwrap_err();
            assert!(matches!(error, KnowledgeError::Change(_)), "{error:?}");
            assert!(error.to_string().contains(says), "{error} says not: {says}");
        }
        let error = world.apply("shop", Change::default()).await.unwrap_err();
        assert!(matches!(error, KnowledgeError::Invalid { field: "change", .. }), "{error}");
        assert_eq!(world.dump("shop", At::Newest).await, before);
        assert_eq!(bases::get(&world.context, &world.knowledge, "shop").await.unwrap().version, 1);
        assert_eq!(world.database.audit().list(&AuditFilter::default(), PageRequest::first()).await.unwrap().items.len(), 2);
    }

    async fn a_change_is_bounded(database: Database) {
        let settings = Settings { change_bytes: 200, atoms: 6, ..Settings::default() };
        let world = World::with(database, settings).await;
        world.create("shop").await;
        let error = world.apply("shop", Change::add(" ".repeat(201))).await.unwrap_err();
        assert!(matches!(error, KnowledgeError::TooLarge { given: 201, limit: 200 }), "{error}");
        world.add("shop", &call(1, 2)).await;
        let error = world.apply("shop", Change::add("(Number 1) (Number 2)")).await.unwrap_err();
        assert!(error.to_string().contains("more than 6 atoms"), "{error}");
        let deep = format!("{}{}", "(List".repeat(20), ")".repeat(20));
        let error = world.apply("shop", Change::add(deep)).await.unwrap_err();
        assert!(error.to_string().contains("more than 6 atoms"), "{error}");
    }

    async fn a_change_for_another_version_is_refused_and_names_both(database: Database) {
        let world = World::new(database).await;
        world.create("shop").await;
        world.add("shop", "(Number 1)").await;
        let apply = |expected| {
            let note = Note { expected: Some(expected), text: String::new() };
            bases::apply(&world.context, &world.knowledge, "shop", Change::add("(Number 2)"), note)
        };
        for wrong in [0, 2] {
            let error = apply(wrong).await.unwrap_err();
            assert!(matches!(error, KnowledgeError::Version { expected, found: 1 } if expected == wrong), "{error}");
        }
        assert_eq!(apply(1).await.unwrap().version, 2);
    }

    async fn writers_at_once_lose_nothing(database: Database) {
        let world = Arc::new(World::new(database).await);
        world.create("shop").await;
        // Two processes on one database: each holds its own content.
        let other = world.restarted().await;
        let writers: Vec<_> = (0..16).map(|number| {
            let (world, other) = (Arc::clone(&world), other.clone());
            tokio::spawn(async move {
                let knowledge = if number % 2 == 0 { &world.knowledge } else { &other };
                let change = Change::add(format!("(Concept \"by {number}\")"));
                bases::apply(&world.context, knowledge, "shop", change, Note::default()).await.unwrap().version
            })
        }).collect();
        let mut versions = Vec::new();
        for writer in writers {
            versions.push(writer.await.unwrap());
        }
        versions.sort_unstable();
        assert_eq!(versions, (1..=16).collect::<Vec<u64>>());
        for knowledge in [&world.knowledge, &other] {
            let view = bases::read(&world.context, knowledge, "shop", At::Newest).await.unwrap();
            assert_eq!((view.version, view.space.len()), (16, 16));
        }
        assert_eq!(world.database.audit().verify().await.unwrap().broken, None);
    }

    async fn readers_see_whole_versions_while_others_write(database: Database) {
        let settings = Settings { snapshot_changes: 4, memory_bytes: 0, ..Settings::default() };
        let world = Arc::new(World::with(database, settings).await);
        world.create("shop").await;
        world.create("other").await;
        let done = Arc::new(std::sync::atomic::AtomicBool::new(false));
        let readers: Vec<_> = (0..3).map(|number| {
            let (world, done) = (Arc::clone(&world), Arc::clone(&done));
            tokio::spawn(async move {
                let (mut seen, mut last) = (0_u32, 0);
                while !done.load(std::sync::atomic::Ordering::SeqCst) || seen == 0 {
                    // Nothing fits into memory beside what was used last, so contents are let go and loaded all the time.
                    let name = if number == 0 { "other" } else { "shop" };
                    let view = bases::read(&world.context, &world.knowledge, name, At::Newest).await.unwrap();
                    assert_eq!(view.space.len() as u64, 2 * view.version, "each change adds two atoms");
                    assert!(number == 0 || view.version >= last, "{} after {last}", view.version);
                    (seen, last) = (seen + 1, view.version);
                }
            })
        }).collect();
        for number in 0..20 {
            let name = if number % 4 == 3 { "other" } else { "shop" };
            let change = Change::add(format!("(List (Concept \"{number}\"))"));
            bases::apply(&world.context, &world.knowledge, name, change, Note::default()).await.unwrap();
        }
        done.store(true, std::sync::atomic::Ordering::SeqCst);
        for reader in readers {
            reader.await.unwrap();
        }
        world.settled().await;
        for name in ["shop", "other"] {
            assert!(bases::validate(&world.context, &world.knowledge, name, false, &mut |_, _| {}).await.unwrap().is_sound());
        }
    }

    async fn a_reader_keeps_its_version_while_others_write(database: Database) {
        let world = World::new(database).await;
        world.create("shop").await;
        world.add("shop", &call(1, 2)).await;
        let reader = bases::read(&world.context, &world.knowledge, "shop", At::Newest).await.unwrap();
        let before = reader.space.dump();
        world.apply("shop", Change::remove("(Concept \"s1\")", true)).await.unwrap();
        assert_eq!(reader.space.dump(), before);
        assert_eq!(world.dump("shop", At::Newest).await, "(Predicate \"calls\")\n(Concept \"s2\")\n");
    }

    async fn who_may_not_changes_nothing(database: Database) {
        let world = World::new(database).await;
        world.create("shop").await;
        let identity = principal::identity(&world.database);
        let admin = principal::administrator(&world.database, &world.clock).await.unwrap();
        let viewer = principal::user(&identity, &admin, "vera", Role::Viewer).await.unwrap();
        let operator = principal::user(&identity, &admin, "otto", Role::Operator).await.unwrap();
        let knowledge = &world.knowledge;
        let add = |context: Context| async move {
            bases::apply(&context, knowledge, "shop", Change::add("(Number 1)"), Note::default()).await
        };
        let denied = add(viewer.clone()).await.unwrap_err();
        assert!(matches!(denied, KnowledgeError::Denied(_)), "{denied}");
        assert!(bases::read(&viewer, knowledge, "shop", At::Newest).await.unwrap().space.is_empty());
        let denied = bases::delete(&operator, knowledge, "shop", None).await.unwrap_err();
        assert!(matches!(denied, KnowledgeError::Denied(_)), "{denied}");
        add(operator).await.unwrap();
        let history = bases::history(&viewer, knowledge, "shop", PageRequest::first()).await.unwrap();
        assert_eq!(history.items[0].actor.name(), "otto");
        let filter = AuditFilter { action: Some("knowledge.change".to_owned()), ..AuditFilter::default() };
        let entries = world.database.audit().list(&filter, PageRequest::first()).await.unwrap().items;
        assert_eq!((entries.len(), entries[0].actor.name()), (1, "otto"));
        assert_eq!(entries[0].detail["hash"], history.items[0].hash.as_str());
        let nobody = principal::nobody(&world.clock);
        assert!(matches!(add(nobody).await, Err(KnowledgeError::Denied(_))));
    }
}
