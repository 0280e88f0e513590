//! The beta distribution that has a given central interval.

use crate::pln::beta::{Beta, log_odds};

/// How far the log-odds of a tail may be off.
const TOLERANCE: f64 = 1e-10;

/// The distribution with `(1 - credibility) / 2` of its weight below `low` and as much above `high`: Newton's method over the
/// log-odds of the mean and the logarithm of the size, with shortened steps where a whole one does not help. `None` where that
/// finds none.
pub(super) fn with_interval(low: f64, high: f64, credibility: f64) -> Option<Beta> {
    let tail = log_odds(f64::midpoint(1.0, -credibility));
    let distribution = |at: Point| Beta::from_size(1.0 / (1.0 + (-at.mean).exp()), at.size.exp());
    let off = |at: Point| {
        let found = distribution(at);
        (log_odds(found.cumulative(low)) - tail, log_odds(found.cumulative(high)) + tail)
    };
    let mut at = Point::first(low, high, tail);
    let mut error = off(at);
    for _ in 0..60 {
        if norm(error) < TOLERANCE {
            return Some(distribution(at));
        }
        let step = newton(at, error, off)?;
        let mut share = 1.0;
        let (next, found) = loop {
            let next = Point { mean: at.mean + share * step.mean, size: at.size + share * step.size };
            let found = off(next);
            if norm(found) < norm(error) || share < 1e-6 {
                break (next, found);
            }
            share *= 0.5;
        };
        if norm(found) >= norm(error) {
            break;
        }
        (at, error) = (next, found);
    }
    (norm(error) < TOLERANCE.sqrt()).then(|| distribution(at))
}

/// The log-odds of a mean and the logarithm of a size.
#[derive(Clone, Copy)]
struct Point {
    mean: f64,
    size: f64,
}

impl Point {
    /// As if the log-odds were normally distributed.
    fn first(low: f64, high: f64, tail: f64) -> Self {
        let (low, high) = (log_odds(low), log_odds(high));
        let odds = f64::midpoint(low, high);
        let deviation = (high - low) / (2.0 * tail.abs() / 1.7);
        let mean = 1.0 / (1.0 + (-odds).exp());
        Self { mean: odds, size: -(deviation * deviation * mean * (1.0 - mean)).ln() }
    }
}

/// The whole step, by differences.
fn newton(at: Point, error: (f64, f64), off: impl Fn(Point) -> (f64, f64)) -> Option<Point> {
    const ASIDE: f64 = 1e-6;
    let (by_mean, by_size) = (off(Point { mean: at.mean + ASIDE, ..at }), off(Point { size: at.size + ASIDE, ..at }));
    let (a, b) = ((by_mean.0 - error.0) / ASIDE, (by_size.0 - error.0) / ASIDE);
    let (c, d) = ((by_mean.1 - error.1) / ASIDE, (by_size.1 - error.1) / ASIDE);
    let determinant = a * d - b * c;
    let step =
        Point { mean: (b * error.1 - d * error.0) / determinant, size: (c * error.0 - a * error.1) / determinant };
    (step.mean.is_finite() && step.size.is_finite()).then_some(step)
}

/// Not a number, where a tail has no weight at all, is as far off as can be.
fn norm((one, two): (f64, f64)) -> f64 {
    let sum = one.abs() + two.abs();
    if sum.is_nan() { f64::INFINITY } else { sum }
}
