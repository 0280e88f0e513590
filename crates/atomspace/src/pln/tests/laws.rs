//! What holds of every formula, whatever it is given.

use super::{close, near, truth, tv};
use crate::TruthValue;
use crate::pln::{
    Attractions, Counts, Inconsistent, abduction, and, antecedent_and, antecedent_or, attraction,
    attraction_from_terms, condition_negation, consequent_and, consequent_or, contraposition, deduction,
    deduction_by_geometry, equivalence_to_implication, evaluation_implication, fuzzy_and, fuzzy_or, implication_bounds,
    implication_to_equivalence, induction, inheritance_to_member, inheritance_to_similarity, intensional_inheritance,
    intensional_similarity, inversion, member_deduction, member_to_inheritance, modus_ponens, modus_tollens, not,
    one_inheritance_to_similarity, or, precise_modus_ponens, similarity_to_inheritance, support,
    symmetric_modus_ponens, transitive_similarity,
};
use proptest::prelude::*;

fn valid(tv: TruthValue) -> bool {
    TruthValue::checked(tv.strength, tv.confidence).is_some()
}

/// Terms P(A), P(B) and a P(B|A) that can stand beside them: `at` of the way between its bounds.
fn placed(a: f64, b: f64, at: f64) -> f64 {
    let (low, high) = implication_bounds(a, b).unwrap();
    low + at * (high - low)
}

