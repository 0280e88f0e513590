//! Laws: chaining concludes what trying everything concludes, counts no evidence twice, and every proof holds.

use super::{rules, space, term};
use crate::TruthValue;
use crate::chain::{By, Chainer, Conclusion, Formulas, Guide, PLN, Proof, Rules};
use crate::space::{AtomType, Space};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

const THINGS: usize = 4;
const RELATIONS: usize = 3;

/// A relation of two places, which are numbers of things or of variables.
type Triple = (usize, usize, usize);

#[derive(Clone, Debug)]
struct Clause {
    premises: Vec<Triple>,
    conclusion: Triple,
}

fn clauses() -> impl Strategy<Value = Vec<Clause>> {
    let triple = || (0..RELATIONS, 0_usize..3, 0_usize..3);
    let clause =
        (prop::collection::vec(triple(), 1..4), 0..RELATIONS, any::<[bool; 2]>(), any::<[prop::sample::Index; 2]>());
    let clause = clause.prop_map(|(premises, relation, _, places)| {
        let variables: Vec<usize> = premises.iter().flat_map(|(_, one, two)| [*one, *two]).collect();
        let [one, two] = places.map(|place| *place.get(&variables));
        Clause { premises, conclusion: (relation, one, two) }
    });
    prop::collection::vec(clause, 1..5)
}

fn facts() -> impl Strategy<Value = Vec<(Triple, f64)>> {
    prop::collection::vec(((0..RELATIONS, 0..THINGS, 0..THINGS), 0.05..0.95), 0..9)
}

fn related((relation, one, two): Triple, place: fn(usize) -> String) -> String {
    format!("(Evaluation (Predicate \"r{relation}\") (List {} {}))", place(one), place(two))
}

fn thing(at: usize) -> String {
    format!("(Concept \"t{at}\")")
}

fn variable(at: usize) -> String {
    format!("(Variable \"$v{at}\")")
}

