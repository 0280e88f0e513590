//! Similar cases and groups of them.

use super::{cases, plain};
use crate::learning::{Bounds, Cases, LearningError, Met, Similar, clusters};
use crate::space::{AtomType, Handle, Space};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn similar(traits: &[u32]) -> (Space, Vec<Handle>, Vec<Similar>) {
    let (space, all) = cases(traits);
    let found = Cases::of(&space, &all, plain(), &Bounds::default())
        .expect("cases")
        .similar(0.0, 5.0, &Bounds::default())
        .expect("in range");
    (space, all, found)
}

/// The similarity of two cases by the definition.
fn expected(traits: &[u32], one: usize, two: usize) -> f64 {
    let weight = |bit: u32| {
        let has = traits.iter().filter(|has| *has >> bit & 1 == 1).count();
        if has == 0 { 0.0 } else { (traits.len() as f64 / has as f64).ln() }
    };
    let sum = |set: u32| (0..32).filter(|bit| set >> bit & 1 == 1).map(weight).sum::<f64>();
    let either = sum(traits[one] | traits[two]);
    if either > 0.0 { sum(traits[one] & traits[two]) / either } else { 0.0 }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn similarity_is_the_weight_that_is_shared(traits in prop::collection::vec(0_u32..64, 2..15)) {
        let (_, all, found) = similar(&traits);
        let place: BTreeMap<Handle, usize> = all.iter().enumerate().map(|(at, case)| (*case, at)).collect();
        let mut pairs = BTreeMap::new();
        for pair in &found {
            let (one, two) = (place[&pair.one], place[&pair.other]);
            prop_assert!(one < two);
            prop_assert!((pair.truth.strength - expected(&traits, one, two)).abs() < 1e-9);
            pairs.insert((one, two), pair.truth.strength);
        }
        for one in 0..traits.len() {
            for two in one + 1..traits.len() {
                prop_assert!(pairs.contains_key(&(one, two)) || expected(&traits, one, two) < 1e-9);
            }
        }
        prop_assert!(found.windows(2).all(|two| two[0].truth.strength >= two[1].truth.strength));
    }

    #[test]
    fn one_is_like_others_as_each_of_its_pairs_says(traits in prop::collection::vec(0_u32..64, 2..15), at in 0_usize..2) {
        let (space, all, found) = similar(&traits);
        let cases = Cases::of(&space, &all, plain(), &Bounds::default()).expect("cases");
        let like = cases.like(all[at], (0.0, 5.0), usize::MAX).expect("in range");
        prop_assert_eq!(like.found, like.first.len());
        let like = like.first;
        let pairs: BTreeMap<Handle, &Similar> = found
            .iter()
            .filter_map(|pair| [(pair.one, pair.other), (pair.other, pair.one)].into_iter()
                .find(|(one, _)| *one == all[at]).map(|(_, other)| (other, pair)))
            .collect();
        prop_assert_eq!(like.len(), pairs.len());
        prop_assert!(like.windows(2).all(|two| two[0].truth.strength >= two[1].truth.strength));
        for one in &like {
            let pair = pairs[&one.other];
            prop_assert!((one.truth.strength - pair.truth.strength).abs() < 1e-9);
            prop_assert_eq!((one.truth.confidence, one.shared), (pair.truth.confidence, pair.shared));
            let by: Vec<f64> = cases.shared(one).map(|(_, weight)| weight).collect();
            prop_assert!(by.len() == one.shared && by.windows(2).all(|two| two[0] >= two[1]));
        }
        let first = cases.like(all[at], (0.0, 5.0), 1).expect("in range");
        prop_assert_eq!((first.found, first.first.first()), (like.len(), like.first()));
        prop_assert_eq!(first.first.len(), like.len().min(1));
    }

    #[test]
    fn groups_are_those_of_trying_all_pairs_each_time(
        traits in prop::collection::vec(0_u32..64, 1..15), least in 0.05..1.0
    ) {
        let (_, all, found) = similar(&traits);
        let count = all.len();
        let place = |one: Handle| all.iter().position(|thing| *thing == one).expect("there");
        let mut sums = vec![vec![0.0; count]; count];
        for pair in &found {
            let (one, two) = (place(pair.one), place(pair.other));
            sums[one][two] = pair.truth.strength;
            sums[two][one] = pair.truth.strength;
        }
        let mut groups: Vec<Vec<usize>> = (0..count).map(|at| vec![at]).collect();
        loop {
            let mut best: Option<(f64, usize, usize)> = None;
            for one in 0..count {
                for two in one + 1..count {
                    let pairs = groups[one].len() * groups[two].len();
                    let mean = sums[one][two] / pairs as f64;
                    if pairs > 0 && mean >= least && best.is_none_or(|best| mean > best.0) {
                        best = Some((mean, one, two));
                    }
                }
            }
            let Some((_, one, two)) = best else { break };
            let more = std::mem::take(&mut groups[two]);
            groups[one].extend(more);
            groups[one].sort_unstable();
            let both: Vec<f64> = sums[one].iter().zip(&sums[two]).map(|(one, two)| one + two).collect();
            for (row, sum) in sums.iter_mut().zip(&both) {
                row[one] = *sum;
            }
            sums[one] = both;
        }
        groups.retain(|group| !group.is_empty());
        let expected: Vec<Vec<Handle>> =
            groups.iter().map(|group| group.iter().map(|at| all[*at]).collect()).collect();
        prop_assert_eq!(clusters(&all, &found, least, &Bounds::default()).expect("in range"), expected);
    }

    #[test]
    fn groups_hold_everything_once_and_no_two_should_be_one(
        traits in prop::collection::vec(0_u32..64, 1..15), least in 0.05..1.0
    ) {
        let (_, all, found) = similar(&traits);
        let groups = clusters(&all, &found, least, &Bounds::default()).expect("in range");
        let mut members: Vec<Handle> = groups.iter().flatten().copied().collect();
        members.sort_unstable();
        prop_assert_eq!(&members, &all);
        let strength = |one: Handle, two: Handle| {
            found.iter().find(|pair| [pair.one, pair.other] == [one.min(two), one.max(two)]).map_or(0.0, |pair| pair.truth.strength)
        };
        for (at, one) in groups.iter().enumerate() {
            for two in groups.iter().skip(at + 1) {
                let sum: f64 = one.iter().flat_map(|one| two.iter().map(move |two| strength(*one, *two))).sum();
                prop_assert!(sum / ((one.len() * two.len()) as f64) < least + 1e-9);
            }
        }
    }
}

