//! Learning: what is found is what counting finds, and chance is not taken for a rule.

mod groups;
mod rules;

use super::{Cases, Features, LearningError, Mining};
use crate::query::Term;
use crate::space::{AtomType, Handle, Space, Truth};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// A space in which each case is said to have some traits: bit `t` of a case's number is trait `t`.
fn cases(traits: &[u32]) -> (Space, Vec<Handle>) {
    let mut space = Space::new();
    let mut all = Vec::new();
    for (at, has) in traits.iter().enumerate() {
        let case = space.node(AtomType::CONCEPT, &format!("case {at}")).expect("room");
        all.push(case);
        for bit in (0..32).filter(|bit| has >> bit & 1 == 1) {
            let class = space.node(AtomType::CONCEPT, &format!("trait {bit}")).expect("room");
            let member = space.link(AtomType::MEMBER, &[case, class]).expect("room");
            space.set_truth(member, Truth::simple(1.0, 0.9)).expect("in range");
        }
    }
    (space, all)
}

/// Features of facts as they stand, without other variables.
fn plain() -> Features {
    Features { open: false, ..Features::default() }
}

fn shown(space: &Space, clauses: &[Term]) -> String {
    clauses.iter().map(|clause| clause.show(space.types())).collect::<Vec<_>>().join(" & ")
}

fn bit(text: &str) -> u32 {
    text.split("trait ")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .and_then(|bit| bit.parse().ok())
        .expect("a trait")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn mining_finds_what_counting_finds(traits in prop::collection::vec(0_u32..64, 1..40), support in 1_usize..6) {
        let (space, all) = cases(&traits);
        let cases = Cases::of(&space, &all, plain()).expect("cases");
        let mined = cases.mine(&Mining { support, features: 3, ..Mining::default() }).expect("in range");
        let mut found: BTreeMap<u32, usize> = BTreeMap::new();
        for pattern in &mined.patterns {
            let set = pattern.clauses.iter().map(|clauses| 1 << bit(&shown(&space, clauses))).sum();
            prop_assert!(found.insert(set, pattern.support).is_none(), "a pattern came twice");
            prop_assert!((0.0..=1.0).contains(&pattern.surprise));
        }
        let expected: BTreeMap<u32, usize> = (1_u32..64)
            .filter(|set| set.count_ones() <= 3)
            .map(|set| (set, traits.iter().filter(|has| *has & set == set).count()))
            .filter(|(_, count)| *count >= support)
            .collect();
        prop_assert_eq!(found, expected);
        prop_assert!(mined.complete);
    }
}

const FLEET: &str = r#"
    (Evaluation (stv 1 0.9) (Predicate "calls") (List (Concept "web") (Concept "db")))
    (Evaluation (stv 1 0.9) (Predicate "calls") (List (Concept "cart") (Concept "mail")))
    (Evaluation (stv 0.1 0.9) (Predicate "calls") (List (Concept "web") (Concept "mail")))
    (Evaluation (stv 1 0.9) (Predicate "down") (Concept "db"))
    (Evaluation (stv 1 0.9) (Predicate "slow") (Concept "web"))
    (Evaluation (Predicate "idle") (Concept "web"))
"#;

#[test]
fn features_are_what_facts_say() {
    let mut space = Space::new();
    space.load(FLEET).expect("well-formed");
    let web = space.named("web").next().expect("there");
    let of = |which| {
        let cases = Cases::of(&space, &[web, web], which).expect("cases");
        cases.features().map(|(clauses, count)| format!("{count} {}", shown(&space, clauses))).collect::<Vec<_>>()
    };
    let calls = |whom: &str| format!("(Evaluation (Predicate \"calls\") (List (Variable \"$case\") {whom}))");
    let slow = r#"1 (Evaluation (Predicate "slow") (Variable "$case"))"#.to_owned();
    assert_eq!(of(plain()), [format!("1 {}", calls("(Concept \"db\")")), slow.clone()]);
    let something = calls("(Variable \"$other\")");
    assert_eq!(
        of(Features::default()),
        [
            format!("1 {}", calls("(Concept \"db\")")),
            format!("1 {something}"),
            format!("1 {something} & (Evaluation (Predicate \"down\") (Variable \"$other\"))"),
            slow,
        ]
    );
}

#[test]
fn what_follows_from_another_feature_is_no_pattern_with_it() {
    let mut space = Space::new();
    space.load(FLEET).expect("well-formed");
    let web = space.named("web").next().expect("there");
    let cases = Cases::of(&space, &[web], Features::default()).expect("cases");
    let mined = cases.mine(&Mining { support: 1, features: 2, ..Mining::default() }).expect("in range");
    // Of the six pairs of four features, two say the same twice: calling the database, or what is down, is calling.
    assert_eq!(mined.patterns.iter().filter(|pattern| pattern.clauses.len() == 2).count(), 4);
}

#[test]
fn mining_keeps_to_its_bounds() {
    let (space, all) = cases(&[63; 10]);
    let cases = Cases::of(&space, &all, plain()).expect("cases");
    let mined = cases.mine(&Mining { steps: 10, ..Mining::default() }).expect("in range");
    assert!(!mined.complete && mined.steps == 10);
    let cancel = crate::query::Cancel::new();
    cancel.cancel();
    assert!(!cases.mine(&Mining { cancel: Some(cancel), ..Mining::default() }).expect("in range").complete);
    let error = cases.mine(&Mining { features: 6, ..Mining::default() }).expect_err("refused").to_string();
    assert_eq!(error, "features is 6: it must be from 1 to 5");
    let mut other = space.clone();
    let gone = other.node(AtomType::CONCEPT, "gone").expect("room");
    assert!(matches!(Cases::of(&space, &[gone], plain()), Err(LearningError::NoAtom(_))));
}
