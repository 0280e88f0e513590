//! Asking bases.

use std::time::Duration;

use oriel_knowledge::KnowledgeError;
use oriel_knowledge::bases::{self, Answer, Ask, At, Found, Note};
use oriel_storage::Database;
use oriel_testkit::on_each_database;

use crate::fixture::{World, call};

const CALLS: &str = "(Evaluation (Predicate \"calls\") (List (Variable \"$a\") (Variable \"$b\")))";

async fn world(database: Database) -> World {
    let world = World::new(database).await;
    world.create("shop").await;
    world.add("shop", &call(1, 2)).await;
    world.add("shop", &(call(2, 3) + &call(3, 4))).await;
    world
}

async fn ask(world: &World, text: &str, ask: &Ask) -> Answer {
    bases::query(&world.context, &world.knowledge, "shop", text, ask).await.unwrap()
}

on_each_database! {
    async fn every_kind_of_query_is_answered(database: Database) {
        let world = world(database).await;
        let all = ask(&world, &format!("(Get {CALLS})"), &Ask::default()).await;
        let Found::Solutions { variables, rows } = &all.found else { panic!("{all:?}") };
        assert_eq!((variables.as_slice(), rows.len(), all.more, all.version), (&["$a".to_owned(), "$b".to_owned()][..], 3, false, 2));
        assert_eq!(rows[0], ["(Concept \"s1\")", "(Concept \"s2\")"]);
        let two = ask(&world, &format!("(Get {CALLS})"), &Ask { limit: 2, ..Ask::default() }).await;
        assert!(matches!(&two.found, Found::Solutions { rows, .. } if rows.len() == 2) && two.more);
        let before = Ask { at: At::Version(1), ..Ask::default() };
        let one = ask(&world, &format!("(Get {CALLS})"), &before).await;
        assert!(matches!(&one.found, Found::Solutions { rows, .. } if rows.len() == 1) && one.version == 1);
        for (text, holds) in [("s2", true), ("s9", false)] {
            let text = format!("(Satisfaction (Evaluation (Predicate \"calls\") (List (Concept \"s1\") (Concept \"{text}\"))))");
            assert_eq!(ask(&world, &text, &Ask::default()).await.found, Found::Holds { holds });
        }
        let bind = format!("(Bind {CALLS} (Inheritance (Variable \"$b\") (Variable \"$a\")))");
        let shown = ask(&world, &bind, &Ask { limit: 1, ..Ask::default() }).await;
        let atoms = vec!["(Inheritance (Concept \"s2\") (Concept \"s1\"))".to_owned()];
        assert_eq!((shown.found, shown.more), (Found::Atoms { atoms }, true));
        let join = ask(&world, "(MaximalJoin (Present (Concept \"s1\")))", &Ask::default()).await;
        assert!(matches!(&join.found, Found::Atoms { atoms } if atoms.len() == 1), "{join:?}");
        let replaced = "(MinimalJoin (Concept \"s1\") (Predicate \"calls\") (Replacement (Concept \"s1\") (Concept \"new\")))";
        let replaced = ask(&world, replaced, &Ask::default()).await;
        let atoms = vec!["(Evaluation (Predicate \"calls\") (List (Concept \"new\") (Concept \"s2\")))".to_owned()];
        assert_eq!(replaced.found, Found::Atoms { atoms });
        assert_eq!(bases::get(&world.context, &world.knowledge, "shop").await.unwrap().version, 2, "nothing was written");
    }

    async fn what_a_query_names_is_not_there_by_being_named(database: Database) {
        let world = world(database).await;
        for text in [
            "(UpperSet (Present (Member (Concept \"no\") (Concept \"such\"))))",
            "(Filter (Lambda (Variable \"$x\") (Member (Variable \"$x\") (Concept \"such\"))) (Get (Variable \"$m\") \
              (And (Evaluation (Predicate \"calls\") (List (Concept \"s1\") (Variable \"$m\"))) (Member (Concept \"no\") (Concept \"such\")))))",
        ] {
            let Found::Atoms { atoms } = ask(&world, text, &Ask::default()).await.found else { panic!("{text}") };
            assert!(atoms.is_empty() || atoms == ["(Set)"], "{atoms:?}");
        }
    }

    async fn functions_and_definitions_are_used(database: Database) {
        let world = world(database).await;
        let defined = "(Define (DefinedPredicate \"called\") (Lambda (Variable \"$x\") \
            (Evaluation (Predicate \"calls\") (List (Variable \"$by\") (Variable \"$x\")))))";
        world.add("shop", defined).await;
        let called = "(Get (And (Evaluation (DefinedPredicate \"called\") (Variable \"$s\")) \
            (Evaluation (GroundedPredicate \"ends-with\") (List (Variable \"$s\") (Phrase \"3\")))))";
        let Found::Solutions { variables, rows } = ask(&world, called, &Ask::default()).await.found else { panic!() };
        assert_eq!((variables, rows), (vec!["$s".to_owned()], vec![vec!["(Concept \"s3\")".to_owned()]]));
        let made = "(Bind (Variable \"$s\") (Evaluation (DefinedPredicate \"called\") (Variable \"$s\")) \
            (ExecutionOutput (GroundedSchema \"upper\") (Variable \"$s\")))";
        let Found::Atoms { atoms } = ask(&world, made, &Ask::default()).await.found else { panic!() };
        assert_eq!(atoms.len(), 3);
        assert!(atoms[0].starts_with("(Concept \"S"), "{atoms:?}");
        for (text, said) in [
            ("(Get (Evaluation (DefinedPredicate \"calling\") (Variable \"$s\")))", "`calling` is not defined"),
            ("(Plus (Concept \"s1\") (Number 1))", "(Concept \"s1\") is no number"),
            ("(ExecutionOutput (GroundedSchema \"uper\") (Concept \"s1\"))", "registered are concat"),
        ] {
            let refused = bases::query(&world.context, &world.knowledge, "shop", text, &Ask::default()).await;
            let error = refused.expect_err(text).to_string();
            assert!(error.contains(said), "{error}");
        }
    }

    async fn an_answer_that_would_be_endless_is_refused_and_a_limited_one_is_not_found_whole(database: Database) {
        let world = world(database).await;
        let twice = "(Put (Lambda (Variable \"$p\") (List (Variable \"$p\") (Variable \"$p\"))) ";
        let deep = format!("{}(Concept \"s1\"){}", twice.repeat(40), ")".repeat(40));
        let refused = bases::query(&world.context, &world.knowledge, "shop", &deep, &Ask::default()).await;
        assert!(refused.is_err_and(|error| error.to_string().contains("parts")));
        let pairs = format!("(Bind {CALLS} (List (Variable \"$a\") (Variable \"$b\")))");
        let two = ask(&world, &pairs, &Ask { limit: 2, ..Ask::default() }).await;
        assert!(matches!(&two.found, Found::Atoms { atoms } if atoms.len() == 2) && two.more);
    }

    async fn what_a_bind_finds_is_kept_where_that_is_wanted(database: Database) {
        let world = world(database).await;
        let bind = format!("(Bind {CALLS} (Inheritance (Variable \"$b\") (Variable \"$a\")))");
        let rewrite = |text: String| {
            let (context, knowledge) = (&world.context, &world.knowledge);
            async move { bases::rewrite(context, knowledge, "shop", &text, (&Ask::default(), Note::of("by a rule"))).await }
        };
        let done = rewrite(bind.clone()).await.unwrap().unwrap();
        assert_eq!((done.version, done.atoms - done.atoms_before), (3, 3));
        assert_eq!(rewrite(bind).await.unwrap(), None, "all of it is there already");
        assert!(world.dump("shop", At::Newest).await.contains("(Inheritance (Concept \"s4\") (Concept \"s3\"))"));
        let error = rewrite(format!("(Get {CALLS})")).await.unwrap_err();
        assert!(matches!(error, KnowledgeError::Invalid { field: "query", .. }), "{error}");
    }

    async fn a_plan_is_told_with_and_without_asking(database: Database) {
        let world = world(database).await;
        let text = format!("(Get {CALLS})");
        for asked in [false, true] {
            let plan = bases::explain(&world.context, &world.knowledge, "shop", &text, (&Ask::default(), asked)).await.unwrap();
            assert_eq!((plan.asked, plan.to_string().contains("passed 3 of 3")), (asked, asked), "{plan}");
        }
    }

    async fn the_plan_of_a_dual_is_told_too(database: Database) {
        let world = world(database).await;
        world.add("shop", &format!("(Get {CALLS})")).await;
        let dual = "(Dual (Evaluation (Predicate \"calls\") (List (Concept \"s8\") (Concept \"s9\"))))";
        let whole = Ask::default();
        let told = |ask_it| bases::explain(&world.context, &world.knowledge, "shop", dual, (&whole, ask_it));
        assert!(!told(false).await.unwrap().asked);
        let asked = told(true).await.unwrap();
        assert_eq!(asked.branches[0].steps[1].passed, 1);
        let Found::Atoms { atoms } = ask(&world, dual, &Ask::default()).await.found else { panic!() };
        assert_eq!(atoms, [CALLS]);
    }

    async fn a_query_that_is_wrong_or_too_long_is_refused(database: Database) {
        let world = world(database).await;
        let asked = |text: String, with: Ask| {
            let (context, knowledge) = (&world.context, &world.knowledge);
            async move { bases::query(context, knowledge, "shop", &text, &with).await.unwrap_err().to_string() }
        };
        for (text, says) in [("(Get", "1:"), ("", "there is no query"), ("(Get (Variable \"$x\") 3)", "1:")] {
            let error = asked(text.to_owned(), Ask::default()).await;
            assert!(error.contains(says), "{text}: {error}");
        }
        let few = asked(format!("(Get {CALLS})"), Ask { steps: 1, ..Ask::default() }).await;
        assert!(few.contains("all of its 1 steps"), "{few}");
        let long = asked(" ".repeat((1 << 20) + 1), Ask::default()).await;
        assert!(long.contains("1048577 bytes"), "{long}");
        // Thirty that all call each other, and ways through seven of them: more than can be gone through.
        let all: String = (0..900).map(|pair| call(pair / 30, pair % 30)).collect();
        world.add("shop", &all).await;
        let step = |number| {
            format!("(Evaluation (Predicate \"calls\") (List (Variable \"$s{number}\") (Variable \"$s{}\")))", number + 1)
        };
        let way: String = (0..6).map(step).collect();
        let with = Ask { time: Duration::ZERO, limit: usize::MAX, ..Ask::default() };
        let slow = asked(format!("(Get (And {way}))"), with).await;
        assert!(slow.contains("not done after 0 s"), "{slow}");
    }
}
