//! Revision, counts and stamps.

use super::{close, near, truth, tv};
use crate::TruthValue;
use crate::pln::{Counts, Evidenced, MAX_STAMP, SharedEvidence, Stamp, StampFull, revision};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn ids() -> impl Strategy<Value = Vec<u32>> {
    prop::collection::vec(0u32..40, 0..20)
}

fn counts() -> impl Strategy<Value = Counts> {
    (0.0..=1.0f64, 0.0..1000.0f64).prop_map(|(share, total)| Counts::new(share * total, total).unwrap())
}

proptest! {
    #[test]
    fn revision_commutes_associates_and_adds_evidence(one in truth(), two in truth(), three in truth()) {
        prop_assert!(close(revision(one, two), revision(two, one)));
        let both = revision(one, two);
        prop_assert!(both.confidence + 1e-9 >= one.confidence.max(two.confidence));
        let (least, most) = (one.strength.min(two.strength), one.strength.max(two.strength));
        prop_assert!((least - 1e-9..=most + 1e-9).contains(&both.strength));
        // Certainty has a finite weight, which cannot be added up without limit.
        let finite = [one, two, three].iter().all(|tv| tv.confidence < 0.999);
        let some = [one, two, three].iter().any(|tv| tv.confidence > 0.001);
        prop_assert!(!finite || !some || close(revision(both, three), revision(one, revision(two, three))));
    }

    #[test]
    fn nothing_known_changes_nothing(one in truth()) {
        prop_assume!(one.confidence > 1e-6);
        prop_assert!(close(revision(one, TruthValue::UNKNOWN), one));
    }

    #[test]
    fn counts_add_where_truth_values_are_revised(one in counts(), two in counts(), three in counts(), k in 0.1..100.0f64) {
        let sum = (one + two).truth(k);
        prop_assert!(close(sum, revision(one.truth(k), two.truth(k))) || one.total() + two.total() < 1e-6);
        prop_assert!(one + two == two + one);
        let (left, right) = ((one + two) + three, one + (two + three));
        prop_assert!(near(left.positive(), right.positive()) && near(left.total(), right.total()));
        prop_assert!(near((one + two).negative(), one.negative() + two.negative()));
        let back = Counts::of(one.truth(k), k);
        prop_assert!(near(back.total(), one.total()) && near(back.positive(), one.positive()));
    }

    #[test]
    fn stamps_are_sets(one in ids(), two in ids()) {
        let (left, right) = (Stamp::from_ids(one.clone()).unwrap(), Stamp::from_ids(two.clone()).unwrap());
        let (one, two): (BTreeSet<u32>, BTreeSet<u32>) = (one.into_iter().collect(), two.into_iter().collect());
        prop_assert!(left.ids().iter().eq(&one));
        prop_assert_eq!(left.disjoint(&right), one.is_disjoint(&two));
        prop_assert_eq!(left.shared(&right), one.intersection(&two).next().copied());
        let union = left.union(&right).unwrap();
        prop_assert!(union.ids().iter().eq(one.union(&two)));
        prop_assert_eq!(Ok(union), right.union(&left));
        prop_assert_eq!(left.union(&left), Ok(left));
    }

    #[test]
    fn evidence_never_counts_twice(one in truth(), two in truth(), mine in ids(), theirs in ids()) {
        let one = Evidenced { tv: one, stamp: Stamp::from_ids(mine).unwrap() };
        let two = Evidenced { tv: two, stamp: Stamp::from_ids(theirs).unwrap() };
        match one.revise(&two) {
            Ok(both) => {
                prop_assert!(one.stamp.disjoint(&two.stamp) && both.tv == revision(one.tv, two.tv));
                prop_assert_eq!(both.stamp.ids().len(), one.stamp.ids().len() + two.stamp.ids().len());
                prop_assert!(both.stamp.ids().is_empty() || both.revise(&one).is_err() || both.revise(&two).is_err());
            }
            Err(SharedEvidence::Shared { id }) => {
                prop_assert!(one.stamp.ids().contains(&id) && two.stamp.ids().contains(&id));
                let chosen = one.revise_or_choose(&two);
                prop_assert!(chosen == one || chosen == two);
                prop_assert!(chosen.tv.confidence >= one.tv.confidence.max(two.tv.confidence));
            }
            Err(full) => prop_assert!(false, "{full}"),
        }
    }
}

#[test]
fn a_full_stamp_is_refused_and_nothing_forgotten() {
    let most = MAX_STAMP as u32;
    let full = Stamp::from_ids(0..most).unwrap();
    assert_eq!(full.union(&Stamp::of(0)), Ok(full.clone()));
    assert_eq!(full.union(&Stamp::of(most)), Err(StampFull { count: MAX_STAMP + 1 }));
    let (one, two) =
        (Evidenced { tv: tv(0.5, 0.9), stamp: full }, Evidenced { tv: tv(0.6, 0.5), stamp: Stamp::of(most) });
    let refused = one.revise(&two).unwrap_err();
    assert_eq!(refused.to_string(), "65 pieces of evidence, but a stamp names at most 64");
    assert_eq!(one.revise_or_choose(&two), one);
    assert_eq!(two.revise_or_choose(&one), one);
}

#[test]
fn counts_that_are_none_are_refused() {
    for (positive, total) in [(2.0, 1.0), (-1.0, 1.0), (0.0, f64::INFINITY), (f64::NAN, 1.0), (0.0, f64::NAN)] {
        assert_eq!(Counts::new(positive, total), None, "{positive} of {total}");
    }
}
