//! Candidate rules, outcomes.

use super::{bit, cases, plain, shown};
use crate::TruthValue;
use crate::chain::{Chainer, Formulas, PLN, Rules, target};
use crate::learning::{
    Bounds, Candidate, Cases, Features, Induction, LOOKAHEAD, LearningError, Met, Mining, SUPPORT, observe, revised,
};
use crate::pln::{Counts, revision};
use crate::space::{AtomType, Space, Truth};
use proptest::prelude::*;

fn candidates(traits: &[u32]) -> (Space, Vec<Candidate>) {
    let (space, all) = cases(traits);
    let cases = Cases::of(&space, &all, plain(), &Bounds::default()).expect("cases");
    let mined = cases.mine(&Mining::default(), &Bounds::default()).expect("in range");
    let found = cases.induce(&mined, Induction::default(), &Bounds::default()).expect("in range").candidates;
    (space, found)
}

/// 64 cases with traits 0, 1 and 2 in every combination, eight of each; trait 3 where the first two are, but for one case, and
/// in three more.
fn planted() -> Vec<u32> {
    (0_u32..64)
        .map(|at| {
            let has = at % 8;
            let both = has & 3 == 3;
            let odd = [4, 11, 17, 42].contains(&at);
            has | if both == odd { 0 } else { 8 }
        })
        .collect()
}

#[test]
fn a_rule_that_the_cases_follow_is_found_with_its_counts() {
    let (space, found) = candidates(&planted());
    let first = &found[0];
    assert_eq!(bit(&shown(&space, std::slice::from_ref(&first.conclusion))), 3);
    let mut premises: Vec<u32> =
        first.premises.iter().map(|one| bit(&shown(&space, std::slice::from_ref(one)))).collect();
    premises.sort_unstable();
    assert_eq!((premises, first.held, first.applied), (vec![0, 1], 15, 16));
    assert_eq!(first.truth, TruthValue::new(15.0 / 16.0, 16.0 / 26.0));
    assert!((first.lift - (15.0 / 16.0) / (18.0 / 64.0)).abs() < 1e-12 && first.chance < 1e-8);
    // Trait 2 has nothing to do with it, and no rule concludes it.
    assert!(found.iter().all(|one| bit(&shown(&space, std::slice::from_ref(&one.conclusion))) != 2));
}

#[test]
fn independent_traits_make_no_rules() {
    let every: Vec<u32> = (0_u32..64).collect();
    assert_eq!(candidates(&every).1, []);
}

#[test]
fn what_chance_gives_makes_no_rules() {
    // Bits of a hash (MurmurHash3's finisher), which have nothing to do with one another.
    let mixed = |at: u32| {
        let at = (at ^ at >> 16).wrapping_mul(0x85eb_ca6b);
        let at = (at ^ at >> 13).wrapping_mul(0xc2b2_ae35);
        (at ^ at >> 16) & 0xfff
    };
    let traits: Vec<u32> = (1..80).map(mixed).collect();
    let (space, all) = cases(&traits);
    let cases = Cases::of(&space, &all, plain(), &Bounds::default()).expect("cases");
    let mined = cases.mine(&Mining { features: 2, ..Mining::default() }, &Bounds::default()).expect("in range");
    let kept = |significance| {
        cases
            .induce(&mined, Induction { significance, ..Induction::default() }, &Bounds::default())
            .expect("in range")
            .candidates
            .len()
    };
    assert_eq!(kept(1e-4), 0);
    assert!(kept(1.0) <= 2, "{}", kept(1.0));
}

