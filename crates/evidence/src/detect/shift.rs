//! Finds when metrics changed and by how much, without trusting the stated onset.
//!
//! The onset is the moment, near the stated one where there is one, at which most series split best into a before and an
//! after (a least-squares change point on robustly scaled, clipped values, pooled over series, as in Bai, "Common breaks
//! in means and variances for panel data", 2010). A shift is judged as BARO does (Pham et al., FSE 2024), by median and
//! spread of the time before, with two floors on the spread: a twentieth of the median, and a fiftieth of what is usual
//! for this metric over all entities. Without them a series that was constant makes any change infinite. Where the time
//! before is long enough, the series' own past says how large a change is usual: the same statistic is taken at many
//! moments of it ([`super::usual`], [`super::season`]). [`super::measure`] does the measuring.

use super::measure::{MEDIAN_FLOOR, Measured, measure};
use crate::metrics::{Metrics, Series};
use crate::stats;
use crate::time::Seconds;

/// A series that changed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shift {
    /// Its place in [`Metrics::series`].
    pub series: usize,
    /// Upwards or downwards.
    pub up: bool,
    /// Robust magnitude: spreads of the time before.
    pub z: f64,
    /// Samples before and after the onset.
    pub counts: (usize, usize),
    /// The share of the time after in which the change went on: 1 where it still does at the end.
    pub going: f64,
    /// When it is taken to begin.
    pub onset: Seconds,
    /// Seconds between that and the stated onset; 0 where none is stated.
    pub distance: f64,
    /// Typical value before.
    pub before: f64,
    /// Typical value of the changed part after.
    pub after: f64,
}

/// How far the stated onset may be off, in seconds: five minutes, and the time that a fault takes to show.
pub const ONSET_ERROR: f64 = 420.0;
/// Distance between moments tried, in seconds.
const STEP: f64 = 15.0;
/// How much less an onset counts that is as far as that from the stated one.
pub const DISTANCE: f64 = 0.2;
/// Moments tried when no onset is stated.
const MOMENTS: usize = 40;
/// Samples beyond the times tried, on each side, that take part in finding the onset.
const NEAR: usize = 300;
/// Scaled values are clipped here, so that one outlier is no change.
const CLIP: f64 = 4.0;
/// The changed part of the time after: a quarter of it, so that a change that ends again is seen.
pub(super) const CHANGED_PART: f64 = 0.75;

/// When the metrics changed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Onset {
    /// When most of them did; the stated onset where none did, nothing where there is nothing to go by.
    pub common: Option<Seconds>,
    /// When each series did, by its place in [`Metrics::series`]; nothing where no moment fits.
    pub own: Vec<Option<Seconds>>,
}

/// The stated start, but not after the last sample: who states a later one saw the trouble in what there is.
pub fn within(metrics: &Metrics, hint: Option<Seconds>) -> Option<Seconds> {
    let last = metrics.span().map_or(f64::INFINITY, |(_, last)| last);
    hint.map(|hint| hint.min(last))
}

/// When the metrics changed.
pub fn onset(metrics: &Metrics, hint: Option<Seconds>) -> Onset {
    let Some((first, last)) = metrics.span() else { return Onset { common: hint, own: Vec::new() } };
    let moments: Vec<Seconds> = match hint {
        Some(hint) => {
            let steps = (ONSET_ERROR / STEP) as i32;
            (-steps..=steps).map(|step| hint + f64::from(step) * STEP).filter(|t| (first..=last).contains(t)).collect()
        }
        None => (1..MOMENTS).map(|at| first + (last - first) * at as f64 / MOMENTS as f64).collect(),
    };
    let prior = |moment: Seconds| hint.map_or(1.0, |hint| 1.0 - DISTANCE * (moment - hint).abs() / ONSET_ERROR);
    let weights: Vec<f64> = moments.iter().map(|moment| prior(*moment)).collect();
    let mut votes = vec![0.0; moments.len()];
    let mut own = Vec::with_capacity(metrics.series.len());
    let mut votes_here = vec![0.0; moments.len()];
    for series in &metrics.series {
        votes_here.fill(0.0);
        vote(series, hint, &moments, &mut votes_here);
        own.push(best(&moments, &votes_here, &weights));
        for (sum, vote) in votes.iter_mut().zip(&votes_here) {
            *sum += vote;
        }
    }
    Onset { common: best(&moments, &votes, &weights).or(hint), own }
}

/// The first of the moments with the most weighed votes; nothing when there are none.
fn best(moments: &[Seconds], votes: &[f64], weights: &[f64]) -> Option<Seconds> {
    let mut found: Option<(Seconds, f64)> = None;
    for (moment, weighed) in moments.iter().zip(votes.iter().zip(weights).map(|(vote, weight)| vote * weight)) {
        if weighed > found.map_or(0.0, |(_, most)| most) {
            found = Some((*moment, weighed));
        }
    }
    found.map(|(moment, _)| moment)
}

