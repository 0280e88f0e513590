//! Measures a series about moments: its level before, its change after, and how large a change is usual for it.
//!
//! In two steps, since what is usual costs more than all the rest: at each moment the change is measured by the spread of the
//! time before; at the one moment chosen by that, it is judged by what the series' own past ([`usual`]) and season
//! ([`season`]) say. So the choice among moments does not profit from a moment whose null happens to be narrow.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::shift::{CHANGED_PART, Shift};
use super::{season, usual};
use crate::metrics::{Metrics, Series};
use crate::stats::{self, Baseline, Ordered};
use crate::time::Seconds;

/// Baseline samples used.
const MAX_BASELINE: usize = 2_000;
/// The least spread is this part of the median.
pub(super) const MEDIAN_FLOOR: f64 = 0.05;
/// And this part of what is usual for the metric over all entities.
const FAMILY_FLOOR: f64 = 0.02;
/// Of a series that showed nothing at all, and so tells nothing of its own scale, this part of what is usual for the metric
/// where there is any.
const ABSENT_FLOOR: f64 = 0.25;

/// What units change in the last digits must not decide.
const ROUNDING: f64 = 1e-9;

/// What a series did about a moment.
pub(super) struct Measured {
    /// Its place in [`Metrics::series`].
    pub series: usize,
    moment: Seconds,
    split: usize,
    base: Baseline,
    after: usize,
    /// Upper and lower quantile of the time after.
    high: f64,
    low: f64,
}

/// The usual sizes of a metric's values.
#[derive(Clone, Copy, Default)]
pub(super) struct Size {
    /// Over all entities.
    overall: f64,
    /// Over those that show any.
    present: f64,
}

impl Size {
    fn of(mut sizes: Vec<f64>) -> Self {
        let overall = stats::median(&mut sizes).unwrap_or(0.0);
        sizes.retain(|size| *size > 0.0);
        Self { overall, present: stats::median(&mut sizes).unwrap_or(0.0) }
    }
}

/// Sizes by metric.
pub(super) type Sizes = FxHashMap<u32, Size>;

/// Measures every series at each of its moments, those of one series together; and, by metric, the usual size of its
/// values before the moment that `sized` gives.
pub(super) fn measure<M: Iterator<Item = Seconds>>(
    metrics: &Metrics,
    moments: impl Fn(usize) -> M,
    sized: impl Fn(usize) -> Option<Seconds>,
) -> (Vec<Measured>, Sizes) {
    let mut families: FxHashMap<u32, Vec<f64>> = FxHashMap::default();
    let mut measured = Vec::with_capacity(metrics.series.len());
    for (at, series) in metrics.series.iter().enumerate() {
        let mut past = Past::none(series);
        let mut splits: Vec<usize> = Vec::with_capacity(3);
        let sized = sized(at).map(|moment| split(series, moment));
        for moment in moments(at) {
            // Moments between the same two samples are one.
            let split = split(series, moment);
            if splits.contains(&split) {
                continue;
            }
            splits.push(split);
            let Some(base) = past.until(split).baseline() else { continue };
            if sized == Some(split) {
                families.entry(series.metric).or_default().push(base.median.abs().max(base.spread));
            }
            let mut after: Vec<f64> = series.samples.iter().skip(split).map(|sample| sample.1).collect();
            let Some(high) = stats::quantile(&mut after, CHANGED_PART) else { continue };
            let Some(low) = stats::sorted_quantile(&after, 1.0 - CHANGED_PART) else { continue };
            measured.push(Measured { series: at, moment, split, base, after: after.len(), high, low });
        }
    }
    (measured, families.into_iter().map(|(metric, sizes)| (metric, Size::of(sizes))).collect())
}

/// The place of the first sample of a series that is not before a moment.
fn split(series: &Series, moment: Seconds) -> usize {
    series.samples.partition_point(|sample| sample.0 < moment)
}

/// The samples of a series before a moment, in order of their values too; from one moment to a near one only the samples
/// between them are put in or taken out.
struct Past<'s> {
    series: &'s Series,
    range: Range<usize>,
    ordered: Ordered,
}

/// Beyond this part of the samples ordering anew costs less.
const MOVES: usize = 16;

impl<'s> Past<'s> {
    fn none(series: &'s Series) -> Self {
        Self { series, range: 0..0, ordered: Ordered::default() }
    }

