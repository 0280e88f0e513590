//! Rules in, conclusions out.

use super::{Limits, RuleSet, Strengths};
use crate::Frame;

/// Runs rules, given without their frills, over facts; shows the concluded atoms with their truth values.
fn check(rules: &str, facts: &str, expected: &str) {
    let rules = RuleSet::parse(rules, "test.rules").expect("the rules are well-formed");
    let mut frame = Frame::new();
    frame.load(facts).expect("the facts are well-formed");
    let derivations = rules.run(&mut frame, &Strengths::new(), Limits::default());
    assert!(derivations.truncated().is_none());
    let shown = derivations.concluded().iter().map(|id| {
        let tv = frame.tv(*id);
        format!("{} <{:.2} {:.2}>", frame.show(*id), tv.strength, tv.confidence)
    });
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(shown.collect::<Vec<_>>(), expected);
}

#[test]
fn conclusions_multiply_premises_and_rule() {
    check(
        "(rule r (tv 0.9 0.8) (if (a ?x) (b ?x ?y)) (then (c ?y)))",
        "(a n/1) <0.5 0.9> (b n/1 n/2) <1 0.7> (b n/3 n/4)",
        "(c n/2) <0.45 0.70>",
    );
}

#[test]
fn chains_run_to_the_fixed_point() {
    check(
        "(rule base (tv 1 1) (if (edge ?x ?y)) (then (reach ?x ?y)))
         (rule step (tv 1 1) (if (reach ?x ?y) (edge ?y ?z)) (then (reach ?x ?z)))",
        "(edge n/1 n/2) (edge n/2 n/3) (edge n/3 n/4)",
        "(reach n/1 n/2) <1.00 1.00>
         (reach n/2 n/3) <1.00 1.00>
         (reach n/3 n/4) <1.00 1.00>
         (reach n/1 n/3) <1.00 1.00>
         (reach n/2 n/4) <1.00 1.00>
         (reach n/1 n/4) <1.00 1.00>",
    );
}

#[test]
fn guards_and_computed_numbers() {
    check(
        r#"(rule r (tv 1 1) (if (use ?x ?used) (limit ?x ?limit) (> ?used (* 0.9 ?limit)) (bind ?left (- ?limit ?used))) (then (tight ?x ?left)))
           (rule s (tv 1 1) (if (said ?x ?text) (or (contains ?text "refused") (mentions ?text "TIMEOUT"))) (then (unreachable ?x)))"#,
        r#"(use n/1 95) (limit n/1 100) (use n/2 5) (limit n/2 100) (said n/1 "connection refused") (said n/2 "Read timeout") (said n/3 "fine")"#,
        "(tight n/1 5) <1.00 1.00>
         (unreachable n/1) <1.00 1.00>
         (unreachable n/2) <1.00 1.00>",
    );
}

#[test]
fn absence_waits_for_conclusions_and_is_as_strong_as_what_is_absent() {
    check(
        "(rule lonely (tv 1 1) (if (pod ?x) (not (busy ?x ?y) (> ?y 1))) (then (idle ?x)))
         (rule busy (tv 0.75 1) (if (load ?x ?y)) (then (busy ?x ?y)))",
        "(pod p/1) (pod p/2) (pod p/3) (load p/1 5) (load p/2 1)",
        "(busy p/1 5) <0.75 1.00>
         (busy p/2 1) <0.75 1.00>
         (idle p/1) <0.25 1.00>
         (idle p/2) <1.00 1.00>
         (idle p/3) <1.00 1.00>",
    );
}

#[test]
fn aggregates() {
    check(
        "(rule all-down (tv 1 1) (if (service ?s) (count ?n (part-of ?p ?s)) (count ?down (part-of ?p ?s) (down ?p)) (> ?n 0) (= ?n ?down)) (then (gone ?s ?n)))
         (rule worst (tv 1 1) (if (service ?s) (max ?m ?r (part-of ?p ?s) (restarts ?p ?r))) (then (worst ?s ?m)))",
        "(service s/1) (service s/2) (service s/3) (part-of p/1 s/1) (part-of p/2 s/1) (part-of p/3 s/2) (part-of p/4 s/2)
         (down p/1) (down p/2) (down p/3) (restarts p/1 3) (restarts p/2 9)",
        "(gone s/1 2) <1.00 1.00>
         (worst s/1 9) <1.00 1.00>",
    );
}

#[test]
fn texts_are_filled_and_quoted_for_the_shell() {
    check(
        r#"(rule r (tv 1 1) (if (cause ?s memory)) (then (remedy ?s "kubectl patch deploy {name ?s} -p '{\"spec\":{}}' --as \"{name ?s}\"")))"#,
        "(cause service/cart memory) (cause |service/a;$(b)| memory)",
        r#"(remedy service/cart "kubectl patch deploy cart -p '{\"spec\":{}}' --as \"cart\"") <1.00 1.00>
           (remedy |service/a;$(b)| "kubectl patch deploy 'a;$(b)' -p '{\"spec\":{}}' --as \"a;\\$(b)\"") <1.00 1.00>"#,
    );
}

#[test]
fn several_rules_join_by_noisy_or_and_one_rule_counts_once() {
    check(
        "(rule r (tv 0.5 0.9) (if (a ?x ?y)) (then (c ?x)))
         (rule s (tv 0.5 0.8) (if (b ?x)) (then (c ?x)))",
        "(a n/1 1) (a n/1 2) (b n/1) (a n/2 1)",
        "(c n/1) <0.75 0.90>
         (c n/2) <0.50 0.90>",
    );
}

#[test]
fn a_circle_does_not_talk_itself_into_certainty() {
    check(
        "(rule seen (tv 0.5 0.9) (if (alert ?x)) (then (slow ?x)))
         (rule spreads (tv 0.8 0.9) (if (slow ?x) (calls ?y ?x)) (then (slow ?y)))",
        "(alert s/a) (calls s/b s/a) (calls s/a s/b)",
        "(slow s/a) <0.50 0.90>
         (slow s/b) <0.40 0.90>",
    );
}
