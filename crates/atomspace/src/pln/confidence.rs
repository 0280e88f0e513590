//! How confidences of premises become that of a conclusion.

use crate::TruthValue;

/// The least of the confidences: a rewriting is as sure as its weakest premise. 1 where there are none.
pub(super) fn least(values: &[TruthValue]) -> f64 {
    values.iter().map(|value| value.confidence).fold(1.0, f64::min)
}

/// A chain of two: the product of strengths and confidences. Source: MeTTa-PLN, deduction and modus ponens.
pub(super) fn chained(first: TruthValue, second: TruthValue) -> f64 {
    first.strength * second.strength * first.confidence * second.confidence
}

/// Two premises, either of which being weak makes the conclusion weak: the product of the confidences, times the noisy-or
/// of the strengths. Source: MeTTa-PLN, symmetric modus ponens and transitive similarity.
pub(super) fn symmetric(first: TruthValue, second: TruthValue) -> f64 {
    let either = 1.0 - (1.0 - first.strength) * (1.0 - second.strength);
    first.confidence * second.confidence * either
}

/// A guess against the direction of a premise: what is shared counts as evidence, not as confidence, so that it stays at
/// most ½. `shared` is the premise whose strength weighs. Source: MeTTa-PLN, induction and abduction.
pub(super) fn guessed(shared: TruthValue, other: TruthValue) -> f64 {
    TruthValue::confidence_of(shared.strength * shared.confidence * other.confidence)
}
