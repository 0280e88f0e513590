//! The calibration map: from the consensus' raw probability to the share of such verdicts that turn out true.
//!
//! Beta calibration, `logit q = a·ln p − b·ln(1 − p) + c` with `a, b > 0` (Kull, Silva Filho and Flach, AISTATS 2017):
//! strictly increasing, so that calibrating never changes a ranking; the identity at `a = b = 1, c = 0`. Fitted by
//! maximum a posteriori Newton steps under a Gaussian prior around the map it starts from, so that few outcomes move
//! it little. The curvature there gives the map's own uncertainty (Laplace's approximation, MacKay, *Information Theory*,
//! ch. 27), from which the credible interval of a probability follows: it says how often verdicts like this one are right,
//! and how well that is known. Limits: one map for each kind of evidence; it corrects overconfidence on average, not in one
//! particular case.

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
    /// Covariance of the three: of `aa`, `ab`, `ac`, `bb`, `bc`, `cc`.
    #[serde(default = "unfitted")]
    pub covariance: [f64; 6],
}

impl Default for Calibration {
    fn default() -> Self {
        Self { a: 1.0, b: 1.0, c: 0.0, samples: 0.0, covariance: unfitted() }
    }
}

/// The covariance of a map that nothing was fitted to: as after ten samples of the most information each.
fn unfitted() -> [f64; 6] {
    [0.4, 0.0, 0.0, 0.4, 0.0, 0.4]
}

/// The standard normal quantile that leaves a twentieth above it: intervals hold nine tenths.
const NINE_TENTHS: f64 = 1.645;

/// Raw probabilities are kept this far from 0 and 1.
const EDGE: f64 = 1e-4;
/// Slopes stay above this, so that the map stays strictly increasing.
const MIN_SLOPE: f64 = 0.05;

impl Calibration {
    /// The calibrated probability of `raw`.
    pub fn apply(&self, raw: f64) -> f64 {
        let [x, y] = features(raw);
        sigmoid(self.a * x + self.b * y + self.c)
    }

    /// The 90 % credible interval of the calibrated probability of `raw`: how often such verdicts may be right.
    pub fn interval(&self, raw: f64) -> (f64, f64) {
        let [x, y] = features(raw);
        let row = [x, y, 1.0];
        let spread = dot(row, self.covariance().map(|line| dot(line, row))).max(0.0).sqrt() * NINE_TENTHS;
        let middle = self.a * x + self.b * y + self.c;
        (sigmoid(middle - spread), sigmoid(middle + spread))
    }

    fn covariance(&self) -> [[f64; 3]; 3] {
        let [aa, ab, ac, bb, bc, cc] = self.covariance;
        [[aa, ab, ac], [ab, bb, bc], [ac, bc, cc]]
    }

    /// The map fitted to `samples`, starting from `self` with a prior worth about `prior` samples.
    #[must_use]
    pub fn fitted(&self, samples: &[Sample], prior: f64) -> Self {
        let mut at = [self.a, self.b, self.c];
        let start = at;
        for _ in 0..60 {
            let (gradient, hessian) = derivatives(samples, at, start, prior);
            let Some(step) = solve(hessian, gradient) else { break };
            let mut moved = 0.0_f64;
            for (value, delta) in at.iter_mut().zip(step) {
                let delta = delta.clamp(-0.5, 0.5);
                *value -= delta;
                moved = moved.max(delta.abs());
            }
            let [a, b, _] = &mut at;
            *a = a.max(MIN_SLOPE);
            *b = b.max(MIN_SLOPE);
            if moved < 1e-9 {
                break;
            }
        }
        let [a, b, c] = at;
        let (_, hessian) = derivatives(samples, at, start, prior);
        let covariance = inverse(hessian).unwrap_or(self.covariance);
        Self { a, b, c, samples: self.samples + samples.len() as f64, covariance }
    }
}

fn features(raw: f64) -> [f64; 2] {
    let p = raw.clamp(EDGE, 1.0 - EDGE);
    [p.ln(), -(1.0 - p).ln()]
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// Gradient and Hessian of the negative log posterior at `at`.
fn derivatives(samples: &[Sample], at: [f64; 3], start: [f64; 3], prior: f64) -> ([f64; 3], [[f64; 3]; 3]) {
    // A quarter is the most information one logistic sample can carry.
    let ridge = prior.max(1e-3) * 0.25;
    let mut gradient = [0.0; 3];
    let mut hessian = [[0.0; 3]; 3];
    for ((g, row), (value, origin)) in gradient.iter_mut().zip(hessian.iter_mut()).zip(at.iter().zip(start)) {
        *g = ridge * (value - origin);
        row.fill(0.0);
    }
    for (index, row) in hessian.iter_mut().enumerate() {
        if let Some(cell) = row.get_mut(index) {
            *cell = ridge;
        }
    }
    for sample in samples {
        let [x, y] = features(sample.raw);
        let row = [x, y, 1.0];
        let z: f64 = row.iter().zip(at).map(|(f, w)| f * w).sum();
        let q = sigmoid(z);
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
        let map = Calibration::default().fitted(&samples, 1.0);
        assert!((map.apply(0.9) - 0.6).abs() < 0.03, "{}", map.apply(0.9));
    }

    #[test]
    fn the_map_stays_strictly_increasing() {
        // The worst data for it: the higher the probability said, the less it was so.
        let samples: Vec<Sample> = (0..60).map(|i| Sample { raw: f64::from(i) / 60.0, correct: i % 60 < 30 }).collect();
        let map = Calibration::default().fitted(&samples, 1.0);
        for step in 1..99 {
            let raw = f64::from(step) / 100.0;
            assert!(map.apply(raw + 0.01) > map.apply(raw));
        }
    }

    #[test]
    fn an_interval_narrows_with_cases_and_holds_its_probability() {
        let right = |n: usize| (0..n).map(|i| Sample { raw: 0.8, correct: i % 10 < 8 }).collect::<Vec<_>>();
        let width = |n: usize| {
            let map = Calibration::default().fitted(&right(n), 10.0);
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
        let (few, many) = (start.fitted(&wrong(1), 20.0), start.fitted(&wrong(40), 20.0));
        assert!(few.apply(0.8) < 0.8 && many.apply(0.8) < few.apply(0.8));
    }
}