#[test]
fn what_all_have_makes_none_similar() {
    let (_, _, found) = similar(&[0b01, 0b01, 0b11]);
    assert_eq!(found, []);
}

#[test]
fn groups_are_what_is_alike() {
    // Two kinds with traits of their own, and one that has nothing of either.
    let (mut space, all, found) = similar(&[0b111, 0b110, 0b101, 0b111_000, 0b110_000, 0b101_000, 0b1_000_000]);
    let groups = clusters(&all, &found, 0.25, &Bounds::default()).expect("in range");
    assert_eq!(groups, [all[..3].to_vec(), all[3..6].to_vec(), all[6..].to_vec()]);
    let best = found.first().expect("a pair");
    let link = best.write(&mut space).expect("room");
    assert_eq!(space.find_link(AtomType::SIMILARITY, &[best.other, best.one]), Some(link));
    assert!((f64::from(space.truth(link).strength()) - best.truth.strength).abs() < 1e-6);
}

#[test]
fn what_cannot_be_grouped_is_refused() {
    let (mut space, all, found) = similar(&[1, 1]);
    assert!(matches!(
        clusters(&all, &found, 0.0, &Bounds::default()),
        Err(LearningError::Setting { field: "least", .. })
    ));
    let many: Vec<Handle> =
        (0..2_001).map(|at| space.node(AtomType::CONCEPT, &format!("n{at}")).expect("room")).collect();
    assert_eq!(
        clusters(&many, &[], 0.5, &Bounds::default()),
        Err(LearningError::TooMany { given: 2_001, most: 2_000 })
    );
}

#[test]
fn comparing_keeps_to_its_bounds() {
    let (space, all, found) = similar(&[0b111; 40].map(|has: u32| has));
    assert_eq!(found, [], "what all have joins nothing");
    let mut traits = vec![0b111; 40];
    traits.push(0);
    let (_, _, found) = similar(&traits);
    assert_eq!(found.len(), 40 * 39 / 2);
    let stopped = |bounds: Bounds| {
        let (space, all) = cases(&traits);
        let cases = Cases::of(&space, &all, plain(), &Bounds::default()).expect("cases");
        cases.similar(0.0, 5.0, &bounds).expect_err("stopped")
    };
    assert_eq!(stopped(Bounds { steps: 100, ..Bounds::default() }), LearningError::Stopped(Met::Steps));
    assert_eq!(stopped(Bounds { memory: 1_000, ..Bounds::default() }), LearningError::Stopped(Met::Memory));
    let cancel = crate::query::Cancel::new();
    cancel.cancel();
    let bounds = Bounds { cancel: Some(cancel), ..Bounds::default() };
    assert_eq!(clusters(&all, &found, 0.5, &bounds), Err(LearningError::Stopped(Met::Cancelled)));
    assert!(matches!(
        Cases::of(&space, &all, plain(), &Bounds::default()).expect("cases").like(all[0], (2.0, 5.0), 3),
        Err(LearningError::Setting { field: "least", .. })
    ));
}

#[test]
fn what_a_group_has_in_common_is_told() {
    let (space, all, _) = similar(&[0b1011, 0b1111, 0b1001, 0b1000]);
    let cases = Cases::of(&space, &all, plain(), &Bounds::default()).expect("cases");
    let told = |of: &[Handle]| {
        let common = cases.common(of);
        common.iter().map(|(clauses, _)| super::bit(&super::shown(&space, clauses))).collect::<Vec<_>>()
    };
    // Trait 3 all have. Trait 1 is rarer than trait 0.
    assert_eq!((told(&all[..2]), told(&all[..3]), told(&all)), (vec![1, 0], vec![0], vec![]));
}
