//! Every formula once, worked out by hand: strength and confidence.

use super::{close, tv};
use crate::TruthValue;
use crate::pln::{
    Attractions, Counts, abduction, antecedent_and, antecedent_or, attraction, attraction_from_terms,
    condition_negation, consequent_and, consequent_or, contraposition, deduction, deduction_by_geometry,
    equivalence_to_implication, evaluation_implication, fuzzy_and, fuzzy_or, implication_to_equivalence, induction,
    inheritance_to_member, inheritance_to_similarity, intensional_inheritance, intensional_similarity, inversion,
    member_deduction, member_to_inheritance, modus_ponens, modus_tollens, not, one_inheritance_to_similarity, or,
    precise_modus_ponens, similarity_to_inheritance, support, symmetric_modus_ponens, transitive_similarity,
};

fn check(found: TruthValue, strength: f64, confidence: f64) {
    assert!(close(found, tv(strength, confidence)), "{found}, not ⟨{strength}, {confidence}⟩");
}

#[test]
fn between_terms() {
    let (a, b, c) = (tv(0.4, 0.9), tv(0.5, 0.8), tv(0.6, 0.7));
    let (ab, bc) = (tv(0.5, 0.6), tv(0.8, 0.5));
    // P(C|¬B) = (0.6 - 0.4) / 0.5 = 0.4.
    check(deduction(a, b, c, ab, bc).unwrap(), 0.6, 0.5 * 0.8 * 0.6 * 0.5);
    check(member_deduction(a, b, c, ab, bc).unwrap(), 0.6, 0.12);
    check(evaluation_implication(b, a, c, ab, bc).unwrap(), 0.6, 0.12);
    check(deduction_by_geometry(tv(0.3, 0.9), tv(0.3, 0.9)), 0.15, 0.0729);
    check(deduction_by_geometry(tv(0.9, 0.9), tv(0.8, 0.9)), 0.72, 0.5832);
    check(deduction_by_geometry(tv(0.0, 0.9), tv(0.0, 0.9)), 0.0, 0.0);
    check(inversion(a, b, ab).unwrap(), 0.4, 0.6 * 0.8 * 0.6);
    // B→A 0.4 is A→B 0.5; the weight is 0.8 × 0.5 × 0.6.
    check(induction(a, b, c, tv(0.4, 0.6), bc).unwrap(), 0.6, 0.24 / 1.24);
    // C→B 2/3 is B→C 0.8; the weight is 0.5 × 0.6 × 0.5.
    check(abduction(a, b, c, ab, tv(2.0 / 3.0, 0.5)).unwrap(), 0.6, 0.15 / 1.15);
}

#[test]
fn of_propositions() {
    let (a, b, ab) = (tv(0.4, 0.9), tv(0.5, 0.8), tv(0.75, 0.6));
    check(not(a), 0.6, 0.9);
    check(or(&[a, b]), 0.7, 0.8);
    check(fuzzy_and(&[a, b]), 0.4, 0.8);
    check(fuzzy_or(&[a, b]), 0.5, 0.8);
    check(support(a, ab), 0.3, 0.6);
    check(modus_ponens(a, ab, 0.2), 0.42, 0.4 * 0.75 * 0.9 * 0.6);
    check(precise_modus_ponens(a, ab, tv(0.2, 0.3)), 0.42, 0.3);
    // (0.6 - 0.25) / (0.75 - 0.25); ¬B and A→B: 0.4 × 0.75 × 0.8 × 0.6.
    check(modus_tollens(ab, tv(0.6, 0.8), 0.25).unwrap(), 0.7, 0.144);
    // 0.4 × 0.5 + 0.2 × 0.6 × 1.5; 1 - 0.6 × 0.5 = 0.7.
    check(symmetric_modus_ponens(a, tv(0.5, 0.6), 0.2), 0.38, 0.9 * 0.6 * 0.7);
    // What the background would not allow is no reason to refuse it: 0.5 × 0.9 + 0.2 × 0.5 × 1.9; 1 - 0.5 × 0.1 = 0.95.
    check(symmetric_modus_ponens(tv(0.5, 0.9), tv(0.9, 0.9), 0.2), 0.64, 0.9 * 0.9 * 0.95);
    check(symmetric_modus_ponens(tv(0.5, 0.9), tv(1.0, 0.9), 1.0), 1.0, 0.9 * 0.9);
    check(contraposition(a, b, ab).unwrap(), 0.8, 0.6);
    check(condition_negation(a, b, ab).unwrap(), 1.0 / 3.0, 0.6);
    check(consequent_and(a, b), 0.2, 0.8);
    check(consequent_or(a, b), 0.7, 0.8);
    // Even odds of C: 0.75 and 0.6 are odds 3 and 1.5, together 4.5.
    let c = tv(0.5, 0.7);
    check(antecedent_and(a, b, c, ab, tv(0.6, 0.9)).unwrap(), 4.5 / 5.5, 0.6);
    // A and B with C 0.6 each, without 0.2 and 0.4: 0.84 beside 0.52.
    check(antecedent_or(a, b, c, ab, tv(0.6, 0.9)).unwrap(), 0.84 / 1.36, 0.6);
}

#[test]
fn of_similarity() {
    let (a, b, c) = (tv(0.4, 0.9), tv(0.5, 0.8), tv(0.4, 0.7));
    let similar = tv(0.5, 0.6);
    check(inheritance_to_similarity(tv(0.75, 0.6), tv(0.6, 0.9)), 0.5, 0.6);
    check(implication_to_equivalence(tv(0.75, 0.6), tv(0.0, 0.9)), 0.0, 0.6);
    check(one_inheritance_to_similarity(a, b, tv(0.75, 0.6)).unwrap(), 0.5, 0.6);
    check(similarity_to_inheritance(a, b, similar).unwrap(), 0.75, 0.6);
    check(equivalence_to_implication(b, a, similar).unwrap(), 0.6, 0.6);
    // A→B 0.75, B→C 0.6, P(C|¬B) 0.2: A→C 0.5, of 0.4 each.
    check(transitive_similarity(a, b, c, similar, tv(0.5, 0.9)).unwrap(), 1.0 / 3.0, 0.6 * 0.9 * 0.75);
}

#[test]
fn of_members_patterns_and_counts() {
    check(member_to_inheritance(tv(0.7, 0.9)), 0.7, 0.81);
    check(inheritance_to_member(tv(0.7, 0.9)), 0.7, 0.81);
    check(attraction(tv(0.7, 0.9), tv(0.2, 0.5)), 0.5, 0.5);
    check(attraction(tv(0.2, 0.9), tv(0.7, 0.5)), 0.0, 0.5);
    check(attraction_from_terms(tv(0.4, 0.9), tv(0.5, 0.8), tv(0.75, 0.6)).unwrap(), 0.75 - 1.0 / 3.0, 0.6);
    let pattern = |a, b| Attractions { a: tv(a, 0.9), b: tv(b, 0.9) };
    let patterns = [pattern(0.5, 0.2), pattern(0.1, 0.6), pattern(0.4, 0.0)];
    check(intensional_inheritance(&patterns, 2.0), 0.375, 0.5);
    check(intensional_similarity(&patterns, 3.0), 0.2, 0.5);
    assert_eq!(intensional_inheritance(&[pattern(0.4, 0.0)], 2.0), TruthValue::UNKNOWN);
    check(Counts::new(3.0, 4.0).unwrap().truth(4.0), 0.75, 0.5);
    assert_eq!(Counts::of(tv(0.75, 0.5), 4.0), Counts::new(3.0, 4.0).unwrap());
}
