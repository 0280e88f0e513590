//! The calibration map: from the consensus' raw probability to the share of such verdicts that turn out true.
//!
//! Beta calibration, `logit q = a·ln p − b·ln(1 − p) + c` with `a, b > 0` (Kull, Silva Filho and Flach, AISTATS 2017):
//! strictly increasing, so that calibrating never changes a ranking; the identity at `a = b = 1, c = 0`. Fitted by
//! maximum a posteriori Newton steps under a prior around the map it starts from, so that few outcomes move it little:
//! Gaussian on the intercept and on the logarithms of the slopes, which are scales and positive. The curvature there gives
//! the map's own uncertainty (Laplace's approximation, MacKay, *Information Theory*, ch. 27), from which the credible interval
//! of a probability follows: it says how often verdicts like this one are right, and how well that is known. Limits: one map
//! for each kind of evidence; it corrects overconfidence on average, not in one particular case.

use serde::{Deserialize, Serialize};

/// One point to fit: what was said and whether it was so.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// The raw probability given.
    pub raw: f64,
    /// Whether the hypothesis was true.
    pub correct: bool,
}

/// A fitted map. The default is the identity.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Slope on `ln p`, positive.
    pub a: f64,
    /// Slope on `−ln(1 − p)`, positive.
    pub b: f64,
    /// Intercept.
    pub c: f64,
    /// How many labelled cases it was fitted on.
    pub samples: f64,
    /// Covariance of `ln a`, `ln b` and `c`: of `aa`, `ab`, `ac`, `bb`, `bc`, `cc`.
    #[serde(default = "unfitted")]
    pub covariance: [f64; 6],
}

impl Default for Calibration {
    fn default() -> Self {
        Self { a: 1.0, b: 1.0, c: 0.0, samples: 0.0, covariance: unfitted() }
    }
}

/// How far a map may lie from the one it starts from: standard deviations of a Gaussian prior.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prior {
    /// Of the logarithm of each slope.
    pub slope: f64,
    /// Of the intercept.
    pub intercept: f64,
}

impl Prior {
    /// Nothing is known but that raw probabilities mean something: slopes from a half to twice theirs.
    pub const WIDE: Self = Self { slope: 0.7, intercept: 1.0 };
    /// Maps of related kinds of evidence, and of one kind at different places, are half as far apart.
    pub const NEAR: Self = Self { slope: 0.35, intercept: 0.7 };

    fn precision(self) -> [f64; 3] {
        let slope = self.slope.powi(-2);
        [slope, slope, self.intercept.powi(-2)]
    }
}

/// The covariance of a map that nothing was fitted to.
fn unfitted() -> [f64; 6] {
    let Prior { slope, intercept } = Prior::WIDE;
    [slope * slope, 0.0, 0.0, slope * slope, 0.0, intercept * intercept]
}

/// The standard normal quantile that leaves a twentieth above it: intervals hold nine tenths.
const NINE_TENTHS: f64 = 1.645;

/// Raw probabilities are kept this far from 0 and 1.
const EDGE: f64 = 1e-4;
/// Slopes stay within a factor of *e* to this power of 1.
const MOST_LOG_SLOPE: f64 = 4.0;

impl Calibration {
    /// The calibrated probability of `raw`.
    pub fn apply(&self, raw: f64) -> f64 {
        sigmoid(self.at(raw).iter().sum())
    }

    /// The 90 % credible interval of the calibrated probability of `raw`: how often such verdicts may be right.
    pub fn interval(&self, raw: f64) -> (f64, f64) {
        let [x, y, c] = self.at(raw);
        let row = [x, y, 1.0];
        let spread = dot(row, self.covariance().map(|line| dot(line, row))).max(0.0).sqrt() * NINE_TENTHS;
        let middle = x + y + c;
        (sigmoid(middle - spread), sigmoid(middle + spread))
    }

    /// The parts of the logit; the first two are also its derivatives by the logarithms of the slopes.
    fn at(&self, raw: f64) -> [f64; 3] {
        let [x, y] = features(raw);
        [self.a * x, self.b * y, self.c]
    }

    fn covariance(&self) -> [[f64; 3]; 3] {
        let [aa, ab, ac, bb, bc, cc] = self.covariance;
        [[aa, ab, ac], [ab, bb, bc], [ac, bc, cc]]
    }