/// The clauses as rules of the base `base`, with a formula for which premises need not be independent, or with another.
fn program(clauses: &[Clause], formula: &str) -> String {
    let mut text = String::new();
    for (at, Clause { premises, conclusion }) in clauses.iter().enumerate() {
        let all: BTreeSet<usize> = premises.iter().flat_map(|(_, one, two)| [*one, *two]).collect();
        let declared: Vec<String> = all.into_iter().map(variable).collect();
        let premises: Vec<String> = premises.iter().map(|premise| related(*premise, variable)).collect();
        let (premises, conclusion, declared) = (premises.join(" "), related(*conclusion, variable), declared.join(" "));
        let _ = write!(
            text,
            "(Define (DefinedSchema \"rule-{at}\") (Bind (VariableList {declared}) (And {premises})
               (ExecutionOutput (GroundedSchema \"{formula}\") (List {conclusion} {premises}))))
             (Member (DefinedSchema \"rule-{at}\") (Concept \"base\"))"
        );
    }
    text
}

fn stated(facts: &[(Triple, f64)]) -> String {
    let mut last: BTreeMap<Triple, f64> = BTreeMap::new();
    last.extend(facts.iter().copied());
    last.iter()
        .map(|(fact, confidence)| {
            related(*fact, thing).replacen("(Evaluation", &format!("(Evaluation (stv 1 {confidence:.3})"), 1)
        })
        .collect()
}

/// For every statement that follows the confidence of its best single proof, by trying everything.
fn naive(clauses: &[Clause], facts: &[(Triple, f64)]) -> BTreeMap<Triple, f64> {
    let round = |confidence: f64| (confidence * 1000.0).round() / 1000.0;
    let mut known: BTreeMap<Triple, f64> = facts.iter().map(|(fact, confidence)| (*fact, round(*confidence))).collect();
    loop {
        let before = known.clone();
        for Clause { premises, conclusion } in clauses {
            for choice in 0..THINGS.pow(3) {
                let values = [choice % THINGS, choice / THINGS % THINGS, choice / THINGS / THINGS];
                let of = |(relation, one, two): Triple| (relation, values[one], values[two]);
                let met: Option<Vec<f64>> = premises.iter().map(|premise| known.get(&of(*premise)).copied()).collect();
                if let Some(met) = met {
                    let least = met.into_iter().fold(1.0, f64::min);
                    let slot = known.entry(of(*conclusion)).or_default();
                    *slot = slot.max(least);
                }
            }
        }
        if known == before {
            return known;
        }
    }
}

/// What each statement stands by in the end, by its text.
fn standings(space: &Space, rules: &Rules) -> BTreeMap<String, Conclusion> {
    let all = Chainer::new(space, rules).forward().expect("it runs");
    all.iter().map(|one| (one.statement.show(space.types()), one)).collect()
}

/// No statement is surer than the facts that it rests on are together.
fn counts_once(space: &Space, conclusion: &Conclusion) -> bool {
    let facts: BTreeMap<u32, TruthValue> =
        space.handles().map(|atom| (atom.index() as u32, space.truth(atom).into())).collect();
    let weight = |id: &u32| facts.get(id).filter(|tv| tv.confidence > 0.0).map(|tv| tv.weight());
    let all: Option<Vec<f64>> = conclusion.stamp.ids().iter().map(weight).collect();
    all.is_some_and(|all| conclusion.truth.weight() <= all.into_iter().sum::<f64>() * (1.0 + 1e-6))
}

/// Whether each step of a proof rests on just what its premises rest on, and none counts evidence twice.
fn holds(proof: &Proof, independent: bool) -> bool {
    proof.steps.iter().enumerate().all(|(at, step)| {
        let premises: Vec<_> =
            step.premises.iter().filter(|premise| **premise < at).map(|at| &proof.steps[*at]).collect();
        let named: Vec<u32> = premises.iter().flat_map(|premise| premise.stamp.ids()).copied().collect();
        let all: BTreeSet<u32> = named.iter().copied().collect();
        let apart = all.len() == named.len();
        match &step.by {
            By::Fact(_) => premises.is_empty() && !step.stamp.ids().is_empty(),
            by => {
                let apart = apart || !(matches!(by, By::Revision) || independent);
                let again =
                    matches!(by, By::Revision) && premises.iter().any(|premise| premise.statement != step.statement);
                premises.len() == step.premises.len() && apart && !again && all.iter().eq(step.stamp.ids())
            }
        }
    })
}

/// Whether no revision in a proof counts evidence twice.
fn holds_apart(proof: &Proof) -> bool {
    proof.steps.iter().filter(|step| step.by == By::Revision).all(|step| {
        let ids: Vec<u32> = step.premises.iter().flat_map(|at| proof.steps[*at].stamp.ids()).copied().collect();
        ids.iter().collect::<BTreeSet<_>>().len() == ids.len()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn forward_and_backward_conclude_what_trying_everything_does(clauses in clauses(), facts in facts()) {
        let space = space(&[&program(&clauses, "pln:fuzzy-and"), &stated(&facts)]);
        let rules = rules(&space, &["base"]);
        let expected = naive(&clauses, &stated_last(&facts));
        let mut forward = Chainer::new(&space, &rules).forward().expect("it runs");
        for (statement, least) in &expected {
            let found = forward.get(&term(&space, &related(*statement, thing)));
            prop_assert!(found.is_some_and(|found| found.truth.confidence >= least - 1e-6), "{statement:?} {least}");
        }
        let known: BTreeSet<String> = expected.keys().map(|statement| related(*statement, thing)).collect();
        for found in forward.iter() {
            prop_assert!(known.contains(&found.statement.show(space.types())));
            prop_assert!(counts_once(&space, &found), "{found:?}");
        }
        for relation in 0..RELATIONS {
            let asked = term(&space, &related((relation, 0, 1), variable));
            let mut best: BTreeMap<String, f64> = BTreeMap::new();
            for answer in Chainer::new(&space, &rules).backward(&asked).expect("a target") {
                prop_assert!(counts_once(&space, &answer.conclusion), "{:?}", answer);
                best.insert(answer.conclusion.statement.show(space.types()), answer.conclusion.truth.confidence);
            }
            let wanted: BTreeMap<String, f64> = expected.iter()
                .filter(|(statement, _)| statement.0 == relation)
                .map(|(statement, least)| (related(*statement, thing), *least))
                .collect();
            prop_assert!(best.keys().eq(wanted.keys()), "{:?} {:?}", best, wanted);
            prop_assert!(best.values().zip(wanted.values()).all(|(found, least)| *found >= least - 1e-6));
        }
    }

    #[test]
    fn no_order_of_rules_and_no_copies_of_them_count_evidence_twice(
        clauses in clauses(), facts in facts(), turn in 0_usize..4, copies in any::<bool>(),
        weights in (-1.0..1.0, -1.0..1.0)
    ) {
        let mut turned = clauses.clone();
        turned.rotate_left(turn % clauses.len());
        if copies {
            turned.extend(clauses.clone());
        }
        let space = space(&[&program(&turned, "pln:and"), &stated(&facts)]);
        let rules = rules(&space, &["base"]);
        // What is turned to first, from the best to the worst.
        let guide = Guide { confidence: weights.0, length: weights.1, attention: 0.0 };
        let all = Chainer::new(&space, &rules).guided(guide).forward().expect("it runs");
        for found in all.iter() {
            prop_assert!(counts_once(&space, &found), "{found:?}");
        }
        let asked = term(&space, &related((0, 0, 1), variable));
        for answer in Chainer::new(&space, &rules).guided(guide).backward(&asked).expect("a target") {
            prop_assert!(counts_once(&space, &answer.conclusion), "{:?}", answer);
        }
    }

    #[test]
    fn copies_of_rules_conclude_nothing_else(clauses in clauses(), facts in facts()) {
        let once = space(&[&stated(&facts), &program(&clauses, "pln:fuzzy-and")]);
        let mut twice = clauses.clone();
        twice.extend(clauses.clone());
        let twice = space(&[&stated(&facts), &program(&twice, "pln:fuzzy-and")]);
        let (one, two) = (standings(&once, &rules(&once, &["base"])), standings(&twice, &rules(&twice, &["base"])));
        prop_assert!(one.keys().eq(two.keys()));
        // Proofs come in another order, so that another choice may be made among those that share evidence.
        for found in two.values() {
            prop_assert!(counts_once(&twice, found), "{found:?}");
        }
    }

    #[test]
    fn every_proof_holds(clauses in clauses(), facts in facts(), independent in any::<bool>()) {
        let formula = if independent { "pln:and" } else { "pln:fuzzy-and" };
        let space = space(&[&program(&clauses, formula), &stated(&facts)]);
        let rules = rules(&space, &["base"]);
        let mut all = Chainer::new(&space, &rules).forward().expect("it runs");
        let found: Vec<Conclusion> = all.iter().collect();
        for Conclusion { statement, truth, stamp } in found {
            let proof = all.proof(&statement).expect("it was concluded");
            let last = proof.conclusion().expect("a step");
            prop_assert!(last.statement == statement && last.truth == truth && last.stamp == stamp);
            prop_assert!(holds(&proof, independent), "{proof}");
        }
    }

    #[test]
    fn the_rules_of_pln_count_no_evidence_twice(
        links in prop::collection::vec((0_usize..5, 0_usize..5, 0.1..1.0, 0.1..0.95), 1..8)
    ) {
        let mut space = space(&[PLN]);
        for at in 0..5 {
            let concept = space.node(AtomType::CONCEPT, &format!("c{at}")).expect("room");
            space.set_truth(concept, TruthValue::new(0.4, 0.9).into()).expect("in range");
        }
        for (one, two, strength, confidence) in links.into_iter().filter(|(one, two, ..)| one != two) {
            let text = format!("(Inheritance (stv {strength:.3} {confidence:.3}) (Concept \"c{one}\") (Concept \"c{two}\"))");
            space.load(&text).expect("well-formed");
        }
        let rules = rules(&space, &["pln"]);
        let bounds = crate::chain::Bounds { steps: 20_000, ..Default::default() };
        let mut all = Chainer::new(&space, &rules).bounded(bounds).forward().expect("it runs");
        let found: Vec<Conclusion> = all.iter().collect();
        for one in found {
            prop_assert!(counts_once(&space, &one), "{one:?}");
            let proof = all.proof(&one.statement).expect("it was concluded");
            let apart = holds_apart(&proof);
            prop_assert!(apart, "{proof}");
        }
    }

    #[test]
    fn the_same_run_gives_the_same(clauses in clauses(), facts in facts()) {
        let space = space(&[&program(&clauses, "pln:and"), &stated(&facts)]);
        let rules = rules(&space, &["base"]);
        let run = || {
            let all = Chainer::new(&space, &rules).forward().expect("it runs");
            (all.iter().collect::<Vec<_>>(), all.report().clone())
        };
        prop_assert_eq!(run(), run());
    }
}

/// The facts, of those that state the same the last.
fn stated_last(facts: &[(Triple, f64)]) -> Vec<(Triple, f64)> {
    facts.iter().copied().collect::<BTreeMap<_, _>>().into_iter().collect()
}

#[test]
fn formulas_cannot_make_evidence() {
    let mut formulas = Formulas::pln();
    formulas.register("bold", None, crate::chain::Premises::Dependent, |_| Ok(TruthValue::TRUE));
    let clauses = [Clause { premises: vec![(0, 0, 1)], conclusion: (1, 0, 1) }];
    let space = space(&[&program(&clauses, "bold"), &stated(&[((0, 0, 1), 0.4)])]);
    let rules = Rules::read(&space, &["base"], &formulas).expect("well-formed rules");
    let found = standings(&space, &rules);
    assert_eq!(found.len(), 1);
    assert!(found.values().all(|one| (one.truth.confidence - 0.4).abs() < 1e-6));
}
