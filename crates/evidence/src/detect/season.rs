//! What a series usually does at this time of the day, or of the week.
//!
//! Where the history holds the same time of at least [`MIN_PERIODS`] earlier weeks, or days, the change just after that time
//! is taken in each of them, as the incident's own is: a quantile of the window against the median of the time just before.
//! What is common to them is expected, and the incident's change is measured beside it (a seasonal naive forecast of the
//! change, Hyndman and Athanasopoulos, "Forecasting: principles and practice", 2021, §5.2): the nightly backup is no fault,
//! and a morning rise that does not come is one. Weeks are tried first: they hold the day's course too.

use std::ops::Range;

use super::shift::CHANGED_PART;
use crate::stats::{self, Baseline};
use crate::time::Seconds;

/// A week and a day, in seconds.
const PERIODS: [f64; 2] = [604_800.0, 86_400.0];
/// Earlier periods that must be there.
const MIN_PERIODS: usize = 3;
/// Earlier periods looked at.
const MAX_PERIODS: usize = 14;
/// A window with a pause that makes it this much longer than it should be is none.
const STRETCH: f64 = 1.5;

/// Rises and falls that are usual at this time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Season {
    /// Of a window's upper quantile above the level before it.
    pub rise: Baseline,
    /// Of a window's lower quantile below the level before it.
    pub fall: Baseline,
}

/// What is usual at the time of the sample at `split`, for windows of `window` samples after `reference` samples; nothing
/// where the history is too short.
pub fn changes(samples: &[(Seconds, f64)], split: usize, window: usize, reference: usize) -> Option<Season> {
    let (now, first) = (samples.get(split)?.0, samples.first()?.0);
    PERIODS.into_iter().filter(|period| now - first >= *period * MIN_PERIODS as f64).find_map(|period| {
        let earlier = (1..=MAX_PERIODS).filter_map(|back| {
            let then = now - period * back as f64;
            change(samples, samples.partition_point(|sample| sample.0 < then), window, reference)
        });
        let (rises, falls): (Vec<f64>, Vec<f64>) = earlier.unzip();
        let enough = rises.len() >= MIN_PERIODS;
        let of = |sizes: Vec<f64>| stats::baseline(sizes.into_iter()).filter(|_| enough);
        Some(Season { rise: of(rises)?, fall: of(falls)? })
    })
}

/// The rise and the fall after a place; nothing where a part of it is missing.
fn change(samples: &[(Seconds, f64)], at: usize, window: usize, reference: usize) -> Option<(f64, f64)> {
    let step = step(samples)?;
    let whole = at.checked_sub(reference)?..at + window;
    let part = |range: Range<usize>| samples.get(range);
    let all = part(whole)?;
    if all.last()?.0 - all.first()?.0 > STRETCH * step * all.len() as f64 {
        return None;
    }
    let values = |range: Range<usize>| Some(part(range)?.iter().map(|sample| sample.1).collect::<Vec<f64>>());
    let level = stats::median(&mut values(at - reference..at)?)?;
    let mut after = values(at..at + window)?;
    let high = stats::quantile(&mut after, CHANGED_PART)?;
    Some((high - level, level - stats::sorted_quantile(&after, 1.0 - CHANGED_PART)?))
}

/// The mean time between samples, pauses included.
fn step(samples: &[(Seconds, f64)]) -> Option<f64> {
    let (first, last) = (samples.first()?.0, samples.last()?.0);
    (samples.len() > 1).then(|| (last - first) / (samples.len() - 1) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Five days in ten-minute steps; `value` by the number of the sample and its place in the day.
    fn days(value: impl Fn(usize, usize) -> f64) -> Vec<(Seconds, f64)> {
        (0..720).map(|at| (1e9 + at as f64 * 600.0, value(at, at % 144))).collect()
    }

    #[test]
    fn what_comes_every_night_is_expected() {
        let samples =
            days(|at, of_day| 10.0 + (at % 3) as f64 * 0.1 + if (12..18).contains(&of_day) { 50.0 } else { 0.0 });
        let season = changes(&samples, 4 * 144 + 12, 6, 20).unwrap();
        // Before the first night there is too little to tell a level by.
        assert!((season.rise.median - 50.0).abs() < 1.0 && season.rise.count == 3, "{season:?}");
        let quiet = changes(&samples, 4 * 144 + 60, 6, 20).unwrap();
        assert!(quiet.rise.median.abs() < 1.0, "{quiet:?}");
    }

    #[test]
    fn a_history_of_two_days_or_with_holes_says_nothing() {
        let samples = days(|_, of_day| of_day as f64);
        assert_eq!(changes(&samples[..2 * 144 + 20], 2 * 144 + 10, 6, 20), None);
        let holes: Vec<_> =
            samples.iter().copied().enumerate().filter(|(at, _)| at % 144 > 40).map(|(_, s)| s).collect();
        let at = holes.partition_point(|s| s.0 < 1e9 + 4.0 * 86_400.0 + 45.0 * 600.0);
        assert_eq!(changes(&holes, at, 6, 20), None);
        assert_eq!(changes(&[], 0, 1, 1), None);
    }
}
