//! Finding by words: indexes are kept, brought up to date, made anew, and never answer for another version.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use oriel_knowledge::bases::{self, At, Hits, Note, Search};
use oriel_knowledge::change::Operation;
use oriel_knowledge::{Change, Knowledge, KnowledgeError, Result, Settings};
use oriel_testkit::on_each_database;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::fixture::World;

async fn search(world: &World, knowledge: &Knowledge, at: At, words: &str) -> Result<Hits> {
    let search = Search { at, words: words.to_owned(), limit: 50, near: None, through_classes: false };
    bases::search(&world.context, knowledge, "shop", &search).await
}

/// The names of what is found, best first.
async fn names(world: &World, words: &str) -> Vec<String> {
    let found = search(world, &world.knowledge, At::Newest, words).await.unwrap();
    found.hits.iter().map(|hit| hit.atom.split('"').nth(1).unwrap().to_owned()).collect()
}

fn concepts(names: &[&str]) -> String {
    names.iter().map(|name| format!("(Concept \"{name}\")\n")).collect::<Vec<String>>().concat()
}

async fn shop(database: oriel_storage::Database, names: &[&str]) -> World {
    let world = World::new(database).await;
    world.create("shop").await;
    world.add("shop", &concepts(names)).await;
    world
}

/// The files of the only index.
fn files(world: &World) -> Vec<PathBuf> {
    let found = std::fs::read_dir(index(world)).unwrap().flatten().map(|entry| entry.path());
    found.filter(|path| path.is_file()).collect()
}

