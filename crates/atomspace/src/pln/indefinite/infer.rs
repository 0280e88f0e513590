//! Inference with distributions: the formulas of the sibling modules, over a few points of every premise.
//!
//! A conclusion has the credibility and the look-ahead of the first premise. Premises are taken as
//! independent, apart from that only consistent combinations count.

use super::Indefinite;
use crate::pln::beta::Beta;
use crate::pln::consistency::{AB, BC, Inconsistent};
use crate::pln::similarity::{self, SIMILAR_AB};
use crate::pln::term;

impl Beta {
    /// The conclusion of any formula over three strengths: the distribution with the mean and the variance that the formula has over
    /// the premises. Three points stand for each premise, which is exact for formulas up to the second degree in each.
    /// Combinations that the formula refuses are dropped.
    ///
    /// # Errors
    /// A refusal of the formula, where it refuses all combinations.
    pub fn infer_of_three(
        premises: [Self; 3],
        formula: impl Fn([f64; 3]) -> Result<f64, Inconsistent>,
    ) -> Result<Self, Inconsistent> {
        let [xs, ys, zs] = premises.map(Self::three_nodes);
        let mut sums = Sums::default();
        for (x, of_x) in xs {
            for (y, of_y) in ys {
                for (z, of_z) in zs {
                    sums.add(formula([x, y, z]), of_x * of_y * of_z);
                }
            }
        }
        sums.beta()
    }

    /// [`Beta::infer_of_three`] for formulas over five strengths, three terms and two links. Two points stand for each, which is exact
    /// for formulas up to the first degree in each, and three for the second, the middle term, by which they divide.
    pub fn infer_of_five(
        premises: [Self; 5],
        formula: impl Fn([f64; 5]) -> Result<f64, Inconsistent>,
    ) -> Result<Self, Inconsistent> {
        let [first, middle, others @ ..] = premises;
        let (vs, ws) = (first.two_nodes(), middle.three_nodes());
        let [xs, ys, zs] = others.map(Self::two_nodes);
        let mut sums = Sums::default();
        for (v, of_v) in vs {
            for (w, of_w) in ws {
                for (x, of_x) in xs {
                    for (y, of_y) in ys {
                        for (z, of_z) in zs {
                            sums.add(formula([v, w, x, y, z]), of_v * of_w * of_x * of_y * of_z);
                        }
                    }
                }
            }
        }
        sums.beta()
    }
}

impl Indefinite {
    /// Deduction from the terms A, B, C and A→B, B→C: A→C.
    pub fn deduction(premises: [Self; 5]) -> Result<Self, Inconsistent> {
        Self::of_five(premises, |given| term::deduced(AB, BC, given))
    }

    /// Induction from the terms A, B, C and B→A, B→C: A→C.
    pub fn induction(premises: [Self; 5]) -> Result<Self, Inconsistent> {
        Self::of_five(premises, term::induced)
    }

    /// Abduction from the terms A, B, C and A→B, C→B: A→C.
    pub fn abduction(premises: [Self; 5]) -> Result<Self, Inconsistent> {
        Self::of_five(premises, term::abduced)
    }

    /// Transitive similarity from the terms A, B, C and the similarities of A and B and of B and C.
    pub fn transitive_similarity(premises: [Self; 5]) -> Result<Self, Inconsistent> {
        Self::of_five(premises, similarity::transitive)
    }

    /// Inversion from the terms A, B and A→B: B→A.
    pub fn inversion(premises: [Self; 3]) -> Result<Self, Inconsistent> {
        Self::of_three(premises, |[a, b, ab]| term::inverted(AB, a, b, ab))
    }

    /// Modus ponens from A, A→B and ¬A→B: B. Exact in mean and variance.
    pub fn modus_ponens(premises: [Self; 3]) -> Result<Self, Inconsistent> {
        Self::of_three(premises, |[a, ab, not_ab]| Ok(a * ab + (1.0 - a) * not_ab))
    }

    /// Similarity of A and B to A→B, from the terms A, B and the similarity.
    pub fn similarity_to_inheritance(premises: [Self; 3]) -> Result<Self, Inconsistent> {
        Self::of_three(premises, |[a, b, s]| similarity::inherited(SIMILAR_AB, a, b, s))
    }

    fn of_three(
        premises: [Self; 3],
        formula: impl Fn([f64; 3]) -> Result<f64, Inconsistent>,
    ) -> Result<Self, Inconsistent> {
        let [first, ..] = premises;
        Ok(Self { belief: Beta::infer_of_three(premises.map(Self::belief), formula)?, ..first })
    }

    fn of_five(
        premises: [Self; 5],
        formula: impl Fn([f64; 5]) -> Result<f64, Inconsistent>,
    ) -> Result<Self, Inconsistent> {
        let [first, ..] = premises;
        Ok(Self { belief: Beta::infer_of_five(premises.map(Self::belief), formula)?, ..first })
    }

    /// Not A: exact.
    #[must_use]
    pub fn negation(self) -> Self {
        let belief = Beta::new(self.belief.beta(), self.belief.alpha()).unwrap_or(self.belief);
        Self { belief, ..self }
    }

    /// A and B, independent: exact in mean and variance.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let (one, two) = (self.belief, other.belief);
        let mean = one.mean() * two.mean();
        let square = |beta: Beta| beta.mean().powi(2) + beta.variance();
        Self { belief: Beta::from_moments(mean, square(one) * square(two) - mean * mean), ..self }
    }

    /// A or B, independent: exact in mean and variance.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.negation().and(other.negation()).negation()
    }

    /// Revision of independent evidence about the same statement: what each holds beyond the uniform prior adds up. Exact. A belief
    /// that is wider than the prior takes away from the other, down to the prior.
    #[must_use]
    pub fn revision(self, other: Self) -> Self {
        let sum = |one: f64, two: f64| (one + two - 1.0).max(f64::MIN_POSITIVE);
        let (one, two) = (self.belief, other.belief);
        let belief = Beta::new(sum(one.alpha(), two.alpha()), sum(one.beta(), two.beta())).unwrap_or(one);
        Self { belief, ..self }
    }
}

/// What the formula comes to over the combinations that it did not refuse.
#[derive(Default)]
struct Sums {
    weight: f64,
    mean: f64,
    square: f64,
    refused: Option<Inconsistent>,
}

impl Sums {
    fn add(&mut self, value: Result<f64, Inconsistent>, weight: f64) {
        match value {
            Ok(value) => {
                self.weight += weight;
                self.mean += weight * value;
                self.square += weight * value * value;
            }
            Err(reason) => self.refused = Some(reason),
        }
    }

    fn beta(self) -> Result<Beta, Inconsistent> {
        match self.refused {
            Some(reason) if self.weight <= 0.0 => Err(reason),
            _ => {
                let mean = self.mean / self.weight;
                Ok(Beta::from_moments(mean, self.square / self.weight - mean * mean))
            }
        }
    }
}
