//! Parts of bases, by snapshots that are read in part.

use chrono::TimeDelta;
use oriel_knowledge::bases::{self, Ask, At, Found, Note, Selection, Ways};
use oriel_knowledge::chaining::{self, Target};
use oriel_knowledge::{Change, Knowledge, KnowledgeError, Settings};
use oriel_storage::{BlobStore as _, KnowledgeSnapshot, LocalBlobs, Repositories as _};
use oriel_testkit::{on_each_database, principal};

use crate::fixture::{World, call};

pub(crate) fn around(text: &str, hops: u32) -> Selection {
    Selection { around: vec![text.to_owned()], hops, ..Selection::default() }
}

fn of_type(name: &str) -> Selection {
    Selection { types: vec![name.to_owned()], ..Selection::default() }
}

/// A base of a chain of calls with a snapshot at version 20, and changes after it that touch what the snapshot has.
pub(crate) async fn grown(world: &World) {
    world.create("shop").await;
    for number in 0..18 {
        world.add("shop", &call(number, number + 1)).await;
        world.clock.advance(TimeDelta::minutes(1));
    }
    world.add("shop", "(declare-type Team Concept) (Member (Concept \"s3\") (Team \"a\"))").await;
    world.add("shop", "(State (Concept \"phase\") (Concept \"up\")) (Concept \"s4\" (av 1 2 3))").await;
    assert_eq!(world.blobs().len(), 1);
    world.add("shop", "(State (Concept \"phase\") (Concept \"down\")) (Member (Concept \"s9\") (Team \"a\"))").await;
    world.apply("shop", Change::remove("(Concept \"s12\")", true)).await.unwrap();
    world.add("shop", &call(11, 13)).await;
    world.add("shop", "(Concept \"s4\" (alist (cons (Predicate \"load\") (FloatValue 0.5))))").await;
}

async fn world(database: oriel_storage::Database) -> World {
    World::with(database, Settings { snapshot_changes: 20, ..Settings::default() }).await
}

async fn part(world: &World, knowledge: &Knowledge, at: At, selection: &Selection) -> String {
    bases::part(&world.context, knowledge, "shop", at, selection).await.unwrap().space.dump()
}

