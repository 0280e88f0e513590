//! Negation, conjunction and disjunction, the modus family, and implications with composed sides.

use super::confidence::{chained, least, symmetric};
use super::consistency::{AB, AC, BC, Inconsistent, conditional, possible, within};
use crate::TruthValue;

/// What P(B|¬A) is taken to be in [`modus_ponens`] where nothing is known about it. Source: MeTTa-PLN, after the book,
/// section 5.7.1; classic Scheme takes 0.2.
pub const DEFAULT_BACKGROUND: f64 = 0.02;

/// What P(B|¬A) is taken to be in [`symmetric_modus_ponens`] where nothing is known about it. Source: MeTTa-PLN.
pub const DEFAULT_SIMILAR_BACKGROUND: f64 = 0.2;

/// Not A: `1 - s`.
#[must_use]
pub fn not(a: TruthValue) -> TruthValue {
    TruthValue::new(1.0 - a.strength, a.confidence)
}

/// A and B and …, taken as independent: the product of the strengths. The book, chapter 8. The empty conjunction is true.
#[must_use]
pub fn and(all: &[TruthValue]) -> TruthValue {
    TruthValue::new(all.iter().map(|value| value.strength).product(), least(all))
}

/// A or B or …, taken as independent (noisy-or): `1 - ∏(1 - s)`. The book, chapter 8; Pearl, *Probabilistic Reasoning in
/// Intelligent Systems* (1988), section 4.3.2. The empty disjunction is false.
#[must_use]
pub fn or(all: &[TruthValue]) -> TruthValue {
    TruthValue::new(1.0 - all.iter().map(|value| 1.0 - value.strength).product::<f64>(), least(all))
}

/// The fuzzy conjunction: the least strength. For degrees of membership, and for premises that move together. Zadeh,
/// *Fuzzy Sets* (1965). The empty conjunction is true.
#[must_use]
pub fn fuzzy_and(all: &[TruthValue]) -> TruthValue {
    TruthValue::new(all.iter().map(|value| value.strength).fold(1.0, f64::min), least(all))
}

/// The fuzzy disjunction: the greatest strength. The dual of [`fuzzy_and`]. The empty disjunction is false.
#[must_use]
pub fn fuzzy_or(all: &[TruthValue]) -> TruthValue {
    TruthValue::new(all.iter().map(|value| value.strength).fold(0.0, f64::max), least(all))
}

/// What A brings towards B through A→B: `P(A and B) = P(B|A) a`. One of several supports of B, to be put together by [`or`]; a
/// conclusion on this ground alone is [`modus_ponens`]'.
#[must_use]
pub fn support(a: TruthValue, ab: TruthValue) -> TruthValue {
    and(&[a, ab])
}

/// Modus ponens: from A and A→B, B: `P(B) = P(B|A) a + P(B|¬A) (1 - a)`. The book, section 5.7.1. `background` is P(B|¬A):
/// [`DEFAULT_BACKGROUND`] where nothing is known about it.
#[must_use]
pub fn modus_ponens(a: TruthValue, ab: TruthValue, background: f64) -> TruthValue {
    TruthValue::new(ab.strength * a.strength + background * (1.0 - a.strength), chained(a, ab))
}

/// Modus ponens with both sides known: from A, A→B and ¬A→B, B: total probability. Classic Scheme, precise modus ponens.
#[must_use]
pub fn precise_modus_ponens(a: TruthValue, ab: TruthValue, not_ab: TruthValue) -> TruthValue {
    TruthValue::new(ab.strength * a.strength + not_ab.strength * (1.0 - a.strength), least(&[a, ab, not_ab]))
}

/// Modus tollens: from A→B and B, A: modus ponens solved for A, `a = (b - P(B|¬A)) / (P(B|A) - P(B|¬A))`. The less B, the less A.
/// Neither the classic Scheme nor MeTTa-PLN has it. Confidence: that of the chain ¬B→¬A. Refused where A makes no difference to
/// B, and where B is outside of what A can make it.
pub fn modus_tollens(ab: TruthValue, b: TruthValue, background: f64) -> Result<TruthValue, Inconsistent> {
    let effect = ab.strength - background;
    if effect.abs() < 1e-9 {
        return Err(Inconsistent::Uninformative { quantity: "P(B|A) - P(B|not A)", given: effect });
    }
    within("P(B)", b.strength, (ab.strength.min(background), ab.strength.max(background)))?;
    Ok(TruthValue::new((b.strength - background) / effect, chained(not(b), ab)))
}

