//! Rules in, complaints out.

use crate::rules::RuleSet;

const GOOD: &str = r#"(rule good "What it says." (source "a book") (tv 0.9 0.9)
  (if (restarts ?pod ?count) (>= ?count 3) (part-of ?pod ?service))
  (then (cause ?service crash))
  (example fires (restarts pod/a 3) (part-of pod/a service/x) => (cause service/x crash))
  (example silent (restarts pod/a 2) (part-of pod/a service/x)))"#;

/// Compares what is said about rules (a parse error, or else problems and failed examples) with what is expected.
fn check(rules: &str, expected: &[&str]) {
    let said = match RuleSet::parse(rules, "r") {
        Err(error) => vec![error.to_string()],
        Ok(set) => {
            let problems = set.check().into_iter().map(|problem| problem.to_string());
            problems.chain(set.test().into_iter().map(|failure| failure.to_string())).collect()
        }
    };
    assert_eq!(said, expected);
}

/// The good rule with a part of it replaced.
fn but(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "the good rule has {from}");
    GOOD.replace(from, to)
}

#[test]
fn a_sound_rule_gets_no_complaint() {
    check(GOOD, &[]);
}

#[test]
fn what_is_missing_is_named() {
    check(
        "(rule bare (tv 0.9 0.9) (if (a ?x)) (then (b ?x)))",
        &[
            "r:1:1: rule `bare`: it does not say what it means; add a text after the name",
            "r:1:1: rule `bare`: it has no source; add (source \"address or title\")",
            "r:1:1: rule `bare`: no example fires it; add (example fires (fact)… => (conclusion)…)",
            "r:1:1: rule `bare`: no example leaves it silent; add (example silent (fact)…) with a case that looks alike",
        ],
    );
    check(
        &but("(tv 0.9 0.9)", ""),
        &[
            "r:1:1: the rule `good` has no (tv …); write (rule name \"…\" (source \"…\") (tv 0.9 0.9) (if …) (then …) (example …))",
        ],
    );
}

#[test]
fn unbound_variables_are_found_wherever_they_stand() {
    let hint = "use a variable of a (fact …) among the premises";
    check(
        &but("(>= ?count 3)", "(>= ?counts 3)"),
        &[
            &format!("r:2:30: rule `good`: `?counts` in (>= ?counts 3) is not bound; {hint}"),
            "r:4:3: the example of `good` should conclude (cause service/x crash), but (>= ?counts 3) is not met",
        ],
    );
    check(
        &but("(cause ?service crash))", "(cause ?servic crash))"),
        &[
            "r:3:9: rule `good`: `?servic` in the conclusion (cause ?servic crash) is not bound; a conclusion uses only variables that the premises bind",
            "r:4:3: the example of `good` should conclude (cause service/x crash), but its conclusion cannot be filled in",
        ],
    );
    check(
        &but("(>= ?count 3)", "(>= ?count 3) (not (old ?pod ?age) (> ?ages 3))"),
        &[&format!("r:2:44: rule `good`: `?ages` in (not (old ?pod ?age) (> ?ages 3)) is not bound; {hint}")],
    );
}

#[test]
fn misspelt_guards_and_uneven_arguments_are_found() {
    check(
        &but("(>= ?count 3)", "(=> ?count 3)"),
        &[
            "r:2:30: rule `good`: unknown guard `=>`; did you mean `>=`?",
            "r:4:3: the example of `good` should conclude (cause service/x crash), but no fact of it matches (=> ?count 3)",
        ],
    );
    check(
        &but("(restarts pod/a 2)", "(restarts pod/a main 2)"),
        &[
            "r:5:19: rule `good`: (restarts pod/a main 2) has 3 arguments, but `restarts` has 2 elsewhere; compare with r:2",
        ],
    );
}

#[test]
fn rules_speak_of_any_system() {
    check(
        &but("(>= ?count 3)", "(>= ?count 3) (starts-with (name ?pod) \"a\")"),
        &[
            "r:2:44: rule `good`: (starts-with (name ?pod) \"a\") looks for a fixed word in a name; what a thing is called is no evidence: renaming a system must not change its diagnosis",
        ],
    );
    check(
        &but("(part-of ?pod ?service))", "(part-of ?pod ?service) (not (on ?pod node/x)))"),
        &[
            "r:2:73: rule `good`: it names the entity `node/x`; a rule speaks of any system: use a variable, or a \"text\" if this is no entity",
        ],
    );
}

#[test]
fn examples_that_fail_say_why() {
    check(
        &but("(restarts pod/a 3)", "(restarts pod/b 3)"),
        &[
            "r:4:3: the example of `good` should conclude (cause service/x crash), but no facts of it fit together: each pattern matches alone, but with different values of the variables",
        ],
    );
    check(
        &but("(restarts pod/a 2)", "(restarts pod/a 5)"),
        &["r:5:3: the example of `good` should be silent, but it concludes (cause service/x crash)"],
    );
    check(
        &but("=> (cause service/x crash)", "=> (cause service/x memory)"),
        &[
            "r:4:3: the example of `good` should conclude (cause service/x memory), but it concludes (cause service/x crash)",
        ],
    );
}

#[test]
fn two_rules_of_one_name() {
    check(&format!("{GOOD}\n{GOOD}"), &["r:6:1: rule `good`: a second rule of this name; the other is at r:1"]);
}

#[test]
fn what_cannot_be_read_is_refused_with_its_place() {
    let truth =
        "the truth value is not two numbers between 0 and 1; write (tv STRENGTH CONFIDENCE), both between 0 and 1";
    check(&but("(tv 0.9 0.9)", "(tv 1.5 0.9)"), &[&format!("r:1:46: {truth}")]);
    check(&GOOD[..GOOD.len() - 1], &["r:1:1: this bracket is never closed; add a `)` where the form ends"]);
    check(
        &but("(>= ?count 3)", "(>= (plus ?count 1) 3)"),
        &["r:2:34: unknown function; the functions are + - * / max min abs name kind round-up usual bytes cores"],
    );
    check(&but("(>= ?count 3)", "(>= ?count)"), &["r:2:30: `>=` has 1 operands; write (>= ?x value)"]);
    check(
        &but("(example silent", "(example quiet"),
        &[
            "r:5:12: an example begins with `fires` or `silent`; write (example fires (fact)… => (conclusion)…) or (example silent (fact)…)",
        ],
    );
    check(
        &format!("{}\n{}", but("(>= ?count 3)", "(not (cause ?service crash))"), but("good", "other")),
        &[
            "r:1:1: the rule `good` concludes what, over other rules, depends on its own absence; a relation inside `not` or an aggregate must not follow from the rule's own conclusion; name the intermediate relation differently",
        ],
    );
}
