//! What is learned of bases: patterns, what is alike, outcomes.

use std::fmt::Write as _;
use std::time::Duration;

use oriel_identity::Context;
use oriel_knowledge::bases::{self, At, Note};
use oriel_knowledge::chaining::{self, Target};
use oriel_knowledge::ingest::{Ingest, Text, ingest};
use oriel_knowledge::learning::{self, Compare, Counted, Effort, Grouping, Mine, Outcome};
use oriel_knowledge::{KnowledgeError, Met};
use oriel_model::{PageRequest, Role};
use oriel_storage::{AuditFilter, Database, Repositories as _};
use oriel_testkit::{on_each_database, principal};

use crate::fixture::World;

/// Forty services: every second is old and slow, every third calls the database; and what is said without a truth value.
fn services() -> String {
    let mut text = String::new();
    for at in 0..40 {
        let fact = |what: &str| format!("(Evaluation (stv 1 0.9) (Predicate \"{what}\") (Concept \"s{at}\"))\n");
        let _ = writeln!(text, "(Member (stv 1 0.9) (Concept \"s{at}\") (Concept \"service\"))");
        if at % 2 == 0 {
            text += &(fact("old") + &fact("slow"));
        }
        if at % 3 == 0 {
            let calls = "(Evaluation (stv 1 0.9) (Predicate \"calls\")";
            let _ = writeln!(text, "{calls} (List (Concept \"s{at}\") (Concept \"db\")))");
        }
    }
    text + "(Member (Concept \"idle\") (Concept \"thing\"))"
}

async fn world(database: Database, text: &str) -> World {
    let world = World::new(database).await;
    world.create("shop").await;
    world.add("shop", text).await;
    world
}

fn compare(atom: &str, of: Option<&str>) -> Compare {
    let of = of.map(str::to_owned);
    Compare { atom: atom.to_owned(), of, at: At::Newest, least: 0.0, limit: 5, effort: Effort::default() }
}

fn observed(source: &str, (positive, total): (f64, f64)) -> Outcome {
    let atom = "(Evaluation (Predicate \"helps\") (Concept \"restart\"))".to_owned();
    Outcome { atom, source: source.to_owned(), positive, total, observed: None }
}

async fn count(world: &World, outcome: Outcome, expected: Option<u64>) -> Result<Counted, KnowledgeError> {
    let note = Note { expected, text: "a test".to_owned() };
    let counted = learning::outcome(&world.context, &world.knowledge, "shop", outcome, note).await;
    world.settled().await;
    counted
}

fn is_invalid<T>(done: &Result<T, KnowledgeError>, wanted: &str) -> bool {
    matches!(done, Err(KnowledgeError::Invalid { field, .. }) if *field == wanted)
}

