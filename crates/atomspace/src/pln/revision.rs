//! Revision: one statement, two truth values, from evidence that is not the same.

use super::stamp::{Stamp, StampFull};
use crate::TruthValue;

/// Revision: the same statement on independent evidence: strengths averaged by the weight of their evidence, weights added. The
/// book, section 5.10.2. Commutes, associates in counts, and nothing known changes nothing.
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

/// A truth value with the evidence that it rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidenced {
    /// How likely, how sure.
    pub tv: TruthValue,
    /// On which evidence.
    pub stamp: Stamp,
}

/// Why two truth values cannot be revised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SharedEvidence {
    /// A piece of evidence would count twice.
    #[error("both rest on evidence {id}, which would count twice")]
    Shared {
        /// The least id that both name.
        id: u32,
    },
    /// The conclusion would rest on more evidence than a stamp can name.
    #[error(transparent)]
    Full(#[from] StampFull),
}

impl Evidenced {
    /// [`revision`], refused where the two share evidence.
    pub fn revise(&self, other: &Self) -> Result<Self, SharedEvidence> {
        if let Some(id) = self.stamp.shared(&other.stamp) {
            return Err(SharedEvidence::Shared { id });
        }
        Ok(Self { tv: revision(self.tv, other.tv), stamp: self.stamp.union(&other.stamp)? })
    }

    /// [`Evidenced::revise`], or, where that is refused, choice: the more confident of the two, the first where they are
    /// equally so.
    #[must_use]
    pub fn revise_or_choose(&self, other: &Self) -> Self {
        self.revise(other)
            .unwrap_or_else(|_| if other.tv.confidence > self.tv.confidence { other.clone() } else { self.clone() })
    }
}
