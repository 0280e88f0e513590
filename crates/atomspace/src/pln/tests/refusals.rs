//! Inconsistent premises are refused with the reason, word by word.

use super::{sure, tv};
use crate::TruthValue;
use crate::pln::{
    Inconsistent, abduction, antecedent_and, contraposition, deduction, induction, inversion, modus_tollens,
    similarity_to_inheritance, transitive_similarity,
};

fn check(found: Result<TruthValue, Inconsistent>, reason: &str) {
    assert_eq!(found.unwrap_err().to_string(), reason);
}

#[test]
fn the_reason_names_the_premise_and_the_bound() {
    let (low, half, high) = (sure(0.25), sure(0.5), sure(0.75));
    check(deduction(half, low, half, high, half), "P(B|A) is 0.75, but the other premises allow at most 0.5");
    check(deduction(half, half, low, half, high), "P(C|B) is 0.75, but the other premises allow at most 0.5");
    check(deduction(half, high, half, low, half), "P(B|A) is 0.25, but the other premises require at least 0.5");
    check(induction(low, half, half, high, half), "P(A|B) is 0.75, but the other premises allow at most 0.5");
    check(abduction(half, low, half, half, high), "P(B|C) is 0.75, but the other premises allow at most 0.5");
    check(inversion(sure(0.0), half, half), "P(A) is 0: nothing follows for a case that never comes");
    check(inversion(half, sure(0.0), sure(0.0)), "P(B) is 0: nothing follows for a case that never comes");
    check(contraposition(half, sure(1.0), sure(1.0)), "1 - P(B) is 0: nothing follows for a case that never comes");
    check(
        similarity_to_inheritance(low, half, high),
        "the similarity of A and B is 0.75, but the other premises allow at most 0.5",
    );
    check(
        transitive_similarity(half, sure(0.0), half, sure(0.0), half),
        "P(B) is 0: nothing follows for a case that never comes",
    );
    check(
        transitive_similarity(half, half, low, half, high),
        "the similarity of B and C is 0.75, but the other premises allow at most 0.5",
    );
    check(modus_tollens(half, low, 0.5), "P(B|A) - P(B|not A) is 0: it makes no difference, so nothing follows");
    check(modus_tollens(high, sure(0.875), 0.25), "P(B) is 0.875, but the other premises allow at most 0.75");
    check(
        antecedent_and(half, half, half, sure(1.0), sure(0.0)),
        "P(A and B) is 0: nothing follows for a case that never comes",
    );
}

#[test]
fn a_middle_term_that_always_holds_concludes_the_second_premise() {
    let found = deduction(sure(0.3), sure(1.0), sure(0.4), tv(1.0, 0.9), tv(0.4, 0.9)).unwrap();
    assert!((found.strength - 0.4).abs() < 1e-12, "{found}");
}
