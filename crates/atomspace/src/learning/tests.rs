//! Learning: what is found is what counting finds, and chance is not taken for a rule.

mod groups;
mod rules;

use super::{Bounds, Cases, Features, LearningError, Met, Mining, Pattern};
use crate::attention::{Bank, Funds, Settings};
use crate::query::Term;
use crate::space::{AtomType, Handle, Space, Truth};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write as _;

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
        let cases = Cases::of(&space, &all, plain(), &Bounds::default()).expect("cases");
        let mined = cases.mine(&Mining { support, features: 3, ..Mining::default() }, &Bounds::default()).expect("in range");
        let mut found: BTreeMap<u32, usize> = BTreeMap::new();
        for pattern in &mined.patterns {
            let set = cases.clauses(pattern).iter().map(|clauses| 1 << bit(&shown(&space, clauses))).sum();
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
        let cases = Cases::of(&space, &[web, web], which, &Bounds::default()).expect("cases");
        cases.features().map(|(clauses, count)| format!("{count} {}", shown(&space, clauses))).collect::<Vec<_>>()
    };
    let calls = |whom: &str| format!("(Evaluation (Predicate \"calls\") (List (Variable \"$case\") {whom}))");
    let slow = r#"1 (Evaluation (Predicate "slow") (Variable "$case"))"#.to_owned();
    assert_eq!(of(plain()), [format!("1 {}", calls("(Concept \"db\")")), slow.clone()]);
    // That it calls something, and that this is down, says no more than that it calls the database.
    assert_eq!(of(Features::default()), [format!("1 {}", calls("(Concept \"db\")")), slow]);
}

/// Services that call one of two databases, of which both are old and one is down, or a mailer.
fn callers() -> (Space, Vec<Handle>) {
    let mut space = Space::new();
    let mut text = String::from("(Evaluation (stv 1 0.9) (Predicate \"down\") (Concept \"db1\"))");
    for (whom, callers) in [("db1", 0..4), ("db2", 2..6), ("mail", 6..8)] {
        for at in callers {
            let _ = write!(
                text,
                "(Evaluation (stv 1 0.9) (Predicate \"calls\") (List (Concept \"s{at}\") (Concept \"{whom}\")))"
            );
        }
    }
    for whom in ["db1", "db2"] {
        let _ = write!(text, "(Evaluation (stv 1 0.9) (Predicate \"old\") (Concept \"{whom}\"))");
    }
    for whom in ["db1", "db2", "mail"] {
        let _ = write!(text, "(Evaluation (stv 1 0.9) (Predicate \"up\") (Concept \"{whom}\"))");
    }
    space.load(&text).expect("well-formed");
    let all = (0..8).filter_map(|at| space.named(&format!("s{at}")).next()).collect();
    (space, all)
}

#[test]
fn a_feature_that_says_what_a_plainer_one_says_is_none() {
    let (space, all) = callers();
    let cases = Cases::of(&space, &all, Features::default(), &Bounds::default()).expect("cases");
    let told: Vec<String> =
        cases.features().map(|(clauses, count)| format!("{count} {}", shown(&space, clauses))).collect();
    let calls = |whom: &str| format!("(Evaluation (Predicate \"calls\") (List (Variable \"$case\") {whom}))");
    let something = calls("(Variable \"$other\")");
    // What is down is one database alone, and all that is called is up.
    assert_eq!(
        told,
        [
            format!("4 {}", calls("(Concept \"db1\")")),
            format!("8 {something}"),
            format!("6 {something} & (Evaluation (Predicate \"old\") (Variable \"$other\"))"),
            format!("4 {}", calls("(Concept \"db2\")")),
            format!("2 {}", calls("(Concept \"mail\")")),
        ]
    );
}

