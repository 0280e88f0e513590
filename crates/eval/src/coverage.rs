//! Whether the 90 % intervals hold what they should.
//!
//! A case is right or wrong, so a rate can only be seen over several. **Definition.** Order the cases by the probability
//! stated of their first choice and take, around each case, the window of the [`WINDOW`] nearest in that order (all, where there
//! are fewer). The case counts as covered when the number of right ones among the window's k lies between ⌊k·low⌋ and
//! ⌈k·high⌉, with `low` and `high` the window's mean ends of the stated intervals: the observed frequency lies inside the
//! stated interval, up to the grain 1/k in which a frequency can be observed. Coverage is the share of covered cases; 0.90 is
//! promised.
//!
//! Since k cases scatter around their true rate, exact intervals do not give exactly 0.90. So two figures stand beside
//! it. `expected` is the coverage that exact intervals would have: the window's rate drawn from the Beta distribution whose mean and
//! width are those stated, the right ones from that rate (a beta-binomial, computed exactly). `factor`, after split conformal
//! prediction (Vovk et al. 2005), is the smallest factor by which all intervals have to be stretched around the stated
//! probability to cover 90 %: above 1 they are too narrow, far below 1 wider than needed.

use crate::interval;
use serde::Serialize;

/// Cases of a window.
pub const WINDOW: usize = 25;
/// What is promised.
const PROMISED: f64 = interval::MASS;
/// Factors are tried in these steps, up to [`MOST_STEPS`] of them.
const STEP: f64 = 0.05;
const MOST_STEPS: usize = 400;

/// What was stated of a first choice, and whether it was right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Said {
    /// The probability.
    pub p: f64,
    /// Lower end of its 90 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Whether it was so.
    pub right: bool,
}

/// How the intervals of some cases fare.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Coverage {
    /// Cases.
    pub cases: usize,
    /// Share of them that are covered.
    pub covered: f64,
    /// The share that exact intervals would give.
    pub expected: f64,
    /// The smallest stretch that covers 90 %; none where 20 does not.
    pub factor: Option<f64>,
    /// Mean width of the intervals.
    pub width: f64,
}

/// The mean of what a window's cases state, with how many of them were right.
struct Window {
    count: f64,
    p: f64,
    low: f64,
    high: f64,
    right: f64,
}

impl Window {
    fn of(cases: &[Said]) -> Self {
        let count = cases.len().max(1) as f64;
        let mean = |part: fn(&Said) -> f64| cases.iter().map(part).sum::<f64>() / count;
        let right = cases.iter().filter(|case| case.right).count() as f64;
        Self { count, p: mean(|s| s.p), low: mean(|s| s.low), high: mean(|s| s.high), right }
    }

    /// The counts of right ones that lie inside the interval stretched by `factor`.
    fn inside(&self, factor: f64) -> (f64, f64) {
        const SLACK: f64 = 1e-9;
        let low = (self.p - factor * (self.p - self.low)).max(0.0);
        let high = (self.p + factor * (self.high - self.p)).min(1.0);
        ((self.count * low + SLACK).floor(), (self.count * high - SLACK).ceil())
    }

    fn covered(&self, factor: f64) -> bool {
        let (least, most) = self.inside(factor);
        (least..=most).contains(&self.right)
    }

    /// The probability of being covered if the interval is exact.
    fn expected(&self) -> f64 {
        let size = size_of(self.p, self.high - self.low);
        let (a, b) = (self.p * size + 0.5, (1.0 - self.p) * size + 0.5);
        let (least, most) = self.inside(1.0);
        let count = self.count as usize;
        // Beta-binomial: from none right upwards.
        let mut mass: f64 = (0..count).map(|at| (b + at as f64) / (a + b + at as f64)).product();
        let mut inside = 0.0;
        for right in 0..=count {
            let right = right as f64;
            if (least..=most).contains(&right) {
                inside += mass;
            }
            let left = self.count - right;
            mass *= left / (right + 1.0) * (a + right) / (b + left - 1.0).max(f64::MIN_POSITIVE);
        }
        inside.min(1.0)
    }
}

