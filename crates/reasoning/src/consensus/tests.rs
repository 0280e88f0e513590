//! The laws of the consensus, on small cases.

use super::*;
use crate::scene::{facts, scene};
use oriel_atomspace::TruthValue;

use crate::mode::Conclusion;

fn perspective(mode: &'static str, reading: Reading, strengths: &[f64]) -> Perspective {
    let conclusions = strengths.iter().enumerate();
    Perspective {
        mode,
        applicability: 0.8,
        reading,
        conclusions: conclusions
            .map(|(hypothesis, s)| Conclusion { hypothesis, tv: TruthValue::new(*s, 0.9) })
            .collect(),
        used: Vec::new(),
        assumptions: Vec::new(),
        note: String::new(),
    }
}

const TWO: &str = "(cause service/a x) <0.9 0.9> (cause service/b y) <0.4 0.9> (calls service/a service/b)";

#[test]
fn what_was_not_judged_keeps_its_prior_odds() {
    let d = distribution(&perspective("objective", Reading::Exclusive, &[0.6]), 4);
    assert!(d.hypotheses[0] > 0.5 && d.hypotheses[1] > 0.0);
    assert!((d.hypotheses[1] - d.hypotheses[3]).abs() < 1e-12);
    let sum: f64 = d.hypotheses.iter().sum::<f64>() + d.none;
    assert!((sum - 1.0).abs() < 1e-9);
}

#[test]
fn independent_strengths_are_odds_of_their_own() {
    let d = distribution(&perspective("deductive", Reading::Independent, &[0.9, 0.9]), 2);
    assert!((d.hypotheses[0] - d.hypotheses[1]).abs() < 1e-12);
    assert!(d.none < 0.15, "two strong causes leave little room for none: {}", d.none);
}

#[test]
fn reliability_decides_who_is_heard() {
    assert!(judge_weight(0.9) > judge_weight(0.5));
    assert!(judge_weight(0.2) == 0.0, "a judge worse than guessing has no weight");
}

#[test]
fn the_order_of_perspectives_does_not_matter_and_a_silent_one_changes_nothing() {
    let scene = facts(TWO);
    let case = scene.case();
    let a = perspective("deductive", Reading::Independent, &[0.8, 0.3]);
    let b = perspective("causal", Reading::Exclusive, &[0.2, 0.7]);
    let silent = Perspective { applicability: 0.0, ..perspective("objective", Reading::Exclusive, &[0.0, 1.0]) };
    let one = consensus(&case, &[a.clone(), b.clone()]).unwrap();
    let two = consensus(&case, &[b.clone(), a.clone()]).unwrap();
    let three = consensus(&case, &[a, silent, b]).unwrap();
    for other in [&two, &three] {
        assert_eq!(one.order, other.order);
        for (x, y) in one.marginals.iter().zip(&other.marginals) {
            assert!((x - y).abs() < 1e-12);
        }
        assert!((one.agreement - other.agreement).abs() < 1e-12);
    }
}

#[test]
fn no_perspective_is_no_consensus() {
    let scene = facts(TWO);
    assert_eq!(consensus(&scene.case(), &[]), None);
}

const RULES: &str = r#"
(rule killed "Killed for memory." (source "s") (domain kubernetes) (tv 0.95 0.9)
  (if (terminated ?s "OOMKilled")) (then (cause ?s out-of-memory)))
(rule unpulled "The image cannot be pulled." (source "s") (domain kubernetes) (tv 0.95 0.9)
  (if (waiting ?s "ErrImagePull")) (then (cause ?s bad-image)))
(rule slow "Slow because of a callee." (source "s") (domain kubernetes) (tv 0.6 0.9)
  (if (terminated ?b "OOMKilled") (calls ?a ?b)) (then (cause ?a slow-callee)))
"#;

#[test]
fn two_causes_that_do_not_compete_are_both_probable() {
    let facts = r#"(terminated service/a "OOMKilled") (waiting service/b "ErrImagePull") (part-of pod/a service/a)"#;
    let verdict = scene(facts, RULES, Learning::default()).verdict().verdict;
    let probabilities: Vec<f64> = verdict.hypotheses.iter().map(|h| h.probability).collect();
    assert_eq!(probabilities.len(), 2);
    assert!(probabilities.iter().all(|p| *p > 0.6), "{probabilities:?}");
}

#[test]
fn rivals_share_one_probability() {
    let facts = r#"(terminated service/a "OOMKilled") (calls service/w service/a) (part-of pod/a service/a)"#;
    let verdict = scene(facts, RULES, Learning::default()).verdict().verdict;
    let sum: f64 = verdict.hypotheses.iter().map(|h| h.probability).sum();
    assert_eq!(verdict.hypotheses[0].cause, "out-of-memory");
    assert!(sum <= 1.0 + 1e-9, "{sum}");
}

#[test]
fn causes_proven_where_they_are_stand_together_though_one_depends_on_the_other() {
    let facts = r#"(terminated service/a "OOMKilled") (waiting service/b "ErrImagePull") (calls service/a service/b)
        (part-of pod/a service/a)"#;
    let verdict = scene(facts, RULES, Learning::default()).verdict().verdict;
    assert!(verdict.hypotheses.iter().take(2).all(|h| h.probability > 0.6), "{:?}", verdict.hypotheses);
}

#[test]
fn in_telemetry_the_foremost_cause_of_a_place_has_what_the_place_has() {
    let scene = facts(
        "(cause service/a cpu-overload) <0.5 0.9> (cause service/a latency-regression) <0.5 0.9>
        (cause service/b latency-regression) <0.5 0.9> (calls service/b service/a)",
    );
    let case = scene.case();
    let told = perspective("objective", Reading::Exclusive, &[0.33, 0.25, 0.38]);
    let beliefs = consensus(&case, &[told]).unwrap();
    assert_eq!(beliefs.order, [0, 2, 1], "each place once before the other causes at the first");
    assert!((beliefs.believed[0] - beliefs.marginals[0] - beliefs.marginals[1]).abs() < 1e-9);
    assert_eq!(beliefs.believed[1..], beliefs.marginals[1..]);
    assert!(beliefs.probabilities.iter().sum::<f64>() <= 1.0 + 1e-9);
}