/// Adds to each moment how much better two means explain the series than one.
fn vote(series: &Series, hint: Option<Seconds>, moments: &[Seconds], votes: &mut [f64]) {
    let samples = match hint {
        Some(hint) => {
            let from = series.samples.partition_point(|s| s.0 < hint - ONSET_ERROR).saturating_sub(NEAR);
            let until = series.samples.partition_point(|s| s.0 <= hint + ONSET_ERROR) + NEAR;
            series.samples.get(from..until.min(series.samples.len())).unwrap_or_default()
        }
        None => series.samples.as_slice(),
    };
    let Some(base) = stats::baseline(samples.iter().map(|s| s.1)) else { return };
    let scale = base.spread.max(MEDIAN_FLOOR * base.median.abs());
    if scale <= 0.0 {
        return;
    }
    let mut sums = Vec::with_capacity(samples.len() + 1);
    let mut sum = 0.0;
    sums.push(0.0);
    for (_, value) in samples {
        sum += ((value - base.median) / scale).clamp(-CLIP, CLIP);
        sums.push(sum);
    }
    let total = samples.len() as f64;
    // Moments are in order, and so are samples.
    let mut split = 0;
    for (moment, slot) in moments.iter().zip(votes) {
        split += samples.iter().skip(split).take_while(|sample| sample.0 < *moment).count();
        let (before, after) = (split as f64, total - split as f64);
        if before < 3.0 || after < 2.0 {
            continue;
        }
        let left = sums.get(split).copied().unwrap_or(0.0);
        let gap = left / before - (sum - left) / after;
        *slot += gap * gap * before * after / total;
    }
}

/// The change of every series that has samples on both sides of the onset: the stated one, the common one or its own,
/// whichever shows most. A fault may show in one series alone, and then most series vote for something else.
pub fn changes(metrics: &Metrics, onset: &Onset, hint: Option<Seconds>) -> Vec<Shift> {
    let own = |at: usize| onset.own.get(at).copied().flatten();
    let moments = |at: usize| [hint, onset.common, own(at)].into_iter().flatten();
    let (measured, sizes) = measure(metrics, moments, |at| onset.common.or_else(|| own(at)));
    let placed = |shift: Shift| Shift { distance: hint.map_or(0.0, |hint| (shift.onset - hint).abs()), ..shift };
    let mut strongest: Vec<(&Measured, f64)> = Vec::with_capacity(metrics.series.len());
    for one in &measured {
        let Some(evidence) = one.plain(metrics, &sizes).map(|shift| placed(shift).evidence()) else { continue };
        match strongest.last_mut().filter(|(known, _)| known.series == one.series) {
            Some(known) if known.1 < evidence => *known = (one, evidence),
            Some(_) => {}
            None => strongest.push((one, evidence)),
        }
    }
    strongest.into_iter().filter_map(|(one, _)| one.shift(metrics, &sizes).map(placed)).collect()
}

/// A change counts whole from this many samples on.
const LASTING: f64 = 3.0;
/// What it costs a shift, in nats, to begin [`ONSET_ERROR`] from the stated onset; it grows with the square.
const FAR: f64 = 6.0;

impl Shift {
    /// Evidence of a change, in nats: how surprising its size is, less what its distance from the stated onset costs, by how
    /// long it has lasted.
    pub fn evidence(&self) -> f64 {
        (stats::surprise(self.z) - self.cost()).max(0.0) * self.lasting()
    }

    /// The weight of a change, 0 to 1: by the samples that it has lasted, since what came and went may do so on a good day,
    /// and by the share of the time since then in which it went on, since what is over explains less of what is seen now.
    pub fn lasting(&self) -> f64 {
        (self.counts.1 as f64 / LASTING).min(1.0) * self.going
    }

    /// What its distance from the stated onset costs, in nats.
    pub fn cost(&self) -> f64 {
        FAR * (self.distance / ONSET_ERROR).powi(2)
    }
}

