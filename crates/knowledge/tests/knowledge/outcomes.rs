//! Outcomes beside what else says what an atom is worth: somebody, sources, and rules.

use oriel_knowledge::attention::{Attending, Stimulus, attend};
use oriel_knowledge::bases::Note;
use oriel_knowledge::ingest::Ingest;
use oriel_knowledge::learning::{self, Counted, Outcome};
use oriel_testkit::on_each_database;

use crate::fixture::World;
use crate::ingesting::{how, space, spans, take, world};
use crate::ingesting_again::{CALLS, KNOWS, call, conclude};

/// As a source, web calls cart: worth (stv 0.9 0.7).
const FILE: &str = "services: {web: {environment: {CART: \"http://cart:8080\"}}, cart: {}}";
/// What has to do with none of it.
const ALONE: &str = "(Concept \"alone\")";

async fn say(world: &World, atom: &str, source: &str, (positive, total): (f64, f64)) -> Counted {
    let outcome = Outcome { atom: atom.to_owned(), source: source.to_owned(), positive, total, observed: None };
    let note = Note::of("a test");
    let counted = learning::outcome(&world.context, &world.knowledge, "shop", outcome, note).await.unwrap();
    world.settled().await;
    counted
}

fn is_near(one: [f32; 2], other: [f32; 2]) -> bool {
    one.iter().zip(other).all(|(one, other)| (one - other).abs() < 1e-5)
}

/// What observations make of a fact of (stv 0.9 0.7): as many as its confidence stands for, and these.
fn with(positive: f32, total: f32) -> [f32; 2] {
    let known = 10.0 * 0.7 / 0.3;
    let all = known + total;
    [(known * 0.9 + positive) / all, all / (all + 10.0)]
}

async fn worth(world: &World, atom: &str) -> [f32; 2] {
    // A source that takes back what it never said changes nothing, and tells.
    let told = say(world, atom, "nobody", (0.0, 0.0)).await;
    assert!(told.applied.is_none(), "{told:?}");
    told.after
}

