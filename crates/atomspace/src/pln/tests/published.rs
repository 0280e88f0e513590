//! Points that MeTTa-PLN publishes as the results of its examples and rule tests.

use super::{close, sure, tv};
use crate::pln::{deduction, induction, inversion, modus_ponens, revision, transitive_similarity};

/// Edward smokes ⟨1, 0.9⟩; who smokes has cancer ⟨0.6, 0.9⟩.
#[test]
fn smokes() {
    let found = modus_ponens(tv(1.0, 0.9), tv(0.6, 0.9), crate::pln::DEFAULT_BACKGROUND);
    assert!(close(found, tv(0.6, 0.486)), "{found}");
}

#[test]
fn inversion_of_equally_probable_terms_keeps_the_strength() {
    let found = inversion(sure(0.5), sure(0.5), tv(0.87, 0.81)).unwrap();
    assert!(close(found, tv(0.87, 0.486)), "{found}");
}

#[test]
fn transitive_similarity_of_equals() {
    let term = sure(0.333);
    let found = transitive_similarity(term, term, term, tv(1.0, 0.89), tv(1.0, 0.5)).unwrap();
    assert!(close(found, tv(1.0, 0.445)), "{found}");
}

/// A→B, A→C ⟨0.25, 0.9⟩, B→D, C→D ⟨0.5, 0.9⟩, P(A) = P(D) = 0.5, P(B) = P(C) = 0.25. The published ⟨0.125, 0.30429942953⟩ is
/// A→D by inverting A→B and then induction, over B and over C, revised: with the term of the conclusion handed to the formula where
/// the middle term belongs. With the terms in their places induction gives what deduction gives, 0.5.
#[test]
fn deduction_and_revision() {
    let (a, b, d) = (tv(0.5, 0.9), tv(0.25, 0.9), tv(0.5, 0.9));
    let (ab, bd) = (tv(0.25, 0.9), tv(0.5, 0.9));
    let ba = tv(ab.strength, inversion(a, b, ab).unwrap().confidence);
    let out_of_place = induction(a, d, b, ba, bd).unwrap();
    let published = revision(out_of_place, out_of_place);
    assert!((published.strength - 0.125).abs() < 1e-12 && (published.confidence - 0.304_299_429_53).abs() < 1e-11);

    let in_place = induction(a, b, d, inversion(a, b, ab).unwrap(), bd).unwrap();
    assert!((in_place.strength - 0.5).abs() < 1e-12);
    assert!((deduction(a, b, d, ab, bd).unwrap().strength - 0.5).abs() < 1e-12);
}
