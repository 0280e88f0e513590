//! Random rules over random facts: the engine concludes what naive evaluation concludes, and fires once for each
//! combination of facts, however the rules feed each other.

use crate::rules::{Limits, RuleSet, Strengths};
use crate::{Frame, Term, TruthValue};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A relation (0 to 2) and two arguments: a constant (0 to 3) or a variable (4 to 6).
type Atom = (u8, u8, u8);
type Rule = (Vec<Atom>, Atom);

fn rule() -> impl Strategy<Value = Rule> {
    let pattern = (0_u8..3, prop_oneof![0_u8..4, 4_u8..7, 4_u8..7], prop_oneof![0_u8..4, 4_u8..7, 4_u8..7]);
    (prop::collection::vec(pattern.clone(), 1..4), pattern).prop_filter(
        "the conclusion is bound",
        |(premises, head)| {
            let bound = |argument: u8| {
                argument < 4 || premises.iter().any(|(_, one, two)| *one == argument || *two == argument)
            };
            bound(head.1) && bound(head.2)
        },
    )
}

fn text((relation, one, two): Atom) -> String {
    let argument = |number: u8| if number < 4 { format!("e/{number}") } else { format!("?v{number}") };
    format!("(r{relation} {} {})", argument(one), argument(two))
}

/// Every way to match the premises: the facts used, and the bindings.
fn matches(premises: &[Atom], facts: &BTreeSet<Atom>) -> Vec<(Vec<Atom>, BTreeMap<u8, u8>)> {
    premises.iter().fold(vec![(Vec::new(), BTreeMap::new())], |partial, premise| {
        let mut more = Vec::new();
        for (used, bound) in partial {
            for fact in facts.iter().filter(|fact| fact.0 == premise.0) {
                let mut bound: BTreeMap<u8, u8> = BTreeMap::clone(&bound);
                let mut fits = |argument: u8, value: u8| {
                    if argument < 4 { argument == value } else { *bound.entry(argument).or_insert(value) == value }
                };
                if fits(premise.1, fact.1) && fits(premise.2, fact.2) {
                    let mut used: Vec<Atom> = Vec::clone(&used);
                    used.push(*fact);
                    more.push((used, bound));
                }
            }
        }
        more
    })
}

fn naive(rules: &[Rule], facts: &BTreeSet<Atom>) -> BTreeSet<Atom> {
    let mut all = facts.clone();
    loop {
        let before = all.len();
        for (premises, head) in rules {
            for (_, bound) in matches(premises, &all) {
                let value = |argument: u8| bound.get(&argument).copied().unwrap_or(argument);
                all.insert((head.0, value(head.1), value(head.2)));
            }
        }
        if all.len() == before {
            return all;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_engine_agrees_with_naive_evaluation(
        rules in prop::collection::vec(rule(), 1..5),
        facts in prop::collection::btree_set((0_u8..3, 0_u8..4, 0_u8..4), 0..10),
        shared in any::<bool>(),
    ) {
        let written: Vec<String> = rules.iter().enumerate().map(|(number, (premises, head))| {
            let premises: Vec<String> = premises.iter().copied().map(text).collect();
            format!("(rule n{number} (tv 0.9 0.9) (if {}) (then {}))", premises.join(" "), text(*head))
        }).collect();
        let written = written.join("\n");
        let set = RuleSet::parse(&written, "random.rules").expect("well-formed");
        let mut frame = Frame::new();
        for (relation, one, two) in &facts {
            let args = [format!("e/{one}"), format!("e/{two}")];
            frame.fact(&format!("r{relation}"), &[Term::Entity(&args[0]), Term::Entity(&args[1])], TruthValue::new(0.9, 0.9), None);
        }
        if shared {
            frame.share();
        }
        let out = set.run(&mut frame, &Strengths::new(), Limits::default());
        prop_assert!(out.truncated().is_none());
        let all = naive(&rules, &facts);
        let found: BTreeSet<String> = frame.all_facts().map(|fact| frame.show(fact.id)).collect();
        prop_assert_eq!(found, all.iter().copied().map(text).collect::<BTreeSet<_>>());
        for (number, (premises, _)) in rules.iter().enumerate() {
            let fired = out.firings().iter().filter(|firing| firing.rule.name == format!("n{number}")).count();
            prop_assert_eq!(fired, matches(premises, &all).len(), "rule n{} of\n{}", number, written);
        }
        for firing in out.firings() {
            let again = firing.rule.tv.strength * firing.premises.iter().map(|id| frame.tv(*id).strength).product::<f64>();
            prop_assert!((firing.tv.strength - again).abs() < 1e-9, "a support is not that of the final premises");
            prop_assert!(out.proof(&frame, firing.conclusion).to_string().len() < 1_000_000);
        }
    }
}