    /// The map fitted to `samples`, starting from `self`.
    #[must_use]
    pub fn fitted(&self, samples: &[Sample], prior: Prior) -> Self {
        let fit = Fit { samples, start: [self.a.ln(), self.b.ln(), self.c], precision: prior.precision() };
        let mut at = fit.start;
        let mut loss = fit.loss(at);
        for _ in 0..100 {
            let (gradient, hessian) = fit.derivatives(at);
            let Some(step) = solve(hessian, gradient) else { break };
            let Some((next, less)) = fit.descend(at, loss, step) else { break };
            (at, loss) = (next, less);
        }
        let covariance = inverse(fit.derivatives(at).1).unwrap_or(self.covariance);
        let [a, b, c] = at;
        Self { a: a.exp(), b: b.exp(), c, samples: self.samples + samples.len() as f64, covariance }
    }
}

/// A fit under way; its parameters are `ln a`, `ln b` and `c`.
struct Fit<'a> {
    samples: &'a [Sample],
    start: [f64; 3],
    precision: [f64; 3],
}

impl Fit<'_> {
    /// The negative log posterior, up to a constant.
    fn loss(&self, at: [f64; 3]) -> f64 {
        let map = map(at);
        let missed = |s: &Sample| {
            let z: f64 = map.at(s.raw).iter().sum();
            if s.correct { (-z).exp().ln_1p() } else { z.exp().ln_1p() }
        };
        let away = at.iter().zip(self.start).zip(self.precision).map(|((value, start), p)| p * (value - start).powi(2));
        self.samples.iter().map(missed).sum::<f64>() + 0.5 * away.sum::<f64>()
    }

    /// Its gradient and the expected Hessian (Fisher scoring), which is positive definite.
    fn derivatives(&self, at: [f64; 3]) -> ([f64; 3], [[f64; 3]; 3]) {
        let [pa, pb, pc] = self.precision;
        let mut hessian = [[pa, 0.0, 0.0], [0.0, pb, 0.0], [0.0, 0.0, pc]];
        let mut gradient = [0.0; 3];
        for ((g, value), (start, p)) in gradient.iter_mut().zip(at).zip(self.start.iter().zip(self.precision)) {
            *g = p * (value - start);
        }
        let map = map(at);
        for sample in self.samples {
            let [x, y, c] = map.at(sample.raw);
            let row = [x, y, 1.0];
            let q = sigmoid(x + y + c);
            let residual = q - f64::from(u8::from(sample.correct));
            let curvature = (q * (1.0 - q)).max(1e-6);
            for ((g, line), f) in gradient.iter_mut().zip(hessian.iter_mut()).zip(row) {
                *g += residual * f;
                for (cell, other) in line.iter_mut().zip(row) {
                    *cell += curvature * f * other;
                }
            }
        }
        (gradient, hessian)
    }

    /// The longest part of the step, of its halves, that lessens the loss; none when it is too short to matter.
    fn descend(&self, at: [f64; 3], loss: f64, step: [f64; 3]) -> Option<([f64; 3], f64)> {
        let mut part = 1.0;
        while step.iter().any(|delta| (part * delta).abs() > 1e-9) {
            let mut next = at;
            for (value, delta) in next.iter_mut().zip(step) {
                *value -= (part * delta).clamp(-0.5, 0.5);
            }
            for slope in next.iter_mut().take(2) {
                *slope = slope.clamp(-MOST_LOG_SLOPE, MOST_LOG_SLOPE);
            }
            let less = self.loss(next);
            if less < loss {
                return Some((next, less));
            }
            part /= 2.0;
        }
        None
    }
}

/// The map of these parameters.
fn map([a, b, c]: [f64; 3]) -> Calibration {
    Calibration { a: a.exp(), b: b.exp(), c, ..Calibration::default() }
}