/// The evidence weight whose credible interval around `p` is `width` wide.
fn size_of(p: f64, width: f64) -> f64 {
    let (mut low, mut high) = (0.0_f64, 1e5_f64);
    // To a hundredth of an observation.
    for _ in 0..24 {
        let middle = f64::midpoint(low, high);
        let (from, to) = interval::credible(p, middle, PROMISED);
        if to - from > width {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

/// Coverage over some cases; none of fewer than five.
pub fn coverage(said: &[Said]) -> Option<Coverage> {
    if said.len() < 5 {
        return None;
    }
    let mut sorted = said.to_vec();
    sorted.sort_by(|a, b| a.p.total_cmp(&b.p));
    let k = WINDOW.min(sorted.len());
    let windows: Vec<Window> = (0..sorted.len())
        .map(|at| at.saturating_sub(k / 2).min(sorted.len() - k))
        .filter_map(|from| sorted.get(from..from + k).map(Window::of))
        .collect();
    let share = |factor: f64| windows.iter().filter(|w| w.covered(factor)).count() as f64 / windows.len() as f64;
    let count = windows.len() as f64;
    Some(Coverage {
        cases: said.len(),
        covered: share(1.0),
        expected: windows.iter().map(Window::expected).sum::<f64>() / count,
        factor: (0..=MOST_STEPS).map(|step| step as f64 * STEP).find(|factor| share(*factor) >= PROMISED - 1e-9),
        width: said.iter().map(|s| s.high - s.low).sum::<f64>() / count,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(p: f64, half: f64, right: bool) -> Said {
        Said { p, low: (p - half).max(0.0), high: (p + half).min(1.0), right }
    }

    #[test]
    fn a_rate_inside_the_interval_is_covered_and_one_outside_is_not() {
        // 0.8 ± 0.1: 20 of 25 right is inside (17 to 23), 15 of 25 is not.
        let cases = |right: usize| (0..25).map(|at| said(0.8, 0.1, at < right)).collect::<Vec<_>>();
        assert_eq!(coverage(&cases(20)).unwrap().covered, 1.0);
        let outside = coverage(&cases(15)).unwrap();
        assert_eq!(outside.covered, 0.0);
        // 15 needs ⌊25 (0.8 − 0.1 f)⌋ ≤ 15, which is f > 1.6.
        assert!((outside.factor.unwrap() - 1.65).abs() < 1e-9, "{outside:?}");
        assert!(coverage(&cases(20)[..4]).is_none());
    }

    #[test]
    fn a_certain_statement_that_is_always_right_is_covered() {
        let cases = [said(0.995, 0.004, true); 30];
        assert_eq!(coverage(&cases).unwrap().covered, 1.0);
    }

    #[test]
    fn exact_intervals_are_expected_to_cover_about_what_they_promise() {
        for (p, size) in [(0.7, 15.0), (0.5, 8.0), (0.9, 30.0)] {
            let (low, high) = interval::credible(p, size, PROMISED);
            assert!((size_of(p, high - low) - size).abs() < 1e-3 * size);
            let window = Window { count: 400.0, p, low, high, right: 0.0 };
            assert!((window.expected() - PROMISED).abs() < 0.03, "{p}: {}", window.expected());
            // Twenty-five cases scatter, so their frequency leaves the interval more often.
            let few = Window { count: 25.0, ..window };
            assert!(few.expected() < PROMISED + 0.08 && few.expected() > 0.5, "{p}: {}", few.expected());
        }
    }

    #[test]
    fn the_masses_of_the_beta_binomial_sum_to_one() {
        let window = Window { count: 25.0, p: 0.6, low: 0.0, high: 1.0, right: 0.0 };
        assert!((window.expected() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn exact_intervals_cover_what_they_promise_and_halved_ones_less() {
        // Forty windows of 400 alike; each one's rate is another quantile of what its interval claims.
        let covered = |shrink: f64| {
            let windows = (0..40_u32).filter(|nth| {
                let p = 0.5 + f64::from(*nth) * 0.01;
                let (low, high) = interval::credible(p, 12.0, PROMISED);
                let place = (f64::from(nth * 17 % 40) + 0.5) / 40.0;
                let rate = interval::quantile(p * 12.0 + 0.5, (1.0 - p) * 12.0 + 0.5, place);
                let (low, high) = (p - (p - low) * shrink, p + (high - p) * shrink);
                Window { count: 400.0, p, low, high, right: (rate * 400.0).round() }.covered(1.0)
            });
            windows.count()
        };
        assert_eq!(covered(1.0), 36);
        assert!((20..=28).contains(&covered(0.5)), "{}", covered(0.5));
    }
}
