//! Similar cases and groups of them.

use super::{cases, plain};
use crate::learning::{Cases, LearningError, Similar, clusters};
use crate::space::{AtomType, Handle, Space};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn similar(traits: &[u32]) -> (Space, Vec<Handle>, Vec<Similar>) {
    let (space, all) = cases(traits);
    let found = Cases::of(&space, &all, plain()).expect("cases").similar(0.0, 5.0).expect("in range");
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
    fn groups_hold_everything_once_and_no_two_should_be_one(
        traits in prop::collection::vec(0_u32..64, 1..15), least in 0.05..1.0
    ) {
        let (_, all, found) = similar(&traits);
        let groups = clusters(&all, &found, least).expect("in range");
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
    let groups = clusters(&all, &found, 0.25).expect("in range");
    assert_eq!(groups, [all[..3].to_vec(), all[3..6].to_vec(), all[6..].to_vec()]);
    let best = found.first().expect("a pair");
    let link = best.write(&mut space).expect("room");
    assert_eq!(space.find_link(AtomType::SIMILARITY, &[best.other, best.one]), Some(link));
    assert!((f64::from(space.truth(link).strength()) - best.truth.strength).abs() < 1e-6);
}

#[test]
fn what_cannot_be_grouped_is_refused() {
    let (mut space, all, found) = similar(&[1, 1]);
    assert!(matches!(clusters(&all, &found, 0.0), Err(LearningError::Setting { field: "least", .. })));
    let many: Vec<Handle> =
        (0..2_001).map(|at| space.node(AtomType::CONCEPT, &format!("n{at}")).expect("room")).collect();
    assert_eq!(clusters(&many, &[], 0.5), Err(LearningError::TooMany { given: 2_001, most: 2_000 }));
}
