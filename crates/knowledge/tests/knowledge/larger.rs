//! What is done with a base that is larger than memory, without loading it: the same as with one that is loaded.

use std::fmt::Write as _;
use std::io::{self, Write};

use oriel_knowledge::bases::{self, At, Note, Selection};
use oriel_knowledge::formats::Format;
use oriel_knowledge::{Change, Knowledge, KnowledgeError, Settings};
use oriel_storage::Repositories as _;
use oriel_testkit::on_each_database;

use crate::fixture::{World, call};
use crate::parts::{around, grown};

/// A base with a snapshot at version 20 and changes after it, in a world where it is loaded; and the same where it is not.
async fn worlds(database: oriel_storage::Database) -> (World, Knowledge) {
    let mut world = World::with(database, Settings { snapshot_changes: 20, ..Settings::default() }).await;
    grown(&world).await;
    world.settings.base_bytes = 1_000;
    let small = world.restarted().await;
    (world, small)
}

/// Makes changes of a base that is not loaded, each with the snapshots that come of it.
async fn more(world: &World, small: &Knowledge, numbers: std::ops::Range<usize>) {
    for number in numbers {
        let change = Change::add(call(number, number - 99));
        bases::apply(&world.context, small, "shop", change, Note::default()).await.unwrap();
        small.snapshots_made().await;
        world.settled().await;
    }
}

async fn snapshots(world: &World) -> Vec<u64> {
    let knowledge = world.database.knowledge();
    let base = knowledge.find_by_name("shop").await.unwrap().unwrap();
    let mut all: Vec<u64> =
        knowledge.snapshots(base.id, u64::MAX).await.unwrap().iter().map(|one| one.version).collect();
    all.sort_unstable();
    all
}

/// Puts other bytes into a file.
fn replaced(path: &std::path::Path, bytes: &[u8]) {
    std::fs::remove_file(path).unwrap();
    std::fs::write(path, bytes).unwrap();
}

async fn exported(world: &World, knowledge: &Knowledge, at: At, format: Format) -> Result<String, KnowledgeError> {
    let what = (at, &Selection::default());
    let mut export = bases::export(&world.context, knowledge, "shop", what, format).await?;
    let mut out = Vec::new();
    let done = export.write(&mut out)?;
    assert_eq!(done, export.counted()?);
    Ok(String::from_utf8(out).unwrap())
}

