//! First-order inference between terms: deduction, inversion, induction, abduction. The book, sections 5.2 to 5.4.

use super::confidence::{chained, guessed};
use super::consistency::{AB, BA, BC, CB, Inconsistent, Named, conditional, possible};
use crate::TruthValue;

/// What an inversion keeps of the confidence. Source: MeTTa-PLN.
const INVERSION_DISCOUNT: f64 = 0.6;
/// Up to this P(¬B), B is as good as always true, and A→C is B→C.
pub(super) const NEGLIGIBLE: f64 = 1e-9;

/// Deduction: from A→B and B→C, A→C:
/// `P(C|A) = P(C|B) P(B|A) + P(C|¬B) (1 - P(B|A))` with `P(C|¬B) = (c - b P(C|B)) / (1 - b)`, assuming that A and C are
/// independent given B and given not B. The book, section 5.2.2. Classic Scheme takes P(C) from P(B) > 0.99 on and 0 where the
/// premises are inconsistent; MeTTa-PLN takes P(C) from 0.9999 on and ⟨1, 0⟩.
pub fn deduction(
    a: TruthValue,
    b: TruthValue,
    c: TruthValue,
    ab: TruthValue,
    bc: TruthValue,
) -> Result<TruthValue, Inconsistent> {
    let strength = deduced(AB, BC, [a.strength, b.strength, c.strength, ab.strength, bc.strength])?;
    Ok(TruthValue::new(strength, chained(ab, bc)))
}

/// Deduction without terms, from concept geometry: `P(B|A) P(C|B) / min(1, P(B|A) + P(C|B))`, for concepts that are like
/// balls, so that what A shares with B and B with C tells how far A and C are apart. The book, section 1.4. For terms of
/// unknown probability; where they are known, [`deduction`] is better founded.
#[must_use]
pub fn deduction_by_geometry(ab: TruthValue, bc: TruthValue) -> TruthValue {
    let reach = (ab.strength + bc.strength).min(1.0);
    let strength = if reach > 0.0 { ab.strength * bc.strength / reach } else { 0.0 };
    TruthValue::new(strength, chained(ab, bc))
}

/// Inversion (Bayes' rule): from A→B and the terms, B→A: `P(A|B) = P(B|A) a / b`. The book, section 5.3. Confidence: that of
/// the premise, times that of B, which becomes the condition, times 0.6. MeTTa-PLN keeps the strength of the premise, which is
/// the same only for equally probable terms.
pub fn inversion(a: TruthValue, b: TruthValue, ab: TruthValue) -> Result<TruthValue, Inconsistent> {
    let strength = inverted(AB, a.strength, b.strength, ab.strength)?;
    Ok(TruthValue::new(strength, INVERSION_DISCOUNT * b.confidence * ab.confidence))
}

/// Induction: from B→A and B→C, A→C: the first inverted, then deduction. The book, section 5.4. The middle term is B: the
/// rules of MeTTa-PLN and classic Scheme hand this formula terms or inversions in another order, see `docs/pln.md`.
pub fn induction(
    a: TruthValue,
    b: TruthValue,
    c: TruthValue,
    ba: TruthValue,
    bc: TruthValue,
) -> Result<TruthValue, Inconsistent> {
    let strength = induced([a.strength, b.strength, c.strength, ba.strength, bc.strength])?;
    Ok(TruthValue::new(strength, guessed(bc, ba)))
}

/// Abduction: from A→B and C→B, A→C: the second inverted, then deduction. The book, section 5.4. The middle term is B.
pub fn abduction(
    a: TruthValue,
    b: TruthValue,
    c: TruthValue,
    ab: TruthValue,
    cb: TruthValue,
) -> Result<TruthValue, Inconsistent> {
    let strength = abduced([a.strength, b.strength, c.strength, ab.strength, cb.strength])?;
    Ok(TruthValue::new(strength, guessed(ab, cb)))
}

/// The strength of a deduction, from `[a, b, c, ab, bc]`. `first` and `second` name the premises.
pub(super) fn deduced(first: Named, second: Named, [a, b, c, ab, bc]: [f64; 5]) -> Result<f64, Inconsistent> {
    conditional(first, a, b, ab)?;
    conditional(second, b, c, bc)?;
    let rest = 1.0 - b;
    if rest <= NEGLIGIBLE {
        return Ok(bc);
    }
    let otherwise = ((c - b * bc) / rest).clamp(0.0, 1.0);
    Ok(ab * bc + (1.0 - ab) * otherwise)
}

/// The strength of an inversion.
pub(super) fn inverted(named: Named, a: f64, b: f64, ab: f64) -> Result<f64, Inconsistent> {
    conditional(named, a, b, ab)?;
    possible("P(B)", b)?;
    Ok((ab * a / b).min(1.0))
}

/// The strength of an induction, from `[a, b, c, ba, bc]`.
pub(super) fn induced([a, b, c, ba, bc]: [f64; 5]) -> Result<f64, Inconsistent> {
    conditional(BA, b, a, ba)?;
    possible("P(A)", a)?;
    deduced(AB, BC, [a, b, c, (ba * b / a).min(1.0), bc])
}

/// The strength of an abduction, from `[a, b, c, ab, cb]`.
pub(super) fn abduced([a, b, c, ab, cb]: [f64; 5]) -> Result<f64, Inconsistent> {
    conditional(CB, c, b, cb)?;
    possible("P(B)", b)?;
    deduced(AB, BC, [a, b, c, ab, (cb * c / b).min(1.0)])
}
