//! Reading probes, filling them, and what is refused.

use super::*;

const POD: &str = r#"
(probe describe-pod "One pod." (source "s") (cost 1)
  (if (part-of ?pod ?service) (pod-status ?pod ?_))
  (run kubectl describe pod {?pod} -n {?namespace})
  (of ?pod) (shows pod-detail) (of ?service) (shows spec)
  (example (part-of pod/a-1 service/a) (pod-status pod/a-1 "Pending") => "kubectl describe pod a-1 -n shop"))
(seen pull-failed (mount-failed ?_ path-missing) (rate 0.1) (in events pods) (in pod-detail))"#;

fn read(text: &str) -> Result<Probes, ProbeError> {
    Probes::parse_all([(text, "own.rules")])
}

#[test]
fn a_probe_is_filled_with_what_it_asks_about() {
    let probes = read(POD).unwrap();
    let mut frame = Frame::new();
    frame
        .load("(part-of pod/b-1 service/b) (part-of workload/b service/b) (pod-status pod/b-1 \"Running\") (part-of pod/a-1 service/a) (pod-status pod/a-1 \"Pending\")")
        .unwrap();
    let filled = probes.probes[0].filled(&frame, "shop");
    let lines: Vec<String> = filled.iter().map(|f| f.command.to_string()).collect();
    assert_eq!(lines, ["kubectl describe pod b-1 -n shop", "kubectl describe pod a-1 -n shop"], "in first-seen order");
    assert_eq!(filled[0].of, [["pod/b-1"], ["service/b"]], "the pod is one thing, its specification another");
}

#[test]
fn a_name_that_is_none_makes_no_command() {
    let probes = read(POD).unwrap();
    let mut frame = Frame::new();
    frame.load("(part-of |pod/$(reboot)| service/b) (pod-status |pod/$(reboot)| \"Running\")").unwrap();
    assert!(probes.probes[0].filled(&frame, "shop").is_empty());
    frame.load("(part-of pod/-A service/b) (pod-status pod/-A \"Running\")").unwrap();
    assert!(probes.probes[0].filled(&frame, "shop").is_empty(), "a name cannot be an option");
    assert!(probes.probes[0].filled(&frame, "-A").is_empty());
}

#[test]
fn where_relations_are_seen() {
    let probes = read(POD).unwrap();
    assert_eq!(probes.seeing.declarations.len(), 2);
    assert_eq!(probes.seeing.declarations[1].words, [None, Some("path-missing".to_owned())]);
    assert_eq!(
        probes.seeing.declarations[0].ways,
        [vec!["events".to_owned(), "pods".to_owned()], vec!["pod-detail".to_owned()]]
    );
    assert!((probes.seeing.declarations[0].rate - 0.1).abs() < 1e-12);
    let problems = probes.problems();
    assert_eq!(problems.len(), 5, "events and pods, for each of two relations, and spec: {problems:?}");
}

#[test]
fn what_is_refused_names_its_place() {
    for (text, told) in [
        ("(probe p \"P.\" (cost 1) (run kubectl delete pod x) (shows v))", "not on the list"),
        ("(probe p \"P.\" (cost 0) (run kubectl get pods) (shows v))", "above 0"),
        ("(probe p \"P.\" (run kubectl get pods) (shows v))", "lacks a (cost …)"),
        ("(probe p \"P.\" (cost 1) (run kubectl get {pods}) (shows v))", "a place holds"),
        ("(probe p \"P.\" (cost 1) (try it))", "unknown part `try`"),
        ("(seen a (in))", "or where"),
        ("(seen a (rate 2) (in v))", "a rate"),
    ] {
        let error = read(text).unwrap_err().to_string();
        assert!(error.starts_with("own.rules:1:") && error.contains(told), "{error}");
    }
}
