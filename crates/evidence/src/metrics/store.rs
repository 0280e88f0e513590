//! Metric series in memory: one per entity and metric, bounded, with out-of-order and duplicate samples put right.

use rustc_hash::{FxHashMap, FxHashSet};

use super::kind::{self, Kind};
use crate::bundle::Limits;
use crate::names::{self, Names};
use crate::skipped::Skips;
use crate::time::Seconds;

/// One metric of one entity.
#[derive(Debug, Clone)]
pub struct Series {
    /// Number of the entity in [`Metrics::entities`].
    pub entity: u32,
    /// Number of the metric's name in [`Metrics::names`].
    pub metric: u32,
    /// What it measures.
    pub kind: Kind,
    /// File that it was first seen in.
    pub file: u32,
    /// Line that it was first seen in.
    pub line: u32,
    /// Time and value, in order of time after [`Metrics::finish`].
    pub samples: Vec<(Seconds, f64)>,
}

/// What the parts of a series, such as its pods, are together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whole {
    /// Amounts add up.
    Sum,
    /// Of durations and shares of what is bad, the worst.
    Most,
    /// Of shares of what is good, the worst.
    Least,
}

/// Samples that a series has room for from its beginning, at most.
const MAX_RESERVED: usize = 512;

/// All series of a bundle.
#[derive(Debug, Default)]
pub struct Metrics {
    /// Atom names of entities.
    pub entities: Names,
    /// Metric names.
    pub names: Names,
    /// Files.
    pub files: Names,
    /// The series in order of first sight.
    pub series: Vec<Series>,
    index: FxHashMap<(u32, u32), usize>,
    /// Series whose counters were made rates already.
    rated: FxHashSet<usize>,
    /// Samples over all series.
    pub samples: usize,
}

impl Metrics {
    /// The series of an entity and metric, made on first sight; nothing beyond the limits.
    pub fn series_of(
        &mut self,
        entity: &str,
        metric: &str,
        file: &str,
        line: u32,
        limits: &Limits,
        skips: &mut Skips,
    ) -> Option<usize> {
        let entity = self.entities.id(&names::entity(entity));
        let name = self.names.id(metric);
        if let Some(at) = self.index.get(&(entity, name)) {
            return Some(*at);
        }
        if self.series.len() >= limits.max_series {
            skips.line(file, line, "series beyond the limit of series are not read");
            return None;
        }
        let at = self.series.len();
        let file = self.files.id(file);
        // Series of a recording are about as long as one another.
        let length = self.series.last().map_or(0, |last| last.samples.len()).min(MAX_RESERVED);
        self.series.push(Series {
            entity,
            metric: name,
            kind: kind::classify(metric),
            file,
            line,
            samples: Vec::with_capacity(length),
        });
        self.index.insert((entity, name), at);
        Some(at)
    }

    /// Adds a sample. Values that are not finite are missing, not zero: they are left out.
    pub fn push(&mut self, series: usize, time: Seconds, value: f64, limits: &Limits) -> bool {
        if !value.is_finite() {
            return true;
        }
        if self.samples >= limits.max_samples {
            return false;
        }
        if let Some(series) = self.series.get_mut(series) {
            series.samples.push((time, value));
            self.samples += 1;
        }
        true
    }

    /// Orders the samples, drops repeated times (the first value stays) and turns counters into rates.
    pub fn finish(&mut self, skips: &mut Skips) {
        for (at, series) in self.series.iter_mut().enumerate() {
            if !series.samples.is_sorted_by(|a, b| a.0 <= b.0) {
                series.samples.sort_by(|a, b| a.0.total_cmp(&b.0));
            }
            let before = series.samples.len();
            series.samples.dedup_by(|later, first| later.0 == first.0);
            if series.samples.len() < before {
                skips.line(
                    self.files.name(series.file),
                    series.line,
                    "a time occurs twice in a series; the first value was used",
                );
            }
            if is_counter(self.names.name(series.metric)) && !self.rated.contains(&at) {
                to_rate(&mut series.samples);
            }
        }
    }

    /// Makes rates of `parts` where `series` counts, so that they can be added up: each restarts by itself.
    pub(super) fn rate_parts(&mut self, series: usize, parts: &mut [Vec<(Seconds, f64)>]) {
        let name = self.series.get(series).map_or("", |series| self.names.name(series.metric));
        if is_counter(name) {
            for part in parts {
                part.sort_by(|a, b| a.0.total_cmp(&b.0));
                to_rate(part);
            }
            self.rated.insert(series);
        }
    }

    /// What several parts of `series` are together.
    pub(super) fn whole(&self, series: usize) -> Whole {
        let Some(series) = self.series.get(series) else { return Whole::Sum };
        let words = kind::words(self.names.name(series.metric));
        let share = words
            .iter()
            .any(|word| matches!(word.as_str(), "ratio" | "percent" | "percentage" | "pct" | "utilization" | "share"));
        match series.kind {
            Kind::Availability => Whole::Least,
            Kind::Latency => Whole::Most,
            _ if share => Whole::Most,
            _ => Whole::Sum,
        }
    }

    /// The first and last time over all series.
    pub fn span(&self) -> Option<(Seconds, Seconds)> {
        let firsts = self.series.iter().filter_map(|s| s.samples.first()).map(|s| s.0);
        let lasts = self.series.iter().filter_map(|s| s.samples.last()).map(|s| s.0);
        Some((firsts.reduce(f64::min)?, lasts.reduce(f64::max)?))
    }
}

/// Prometheus' naming rules: `_total` is a counter; so are the parts of a histogram or summary.
fn is_counter(name: &str) -> bool {
    name.ends_with("_total") || name.ends_with("_seconds_sum") || name.ends_with("_seconds_count")
}

/// Differences over time; a decrease is a restart and gives no value. A series that falls often is no counter.
fn to_rate(samples: &mut Vec<(Seconds, f64)>) {
    let falls = samples.windows(2).filter(|w| matches!(w, [a, b] if b.1 < a.1)).count();
    if falls * 10 > samples.len() {
        return;
    }
    let rates = samples.windows(2).filter_map(|w| match w {
        [a, b] if b.1 >= a.1 && b.0 > a.0 => Some((b.0, (b.1 - a.1) / (b.0 - a.0))),
        _ => None,
    });
    *samples = rates.collect();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn disorder_repeats_and_counters_are_put_right() {
        let (limits, mut skips) = (Limits::default(), Skips::default());
        let mut metrics = Metrics::default();
        let at =
            metrics.series_of("pod/a-5dc8d4f9fd-46997", "requests_total", "m.csv", 2, &limits, &mut skips).unwrap();
        for (time, value) in
            [(10.0, 5.0), (0.0, 1.0), (10.0, 99.0), (20.0, 25.0), (30.0, f64::NAN), (40.0, 1.0), (50.0, 3.0)]
        {
            metrics.push(at, time, value, &limits);
        }
        // One restart in six samples would look like a gauge; more samples make it a counter.
        for i in 6..40 {
            metrics.push(at, f64::from(i) * 10.0, f64::from(i), &limits);
        }
        metrics.finish(&mut skips);
        let rates: Vec<_> = metrics.series[0].samples.iter().take(3).copied().collect();
        assert_eq!(rates, [(10.0, 0.4), (20.0, 2.0), (50.0, 0.2)]);
        assert_eq!(metrics.entities.name(0), "service/a");
        assert_eq!(skips.finish().len(), 1);
    }
}
