//! What looks are worth, on small worlds.

use super::{Census, Declaration, Expected, Hint, Named, Outlook, Part, Prospect, Seeing, Taken};
use oriel_atomspace::Frame;
use oriel_atomspace::rules::{Limits, RuleSet, Strengths};

const RULES: &str = r#"
(rule wet "Water got in." (source "s") (tv 0.9 0.9) (if (part-of ?p ?s) (leaks ?p)) (then (cause ?s water))
  (example fires (part-of pod/p service/a) (leaks pod/p) => (cause service/a water)))
(rule hot "It is too hot." (source "s") (tv 0.9 0.9) (if (part-of ?p ?s) (smokes ?p)) (then (cause ?s heat))
  (example fires (part-of pod/p service/a) (smokes pod/p) => (cause service/a heat)))
(rule torn "Key and lock differ." (source "s") (tv 0.9 0.9) (if (differs ?s)) (then (cause ?s mismatch))
  (example fires (differs service/a) => (cause service/a mismatch)))
(rule dark "No light, and nobody turned it off." (source "s") (tv 0.6 0.9) (if (dark ?s) (not (turned-off ?s)))
  (then (cause ?s lamp-broken)) (example fires (dark service/a) => (cause service/a lamp-broken)))
(mechanism wet-makes-slow "Water slows." (source "s") (tv 0.9 0.9) (if (cause ?s water)) (then (symptom ?s slow)))
"#;

fn seen(relation: &str, rate: f64, ways: &[&[&str]]) -> Declaration {
    let ways = ways.iter().map(|way| way.iter().map(|view| (*view).to_owned()).collect()).collect();
    Declaration { relation: relation.to_owned(), words: Vec::new(), rate, given: Vec::new(), ways }
}

fn seeing() -> Seeing {
    Seeing {
        declarations: vec![
            seen("part-of", 1.0, &[&["list"]]),
            seen("leaks", 0.05, &[&["detail"]]),
            seen("smokes", 0.05, &[&["detail"], &["nose"]]),
            seen("differs", 0.05, &[&["key", "lock"]]),
            seen("dark", 0.05, &[&["list"]]),
            seen("turned-off", 0.5, &[&["switch"]]),
        ],
        census: vec![Census { kind: "service".to_owned(), views: vec!["list".to_owned()] }],
        hints: vec![Hint { symptom: "slow".to_owned(), words: vec!["slow".to_owned()] }],
    }
}

/// What the looks are worth in a world of these facts, with these views taken.
fn worth(facts: &str, taken: &[&str], named: &[Named], looks: &[(&str, &[&str])]) -> Vec<Expected> {
    let rules = RuleSet::parse(RULES, "world.rules").unwrap();
    let mut frame = Frame::new();
    frame.load(facts).unwrap();
    let derivations = rules.run(&mut frame, &Strengths::new(), Limits::default());
    let outlook = Outlook::new(&rules, &seeing(), &|rule| rule.tv);
    let mut all = Taken::default();
    for view in taken {
        all.take(&outlook.views(&[(*view).to_owned()]), &[]);
    }
    let prior = vec![0.25; 4];
    let prospect = Prospect::new(&outlook, (&frame, &derivations), &all, &prior, named);
    let glances: Vec<[Part; 1]> = looks
        .iter()
        .map(|(view, of)| {
            let of = of.iter().map(|name| (*name).to_owned()).collect();
            [Part { views: outlook.views(&[(*view).to_owned()]), of }]
        })
        .collect();
    let mut worth: Vec<Expected> = glances.iter().map(|glance| prospect.expected(&frame, &[glance])).collect();
    if let [one, other, ..] = glances.as_slice() {
        worth.push(prospect.expected(&frame, &[one, other]));
    }
    worth
}

const PART: &str = "(part-of pod/a service/a)";

#[test]
fn a_look_that_tells_causes_apart_is_worth_more_than_one_that_shows_less() {
    let worth = worth(PART, &["list"], &[], &[("detail", &["pod/a", "service/a"]), ("nose", &["pod/a"])]);
    assert!(worth[0].bits > worth[1].bits && worth[1].bits > 0.0, "{worth:?}");
}

#[test]
fn a_look_that_cannot_matter_is_worth_nothing() {
    // Of another thing, already taken, or never asked for.
    let worth = worth(PART, &["list"], &[], &[("detail", &["pod/elsewhere"]), ("list", &[]), ("stars", &[])]);
    assert!(worth.iter().all(|look| *look == Expected::default()), "{worth:?}");
}

#[test]
fn two_looks_can_be_worth_something_together_only() {
    let worth = worth(PART, &["list"], &[], &[("key", &[]), ("lock", &[])]);
    assert_eq!((worth[0], worth[1]), (Expected::default(), Expected::default()));
    assert!(worth[2].bits > 0.0);
}

#[test]
fn the_ground_of_what_is_named_is_questioned() {
    let named = [Named { entity: "service/a".to_owned(), cause: "lamp-broken".to_owned(), probability: 0.9 }];
    let facts = "(part-of pod/a service/a) (dark service/a)";
    let open = worth(facts, &["list"], &named, &[("switch", &["service/a"])]);
    assert!(open[0].bits > 0.0);
    let closed = worth(facts, &["list", "switch"], &named, &[("switch", &["service/a"])]);
    assert_eq!(closed[0], Expected::default());
}

#[test]
fn what_is_believed_and_not_said_is_worth_confirming() {
    let only = "(part-of pod/a service/a) (symptom service/a slow)";
    let near = worth(only, &["list", "nose", "key", "lock"], &[], &[("detail", &["pod/a"])]);
    let far = worth(PART, &["list", "nose", "key", "lock"], &[], &[("detail", &["pod/a"])]);
    assert!(near[0].bits > 0.0 && far[0].bits > 0.0);
}

#[test]
fn names_decide_nothing() {
    let looks: [(&str, &[&str]); 2] = [("detail", &["pod/a"]), ("detail", &["pod/b"])];
    let one = worth("(part-of pod/a service/a) (part-of pod/b service/b)", &["list"], &[], &looks);
    let renamed: [(&str, &[&str]); 2] = [("detail", &["pod/zz"]), ("detail", &["pod/c"])];
    let two = worth("(part-of pod/zz service/y) (part-of pod/c service/x)", &["list"], &[], &renamed);
    assert_eq!(one, two);
}

#[test]
fn a_question_makes_likelier_what_it_speaks_of() {
    let rules = RuleSet::parse(RULES, "world.rules").unwrap();
    let outlook = Outlook::new(&rules, &seeing(), &|rule| rule.tv);
    assert_eq!(outlook.causes().collect::<Vec<_>>(), ["water", "heat", "mismatch", "lamp-broken"]);
    assert_eq!(outlook.spoken("Checkout is SLOW."), [4.0, 1.0, 1.0, 1.0]);
    assert_eq!(outlook.spoken("nothing of the kind"), [1.0; 4]);
}