on_each_database! {
    async fn all_of_it_is_exported(database: Database) {
        let (world, small) = worlds(database).await;
        for at in [At::Newest, At::Version(20), At::Version(22)] {
            for format in [Format::Atomese, Format::Json] {
                let expected = exported(&world, &world.knowledge, at, format).await.unwrap();
                assert_eq!(exported(&world, &small, at, format).await.unwrap(), expected);
            }
        }
        assert_eq!(exported(&world, &small, At::Newest, Format::Atomese).await.unwrap(), world.dump("shop", At::Newest).await);
        assert!(small.held().is_empty());
        for format in [Format::Csv, Format::Turtle, Format::GraphMl] {
            let error = exported(&world, &small, At::Newest, format).await.unwrap_err();
            let says = error.to_string();
            assert!(matches!(error, KnowledgeError::Unwritable { .. }), "{says}");
            assert!(says.contains("write it as atomese or json") && says.contains("knowledge.memory_bytes"), "{says}");
        }
        let mut part = bases::export(&world.context, &small, "shop", (At::Newest, &around("s4", 1)), Format::Csv).await.unwrap();
        assert!(part.counted().unwrap().atoms > 0);
        let denied = oriel_testkit::principal::nobody(&world.clock);
        let what = (At::Newest, &Selection::default());
        let error = bases::export(&denied, &small, "shop", what, Format::Atomese).await.unwrap_err();
        assert!(matches!(error, KnowledgeError::Denied(_)), "{error}");
    }

    async fn an_export_hands_on_what_it_makes(database: Database) {
        let world = World::new(database).await;
        world.create("shop").await;
        let all = (0..20_000).map(|number| format!("(Concept \"a node with number {number}\")"));
        let all = all.collect::<Vec<_>>().concat();
        world.add("shop", &all).await;
        for format in [Format::Atomese, Format::Json, Format::Csv, Format::Turtle, Format::GraphMl] {
            let what = (At::Newest, &Selection::default());
            let mut export = bases::export(&world.context, &world.knowledge, "shop", what, format).await.unwrap();
            let mut pieces = Pieces::default();
            export.write(&mut pieces).unwrap();
            assert!(pieces.longest <= 64 << 10, "{format:?}: a piece has {} bytes", pieces.longest);
            // One that cannot be written ends there, and says so.
            let mut full = Pieces { room: Some(100), ..Pieces::default() };
            assert!(export.write(&mut full).is_err() || pieces.all < 100, "{format:?}");
        }
    }

    async fn it_is_searched_by_an_index_that_is_kept(database: Database) {
        let mut world = World::with(database, Settings { snapshot_changes: 20, ..Settings::default() }).await;
        grown(&world).await;
        // One with more links than are looked at first, most of which are no edges; and names that an index keeps in part.
        let long = "very ".repeat(300);
        let mut text = format!("(Member (Concept \"{long}long\") (Concept \"s1\")) (Concept \"{long}longer\")");
        for number in 0..60 {
            let _ = write!(text, "(List (Concept \"hub cart\") (Number {number}) (Concept \"x\"))");
        }
        for number in 0..9 {
            text += &call(number, 50).replace("\"s50\"", "\"hub cart\"");
        }
        text += "(Concept \"s4\" (alist (cons (List (Concept \"about\")) (StringValue \"takes the money\"))))";
        world.add("shop", &text).await;
        world.settings.base_bytes = 1_000;
        // Each has an index of its own.
        world.settings.indexes = Some(world.directory.path().join("unloaded"));
        let small = world.restarted().await;
        let look = |words: &str, near: Option<(&str, usize)>, through_classes: bool| bases::Search {
            at: At::Newest, words: words.to_owned(), limit: 7, near: near.map(|(near, hops)| (near.to_owned(), hops)), through_classes,
        };
        let asked = [
            look("s", None, false), look("cart money", None, false), look("very -longer", None, false), look("\"takes the\"", None, false),
            look("s", Some(("s4", 2)), false), look("s a", Some(("s9", 3)), true), look("nothing", None, false), look("calls", None, false),
        ];
        let same = async |small: &Knowledge| {
            for search in &asked {
                let expected = bases::search(&world.context, &world.knowledge, "shop", search).await.unwrap();
                let found = bases::search(&world.context, small, "shop", search).await.unwrap();
                assert_eq!(found, expected, "{search:?}");
            }
            assert!(small.held().is_empty());
        };
        same(&small).await;
        world.settled().await;
        // What was kept is there after a restart, and brought up to date by what the changes name.
        let small = world.restarted().await;
        same(&small).await;
        world.add("shop", "(Member (Concept \"s77\") (Concept \"s4\")) (Concept \"s5\" (alist (cons (Predicate \"k\") \"more money\")))").await;
        same(&small).await;
        world.apply("shop", Change::remove("(Concept \"s77\")", true)).await.unwrap();
        same(&small).await;
        // What goes with something that is removed, and is named nowhere.
        world.apply("shop", Change::remove("(Concept \"about\")", true)).await.unwrap();
        world.add("shop", "(Concept \"s6 cart\")").await;
        same(&small).await;
        let before = bases::Search { at: At::Version(22), ..look("s", None, false) };
        let error = bases::search(&world.context, &small, "shop", &before).await.unwrap_err();
        assert!(matches!(error, KnowledgeError::Larger { .. }), "{error}");
        let nobody = look("s", Some(("nobody", 1)), false);
        let error = bases::search(&world.context, &small, "shop", &nobody).await.unwrap_err();
        assert!(matches!(error, KnowledgeError::Invalid { .. }), "{error}");
    }

    async fn snapshots_of_it_are_made(database: Database) {
        let mut world = World::with(database, Settings { snapshot_changes: 20, ..Settings::default() }).await;
        grown(&world).await;
        world.settings.base_bytes = 1_000;
        let small = world.restarted().await;
        for number in 100..120 {
            let change = Change::add(call(number, number - 99));
            bases::apply(&world.context, &small, "shop", change, Note::default()).await.unwrap();
            small.snapshots_made().await;
            world.settled().await;
        }
        assert!(small.held().is_empty());
        // Twenty changes after the one at version 20, when there were 24 changes already.
        let found = bases::validate(&world.context, &world.knowledge, "shop", false, &mut |_, _| {}).await.unwrap();
        let sound: Vec<_> = found.snapshots.iter().map(|one| (one.version, one.wrong.clone())).collect();
        assert_eq!(sound, [(20, None), (40, None)]);
        let expected = world.dump("shop", At::Newest).await;
        assert_eq!(exported(&world, &world.restarted().await, At::Newest, Format::Atomese).await.unwrap(), expected);
        world.settings.base_bytes = 1 << 30;
        let loaded = bases::read(&world.context, &world.restarted().await, "shop", At::Newest).await.unwrap();
        assert_eq!(loaded.space.dump(), expected);
    }

    async fn a_snapshot_that_is_being_made_does_not_hold_up_the_end(database: Database) {
        let (world, small) = worlds(database).await;
        more(&world, &small, 100..115).await;
        let last = |number| bases::apply(&world.context, &small, "shop", Change::add(call(number, 1)), Note::default());
        // The end comes as it begins.
        world.tasks.close();
        assert_eq!(last(115).await.unwrap().version, 40);
        world.settled().await;
        assert_eq!(snapshots(&world).await, [20]);
        last(116).await.unwrap();
        small.snapshots_made().await;
        world.settled().await;
        assert_eq!(snapshots(&world).await, [20, 41]);
    }

    async fn a_snapshot_that_fails_is_not_begun_by_each_change(database: Database) {
        let (world, small) = worlds(database).await;
        more(&world, &small, 100..115).await;
        // There is no room for what comes.
        let (incoming, aside) = (world.directory.path().join("blobs/incoming"), world.directory.path().join("aside"));
        std::fs::rename(&incoming, &aside).unwrap();
        std::fs::write(&incoming, "no directory").unwrap();
        more(&world, &small, 115..116).await;
        assert_eq!(snapshots(&world).await, [20]);
        std::fs::remove_file(&incoming).unwrap();
        std::fs::rename(&aside, &incoming).unwrap();
        more(&world, &small, 116..135).await;
        assert_eq!(snapshots(&world).await, [20]);
        more(&world, &small, 135..136).await;
        assert_eq!(snapshots(&world).await, [20, 60]);
    }

    async fn a_snapshot_that_is_damaged_anywhere_is_passed_over(database: Database) {
        let (world, small) = worlds(database).await;
        let before = world.blobs();
        more(&world, &small, 100..116).await;
        assert_eq!(snapshots(&world).await, [20, 40]);
        let newest = world.blobs().into_iter().find(|blob| !before.contains(blob)).unwrap();
        let sound = std::fs::read(&newest).unwrap();
        let search = bases::Search { at: At::Newest, words: "s".to_owned(), limit: 7, near: None, through_classes: false };
        let expected = [Format::Atomese, Format::Json].map(|format| (format, exported(&world, &world.knowledge, At::Newest, format)));
        let found = bases::search(&world.context, &world.knowledge, "shop", &search).await.unwrap();
        for (format, expected) in expected {
            let expected = expected.await.unwrap();
            for at in (0..sound.len()).step_by(sound.len() / 16) {
                let mut damaged = sound.clone();
                damaged[at] ^= 0x55;
                replaced(&newest, &damaged);
                assert_eq!(exported(&world, &small, At::Newest, format).await.unwrap(), expected, "byte {at} of {}", sound.len());
                if at % 2 == 0 {
                    let small = world.elsewhere(None).await;
                    assert_eq!(bases::search(&world.context, &small, "shop", &search).await.unwrap(), found, "byte {at}");
                    world.settled().await;
                }
            }
        }
        // The next one is made of the one before.
        more(&world, &small, 116..117).await;
        assert_eq!(snapshots(&world).await, [20, 40, 41]);
        let found = bases::validate(&world.context, &world.knowledge, "shop", false, &mut |_, _| {}).await.unwrap();
        let sound: Vec<_> = found.snapshots.iter().map(|one| (one.version, one.wrong.is_none())).collect();
        assert_eq!(sound, [(20, true), (40, false), (41, true)]);
    }

    async fn its_versions_are_compared(database: Database) {
        let (world, small) = worlds(database).await;
        let diff = async |knowledge: &Knowledge, from: u64, to: u64| {
            let (from, to) = (At::Version(from), At::Version(to));
            bases::diff(&world.context, knowledge, "shop", from, to, 1_000).await
        };
        for (from, to) in [(20, 24), (24, 20), (21, 22), (22, 24), (23, 23), (0, 24), (7, 23), (24, 3)] {
            let expected = diff(&world.knowledge, from, to).await.unwrap();
            assert_eq!(diff(&small, from, to).await.unwrap(), expected, "{from} to {to}");
        }
        assert!(small.held().iter().all(|held| held.version < 20), "{:?}", small.held());

        // What is too long in the log is not held.
        let mut state = 7_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            format!("{state:016x}")
        };
        let many = (0..200_000).map(|_| format!("(Concept \"{}\")", next())).collect::<Vec<_>>().concat();
        world.add("shop", &many).await;
        let error = diff(&small, 20, 25).await.unwrap_err();
        assert!(matches!(error, KnowledgeError::FarApart { from: 20, to: 25, .. }), "{error}");
        assert!(error.to_string().contains("raise knowledge.memory_bytes"), "{error}");
        assert_eq!(diff(&small, 20, 24).await.unwrap(), diff(&world.knowledge, 20, 24).await.unwrap());
    }

    async fn a_short_change_that_touches_much_is_not_compared(database: Database) {
        let (world, small) = worlds(database).await;
        let hub = (0..12_000).map(|number| format!("(Member (Concept \"m{number}\") (Concept \"hub\"))")).collect::<Vec<_>>().concat();
        let before = world.add("shop", &hub).await.version;
        let after = world.apply("shop", Change::remove("(Concept \"hub\")", true)).await.unwrap().version;
        let diff = async |from: u64, to: u64| {
            bases::diff(&world.context, &small, "shop", At::Version(from), At::Version(to), 10).await
        };
        for (from, to) in [(before, after), (after, before)] {
            let error = diff(from, to).await.unwrap_err();
            let says = error.to_string();
            assert!(matches!(error, KnowledgeError::TouchesMuch { atoms, .. } if atoms > 12_000), "{says}");
            assert!(says.contains("compare nearer versions, or raise knowledge.memory_bytes"), "{says}");
        }
        let last = world.add("shop", "(Concept \"one more\")").await.version;
        assert_eq!(diff(after, last).await.unwrap().counts, [1, 0, 0]);
    }
}

/// What is written, counted and let go of; up to so many bytes, where that is said.
#[derive(Default)]
struct Pieces {
    longest: usize,
    all: usize,
    room: Option<usize>,
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.room.is_some_and(|room| self.all + bytes.len() > room) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.longest = self.longest.max(bytes.len());
        self.all += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
