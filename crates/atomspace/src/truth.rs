//! Truth values: how likely an atom is (strength) and how much evidence says so (confidence).
//!
//! Limits: both parts lie in [0, 1] as long as values are made with [`TruthValue::new`]; confidence 1 stands for
//! "given", and counts as a very large but finite amount of evidence where amounts are compared.

use serde::{Deserialize, Serialize};

/// The evidence weight that confidence 1 stands for, so that two certain values can still be averaged.
const CERTAIN_WEIGHT: f64 = 1.0e6;

/// A strength and a confidence, each in [0, 1].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TruthValue {
    /// The probability that the atom holds.
    pub strength: f64,
    /// How much evidence stands behind the strength: 0 none, 1 given.
    pub confidence: f64,
}

impl TruthValue {
    /// Certainly true.
    pub const TRUE: Self = Self { strength: 1.0, confidence: 1.0 };
    /// Certainly false.
    pub const FALSE: Self = Self { strength: 0.0, confidence: 1.0 };
    /// Nothing is known.
    pub const UNKNOWN: Self = Self { strength: 0.5, confidence: 0.0 };

    /// Makes a truth value; parts outside [0, 1] are brought to the nearer bound, and where either part is not a number
    /// the result is [`TruthValue::UNKNOWN`], so that a failed computation never counts as evidence.
    #[must_use]
    pub fn new(strength: f64, confidence: f64) -> Self {
        if strength.is_nan() || confidence.is_nan() {
            return Self::UNKNOWN;
        }
        Self { strength: strength.clamp(0.0, 1.0), confidence: confidence.clamp(0.0, 1.0) }
    }

    /// Makes a truth value only from parts that already are in [0, 1].
    #[must_use]
    pub fn checked(strength: f64, confidence: f64) -> Option<Self> {
        let unit = 0.0..=1.0;
        (unit.contains(&strength) && unit.contains(&confidence)).then_some(Self { strength, confidence })
    }

    /// The truth value of `positive` successes in `total` trials: strength `positive / total`, confidence
    /// `total / (total + k)`, where `k` (the look-ahead) is the number of trials that gives confidence ½.
    /// Source: Goertzel, Iklé, Goertzel, Heljakka, *Probabilistic Logic Networks* (2008), section 4.5.
    #[must_use]
    pub fn from_counts(positive: f64, total: f64, k: f64) -> Self {
        if total.is_nan() || total <= 0.0 {
            return Self::UNKNOWN;
        }
        Self::new(positive / total, total / (total + k.max(0.0)))
    }

    /// The amount of evidence behind the confidence, in units of the look-ahead: `c / (1 - c)`.
    #[must_use]
    pub fn weight(self) -> f64 {
        if self.confidence >= 1.0 {
            return CERTAIN_WEIGHT;
        }
        (self.confidence / (1.0 - self.confidence)).min(CERTAIN_WEIGHT)
    }

    /// The confidence that an amount of evidence gives: the inverse of [`TruthValue::weight`].
    #[must_use]
    pub fn confidence_of(weight: f64) -> f64 {
        if weight >= CERTAIN_WEIGHT {
            return 1.0;
        }
        (weight / (weight + 1.0)).clamp(0.0, 1.0)
    }

    /// Strength drawn towards `prior` by what the confidence leaves open: `c·s + (1 - c)·prior`.
    #[must_use]
    pub fn expectation(self, prior: f64) -> f64 {
        self.confidence * self.strength + (1.0 - self.confidence) * prior
    }
}

impl std::fmt::Display for TruthValue {
    /// Writes `<1.00 0.90>`, with as many digits as the value needs to be read back unchanged.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "<{} {}>", Digits(self.strength), Digits(self.confidence))
    }
}

/// A number with at least two decimals, and with more only where two would change it.
struct Digits(f64);

impl std::fmt::Display for Digits {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let short = format!("{:.2}", self.0);
        if short.parse() == Ok(self.0) { out.write_str(&short) } else { write!(out, "{}", self.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_clamped_and_nan_is_no_evidence() {
        assert_eq!(TruthValue::new(1.5, -1.0), TruthValue { strength: 1.0, confidence: 0.0 });
        assert_eq!(TruthValue::new(f64::NAN, 0.9), TruthValue::UNKNOWN);
        assert_eq!(TruthValue::checked(0.5, 1.5), None);
        assert_eq!(TruthValue::checked(f64::NAN, 0.5), None);
    }

    #[test]
    fn counts_give_strength_and_confidence() {
        assert_eq!(TruthValue::from_counts(3.0, 4.0, 4.0), TruthValue::new(0.75, 0.5));
        assert_eq!(TruthValue::from_counts(0.0, 0.0, 1.0), TruthValue::UNKNOWN);
    }

    #[test]
    fn weight_and_confidence_are_inverse() {
        for confidence in [0.0, 0.1, 0.5, 0.9, 0.999, 1.0] {
            let back = TruthValue::confidence_of(TruthValue::new(0.5, confidence).weight());
            assert!((back - confidence).abs() < 1e-9, "{confidence} came back as {back}");
        }
    }

    #[test]
    fn shown_with_two_decimals_or_exactly() {
        assert_eq!(TruthValue::new(1.0, 0.9).to_string(), "<1.00 0.90>");
        assert_eq!(TruthValue::new(0.125, 0.5).to_string(), "<0.125 0.50>");
    }
}
