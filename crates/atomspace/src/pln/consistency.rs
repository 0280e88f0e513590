//! Whether premises can stand beside each other: the bounds that probability sets, and what is wrong where they are broken.

/// How far rounding may carry a value beyond its bound.
const SLACK: f64 = 1e-9;

/// Premises that no joint probability allows. All numbers are probabilities in [0, 1].
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum Inconsistent {
    /// A premise is less than the others force it to be.
    #[error("{quantity} is {given}, but the other premises require at least {least}")]
    Below {
        /// Which premise, in the letters of the formula.
        quantity: &'static str,
        /// What was given.
        given: f64,
        /// The least value that the other premises allow.
        least: f64,
    },
    /// A premise is more than the others allow.
    #[error("{quantity} is {given}, but the other premises allow at most {most}")]
    Above {
        /// Which premise, in the letters of the formula.
        quantity: &'static str,
        /// What was given.
        given: f64,
        /// The greatest value that the other premises allow.
        most: f64,
    },
    /// The conclusion would be conditional on what never happens.
    #[error("{quantity} is {given}: nothing follows for a case that never comes")]
    Undefined {
        /// Which premise, in the letters of the formula.
        quantity: &'static str,
        /// What was given.
        given: f64,
    },
    /// The premises leave the conclusion open.
    #[error("{quantity} is {given}: it makes no difference, so nothing follows")]
    Uninformative {
        /// Which quantity, in the letters of the formula.
        quantity: &'static str,
        /// What it came to.
        given: f64,
    },
}

/// The bounds that P(B|A) must keep, given P(A) and P(B): it lies in `[max(0, (a + b - 1) / a), min(1, b / a)]`
/// (Fréchet; the book, section 5.2.2.2). `None` where A is impossible.
#[must_use]
pub fn implication_bounds(a: f64, b: f64) -> Option<(f64, f64)> {
    (a > 0.0).then(|| (((a + b - 1.0) / a).clamp(0.0, 1.0), (b / a).clamp(0.0, 1.0)))
}

/// Whether a conditional probability P(B|A) can stand beside P(A) and P(B).
#[must_use]
pub fn consistent(a: f64, b: f64, ab: f64) -> bool {
    implication_bounds(a, b).is_none_or(|bounds| within("P(B|A)", ab, bounds).is_ok())
}

/// The names that a P(B|A) and its condition go by in a formula's errors.
#[derive(Clone, Copy)]
pub(super) struct Named {
    pub(super) condition: &'static str,
    pub(super) conditional: &'static str,
}

pub(super) const AB: Named = Named { condition: "P(A)", conditional: "P(B|A)" };
pub(super) const BA: Named = Named { condition: "P(B)", conditional: "P(A|B)" };
pub(super) const BC: Named = Named { condition: "P(B)", conditional: "P(C|B)" };
pub(super) const CB: Named = Named { condition: "P(C)", conditional: "P(B|C)" };
pub(super) const AC: Named = Named { condition: "P(A)", conditional: "P(C|A)" };

/// Whether a P(A and B) can stand beside its terms. False too where anything is not a number.
pub(super) fn overlaps(a: f64, b: f64, both: f64) -> bool {
    both >= 0.0 && both >= a + b - 1.0 && both <= a && both <= b
}

/// Refuses a conditional probability that cannot stand beside its terms.
pub(super) fn conditional(named: Named, a: f64, b: f64, ab: f64) -> Result<(), Inconsistent> {
    // The same bounds on P(A and B) cost no division, and all is well most of the time.
    if a > 0.0 && overlaps(a, b, a * ab) { Ok(()) } else { bounded(named, a, b, ab) }
}

#[cold]
fn bounded(named: Named, a: f64, b: f64, ab: f64) -> Result<(), Inconsistent> {
    let bounds = implication_bounds(a, b).ok_or(Inconsistent::Undefined { quantity: named.condition, given: a })?;
    within(named.conditional, ab, bounds)
}

/// Refuses a value outside its bounds; not a number is below every bound.
pub(super) fn within(quantity: &'static str, given: f64, (least, most): (f64, f64)) -> Result<(), Inconsistent> {
    if given > most + SLACK {
        return Err(Inconsistent::Above { quantity, given, most });
    }
    if given >= least - SLACK { Ok(()) } else { Err(Inconsistent::Below { quantity, given, least }) }
}

/// Refuses a condition that never holds.
pub(super) fn possible(quantity: &'static str, given: f64) -> Result<(), Inconsistent> {
    if given > 0.0 { Ok(()) } else { Err(Inconsistent::Undefined { quantity, given }) }
}
