//! Conjunctions and disjunctions of several parts, intervals, and the formulas of rules that people write.

use super::{answers, close, rules, space};
use crate::chain::{Formulas, PLN};
use crate::pln::Indefinite;

const PARTS: &str = r#"
    (Predicate "a" (stv 0.9 0.9)) (Predicate "b" (stv 0.8 0.8)) (Predicate "c" (stv 0.5 0.7))
    (Predicate "d" (stv 1 0.9)) (Predicate "e" (stv 0.5 0.6))
"#;

fn joined(of: &str, parts: &str) -> String {
    let parts: Vec<String> = parts.chars().map(|name| format!("(Predicate \"{name}\")")).collect();
    format!("({of} {})", parts.join(" "))
}

#[test]
fn several_parts_are_put_together() {
    let space = space(&[PLN, PARTS]);
    let rules = rules(&space, &["pln", "pln-backward"]);
    for (parts, all) in [("abc", 0.36), ("abcd", 0.36), ("abcde", 0.18)] {
        let found = answers(&space, &rules, &joined("And", parts));
        let least = if parts.contains('e') { 0.6 } else { 0.7 };
        assert_eq!(found.len(), 1, "{parts}: {found:?}");
        close(found[0].1, all, least);
    }
    // What commutes is tried once for each choice of parts.
    let asked = super::term(&space, &joined("And", "abcde"));
    let mut found = crate::chain::Chainer::new(&space, &rules).backward(&asked).expect("a target");
    assert_eq!(found.by_ref().count(), 1);
    assert!(found.report().goals < 100 && found.report().steps < 5_000, "{:?}", found.report());
}

#[test]
fn parts_are_taken_from_conjunctions_of_several() {
    let text = r#"(And (stv 0.8 0.9) (Predicate "a") (Predicate "b") (Predicate "c"))"#;
    let space = space(&[PLN, text]);
    let rules = rules(&space, &["pln"]);
    for part in ["a", "b", "c"] {
        let found = answers(&space, &rules, &format!("(Predicate \"{part}\")"));
        assert_eq!(found.len(), 1, "{part}");
        close(found[0].1, 0.9, 0.72);
    }
}

#[test]
fn a_disjunction_is_at_least_as_likely_as_a_part() {
    let space = space(&[PLN, r#"(Predicate "a" (stv 0.8 0.9))"#]);
    let rules = rules(&space, &["pln", "pln-backward"]);
    for unknown in ["z", "zyxw"] {
        let found = answers(&space, &rules, &joined("Or", &format!("a{unknown}")));
        assert_eq!(found.len(), 1, "{unknown}");
        close(found[0].1, 0.9, 0.72);
    }
    // Each part is a bound, and several bounds are no evidence for their mean: the most confident one counts.
    let space = self::space(&[PLN, PARTS]);
    for (parts, strength, confidence) in [("abz", 0.95, 0.81), ("bce", 0.9, 0.64), ("ad", 1.0, 0.9)] {
        let found = answers(&space, &rules, &joined("Or", parts));
        close(found.last().expect("an answer").1, strength, confidence);
    }
}

#[test]
fn an_equivalence_concludes_whatever_the_background_is_taken_for() {
    let text = r#"(Predicate "c" (stv 0.5 0.9)) (Equivalence (stv 0.9 0.9) (Predicate "c") (Predicate "d"))"#;
    let space = space(&[PLN, text]);
    let rules = rules(&space, &["pln"]);
    let found = answers(&space, &rules, r#"(Predicate "d")"#);
    close(found[0].1, 0.64, 0.9 * 0.9 * 0.95);
}

#[test]
fn the_formulas_of_composed_implications_can_be_named() {
    let formulas = Formulas::pln();
    for name in ["support", "consequent-and", "consequent-or", "antecedent-and", "antecedent-or", "attraction"] {
        assert!(formulas.names().any(|known| known == format!("pln:{name}")), "{name}");
    }
}

#[test]
fn an_interval_is_worth_what_the_belief_holds_that_it_describes() {
    let space = space(&[PLN, r#"(Predicate "p" (itv 0.7 0.9 0.9 100)) (Predicate "q" (itv 0.8 0.8 0.9 100))"#]);
    let rules = rules(&space, &["pln"]);
    let worth = |text: &str| answers(&space, &rules, text)[0].1;
    let belief = Indefinite::from_interval(0.7, 0.9, 0.9, 100.0).expect("a belief").truth();
    close(worth(r#"(Predicate "p")"#), belief.strength, belief.confidence);
    assert!(belief.confidence < 0.3, "{belief}");
    // No belief has an interval without a width.
    close(worth(r#"(Predicate "q")"#), 0.8, 0.9);
}

#[test]
fn an_interval_that_tells_no_more_than_is_believed_of_the_unknown_is_no_fact() {
    // The guide names two of them.
    let guide = include_str!("../../../../../docs/chaining.md").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(guide.contains("is no fact: [0, 1], or [0, 0.95] of b = 0.5 and k = 1"));
    let known = |interval: &str| {
        let space = space(&[PLN, &format!("(Predicate \"p\" (itv {interval}))")]);
        answers(&space, &rules(&space, &["pln"]), r#"(Predicate "p")"#).len()
    };
    let none = ["0 1 0.9 1", "0 0.95 0.5 1", "0.05 1 0.5 1", "0.05 0.95 0.5 1"];
    assert_eq!(none.map(known), [0; 4]);
    assert_eq!(["0 0.3 0.9 1", "0.7 1 0.9 1", "0.2 0.6 0.9 1"].map(known), [1; 3]);
}
