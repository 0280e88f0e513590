//! Indefinite truth values ⟨[L, U], b, k⟩: after `k` more observations, the mean that is then believed lies in [L, U] with
//! probability `b`.
//!
//! Source: the book, chapter 4; Iklé, Goertzel, Goertzel, *Indefinite Probabilities for General Intelligence* (2007). A truth
//! value is held as the beta distribution that it describes; the interval is worked out where it is asked for. Assumed of the
//! unknown is a uniform prior, as in the book.
//!
//! - The mean after `k` more observations is beta-binomial. Its first two moments are exact here; the interval is the central one
//!   of the beta distribution with these moments (`docs/pln.md` tells how far off that is).
//! - The book draws premises at random and drops draws that are inconsistent. Here a few points stand for each premise
//!   (Gauss–Jacobi quadrature), inconsistent combinations are dropped likewise, and the conclusion is the beta distribution with the
//!   mean and the variance of the rest. No randomness, the same result every time.

mod infer;
mod solve;

use super::beta::Beta;
use super::counts::Counts;
use crate::TruthValue;

/// An indefinite truth value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Indefinite {
    belief: Beta,
    credibility: f64,
    lookahead: f64,
}

/// Why an indefinite truth value is none.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum IndefiniteError {
    /// The interval is empty, or no part of [0, 1].
    #[error("the interval [{low}, {high}] must satisfy 0 ≤ L < U ≤ 1")]
    Interval {
        /// L.
        low: f64,
        /// U.
        high: f64,
    },
    /// The credibility is no probability strictly between 0 and 1.
    #[error("the credibility b is {0}, but must lie strictly between 0 and 1")]
    Credibility(f64),
    /// The look-ahead is not a positive number.
    #[error("the look-ahead k is {0}, but must be a number above 0")]
    Lookahead(f64),
    /// No beta distribution has this interval.
    #[error(
        "no beta distribution holds {credibility} of its weight in [{low}, {high}] and half of the rest on either side"
    )]
    NoDistribution {
        /// L.
        low: f64,
        /// U.
        high: f64,
        /// b.
        credibility: f64,
    },
}

impl Indefinite {
    /// What is believed, with credibility `b` in (0, 1) and look-ahead `k` > 0 for its interval.
    pub fn new(belief: Beta, credibility: f64, lookahead: f64) -> Result<Self, IndefiniteError> {
        if !(credibility > 0.0 && credibility < 1.0) {
            return Err(IndefiniteError::Credibility(credibility));
        }
        if !(lookahead > 0.0 && lookahead.is_finite()) {
            return Err(IndefiniteError::Lookahead(lookahead));
        }
        Ok(Self { belief, credibility, lookahead })
    }

    /// From a simple truth value: `n = k c / (1 - c)` observations, `s n` of them for the statement, on a uniform prior. `k` is both
    /// the personality parameter and the look-ahead, as in the book.
    pub fn from_truth(tv: TruthValue, credibility: f64, lookahead: f64) -> Result<Self, IndefiniteError> {
        let counts = Counts::of(tv, if lookahead > 0.0 { lookahead } else { 1.0 });
        let belief = Beta::new(counts.positive() + 1.0, counts.negative() + 1.0).unwrap_or(Beta::UNIFORM);
        Self::new(belief, credibility, lookahead)
    }

    /// The simple truth value: the observations that the distribution holds beyond the uniform prior. Undoes
    /// [`Indefinite::from_truth`]. A distribution that holds none, such as one that is wider than the prior, has confidence 0.
    #[must_use]
    pub fn truth(self) -> TruthValue {
        let total = self.belief.size() - 2.0;
        if total <= 0.0 {
            return TruthValue::new(self.belief.mean(), 0.0);
        }
        let positive = (self.belief.alpha() - 1.0).clamp(0.0, total);
        TruthValue::from_counts(positive, total, self.lookahead)
    }

    /// From an interval: the distribution whose mean, after `k` more observations, lies below `low` and above `high` with probability
    /// `(1 - b) / 2` each. Undoes [`Indefinite::interval`].
    ///
    /// An interval that reaches an end has nothing beyond it: it is the belief that holds no observation on that side, and outside
    /// of the other bound `1 - b`. [0, 1] is the uniform prior: nothing is known. Where `1 - b` is more than the prior has there, so
    /// is the belief wider than the prior, and its [`truth`](Self::truth) has confidence 0.
    pub fn from_interval(low: f64, high: f64, credibility: f64, lookahead: f64) -> Result<Self, IndefiniteError> {
        let made = Self::new(Beta::UNIFORM, credibility, lookahead)?;
        if !(low >= 0.0 && low < high && high <= 1.0) {
            return Err(IndefiniteError::Interval { low, high });
        }
        if low <= 0.0 || high >= 1.0 {
            let belief = match (low <= 0.0, high >= 1.0) {
                (true, true) => Beta::UNIFORM,
                (true, false) => made.one_sided(high),
                _ => {
                    let turned = made.one_sided(1.0 - low);
                    Beta::new(turned.beta(), turned.alpha()).unwrap_or(Beta::UNIFORM)
                }
            };
            return Ok(Self { belief, ..made });
        }
        let Some(ahead) = solve::with_interval(low, high, credibility) else {
            return Err(IndefiniteError::NoDistribution { low, high, credibility });
        };
        let k = made.lookahead;
        // The variance of `ahead` solved for the size that it came from.
        let now = 0.5 * (((k + 1.0) * (k + 1.0) + 4.0 * k * ahead.size()).sqrt() - k - 1.0);
        Ok(Self { belief: Beta::from_size(ahead.mean(), now), ..made })
    }

    /// The belief without an observation for the statement whose mean, after `k` more, lies above `high` with probability `1 - b`:
    /// by halving over the logarithm of the observations against it.
    fn one_sided(self, high: f64) -> Beta {
        let belief = |against: f64| Beta::new(1.0, against.exp()).unwrap_or(Beta::UNIFORM);
        let below = |against: f64| Self { belief: belief(against), ..self }.ahead().cumulative(high);
        let (mut least, mut most) = (-20.0_f64, 30.0_f64);
        for _ in 0..80 {
            let middle = f64::midpoint(least, most);
            if below(middle) < self.credibility {
                least = middle;
            } else {
                most = middle;
            }
        }
        belief(most)
    }

    /// [L, U].
    #[must_use]
    pub fn interval(self) -> (f64, f64) {
        let ahead = self.ahead();
        let tail = f64::midpoint(1.0, -self.credibility);
        (ahead.quantile(tail), ahead.quantile(1.0 - tail))
    }

    /// The distribution of the mean after `k` more observations: the same mean, and the variance
    /// `μ (1 - μ) k / ((ν + 1) (ν + k))` with `ν = α + β`.
    #[must_use]
    pub fn ahead(self) -> Beta {
        let (size, k) = (self.belief.size(), self.lookahead);
        Beta::from_size(self.belief.mean(), (size + 1.0) * (size + k) / k - 1.0)
    }

    /// What is believed of the probability now.
    #[must_use]
    pub fn belief(self) -> Beta {
        self.belief
    }

    /// b.
    #[must_use]
    pub fn credibility(self) -> f64 {
        self.credibility
    }

    /// k.
    #[must_use]
    pub fn lookahead(self) -> f64 {
        self.lookahead
    }
}
