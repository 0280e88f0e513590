//! Similarity and inheritance: `s = P(A and B) / P(A or B)` beside P(B|A) and P(A|B).
//!
//! Equivalence is to implication what similarity is to inheritance, so that the same formulas serve both.

use super::confidence::{least, symmetric};
use super::consistency::{AB, Inconsistent, Named, conditional, overlaps, possible, within};
use super::term::NEGLIGIBLE;
use crate::TruthValue;

/// What similarities and their terms go by in errors.
pub(super) const SIMILAR_AB: Named = Named { condition: "P(A)", conditional: "the similarity of A and B" };
const SIMILAR_BC: Named = Named { condition: "P(B)", conditional: "the similarity of B and C" };

/// From A→B and B→A, the similarity of A and B: `1 / (1/P(B|A) + 1/P(A|B) - 1)`. The book, chapter 5, 2inh2sim. 0 where either
/// is.
#[must_use]
pub fn inheritance_to_similarity(ab: TruthValue, ba: TruthValue) -> TruthValue {
    let (one, two) = (ab.strength, ba.strength);
    let both = one * two;
    let strength = if both > 0.0 { both / (one + two - both) } else { 0.0 };
    TruthValue::new(strength, least(&[ab, ba]))
}

/// From A→B and the terms, the similarity of A and B: `a P(B|A) / (a + b - a P(B|A))`. The book, chapter 5, inh2sim.
pub fn one_inheritance_to_similarity(a: TruthValue, b: TruthValue, ab: TruthValue) -> Result<TruthValue, Inconsistent> {
    conditional(AB, a.strength, b.strength, ab.strength)?;
    Ok(TruthValue::new(overlap(a.strength, b.strength, a.strength * ab.strength), least(&[a, b, ab])))
}

/// From the similarity of A and B and the terms, A→B: `(1 + b/a) s / (1 + s)`. The book, chapter 5, sim2inh. MeTTa-PLN and
/// classic Scheme take the similarity itself where it is near 1, against an error that [`Inconsistent`] reports here.
pub fn similarity_to_inheritance(
    a: TruthValue,
    b: TruthValue,
    similarity: TruthValue,
) -> Result<TruthValue, Inconsistent> {
    let strength = inherited(SIMILAR_AB, a.strength, b.strength, similarity.strength)?;
    Ok(TruthValue::new(strength, least(&[a, b, similarity])))
}

/// From A⇔B and the terms, A→B: [`similarity_to_inheritance`] between predicates.
pub fn equivalence_to_implication(
    a: TruthValue,
    b: TruthValue,
    equivalence: TruthValue,
) -> Result<TruthValue, Inconsistent> {
    similarity_to_inheritance(a, b, equivalence)
}

/// From A→B and B→A, A⇔B: [`inheritance_to_similarity`] between predicates.
#[must_use]
pub fn implication_to_equivalence(ab: TruthValue, ba: TruthValue) -> TruthValue {
    inheritance_to_similarity(ab, ba)
}

/// Transitive similarity: from the similarities of A and B and of B and C, and the terms, that of A and C: both become
/// inheritances, A→C is deduced, and becomes a similarity. The book, chapter 5. Classic Scheme and MeTTa-PLN use P(C) where
/// the deduction of C→A has P(A), which is right only where the two are equal.
pub fn transitive_similarity(
    a: TruthValue,
    b: TruthValue,
    c: TruthValue,
    ab: TruthValue,
    bc: TruthValue,
) -> Result<TruthValue, Inconsistent> {
    let strength = transitive([a.strength, b.strength, c.strength, ab.strength, bc.strength])?;
    Ok(TruthValue::new(strength, symmetric(ab, bc)))
}

/// The strength of a transitive similarity, from `[a, b, c, similarity of A and B, similarity of B and C]`: the deduction of
/// A→C, times `a`, with the inheritances written as what the terms share.
pub(super) fn transitive([a, b, c, ab, bc]: [f64; 5]) -> Result<f64, Inconsistent> {
    let first = shared(SIMILAR_AB, a, b, ab)?;
    let second = shared(SIMILAR_BC, b, c, bc)?;
    let rest = 1.0 - b;
    let outside = if rest <= NEGLIGIBLE { 0.0 } else { (a - first) * (c - second) / rest };
    Ok(overlap(a, c, first * second / b + outside))
}

/// P(B|A) from the similarity.
pub(super) fn inherited(named: Named, a: f64, b: f64, similarity: f64) -> Result<f64, Inconsistent> {
    Ok((shared(named, a, b, similarity)? / a).min(1.0))
}

/// P(A and B) from the similarity: `s (a + b) / (1 + s)`.
fn shared(named: Named, a: f64, b: f64, similarity: f64) -> Result<f64, Inconsistent> {
    possible(named.condition, a)?;
    let both = (a + b) * similarity / (1.0 + similarity);
    if !overlaps(a, b, both) {
        within(named.conditional, similarity, ((a + b - 1.0).max(0.0), a.min(b) / a.max(b)))?;
    }
    Ok(both)
}

/// The similarity of two terms that share `both`. 0 where there is nothing to share.
fn overlap(a: f64, b: f64, both: f64) -> f64 {
    let either = a + b - both;
    if either > 0.0 { both / either } else { 0.0 }
}