#[test]
fn what_is_proposed_is_not_used_before_it_is_accepted() {
    let (mut space, found) = candidates(&planted());
    space.load(PLN).expect("the rules");
    space
        .load(
            r#"
            (Member (stv 1 0.9) (Concept "new") (Concept "trait 0"))
            (Member (stv 1 0.9) (Concept "new") (Concept "trait 1"))
            "#,
        )
        .expect("well-formed");
    let asked = |space: &Space| {
        let rules = Rules::read(space, &["pln", "pln-backward"], &Formulas::pln()).expect("well-formed rules");
        let asked = target(space.types(), r#"(Member (Concept "new") (Concept "trait 3"))"#).expect("a target");
        let mut answers = Chainer::new(space, &rules).backward(&asked).expect("a target");
        answers.next().map(|answer| answer.conclusion.truth)
    };
    let rule = found[0].propose(&mut space).expect("room");
    assert_eq!(space.truth(rule), Truth::DEFAULT);
    let key = space.find_node(AtomType::PREDICATE, SUPPORT).expect("there");
    assert!(space.value(rule, key).is_some());
    assert_eq!(asked(&space), None);
    assert_eq!(found[0].accept(&mut space), Ok(rule));
    let concluded = asked(&space).expect("by the rule");
    assert!((concluded.strength - 0.9375).abs() < 1e-6 && concluded.confidence > 0.3, "{concluded}");
}

#[test]
fn a_learned_rule_adds_nothing_to_what_is_known_of_its_own_cases() {
    let (mut space, found) = candidates(&planted());
    space.load(PLN).expect("the rules");
    // A case that has all of it, which was counted.
    let asked = |space: &Space| {
        let rules = Rules::read(space, &["pln", "pln-backward"], &Formulas::pln()).expect("well-formed rules");
        let asked = target(space.types(), r#"(Member (Concept "case 3") (Concept "trait 3"))"#).expect("a target");
        let last = Chainer::new(space, &rules).backward(&asked).expect("a target").last();
        last.map(|answer| answer.conclusion.truth).expect("known")
    };
    let before = asked(&space);
    found[0].accept(&mut space).expect("room");
    assert_eq!(asked(&space), before);
}

#[test]
fn a_premise_that_tells_nothing_is_left_out() {
    // Trait 2 is everywhere, and trait 1 wherever trait 0 is.
    let traits: Vec<u32> = (0_u32..60).map(|at| if at % 2 == 0 { 15 } else { 4 }).collect();
    let (_, found) = candidates(&traits);
    assert!(!found.is_empty() && found.iter().all(|one| one.premises.len() == 1), "{found:#?}");
}

#[test]
fn chance_gives_a_rule_as_rarely_as_it_is_allowed_to() {
    // Bits of SplitMix64, seed by seed: forty cases with nine traits that have nothing to do with one another.
    let mixed = |at: u64| {
        let at = (at ^ (at >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let at = (at ^ (at >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((at ^ (at >> 31)) >> 20) as u32 & 0x1ff
    };
    let runs = 200;
    let with_rules = (0..runs).filter(|run| {
        let traits: Vec<u32> = (0..40).map(|at| mixed((run * 40 + at + 1) * 0x9e37_79b9)).collect();
        !candidates(&traits).1.is_empty()
    });
    let found = with_rules.count();
    assert!(found <= 16, "{found} of {runs} runs have a rule, where 10 may be expected at most");
}

#[test]
fn what_makes_a_case_a_case_is_no_feature() {
    let mut space = Space::new();
    let mut all = Vec::new();
    for at in 0..12 {
        let text = format!(
            "(Member (stv 1 0.9) (Concept \"s{at}\") (Concept \"service\"))
             (Evaluation (stv 1 0.9) (Predicate \"slow\") (Concept \"s{at}\"))"
        );
        space.load(&text).expect("well-formed");
        all.push(space.named(&format!("s{at}")).next().expect("there"));
    }
    let kind = space.named("service").next().expect("there");
    let which = Features { except: Some(kind), ..Features::default() };
    let cases = Cases::of(&space, &all, which, &Bounds::default()).expect("cases");
    let shown: Vec<String> = cases.features().map(|(clauses, _)| shown(&space, clauses)).collect();
    assert_eq!(shown, [r#"(Evaluation (Predicate "slow") (Variable "$case"))"#]);
}

#[test]
fn other_atoms_of_premises_are_told_apart() {
    let mut space = Space::new();
    let mut all = Vec::new();
    for at in 0..30 {
        let down = at % 2 == 0;
        let text = format!(
            "(Evaluation (stv 1 0.9) (Predicate \"calls\") (List (Concept \"s{at}\") (Concept \"d{at}\")))
             {} {}",
            if down {
                format!("(Evaluation (stv 1 0.9) (Predicate \"down\") (Concept \"d{at}\"))")
            } else {
                String::new()
            },
            if down {
                format!("(Evaluation (stv 1 0.9) (Predicate \"failing\") (Concept \"s{at}\"))")
            } else {
                String::new()
            },
        );
        space.load(&text).expect("well-formed");
        all.push(space.named(&format!("s{at}")).next().expect("there"));
    }
    let cases = Cases::of(&space, &all, crate::learning::Features::default(), &Bounds::default()).expect("cases");
    let mined = cases.mine(&Mining::default(), &Bounds::default()).expect("in range");
    let found = cases.induce(&mined, Induction::default(), &Bounds::default()).expect("in range").candidates;
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].rule().show(space.types()),
        "(Implication (Lambda (VariableList (Variable \"$case\") (Variable \"$other0\")) (And \
         (Evaluation (Predicate \"calls\") (List (Variable \"$case\") (Variable \"$other0\"))) \
         (Evaluation (Predicate \"down\") (Variable \"$other0\")))) \
         (Lambda (VariableList (Variable \"$case\") (Variable \"$other0\")) \
         (Evaluation (Predicate \"failing\") (Variable \"$case\"))))"
    );
    assert_eq!((found[0].held, found[0].applied), (15, 15));
}

#[test]
fn settings_are_checked() {
    let (space, all) = cases(&planted());
    let cases = Cases::of(&space, &all, plain(), &Bounds::default()).expect("cases");
    let mined = cases.mine(&Mining::default(), &Bounds::default()).expect("in range");
    let wrong = Induction { significance: 0.0, ..Induction::default() };
    let error = cases.induce(&mined, wrong, &Bounds::default()).expect_err("refused").to_string();
    assert_eq!(error, "significance is 0: it must be above 0, at most 1");
    let mut space = Space::new();
    let atom = space.node(AtomType::CONCEPT, "x").expect("room");
    assert!(matches!(observe(&mut space, atom, 1.5, 1.0, 1.0), Err(LearningError::Setting { field: "held", .. })));
    assert!(matches!(observe(&mut space, atom, 1.0, 0.0, 1.0), Err(LearningError::Setting { field: "weight", .. })));
    assert_eq!(space.truth(atom), Truth::DEFAULT);
}

proptest! {
    #[test]
    fn outcomes_add_up_in_any_order(outcomes in prop::collection::vec((0.0..=1.0, 0.1..5.0), 1..20), k in 0.5..20.0) {
        let mut space = Space::new();
        let (one, two) = (space.node(AtomType::CONCEPT, "1").expect("room"), space.node(AtomType::CONCEPT, "2").expect("room"));
        for (held, weight) in &outcomes {
            observe(&mut space, one, *held, *weight, k).expect("in range");
        }
        for (held, weight) in outcomes.iter().rev() {
            observe(&mut space, two, *held, *weight, k).expect("in range");
        }
        let total: f64 = outcomes.iter().map(|(_, weight)| weight).sum();
        let positive: f64 = outcomes.iter().map(|(held, weight)| held * weight).sum();
        let expected = TruthValue::from_counts(positive, total, k);
        for atom in [one, two] {
            let found: TruthValue = space.truth(atom).into();
            prop_assert!((found.strength - expected.strength).abs() < 1e-4, "{found} {expected}");
            prop_assert!((found.confidence - expected.confidence).abs() < 1e-4);
        }
    }

    #[test]
    fn an_outcome_is_revision_by_its_count(strength in 0.0_f32..=1.0, confidence in 0.01_f32..0.99, held in 0.0..=1.0) {
        let mut space = Space::new();
        let atom = space.node(AtomType::CONCEPT, "x").expect("room");
        space.set_truth(atom, Truth::simple(strength, confidence)).expect("in range");
        let before: TruthValue = space.truth(atom).into();
        observe(&mut space, atom, held, 1.0, 5.0).expect("in range");
        let found: TruthValue = space.truth(atom).into();
        let expected = revision(before, TruthValue::from_counts(held, 1.0, 5.0));
        prop_assert!((found.strength - expected.strength).abs() < 1e-4, "{found} {expected}");
        prop_assert!((found.confidence - expected.confidence).abs() < 1e-4, "{found} {expected}");
    }
}

proptest! {
    #[test]
    fn observations_add_in_any_parts(
        before in (0.0_f32..=1.0, 0.0_f32..0.99),
        one in (0_u32..50, 0_u32..50), two in (0_u32..50, 0_u32..50),
    ) {
        let counts = |(positive, negative): (u32, u32)| {
            Counts::new(positive.into(), (positive + negative).into()).expect("in range")
        };
        let (before, one, two) = (Truth::simple(before.0, before.1), counts(one), counts(two));
        let parts = TruthValue::from(revised(revised(before, one, LOOKAHEAD), two, LOOKAHEAD));
        let whole = TruthValue::from(revised(before, one + two, LOOKAHEAD));
        prop_assert!((parts.confidence - whole.confidence).abs() < 1e-4, "{parts} {whole}");
        prop_assert!((parts.strength - whole.strength).abs() < 1e-3 || parts.confidence < 1e-4, "{parts} {whole}");
    }
}

#[test]
fn an_outcome_needs_a_lookahead_and_an_atom() {
    let mut space = Space::new();
    let atom = space.node(AtomType::CONCEPT, "x").expect("room");
    let wrong = observe(&mut space, atom, 1.0, 1.0, 0.0).expect_err("refused");
    assert!(matches!(wrong, LearningError::Setting { field: "lookahead", .. }));
    space.remove(atom).expect("free");
    assert_eq!(observe(&mut space, atom, 1.0, 1.0, 1.0), Err(LearningError::NoAtom(atom)));
}

#[test]
fn whole_observations_are_counted_whole() {
    let mut space = Space::new();
    let atom = space.node(AtomType::CONCEPT, "x").expect("room");
    // Ninety observations, by what they are worth; and a million more, one by one.
    space.set_truth(atom, Truth::simple(1.0, 0.9)).expect("in range");
    for _ in 0..90 {
        observe(&mut space, atom, 0.0, 1.0, LOOKAHEAD).expect("in range");
    }
    assert_eq!(space.truth(atom), Truth::Count { strength: 0.5, confidence: 180.0 / 190.0, count: 180.0 });
    for at in 0..1_000_000 {
        observe(&mut space, atom, if at % 3 == 0 { 1.0 } else { 0.0 }, 1.0, LOOKAHEAD).expect("in range");
    }
    let Truth::Count { strength, count, .. } = space.truth(atom) else { panic!("counted") };
    assert_eq!((count, strength), (1_000_180.0, ((90.0 + 333_334.0) / 1_000_180.0) as f32));
}

#[test]
fn induction_keeps_to_its_bounds() {
    let (space, all) = cases(&planted());
    let cases = Cases::of(&space, &all, plain(), &Bounds::default()).expect("cases");
    let mined = cases.mine(&Mining::default(), &Bounds::default()).expect("in range");
    let induced = |bounds: Bounds| cases.induce(&mined, Induction::default(), &bounds).expect("in range");
    let whole = induced(Bounds::default());
    assert!(whole.met.is_none() && !whole.candidates.is_empty());
    let none = induced(Bounds { steps: 0, ..Bounds::default() });
    assert_eq!((none.candidates, none.met), (Vec::new(), Some(Met::Steps)));
    let cancel = crate::query::Cancel::new();
    cancel.cancel();
    assert_eq!(induced(Bounds { cancel: Some(cancel), ..Bounds::default() }).met, Some(Met::Cancelled));
}
