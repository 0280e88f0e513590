//! Rules in, conclusions out.

mod guide;
mod proofs;
mod soundness;

use super::{LimitKind, Limits, RuleSet, Strengths};
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
fn absence_waits_for_conclusions_and_is_weakened_by_doubt() {
    check(
        "(rule lonely (tv 1 1) (if (pod ?x) (not (busy ?x ?y) (> ?y 1))) (then (idle ?x)))
         (rule busy (tv 0.75 1) (if (load ?x ?y)) (then (busy ?x ?y)))",
        "(pod p/1) (pod p/2) (pod p/3) (pod p/4) (load p/1 5) (load p/2 1) (load p/4 5) <0.4 1>",
        "(busy p/1 5) <0.75 1.00>
         (busy p/2 1) <0.75 1.00>
         (busy p/4 5) <0.30 1.00>
         (idle p/2) <1.00 1.00>
         (idle p/3) <1.00 1.00>
         (idle p/4) <0.70 1.00>",
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
        r#"(rule r (tv 1 1) (if (cause ?s memory)) (then (remedy ?s "kubectl patch deploy {name ?s} -p '{\"spec\":{\"{name ?s}\":1}}' --as \"{name ?s}\"")))"#,
        r#"(cause service/cart memory) (cause |service/a;$(b)'"| memory)"#,
        r#"(remedy service/cart "kubectl patch deploy cart -p '{\"spec\":{\"cart\":1}}' --as \"cart\"") <1.00 1.00>
           (remedy |service/a;$(b)'"| "kubectl patch deploy '<a;$(b)'\\''\">' -p '{\"spec\":{\"<a;$(b)'\\''\\\">\":1}}' --as \"<a;\\$(b)'\\\">\"") <1.00 1.00>"#,
    );
}

#[test]
fn a_value_that_is_no_plain_word_becomes_a_blank() {
    check(
        r#"(rule r (tv 1 1) (if (cause ?s ?v)) (then (remedy ?s "kubectl get {?v} --name={?v}")))"#,
        r#"(cause n/1 "; rm -rf /") (cause n/2 "--all") (cause n/3 "") (cause n/4 "<port>") (cause n/5 "a\nb") (cause n/6 "a>b")"#,
        r#"(remedy n/1 "kubectl get '<; rm -rf />' --name='<; rm -rf />'") <1.00 1.00>
           (remedy n/2 "kubectl get '<--all>' --name=--all") <1.00 1.00>
           (remedy n/3 "kubectl get '<empty>' --name='<empty>'") <1.00 1.00>
           (remedy n/4 "kubectl get '<port>' --name='<port>'") <1.00 1.00>
           (remedy n/5 "kubectl get '<a?b>' --name='<a?b>'") <1.00 1.00>
           (remedy n/6 "kubectl get '<a?b>' --name='<a?b>'") <1.00 1.00>"#,
    );
}

#[test]
fn amounts_are_written_as_quantities() {
    check(
        r#"(rule r (tv 1 1) (if (limit ?s ?bytes ?cores) (bind ?more (usual (* 1.5 ?bytes))))
             (then (remedy ?s "{bytes ?bytes} {bytes ?more} {cores (round-up (* 1.5 ?cores) 0.1)} {(round-up ?cores 2)}")))"#,
        "(limit n/1 268435456 0.5)",
        r#"(remedy n/1 "256Mi 384Mi 800m 2") <1.00 1.00>"#,
    );
}

