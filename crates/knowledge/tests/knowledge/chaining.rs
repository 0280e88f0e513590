//! Conclusions of bases by rules.

use std::fmt::Write as _;
use std::time::Duration;

use oriel_knowledge::KnowledgeError;
use oriel_knowledge::bases::{At, Note};
use oriel_knowledge::chaining::{self, Effort, Inferred, Target};
use oriel_storage::Database;
use oriel_testkit::on_each_database;

use crate::fixture::World;

const SMOKES: &str = r#"
    (Evaluation (stv 1 0.9) (Predicate "smokes") (Concept "Anna"))
    (Evaluation (stv 0.1 0.9) (Predicate "smokes") (Concept "Frank"))
    (Implication (stv 0.6 0.9)
      (Lambda (Variable "$x") (Evaluation (Predicate "smokes") (Variable "$x")))
      (Lambda (Variable "$x") (Evaluation (Predicate "cancer") (Variable "$x"))))"#;
const CANCER: &str = "(Evaluation (Predicate \"cancer\") (Variable \"$who\"))";
const WIDER: &str = r#"
    (Define (DefinedSchema "wider")
      (Bind (VariableList (Variable "$a") (Variable "$b") (Variable "$c"))
        (And (Subset (Variable "$a") (Variable "$b")) (Subset (Variable "$b") (Variable "$c")))
        (ExecutionOutput (GroundedSchema "pln:and")
          (List (Subset (Variable "$a") (Variable "$c"))
            (Subset (Variable "$a") (Variable "$b")) (Subset (Variable "$b") (Variable "$c"))))))
    (Member (DefinedSchema "wider") (Concept "mine"))
    (Subset (stv 1 0.9) (Concept "a") (Concept "b")) (Subset (stv 1 0.8) (Concept "b") (Concept "c"))"#;

fn target(text: &str) -> Target {
    Target { text: Some(text.to_owned()), limit: 10, ..Target::default() }
}

async fn infer(world: &World, target: Target, keep: Option<Note>) -> Result<Inferred, KnowledgeError> {
    let done = chaining::infer(&world.context, &world.knowledge, "shop", target, keep).await;
    world.settled().await;
    done
}

async fn world(database: Database, text: &str) -> World {
    let world = World::new(database).await;
    world.create("shop").await;
    world.add("shop", text).await;
    world
}