#[test]
fn what_follows_from_another_feature_is_no_pattern_with_it() {
    let (space, all) = callers();
    let cases = Cases::of(&space, &all, Features::default(), &Bounds::default()).expect("cases");
    let mining = Mining { support: 1, features: 2, ..Mining::default() };
    let mined = cases.mine(&mining, &Bounds::default()).expect("in range");
    let mut pairs: Vec<String> = mined
        .patterns
        .iter()
        .filter(|pattern| pattern.features() == 2)
        .map(|pattern| {
            cases.clauses(pattern).iter().map(|clauses| shown(&space, clauses)).collect::<Vec<_>>().join(" and ")
        })
        .collect();
    pairs.sort_unstable();
    // Whoever calls a database, or what is old, calls something, and what a database is, which is old.
    let calls =
        |whom: &str| format!("(Evaluation (Predicate \"calls\") (List (Variable \"$case\") (Concept \"{whom}\")))");
    assert_eq!(pairs, [format!("{} and {}", calls("db1"), calls("db2"))]);
}

#[test]
fn mining_keeps_to_its_bounds() {
    let (space, all) = cases(&[63; 10]);
    let cases = Cases::of(&space, &all, plain(), &Bounds::default()).expect("cases");
    let bounded = |bounds: Bounds| cases.mine(&Mining::default(), &bounds).expect("in range");
    let mined = bounded(Bounds { steps: 10, ..Bounds::default() });
    assert!(!mined.complete && mined.steps <= 10 && mined.found == 0 && mined.met == Some(Met::Steps));
    // Each case has six traits: what is said alone takes 70 steps. Of larger sets, those of fewer features come first.
    let some = bounded(Bounds { steps: 300, ..Bounds::default() });
    let sizes: Vec<usize> = some.patterns.iter().map(Pattern::features).collect();
    assert!(sizes.contains(&1) && sizes.contains(&2) && !sizes.contains(&3), "{sizes:?}");
    assert!(some.patterns.iter().all(|pattern| pattern.support == 10), "what is counted is counted to the end");
    assert_eq!(bounded(Bounds { memory: 1_000, ..Bounds::default() }).met, Some(Met::Memory));
    let cancel = crate::query::Cancel::new();
    cancel.cancel();
    assert_eq!(bounded(Bounds { cancel: Some(cancel), ..Bounds::default() }).met, Some(Met::Cancelled));
    let error =
        cases.mine(&Mining { features: 6, ..Mining::default() }, &Bounds::default()).expect_err("refused").to_string();
    assert_eq!(error, "features is 6: it must be from 1 to 5");
    let mut other = space.clone();
    let gone = other.node(AtomType::CONCEPT, "gone").expect("room");
    assert!(matches!(Cases::of(&space, &[gone], plain(), &Bounds::default()), Err(LearningError::NoAtom(_))));
}

#[test]
fn the_first_patterns_are_kept_and_all_are_counted() {
    let traits: Vec<u32> = (0..60).map(|at| (at * 7 + at / 3) % 64).collect();
    let (space, all) = cases(&traits);
    let cases = Cases::of(&space, &all, plain(), &Bounds::default()).expect("cases");
    let mined = |most| cases.mine(&Mining { most, ..Mining::default() }, &Bounds::default()).expect("in range");
    let (every, few) = (mined(usize::MAX), mined(7));
    assert!(every.patterns.len() > 20 && every.found == every.patterns.len());
    assert_eq!((&few.patterns[..], few.found), (&every.patterns[..7], every.found));
}

/// Fifty cases, each of which calls a thing of its own.
fn fifty() -> (Space, Vec<Handle>) {
    let mut space = Space::new();
    let text = (0..50).map(|at| {
        format!("(Evaluation (stv 1 0.9) (Predicate \"calls\") (List (Concept \"s{at}\") (Concept \"d{at}\")))\n")
    });
    space.load(&text.collect::<String>()).expect("well-formed");
    let all = (0..50).filter_map(|at| space.named(&format!("s{at}")).next()).collect();
    (space, all)
}

