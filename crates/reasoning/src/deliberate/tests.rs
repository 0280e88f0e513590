//! Whole deliberations: what is named, what is not, and what an outcome changes.

use super::deliberate;
use crate::learning::{Learning, Outcome};
use crate::mode::{ALL, named};
use crate::scene::{facts, scene};
use std::fmt::Write as _;

use crate::verdict::{AbstentionReason, Status, Verdict};

const RULES: &str = r#"
(rule killed "The kernel killed it." (source "s") (domain kubernetes) (tv 0.7 0.8)
  (if (terminated ?p "OOMKilled") (part-of ?p ?s)) (then (cause ?s out-of-memory)))
(rule crashed "It crashes at start." (source "s") (domain kubernetes) (tv 0.6 0.8)
  (if (terminated ?p "OOMKilled") (part-of ?p ?s)) (then (cause ?s memory-leak)))
"#;
const SEEN: &str = r#"(terminated pod/a-1 "OOMKilled") <1 0.9> @kubernetes/pods.txt:3 (part-of pod/a-1 service/a) (runs-on pod/a-1 node/n)"#;

fn complained() -> String {
    format!("{SEEN} (complaint service/a errors)")
}

#[test]
fn a_verdict_carries_its_proof_and_its_evidence_with_file_and_line() {
    let verdict = scene(&complained(), RULES, Learning::default()).verdict().verdict;
    assert_eq!(verdict.status, Status::Diagnosed);
    let first = &verdict.hypotheses[0];
    assert_eq!((first.entity.as_str(), first.cause.as_str()), ("service/a", "out-of-memory"));
    assert!(first.low <= first.probability && first.probability <= first.high);
    let proof = first.proof.as_ref().unwrap();
    assert_eq!(proof.rule.as_deref(), Some("killed"));
    let leaf = proof.premises.iter().find(|p| p.atom.contains("OOMKilled")).unwrap();
    assert_eq!((leaf.file.as_deref(), leaf.line), (Some("kubernetes/pods.txt"), Some(3)));
    assert!(first.evidence.iter().any(|e| e.line == Some(3)));
    assert_eq!(verdict.evidence_summary.by_kind.get("terminated"), Some(&1));
    assert_eq!(verdict.evidence_summary.derived, 2);
}

#[test]
fn a_verdict_survives_json() {
    let verdict = scene(&complained(), RULES, Learning::default()).verdict().verdict;
    let text = serde_json::to_string(&verdict).unwrap();
    assert_eq!(serde_json::from_str::<Verdict>(&text).unwrap(), verdict);
    for field in ["\"status\":\"diagnosed\"", "\"abstention\":null", "\"healthy_probability\"", "\"elapsed_ms\""] {
        assert!(text.contains(field), "{field} missing in {text}");
    }
}

#[test]
fn without_any_evidence_it_says_so() {
    let verdict = facts("(complaint service/a latency)").verdict().verdict;
    assert_eq!(verdict.abstention.unwrap().reason, AbstentionReason::NoEvidence);
    assert!((verdict.healthy_probability - 0.5).abs() < 1e-12, "what is missing is not healthy");
}

#[test]
fn of_a_cluster_that_was_looked_at_in_part_it_does_not_say_that_nothing_is_wrong() {
    let there = "(component service/a) (part-of pod/a-1 service/a) (part-of pod/a-2 service/a) (endpoint-service endpoint-service/a)";
    let some = facts(&format!("{there} (events-shown pod/a-1) (containers service/a 1)")).verdict().verdict;
    let abstention = some.abstention.unwrap();
    assert_eq!(abstention.reason, AbstentionReason::Undecidable, "{}", abstention.explanation);
    // Half of the pods, the component, no endpoints: half of what a fault shows in.
    assert!((some.healthy_probability - 1.0 / (2.0 - 0.97 * 0.5)).abs() < 1e-9, "{}", some.healthy_probability);
    let looked =
        "(events-shown pod/a-1) (events-shown pod/a-2) (containers service/a 1) (ready-endpoints endpoint-service/a 2)";
    let all = facts(&format!("{there} {looked}")).verdict().verdict;
    assert_eq!(all.abstention.unwrap().reason, AbstentionReason::Healthy);
}

#[test]
fn a_complaint_that_nothing_explains_is_undecidable() {
    let verdict = facts("(complaint service/a latency) (observed service/a cpu)").verdict().verdict;
    assert_eq!(verdict.abstention.unwrap().reason, AbstentionReason::Undecidable);
}

#[test]
fn evidence_without_trouble_is_healthy_when_there_is_enough_of_it() {
    let seen = |count: usize| {
        let mut text = String::new();
        for at in 0..count {
            let _ = write!(text, "(observed service/a-{at} cpu) ");
        }
        scene(&text, RULES, Learning::default()).verdict().verdict
    };
    let much = seen(400);
    assert_eq!(much.abstention.unwrap().reason, AbstentionReason::Healthy);
    assert!(much.healthy_probability > 0.9);
    let little = seen(1);
    assert_eq!(little.abstention.unwrap().reason, AbstentionReason::Undecidable, "one fact rules nothing out");
    assert!(little.healthy_probability < 0.55);
}

