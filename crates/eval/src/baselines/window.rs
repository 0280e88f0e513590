//! Each series, split at the incident's stated start into the normal period and the window.
//!
//! Where no start is stated, the last third of the recording is the window. Series with fewer than two samples before or
//! none after are left out.

use oriel_evidence::metrics::{Kind, Series};
use oriel_evidence::time::Seconds;
use oriel_evidence::{Evidence, stats};

/// One series around the start.
pub(super) struct Split<'a> {
    /// The entity it speaks of: of a call, the callee.
    pub(super) entity: String,
    /// The series.
    pub(super) series: &'a Series,
    /// Values of the normal period.
    pub(super) before: Vec<f64>,
    /// Values of the window.
    pub(super) after: Vec<f64>,
}

impl Split<'_> {
    /// What it measures.
    pub(super) fn kind(&self) -> Kind {
        self.series.kind
    }
}

/// The moment of change: as stated, else two thirds into the recording.
pub(super) fn start(evidence: &Evidence) -> Option<Seconds> {
    let (first, last) = evidence.metrics.span()?;
    Some(evidence.incident.start.unwrap_or(first + (last - first) * 2.0 / 3.0))
}

/// All series that have both sides.
pub(super) fn splits(evidence: &Evidence) -> Vec<Split<'_>> {
    let Some(start) = start(evidence) else { return Vec::new() };
    let mut splits = Vec::new();
    for series in &evidence.metrics.series {
        let at = series.samples.partition_point(|(time, _)| *time < start);
        let (before, after) = series.samples.split_at(at);
        if before.len() < 2 || after.is_empty() {
            continue;
        }
        let values = |samples: &[(Seconds, f64)]| samples.iter().map(|(_, value)| *value).collect();
        splits.push(Split {
            entity: place(evidence.metrics.entities.name(series.entity)),
            series,
            before: values(before),
            after: values(after),
        });
    }
    splits
}

/// Of a call, its callee.
fn place(entity: &str) -> String {
    match entity.strip_prefix("call/").and_then(|call| call.split_once("->")) {
        Some((_, callee)) => oriel_evidence::names::entity(callee),
        None => entity.to_owned(),
    }
}

/// What stands for a window in a score.
#[derive(Debug, Clone, Copy)]
pub(super) enum Of {
    /// Its worst value, as the methods were published.
    Worst,
    /// Its median: a fault that lasts shows in most samples, a burst of noise in one.
    Typical,
}

impl Split<'_> {
    /// How far the window is from `centre` to the worse (up; down for availability), in `scale`s. None for a series without
    /// spread: the published methods leave constant series out.
    pub(super) fn deviation(&self, centre: f64, scale: f64, of: Of) -> Option<f64> {
        if scale <= 0.0 {
            return None;
        }
        let sign = if self.kind() == Kind::Availability { -1.0 } else { 1.0 };
        let mut deviations: Vec<f64> = self.after.iter().map(|value| sign * (value - centre) / scale).collect();
        stats::quantile(&mut deviations, if matches!(of, Of::Worst) { 1.0 } else { 0.5 })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::shop;
    use super::*;

    #[test]
    fn series_are_split_at_the_stated_start() {
        let evidence = shop(true);
        let splits = splits(&evidence);
        assert_eq!(splits.len(), 5);
        assert!(splits.iter().all(|split| split.before.len() == 40 && split.after.len() == 20));
        assert_eq!(splits[0].kind(), Kind::Latency);
    }

    #[test]
    fn a_call_speaks_of_its_callee() {
        assert_eq!(place("call/a->b"), "service/b");
        assert_eq!(place("node/w1"), "node/w1");
    }

    #[test]
    fn a_deviation_counts_to_the_worse_and_needs_a_spread() {
        let evidence = shop(true);
        let mut splits = splits(&evidence);
        let split = &mut splits[0];
        split.after = vec![5.0, 3.0, -8.0];
        assert_eq!(split.deviation(2.0, 2.0, Of::Worst), Some(1.5));
        assert_eq!(split.deviation(2.0, 2.0, Of::Typical), Some(0.5));
        assert_eq!(split.deviation(2.0, 0.0, Of::Worst), None);
    }
}
