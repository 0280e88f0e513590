//! The formulas against counting in small finite sets.

use crate::TruthValue;
use crate::pln::{
    abduction, and, consistent, deduction, implication_bounds, induction, inversion, modus_ponens, not, or, revision,
};
use proptest::prelude::*;

fn truth() -> impl Strategy<Value = TruthValue> {
    (0.0..=1.0, prop_oneof![Just(0.0), Just(1.0), 0.0..=1.0])
        .prop_map(|(strength, confidence)| TruthValue::new(strength, confidence))
}

fn near(one: f64, two: f64) -> bool {
    (one - two).abs() < 1e-6
}

fn close(one: TruthValue, two: TruthValue) -> bool {
    near(one.strength, two.strength) && near(one.confidence, two.confidence)
}

fn sure(strength: f64) -> TruthValue {
    TruthValue::new(strength, 1.0)
}

fn valid(tv: TruthValue) -> bool {
    TruthValue::checked(tv.strength, tv.confidence).is_some()
}

/// A finite universe: how many elements lie in A or not, B or not, C or not.
#[derive(Clone, Debug)]
struct Universe(Vec<Element>);

/// Whether an element lies in A, B and C.
type Element = (bool, bool, bool);

impl Universe {
    /// Within B, and outside of B, membership in A and C are independent: each part is a grid of A-rows and C-columns.
    fn independent(parts: [(usize, usize, usize, usize, bool); 2]) -> Self {
        let grid = parts.into_iter().flat_map(|(a, not_a, c, not_c, b)| {
            (0..a + not_a).flat_map(move |row| (0..c + not_c).map(move |column| (row < a, b, column < c)))
        });
        Self(grid.collect())
    }

    fn share(&self, of: impl Fn(Element) -> bool) -> f64 {
        self.0.iter().filter(|element| of(**element)).count() as f64 / self.0.len() as f64
    }

    /// P(second | first).
    fn given(&self, first: impl Fn(Element) -> bool + Copy, second: impl Fn(Element) -> bool) -> f64 {
        self.share(|element| first(element) && second(element)) / self.share(first)
    }
}

fn in_a(element: Element) -> bool {
    element.0
}
fn in_b(element: Element) -> bool {
    element.1
}
fn in_c(element: Element) -> bool {
    element.2
}

fn independent() -> impl Strategy<Value = Universe> {
    let part = |b: bool| {
        (1_usize..5, 0_usize..5, 1_usize..5, 0_usize..5).prop_map(move |(a, not_a, c, not_c)| (a, not_a, c, not_c, b))
    };
    (part(true), part(false)).prop_map(|(with, without)| Universe::independent([with, without]))
}

proptest! {
    #[test]
    fn deduction_induction_and_abduction_agree_with_counting(universe in independent()) {
        let (a, b, c) = (sure(universe.share(in_a)), sure(universe.share(in_b)), sure(universe.share(in_c)));
        let counted = universe.given(in_a, in_c);
        let (ab, ba) = (sure(universe.given(in_a, in_b)), sure(universe.given(in_b, in_a)));
        let (bc, cb) = (sure(universe.given(in_b, in_c)), sure(universe.given(in_c, in_b)));
        prop_assert!(near(deduction(a, b, c, ab, bc).strength, counted));
        prop_assert!(near(induction(a, b, c, ba, bc).strength, counted));
        prop_assert!(near(abduction(a, b, c, ab, cb).strength, counted));
    }

    #[test]
    fn inversion_bounds_and_modus_ponens_agree_with_counting(elements in prop::collection::vec(any::<Element>(), 1..30)) {
        let universe = Universe(elements);
        let (a, b) = (universe.share(in_a), universe.share(in_b));
        prop_assume!(a > 0.0 && b > 0.0 && a < 1.0);
        let ab = universe.given(in_a, in_b);
        prop_assert!(consistent(a, b, ab));
        prop_assert!(near(inversion(sure(a), sure(b), sure(ab)).strength, universe.given(in_b, in_a)));
        let otherwise = universe.given(|element| !in_a(element), in_b);
        prop_assert!(near(modus_ponens(sure(a), sure(ab), otherwise).strength, b));
    }

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
        prop_assert!(close(not(not(one)), one));
    }

    #[test]
    fn every_formula_stays_in_bounds(a in truth(), b in truth(), c in truth(), ab in truth(), bc in truth(), background in 0.0..=1.0) {
        let all = [
            deduction(a, b, c, ab, bc), induction(a, b, c, ab, bc), abduction(a, b, c, ab, bc), inversion(a, b, ab),
            modus_ponens(a, ab, background), revision(a, b), and(&[a, b, c]), or(&[a, b, c]), not(a),
        ];
        prop_assert!(all.into_iter().all(valid), "{:?}", all);
        if let Some((low, high)) = implication_bounds(a.strength, b.strength) {
            prop_assert!((0.0..=1.0).contains(&low) && (0.0..=1.0).contains(&high) && low <= high + 1e-9);
        }
        // De Morgan.
        prop_assert!(close(not(and(&[a, b])), or(&[not(a), not(b)])));
    }
}
