//! Contradictions: found, told with both proofs, and without effect on what they do not touch.

use super::{answers, rules, space, term};
use crate::chain::{Bounds, Chainer, Contradiction, End, Opposition, PLN, Rules};
use crate::pln::{FourValue, Threshold};
use crate::space::Space;
use std::fmt::Write as _;

fn threshold() -> Threshold {
    Threshold::new(0.7, 0.3).expect("in range")
}

fn found(space: &Space) -> Vec<Contradiction> {
    let rules = rules(space, &["pln"]);
    Chainer::new(space, &rules).forward().expect("it runs").contradictions(threshold())
}

const RAIN: &str = r#"
    (Predicate "rain" (stv 0.9 0.8))
    (Not (stv 0.95 0.6) (Predicate "rain"))
"#;

#[test]
fn a_statement_and_its_negation() {
    let space = space(&[PLN, RAIN]);
    let rules = rules(&space, &["pln"]);
    let mut all = Chainer::new(&space, &rules).forward().expect("it runs");
    let found = all.contradictions(threshold());
    let negation: Vec<_> = found.iter().filter(|one| one.opposition == Opposition::Negation).collect();
    assert_eq!(negation.len(), 1, "{found:?}");
    let one = negation[0];
    assert!((one.degree - (0.9 - 0.05) * 0.8 * 0.6).abs() < 1e-6, "{}", one.degree);
    assert_eq!(
        one.proof_of_one.to_string(),
        "(Predicate \"rain\") (stv 0.9 0.8) given #69\n".replace("69", id(&one.one))
    );
    assert_eq!(all.told_of(&term(&space, r#"(Predicate "rain")"#), threshold()), FourValue::Both);
    assert_eq!(all.told_of(&term(&space, r#"(Predicate "snow")"#), threshold()), FourValue::Neither);
}

fn id(conclusion: &crate::chain::Conclusion) -> &'static str {
    conclusion.stamp.ids().first().expect("evidence").to_string().leak()
}

#[test]
fn evidence_for_and_against_is_kept_apart() {
    let facts = r#"
        (Predicate "rain" (stv 0.95 0.9))
        (Predicate "drought" (stv 0.95 0.9))
        (Predicate "wet" (stv 0.5 0))
        (Implication (stv 0.95 0.9) (Predicate "rain") (Predicate "wet"))
        (Implication (stv 0.05 0.9) (Predicate "drought") (Predicate "wet"))
    "#;
    let space = space(&[PLN, facts]);
    let rules = rules(&space, &["pln"]);
    let mut all = Chainer::new(&space, &rules).forward().expect("it runs");
    let wet = term(&space, r#"(Predicate "wet")"#);
    let sides = all.sides(&wet);
    let (favour, against) = (sides.favour.expect("from rain"), sides.against.expect("from drought"));
    assert!(favour.truth.strength > 0.9 && against.truth.strength < 0.1);
    let together = all.get(&wet).expect("concluded").truth;
    assert!(together.strength > 0.5 && together.confidence > favour.truth.confidence);
    let found = all.contradictions(Threshold::new(0.7, 0.01).expect("in range"));
    let evidence: Vec<_> = found.iter().filter(|one| one.opposition == Opposition::Evidence).collect();
    assert_eq!(evidence.len(), 1);
    assert!(evidence[0].proof_of_one.to_string().contains("rain"));
    assert!(evidence[0].proof_of_other.to_string().contains("drought"));
}

#[test]
fn a_surer_fact_does_not_drive_out_what_speaks_against_it() {
    // The proof against rests on the fact's own evidence, and is less sure.
    let facts = r#"
        (Predicate "up" (stv 1 0.95) (alist (cons (Predicate "evidence") 1)))
        (Predicate "probe" (stv 1 0.8) (alist (cons (Predicate "evidence") 1)))
        (Implication (stv 0.02 0.9) (Predicate "probe") (Predicate "up"))
    "#;
    let space = space(&[PLN, facts]);
    let rules = rules(&space, &["pln"]);
    let mut all = Chainer::new(&space, &rules).forward().expect("it runs");
    let up = term(&space, r#"(Predicate "up")"#);
    assert!((all.get(&up).expect("a fact").truth.confidence - 0.95).abs() < 1e-6);
    let against = all.sides(&up).against.expect("by the probe");
    assert!((against.truth.strength - 0.02).abs() < 1e-6, "{against:?}");
    let found = all.contradictions(Threshold::new(0.7, 0.01).expect("in range"));
    assert!(found.iter().any(|one| one.opposition == Opposition::Evidence));
}

#[test]
fn what_is_declared_exclusive() {
    let facts = r#"
        (Evaluation (Predicate "exclusive") (List (Predicate "up") (Predicate "down")))
        (Evaluation (Predicate "exclusive") (List (Concept "cat") (Concept "dog") (Concept "cow")))
        (Evaluation (stv 1 0.9) (Predicate "up") (Concept "web"))
        (Evaluation (stv 0.8 0.9) (Predicate "down") (Concept "web"))
        (Evaluation (stv 1 0.9) (Predicate "down") (Concept "cart"))
        (Member (stv 1 0.9) (Concept "rex") (Concept "dog"))
        (Member (stv 1 0.5) (Concept "rex") (Concept "cow"))
        (Member (stv 0.1 0.9) (Concept "rex") (Concept "cat"))
    "#;
    let found = found(&space(&[PLN, facts]));
    let exclusive: Vec<_> = found.iter().filter(|one| one.opposition == Opposition::Exclusive).collect();
    assert!(exclusive.len() >= 2 && exclusive.iter().all(|one| one.degree > 0.0), "{exclusive:?}");
    assert!((exclusive[0].degree - 0.8 * 0.81).abs() < 1e-6);
}

#[test]
fn a_contradiction_makes_nothing_else_derivable() {
    let apart = r#"
        (Predicate "sun" (stv 0.9 0.9))
        (Implication (stv 0.8 0.9) (Predicate "sun") (Predicate "warm"))
        (Evaluation (stv 0.7 0.9) (Predicate "calls") (List (Concept "web") (Concept "cart")))
        (Not (Predicate "moon"))
    "#;
    let (calm, torn) = (space(&[PLN, apart]), space(&[PLN, apart, RAIN]));
    let concluded = |space: &Space| {
        let rules = rules(space, &["pln"]);
        let all = Chainer::new(space, &rules).forward().expect("it runs");
        let told: Vec<(String, f64, f64)> = all
            .iter()
            .map(|one| (one.statement.show(space.types()), one.truth.strength, one.truth.confidence))
            .filter(|one| !one.0.contains("rain"))
            .collect();
        told
    };
    assert!(!concluded(&calm).is_empty());
    assert_eq!(concluded(&calm), concluded(&torn));
    let rules = rules(&torn, &["pln", "pln-backward"]);
    for nothing in
        [r#"(Predicate "moon")"#, r#"(Not (Predicate "moon"))"#, r#"(Evaluation (Predicate "calls") (Concept "x"))"#]
    {
        assert_eq!(answers(&torn, &rules, nothing), [], "{nothing}");
    }
    assert_eq!(found(&calm).len(), 0);
}

#[test]
fn what_is_exclusive_is_only_held_against_what_is_said_of_the_same_thing() {
    let mut text = String::from("(Evaluation (Predicate \"exclusive\") (List");
    for at in 0..300 {
        let _ = write!(text, " (Predicate \"p{at}\")");
    }
    // Declared once more, which makes no contradiction more.
    text.push_str("))(Evaluation (Predicate \"exclusive\") (List (Predicate \"p1\") (Predicate \"p0\")))");
    for at in 0..2_000 {
        let _ = write!(text, "(Evaluation (stv 1 0.9) (Predicate \"p{}\") (Concept \"c{at}\"))", at % 300);
    }
    text.push_str("(Evaluation (stv 0.9 0.9) (Predicate \"p1\") (Concept \"c0\"))");
    text.push_str("(Evaluation (stv 0.8 0.9) (Predicate \"p2\") (Concept \"c0\"))");
    text.push_str("(Evaluation (stv 0.1 0.9) (Predicate \"p3\") (Concept \"c0\"))");
    let space = space(&[&text]);
    let none = Rules::default();
    let bounds = Bounds { steps: 10_000, ..Bounds::default() };
    let mut all = Chainer::new(&space, &none).bounded(bounds).forward().expect("it runs");
    let (count, greatest) = all.greatest_contradictions(threshold(), 2);
    let shown = |one: &Contradiction| [&one.one, &one.other].map(|side| side.statement.show(space.types()));
    let said = |at: usize| format!("(Evaluation (Predicate \"p{at}\") (Concept \"c0\"))");
    assert_eq!(count, 3);
    assert_eq!(greatest.iter().map(shown).collect::<Vec<_>>(), [[said(0), said(1)], [said(0), said(2)]]);
    assert_eq!(all.report().end, End::Done);
    assert!(all.report().steps < 5_000, "{:?}", all.report());

    let few = Bounds { steps: 1_000, ..Bounds::default() };
    let mut all = Chainer::new(&space, &none).bounded(few).forward().expect("it runs");
    let _ = all.contradictions(threshold());
    assert_eq!(all.report().end, End::Steps, "it says that there may be more");
}