/// Symmetric modus ponens: from A and the similarity of A and B, B: `P(B) = a s + P(B|¬A) (1 - a) (1 + s)`, which follows
/// from `s = P(A and B) / P(A or B)`. The book, chapter 5. `background` is P(B|¬A): [`DEFAULT_SIMILAR_BACKGROUND`] where nothing
/// is known about it. It is a guess and no premise: nothing is refused for its sake, as in classic Scheme and MeTTa-PLN, and
/// where it would make more than 1, that is cut.
#[must_use]
pub fn symmetric_modus_ponens(a: TruthValue, similarity: TruthValue, background: f64) -> TruthValue {
    let without = background * (1.0 - a.strength);
    let strength = a.strength * similarity.strength + without * (1.0 + similarity.strength);
    TruthValue::new(strength.min(1.0), symmetric(a, similarity))
}

/// Contraposition: from A→B and the terms, ¬B→¬A: `(1 - a - b + P(B|A) a) / (1 - b)`. Follows from the definition of
/// conditional probability. Classic Scheme writes the division between its operands, so that it cannot run.
pub fn contraposition(a: TruthValue, b: TruthValue, ab: TruthValue) -> Result<TruthValue, Inconsistent> {
    conditional(AB, a.strength, b.strength, ab.strength)?;
    possible("1 - P(B)", 1.0 - b.strength)?;
    let neither = 1.0 - a.strength - b.strength + ab.strength * a.strength;
    Ok(TruthValue::new(neither / (1.0 - b.strength), least(&[a, b, ab])))
}

/// Negation of the condition: from A→B and the terms, ¬A→B: `(b - P(B|A) a) / (1 - a)`. Classic Scheme, condition negation.
pub fn condition_negation(a: TruthValue, b: TruthValue, ab: TruthValue) -> Result<TruthValue, Inconsistent> {
    conditional(AB, a.strength, b.strength, ab.strength)?;
    possible("1 - P(A)", 1.0 - a.strength)?;
    Ok(TruthValue::new((b.strength - ab.strength * a.strength) / (1.0 - a.strength), least(&[a, b, ab])))
}

/// From A→B and A→C, A→(B and C), with B and C independent given A.
#[must_use]
pub fn consequent_and(ab: TruthValue, ac: TruthValue) -> TruthValue {
    and(&[ab, ac])
}

/// From A→B and A→C, A→(B or C), with B and C independent given A.
#[must_use]
pub fn consequent_or(ab: TruthValue, ac: TruthValue) -> TruthValue {
    or(&[ab, ac])
}

/// From A→C and B→C and the terms, (A and B)→C, with A and B independent given C and given not C: the odds that each gives
/// C multiply, over the odds of C itself. Classic Scheme and MeTTa-PLN take `P(C|A) P(C|B) / c`, which assumes in addition that
/// A and B are independent, goes beyond 1, and is cut there.
pub fn antecedent_and(
    a: TruthValue,
    b: TruthValue,
    c: TruthValue,
    ac: TruthValue,
    bc: TruthValue,
) -> Result<TruthValue, Inconsistent> {
    let ways = Ways::of(a, b, c, ac, bc)?;
    let (with, without) = (c.strength * ways.a.0 * ways.b.0, (1.0 - c.strength) * ways.a.1 * ways.b.1);
    possible("P(A and B)", with + without)?;
    Ok(TruthValue::new(with / (with + without), least(&[a, b, c, ac, bc])))
}

/// From A→C and B→C and the terms, (A or B)→C, under the assumption of [`antecedent_and`].
pub fn antecedent_or(
    a: TruthValue,
    b: TruthValue,
    c: TruthValue,
    ac: TruthValue,
    bc: TruthValue,
) -> Result<TruthValue, Inconsistent> {
    let ways = Ways::of(a, b, c, ac, bc)?;
    let either = |one: f64, two: f64| one + two - one * two;
    let with = c.strength * either(ways.a.0, ways.b.0);
    let without = (1.0 - c.strength) * either(ways.a.1, ways.b.1);
    possible("P(A or B)", with + without)?;
    Ok(TruthValue::new(with / (with + without), least(&[a, b, c, ac, bc])))
}

/// How often A and B come with C and without it: (P(A|C), P(A|¬C)) and the same of B.
struct Ways {
    a: (f64, f64),
    b: (f64, f64),
}

impl Ways {
    fn of(a: TruthValue, b: TruthValue, c: TruthValue, ac: TruthValue, bc: TruthValue) -> Result<Self, Inconsistent> {
        conditional(AC, a.strength, c.strength, ac.strength)?;
        conditional(BC, b.strength, c.strength, bc.strength)?;
        // A side that never comes takes no part, whatever stands here.
        let share = |joint: f64, side: f64| if side > 0.0 { (joint / side).min(1.0) } else { 0.0 };
        let split = |term: TruthValue, link: TruthValue| {
            let with = term.strength * link.strength;
            (share(with, c.strength), share(term.strength - with, 1.0 - c.strength))
        };
        Ok(Self { a: split(a, ac), b: split(b, bc) })
    }
}