#[test]
fn where_a_bound_is_met_the_cases_that_were_looked_at_are_whole() {
    let (space, all) = fifty();
    let of = |bounds: Bounds| Cases::of(&space, &all, Features::default(), &bounds).expect("cases");
    let whole = of(Bounds::default());
    assert_eq!((whole.cases().len(), whole.left(), whole.met()), (50, 0, None));
    // Two steps a case: that it calls its own thing, and that it calls anything.
    let some = of(Bounds { steps: 21, ..Bounds::default() });
    assert_eq!((some.cases(), some.left(), some.met()), (&all[..10], 40, Some(Met::Steps)));
    let counts: Vec<usize> = some.features().map(|(_, cases)| cases).collect();
    assert_eq!((counts.len(), counts.iter().max(), counts.iter().sum::<usize>()), (11, Some(&10), 20));
    let mined = some.mine(&Mining::default(), &Bounds::default()).expect("in range");
    assert_eq!((mined.met, mined.complete, mined.found), (Some(Met::Steps), false, 1));
    let little = of(Bounds { memory: 5_000, ..Bounds::default() });
    assert!(little.met() == Some(Met::Memory) && little.left() > 20, "{}", little.left());
}

#[test]
fn a_pattern_is_told_so_that_a_query_finds_it_again() {
    let mut space = Space::new();
    let mut all = Vec::new();
    for at in 0..12 {
        let text = format!(
            "(Evaluation (stv 1 0.9) (Predicate \"calls\") (List (Concept \"s{at}\") (Concept \"d{at}\")))
             (Evaluation (stv 1 0.9) (Predicate \"uses\") (List (Concept \"s{at}\") (Concept \"c{at}\")))"
        );
        space.load(&text).expect("well-formed");
        all.push(space.named(&format!("s{at}")).next().expect("there"));
    }
    let cases = Cases::of(&space, &all, Features::default(), &Bounds::default()).expect("cases");
    let mined = cases.mine(&Mining::default(), &Bounds::default()).expect("in range");
    let both = mined.patterns.iter().find(|pattern| pattern.features() == 2).expect("one");
    // What is called and what is used are not the same.
    assert_eq!(
        cases.term(both).show(space.types()),
        "(And (Evaluation (Predicate \"calls\") (List (Variable \"$case\") (Variable \"$other0\"))) \
         (Evaluation (Predicate \"uses\") (List (Variable \"$case\") (Variable \"$other1\"))))"
    );
    let query = crate::query::Query::parse_in(&space, &format!("(Get {})", cases.term(both).show(space.types())))
        .expect("a query");
    let found = query.prepare(&space).expect("a query").solutions(crate::query::Bounds::default()).count();
    assert_eq!((found, both.support), (12, 12));
}

#[test]
fn what_stands_alike_to_another_atom_is_nothing_said_of_it() {
    let mut space = Space::new();
    let mut all = Vec::new();
    for at in 0..8 {
        for kind in [at % 4, (at + 1) % 4] {
            let text = format!("(Member (stv 1 0.9) (Concept \"s{at}\") (Concept \"k{kind}\"))");
            space.load(&text).expect("well-formed");
        }
        all.push(space.named(&format!("s{at}")).next().expect("there"));
    }
    let cases = Cases::of(&space, &all, Features::default(), &Bounds::default()).expect("cases");
    let told: Vec<String> =
        cases.features().map(|(clauses, count)| format!("{count} {}", shown(&space, clauses))).collect();
    // Not that they are members of what s1 is a member of, and so on for each of them.
    let of = |count: usize, kind: &str| format!("{count} (Member (Variable \"$case\") {kind})");
    let kind = |number: usize| of(4, &format!("(Concept \"k{number}\")"));
    assert_eq!(told, [kind(0), of(8, "(Variable \"$other\")"), kind(1), kind(2), kind(3)]);
}

#[test]
fn what_is_rare_and_many_is_mined_without_holding_each_against_each() {
    // A thousand cases with thousands of features that two of them share, and two features that many have together.
    let mut space = Space::new();
    let mut text = String::new();
    for at in 0..1_000_u32 {
        for part in 0..9 {
            let whom = at.wrapping_mul(2_654_435_761).wrapping_add(part * 7_919) % 500;
            let _ = writeln!(text, "(Member (stv 1 0.9) (Concept \"s{at}\") (Concept \"t{part} {whom}\"))");
        }
        for what in ["old", "slow"].iter().filter(|_| at % 5 == 0) {
            let _ = writeln!(text, "(Evaluation (stv 1 0.9) (Predicate \"{what}\") (Concept \"s{at}\"))");
        }
    }
    space.load(&text).expect("well-formed");
    let all: Vec<Handle> = (0..1_000).filter_map(|at| space.named(&format!("s{at}")).next()).collect();
    let cases = Cases::of(&space, &all, plain(), &Bounds::default()).expect("cases");
    let features = cases.features().count() as u64;
    let mining = Mining { support: 2, ..Mining::default() };
    let mined = cases.mine(&mining, &Bounds { steps: 3_000_000, ..Bounds::default() }).expect("in range");
    assert!(features > 4_000 && mined.complete, "{features} features, {} steps", mined.steps);
    assert!(mined.steps < features * features / 40, "{} steps", mined.steps);
    let told = |pattern: &Pattern| shown(&space, std::slice::from_ref(&cases.term(pattern)));
    let pair =
        mined.patterns.iter().find(|pattern| pattern.features() == 2 && pattern.support == 200).expect("old and slow");
    assert!(told(pair).contains("old") && told(pair).contains("slow") && (pair.surprise - 0.8).abs() < 1e-9);
}

#[test]
fn a_fact_of_many_atoms_is_no_feature() {
    let told = |parts: usize| {
        let mut space = Space::new();
        let others: String = (0..parts).map(|at| format!(" (Concept \"c{at}\")")).collect::<Vec<_>>().concat();
        space
            .load(&format!("(Evaluation (stv 1 0.9) (Predicate \"joins\") (List (Concept \"s\"){others}))"))
            .expect("well-formed");
        let case = space.named("s").next().expect("there");
        Cases::of(&space, &[case], plain(), &Bounds::default()).expect("cases").features().count()
    };
    // With the link, the predicate, the list and the case.
    assert_eq!((told(60), told(61)), (1, 0));
}

#[test]
fn what_was_thought_of_together_is_no_feature() {
    let (mut space, all) = cases(&[1, 1, 2]);
    let features = |space: &Space| -> Vec<String> {
        let cases = Cases::of(space, &all, Features::default(), &Bounds::default()).expect("cases");
        cases.features().map(|(clauses, _)| shown(space, clauses)).collect()
    };
    let before = features(&space);
    let funds = Funds { sti: 1_000, lti: 0 };
    let mut bank = Bank::open(&mut space, funds, Settings::default()).expect("in range");
    for case in &all {
        bank.stimulate(&mut space, *case, 100).expect("there");
    }
    assert_eq!(bank.learn(&mut space), Ok(3));
    assert_eq!(features(&space), before);
}

#[test]
fn a_case_that_very_many_links_join_takes_a_step_for_each_beyond_the_fan() {
    let (space, _) = cases(&[1; 500]);
    let hub = space.find_node(AtomType::CONCEPT, "trait 0").expect("there");
    let looked = |which: Features, steps: u64| {
        let bounds = Bounds { steps, ..Bounds::default() };
        Cases::of(&space, &[hub], which, &bounds).expect("cases").met()
    };
    // Five hundred facts are looked at, and four hundred more links than the fan were.
    let fan = Features { fan: 100, ..plain() };
    assert_eq!((looked(fan, 899), looked(fan, 900)), (Some(Met::Steps), None));
    assert_eq!((looked(plain(), 499), looked(plain(), 500)), (Some(Met::Steps), None));
    let cancel = crate::query::Cancel::new();
    cancel.cancel();
    let bounds = Bounds { cancel: Some(cancel), ..Bounds::default() };
    assert_eq!(Cases::of(&space, &[hub], plain(), &bounds).expect("cases").met(), Some(Met::Cancelled));
}
