//! What terms have in common by their properties rather than by their members. The book, chapter 12.

use super::confidence::least;
use super::consistency::Inconsistent;
use super::propositional::condition_negation;
use crate::TruthValue;

/// How much A is drawn to the pattern B: `max(0, P(B|A) - P(B|¬A))`: what B tells apart A by. The book, chapter 12 (ASSOC).
#[must_use]
pub fn attraction(ab: TruthValue, not_ab: TruthValue) -> TruthValue {
    TruthValue::new((ab.strength - not_ab.strength).max(0.0), least(&[ab, not_ab]))
}

/// [`attraction`], where ¬A→B follows from the terms.
pub fn attraction_from_terms(a: TruthValue, b: TruthValue, ab: TruthValue) -> Result<TruthValue, Inconsistent> {
    Ok(attraction(ab, condition_negation(a, b, ab)?))
}

/// How much one pattern draws each of two terms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Attractions {
    /// Of A to the pattern.
    pub a: TruthValue,
    /// Of B to the pattern.
    pub b: TruthValue,
}

/// Intensional inheritance of A from B: the share of B's patterns that A has too: `Σ min(a, b) / Σ b`. The confidence counts the
/// patterns of B, `n / (n + k)`, as classic Scheme does. [`TruthValue::UNKNOWN`] where B has none.
#[must_use]
pub fn intensional_inheritance(patterns: &[Attractions], k: f64) -> TruthValue {
    shared(patterns, k, |pattern| pattern.b.strength)
}

/// Intensional similarity of A and B: the share of the patterns of either that both have: `Σ min(a, b) / Σ max(a, b)`.
/// Confidence as in [`intensional_inheritance`], over the patterns of either.
#[must_use]
pub fn intensional_similarity(patterns: &[Attractions], k: f64) -> TruthValue {
    shared(patterns, k, |pattern| pattern.a.strength.max(pattern.b.strength))
}

fn shared(patterns: &[Attractions], k: f64, of: impl Fn(&Attractions) -> f64) -> TruthValue {
    let (mut both, mut all, mut count) = (0.0, 0.0, 0.0);
    for pattern in patterns {
        let weight = of(pattern);
        if weight > 0.0 {
            both += pattern.a.strength.min(pattern.b.strength);
            all += weight;
            count += 1.0;
        }
    }
    if all > 0.0 { TruthValue::from_counts(both / all * count, count, k) } else { TruthValue::UNKNOWN }
}