#[test]
fn what_nobody_complains_of_must_be_more_probable_to_be_named() {
    let verdict = scene(SEEN, RULES, Learning::default()).verdict().verdict;
    assert_eq!(verdict.abstention.unwrap().reason, AbstentionReason::Undecidable);
    assert_eq!(verdict.hypotheses[0].cause, "out-of-memory", "the candidates are still listed");
}

#[test]
fn weak_signs_are_healthy_where_fault_free_cases_taught_that_they_are() {
    const WEAK: &str =
        "(observed service/a cpu) (origin service/a cpu 0.3) <0.1 0.9> (metric-shift service/a cpu up 1) <0.2 0.9>";
    let reason = |learning: Learning| scene(WEAK, "", learning).verdict().verdict.abstention.unwrap().reason;
    assert_eq!(reason(Learning::default()), AbstentionReason::Undecidable, "a fault may not show in processor use");
    let mut learning = Learning::default();
    let taught = |c: f64| crate::calibration::Calibration { c, ..Default::default() };
    learning.calibration.insert("resources".to_owned(), taught(-3.0));
    learning.calibration.insert(crate::learning::of_health("resources"), taught(4.0));
    assert_eq!(reason(learning), AbstentionReason::Healthy);
}

#[test]
fn many_equal_candidates_are_undecidable() {
    let mut text = String::new();
    for at in 0..20 {
        let _ = write!(text, "(origin service/s{at} cpu 9) <0.049 0.98> (calls service/web service/s{at}) ");
    }
    let verdict = facts(&text).verdict().verdict;
    assert_eq!(verdict.abstention.unwrap().reason, AbstentionReason::Undecidable);
    assert_eq!(verdict.hypotheses.len(), 10, "the candidates are still listed");
}

#[test]
fn an_outcome_changes_the_next_verdict_of_its_kind_for_that_reason() {
    let before = scene(SEEN, RULES, Learning::default()).verdict();
    let mut learning = Learning::default();
    let outcome = Outcome { entity: "service/a".to_owned(), cause: "memory-leak".to_owned() };
    let changes = learning.learn(&before.record, &outcome);
    let strength =
        |rule: &str| changes.iter().find(|c| c.what.contains(rule)).map(|c| (c.before.as_str(), c.after.as_str()));
    // Confidence 0.8 is worth four outcomes: (0.7 · 4 + 0) / 5 and (0.6 · 4 + 1) / 5.
    assert_eq!(strength("killed"), Some(("0.700", "0.560")));
    assert_eq!(strength("crashed"), Some(("0.600", "0.680")));
    assert!(changes.iter().any(|c| c.what.contains("past cases")));
    let elsewhere = SEEN.replace("a-1", "b-7").replace("service/a", "service/b");
    let after = scene(&elsewhere, RULES, learning).verdict().verdict;
    assert_eq!((after.hypotheses[0].entity.as_str(), after.hypotheses[0].cause.as_str()), ("service/b", "memory-leak"));
    assert!(after.perspectives.iter().any(|p| p.mode == "intuitive"), "the past case is recalled under another name");
}

#[test]
fn an_outcome_that_nothing_was_wrong_counts_against_everything_that_spoke() {
    let before = scene(SEEN, RULES, Learning::default()).verdict();
    let mut learning = Learning::default();
    let changes = learning.learn(&before.record, &Outcome { entity: String::new(), cause: "none".to_owned() });
    assert!(learning.rules.values().all(|counts| counts.wrong > 0.0 && counts.right == 0.0));
    assert!(learning.cases.is_empty());
    let reliability = changes.iter().find(|c| c.what.contains("deductive")).unwrap();
    assert!(reliability.after < reliability.before);
}

#[test]
fn learning_survives_json() {
    let mut learning = Learning::default();
    let record = scene(SEEN, RULES, Learning::default()).verdict().record;
    learning.learn(&record, &Outcome { entity: "service/a".to_owned(), cause: "out-of-memory".to_owned() });
    let text = serde_json::to_string(&learning).unwrap();
    assert_eq!(serde_json::from_str::<Learning>(&text).unwrap(), learning);
}

#[test]
fn renaming_changes_names_and_nothing_else() {
    let seen = "(metric-shift service/b latency up 9) (metric-shift service/a latency up 9) (calls service/a service/b)
        (metric-shift service/c cpu up 9) (calls service/a service/c) (complaint service/a latency)";
    let renamed =
        seen.replace("service/a", "service/zz").replace("service/b", "service/y").replace("service/c", "service/aa");
    let (one, two) = (facts(seen).verdict().verdict, facts(&renamed).verdict().verdict);
    let ranks = |v: &Verdict| v.hypotheses.iter().map(|h| (h.cause.clone(), h.probability)).collect::<Vec<_>>();
    assert_eq!(ranks(&one), ranks(&two));
    assert_eq!(
        two.hypotheses[0].entity,
        one.hypotheses[0].entity.replace("/a", "/zz").replace("/b", "/y").replace("/c", "/aa")
    );
}

#[test]
fn only_the_modes_asked_for_speak() {
    let scene = scene(SEEN, RULES, Learning::default());
    let verdict = deliberate(&scene.case(), &named(&["deductive"]).unwrap()).verdict;
    assert!(verdict.perspectives.iter().all(|p| p.mode == "deductive"));
    assert!(deliberate(&scene.case(), &ALL).verdict.perspectives.len() > 1);
}
