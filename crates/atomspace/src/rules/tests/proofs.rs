//! Rules and facts in, proofs out.

use crate::Frame;
use crate::rules::{Limits, ProofTree, RuleSet, Strengths};

/// Compares the printed proof of the last conclusion with what is expected.
fn check(rules: &str, facts: &str, expected: &str) -> ProofTree {
    let rules = RuleSet::parse(rules, "test.rules").expect("the rules are well-formed");
    let mut frame = Frame::new();
    frame.load(facts).expect("the facts are well-formed");
    let out = rules.run(&mut frame, &Strengths::new(), Limits::default());
    let proof = out.proof(&frame, *out.concluded().last().expect("something is concluded"));
    assert_eq!(proof.to_string(), expected);
    proof
}

#[test]
fn a_proof_goes_down_to_what_was_read() {
    let proof = check(
        r#"(rule crash "It crashes." (tv 0.9 0.9) (if (restarts ?p ?n) (>= ?n 3) (part-of ?p ?s)) (then (symptom ?s crash)))
           (rule bad "Bad release." (tv 0.5 0.8) (if (symptom ?s crash) (released ?s) (not (symptom ?s load ?_))) (then (cause ?s release)))"#,
        "(restarts pod/a 7) <1 0.95> @pods.txt:3 (part-of pod/a service/x) @pods.txt:9 (released service/x)
         (restarts pod/b 4) (part-of pod/b service/x)",
        "\
(cause service/x release) <0.45 0.80>
  by bad <0.45 0.80>: Bad release.
    (symptom service/x crash) <0.90 0.90>
      by crash <0.90 0.90>: It crashes.
        (restarts pod/a 7) <1.00 0.95>  pods.txt:3
        (part-of pod/a service/x) <1.00 1.00>  pods.txt:9
        where (>= 7 3)
        and 1 more like this
    (released service/x) <1.00 1.00>
    where (not (symptom service/x load ?_))
",
    );
    let read: Vec<&str> = proof.observations().iter().map(|fact| fact.atom.as_str()).collect();
    assert_eq!(read, ["(restarts pod/a 7)", "(part-of pod/a service/x)", "(released service/x)"]);
}

#[test]
fn circles_are_cut() {
    check(
        "(rule seen (tv 0.5 0.9) (if (alert ?x)) (then (slow ?x)))
         (rule spreads (tv 0.8 0.9) (if (slow ?x) (calls ?y ?x)) (then (slow ?y)))",
        "(alert s/a) (calls s/b s/a) (calls s/a s/b)",
        "\
(slow s/b) <0.40 0.90>
  by spreads <0.40 0.90>
    (slow s/a) <0.50 0.90>
      by seen <0.50 0.90>
        (alert s/a) <1.00 1.00>
    (calls s/b s/a) <1.00 1.00>
",
    );
}

#[test]
fn counted_facts_are_grounds() {
    check(
        "(rule r (tv 1 1) (if (service ?s) (count ?n (down ?p ?s)) (> ?n 1)) (then (gone ?s)))",
        "(service s/1) (down p/1 s/1) (down p/2 s/1)",
        "\
(gone s/1) <1.00 1.00>
  by r <1.00 1.00>
    (service s/1) <1.00 1.00>
    (down p/1 s/1) <1.00 1.00>
    (down p/2 s/1) <1.00 1.00>
    where (count ?n=2 (down ?p s/1))
    where (> 2 1)
",
    );
}
