//! The paraconsistent view: what two truth values about the same statement say together, without one contradiction making
//! everything true.
//!
//! Source of the four values and their orders: Belnap, *A useful four-valued logic* (1977). By truth, false is least and true
//! greatest ([`FourValue::and`], [`FourValue::or`]); by knowledge, neither is least and both greatest ([`FourValue::meet`],
//! [`FourValue::join`]).

use crate::TruthValue;
use serde::{Deserialize, Serialize};

/// What was told about a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FourValue {
    /// Told true only.
    True,
    /// Told false only.
    False,
    /// Told true and told false: a contradiction.
    Both,
    /// Told nothing.
    Neither,
}

/// From when on a truth value tells anything.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Threshold {
    strength: f64,
    confidence: f64,
}

impl Threshold {
    /// Tells "true" from `strength` on and "false" down from `1 - strength`, with at least `confidence`. `None` unless the strength
    /// lies in (½, 1] and the confidence in (0, 1]: no truth value may tell both, and none nothing.
    #[must_use]
    pub fn new(strength: f64, confidence: f64) -> Option<Self> {
        (strength > 0.5 && strength <= 1.0 && confidence > 0.0 && confidence <= 1.0)
            .then_some(Self { strength, confidence })
    }
}

impl FourValue {
    /// What one truth value tells: never both.
    #[must_use]
    pub fn of(tv: TruthValue, threshold: Threshold) -> Self {
        let sure = tv.confidence >= threshold.confidence;
        Self::told(sure && tv.strength >= threshold.strength, sure && 1.0 - tv.strength >= threshold.strength)
    }

    /// What two truth values about the same statement tell together.
    #[must_use]
    pub fn of_two(one: TruthValue, two: TruthValue, threshold: Threshold) -> Self {
        Self::of(one, threshold).join(Self::of(two, threshold))
    }

    fn told(truth: bool, falsity: bool) -> Self {
        match (truth, falsity) {
            (true, true) => Self::Both,
            (true, false) => Self::True,
            (false, true) => Self::False,
            (false, false) => Self::Neither,
        }
    }

    /// Whether it was told true.
    #[must_use]
    pub fn told_true(self) -> bool {
        matches!(self, Self::True | Self::Both)
    }

    /// Whether it was told false.
    #[must_use]
    pub fn told_false(self) -> bool {
        matches!(self, Self::False | Self::Both)
    }

    /// Not: true and false change places; both and neither stay.
    #[expect(clippy::should_implement_trait, reason = "beside `and` and `or`, which have no operator either")]
    #[must_use]
    pub fn not(self) -> Self {
        Self::told(self.told_false(), self.told_true())
    }

    /// And: the lesser by truth.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self::told(self.told_true() && other.told_true(), self.told_false() || other.told_false())
    }

    /// Or: the greater by truth.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self::told(self.told_true() || other.told_true(), self.told_false() && other.told_false())
    }

    /// All that either was told: the greater by knowledge.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        Self::told(self.told_true() || other.told_true(), self.told_false() || other.told_false())
    }

    /// What both were told: the lesser by knowledge.
    #[must_use]
    pub fn meet(self, other: Self) -> Self {
        Self::told(self.told_true() && other.told_true(), self.told_false() && other.told_false())
    }
}

/// How much two truth values about the same statement contradict each other, in [0, 1]: `|s₁ - s₂| c₁ c₂`. 0 where they agree
/// or either knows nothing, 1 where they are certain of the opposite. Source: Jøsang, *Subjective Logic* (Springer, 2016),
/// degree of conflict.
#[must_use]
pub fn contradiction(one: TruthValue, two: TruthValue) -> f64 {
    (one.strength - two.strength).abs() * (one.confidence * two.confidence)
}