proptest! {
    #[test]
    fn every_result_lies_in_range(
        [a, b, c, d, e] in prop::array::uniform5(truth()), background in 0.0..=1.0f64, k in 0.0..100.0f64,
    ) {
        let patterns = [Attractions { a, b }, Attractions { a: c, b: d }];
        let always = [
            not(a), and(&[a, b, c]), or(&[a, b, c]), fuzzy_and(&[a, b, c]), fuzzy_or(&[a, b, c]), and(&[]), or(&[]),
            support(a, b), modus_ponens(a, b, background), precise_modus_ponens(a, b, c), consequent_and(a, b),
            consequent_or(a, b), deduction_by_geometry(a, b), inheritance_to_similarity(a, b),
            implication_to_equivalence(a, b), member_to_inheritance(a), inheritance_to_member(a), attraction(a, b),
            intensional_inheritance(&patterns, k), intensional_similarity(&patterns, k), intensional_inheritance(&[], k),
            Counts::of(a, k).truth(k),
        ];
        prop_assert!(always.into_iter().all(valid), "{:?}", always);
        let checked = [
            deduction(a, b, c, d, e), induction(a, b, c, d, e), abduction(a, b, c, d, e), inversion(a, b, c),
            modus_tollens(a, b, background), Ok(symmetric_modus_ponens(a, b, background)), contraposition(a, b, c),
            condition_negation(a, b, c), antecedent_and(a, b, c, d, e), antecedent_or(a, b, c, d, e),
            one_inheritance_to_similarity(a, b, c), similarity_to_inheritance(a, b, c), equivalence_to_implication(a, b, c),
            transitive_similarity(a, b, c, d, e), member_deduction(a, b, c, d, e), evaluation_implication(a, b, c, d, e),
            attraction_from_terms(a, b, c),
        ];
        for found in checked.into_iter().flatten() {
            prop_assert!(valid(found), "{found}");
        }
    }

    /// Of truth values that were put together by hand, not by `new`.
    #[test]
    fn what_is_no_number_is_no_evidence(place in 0usize..5, good in 0.05..0.95f64) {
        let mut all = [tv(good, 0.9); 5];
        all[place] = TruthValue { strength: f64::NAN, confidence: 0.9 };
        let [a, b, c, ab, bc] = all;
        for found in [deduction(a, b, c, ab, bc), induction(a, b, c, ab, bc), abduction(a, b, c, ab, bc)] {
            prop_assert!(found.is_err() || found == Ok(TruthValue::UNKNOWN), "{found:?}");
        }
    }

    #[test]
    fn negation_and_de_morgan(a in truth(), b in truth()) {
        prop_assert!(close(not(not(a)), a));
        prop_assert!(close(not(and(&[a, b])), or(&[not(a), not(b)])));
        prop_assert!(close(not(fuzzy_and(&[a, b])), fuzzy_or(&[not(a), not(b)])));
        prop_assert!(fuzzy_and(&[a, a]) == a && fuzzy_or(&[a, a]) == a);
        prop_assert!(and(&[a, b]).strength <= fuzzy_and(&[a, b]).strength + 1e-12);
        prop_assert!(or(&[a, b]).strength + 1e-12 >= fuzzy_or(&[a, b]).strength);
    }

    #[test]
    fn support_is_modus_ponens_without_a_background(a in truth(), ab in truth()) {
        prop_assert_eq!(support(a, ab).strength, modus_ponens(a, ab, 0.0).strength);
    }

    #[test]
    fn what_is_turned_twice_is_as_it_was(a in 0.01..0.99f64, b in 0.01..0.99f64, at in 0.0..=1.0f64) {
        let ab = tv(placed(a, b, at), 0.9);
        let (a, b) = (tv(a, 1.0), tv(b, 1.0));
        let ba = inversion(a, b, ab).unwrap();
        prop_assert!(near(inversion(b, a, ba).unwrap().strength, ab.strength));
        let turned = contraposition(a, b, ab).unwrap();
        prop_assert!(near(contraposition(not(b), not(a), turned).unwrap().strength, ab.strength));
        let otherwise = condition_negation(a, b, ab).unwrap();
        prop_assert!(near(condition_negation(not(a), b, otherwise).unwrap().strength, ab.strength));
        let similar = one_inheritance_to_similarity(a, b, ab).unwrap();
        prop_assert!(near(similarity_to_inheritance(a, b, similar).unwrap().strength, ab.strength));
        prop_assert!(near(inheritance_to_similarity(ab, ba).strength, similar.strength));
    }

    #[test]
    fn modus_tollens_undoes_modus_ponens(a in 0.0..=1.0f64, ab in 0.0..=1.0f64, background in 0.0..=1.0f64) {
        prop_assume!((ab - background).abs() > 1e-3);
        let b = modus_ponens(tv(a, 0.9), tv(ab, 0.9), background);
        prop_assert!(near(modus_tollens(tv(ab, 0.9), b, background).unwrap().strength, a));
    }

    /// More of what is for a conclusion never makes it less likely, surer premises never less sure.
    #[test]
    fn more_is_not_less(
        a in 0.0..=1.0f64, ab in 0.0..=1.0f64, more in 0.0..=1.0f64, c in 0.0..=1.0f64, surer in 0.0..=1.0f64, x in 0.0..=1.0f64,
    ) {
        let raised = |value: f64, by: f64| value + by * (1.0 - value);
        let (low, high) = (tv(ab, c), tv(raised(ab, more), c));
        prop_assert!(modus_ponens(tv(a, c), low, 0.02).strength <= modus_ponens(tv(a, c), high, 0.02).strength + 1e-12);
        prop_assert!(deduction_by_geometry(tv(x, c), low).strength <= deduction_by_geometry(tv(x, c), high).strength + 1e-12);
        prop_assert!(inheritance_to_similarity(tv(x, c), low).strength <= inheritance_to_similarity(tv(x, c), high).strength + 1e-12);
        let sure = tv(ab, raised(c, surer));
        prop_assert!(modus_ponens(tv(a, x), low, 0.02).confidence <= modus_ponens(tv(a, x), sure, 0.02).confidence + 1e-12);
        let term = tv(0.5, 1.0);
        let found = |link| induction(term, term, term, tv(x, c), link).map(|tv| tv.confidence);
        prop_assert!(found(low)? <= found(sure)? + 1e-12);
        let found = |link| deduction(term, term, term, tv(x, c), link).map(|tv| tv.confidence);
        prop_assert!(found(low)? <= found(sure)? + 1e-12);
    }

    /// The bounds are those of deduction's premises exactly: inside it concludes, outside it says which bound was broken.
    #[test]
    fn deduction_is_refused_outside_of_the_bounds(a in 0.01..0.99f64, b in 0.01..0.99f64, ab in 0.0..=1.0f64) {
        let (low, high) = implication_bounds(a, b).unwrap();
        prop_assume!((ab - low).abs() > 1e-6 && (ab - high).abs() > 1e-6);
        let c = 0.5;
        let bc = placed(b, c, 0.5);
        match deduction(tv(a, 1.0), tv(b, 1.0), tv(c, 1.0), tv(ab, 1.0), tv(bc, 1.0)) {
            Ok(_) => prop_assert!(low <= ab && ab <= high),
            Err(Inconsistent::Below { quantity, given, least }) => {
                prop_assert!(quantity == "P(B|A)" && given == ab && near(least, low) && ab < low);
            }
            Err(Inconsistent::Above { quantity, given, most }) => {
                prop_assert!(quantity == "P(B|A)" && given == ab && near(most, high) && ab > high);
            }
            Err(other) => prop_assert!(false, "{other}"),
        }
    }
}