fn features(raw: f64) -> [f64; 2] {
    let p = raw.clamp(EDGE, 1.0 - EDGE);
    [p.ln(), -(1.0 - p).ln()]
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// Solves a symmetric 3×3 system by the adjugate; none when it is singular.
fn solve(matrix: [[f64; 3]; 3], right: [f64; 3]) -> Option<[f64; 3]> {
    let [one, two, three] = matrix;
    let columns = [cross(two, three), cross(three, one), cross(one, two)];
    let determinant = dot(one, cross(two, three));
    if determinant.abs() < 1e-12 {
        return None;
    }
    let mut solution = [0.0; 3];
    for (column, value) in columns.iter().zip(right) {
        for (cell, part) in solution.iter_mut().zip(column) {
            *cell += part * value / determinant;
        }
    }
    Some(solution)
}

/// The upper triangle of the inverse of a symmetric 3×3 matrix.
fn inverse(matrix: [[f64; 3]; 3]) -> Option<[f64; 6]> {
    let [aa, ab, ac] = solve(matrix, [1.0, 0.0, 0.0])?;
    let [_, bb, bc] = solve(matrix, [0.0, 1.0, 0.0])?;
    let [_, _, cc] = solve(matrix, [0.0, 0.0, 1.0])?;
    Some([aa, ab, ac, bb, bc, cc])
}

fn cross([l0, l1, l2]: [f64; 3], [r0, r1, r2]: [f64; 3]) -> [f64; 3] {
    [l1 * r2 - l2 * r1, l2 * r0 - l0 * r2, l0 * r1 - l1 * r0]
}

fn dot(left: [f64; 3], right: [f64; 3]) -> f64 {
    left.iter().zip(right).map(|(l, r)| l * r).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_the_identity() {
        for raw in [0.01, 0.2, 0.5, 0.93] {
            assert!((Calibration::default().apply(raw) - raw).abs() < 1e-12);
        }
    }

    #[test]
    fn overconfidence_is_taken_down_to_what_was_true() {
        // 0.9 was said a hundred times and was so sixty times.
        let samples: Vec<Sample> = (0..100).map(|i| Sample { raw: 0.9, correct: i % 5 < 3 }).collect();
        let map = Calibration::default().fitted(&samples, Prior { slope: 2.0, intercept: 2.0 });
        assert!((map.apply(0.9) - 0.6).abs() < 0.03, "{}", map.apply(0.9));
    }

    #[test]
    fn the_map_stays_strictly_increasing() {
        // The worst data for it: the higher the probability said, the less it was so.
        let samples: Vec<Sample> = (0..60).map(|i| Sample { raw: f64::from(i) / 60.0, correct: i % 60 < 30 }).collect();
        let map = Calibration::default().fitted(&samples, Prior { slope: 2.0, intercept: 2.0 });
        for step in 1..99 {
            let raw = f64::from(step) / 100.0;
            assert!(map.apply(raw + 0.01) > map.apply(raw));
        }
    }

    #[test]
    fn an_interval_narrows_with_cases_and_holds_its_probability() {
        let right = |n: usize| (0..n).map(|i| Sample { raw: 0.8, correct: i % 10 < 8 }).collect::<Vec<_>>();
        let width = |n: usize| {
            let map = Calibration::default().fitted(&right(n), Prior::WIDE);
            let (low, high) = map.interval(0.8);
            assert!(low < map.apply(0.8) && map.apply(0.8) < high);
            high - low
        };
        assert!(width(400) < width(40) && width(40) < width(0));
        // Of 400 at 0.8 the binomial standard error is 0.02; ninety percent are 3.3 of them wide.
        assert!((width(400) - 0.066).abs() < 0.01, "{}", width(400));
    }

    #[test]
    fn a_system_is_solved() {
        let matrix = [[2.0, 1.0, 0.0], [1.0, 3.0, 1.0], [0.0, 1.0, 4.0]];
        let solution = solve(matrix, [4.0, 10.0, 14.0]).unwrap();
        for (row, right) in matrix.iter().zip([4.0, 10.0, 14.0]) {
            assert!((dot(*row, solution) - right).abs() < 1e-9);
        }
        assert_eq!(solve([[1.0, 2.0, 3.0]; 3], [1.0; 3]), None);
    }

    #[test]
    fn few_outcomes_move_it_less_than_many() {
        let wrong = |n: usize| vec![Sample { raw: 0.8, correct: false }; n];
        let start = Calibration::default();
        let (few, many) = (start.fitted(&wrong(1), Prior::NEAR), start.fitted(&wrong(40), Prior::NEAR));
        assert!(few.apply(0.8) < 0.8 && many.apply(0.8) < few.apply(0.8));
    }
}