on_each_database! {
    async fn a_target_is_answered_by_the_shipped_rules_and_nothing_is_written(database: Database) {
        let world = world(database, SMOKES).await;
        let before = world.dump("shop", At::Newest).await;
        let found = infer(&world, Target { proofs: true, ..target(CANCER) }, None).await.unwrap();
        let told: Vec<_> = found.conclusions.iter().map(|one| (one.values["$who"].as_str(), one.confidence)).collect();
        assert_eq!(told.len(), 2, "{found:#?}");
        assert_eq!(told[0].0, "(Concept \"Anna\")");
        assert!((told[0].1 - 0.486).abs() < 1e-6 && told[1].1 < told[0].1, "{told:?}");
        let proof = found.conclusions[0].proof.as_ref().unwrap();
        assert_eq!(proof.steps.last().unwrap().by, "modus-ponens");
        assert!(proof.text.contains("given #"), "{}", proof.text);
        assert!(found.took.complete && found.applied.is_none() && !found.more);
        assert_eq!(world.dump("shop", At::Newest).await, before);
        let one = infer(&world, Target { limit: 1, ..target(CANCER) }, None).await.unwrap();
        assert!(one.conclusions.len() == 1 && one.more && one.conclusions[0].proof.is_none());
        let empty = infer(&world, Target { at: At::Version(0), ..target(CANCER) }, None).await.unwrap();
        assert_eq!((empty.version, empty.conclusions.len()), (0, 0));
    }

    async fn what_is_kept_says_how_it_came_about_and_adds_nothing_when_it_is_concluded_again(database: Database) {
        let world = world(database, SMOKES).await;
        let kept = infer(&world, target(CANCER), Some(Note::of("a test"))).await.unwrap();
        let applied = kept.applied.unwrap();
        assert_eq!(applied.version, 2);
        let dump = world.dump("shop", At::Newest).await;
        assert!(dump.contains("(cons (Predicate \"oriel:inferred\") (StringValue \"modus-ponens\" \"1\"))"), "{dump}");
        assert!(!dump.contains("pln"), "the rules stay apart: {dump}");
        let again = infer(&world, target(CANCER), Some(Note::of("again"))).await.unwrap();
        assert!(again.applied.is_none(), "{again:#?}\n{}", world.dump("shop", At::Newest).await);
        let confidence = |found: &Inferred| found.conclusions[0].confidence;
        assert!((confidence(&again) - 0.486).abs() < 1e-6, "no evidence counts twice: {again:#?}");
        let late = Note { expected: Some(1), text: String::new() };
        let late = infer(&world, target(CANCER), Some(late)).await.unwrap_err();
        assert!(matches!(late, KnowledgeError::Version { expected: 1, found: 2 }), "{late}");
        let past = infer(&world, Target { at: At::Version(1), ..target(CANCER) }, Some(Note::default())).await;
        assert!(matches!(past, Err(KnowledgeError::Invalid { field: "at", .. })));
    }

    async fn rules_of_the_base_go_forward_too(database: Database) {
        let world = world(database, WIDER).await;
        let all = Target { forward: true, rules: vec!["mine".to_owned()], limit: 10, ..Target::default() };
        let found = infer(&world, all.clone(), None).await.unwrap();
        let told: Vec<_> = found.conclusions.iter().map(|one| one.statement.as_str()).collect();
        assert_eq!((told, found.rules), (vec!["(Subset (Concept \"a\") (Concept \"c\"))"], 1));
        let from = Target { text: Some("(Subset (Concept \"b\") (Concept \"c\"))".to_owned()), ..all.clone() };
        assert_eq!(infer(&world, from, None).await.unwrap().conclusions.len(), 1);
        let from = Target { text: Some("(Concept \"nobody\")".to_owned()), ..all.clone() };
        assert!(matches!(infer(&world, from, None).await, Err(KnowledgeError::Invalid { field: "target", .. })));
        let few = Target { effort: Effort { steps: 1, ..Effort::default() }, ..all.clone() };
        let few = infer(&world, few, None).await.unwrap();
        assert!(!few.took.complete && few.took.ended.contains("steps"), "{few:#?}");
        let none = Target { rules: vec!["nothing".to_owned()], ..all };
        assert!(infer(&world, none, None).await.unwrap_err().to_string().contains("no rules in `nothing`"));

        let bases = chaining::rules(&world.context, &world.knowledge, "shop", At::Newest).await.unwrap();
        let names: Vec<_> = bases.iter().map(|base| (base.name.as_str(), base.shipped)).collect();
        assert_eq!(names, [("mine", false), ("pln", true), ("pln-backward", true)]);
        assert!(bases.iter().all(|base| base.wrong.is_none() && !base.rules.is_empty()), "{bases:#?}");
        assert!(bases[0].rules[0].definition.starts_with("(Bind"));
    }

    async fn a_limit_cuts_what_is_told_and_not_what_that_rests_on(database: Database) {
        let mut text = String::new();
        for at in 0..12 {
            let _ = write!(text, "(Evaluation (stv 1 0.9) (Predicate \"x\") (Concept \"k{at}\"))(Evaluation (stv 1 0.8) (Predicate \"z\") (Concept \"k{at}\"))");
        }
        for from in ["x", "z"] {
            let lambda = |of: &str| format!("(Lambda (Variable \"$c\") (Evaluation (Predicate \"{of}\") (Variable \"$c\")))");
            let _ = write!(text, "(Implication (stv 0.8 0.9) {} {})", lambda(from), lambda("y"));
        }
        let world = world(database, &text).await;
        let asked = target("(Evaluation (Predicate \"y\") (Variable \"$c\"))");
        let all = infer(&world, Target { limit: 1_000, ..asked.clone() }, None).await.unwrap();
        let few = infer(&world, Target { limit: 2, ..asked }, None).await.unwrap();
        assert_eq!((all.conclusions.len(), all.more, few.conclusions.len(), few.more), (12, false, 2, true));
        assert_eq!(few.conclusions, all.conclusions[..2]);
        assert!(few.conclusions.iter().all(|one| one.evidence.len() == 4), "{few:#?}");

        // Going forward all that follows is kept, and so much told.
        let forward = Target { forward: true, limit: 3, ..Target::default() };
        let kept = infer(&world, forward, Some(Note::of("a test"))).await.unwrap();
        assert_eq!((kept.conclusions.len(), kept.more), (3, true));
        let dump = world.dump("shop", At::Newest).await;
        assert_eq!(dump.matches("(cons (Predicate \"oriel:inferred\")").count(), 12, "{dump}");
    }

    async fn what_older_bases_kept_is_read_and_goes_under_its_new_name(database: Database) {
        let text = "(Predicate \"fire\" (stv 1 0.9)) (Implication (stv 0.95 0.9) (Predicate \"fire\") (Predicate \"alarm\"))";
        let world = world(database, text).await;
        let keep = || Some(Note::of("a test"));
        infer(&world, target("(Predicate \"alarm\")"), keep()).await.unwrap();
        let dump = world.dump("shop", At::Newest).await;
        assert!(dump.contains("oriel:grounds") && !dump.contains("oriel:from"), "{dump}");
        // As an earlier version kept it.
        world.apply("shop", oriel_knowledge::Change::remove("(Predicate \"oriel:grounds\")", true)).await.unwrap();
        world.add("shop", &dump.replace("oriel:grounds", "oriel:from")).await;
        world.add("shop", "(Predicate \"fire\" (stv 0.5 0.6))").await;
        let now = infer(&world, target("(Predicate \"alarm\")"), keep()).await.unwrap();
        assert_eq!(now.outdated.len(), 1, "{now:#?}");
        assert!(now.outdated[0].why.contains("was (stv 1 0.9) and is (stv 0.5 0.6)"), "{now:#?}");
        let dump = world.dump("shop", At::Newest).await;
        assert!(dump.contains("(cons (Predicate \"oriel:grounds\")"), "{dump}");
        assert!(!dump.contains("(cons (Predicate \"oriel:from\")"), "{dump}");
        assert!(infer(&world, target("(Predicate \"alarm\")"), None).await.unwrap().outdated.is_empty());
    }

    async fn answers_that_nothing_holds_any_more_are_told(database: Database) {
        // What is known of "a" is denied by more certain evidence, some of which it rests on, which is found later.
        let mut text = String::from(r#"
            (Evaluation (Predicate "b") (Concept "sure")) (Evaluation (stv 1 0.9) (Predicate "b") (Concept "sure"))
            (Predicate "a" (stv 0.9 0.5) (alist (cons (Predicate "evidence") 7)))
            (Implication (stv 0.9 0.9) (Predicate "a") (Evaluation (Predicate "b") (Concept "lost")))
            (Predicate "0" (stv 1 0.95) (alist (cons (Predicate "evidence") (FloatValue 7 8))))
            (Implication (stv 1 0.95) (Predicate "4") (Not (Predicate "a")))"#);
        for at in 0..4 {
            let _ = write!(text, "(Implication (stv 1 0.95) (Predicate \"{at}\") (Predicate \"{}\"))", at + 1);
        }
        let world = world(database, &text).await;
        let asked = target("(Evaluation (Predicate \"b\") (Variable \"$what\"))");
        for limit in [1, 10] {
            let found = infer(&world, Target { limit, ..asked.clone() }, None).await.unwrap();
            // One that holds no more takes no other's place.
            let told: Vec<_> = found.conclusions.iter().map(|one| one.values["$what"].as_str()).collect();
            assert_eq!((told, found.more, found.left_out), (vec!["(Concept \"sure\")"], false, 1), "{found:#?}");
            let [one] = found.withdrawn.as_slice() else { panic!("{found:#?}") };
            assert_eq!(one.statement, "(Evaluation (Predicate \"b\") (Concept \"lost\"))");
            assert!(one.confidence > 0.1 && one.why.contains("no proof of it is left"), "{one:?}");
        }
        let kept = infer(&world, asked, Some(Note::of("a test"))).await.unwrap();
        assert_eq!((kept.left_out, kept.applied), (1, None));
    }

    async fn what_was_kept_does_not_outlive_what_it_was_concluded_from(database: Database) {
        let text = "(Predicate \"fire\" (stv 1 0.9)) (Implication (stv 0.95 0.9) (Predicate \"fire\") (Predicate \"alarm\"))
            (Implication (stv 0.9 0.9) (Predicate \"alarm\") (Predicate \"leave\"))";
        let world = world(database, text).await;
        let asked = |what: &str| target(&format!("(Predicate \"{what}\")"));
        let keep = || Some(Note::of("a test"));
        assert!(infer(&world, asked("alarm"), keep()).await.unwrap().applied.is_some());
        assert!(infer(&world, asked("leave"), keep()).await.unwrap().applied.is_some());
        let still = infer(&world, asked("alarm"), None).await.unwrap();
        assert!(still.outdated.is_empty() && still.conclusions.len() == 1, "{still:#?}");
        let contradictions = || async {
            let (at, how) = ((At::Newest, Vec::new()), (10, Effort::default()));
            chaining::contradictions(&world.context, &world.knowledge, "shop", at, how).await.unwrap()
        };
        assert_eq!(contradictions().await.found, 0);

        // It is less sure that there is fire: what follows from it is concluded anew, and what was kept is told.
        world.add("shop", "(Predicate \"fire\" (stv 0.5 0.6))").await;
        let now = infer(&world, asked("leave"), None).await.unwrap();
        assert_eq!(now.outdated.len(), 2, "{now:#?}");
        assert!(now.outdated.iter().any(|one| one.why.contains("was (stv 1 0.9) and is (stv 0.5 0.6)")), "{now:#?}");
        assert!(now.outdated.iter().any(|one| one.why.contains("outdated itself")), "{now:#?}");
        assert!(now.conclusions[0].strength < 0.6 && now.conclusions[0].confidence < 0.3, "{now:#?}");
        let late = contradictions().await;
        assert!(late.found == 2 && late.contradictions.iter().all(|one| one.kind == "outdated"), "{late:#?}");
        assert!(late.contradictions.iter().all(|one| one.other.proof.is_some() && one.degree > 0.0), "{late:#?}");

        // Kept again, it is up to date.
        infer(&world, Target { forward: true, text: None, ..asked("leave") }, keep()).await.unwrap();
        assert_eq!((contradictions().await.found, infer(&world, asked("leave"), None).await.unwrap().outdated.len()), (0, 0));
        // What nothing follows from any more is no conclusion.
        world.add("shop", "(Predicate \"fire\" (stv 0 0.95))").await;
        let now = infer(&world, asked("alarm"), None).await.unwrap();
        assert!(now.conclusions.iter().all(|one| one.strength < 0.1), "{now:#?}");
    }

    async fn a_run_that_left_something_out_is_not_complete(database: Database) {
        let mut text = "(Predicate \"p0\" (stv 1 1))\n".to_owned();
        for at in 0..70 {
            let _ = write!(text, "(Implication (stv 1 1) (Predicate \"p{at}\") (Predicate \"p{}\"))", at + 1);
        }
        let world = world(database, &text).await;
        let asked = |at: usize| target(&format!("(Predicate \"p{at}\")"));
        let near = infer(&world, asked(60), None).await.unwrap();
        assert!(near.took.complete && near.conclusions.len() == 1 && near.took.full == 0, "{near:#?}");
        // It would rest on more evidence than can be named.
        let far = infer(&world, asked(66), None).await.unwrap();
        assert!(!far.took.complete && far.conclusions.is_empty() && far.took.full > 0, "{far:#?}");
        // Each number has two that follow it.
        let mut grows = "(Evaluation (stv 1 0.9) (Predicate \"n\") (Concept \"zero\"))".to_owned();
        for way in ["s", "t"] {
            let _ = write!(
                grows,
                "(Define (DefinedSchema \"{way}\") (Bind (Variable \"$x\") (Evaluation (Predicate \"n\") (Variable \"$x\"))
                   (ExecutionOutput (GroundedSchema \"pln:same\") (List
                     (Evaluation (Predicate \"n\") (List (Variable \"$x\") (Concept \"{way}\")))
                     (Evaluation (Predicate \"n\") (Variable \"$x\"))))))
                 (Member (DefinedSchema \"{way}\") (Concept \"grow\"))"
            );
        }
        world.add("shop", &grows).await;
        let effort = Effort { memory: 1 << 20, steps: 1_000_000, ..Effort::default() };
        let rules = vec!["grow".to_owned()];
        let all = Target { forward: true, rules, limit: 1, effort, ..Target::default() };
        let small = infer(&world, all.clone(), None).await.unwrap();
        assert!(!small.took.complete && small.took.ended.contains("memory"), "{small:#?}");
        let none = Target { effort: Effort { memory: 1, ..Effort::default() }, ..all };
        assert!(matches!(infer(&world, none, None).await, Err(KnowledgeError::Invalid { field: "memory", .. })));
    }

    async fn contradictions_come_with_both_proofs(database: Database) {
        let world = world(database, r#"
            (Evaluation (Predicate "exclusive") (List (Predicate "up") (Predicate "down")))
            (Evaluation (stv 1 0.9) (Predicate "up") (Concept "web"))
            (Evaluation (stv 0.9 0.8) (Predicate "crashed") (Concept "web"))
            (Implication (stv 0.95 0.9)
              (Lambda (Variable "$x") (Evaluation (Predicate "crashed") (Variable "$x")))
              (Lambda (Variable "$x") (Evaluation (Predicate "down") (Variable "$x"))))"#).await;
        let how = || (10, Effort::default());
        let found = chaining::contradictions(&world.context, &world.knowledge, "shop", (At::Newest, Vec::new()), how());
        let found = found.await.unwrap();
        let [one] = found.contradictions.as_slice() else { panic!("{found:#?}") };
        assert_eq!((one.kind, found.found), ("exclusive", 1));
        assert!((one.degree - 0.4748).abs() < 1e-3, "{}", one.degree);
        let proofs = [&one.one, &one.other].map(|side| side.proof.as_ref().unwrap().steps.len());
        assert_eq!(proofs, [1, 4], "{one:#?}");
        let before = (At::Version(0), Vec::new());
        let none = chaining::contradictions(&world.context, &world.knowledge, "shop", before, how()).await.unwrap();
        assert_eq!(none.found, 0);
    }

    async fn rules_are_suggested_and_none_is_made(database: Database) {
        let mut text = String::new();
        for at in 0..40 {
            let fact = |what: &str| format!("(Evaluation (stv 1 0.9) (Predicate \"{what}\") (Concept \"s{at}\"))\n");
            text.push_str(&["(Member (stv 1 0.9) (Concept \"s", &at.to_string(), "\") (Concept \"service\"))\n"].concat());
            if at % 2 == 0 {
                text += &(fact("old") + &fact("slow"));
            }
        }
        // What is told to be none is no case.
        text.push_str("(Member (stv 0 0.9) (Concept \"n\") (Concept \"service\"))\n");
        let world = world(database, &text).await;
        let how = (20, Duration::from_secs(30));
        let asked = ("service", At::Newest);
        let found = chaining::suggest(&world.context, &world.knowledge, "shop", asked, how).await.unwrap();
        assert_eq!((found.cases, found.complete), (40, true));
        let best = &found.candidates[0];
        assert_eq!((best.held, best.applied), (20, 20));
        assert!(best.chance < 1e-6 && best.rule.starts_with("(Implication (stv 1 "), "{best:?}");
        assert!(found.candidates.iter().all(|one| !one.rule.contains("Member")), "{:#?}", found.candidates);
        assert_eq!(infer(&world, target("(Evaluation (Predicate \"slow\") (Concept \"x\"))"), None).await.unwrap().conclusions.len(), 0);
        // Who accepts it loads it.
        world.add("shop", &format!("{}\n(Evaluation (stv 1 0.9) (Predicate \"old\") (Concept \"x\"))", best.rule)).await;
        let back = format!("{}\n(Evaluation (stv 1 0.9) (Predicate \"slow\") (Concept \"x\"))", best.rule);
        let asked = if best.rule.find("old").unwrap() < best.rule.find("slow").unwrap() { "slow" } else { "old" };
        if asked == "old" {
            world.add("shop", &back).await;
        }
        let asked = target(&format!("(Evaluation (Predicate \"{asked}\") (Concept \"x\"))"));
        assert!(infer(&world, asked, None).await.unwrap().conclusions.iter().any(|one| one.strength > 0.9));
        // What is known of a case that was counted is not counted again by the rule.
        let counted = infer(&world, target("(Evaluation (Predicate \"slow\") (Concept \"s0\"))"), None).await.unwrap();
        assert!((counted.conclusions[0].confidence - 0.9).abs() < 1e-6, "{counted:#?}");
        let nothing = ("s1", At::Newest);
        let nothing = chaining::suggest(&world.context, &world.knowledge, "shop", nothing, how).await;
        assert!(matches!(nothing, Err(KnowledgeError::Invalid { field: "kind", .. })));
    }
}

on_each_database! {
    async fn nobody_waits_longer_than_they_said(database: Database) {
        // Every two that a way leads between give something: far more than can be done in the time.
        let link = |at: usize| {
            let next = (at * 7 + 1) % 3_000;
            format!("(Inheritance (stv 0.9 0.9) (Concept \"c{at}\" (stv 0.1 0.9)) (Concept \"c{next}\" (stv 0.2 0.9)))\n")
        };
        let text = (0..3_000).map(link).collect::<Vec<_>>().concat();
        let world = world(database, &text).await;
        let effort = Effort { steps: 1_000_000_000, proofs: 1_000_000, time: Duration::from_millis(200), ..Effort::default() };
        let all = Target { forward: true, limit: 3, effort, ..Target::default() };
        let found = infer(&world, all, None).await.unwrap();
        assert_eq!((found.took.complete, found.took.ended.as_str()), (false, "the time was up"));
    }
}
