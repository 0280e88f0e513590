//! Merging bases.

use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use oriel_atomspace::space::{AtomType, Space, Value};
use oriel_knowledge::bases::{self, At, Edit, MergedBases, Note, Preference, SOURCE_KEY};
use oriel_knowledge::ingest::{self, Ingest, Text};
use oriel_knowledge::{Change, KnowledgeError, Result};
use oriel_testkit::on_each_database;

use crate::fixture::World;

/// Polls some work until it has paused so often; what came of it, where it was done before.
async fn paused<T>(work: &mut (impl Future<Output = T> + Unpin), times: usize) -> Option<T> {
    let mut left = times;
    std::future::poll_fn(|cx| match Pin::new(&mut *work).poll(cx) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending if left == 0 => Poll::Ready(None),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}

/// Gives each of two bases the other's name.
async fn swapped(world: &World, one: &str, other: &str) {
    for (from, to) in [(one, "between"), (other, one), ("between", other)] {
        let edit = Edit { name: Some(to.to_owned()), ..Edit::default() };
        bases::edit(&world.context, &world.knowledge, from, edit).await.unwrap();
    }
}

async fn merge(world: &World, source: &str, target: &str, prefer: Preference) -> Result<MergedBases> {
    bases::merge(&world.context, &world.knowledge, (source, At::Newest), target, prefer, Note::of("merged")).await
}

/// Ingests what a Compose file says of the source `cluster`, as it was at an hour of the day.
async fn observe(world: &World, base: &str, compose: &str, hour: u32) {
    let files = vec![Text { file: "compose.yaml".to_owned(), bytes: compose.as_bytes().to_vec() }];
    let observed = Some(format!("2026-11-20T{hour:02}:00:00Z").parse().unwrap());
    let how = Ingest { source: "cluster".to_owned(), observed, ..Ingest::default() };
    ingest::ingest(&world.context, &world.knowledge, base, files, how).await.unwrap();
    world.settled().await;
}

const WEB: &str = "services:\n  web: {image: 'shop/web:1', depends_on: [cart]}\n  cart: {image: 'shop/cart:1'}\n";
const MORE: &str = "# moved\nservices:\n  cart: {image: 'shop/cart:1'}\n  web: {image: 'shop/web:1', depends_on: [cart]}\n  mail: {image: 'mail:1'}\n";

/// A fact with its truth value, and who says it.
fn fact(source: &str, hour: u32, strength: f32, confidence: f32) -> String {
    format!(
        "(Evaluation (stv {strength} {confidence}) (alist (cons (Predicate \"oriel:from:{source}\") \
        (StringValue \"f\" \"2026-11-20T{hour}:00:00Z\" \"{strength}\" \"{confidence}\" \"0\"))) (Predicate \"calls\") (List (Concept \"a\") (Concept \"b\")))"
    )
}

on_each_database! {
    async fn evidence_that_is_numbered_in_each_base_stays_apart(database: Database) {
        let world = World::new(database).await;
        let fact = |name: &str, evidence: &str| {
            format!("(Predicate \"{name}\" (stv 0.9 0.5) (alist (cons (Predicate \"evidence\") {evidence})))")
        };
        // As earlier versions kept it: numbers that begin with 0 in each base. Of "both" they are the same, of "a" and "b" they are not.
        for (base, text) in [
            ("one", fact("a", "0") + &fact("both", "3") + &fact("c", "(FloatValue 0 3 5000000000)") + &fact("free", "9")),
            ("two", fact("b", "0") + &fact("both", "3") + &fact("d", "(FloatValue 0 3)")),
        ] {
            world.create(base).await;
            world.add(base, &text).await;
        }
        merge(&world, "one", "two", Preference::Refuse).await.unwrap();
        let space = bases::read(&world.context, &world.knowledge, "two", At::Newest).await.unwrap().space;
        let key = space.find_node(AtomType::PREDICATE, "evidence").unwrap();
        let rests_on = |name: &str| match space.value(space.find_node(AtomType::PREDICATE, name).unwrap(), key) {
            Some(Value::Int(number)) => vec![*number as u64],
            Some(Value::Floats(numbers)) => numbers.iter().map(|number| *number as u64).collect(),
            other => panic!("{name}: {other:?}"),
        };
        let a = rests_on("a")[0];
        assert!(a >= 1 << 32, "{a}");
        assert_eq!((rests_on("b"), rests_on("both"), rests_on("free"), rests_on("d")), (vec![0], vec![3], vec![9], vec![0, 3]));
        let c = rests_on("c");
        assert!(c.len() == 3 && c[0] == 3 && c.contains(&a) && c.contains(&5_000_000_000), "{c:?}");
        // Merged again, and from a copy of the base, nothing is new.
        assert!(merge(&world, "one", "two", Preference::Refuse).await.unwrap().applied.is_none());
        let backup = world.directory.path().join("one.backup");
        let (context, knowledge) = (&world.context, &world.knowledge);
        oriel_knowledge::backup::to_file(context, knowledge, "one", &backup, &mut |_, _| {}).await.unwrap();
        let mut file = tokio::fs::File::open(&backup).await.unwrap();
        oriel_knowledge::backup::restore(context, knowledge, &mut file, Some("copy"), &mut |_, _| {}).await.unwrap();
        let again = merge(&world, "copy", "two", Preference::Refuse).await.unwrap();
        assert!(again.conflicts.is_empty());
        let after = bases::read(&world.context, &world.knowledge, "two", At::Newest).await.unwrap().space;
        let shown = |space: &Space, name: &str| space.value(space.find_node(AtomType::PREDICATE, name).unwrap(), key).cloned();
        for name in ["a", "b", "both", "c", "d", "free"] {
            assert_eq!(shown(&after, name), shown(&space, name), "{name}");
        }
    }

    async fn evidence_that_comes_back_is_what_it_was(database: Database) {
        let world = World::new(database).await;
        let fact = |name: &str, evidence: &str| {
            format!("(Predicate \"{name}\" (stv 0.9 0.5) (alist (cons (Predicate \"evidence\") {evidence})))")
        };
        for (base, text) in [
            ("one", fact("p", "0") + &fact("r", "(FloatValue 0 1)") + &fact("e", "(FloatValue 1)")),
            ("two", fact("q", "0") + &fact("s", "(FloatValue 0 4)") + &fact("t", "1")),
        ] {
            world.create(base).await;
            world.add(base, &text).await;
        }
        let rests = async |base: &str, name: &str| {
            let space = bases::read(&world.context, &world.knowledge, base, At::Newest).await.unwrap().space;
            let key = space.find_node(AtomType::PREDICATE, "evidence").unwrap();
            space.value(space.find_node(AtomType::PREDICATE, name).unwrap(), key).cloned().unwrap()
        };
        let numbers = |value: Value| match value {
            Value::Int(number) => vec![number as u64],
            Value::Floats(numbers) => numbers.iter().map(|number| *number as u64).collect(),
            other => panic!("{other:?}"),
        };
        let mut before = Vec::new();
        for name in ["p", "r", "e"] {
            before.push((name, rests("one", name).await));
        }
        merge(&world, "one", "two", Preference::Refuse).await.unwrap();
        assert!(numbers(rests("two", "p").await)[0] >= 1 << 32);
        let back = merge(&world, "two", "one", Preference::Refuse).await.unwrap();
        assert!(back.conflicts.is_empty() && back.added > 0, "{back:?}");
        for (name, before) in before {
            assert_eq!(rests("one", name).await, before, "{name}");
        }
        // What came is apart from what was there, and one piece of evidence has one name.
        let [q, s] = [numbers(rests("one", "q").await), numbers(rests("one", "s").await)];
        assert!(q.len() == 1 && q[0] >= 1 << 32 && s.len() == 2 && s.contains(&q[0]) && s.contains(&4), "{q:?} {s:?}");
        // And so on, there and back.
        let two = [rests("two", "q").await, rests("two", "s").await, rests("two", "t").await];
        for (from, into) in [("one", "two"), ("two", "one"), ("one", "two")] {
            let again = merge(&world, from, into, Preference::Refuse).await.unwrap();
            assert!(again.conflicts.is_empty() && again.added == 0, "{again:?}");
        }
        assert_eq!([rests("two", "q").await, rests("two", "s").await, rests("two", "t").await], two);
    }

    async fn of_one_source_the_newer_observation_is_taken(database: Database) {
        let world = World::new(database).await;
        for name in ["early", "late", "both"] {
            world.create(name).await;
        }
        observe(&world, "early", WEB, 10).await;
        observe(&world, "late", MORE, 12).await;
        let done = merge(&world, "early", "late", Preference::Refuse).await.unwrap();
        assert!(done.applied.is_none() && done.conflicts.is_empty(), "what is older says nothing: {done:?}");
        observe(&world, "both", WEB, 10).await;
        let done = merge(&world, "late", "both", Preference::Refuse).await.unwrap();
        assert!(done.conflicts.is_empty() && done.changed > 0 && done.added > 0, "{done:?}");
        let dump = world.dump("both", At::Newest).await;
        assert!(dump.contains("2026-11-20T12:00:00Z") && !dump.contains("2026-11-20T10:00:00Z"), "{dump}");

        // What was merged is taken away as anything else by the next ingestion.
        observe(&world, "both", "services: {cart: {image: 'shop/cart:1'}}", 14).await;
        let dump = world.dump("both", At::Newest).await;
        for gone in ["mail", "web"] {
            assert!(!dump.contains(gone), "{gone} is in\n{dump}");
        }
    }

    async fn a_truth_value_by_sources_is_that_of_the_surest_of_both(database: Database) {
        let world = World::new(database).await;
        world.create("one").await;
        world.create("two").await;
        world.add("one", &fact("cluster", 10, 0.9, 0.7)).await;
        world.add("two", &fact("cluster", 12, 0.5, 0.6)).await;
        assert!(merge(&world, "one", "two", Preference::Refuse).await.unwrap().applied.is_none());
        assert!(world.dump("two", At::Newest).await.contains("(stv 0.5 0.6)"));
        world.create("three").await;
        world.add("three", &fact("traces", 10, 1.0, 0.8)).await;
        assert!(merge(&world, "three", "two", Preference::Refuse).await.unwrap().applied.is_some());
        let dump = world.dump("two", At::Newest).await;
        assert!(dump.contains("(Evaluation (stv 1 0.8)") && dump.contains("from:cluster") && dump.contains("from:traces"), "{dump}");
        // What was said by hand is no observation.
        world.create("four").await;
        world.add("four", "(Evaluation (stv 0.1 0.9) (Predicate \"calls\") (List (Concept \"a\") (Concept \"b\")))").await;
        assert!(matches!(merge(&world, "four", "two", Preference::Refuse).await, Err(KnowledgeError::Merge { count: 1, .. })));
    }

    async fn what_somebody_stated_is_overwritten_by_nobody(database: Database) {
        let world = World::new(database).await;
        for name in ["by-hand", "later", "same", "observed"] {
            world.create(name).await;
        }
        world.add("by-hand", &fact("stated", 10, 1.0, 0.99)).await;
        world.add("later", &fact("stated", 12, 0.0, 0.95)).await;
        world.add("same", &fact("stated", 14, 1.0, 0.99)).await;
        world.add("observed", &fact("cluster", 12, 0.5, 0.8)).await;
        let before = world.dump("by-hand", At::Newest).await;
        for (source, differing) in [("later", 2), ("observed", 1)] {
            let error = merge(&world, source, "by-hand", Preference::Refuse).await.unwrap_err();
            assert!(matches!(error, KnowledgeError::Merge { count, .. } if count == differing), "{source}: {error}");
        }
        let error = merge(&world, "by-hand", "observed", Preference::Refuse).await.unwrap_err();
        assert!(matches!(error, KnowledgeError::Merge { count: 1, .. }), "{error}");
        assert_eq!(world.dump("by-hand", At::Newest).await, before);

        let done = merge(&world, "later", "by-hand", Preference::Target).await.unwrap();
        assert_eq!((done.applied, done.conflicts.len()), (None, 2));
        // When it was stated is no conflict.
        let done = merge(&world, "same", "by-hand", Preference::Refuse).await.unwrap();
        assert!(done.conflicts.is_empty() && done.changed == 1, "{done:?}");
        let dump = world.dump("by-hand", At::Newest).await;
        assert!(dump.contains("(stv 1 0.99)") && dump.contains("T14:00:00Z"), "{dump}");
        merge(&world, "later", "by-hand", Preference::Source).await.unwrap();
        let dump = world.dump("by-hand", At::Newest).await;
        assert!(dump.contains("(stv 0 0.95)") && !dump.contains("0.99"), "{dump}");
    }

    async fn where_bases_agree_each_of_them_is_named(database: Database) {
        let world = World::new(database).await;
        for name in ["one", "two", "all"] {
            world.create(name).await;
        }
        world.add("one", "(Concept \"x\")").await;
        world.add("two", "(Concept \"x\") (Concept \"y\")").await;
        for source in ["one", "two"] {
            merge(&world, source, "all", Preference::Refuse).await.unwrap();
        }
        let dump = world.dump("all", At::Newest).await;
        assert!(dump.contains("(Concept \"x\" (alist (cons (Predicate \"oriel:source\") (StringValue \"one\" \"1\" \"two\" \"1\"))))"), "{dump}");
        assert!(dump.contains("(Concept \"y\" (alist (cons (Predicate \"oriel:source\") (StringValue \"two\" \"1\"))))"), "{dump}");
        assert!(merge(&world, "two", "all", Preference::Refuse).await.unwrap().applied.is_none(), "that is known");
    }

    async fn what_came_says_where_it_is_from(database: Database) {
        let world = World::new(database).await;
        for name in ["one", "two", "three"] {
            world.create(name).await;
        }
        world.add("one", "(declare-type Service Concept) (Concept \"x\")").await;
        world.add("one", "(List (Service \"cart\" (stv 0.5 0.5)) (Concept \"both\"))").await;
        world.add("two", "(Concept \"both\") (Concept \"own\")").await;
        let done = merge(&world, "one", "two", Preference::Refuse).await.unwrap();
        assert_eq!((done.source_version, done.added, done.applied.unwrap().version), (2, 3, 2));
        let source = format!("(alist (cons (Predicate \"{SOURCE_KEY}\") (StringValue \"one\" \"2\")))");
        let dump = world.dump("two", At::Newest).await;
        for line in [format!("(Concept \"x\" {source})"), format!("(Service \"cart\" (stv 0.5 0.5) {source})")] {
            assert!(dump.contains(&line), "{line} is not in\n{dump}");
        }
        assert!(dump.contains("(Concept \"both\")") && dump.contains("(Concept \"own\")"), "{dump}");

        let again = merge(&world, "one", "two", Preference::Refuse).await.unwrap();
        assert_eq!((again.applied, again.added), (None, 0), "nothing is new");
        // What came by way of another base goes on to say where it is from.
        merge(&world, "two", "three", Preference::Refuse).await.unwrap();
        let dump = world.dump("three", At::Newest).await;
        assert!(dump.contains(&format!("(Concept \"x\" {source})")), "{dump}");
        assert!(dump.contains("(Concept \"own\" (alist (cons (Predicate \"oriel:source\") (StringValue \"two\" \"2\"))))"), "{dump}");
        world.add("one", "(Concept \"y\")").await;
        merge(&world, "one", "three", Preference::Refuse).await.unwrap();
        let dump = world.dump("three", At::Newest).await;
        assert!(dump.contains("(Concept \"y\" (alist (cons (Predicate \"oriel:source\") (StringValue \"one\" \"3\"))))"), "{dump}");
        let found = bases::validate(&world.context, &world.restarted().await, "three", false, &mut |_, _| {}).await.unwrap();
        assert!(found.is_sound(), "{found:?}");
    }

    async fn where_bases_differ_one_is_preferred_or_nothing_is_done(database: Database) {
        let world = World::new(database).await;
        world.create("one").await;
        world.create("two").await;
        world.add("one", "(Concept \"a\" (stv 0.1 0.5)) (Concept \"new\")").await;
        world.add("two", "(Concept \"a\" (stv 0.9 0.5))").await;
        let error = merge(&world, "one", "two", Preference::Refuse).await.unwrap_err();
        assert!(matches!(error, KnowledgeError::Merge { count: 1, .. }), "{error}");
        let says = "`one` and `two` say different things of the same, 1 time(s): of (Concept \"a\") `one` says (stv 0.1 0.5), `two` (stv 0.9 0.5); say which";
        assert!(error.to_string().contains(says), "{error}");
        assert!(!world.dump("two", At::Newest).await.contains("new"), "nothing of it was carried out");
        let done = merge(&world, "one", "two", Preference::Target).await.unwrap();
        assert_eq!((done.conflicts.len(), done.added), (1, 1));
        assert!(world.dump("two", At::Newest).await.contains("(stv 0.9 0.5)"));
        let done = merge(&world, "one", "two", Preference::Source).await.unwrap();
        assert_eq!((done.conflicts.len(), done.changed), (1, 1));
        let dump = world.dump("two", At::Newest).await;
        assert!(dump.contains("(Concept \"a\" (stv 0.1 0.5) (alist"), "{dump}");
    }

    async fn types_that_are_declared_differently_do_not_go_together(database: Database) {
        let world = World::new(database).await;
        world.create("one").await;
        world.create("two").await;
        world.add("one", "(declare-type Service Concept) (Service \"a\")").await;
        world.add("two", "(declare-type Service Predicate) (Service \"b\")").await;
        for prefer in [Preference::Refuse, Preference::Source] {
            let error = merge(&world, "one", "two", prefer).await.unwrap_err();
            assert!(matches!(error, KnowledgeError::Apart { .. }), "{error}");
            let text = error.to_string();
            assert!(text.contains("`one` cannot be merged into `two`") && !text.contains("prefer"), "{text}");
        }
    }

    async fn what_is_changed_is_the_base_that_was_compared(database: Database) {
        let world = World::new(database).await;
        world.create("source").await;
        world.add("source", "(Concept \"x\") (Concept \"y\")").await;
        for times in 0.. {
            let (one, other) = (format!("one-{times}"), format!("other-{times}"));
            for (name, has) in [(&one, "x"), (&other, "y")] {
                world.create(name).await;
                world.add(name, &format!("(Concept \"{has}\")")).await;
            }
            let mut merging = pin!(merge(&world, "source", &one, Preference::Refuse));
            if paused(&mut merging, times).await.is_some() {
                assert!(times > 3, "it pauses where it reads");
                return;
            }
            let mut swapping = pin!(swapped(&world, &one, &other));
            // Where the merge is writing already, the names have to wait for it.
            let merged = match tokio::time::timeout(Duration::from_millis(100), &mut swapping).await {
                Ok(()) => merging.await,
                Err(_) => tokio::join!(merging, swapping).0,
            };
            if matches!(merged, Err(KnowledgeError::NotFound { .. })) {
                // It asked for the name while nobody had it.
                continue;
            }
            merged.unwrap();
            let dumps = [world.dump(&one, At::Newest).await, world.dump(&other, At::Newest).await];
            let whole = dumps.iter().filter(|dump| dump.contains("\"x\"") && dump.contains("\"y\"")).count();
            let touched = dumps.iter().filter(|dump| dump.contains(SOURCE_KEY)).count();
            assert_eq!((whole, touched), (1, 1), "swapped after {times} pauses: {dumps:?}");
        }
    }

    async fn a_merge_is_refused_where_it_makes_no_sense(database: Database) {
        let world = World::new(database).await;
        world.create("one").await;
        world.apply("one", Change::add("(Number 1)")).await.unwrap();
        let error = merge(&world, "one", "one", Preference::Refuse).await.unwrap_err();
        assert!(matches!(error, KnowledgeError::Invalid { field: "target", .. }), "{error}");
        assert!(matches!(merge(&world, "one", "none", Preference::Refuse).await, Err(KnowledgeError::NotFound { .. })));
    }
}
