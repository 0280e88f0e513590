//! How large a change of a series is usual, told from its own past.
//!
//! The statistic by which an incident is judged (an upper, or lower, quantile of a window against the median of the time
//! just before it) is taken at many moments of the time before the incident. Its centre and spread there are the null
//! that the incident's own value is judged by, so drift, bursts, seasons and heavy tails of the series cost no false alarm
//! and slow series stay sensitive (an empirical null, Efron, "Large-scale simultaneous hypothesis testing", 2004).
//! Says nothing where the past is too short to hold a handful of such windows.

use super::shift::CHANGED_PART;
use crate::stats::{self, Baseline};
use crate::time::Seconds;

/// What is usual for a series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Usual {
    /// The median of the time just before the incident.
    pub level: f64,
    /// Rises of a window's upper quantile above the level before it.
    pub rise: Baseline,
    /// Falls of a window's lower quantile below the level before it.
    pub fall: Baseline,
}

/// Windows that a null needs.
const MIN_WINDOWS: usize = 8;
/// Windows taken at most.
const MAX_WINDOWS: usize = 40;
/// The time just before a window is this many times as long, and at least this many samples.
const REFERENCE: usize = 5;
const MIN_REFERENCE: usize = 20;
/// A window is at most this part of the past.
const PART: usize = 8;
/// A pause of this many usual steps parts the past: what was before it is not "just before".
const PAUSE: f64 = 30.0;
/// Samples since the last pause that suffice as the time just before the incident.
const MIN_SINCE_PAUSE: usize = 3;

/// What is usual in `before` for windows of `window` samples; nothing where `before` is too short.
pub fn changes(before: &[(Seconds, f64)], window: usize) -> Option<Usual> {
    let length = before.len();
    let window = window.min(length / PART).max(1);
    let reference = reference(window);
    let room = length.checked_sub(reference + window)?;
    let step = room.div_ceil(MAX_WINDOWS).max(window.div_ceil(2));
    if room / step + 1 < MIN_WINDOWS {
        return None;
    }
    let keys: Vec<i64> = before.iter().map(|s| stats::key(s.1)).collect();
    let pauses = pauses(before);
    let (mut rises, mut falls) = (Vec::with_capacity(MAX_WINDOWS + 1), Vec::with_capacity(MAX_WINDOWS + 1));
    let mut scratch: Vec<i64> = Vec::with_capacity(reference);
    for start in (reference..=reference + room).step_by(step) {
        let from = start - reference;
        if pauses.iter().any(|pause| (from + 1..start + window).contains(pause)) {
            continue;
        }
        let level = median(keys.get(from..start)?, &mut scratch)?;
        scratch.clear();
        scratch.extend_from_slice(keys.get(start..start + window)?);
        scratch.sort_unstable();
        let high = stats::quantile_of_keys(&scratch, CHANGED_PART)?;
        let low = stats::quantile_of_keys(&scratch, 1.0 - CHANGED_PART)?;
        rises.push(high - level);
        falls.push(level - low);
    }
    if rises.len() < MIN_WINDOWS {
        return None;
    }
    let since = pauses.last().copied().filter(|pause| length - pause >= MIN_SINCE_PAUSE).unwrap_or(0);
    let level = median(keys.get(since.max(length - reference)..)?, &mut scratch)?;
    Some(Usual { level, rise: stats::baseline(rises.into_iter())?, fall: stats::baseline(falls.into_iter())? })
}

/// Samples of the time just before a window of so many.
pub(super) fn reference(window: usize) -> usize {
    (REFERENCE * window).max(MIN_REFERENCE)
}

/// The places of the samples that follow a pause.
fn pauses(before: &[(Seconds, f64)]) -> Vec<usize> {
    let gaps = || before.windows(2).filter_map(|pair| Some(pair.get(1)?.0 - pair.first()?.0));
    let (least, most) = gaps().fold((f64::INFINITY, 0.0), |(least, most), gap| (gap.min(least), gap.max(most)));
    // No gap is that much longer than any other: none is a pause, whatever the usual step is.
    if most <= PAUSE * least {
        return Vec::new();
    }
    let Some(step) = stats::median(&mut gaps().collect::<Vec<f64>>()) else { return Vec::new() };
    gaps().enumerate().filter(|(_, gap)| *gap > PAUSE * step).map(|(at, _)| at + 1).collect()
}

fn median(keys: &[i64], scratch: &mut Vec<i64>) -> Option<f64> {
    scratch.clear();
    scratch.extend_from_slice(keys);
    stats::median_of_keys(scratch)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(value: impl Fn(usize) -> f64) -> Vec<(Seconds, f64)> {
        (0..300).map(|at| (at as f64 * 60.0, value(at))).collect()
    }

    /// Deterministic noise in -1..1.
    fn noise(at: usize) -> f64 {
        let mixed = (at * 7919).wrapping_mul(2_654_435_761) as u32;
        f64::from(mixed) / f64::from(u32::MAX) * 2.0 - 1.0
    }

    #[test]
    fn drift_is_usual_and_a_step_beyond_it_is_not() {
        let usual = changes(&series(|at| 100.0 + at as f64 * 0.1 + noise(at)), 3).unwrap();
        // The level is that of the last twenty minutes, not of the five hours.
        assert!((usual.level - 129.0).abs() < 1.5, "{usual:?}");
        assert!(usual.rise.spread < 2.0 && usual.rise.median > usual.fall.median, "{usual:?}");
    }

    #[test]
    fn bursts_that_come_and_go_are_usual() {
        let bursty = changes(&series(|at| noise(at) + if at % 50 < 3 { 30.0 } else { 0.0 }), 3).unwrap();
        let calm = changes(&series(noise), 3).unwrap();
        assert!(bursty.rise.spread > 3.0 * calm.rise.spread, "{bursty:?} {calm:?}");
    }

    #[test]
    fn a_short_past_says_nothing() {
        assert_eq!(changes(&series(noise)[..30], 10), None);
        assert_eq!(changes(&[], 3), None);
    }
}