on_each_database! {
    async fn what_somebody_stated_stays_whatever_sources_take_back(database: Database) {
        let world = world(database).await;
        world.add("shop", "(Predicate \"fine\" (stv 0.5 0.5))").await;
        say(&world, "fine", "drill", (0.0, 5.0)).await;
        say(&world, "fine", "tickets", (10.0, 10.0)).await;
        world.add("shop", "(Predicate \"fine\" (stv 1 0.5))").await;
        let more = say(&world, "fine", "tickets", (11.0, 11.0)).await;
        assert_eq!((more.after, more.replaced, more.sources), ([1.0, 21.0 / 31.0], Some([10.0, 10.0]), 2), "{more:?}");
        let back = say(&world, "fine", "tickets", (0.0, 0.0)).await;
        assert_eq!((back.after, back.sources), ([1.0, 0.5], 1), "{back:?}");
        // What the other source said was before that, and is not in it.
        let other = say(&world, "fine", "drill", (0.0, 0.0)).await;
        assert_eq!((other.after, other.sources), ([1.0, 0.5], 0), "{other:?}");
        let dump = space(&world).await.dump();
        assert!(dump.contains("(Predicate \"fine\" (stv 1 0.5))") && !dump.contains("StringValue"), "{dump}");
    }

    async fn what_was_stated_with_a_count_comes_back_with_it(database: Database) {
        let world = world(database).await;
        world.add("shop", "(Predicate \"fine\" (ctv 0.5 0.25 4))").await;
        let some = say(&world, "fine", "tickets", (4.0, 4.0)).await;
        assert_eq!(some.after, [0.75, 8.0 / 18.0], "four and four: {some:?}");
        say(&world, "fine", "tickets", (0.0, 0.0)).await;
        let dump = space(&world).await.dump();
        assert!(dump.contains("(Predicate \"fine\" (ctv 0.5 0.25 4))"), "{dump}");
    }

    async fn outcomes_stay_whatever_rules_conclude_and_sources_say_again(database: Database) {
        let world = world(database).await;
        take(&world, &[("compose.yaml", FILE)], how("compose")).await.unwrap();
        let first = say(&world, CALLS, "a", (0.0, 90.0)).await;
        assert!(is_near(first.after, with(0.0, 90.0)), "{first:?}");
        world.add("shop", KNOWS).await;
        conclude(&world).await;
        let second = say(&world, CALLS, "b", (6.0, 10.0)).await;
        assert!(second.set_aside && is_near(second.after, with(6.0, 100.0)), "{second:?}");
        conclude(&world).await;
        assert!(!is_near(worth(&world, CALLS).await, with(6.0, 100.0)));
        take(&world, &[("compose.yaml", FILE)], how("compose")).await.unwrap();
        assert!(is_near(worth(&world, CALLS).await, with(6.0, 100.0)));
        let again = say(&world, CALLS, "a", (0.0, 90.0)).await;
        assert!(again.applied.is_none() && is_near(again.after, with(6.0, 100.0)), "it counts: {again:?}");
        let back = say(&world, CALLS, "a", (0.0, 0.0)).await;
        assert!(is_near(back.after, with(6.0, 10.0)), "{back:?}");
    }

    async fn what_rules_put_to_observations_counts_none_of_them_twice(database: Database) {
        let world = world(database).await;
        let stated = CALLS.replacen("(Evaluation ", "(Evaluation (stv 0.9 0.7) ", 1);
        world.add("shop", &(stated + KNOWS)).await;
        say(&world, CALLS, "a", (0.0, 9.0)).await;
        conclude(&world).await;
        let more = say(&world, CALLS, "a", (1.0, 12.0)).await;
        assert!(more.set_aside && is_near(more.after, with(1.0, 12.0)), "{more:?}");
    }

    async fn what_was_observed_is_nothing_that_somebody_stated(database: Database) {
        let world = world(database).await;
        take(&world, &[("compose.yaml", FILE)], how("compose")).await.unwrap();
        say(&world, CALLS, "drill", (0.0, 90.0)).await;
        take(&world, &[("compose.yaml", FILE)], how("compose")).await.unwrap();
        let dump = space(&world).await.dump();
        assert!(!call(&dump).unwrap().contains("oriel:from:stated"), "{dump}");
        // What is taken back leaves what the source says, also when it says it again.
        say(&world, CALLS, "drill", (0.0, 0.0)).await;
        take(&world, &[("compose.yaml", FILE)], how("compose")).await.unwrap();
        let dump = space(&world).await.dump();
        assert!(call(&dump).unwrap().contains("(stv 0.9 0.7)") && !dump.contains("oriel:from:stated"), "{dump}");
        // A source that is gone takes its fact along, and what was observed of it.
        say(&world, CALLS, "drill", (0.0, 90.0)).await;
        take(&world, &[], Ingest { all_gone: true, ..how("compose") }).await.unwrap();
        let dump = space(&world).await.dump();
        assert!(call(&dump).is_none() && !dump.contains("drill"), "{dump}");
    }

    async fn what_was_thought_of_together_keeps_nothing_that_nobody_says(database: Database) {
        let world = world(database).await;
        take(&world, &[("compose.yaml", FILE)], how("compose")).await.unwrap();
        let stimulate = [CALLS, ALONE].map(|atom| Stimulus { atom: atom.to_owned(), by: 1_000 }).to_vec();
        world.add("shop", ALONE).await;
        let both = Attending { stimulate, ticks: 2, ..Attending::default() };
        let attended = attend(&world.context, &world.knowledge, "shop", both, Note::of("a test")).await.unwrap();
        world.settled().await;
        assert!(attended.attention.associations > 0, "{attended:?}");
        take(&world, &[], Ingest { all_gone: true, ..how("compose") }).await.unwrap();
        let dump = space(&world).await.dump();
        assert!(call(&dump).is_none() && dump.contains("(Concept \"alone\""), "{dump}");
    }

    async fn a_source_that_says_it_otherwise_counts_beside_what_was_observed(database: Database) {
        let world = world(database).await;
        let more = r#"{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"cart"}}]},
            "scopeSpans":[{"spans":[{"traceId":"t","spanId":"5","parentSpanId":"2","name":"x"}]}]}]}"#;
        let more = spans() + &more.replace('\n', "") + "\n";
        let ingested = async |text: &str| {
            take(&world, &[("spans.jsonl", text)], how("traces")).await.unwrap();
            worth(&world, CALLS).await
        };
        // Seen twice, which is as sure as two observations, and then three times.
        assert!(is_near(ingested(&spans()).await, [1.0, 2.0 / 12.0]));
        say(&world, CALLS, "drill", (0.0, 6.0)).await;
        assert!(is_near(ingested(&spans()).await, [0.25, 8.0 / 18.0]));
        assert!(is_near(ingested(&more).await, [3.0 / 9.0, 9.0 / 19.0]), "as the source says it now");
        // Somebody has the last word, until more is observed.
        world.add("shop", &CALLS.replacen("(Evaluation ", "(Evaluation (stv 0 0.5) ", 1)).await;
        assert_eq!(ingested(&more).await, [0.0, 0.5]);
        let again = say(&world, CALLS, "drill", (10.0, 10.0)).await;
        assert_eq!(again.after, [0.5, 20.0 / 30.0], "{again:?}");
        assert_eq!(ingested(&spans()).await, [0.5, 20.0 / 30.0]);
    }
}
