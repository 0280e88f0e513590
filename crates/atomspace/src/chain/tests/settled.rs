//! What a run concludes in the end: from what its premises stand by then, forward and backward the same.

use super::{answers, close, forward, rules, space, term};
use crate::TruthValue;
use crate::chain::{Bounds, By, Chainer, End, Formulas, PLN, Premises, Rules};
use crate::space::Space;
use proptest::prelude::*;
use std::fmt::Write as _;

const CONTRADICTED: &str = r#"
    (Predicate "a" (stv 0.95 0.9))
    (Implication (stv 0.9 0.9) (Predicate "a") (Predicate "b"))
    (Not (stv 0.95 0.91) (Predicate "a"))
"#;

/// What is known of a statement forward, and backward by the same rules.
fn both(space: &Space, bases: &[&str], text: &str) -> [Option<TruthValue>; 2] {
    let rules = rules(space, bases);
    let backward = answers(space, &rules, text).into_iter().find(|(found, _)| found == text).map(|found| found.1);
    [forward(space, &rules, text), backward]
}

#[test]
fn what_was_worth_nothing_at_first_answers_once_it_is() {
    // By one way alone to "a", modus ponens gives nothing: that is known only when all three are put together.
    let space = space(&[
        PLN,
        r#"
        (Predicate "e1" (stv 1 0.95)) (Predicate "e2" (stv 1 0.95))
        (Implication (stv 0.99 0.95) (Predicate "e1") (Predicate "a"))
        (Implication (stv 0.99 0.9) (Predicate "e2") (Predicate "a"))
        (Not (stv 1 0.92) (Predicate "a"))
        (Implication (stv 0.9 0.9) (Predicate "a") (Predicate "b"))
        "#,
    ]);
    let [ahead, back] = both(&space, &["pln"], r#"(Predicate "b")"#);
    let (ahead, back) = (ahead.expect("concluded forward"), back.expect("concluded backward"));
    close(back, ahead.strength, ahead.confidence);
    let all = rules(&space, &["pln", "pln-backward"]);
    assert_eq!(answers(&space, &all, r#"(Predicate "b")"#).len(), 1);
}

#[test]
fn a_conclusion_rests_on_what_its_premises_stand_by_in_the_end() {
    let space = space(&[PLN, CONTRADICTED]);
    let of_b = r#"(Predicate "b")"#;
    for bases in [&["pln"][..], &["pln", "pln-backward"]] {
        let rules = rules(&space, bases);
        let mut found = Chainer::new(&space, &rules).backward(&term(&space, of_b)).expect("a target");
        let last = found.by_ref().last().expect("an answer");
        let proof = found.proof(&last.conclusion.statement).expect("concluded");
        let premise = proof.steps.iter().rfind(|step| step.text == r#"(Predicate "a")"#).expect("a premise");
        assert_eq!(premise.by, By::Revision, "{proof}");
        assert!((premise.truth.strength - 0.474).abs() < 1e-3, "{proof}");
        let ahead = forward(&space, &self::rules(&space, &["pln"]), of_b).expect("concluded");
        close(ahead, last.conclusion.truth.strength, last.conclusion.truth.confidence);
    }
}

#[test]
fn an_answer_that_falls_in_the_end_is_given_again() {
    let space = space(&[PLN, CONTRADICTED]);
    let rules = rules(&space, &["pln"]);
    let asked = term(&space, r#"(Predicate "b")"#);
    let mut given = Chainer::new(&space, &rules).backward(&asked).expect("a target");
    let given: Vec<_> = given.by_ref().collect();
    let (first, last) = (&given[0], &given[given.len() - 1]);
    assert!(!first.again && last.again, "{given:?}");
    assert!(last.conclusion.truth.confidence < first.conclusion.truth.confidence, "{given:?}");
}

#[test]
fn an_answer_that_nothing_holds_any_more_is_given_again() {
    const LATER: usize = 4;
    // What is known of "a" is denied by more certain evidence, some of which it rests on, which is found later.
    let mut text = String::from(
        r#"
        (Predicate "a" (stv 0.9 0.5) (alist (cons (Predicate "evidence") 7)))
        (Implication (stv 0.9 0.9) (Predicate "a") (Predicate "b"))
        (Predicate "0" (stv 1 0.95) (alist (cons (Predicate "evidence") (FloatValue 7 8))))
        (Implication (stv 1 0.95) (Predicate "LAST") (Not (Predicate "a")))
        "#,
    );
    for at in 0..LATER {
        let next = at + 1;
        let _ = write!(text, "(Implication (stv 1 0.95) (Predicate \"{at}\") (Predicate \"{next}\"))");
    }
    let space = space(&[PLN, &text.replace("LAST", &LATER.to_string())]);
    let rules = rules(&space, &["pln"]);
    let mut given = Chainer::new(&space, &rules).backward(&term(&space, r#"(Predicate "b")"#)).expect("a target");
    let all: Vec<_> = given.by_ref().collect();
    let (first, last) = (&all[0], &all[all.len() - 1]);
    assert!(!first.again && first.conclusion.truth.confidence > 0.1, "{all:?}");
    assert!(last.again && last.conclusion.truth.confidence == 0.0, "{all:?}");
    assert!(last.conclusion.stamp.ids().is_empty() && last.values == first.values, "{all:?}");
    assert!(given.proof(&last.conclusion.statement).is_none());
}

#[test]
fn more_effort_takes_no_conclusion_away() {
    // In the end all that is known of each rests on all three facts: one fact of each is left for the conjunction.
    let space = space(&[
        PLN,
        r#"
        (Evaluation (stv 0.9 0.9) (Predicate "B") (Concept "c"))
        (Evaluation (stv 0.9 0.6) (Predicate "D") (Concept "c"))
        (Implication (stv 0.95 0.9)
          (Evaluation (Predicate "B") (Concept "c")) (Evaluation (Predicate "D") (Concept "c")))
        (Predicate "x" (stv 1 0.95)) (Predicate "y" (stv 1 0.95))
        "#,
    ]);
    let rules = rules(&space, &["pln", "pln-backward"]);
    let (b, d) = (r#"(Evaluation (Predicate "B") (Concept "c"))"#, r#"(Evaluation (Predicate "D") (Concept "c"))"#);
    for parts in [format!("{d} {b}"), format!(r#"(Predicate "x") {d} {b} (Predicate "y")"#)] {
        let asked = term(&space, &format!("(And {parts})"));
        for steps in [4_000, 4_500, 100_000] {
            let bounds = Bounds { steps, ..Bounds::default() };
            let mut found = Chainer::new(&space, &rules).bounded(bounds).backward(&asked).expect("a target");
            close(found.by_ref().last().expect("an answer").conclusion.truth, 0.81, 0.6);
            let proof = found.proof(&asked).expect("it still holds");
            close(proof.conclusion().expect("a step").truth, 0.81, 0.6);
        }
    }
}

#[test]
fn what_was_concluded_last_is_brought_up_to_date_too() {
    // What is said of the next level is denied as surely as it is concluded, on more evidence: it turns in the end only, and only
    // then something follows from it for the level after that.
    const LEVELS: usize = 20;
    let of = |name: &str, at: usize| format!("(Evaluation (Predicate \"{name}{at}\") (Variable \"$x\"))");
    let mut text = String::from(
        "(Evaluation (stv 1 0.5) (alist (cons (Predicate \"evidence\") 0)) (Predicate \"p0\") (Concept \"c\"))",
    );
    for at in 0..LEVELS {
        let _ = write!(
            text,
            "(Evaluation (stv 0 0.5) (alist (cons (Predicate \"evidence\") (FloatValue 0 1)))
               (Predicate \"p{}\") (Concept \"c\"))",
            at + 1
        );
        for (name, from, to) in [("up", of("p", at), of("q", at)), ("on", of("q", at), of("p", at + 1))] {
            let _ = write!(
                text,
                "(Define (DefinedSchema \"{name}{at}\") (Bind (Variable \"$x\") {from}
                   (ExecutionOutput (GroundedSchema \"test:likely\") (List {to} {from}))))
                 (Member (DefinedSchema \"{name}{at}\") (Concept \"base\"))"
            );
        }
    }
    let mut formulas = Formulas::pln();
    formulas.register("test:likely", Some(1), Premises::Dependent, |given| match given {
        [one] if one.tv.strength > 0.5 => Ok(one.tv),
        _ => Err("it is not likely".to_owned()),
    });
    let space = space(&[&text]);
    let rules = Rules::read(&space, &["base"], &formulas).expect("well-formed rules");
    let mut all = Chainer::new(&space, &rules).forward().expect("it runs");
    let mut levels = 0;
    for at in 0..LEVELS {
        let level = term(&space, &of("p", at).replace("Variable \"$x\"", "Concept \"c\""));
        let is_concluded = all.sides(&level).favour.is_some();
        let strength = all.get(&level).expect("a fact").truth.strength;
        assert!(!is_concluded || strength > 0.5, "level {at} still stands by {strength}");
        levels += usize::from(is_concluded);
    }
    assert!(levels > 10 && levels < LEVELS, "{levels}");
}

#[test]
fn what_rests_on_one_another_comes_to_rest() {
    // Each of four is implied by both of its neighbours.
    let mut text = String::from(r#"(Predicate "0" (stv 0.8 0.9)) (Predicate "2" (stv 0.6 0.9))"#);
    for at in 0..4 {
        for next in [(at + 1) % 4, (at + 3) % 4] {
            let _ = write!(text, "(Implication (stv 0.9 0.9) (Predicate \"{at}\") (Predicate \"{next}\"))");
        }
    }
    let space = space(&[PLN, &text]);
    let all = rules(&space, &["pln"]);
    let forward = Chainer::new(&space, &all).forward().expect("it runs");
    assert_eq!((forward.report().end, forward.report().unsettled), (End::Done, 0));
    let [ahead, back] = both(&space, &["pln"], r#"(Predicate "1")"#);
    let (ahead, back) = (ahead.expect("concluded"), back.expect("concluded"));
    close(back, ahead.strength, ahead.confidence);
}

const PREDICATES: usize = 5;

fn truth() -> impl Strategy<Value = (f64, f64)> {
    (0.05..0.95, 0.1..0.95)
}

fn predicate(at: usize) -> String {
    format!("(Predicate \"p{at}\")")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, ..ProptestConfig::default() })]

    #[test]
    fn forward_and_backward_conclude_the_same(
        facts in prop::collection::vec((0..PREDICATES, truth()), 1..4),
        denied in prop::collection::vec((0..PREDICATES, truth()), 0..3),
        rules_between in prop::collection::vec((0..PREDICATES, 0..PREDICATES, truth()), 1..7)
    ) {
        let mut text = String::new();
        for (at, (strength, confidence)) in facts {
            let _ = write!(text, "(Predicate \"p{at}\" (stv {strength:.3} {confidence:.3}))");
        }
        for (at, (strength, confidence)) in denied {
            let _ = write!(text, "(Not (stv {strength:.3} {confidence:.3}) {})", predicate(at));
        }
        for (one, two, (strength, confidence)) in rules_between.into_iter().filter(|(one, two, _)| one != two) {
            let (one, two) = (predicate(one), predicate(two));
            let _ = write!(text, "(Implication (stv {strength:.3} {confidence:.3}) {one} {two})");
        }
        let space = space(&[PLN, &text]);
        let all = rules(&space, &["pln"]);
        let bounds = || Bounds { steps: 200_000, ..Bounds::default() };
        let mut ahead = Chainer::new(&space, &all).bounded(bounds()).forward().expect("it runs");
        prop_assume!(ahead.report().end == End::Done && ahead.report().unsettled == 0);
        for at in 0..PREDICATES {
            let asked = term(&space, &predicate(at));
            let mut found = Chainer::new(&space, &all).bounded(bounds()).backward(&asked).expect("a target");
            let last = found.by_ref().last().map(|answer| answer.conclusion.truth);
            let last = last.filter(|truth| truth.confidence > 0.0);
            prop_assert_eq!(found.report().end, End::Done);
            let known = ahead.get(&asked).map(|known| known.truth);
            let same = match (last, known) {
                (Some(one), Some(two)) => {
                    (one.strength - two.strength).abs() < 1e-6 && (one.confidence - two.confidence).abs() < 1e-6
                }
                (one, two) => one.is_none() && two.is_none(),
            };
            prop_assert!(same, "p{}: backward {:?}, forward {:?} of {}", at, last, known, text);
        }
    }
}
