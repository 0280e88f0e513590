//! Which remedies are recommended, in which order, and what of them may be run.

use crate::learning::Learning;
use crate::scene::{facts, scene};
use crate::verdict::{ChangeKind, Recommendation, Risk};
use crate::words::sentence;

/// A remedy of out-of-memory: action, kind, command, cost, risk, reversibility.
fn offer(action: &str, kind: &str, command: &str, numbers: [f64; 3]) -> String {
    let [cost, risk, reversible] = numbers;
    let name = sentence(action).replace(' ', "");
    format!(
        r#"(rule {name} "R." (source "s") (tv 1 1) (if (cause ?s out-of-memory)) (then (remedy ?s {action} {kind} "{command}"
            why "More room." diff "deployment/{{name ?s}} spec" "a: 1" "a: 2" risk {risk} "It restarts." undo "kubectl undo"
            check "kubectl get" "It runs." cost {cost} reversible {reversible})))"#
    )
}

/// What is recommended where a service is killed, and the rule that says so is right in this share of cases.
fn recommended(service: &str, strength: f64, offers: &[String]) -> Vec<Recommendation> {
    let killed = format!(
        r#"(rule killed "K." (source "s") (tv {strength} 0.9) (if (killed ?s)) (then (cause ?s out-of-memory)))"#
    );
    let rules = format!("{killed}\n{}", offers.join("\n"));
    scene(&format!("(killed {service})"), &rules, Learning::default()).verdict().verdict.recommendations
}

fn actions(list: &[Recommendation]) -> Vec<&str> {
    list.iter().map(|each| each.action.as_str()).collect()
}

#[test]
fn the_cheap_and_safe_remedy_comes_before_the_drastic_one() {
    let found = recommended(
        "service/cart",
        0.95,
        &[
            offer("rebuild-cluster", "command", "", [1.0, 0.9, 0.0]),
            offer("raise-limit", "patch", "kubectl a", [0.1, 0.1, 1.0]),
        ],
    );
    assert_eq!(actions(&found), ["raise-limit", "rebuild-cluster"]);
    let first = &found[0];
    assert_eq!((first.risk, first.reversible, first.cause.as_str()), (Risk::Low, true, "out-of-memory"));
    assert_eq!((first.kind, first.runnable, found[1].runnable), (ChangeKind::Patch, true, false));
    assert_eq!(
        first.diff.as_deref(),
        Some("--- deployment/cart\n+++ deployment/cart\n@@ -1,2 +1,2 @@\n spec:\n-  a: 1\n+  a: 2")
    );
    assert_eq!((first.undo.as_deref(), first.check_shows.as_str()), (Some("kubectl undo"), "It runs."));
    assert!(first.explanation.starts_with("More room. Removes out of memory, which is "), "{}", first.explanation);
    assert!(first.utility > found[1].utility);
}

#[test]
fn a_look_comes_before_a_risky_change_while_the_cause_is_uncertain_and_after_it_once_it_is_sure() {
    let offers = [
        offer("look", "inspect", "kubectl a", [0.05, 0.0, 1.0]),
        offer("recreate", "command", "kubectl b", [0.3, 0.5, 0.0]),
    ];
    assert_eq!(actions(&recommended("service/cart", 0.6, &offers)), ["look", "recreate"]);
    let harmless = [
        offer("look", "inspect", "kubectl a", [0.05, 0.0, 1.0]),
        offer("nudge", "command", "kubectl b", [0.0, 0.0, 1.0]),
    ];
    assert_eq!(actions(&recommended("service/cart", 0.6, &harmless)), ["nudge", "look"], "nothing is lost by trying");
}

#[test]
fn of_many_alike_two_are_named() {
    let offers: Vec<String> = (0..6)
        .map(|at| {
            offer("uncordon", "command", &format!("kubectl uncordon n{at}"), [0.1, 0.1, 1.0])
                .replace("rule Uncordon", &format!("rule u{at}"))
        })
        .collect();
    assert_eq!(actions(&recommended("service/cart", 0.95, &offers)), ["uncordon", "uncordon"]);
}

#[test]
fn a_hostile_name_is_shown_and_never_offered_for_running() {
    for name in ["a; rm -rf /", "$(reboot)", "`id`", "a\"b", "a'b", "a b", "a&b", "x\ny", "é"] {
        let quoted = format!("|service/{name}|");
        let found = recommended(&quoted, 0.95, &[offer("raise", "patch", "kubectl get {name ?s}", [0.1, 0.1, 1.0])]);
        let first = found.first().unwrap();
        assert!(!first.runnable, "{name}: {}", first.command);
        assert_eq!(first.blanks.len(), 1, "{name}: {}", first.command);
        assert!(!first.command.contains('\n'), "{name}");
    }
    let plain =
        recommended("service/cart-1.b_2", 0.95, &[offer("raise", "patch", "kubectl get {name ?s}", [0.1, 0.1, 1.0])]);
    assert!(plain[0].runnable && plain[0].command == "kubectl get cart-1.b_2");
}

#[test]
fn a_remedy_that_cannot_be_read_is_said_to_be() {
    let rules = r#"(rule killed "K." (source "s") (tv 0.95 0.9) (if (killed ?s)) (then (cause ?s out-of-memory)))
        (rule short "S." (source "s") (tv 1 1) (if (cause ?s out-of-memory)) (then (remedy ?s raise "kubectl" 0.1 0.1 1)))"#;
    let verdict = scene("(killed service/cart)", rules, Learning::default()).verdict().verdict;
    assert!(verdict.recommendations.is_empty());
    let note = verdict.perspectives.iter().find(|p| p.mode == "consequentialist").map(|p| p.note.clone());
    assert!(note.is_some_and(|note| note.contains("1 could not be read: a remedy is of the kind")));
}

#[test]
fn silent_without_a_remedy() {
    let verdict = facts("(cause service/cart out-of-memory)").verdict().verdict;
    assert!(verdict.recommendations.is_empty());
    assert!(verdict.perspectives.iter().all(|p| p.mode != "consequentialist"));
}