    /// The last samples before the place `split`.
    fn until(&mut self, split: usize) -> &Ordered {
        let (old, new) = (self.range.clone(), before(split));
        let value = |at: usize| self.series.samples.get(at).map(|sample| sample.1);
        let moves = new.start.abs_diff(old.start) + new.end.abs_diff(old.end);
        if moves * MOVES > new.len() {
            self.ordered = Ordered::of(new.clone().filter_map(value));
        } else {
            let leave = (old.start..new.start.min(old.end)).chain(new.end.max(old.start)..old.end);
            let enter = (new.start..old.start.min(new.end)).chain(old.end.max(new.start)..new.end);
            leave.filter_map(value).for_each(|value| self.ordered.remove(value));
            enter.filter_map(value).for_each(|value| self.ordered.insert(value));
        }
        self.range = new;
        &self.ordered
    }
}

fn before(split: usize) -> Range<usize> {
    split.saturating_sub(MAX_BASELINE)..split
}

impl Measured {
    /// The change by the spread of the time before.
    pub(super) fn plain(&self, metrics: &Metrics, sizes: &Sizes) -> Option<Shift> {
        let none = Baseline { median: 0.0, ..self.base };
        self.judged(metrics.series.get(self.series)?, self.floor(metrics, sizes), self.base.median, none, none)
    }

    /// The change by what is usual for the series, where its past tells.
    pub(super) fn shift(&self, metrics: &Metrics, sizes: &Sizes) -> Option<Shift> {
        let series = metrics.series.get(self.series)?;
        let past = series.samples.get(before(self.split))?;
        let none = Baseline { median: 0.0, ..self.base };
        let (level, mut rise, mut fall) = match usual::changes(past, self.after) {
            Some(usual) => (usual.level, usual.rise, usual.fall),
            None => (self.base.median, none, none),
        };
        let reference = usual::reference(self.after);
        if let Some(season) = season::changes(&series.samples, self.split, self.after, reference) {
            rise = beside(rise, season.rise);
            fall = beside(fall, season.fall);
        }
        self.judged(series, self.floor(metrics, sizes), level, rise, fall)
    }

    /// The least spread that a change is judged by.
    fn floor(&self, metrics: &Metrics, sizes: &Sizes) -> f64 {
        let metric = metrics.series.get(self.series).map(|series| series.metric);
        let family = metric.and_then(|metric| sizes.get(&metric)).copied().unwrap_or_default();
        let absent = self.base.median == 0.0 && self.base.spread == 0.0;
        let least = if absent { ABSENT_FLOOR * family.present } else { 0.0 };
        (MEDIAN_FLOOR * self.base.median.abs()).max(FAMILY_FLOOR * family.overall).max(least)
    }

    fn judged(&self, series: &Series, floor: f64, level: f64, rise: Baseline, fall: Baseline) -> Option<Shift> {
        let grown = scaled(self.high - level - rise.median, rise.spread.max(floor));
        let fallen = scaled(level - self.low - fall.median, fall.spread.max(floor));
        let up = grown >= fallen;
        let changed = if up { self.high } else { self.low };
        // Nearer to the changed value than to the level, or between them up to rounding: the change goes on.
        let half = (changed - level) / 2.0 * (1.0 - ROUNDING);
        let goes_on = |value: f64| if up { value - level >= half } else { value - level <= half };
        let after = series.samples.get(self.split..)?;
        let last = after.iter().rposition(|sample| goes_on(sample.1));
        Some(Shift {
            series: self.series,
            up,
            z: grown.max(fallen).min(1e6),
            counts: (self.base.count, self.after),
            going: last.map_or(1.0, |last| (last + 1) as f64 / after.len() as f64),
            onset: self.moment,
            distance: 0.0,
            before: self.base.median,
            after: changed,
        })
    }
}

/// What is usual for the series, at the centre that is usual at this time; what is known of few periods is no more sure.
fn beside(usual: Baseline, season: Baseline) -> Baseline {
    Baseline { median: season.median, spread: usual.spread.max(season.spread), count: usual.count }
}

/// A size in spreads, 0 at least.
fn scaled(size: f64, spread: f64) -> f64 {
    if size <= 0.0 {
        0.0
    } else if spread > 0.0 {
        size / spread
    } else {
        f64::INFINITY
    }
}