fn indexes(world: &World) -> Vec<PathBuf> {
    let found = std::fs::read_dir(world.directory.path().join("search"));
    found.into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

fn index(world: &World) -> PathBuf {
    let all = indexes(world);
    assert_eq!(all.len(), 1, "{all:?}");
    all[0].clone()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

on_each_database! {
    async fn what_is_asked_is_found(database: Database) {
        let world = shop(database, &[
            "checkout-service", "checkoutService", "Mail Service", "kube-system/coredns-7db6d8ff4d-x2x9p", "Größe", "支払い失敗",
            "load test of checkout", "test load", "Платёж",
        ]).await;
        for (words, expected) in [
            ("check*", &["checkout-service", "checkoutService", "load test of checkout"][..]),
            ("chec", &["checkout-service", "checkoutService", "load test of checkout"]),
            ("\"chec\"", &[]),
            ("\"load test\"", &["load test of checkout"]),
            ("load -checkout", &["test load"]),
            ("load -\"load test\"", &["test load"]),
            ("checkoutservice", &["checkoutService"]),
            ("service -checkout", &["Mail Service"]),
            ("COREDNS", &["kube-system/coredns-7db6d8ff4d-x2x9p"]),
            ("\"kube-system/coredns\"", &["kube-system/coredns-7db6d8ff4d-x2x9p"]),
            ("7db6", &["kube-system/coredns-7db6d8ff4d-x2x9p"]),
            ("grosse", &["Größe"]),
            ("失敗", &["支払い失敗"]),
            ("敗失", &[]),
            ("платеж", &["Платёж"]),
            ("nothing", &[]),
        ] {
            assert_eq!(names(&world, words).await, expected, "{words}");
        }
        let error = search(&world, &world.knowledge, At::Newest, "cart \"load").await.unwrap_err();
        assert_eq!(error.to_string(), "words: column 6: the quote that begins here has no end");
        let error = search(&world, &world.knowledge, At::Newest, &"a ".repeat(10_000)).await.unwrap_err();
        assert!(matches!(error, KnowledgeError::Invalid { field: "words", .. }), "{error}");
    }

    async fn what_fits_equally_well_comes_in_the_order_of_names(database: Database) {
        let world = shop(database, &["web c", "web a", "web", "web b"]).await;
        world.add("shop", "(Predicate \"web b\") (Concept \"web d\")").await;
        let found = search(&world, &world.knowledge, At::Newest, "web").await.unwrap();
        let atoms: Vec<&str> = found.hits.iter().map(|hit| hit.atom.as_str()).collect();
        assert_eq!(atoms, [
            "(Concept \"web\")", "(Concept \"web a\")", "(Concept \"web b\")", "(Predicate \"web b\")", "(Concept \"web c\")",
            "(Concept \"web d\")",
        ]);
        let two = Search { at: At::Newest, words: "web".to_owned(), limit: 2, near: None, through_classes: false };
        let two = bases::search(&world.context, &world.knowledge, "shop", &two).await.unwrap();
        assert_eq!((two.found, &two.hits[..]), (6, &found.hits[..2]));
    }

    async fn every_version_is_searched_as_it_was(database: Database) {
        let world = shop(database, &["cart"]).await;
        world.add("shop", "(Concept \"cart\" (alist (cons (Predicate \"about\") \"holds goods\")))").await;
        world.apply("shop", Change::remove("(Predicate \"about\")", true)).await.unwrap();
        world.apply("shop", Change::remove("(Concept \"cart\")", false)).await.unwrap();
        let knowledge = &world.knowledge;
        for _ in 0..2 {
            for (version, words, found) in [
                (0, "cart", 0), (1, "cart", 1), (1, "goods", 0), (2, "goods", 1), (2, "about", 1), (3, "goods", 0), (3, "cart", 1),
                (4, "cart", 0), (3, "about", 0),
            ] {
                let hits = search(&world, knowledge, At::Version(version), words).await.unwrap();
                assert_eq!((hits.version, hits.found, hits.hits.len()), (version, found, found), "{words} at {version}");
            }
            let newest = search(&world, knowledge, At::Newest, "cart goods").await.unwrap();
            assert_eq!((newest.version, newest.found), (4, 0));
        }
        let error = search(&world, knowledge, At::Version(5), "cart").await.unwrap_err();
        assert!(matches!(error, KnowledgeError::NoVersion { .. }), "{error}");
    }

    async fn an_index_is_there_after_a_restart_and_for_another_process(database: Database) {
        let world = shop(database, &["cart", "mail"]).await;
        assert_eq!(names(&world, "cart").await, ["cart"]);
        world.settled().await;
        let before = files(&world);
        let again = world.restarted().await;
        assert_eq!(search(&world, &again, At::Newest, "cart").await.unwrap().found, 1);
        assert_eq!(files(&world), before, "it was read, and not made again");
        // Another server keeps its own; each sees what the other wrote.
        let other = world.elsewhere(Some(world.directory.path().join("other"))).await;
        assert_eq!(search(&world, &other, At::Newest, "cart").await.unwrap().found, 1);
        world.add("shop", &concepts(&["cart service"])).await;
        for knowledge in [&other, &again, &world.knowledge] {
            let hits = search(&world, knowledge, At::Newest, "cart").await.unwrap();
            assert_eq!((hits.version, hits.found), (2, 2));
        }
    }

    async fn indexes_go_with_their_bases(database: Database) {
        let world = shop(database, &["cart"]).await;
        assert_eq!(names(&world, "cart").await, ["cart"]);
        let kept = index(&world);
        bases::delete(&world.context, &world.knowledge, "shop", None).await.unwrap();
        assert!(!kept.exists());
        bases::undelete(&world.context, &world.knowledge, "shop", None).await.unwrap();
        assert_eq!(names(&world, "cart").await, ["cart"]);
        // Another process deletes it; this one's index goes when it is started again.
        let other = world.elsewhere(None).await;
        bases::delete(&world.context, &other, "shop", None).await.unwrap();
        bases::purge(&world.context, &other, "shop", None).await.unwrap();
        assert!(kept.exists());
        let again = world.restarted().await;
        bases::create(&world.context, &again, "shop", "another of that name").await.unwrap();
        let hits = search(&world, &again, At::Newest, "cart").await.unwrap();
        assert_eq!((hits.version, hits.found), (0, 0));
        assert!(!kept.exists() && indexes(&world).len() == 1);
    }

    async fn an_index_of_another_log_is_not_believed(database: Database) {
        let world = shop(database, &["cart"]).await;
        let (aside, other) = (world.directory.path().join("aside"), world.directory.path().join("other"));
        assert_eq!(names(&world, "cart").await, ["cart"]);
        world.settled().await;
        copy(&index(&world), &aside);
        // An earlier state of the same log: it goes on from there.
        world.add("shop", &concepts(&["cart two"])).await;
        assert_eq!(names(&world, "cart").await, ["cart", "cart two"]);
        world.settled().await;
        std::fs::remove_dir_all(index(&world)).unwrap();
        copy(&aside, &world.directory.path().join("search").join(base(&world).await));
        let again = world.restarted().await;
        assert_eq!(search(&world, &again, At::Newest, "cart").await.unwrap().found, 2);
        // The index of another base, of as many changes.
        world.create("copy").await;
        world.add("copy", &concepts(&["mail"])).await;
        world.add("copy", &concepts(&["mail two"])).await;
        let words = Search { at: At::Newest, words: "mail".to_owned(), limit: 5, near: None, through_classes: false };
        let elsewhere = world.elsewhere(Some(other.clone())).await;
        assert_eq!(bases::search(&world.context, &elsewhere, "copy", &words).await.unwrap().found, 2);
        world.settled().await;
        let foreign = std::fs::read_dir(&other).unwrap().next().unwrap().unwrap().path();
        let own = index(&world);
        std::fs::remove_dir_all(&own).unwrap();
        copy(&foreign, &own);
        let again = world.restarted().await;
        assert_eq!(search(&world, &again, At::Newest, "mail").await.unwrap().found, 0);
        assert_eq!(search(&world, &again, At::Newest, "cart").await.unwrap().found, 2);
    }

    async fn searches_go_on_while_a_base_changes(database: Database) {
        let world = Arc::new(World::new(database).await);
        world.create("shop").await;
        let searchers: Vec<_> = (0..4).map(|_| {
            let world = Arc::clone(&world);
            tokio::spawn(async move {
                let mut last = 0;
                while last < 25 {
                    let hits = search(&world, &world.knowledge, At::Newest, "cart").await.unwrap();
                    assert_eq!(hits.found as u64, hits.version, "as many nodes as changes");
                    assert!(hits.version >= last, "it never goes back");
                    last = hits.version;
                    if last > 2 {
                        let before = search(&world, &world.knowledge, At::Version(last - 2), "cart").await.unwrap();
                        assert_eq!((before.version, before.found as u64), (last - 2, last - 2));
                    }
                }
            })
        }).collect();
        for number in 0..25 {
            let change = Change::add(format!("(Concept \"cart {number}\")"));
            bases::apply(&world.context, &world.knowledge, "shop", change, Note::default()).await.unwrap();
        }
        for searcher in searchers {
            searcher.await.unwrap();
        }
    }

    async fn where_no_index_can_be_kept_one_in_memory_answers(database: Database) {
        let world = shop(database, &["cart"]).await;
        let file = world.directory.path().join("a-file");
        std::fs::write(&file, "no directory").unwrap();
        let knowledge = world.elsewhere(Some(file)).await;
        for version in 1..4 {
            let hits = search(&world, &knowledge, At::Newest, "cart").await.unwrap();
            assert_eq!((hits.version, hits.found as u64), (version, version));
            world.add("shop", &concepts(&[&format!("cart {version}")])).await;
        }
    }
}

async fn base(world: &World) -> String {
    bases::get(&world.context, &world.knowledge, "shop").await.unwrap().id.to_string()
}

async fn sqlite() -> oriel_testkit::database::TestDatabase {
    oriel_testkit::database::sqlite().await.unwrap()
}

/// What each damage does to the bytes of a file.
const DAMAGES: [fn(&mut Vec<u8>); 5] = [
    |bytes| bytes.truncate(bytes.len() / 2),
    Vec::clear,
    |bytes| flip(bytes, 0, 1),
    |bytes| flip(bytes, 1, 2),
    |bytes| flip(bytes, 1, 1),
];

/// Changes a byte, so far in.
fn flip(bytes: &mut [u8], share: usize, of: usize) {
    let at = (bytes.len() * share / of).min(bytes.len().saturating_sub(1));
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= 0x21;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_index_is_noticed_and_made_anew() {
    let fresh = sqlite().await;
    let world = shop(fresh.database.clone(), &["cart service", "mail service", "cart of goods"]).await;
    assert_eq!(names(&world, "cart").await.len(), 2);
    // A deletion makes a file of another kind.
    world.apply("shop", Change::remove("(Concept \"cart of goods\")", false)).await.unwrap();
    let right = search(&world, &world.knowledge, At::Newest, "cart service").await.unwrap();
    world.settled().await;
    let kept = index(&world);
    let sound = world.directory.path().join("sound");
    copy(&kept, &sound);
    let names: Vec<_> = files(&world).iter().map(|file| file.file_name().unwrap().to_owned()).collect();
    assert!(names.len() > 8, "{names:?}");
    for name in &names {
        for damage in DAMAGES.iter().map(Some).chain([None]) {
            std::fs::remove_dir_all(&kept).unwrap();
            copy(&sound, &kept);
            let file = kept.join(name);
            match damage {
                Some(damage) => {
                    let mut bytes = std::fs::read(&file).unwrap();
                    damage(&mut bytes);
                    std::fs::write(&file, bytes).unwrap();
                }
                None => std::fs::remove_file(&file).unwrap(),
            }
            let again = world.restarted().await;
            let found = search(&world, &again, At::Newest, "cart service").await;
            assert_eq!(found.unwrap_or_else(|error| panic!("{name:?}: {error}")), right, "{name:?}");
            world.settled().await;
        }
    }
    // What it says of itself is replaced whole; a crash before that leaves what was there, and files that nobody names.
    std::fs::remove_dir_all(&kept).unwrap();
    copy(&sound, &kept);
    std::fs::write(kept.join("0123456789abcdef0123456789abcdef.idx"), "begun").unwrap();
    let again = world.restarted().await;
    assert_eq!(search(&world, &again, At::Newest, "cart service").await.unwrap(), right);
    fresh.database.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_names_and_searches_are_bounded() {
    let fresh = sqlite().await;
    let world = shop(fresh.database.clone(), &["cart"]).await;
    let word = "x".repeat(900_000);
    let words = (0..150_000).map(|number| format!("w{number} ")).collect::<Vec<String>>().concat();
    world.add("shop", &concepts(&[&word, &words[..900_000], &format!("{word} y")])).await;
    let found = search(&world, &world.knowledge, At::Newest, &"x".repeat(300)).await.unwrap();
    assert_eq!(found.found, 2, "a long word counts by its beginning");
    let found = search(&world, &world.knowledge, At::Newest, "\"w100\"").await.unwrap();
    assert_eq!((found.found, found.hits[0].atom.len() > 800_000), (1, true));
    assert_eq!(
        search(&world, &world.knowledge, At::Newest, "\"w120000\"").await.unwrap().found,
        0,
        "beyond 100,000 words"
    );
    let error = search(&world, &world.knowledge, At::Newest, "w*").await.unwrap_err();
    assert_eq!(error.to_string(), "words: column 2: too many words begin with `w`: write more of it");
    assert_eq!(search(&world, &world.knowledge, At::Newest, "w").await.unwrap().found, 0, "the last word by itself");
    assert_eq!(search(&world, &world.knowledge, At::Newest, "w1000").await.unwrap().found, 1);
    for hostile in
        ["*", "*a", "-", "\"", "-\"", "\u{0}", "\u{301}\u{301}", "--", "a* *", &"\"".repeat(9_999), &"-a ".repeat(40)]
    {
        let found = search(&world, &world.knowledge, At::Newest, hostile).await;
        assert!(matches!(found, Err(KnowledgeError::Invalid { field: "words", .. })), "{hostile}: {found:?}");
    }
    fresh.database.close().await.unwrap();
}

#[derive(Debug, Clone)]
enum Step {
    Node(usize),
    Text(usize, usize, usize),
    Number(usize, usize),
    Unset(usize, usize),
    Join(usize, usize),
    Remove(usize),
    RemoveKey(usize),
    Search,
}

const NAMES: [&str; 8] =
    ["cart", "cart service", "cartService", "mail-service", "load test", "支払い", "Größe", "cart cart mail"];
const KEYS: [&str; 4] = [
    "(Predicate \"about\")",
    "(List (Predicate \"about\") (Concept \"mail-service\"))",
    "(List (List (Predicate \"note\")) (Predicate \"about\"))",
    "(List)",
];
const REMOVED: [&str; 5] = [
    "(Predicate \"about\")",
    "(Predicate \"note\")",
    "(List (Predicate \"note\"))",
    "(List)",
    "(Concept \"mail-service\")",
];
const SEARCHES: [&str; 6] =
    ["cart", "service mail about", "\"cart service\"", "load -cart", "支払 grosse c", "cart* test ma"];

impl Step {
    fn operation(&self) -> Option<Operation> {
        let node = |at: usize| format!("(Concept \"{}\")", NAMES[at]);
        let valued = |at: usize, key: usize, value: String| {
            Operation::Add(format!("(Concept \"{}\" (alist (cons {} {value})))", NAMES[at], KEYS[key]))
        };
        Some(match *self {
            Self::Node(at) => Operation::Add(node(at)),
            Self::Text(at, key, text) => valued(at, key, format!("\"{}\"", NAMES[text])),
            Self::Number(at, key) => valued(at, key, "7".to_owned()),
            Self::Unset(at, key) => Operation::UnsetValue { atom: node(at), key: KEYS[key].to_owned() },
            Self::Join(one, two) => Operation::Add(format!("(Member {} {})", node(one), node(two))),
            Self::Remove(at) => Operation::Remove { atom: node(at), recursive: true },
            Self::RemoveKey(key) => Operation::Remove { atom: REMOVED[key].to_owned(), recursive: true },
            Self::Search => return None,
        })
    }
}

fn step() -> impl Strategy<Value = Step> {
    let (name, key) = (0..NAMES.len(), 0..KEYS.len());
    prop_oneof![
        3 => name.clone().prop_map(Step::Node),
        5 => (name.clone(), key.clone(), name.clone()).prop_map(|(at, key, text)| Step::Text(at, key, text)),
        1 => (name.clone(), key.clone()).prop_map(|(at, key)| Step::Number(at, key)),
        1 => (name.clone(), key).prop_map(|(at, key)| Step::Unset(at, key)),
        2 => (name.clone(), name.clone()).prop_map(|(one, two)| Step::Join(one, two)),
        1 => name.prop_map(Step::Remove),
        2 => (0..REMOVED.len()).prop_map(Step::RemoveKey),
        4 => Just(Step::Search),
    ]
}

/// An index that was brought up to date, over changes and restarts, finds what one that is made anew finds: the same nodes with
/// the same scores, to the last bit.
#[test]
fn an_index_that_follows_is_as_one_made_anew() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (fresh, world) = runtime.block_on(async {
        let fresh = sqlite().await;
        let world = World::with(fresh.database.clone(), Settings::default()).await;
        (fresh, world)
    });
    let number = std::cell::Cell::new(0);
    let mut runner = TestRunner::new(Config { cases: 24, failure_persistence: None, ..Config::default() });
    let run = runner.run(&proptest::collection::vec(step(), 1..20), |steps| {
        number.set(number.get() + 1);
        runtime.block_on(follow(&world, &format!("case-{}", number.get()), &steps));
        Ok(())
    });
    run.unwrap();
    runtime.block_on(async { fresh.database.close().await.unwrap() });
}

async fn follow(world: &World, name: &str, steps: &[Step]) {
    world.create(name).await;
    // Many, so that what follows is less than half of them.
    let names: Vec<String> = (0..60).map(|number| format!("other {number} load")).collect();
    world.add(name, &concepts(&names.iter().map(String::as_str).collect::<Vec<_>>())).await;
    let mut following = world.restarted().await;
    for (at, step) in steps.iter().chain([&Step::Search]).enumerate() {
        if let Some(operation) = step.operation() {
            // What cannot be carried out changes nothing.
            let _ = world.apply(name, Change { operations: vec![operation] }).await;
            continue;
        }
        let anew = world.elsewhere(None).await;
        for words in SEARCHES {
            let search =
                Search { at: At::Newest, words: words.to_owned(), limit: 100, near: None, through_classes: false };
            let [one, two] =
                [&following, &anew].map(|knowledge| bases::search(&world.context, knowledge, name, &search));
            assert_eq!(one.await.unwrap(), two.await.unwrap(), "{words}");
        }
        if at % 3 == 0 {
            following = world.restarted().await;
        }
    }
}
