//! The truth-value formulas of Probabilistic Logic Networks.
//!
//! Source for all of them: Goertzel, Iklé, Goertzel, Heljakka, *Probabilistic Logic Networks* (Springer, 2008), named
//! below as PLN with the chapter. Strengths follow probability theory under the stated independence assumption;
//! confidences are the least of the premises' (a chain is as strong as its weakest link), times a discount where the
//! formula guesses something. Every result lies in [0, 1]; where the premises contradict each other (no joint probability
//! exists), the result is [`TruthValue::UNKNOWN`].

use crate::TruthValue;

/// The strength that P(B | not A) has where nothing is known about it: a rule alone says nothing of that case.
pub const DEFAULT_BACKGROUND: f64 = 0.2;

fn least(values: &[TruthValue]) -> f64 {
    values.iter().map(|value| value.confidence).fold(1.0, f64::min)
}

/// Not A: `1 - s`.
#[must_use]
pub fn not(a: TruthValue) -> TruthValue {
    TruthValue::new(1.0 - a.strength, a.confidence)
}

/// A and B and …, taken as independent: the product of the strengths. PLN chapter 8. The empty conjunction is true.
#[must_use]
pub fn and(all: &[TruthValue]) -> TruthValue {
    TruthValue::new(all.iter().map(|value| value.strength).product(), least(all))
}

/// A or B or …, taken as independent (noisy-or): `1 - ∏(1 - s)`. PLN chapter 8; Pearl, *Probabilistic Reasoning in
/// Intelligent Systems* (1988), section 4.3.2. The empty disjunction is false.
#[must_use]
pub fn or(all: &[TruthValue]) -> TruthValue {
    TruthValue::new(1.0 - all.iter().map(|value| 1.0 - value.strength).product::<f64>(), least(all))
}

/// The bounds that P(B | A) must keep, given P(A) and P(B): it lies in
/// `[max(0, (a + b - 1) / a), min(1, b / a)]` (Fréchet). PLN chapter 5. `None` where A is impossible.
#[must_use]
pub fn implication_bounds(a: f64, b: f64) -> Option<(f64, f64)> {
    (a > 0.0).then(|| (((a + b - 1.0) / a).clamp(0.0, 1.0), (b / a).clamp(0.0, 1.0)))
}

/// Whether a conditional probability can stand beside its two terms.
#[must_use]
pub fn consistent(a: f64, b: f64, ab: f64) -> bool {
    const SLACK: f64 = 1e-9;
    implication_bounds(a, b).is_none_or(|(low, high)| (low - SLACK..=high + SLACK).contains(&ab))
}

/// Deduction: from A→B and B→C, A→C, with the term probabilities of A, B and C.
/// `P(C|A) = P(C|B) P(B|A) + P(C|¬B) (1 - P(B|A))`, `P(C|¬B) = (c - b P(C|B)) / (1 - b)`: PLN section 5.2,
/// assuming that A and C are independent given B and given not B.
#[must_use]
pub fn deduction(a: TruthValue, b: TruthValue, c: TruthValue, ab: TruthValue, bc: TruthValue) -> TruthValue {
    if !consistent(a.strength, b.strength, ab.strength) || !consistent(b.strength, c.strength, bc.strength) {
        return TruthValue::UNKNOWN;
    }
    let confidence = least(&[a, b, c, ab, bc]);
    let rest = 1.0 - b.strength;
    // Where B is always true, A→C is B→C is C.
    let strength = if rest <= 1e-9 {
        c.strength
    } else {
        let without = ((c.strength - b.strength * bc.strength) / rest).clamp(0.0, 1.0);
        ab.strength * bc.strength + (1.0 - ab.strength) * without
    };
    TruthValue::new(strength, confidence)
}

/// Inversion (Bayes' rule): from A→B and the terms, B→A: `P(A|B) = P(B|A) a / b`. PLN section 5.3.
#[must_use]
pub fn inversion(a: TruthValue, b: TruthValue, ab: TruthValue) -> TruthValue {
    if b.strength <= 0.0 || !consistent(a.strength, b.strength, ab.strength) {
        return TruthValue::UNKNOWN;
    }
    TruthValue::new(ab.strength * a.strength / b.strength, least(&[a, b, ab]))
}

/// Induction: from B→A and B→C, A→C: invert the first, then deduce. PLN section 5.4.
#[must_use]
pub fn induction(a: TruthValue, b: TruthValue, c: TruthValue, ba: TruthValue, bc: TruthValue) -> TruthValue {
    let ab = inversion(b, a, ba);
    if ab == TruthValue::UNKNOWN { ab } else { deduction(a, b, c, ab, bc) }
}

/// Abduction: from A→B and C→B, A→C: invert the second, then deduce. PLN section 5.4.
#[must_use]
pub fn abduction(a: TruthValue, b: TruthValue, c: TruthValue, ab: TruthValue, cb: TruthValue) -> TruthValue {
    let bc = inversion(c, b, cb);
    if bc == TruthValue::UNKNOWN { bc } else { deduction(a, b, c, ab, bc) }
}

/// Modus ponens: from A and A→B, B: `P(B) = P(B|A) a + P(B|¬A) (1 - a)`. PLN section 5.7. `background` is P(B|¬A):
/// [`DEFAULT_BACKGROUND`] where B is to be believed or not on this ground alone, 0 where the result is one support of
/// several that are put together by [`or`].
#[must_use]
pub fn modus_ponens(a: TruthValue, ab: TruthValue, background: f64) -> TruthValue {
    TruthValue::new(ab.strength * a.strength + background * (1.0 - a.strength), least(&[a, ab]))
}

/// Revision: the same atom on independent evidence: strengths averaged by the weight of their evidence, weights added.
/// PLN section 5.10. Commutes, and nothing known changes nothing.
#[must_use]
pub fn revision(first: TruthValue, second: TruthValue) -> TruthValue {
    let (one, two) = (first.weight(), second.weight());
    let total = one + two;
    if total <= 0.0 {
        return TruthValue::new(f64::midpoint(first.strength, second.strength), 0.0);
    }
    let strength = (first.strength * one + second.strength * two) / total;
    TruthValue::new(strength, TruthValue::confidence_of(total))
}