/// The change of every series that has samples on both sides of its onset.
#[cfg(test)]
pub(super) fn shifts(metrics: &Metrics, onset: impl Fn(usize) -> Option<Seconds>) -> Vec<Shift> {
    let (measured, sizes) = measure(metrics, |at| onset(at).into_iter(), &onset);
    measured.iter().filter_map(|one| one.shift(metrics, &sizes)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::Limits;
    use crate::skipped::Skips;

    /// Deterministic noise in -1..1.
    fn noise(at: usize, salt: usize) -> f64 {
        let mixed = (at * 7919 + salt * 104_729).wrapping_mul(2_654_435_761) % 10_007;
        mixed as f64 / 5_003.5 - 1.0
    }

    fn metrics(changes: &[(&str, f64, f64)], onset: usize) -> Metrics {
        let (limits, mut skips) = (Limits::default(), Skips::default());
        let mut metrics = Metrics::default();
        for (salt, (entity, level, jump)) in changes.iter().enumerate() {
            let series = metrics.series_of(entity, "cpu", "m.csv", 1, &limits, &mut skips).unwrap();
            for at in 0..600 {
                let value = level * (1.0 + 0.1 * noise(at, salt)) + if at >= onset { *jump } else { 0.0 };
                metrics.push(series, 1e9 + at as f64, value, &limits);
            }
        }
        metrics
    }

    #[test]
    fn the_onset_is_found_wherever_the_hint_is_within_five_minutes() {
        let metrics = metrics(&[("a", 5.0, 30.0), ("b", 3.0, 0.0), ("c", 100.0, 20.0)], 300);
        for error in [-300.0, -60.0, 0.0, 60.0, 290.0] {
            let found = onset(&metrics, Some(1e9 + 300.0 + error)).common.unwrap();
            assert!((found - (1e9 + 300.0)).abs() <= 15.0, "{error}: {}", found - 1e9);
        }
        let found = onset(&metrics, None).common.unwrap();
        assert!((found - (1e9 + 300.0)).abs() <= 15.0);
    }

    #[test]
    fn what_is_over_weighs_less_than_what_goes_on() {
        let (limits, mut skips) = (Limits::default(), Skips::default());
        let mut metrics = Metrics::default();
        for (entity, busy) in [("over", 50..55), ("on", 57..60)] {
            let series = metrics.series_of(entity, "cpu", "m.csv", 1, &limits, &mut skips).unwrap();
            for at in 0..60 {
                let value = 5.0 + noise(at, 1) + if busy.contains(&at) { 90.0 } else { 0.0 };
                metrics.push(series, 1e9 + at as f64 * 60.0, value, &limits);
            }
        }
        // The stated start is the moment at which the first one ended.
        let hint = Some(1e9 + 55.0 * 60.0);
        let found = changes(&metrics, &onset(&metrics, hint), hint);
        assert!(found[1].evidence() > 1.5 * found[0].evidence(), "{found:?}");
        assert_eq!(found[1].going, 1.0);
    }

    #[test]
    fn a_start_stated_after_the_data_is_moved_to_its_end() {
        let metrics = metrics(&[("a", 5.0, 30.0)], 300);
        assert_eq!(within(&metrics, Some(1e9 + 900.0)), Some(1e9 + 599.0));
        assert_eq!(within(&metrics, Some(1e9 + 300.0)), Some(1e9 + 300.0));
        assert_eq!(within(&metrics, None), None);
    }

    #[test]
    fn shifts_are_scale_free_and_silent_without_a_change() {
        let large = shifts(&metrics(&[("a", 5.0, 30.0), ("b", 5.0, 0.0)], 300), |_| Some(1e9 + 300.0));
        let small = shifts(&metrics(&[("a", 0.005, 0.03), ("b", 0.005, 0.0)], 300), |_| Some(1e9 + 300.0));
        for (l, s) in large.iter().zip(&small) {
            assert!((l.z - s.z).abs() < 1e-6 && l.up == s.up);
        }
        assert!(large[0].z > 30.0 && large[0].up && large[1].z < 3.0, "{large:?}");
    }

    #[test]
    fn a_constant_series_that_trembles_is_no_change() {
        let (limits, mut skips) = (Limits::default(), Skips::default());
        let mut metrics = Metrics::default();
        let series = metrics.series_of("a", "memory", "m.csv", 1, &limits, &mut skips).unwrap();
        for at in 0..100 {
            metrics.push(series, 1e9 + f64::from(at), if at < 50 { 1e6 } else { 1.001e6 }, &limits);
        }
        assert!(shifts(&metrics, |_| Some(1e9 + 50.0))[0].z < 0.1);
    }

    #[test]
    fn a_trace_of_what_was_never_there_is_little_beside_what_others_show() {
        let (limits, mut skips) = (Limits::default(), Skips::default());
        let mut metrics = Metrics::default();
        for (entity, usual, then) in [("idle", 0.0, 0.002), ("hot", 0.0, 0.9), ("a", 0.005, 0.005), ("b", 0.02, 0.02)] {
            let series = metrics.series_of(entity, "cpu_throttled", "m.csv", 1, &limits, &mut skips).unwrap();
            for at in 0..60 {
                let value = if at < 40 { usual } else { then };
                metrics.push(series, 1e9 + f64::from(at), value * (1.0 + 0.1 * noise(at as usize, 3)), &limits);
            }
        }
        let found = shifts(&metrics, |_| Some(1e9 + 40.0));
        assert!(found[0].z < 2.0 && found[1].z > 100.0, "{found:?}");
    }
}