#[test]
fn an_example_may_leave_parts_of_a_conclusion_open() {
    let rules = |wanted: &str| {
        let text = format!(
            r#"(rule r "R." (source "s") (tv 1 1) (if (a ?x)) (then (b ?x "long" 1)) (example fires (a n/1) => {wanted}) (example silent (c n/1)))"#
        );
        RuleSet::parse(&text, "test.rules").map(|rules| rules.test().len())
    };
    assert_eq!(rules("(b n/1 ?_ 1)").unwrap(), 0);
    assert_eq!(rules("(b n/1 ?_ 2)").unwrap(), 1);
    assert!(rules("(b n/1 ?x 1)").is_err(), "a named variable would look as if it were bound");
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

#[test]
fn a_variable_that_stands_twice_in_a_fact() {
    check(
        "(rule r (tv 1 1) (if (a ?x) (same ?y ?y)) (then (b ?x ?y)))",
        "(a n/1) (a n/2) (same m/1 m/1) (same m/1 m/2) (same m/2 m/2)",
        "(b n/1 m/1) <1.00 1.00>
         (b n/1 m/2) <1.00 1.00>
         (b n/2 m/1) <1.00 1.00>
         (b n/2 m/2) <1.00 1.00>",
    );
}

#[test]
fn in_a_circle_what_was_observed_comes_first() {
    check(
        "(rule spreads (tv 0.8 0.9) (if (slow ?x) (calls ?y ?x)) (then (slow ?y)))",
        "(slow s/a) <0.5 0.9> (calls s/b s/a) (calls s/a s/b)",
        "(slow s/b) <0.40 0.90>
         (slow s/a) <0.50 0.90>",
    );
}

#[test]
fn learned_strengths_take_the_place_of_written_ones() {
    let rules = RuleSet::parse("(rule r (tv 0.9 0.9) (if (a ?x)) (then (c ?x)))", "test.rules").unwrap();
    let mut frame = Frame::new();
    frame.load("(a n/1)").unwrap();
    let learned = Strengths::from_iter([("r", crate::TruthValue::new(0.25, 0.5))]);
    let out = rules.run(&mut frame, &learned, Limits::default());
    assert_eq!(frame.tv(out.concluded()[0]), crate::TruthValue::new(0.25, 0.5));
}

#[test]
fn an_observed_conclusion_is_revised_and_its_support_told_apart() {
    let rules = RuleSet::parse("(rule r (tv 1 0.5) (if (a ?x)) (then (c ?x)))", "test.rules").unwrap();
    let mut frame = Frame::new();
    frame.load("(a n/1) (c n/1) <0.0001 0.5>").unwrap();
    let out = rules.run(&mut frame, &Strengths::new(), Limits::default());
    let atom = out.concluded()[0];
    assert!((frame.tv(atom).strength - 0.50005).abs() < 1e-9);
    assert_eq!(out.support(atom), Some(crate::TruthValue::new(1.0, 0.5)));
    assert_eq!(frame.observed(atom), Some(crate::TruthValue::new(0.0001, 0.5)));
}

#[test]
fn every_limit_is_met_and_said() {
    let rules = "(rule pairs (tv 1 1) (if (a ?x) (a ?y)) (then (c ?x ?y)))
                 (rule count (tv 1 1) (if (n ?x) (bind ?y (+ ?x 1))) (then (n ?y)))";
    let rules = RuleSet::parse(rules, "test.rules").unwrap();
    let facts = (0..40).fold(String::new(), |facts, number| facts + &format!("(a n/{number})"));
    let met = |facts: &str, limits: Limits| {
        let mut frame = Frame::new();
        frame.load(facts).unwrap();
        let out = rules.run(&mut frame, &Strengths::new(), limits);
        assert!(out.firings().len() <= limits.max_firings);
        out.truncated().map(|cut| (cut.limit, cut.rule.clone()))
    };
    let limits = Limits { max_firings: 100, max_rounds: 10, max_candidates: 10_000 };
    assert_eq!(met("(a n/1)", limits), None);
    assert_eq!(met(&facts, limits), Some((LimitKind::Firings, "pairs".to_owned())));
    assert_eq!(met("(n 1)", limits), Some((LimitKind::Rounds, "count".to_owned())));
    let limits = Limits { max_candidates: 100, ..limits };
    assert_eq!(met(&facts, limits), Some((LimitKind::Candidates, "pairs".to_owned())));
}

#[test]
fn searches_do_not_look_into_names_of_entities() {
    check(
        r#"(rule r (tv 1 1) (if (a ?x) (contains ?x "redis")) (then (by-name ?x)))
           (rule s (tv 1 1) (if (a ?x) (= (kind ?x) pod)) (then (a-pod ?x)))
           (rule t (tv 1 1) (if (a ?x) (said ?text) (contains ?text (name ?x))) (then (named ?x)))"#,
        r#"(a service/redis) (a pod/redis-1) (said "dial redis-1: refused")"#,
        "(a-pod pod/redis-1) <1.00 1.00>
         (named service/redis) <1.00 1.00>
         (named pod/redis-1) <1.00 1.00>",
    );
}

#[test]
fn facts_of_strength_zero_match_nothing() {
    check(
        "(rule r (tv 1 1) (if (a ?x) (not (b ?x))) (then (c ?x)))",
        "(a n/1) (b n/1) <0 1> (a n/2) <0 0.9> (a n/3) (b n/3)",
        "(c n/1) <1.00 1.00>",
    );
}

#[test]
fn a_mechanism_is_explained_backwards() {
    let rules = "(mechanism full (tv 0.8 0.9) (if (cause ?n disk-full) (runs-on ?p ?n)) (then (evicted ?p)))";
    let rules = RuleSet::parse(rules, "test.rules").unwrap();
    let mut frame = Frame::new();
    frame.load("(runs-on pod/a node/x) <0.5 1> (runs-on pod/b node/y) (evicted pod/a)").unwrap();
    let effect = frame.find_fact("evicted", &[crate::Term::Entity("pod/a")]).unwrap();
    let found = rules.explain(&mut frame, effect, &Strengths::new(), Limits::default());
    let shown: Vec<String> = found.iter().map(|way| format!("{} {}", frame.show(way.cause), way.tv)).collect();
    assert_eq!(shown, ["(cause node/x disk-full) <0.40 0.90>"]);
    assert!(frame.get(found[0].cause).is_none(), "a possible cause is no fact");
}

#[test]
fn predictions_leave_what_is_known_as_it_is() {
    let rules = "(mechanism a (tv 0.5 0.9) (if (cause ?s k)) (then (slow ?s) (full ?s)))";
    let rules = RuleSet::parse(rules, "test.rules").unwrap();
    let mut frame = Frame::new();
    frame.load("(slow s/1) <0.9 0.9> (cause s/1 k)").unwrap();
    let base = frame.share();
    let mut scratch = Frame::over(base);
    let cause = scratch.find_fact("cause", &[crate::Term::Entity("s/1"), crate::Term::Entity("k")]).unwrap();
    let out = rules.predict(&mut scratch, &[cause], &Strengths::new(), Limits::default());
    let shown: Vec<String> = out
        .concluded()
        .iter()
        .map(|id| format!("{} {} {}", scratch.show(*id), scratch.tv(*id), out.support(*id).unwrap()))
        .collect();
    assert_eq!(shown, ["(slow s/1) <0.90 0.90> <0.50 0.90>", "(full s/1) <0.50 0.90> <0.50 0.90>"]);
    assert!(frame.find_fact("full", &[crate::Term::Entity("s/1")]).is_none());
}