on_each_database! {
    async fn a_part_is_read_without_loading_the_base(database: Database) {
        let world = world(database).await;
        grown(&world).await;
        let selections = [
            around("s4", 0), around("s4", 2), around("(Team \"a\")", 1), around("phase", 1), around("s11", 3), of_type("Team"),
            of_type("Evaluation"), Selection { types: vec!["Team".to_owned()], ..around("s0", 1) },
        ];
        // Both versions are held here, so that the part is taken of the whole.
        world.dump("shop", At::Version(20)).await;
        for selection in &selections {
            let expected = part(&world, &world.knowledge, At::Newest, selection).await;
            let knowledge = world.restarted().await;
            assert_eq!(part(&world, &knowledge, At::Newest, selection).await, expected);
            assert!(knowledge.held().is_empty(), "{selection:?}");
            let expected = part(&world, &world.knowledge, At::Version(20), selection).await;
            assert_eq!(part(&world, &knowledge, At::Version(20), selection).await, expected);
            assert!(knowledge.held().is_empty());
            assert!(!expected.is_empty());
        }
        let found = part(&world, &world.restarted().await, At::Newest, &around("s4", 0)).await;
        let s4 = "(Concept \"s4\" (av 1 2 3) (alist (cons (Predicate \"load\") (FloatValue 0.5))))";
        assert!(found.contains(s4) && !found.contains("calls"), "{found}");
        // Nothing selected is all.
        let all = part(&world, &world.restarted().await, At::Newest, &Selection::default()).await;
        assert_eq!(all, world.dump("shop", At::Newest).await);
    }

    async fn what_only_adds_changes_a_base_that_is_not_loaded(database: Database) {
        let mut world = world(database).await;
        grown(&world).await;
        world.settings.base_bytes = 1_000;
        let small = world.restarted().await;
        let apply = |change: Change, note: Note| bases::apply(&world.context, &small, "shop", change, note);
        let texts = [
            "(Concept \"s4\" (stv 0.5 0.5) (alist (cons (Predicate \"load\") 2))) (Concept \"new\")",
            "(declare-type Site Concept) (Member (Concept \"s3\") (Team \"a\")) (Member (Concept \"new\") (Site \"x\"))",
            "(Set (Concept \"s9\") (Concept \"s1\")) (Set (Concept \"s1\") (Concept \"s9\")) (Number 3) (Number 3.0)",
            "(Evaluation (Predicate \"calls\") (List (Concept \"s12\") (Concept \"s13\"))) (Set (Concept \"s1\") (Concept \"s9\"))",
        ];
        for (at, text) in texts.iter().enumerate() {
            let applied = apply(Change::add(*text), Note { expected: Some(24 + at as u64), text: String::new() }).await.unwrap();
            assert_eq!(applied.version, 25 + at as u64);
            assert!(applied.atoms >= applied.atoms_before);
        }
        assert!(small.held().is_empty());
        // It is what the log gives where the base is loaded: each change notes how many atoms it left.
        world.settings.base_bytes = 1 << 30;
        let large = world.restarted().await;
        let found = bases::validate(&world.context, &large, "shop", false, &mut |_, _| {}).await.unwrap();
        assert!(found.is_sound() && found.changes == 28, "{found:?}");
        let view = bases::read(&world.context, &large, "shop", At::Newest).await.unwrap();
        for text in ["(Concept \"s4\" (stv 0.5 0.5) (av 1 2 3) (alist (cons (Predicate \"load\") 2)))", "(Site \"x\")"] {
            assert!(view.space.dump().contains(text), "{}", view.space.dump());
        }

        let late = apply(Change::add("(Concept \"z\")"), Note { expected: Some(24), text: String::new() }).await;
        assert!(matches!(late, Err(KnowledgeError::Version { expected: 24, found: 28 })), "{late:?}");
        let wrong = apply(Change::add("(Concpet \"z\")"), Note::default()).await.unwrap_err().to_string();
        assert!(wrong.starts_with("1:2: there is no type `Concpet`"), "{wrong}");
        assert!(matches!(apply(Change::add("; nothing"), Note::default()).await, Err(KnowledgeError::Nothing)));
        for change in [
            Change::remove("(Concept \"new\")", true),
            Change::add("(State (Concept \"phase\") (Concept \"late\"))"),
            Change::add("(Define (DefinedSchema \"d\") (Concept \"a\"))"),
            Change::add("(Lambda (Variable \"$x\") (Concept \"a\"))"),
        ] {
            let refused = apply(change.clone(), Note::default()).await;
            assert!(matches!(refused, Err(KnowledgeError::Larger { .. })), "{change:?}: {refused:?}");
        }
        assert_eq!(bases::get(&world.context, &small, "shop").await.unwrap().version, 28, "nothing of that was written");
    }

    async fn what_is_dearer_in_part_is_read_whole(database: Database) {
        let mut world = World::with(database, Settings { snapshot_changes: 1, ..Settings::default() }).await;
        world.create("shop").await;
        let chain = |from: usize, to: usize| (from..to).map(|number| call(number, number + 1)).collect::<String>();
        world.add("shop", &chain(0, 300)).await;
        world.settings.snapshot_changes = 100;
        let late = world.restarted().await;
        bases::apply(&world.context, &late, "shop", Change::add(chain(300, 320)), Note::of("little")).await.unwrap();
        world.settings.snapshot_bytes = 8;
        let knowledge = world.restarted().await;
        part(&world, &knowledge, At::Newest, &around("s4", 1)).await;
        assert!(knowledge.held().is_empty(), "little came after the snapshot");
        bases::apply(&world.context, &late, "shop", Change::add(chain(320, 900)), Note::of("much")).await.unwrap();
        let knowledge = world.restarted().await;
        let found = part(&world, &knowledge, At::Newest, &around("s4", 1)).await;
        assert_eq!(knowledge.held().len(), 1, "more came after the snapshot than it has");
        assert!(found.contains("(Concept \"s5\")"), "{found}");
        // Where there is no room for the whole, a part is read all the same.
        world.settings.base_bytes = 1_000;
        let knowledge = world.restarted().await;
        assert_eq!(part(&world, &knowledge, At::Newest, &around("s4", 1)).await, found);
        assert!(knowledge.held().is_empty());
    }

    async fn where_a_snapshot_is_damaged_an_earlier_one_or_the_log_gives_the_same(database: Database) {
        let world = World::with(database, Settings { snapshot_changes: 6, ..Settings::default() }).await;
        world.create("shop").await;
        for number in 0..16 {
            world.add("shop", &call(number, number + 1)).await;
        }
        let files = world.blobs();
        assert_eq!(files.len(), 2);
        let expected = part(&world, &world.knowledge, At::Newest, &around("s7", 2)).await;
        for damaged in 1..=files.len() {
            for file in &files[..damaged] {
                let mut bytes = std::fs::read(file).unwrap();
                let middle = bytes.len() / 3;
                bytes[middle] ^= 1;
                std::fs::write(file, bytes).unwrap();
            }
            let knowledge = world.restarted().await;
            assert_eq!(part(&world, &knowledge, At::Newest, &around("s7", 2)).await, expected);
            assert_eq!(knowledge.held().is_empty(), damaged < files.len(), "the log alone is carried out whole");
            for file in &files[..damaged] {
                let mut bytes = std::fs::read(file).unwrap();
                let middle = bytes.len() / 3;
                bytes[middle] ^= 1;
                std::fs::write(file, bytes).unwrap();
            }
        }
        for file in &files {
            std::fs::remove_file(file).unwrap();
        }
        let knowledge = world.restarted().await;
        assert_eq!(part(&world, &knowledge, At::Newest, &around("s7", 2)).await, expected);
    }

    async fn a_snapshot_of_another_format_is_passed_over_and_made_anew(database: Database) {
        let world = world(database).await;
        grown(&world).await;
        let expected = world.dump("shop", At::Newest).await;
        // As an earlier program wrote it, under its right hash.
        let earlier = b"\x28\xb5\x2f\xfd what another program kept";
        let blobs = LocalBlobs::in_directory(world.directory.path()).await.unwrap();
        let stored = blobs.put(&mut &earlier[..], 1_000).await.unwrap();
        let records = world.database.knowledge();
        let base = records.find_by_name("shop").await.unwrap().unwrap();
        let noted = records.snapshots(base.id, u64::MAX).await.unwrap().remove(0);
        records.remove_snapshot(base.id, noted.version).await.unwrap();
        let other = KnowledgeSnapshot { sha256: stored.sha256, size_bytes: stored.size, ..noted };
        records.add_snapshot(other).await.unwrap();
        let knowledge = world.restarted().await;
        let view = bases::read(&world.context, &knowledge, "shop", At::Newest).await.unwrap();
        assert_eq!(view.space.dump(), expected);
        bases::apply(&world.context, &knowledge, "shop", Change::add("(Concept \"new\")"), Note::default()).await.unwrap();
        world.settled().await;
        let found = bases::validate(&world.context, &knowledge, "shop", false, &mut |_, _| {}).await.unwrap();
        let sound: Vec<_> = found.snapshots.iter().map(|one| (one.version, one.wrong.is_none())).collect();
        assert_eq!(sound, [(20, false), (25, true)]);
    }

    async fn a_base_that_is_larger_than_memory_is_asked_in_part(database: Database) {
        let settings = Settings { snapshot_changes: 20, base_bytes: 1_000, ..Settings::default() };
        let world = World::with(database, settings).await;
        grown(&world).await;
        let knowledge = world.restarted().await;
        let whole = bases::read(&world.context, &knowledge, "shop", At::Newest).await.unwrap_err();
        assert!(matches!(whole, KnowledgeError::Larger { atoms: 61, limit: 1_000, .. }), "{whole}");
        let says = whole.to_string();
        assert!(says.contains("--around ATOM --hops N") && says.contains("knowledge.memory_bytes"), "{says}");
        let change = Change::remove("(Concept \"s17\")", true);
        let error = bases::apply(&world.context, &knowledge, "shop", change, Note::default()).await.unwrap_err();
        assert!(matches!(error, KnowledgeError::Larger { .. }), "{error}");

        let query = "(Get (Evaluation (Predicate \"calls\") (List (Concept \"s4\") (Variable \"$to\"))))";
        let ask = Ask { selection: around("s4", 1), ..Ask::default() };
        let answer = bases::query(&world.context, &knowledge, "shop", query, &ask).await.unwrap();
        assert_eq!(answer.version, 24);
        assert_eq!(answer.found, Found::Solutions {
            variables: vec!["$to".to_owned()], rows: vec![vec!["(Concept \"s5\")".to_owned()]],
        });
        let explained = bases::explain(&world.context, &knowledge, "shop", query, (&ask, true)).await.unwrap();
        assert!(explained.to_string().contains('1'), "{explained}");
        let ways = Ways { selection: around("s4", 3), ..Ways::default() };
        let way = bases::path(&world.context, &knowledge, "shop", ("s4", "s7"), &ways).await.unwrap().unwrap();
        assert_eq!((way.version, way.hops.len()), (24, 3));
        let target = Target {
            text: Some("(Evaluation (Predicate \"calls\") (List (Concept \"s4\") (Variable \"$to\")))".to_owned()),
            selection: around("s4", 1), limit: 5, ..Target::default()
        };
        let found = chaining::infer(&world.context, &knowledge, "shop", target.clone(), None).await.unwrap();
        assert_eq!(found.conclusions[0].values["$to"], "(Concept \"s5\")");
        assert!(knowledge.held().is_empty());

        // What is written is found in the whole base.
        let error = chaining::infer(&world.context, &knowledge, "shop", target, Some(Note::default())).await.unwrap_err();
        assert!(error.to_string().starts_with("selection: "), "{error}");
        let bind = "(Bind (Member (Variable \"$a\") (Team \"a\")) (Inheritance (Variable \"$a\") (Team \"a\")))";
        let note = (&ask, Note::default());
        let error = bases::rewrite(&world.context, &knowledge, "shop", bind, note).await.unwrap_err();
        assert!(error.to_string().starts_with("selection: "), "{error}");
        let few = Selection { most: 3, ..around("s4", 1) };
        let error = bases::part(&world.context, &knowledge, "shop", At::Newest, &few).await.unwrap_err();
        assert!(error.to_string().contains("would have") && error.to_string().contains("may have 3"), "{error}");
        let error = bases::part(&world.context, &knowledge, "shop", At::Version(99), &few).await.unwrap_err();
        assert!(matches!(error, KnowledgeError::NoVersion { asked: 99, newest: 24, .. }), "{error}");
    }

    async fn what_is_related_to_a_node_is_within_two_hops_of_it(database: Database) {
        let world = world(database).await;
        grown(&world).await;
        let knowledge = world.restarted().await;
        for node in ["s0", "s3", "s9", "s11", "s17", "a"] {
            for through_classes in [false, true] {
                let related = |selection: Selection| {
                    let (context, knowledge) = (&world.context, &knowledge);
                    async move {
                        let to = (node, At::Newest, &selection);
                        bases::related(context, knowledge, "shop", to, (100, through_classes)).await.unwrap()
                    }
                };
                let by_part = related(around(node, 2)).await;
                assert_eq!(related(Selection::default()).await, by_part, "{node}");
                assert_eq!(by_part.is_empty(), node == "a" && !through_classes, "{node}");
            }
        }
    }

    async fn who_may_not_read_a_base_may_not_read_a_part(database: Database) {
        let world = world(database).await;
        grown(&world).await;
        let nobody = principal::nobody(&world.clock);
        let found = bases::part(&nobody, &world.knowledge, "shop", At::Newest, &around("s4", 1)).await;
        assert!(matches!(found, Err(KnowledgeError::Denied(_))));
    }
}
