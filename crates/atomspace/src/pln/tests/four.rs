//! The laws of Belnap's lattices, over all values, and of the measure of contradiction.

use super::{sure, truth, tv};
use crate::TruthValue;
use crate::pln::FourValue::{Both, False, Neither, True};
use crate::pln::{FourValue, Threshold, contradiction, not};
use proptest::prelude::*;

const ALL: [FourValue; 4] = [True, False, Both, Neither];

type Operation = fn(FourValue, FourValue) -> FourValue;

#[test]
fn both_orders_are_lattices_and_negation_turns_one_of_them() {
    let pairs: [(Operation, Operation); 2] = [(FourValue::and, FourValue::or), (FourValue::meet, FourValue::join)];
    for (down, up) in pairs {
        for one in ALL {
            assert_eq!((down(one, one), up(one, one)), (one, one));
            for two in ALL {
                assert_eq!((down(one, two), up(one, two)), (down(two, one), up(two, one)));
                assert_eq!((down(one, up(one, two)), up(one, down(one, two))), (one, one));
                for three in ALL {
                    assert_eq!(down(one, down(two, three)), down(down(one, two), three));
                    assert_eq!(up(one, up(two, three)), up(up(one, two), three));
                    assert_eq!(down(one, up(two, three)), up(down(one, two), down(one, three)));
                }
            }
        }
    }
    for one in ALL {
        assert_eq!(one.not().not(), one);
        for two in ALL {
            assert_eq!(one.and(two).not(), one.not().or(two.not()));
            assert_eq!(one.join(two).not(), one.not().join(two.not()));
        }
    }
}

#[test]
fn a_contradiction_does_not_make_everything_true() {
    let contradictory = True.join(False);
    assert_eq!(contradictory, Both);
    assert_eq!(contradictory.and(contradictory.not()).or(Neither), True);
    assert_eq!(contradictory.and(False), False);
    assert_eq!(Neither.or(Neither.not()), Neither, "the excluded middle tells nothing where nothing was told");
}

#[test]
fn two_truth_values_seen_together() {
    let threshold = Threshold::new(0.8, 0.5).unwrap();
    let (yes, no, open, vague) = (tv(0.9, 0.6), tv(0.1, 0.6), tv(0.5, 0.9), tv(1.0, 0.4));
    let check = |one, two, seen| assert_eq!(FourValue::of_two(one, two, threshold), seen, "{one} and {two}");
    check(yes, yes, True);
    check(yes, no, Both);
    check(no, open, False);
    check(open, vague, Neither);
    check(yes, vague, True);
    for (strength, confidence) in [(0.5, 0.5), (0.4, 0.5), (1.1, 0.5), (0.8, 0.0), (0.8, 1.5), (f64::NAN, 0.5)] {
        assert_eq!(Threshold::new(strength, confidence), None);
    }
}

proptest! {
    #[test]
    fn contradiction_is_a_measure(one in truth(), two in truth()) {
        let found = contradiction(one, two);
        prop_assert!((0.0..=1.0).contains(&found));
        prop_assert_eq!(found, contradiction(two, one));
        prop_assert!((found - contradiction(not(one), not(two))).abs() < 1e-12);
        prop_assert_eq!(contradiction(one, one), 0.0);
        prop_assert_eq!(contradiction(one, TruthValue::UNKNOWN), 0.0);
        prop_assert!(found <= one.confidence.min(two.confidence));
        prop_assert!(found <= contradiction(sure(one.strength), two) + 1e-12);
        prop_assert!(contradiction(sure(one.strength), sure(1.0 - one.strength)) + 1e-12 >= (2.0 * one.strength - 1.0).abs());
    }

    /// What is seen as both contradicts itself at least as much as the threshold says.
    #[test]
    fn both_is_a_contradiction(one in truth(), two in truth(), strength in 0.51..=1.0f64, confidence in 0.01..=1.0f64) {
        let threshold = Threshold::new(strength, confidence).unwrap();
        let seen = FourValue::of_two(one, two, threshold);
        prop_assert!(FourValue::of(one, threshold) != Both && FourValue::of(two, threshold) != Both);
        prop_assert_eq!(FourValue::of_two(not(one), not(two), threshold), seen.not());
        if seen == Both {
            let least = (2.0 * strength - 1.0) * confidence * confidence;
            prop_assert!(contradiction(one, two) + 1e-9 >= least);
        }
    }
}

#[test]
fn certain_opposites_contradict_wholly() {
    assert_eq!(contradiction(TruthValue::TRUE, TruthValue::FALSE), 1.0);
}
