//! Count truth values: how many observations, how many of them for the statement.

use crate::TruthValue;

/// Evidence counted. Not necessarily whole numbers: evidence may weigh less than one observation.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Counts {
    positive: f64,
    total: f64,
}

impl Counts {
    /// `positive` of `total` observations. `None` unless `0 ≤ positive ≤ total`, finite.
    #[must_use]
    pub fn new(positive: f64, total: f64) -> Option<Self> {
        (total.is_finite() && (0.0..=total).contains(&positive)).then_some(Self { positive, total })
    }

    /// What a simple truth value counts, for the personality parameter `k` > 0: the number of observations that gives
    /// confidence ½. The book, section 4.5: `n = k c / (1 - c)`. Confidence 1 counts as a large finite number.
    #[must_use]
    pub fn of(tv: TruthValue, k: f64) -> Self {
        let total = (tv.weight() * k).max(0.0);
        Self { positive: tv.strength * total, total }
    }

    /// The simple truth value: strength `positive / total`, confidence `total / (total + k)`.
    #[must_use]
    pub fn truth(self, k: f64) -> TruthValue {
        TruthValue::from_counts(self.positive, self.total, k)
    }

    /// Observations for the statement.
    #[must_use]
    pub fn positive(self) -> f64 {
        self.positive
    }

    /// Observations against it.
    #[must_use]
    pub fn negative(self) -> f64 {
        self.total - self.positive
    }

    /// All observations.
    #[must_use]
    pub fn total(self) -> f64 {
        self.total
    }
}

/// Revision of independent evidence: counts add.
impl std::ops::Add for Counts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { positive: self.positive + other.positive, total: self.total + other.total }
    }
}