on_each_database! {
    async fn patterns_are_found_with_their_surprise_and_asked_for_again(database: Database) {
        let world = world(database, &services()).await;
        let mine = async |mine: Mine| learning::patterns(&world.context, &world.knowledge, "shop", mine).await;
        let of = Some("service".to_owned());
        let found = mine(Mine { of: of.clone(), ..Mine::default() }).await.unwrap();
        let first = &found.patterns[0];
        assert_eq!((first.support, first.size, found.version), (20, 2, 1), "{found:#?}");
        assert_eq!((first.surprise, first.expected), (0.5, 10.0), "a quarter was expected, and half was found: {first:?}");
        assert_eq!(
            first.pattern,
            "(And (Evaluation (Predicate \"old\") (Variable \"$case\")) (Evaluation (Predicate \"slow\") (Variable \"$case\")))"
        );
        assert!(found.patterns.iter().all(|one| !one.pattern.contains("Member")), "that is how they were found");
        assert_eq!((found.looked.things, found.looked.told, found.looked.left, found.looked.complete), (40, 27, 0, true));
        // By hand: three single features, the pair of old and slow, both with calls, and all three.
        assert_eq!((found.found, found.patterns.len()), (7, 7), "{found:#?}");
        let query = format!("(Get {})", first.pattern);
        let ask = bases::Ask::default();
        let again = bases::query(&world.context, &world.knowledge, "shop", &query, &ask).await.unwrap();
        let bases::Found::Solutions { rows, .. } = again.found else { panic!("{again:?}") };
        assert_eq!(rows.len(), 20);

        let few = mine(Mine { of: of.clone(), limit: 2, ..Mine::default() }).await.unwrap();
        assert_eq!((few.found, &few.patterns[..]), (7, &found.patterns[..2]));
        let all = mine(Mine::default()).await.unwrap();
        assert!(all.looked.things > 40 && all.patterns.iter().any(|one| one.pattern.contains("Member")), "{all:#?}");
        let none = mine(Mine { at: At::Version(0), ..Mine::default() }).await.unwrap();
        assert_eq!((none.found, none.looked.things, none.looked.complete), (0, 0, true));
        assert!(is_invalid(&mine(Mine { of: Some("nobody".to_owned()), ..Mine::default() }).await, "of"));
        assert!(is_invalid(&mine(Mine { of: Some("s1".to_owned()), ..Mine::default() }).await, "of"), "it has no members");
        assert!(is_invalid(&mine(Mine { support: 0, ..Mine::default() }).await, "min_support"));
        assert!(is_invalid(&mine(Mine { size: 6, ..Mine::default() }).await, "max_size"));
        let steps = |steps| Effort { steps, ..Effort::default() };
        assert!(is_invalid(&mine(Mine { effort: steps(0), ..Mine::default() }).await, "steps"));
        assert!(is_invalid(&mine(Mine { effort: Effort { memory: 1, ..Effort::default() }, ..Mine::default() }).await, "memory"));
        let some = mine(Mine { of, effort: steps(20), ..Mine::default() }).await.unwrap();
        assert!(!some.looked.complete && some.looked.ended.contains("steps"), "{some:#?}");
        assert!(some.looked.things > 0 && some.looked.things + some.looked.left == 40, "{some:#?}");
    }

    async fn what_is_like_a_thing_says_by_what(database: Database) {
        let world = world(database, &services()).await;
        let like = async |compare: Compare| learning::similar(&world.context, &world.knowledge, "shop", compare).await;
        let found = like(compare("s0", Some("service"))).await.unwrap();
        let first = &found.similar[0];
        // s0 and s6 are old, slow, and call the database.
        assert_eq!((found.atom.as_str(), first.atom.as_str()), ("(Concept \"s0\")", "(Concept \"s6\")"), "{found:#?}");
        assert!((first.strength - 1.0).abs() < 1e-9 && (first.shared, first.compared) == (3, 3), "{first:?}");
        assert!(first.by[0].contains("calls") && first.by.len() == 3, "the rarest first: {first:?}");
        // Nineteen others are old and slow, and seven more call the database.
        assert_eq!((found.similar.len(), found.found), (5, 26));
        assert!(is_invalid(&like(Compare { limit: 0, ..compare("s0", None) }).await, "limit"));
        let least = like(Compare { least: 0.99, limit: 100, ..compare("s0", Some("service")) }).await.unwrap();
        assert_eq!(least.similar.len(), 6, "s0, s6, …, s36 are alike: {least:#?}");
        // Among all concepts, that it is a service tells too, for not all are.
        let all = like(compare("(Concept \"s0\")", None)).await.unwrap();
        assert!(all.looked.things > 40 && all.similar[0].by.iter().any(|by| by.contains("service")), "{all:#?}");
        let nothing = like(compare("idle", None)).await.unwrap();
        assert!(!nothing.is_told && nothing.similar.is_empty(), "no fact says anything of it: {nothing:#?}");
        assert!(is_invalid(&like(compare("nobody", None)).await, "atom"));
        let link = compare("(Member (Concept \"s0\") (Concept \"service\"))", None);
        assert!(is_invalid(&like(link).await, "atom"));
        let wrong = like(Compare { least: 2.0, ..compare("s0", None) }).await.unwrap_err();
        assert!(wrong.is_misuse() && wrong.to_string().starts_with("least is 2"), "{wrong}");
        let few = Compare { effort: Effort { steps: 1, ..Effort::default() }, ..compare("s0", None) };
        let few = like(few).await.unwrap();
        assert!(!few.looked.complete && few.looked.things == 0 && few.similar.is_empty(), "{few:#?}");
    }

    async fn things_are_grouped_by_what_is_said_of_them(database: Database) {
        let world = world(database, &services()).await;
        let group = async |how: Grouping| learning::clusters(&world.context, &world.knowledge, "shop", how).await;
        let of = Some("service".to_owned());
        let found = group(Grouping { of: of.clone(), least: 0.99, ..Grouping::default() }).await.unwrap();
        let told: Vec<_> = found.groups.iter().map(|one| (one.members.len(), one.common.len())).collect();
        // Old and slow; calling alone; all three. Of thirteen nothing is said but that they are services.
        assert_eq!((told, found.alone), (vec![(13, 2), (7, 3), (7, 1)], 0), "{found:#?}");
        assert!(found.groups.iter().all(|one| (one.similarity - 1.0).abs() < 1e-9), "{found:#?}");
        assert_eq!((found.looked.things, found.looked.told), (40, 27));
        let one = group(Grouping { of: of.clone(), least: 0.99, limit: 1, ..Grouping::default() }).await.unwrap();
        assert_eq!((one.found, one.groups.len()), (3, 1));
        assert!(is_invalid(&group(Grouping { least: 0.0, ..Grouping::default() }).await, "least"));
        let few = Effort { steps: 400, ..Effort::default() };
        let few = group(Grouping { of, effort: few, ..Grouping::default() }).await.unwrap_err();
        assert!(matches!(few, KnowledgeError::Ungrouped { met: Met::Steps }) && !few.is_misuse(), "{few}");
        let many = |at: usize| format!("(Member (stv 1 0.9) (Concept \"m{at}\") (Concept \"many\"))");
        let many = (0..2_001).map(many).collect::<Vec<_>>().concat();
        world.add("shop", &many).await;
        assert!(is_invalid(&group(Grouping::default()).await, "of"), "too many to be compared each with each");
    }

    async fn outcomes_count_once_by_their_source_and_are_durable(database: Database) {
        let world = world(database, "(Evaluation (Predicate \"helps\") (Concept \"restart\"))").await;
        let first = count(&world, observed("tickets", (3.0, 4.0)), Some(1)).await.unwrap();
        assert_eq!((first.before[1], first.after, first.replaced, first.sources), (0.0, [0.75, 4.0 / 14.0], None, 1));
        let applied = first.applied.unwrap();
        assert_eq!(applied.version, 2);
        let again = count(&world, observed("tickets", (3.0, 4.0)), None).await.unwrap();
        assert!(again.applied.is_none() && again.after == first.after, "the same was said before: {again:?}");
        let more = count(&world, observed("tickets", (5.0, 6.0)), None).await.unwrap();
        assert_eq!((more.replaced, more.after), (Some([3.0, 4.0]), [5.0 / 6.0, 6.0 / 16.0]), "{more:?}");
        let other = count(&world, observed("drill", (0.0, 4.0)), None).await.unwrap();
        assert_eq!((other.after, other.sources), ([0.5, 0.5], 2), "five of ten: {other:?}");
        // All that is durable; and taken back, it is as if it had not been said.
        let restarted = world.restarted().await;
        let view = bases::read(&world.context, &restarted, "shop", At::Newest).await.unwrap();
        assert!(view.space.dump().contains("\"tickets\" \"5\" \"6\""), "{}", view.space.dump());
        let back = count(&world, observed("tickets", (0.0, 0.0)), None).await.unwrap();
        assert_eq!((back.after, back.sources), ([0.0, 4.0 / 14.0], 1), "{back:?}");
        let none = count(&world, observed("drill", (0.0, 0.0)), None).await.unwrap();
        assert_eq!((none.after[1], none.sources), (0.0, 0));
        assert!(!world.dump("shop", At::Newest).await.contains("StringValue"));
        let late = count(&world, observed("tickets", (1.0, 1.0)), Some(1)).await.unwrap_err();
        assert!(matches!(late, KnowledgeError::Version { expected: 1, found: 6 }), "{late}");
        for (outcome, field) in [
            (observed("", (1.0, 1.0)), "source"),
            (observed("a\nb", (1.0, 1.0)), "source"),
            (observed("x", (2.0, 1.0)), "positive"),
            (observed("x", (-1.0, 1.0)), "positive"),
            (observed("x", (f64::NAN, 1.0)), "positive"),
            (observed("x", (1.0, f64::INFINITY)), "total"),
            (observed("x", (0.0, -1.0)), "total"),
            (Outcome { atom: "(Concept \"nobody\")".to_owned(), ..observed("x", (1.0, 1.0)) }, "atom"),
            (Outcome { atom: "nobody".to_owned(), ..observed("x", (1.0, 1.0)) }, "atom"),
        ] {
            assert!(is_invalid(&count(&world, outcome.clone(), None).await, field), "{outcome:?}");
        }
    }

    async fn an_outcome_is_a_change_for_who_may_change_and_audited(database: Database) {
        let world = world(database, "(Evaluation (Predicate \"helps\") (Concept \"restart\"))").await;
        let identity = principal::identity(&world.database);
        let admin = principal::administrator(&world.database, &world.clock).await.unwrap();
        let viewer = principal::user(&identity, &admin, "vera", Role::Viewer).await.unwrap();
        let operator = principal::user(&identity, &admin, "otto", Role::Operator).await.unwrap();
        let say = async |context: &Context| {
            let outcome = observed("tickets", (1.0, 1.0));
            learning::outcome(context, &world.knowledge, "shop", outcome, Note::of("by hand")).await
        };
        for refused in [viewer, principal::nobody(&world.clock)] {
            assert!(matches!(say(&refused).await, Err(KnowledgeError::Denied(_))));
        }
        let done = say(&operator).await.unwrap().applied.unwrap();
        world.settled().await;
        let history = bases::history(&world.context, &world.knowledge, "shop", PageRequest::first()).await.unwrap();
        let newest = &history.items[0];
        assert_eq!((newest.kind.as_str(), newest.note.as_str(), newest.actor.name()), ("outcome", "by hand", "otto"));
        let filter = AuditFilter { action: Some("knowledge.change".to_owned()), ..AuditFilter::default() };
        let entries = world.database.audit().list(&filter, PageRequest::first()).await.unwrap().items;
        assert_eq!((&entries[0].detail["kind"], &entries[0].detail["hash"]), (&"outcome".into(), &done.hash.into()));
    }

    async fn an_outcome_is_put_to_what_was_stated_and_not_to_what_was_concluded(database: Database) {
        let text = r#"(Predicate "up" (stv 1 0.5)) (Predicate "fine" (stv 0.5 0.5))
            (Implication (stv 0.9 0.9) (Predicate "up") (Predicate "well"))"#;
        let world = world(database, text).await;
        let on = |atom: &str| Outcome { atom: atom.to_owned(), ..observed("probe", (10.0, 10.0)) };
        let stated = count(&world, on("fine"), None).await.unwrap();
        assert_eq!((stated.before, stated.after, stated.set_aside), ([0.5, 0.5], [0.75, 20.0 / 30.0], false));
        // What somebody states anew is what it is worth, and what was observed before does not count in it again.
        world.add("shop", "(Predicate \"fine\" (stv 0 0.5))").await;
        let again = count(&world, on("fine"), None).await.unwrap();
        assert!(again.applied.is_none() && again.after == [0.0, 0.5], "{again:?}");

        let infer = async |keep: Option<Note>| {
            let target = Target { text: Some("(Predicate \"well\")".to_owned()), limit: 5, ..Target::default() };
            let done = chaining::infer(&world.context, &world.knowledge, "shop", target, keep).await.unwrap();
            world.settled().await;
            let one = &done.conclusions[0];
            (one.strength, one.confidence)
        };
        let concluded = infer(Some(Note::of("keep"))).await;
        let counted = count(&world, on("well"), None).await.unwrap();
        assert!(counted.set_aside && counted.after == [1.0, 0.5], "ten of ten, and nothing else: {counted:?}");
        let dump = world.dump("shop", At::Newest).await;
        assert!(!dump.contains("oriel:inferred\") (StringValue"), "{dump}");
        // Rules and observations together say more than either, and saying it again adds nothing.
        let both = infer(None).await;
        assert!(both.1 > concluded.1 && both.1 > 0.5, "{both:?} {concluded:?}");
        assert_eq!(infer(Some(Note::of("keep"))).await, both);
        let after = infer(None).await;
        assert!((after.1 - both.1).abs() < 1e-6, "{after:?} {both:?}");
    }

    async fn what_was_observed_of_an_ingested_fact_stays_when_it_is_ingested_again(database: Database) {
        let world = world(database, "(Concept \"x\")").await;
        let compose = "services: {web: {image: 'a/web:1', depends_on: [cart]}, cart: {image: 'a/cart:1'}}";
        let take = async || {
            let file = Text { file: "compose.yaml".to_owned(), bytes: compose.into() };
            let how = Ingest { source: "compose".to_owned(), ..Ingest::default() };
            let done = ingest(&world.context, &world.knowledge, "shop", vec![file], how).await.unwrap();
            world.settled().await;
            done
        };
        take().await;
        let depends = "(Evaluation (Predicate \"depends-on\") (List (Concept \"service/web\") (Concept \"service/cart\")))";
        let on = Outcome { atom: depends.to_owned(), ..observed("drill", (0.0, 90.0)) };
        let counted = count(&world, on.clone(), None).await.unwrap();
        assert_eq!(counted.after, [0.5, 180.0 / 190.0], "ninety for it, by its source, and ninety against it");
        take().await;
        let again = count(&world, on, None).await.unwrap();
        assert!(again.applied.is_none(), "{again:?}");
        let same = again.after.iter().zip(counted.after).all(|(one, two)| (one - two).abs() < 1e-5);
        assert!(same, "{again:?}");
    }

    async fn kinds_of_very_many_things_are_looked_at_last(database: Database) {
        let member = |at: usize| format!("(Member (stv 1 0.9) (Concept \"m{at}\") (Concept \"many\"))");
        let many = (0..1_200).map(member).collect::<Vec<_>>().concat();
        let world = world(database, &format!("(Concept \"many\") {many}")).await;
        let effort = Effort { steps: 2_000, ..Effort::default() };
        let found = learning::patterns(&world.context, &world.knowledge, "shop", Mine { effort, ..Mine::default() }).await;
        let looked = found.unwrap().looked;
        assert!(looked.things > 500 && looked.left > 0, "the kind itself, which came first, would take all steps: {looked:?}");
    }

    async fn nobody_looks_longer_than_they_said(database: Database) {
        let mut text = String::new();
        for at in 0..1_500 {
            for bit in 0..12 {
                if ((at * 2_654_435_761_usize) >> bit) & 3 != 0 {
                    let _ = writeln!(text, "(Member (stv 1 0.9) (Concept \"c{at}\") (Concept \"t{bit}\"))");
                }
            }
        }
        let world = world(database, &text).await;
        let effort = Effort { steps: 1_000_000_000, time: Duration::from_millis(30), ..Effort::default() };
        let mine = Mine { support: 1, size: 5, effort: effort.clone(), ..Mine::default() };
        let found = learning::patterns(&world.context, &world.knowledge, "shop", mine).await.unwrap();
        assert_eq!((found.looked.complete, found.looked.ended.as_str()), (false, "the time was up"));
        let how = Grouping { effort, ..Grouping::default() };
        let found = learning::clusters(&world.context, &world.knowledge, "shop", how).await;
        let is_out_of_time = matches!(found, Err(KnowledgeError::Ungrouped { met: Met::Cancelled }));
        assert!(is_out_of_time || found.as_ref().is_ok_and(|found| !found.looked.complete), "{found:?}");
    }
}
