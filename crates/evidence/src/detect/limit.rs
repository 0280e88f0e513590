//! Resources that came near their limit, and work that waits in a queue.
//!
//! A limit is known from another series of the same entity that names one (`…_limit_…`, `…_quota`, a pool's `…_max`), or
//! because the metric is a share. Near it, waiting grows as 1/(1-ρ) (an M/M/1 queue, Kleinrock, "Queueing systems", 1975):
//! that is more telling than the size of the change. Work waits where it takes longer while no more of it gets done, and
//! something that bounds it is used up or fills.

use crate::metrics::{Kind, Metrics, Series, kind};
use crate::stats;

use super::shift::Shift;

/// A resource that is nearly used up, and was not before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NearLimit {
    /// Number of the entity in [`Metrics::entities`].
    pub entity: u32,
    /// What is used up.
    pub kind: Kind,
    /// The share in use, 0 to about 1.
    pub used: f64,
    /// The place of the change among the shifts.
    pub shift: usize,
}

/// An entity where work waits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Queueing {
    /// Number of the entity in [`Metrics::entities`].
    pub entity: u32,
    /// How many times as long work takes.
    pub longer: f64,
    /// The place of the change of latency among the shifts.
    pub shift: usize,
}

/// From this share on a resource is nearly used up: at 0.9, waiting takes nine times as long as the work.
const NEAR: f64 = 0.9;
/// It was not before, below this share: waiting took at most four times as long.
const EASY: f64 = 0.8;
/// More than the limit by this is not its limit.
const OVER: f64 = 1.1;
/// A change of this robust magnitude is one.
const NOTICEABLE: f64 = 4.0;
/// Throughput that grew by no more than this has not grown.
const GROWN: f64 = 1.1;
/// How many times as long work must take.
const LONGER: f64 = 1.5;

/// The resources that came near their limit.
pub fn near(metrics: &Metrics, shifts: &[Shift]) -> Vec<NearLimit> {
    let rises = shifts.iter().enumerate().filter(|(_, shift)| shift.up && shift.z >= NOTICEABLE);
    let found = rises.filter_map(|(place, shift)| {
        let series = metrics.series.get(shift.series)?;
        let name = metrics.names.name(series.metric);
        let bounded = matches!(series.kind, Kind::Cpu | Kind::Memory | Kind::Disk | Kind::Saturation);
        if !bounded || kind::is_limit(name) {
            return None;
        }
        let limit = stated(metrics, series, shift).or_else(|| kind::is_share(name).then(|| whole(series)))?;
        let (before, used) = (shift.before / limit, shift.after / limit);
        let is_near = before < EASY && (NEAR..=OVER).contains(&used);
        is_near.then_some(NearLimit { entity: series.entity, kind: series.kind, used, shift: place })
    });
    found.collect()
}

/// The limit that another series of the entity states for the same resource: the nearest one above what was used before.
fn stated(metrics: &Metrics, series: &Series, shift: &Shift) -> Option<f64> {
    let all = metrics.series.iter().filter(|other| other.entity == series.entity && other.kind == series.kind);
    let limits = all.filter(|other| kind::is_limit(metrics.names.name(other.metric)));
    let values = limits.filter_map(|other| other.samples.last().map(|sample| sample.1));
    values.filter(|limit| *limit > shift.before && *limit > 0.0).min_by(f64::total_cmp)
}

/// 100 for a share in percent, 1 for any other, told by its size.
fn whole(series: &Series) -> f64 {
    let most = series.samples.iter().map(|sample| sample.1).fold(0.0, f64::max);
    if most > OVER { 100.0 } else { 1.0 }
}

/// Where work waits.
pub fn queueing(metrics: &Metrics, shifts: &[Shift], near: &[NearLimit]) -> Vec<Queueing> {
    let of = |entity: u32, wanted: Kind| {
        let all = shifts.iter().filter(move |shift| {
            metrics.series.get(shift.series).is_some_and(|series| series.entity == entity && series.kind == wanted)
        });
        all.max_by(|a, b| a.z.total_cmp(&b.z))
    };
    let grew = |shift: Option<&Shift>| shift.is_some_and(|shift| shift.up && shift.z >= NOTICEABLE);
    let mut found: Vec<Queueing> = Vec::new();
    for (place, shift) in shifts.iter().enumerate().filter(|(_, shift)| shift.up && shift.z >= NOTICEABLE) {
        let Some(series) = metrics.series.get(shift.series).filter(|series| series.kind == Kind::Latency) else {
            continue;
        };
        let entity = series.entity;
        let longer = shift.after / shift.before;
        let stalls = of(entity, Kind::Traffic).is_some_and(|done| !done.up || done.after <= GROWN * done.before);
        let bounded = grew(of(entity, Kind::Saturation))
            || grew(of(entity, Kind::Throttling))
            || near.iter().any(|near| near.entity == entity);
        if longer < LONGER || !longer.is_finite() || !stalls || !bounded {
            continue;
        }
        match found.iter_mut().find(|known| known.entity == entity) {
            Some(known) if known.longer < longer => *known = Queueing { entity, longer, shift: place },
            Some(_) => {}
            None => found.push(Queueing { entity, longer, shift: place }),
        }
    }
    found
}

/// How sure a change is, as a fact's strength: it grows with its surprise.
pub fn strength(shift: &Shift) -> f64 {
    1.0 - (-stats::surprise(shift.z) / 3.0).exp()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::Limits;
    use crate::detect::shift;
    use crate::skipped::Skips;

    /// One service with these metrics, each with its value before and after.
    fn found(series: &[(&str, f64, f64)]) -> (Vec<NearLimit>, Vec<Queueing>) {
        let (limits, mut skips) = (Limits::default(), Skips::default());
        let mut metrics = Metrics::default();
        for (metric, before, after) in series {
            let at = metrics.series_of("kiln", metric, "m.csv", 1, &limits, &mut skips).unwrap();
            for minute in 0..60 {
                let value = if minute < 45 { *before } else { *after };
                let trembles = value * (1.0 + 0.01 * f64::from(minute % 3));
                metrics.push(at, 1e9 + f64::from(minute) * 60.0, trembles, &limits);
            }
        }
        let shifts = shift::shifts(&metrics, |_| Some(1e9 + 45.0 * 60.0));
        let near = near(&metrics, &shifts);
        let queueing = queueing(&metrics, &shifts, &near);
        (near, queueing)
    }

    #[test]
    fn a_limit_of_a_paired_series_or_of_a_share_is_known() {
        for series in [
            vec![("memory_working_set_bytes", 2e8, 4.9e8), ("memory_limit_bytes", 5.1e8, 5.1e8)],
            vec![("memory_usage_percent", 40.0, 96.0)],
            vec![("memory_utilization_ratio", 0.4, 0.96)],
        ] {
            let (near, _) = found(&series);
            assert_eq!(near.iter().map(|near| near.kind).collect::<Vec<_>>(), [Kind::Memory], "{series:?}");
            assert!((0.9..1.0).contains(&near[0].used));
        }
        for series in [
            vec![("memory_working_set_bytes", 2e8, 4.9e8)],
            vec![("memory_working_set_bytes", 2e8, 3e8), ("memory_limit_bytes", 5e8, 5e8)],
            vec![("memory_working_set_bytes", 4.8e8, 4.9e8), ("memory_limit_bytes", 5e8, 5e8)],
            vec![("memory_working_set_bytes", 2e8, 9e8), ("memory_limit_bytes", 5e8, 5e8)],
        ] {
            assert_eq!(found(&series).0, [], "{series:?}");
        }
    }

    #[test]
    fn work_waits_where_a_full_pool_makes_it_slow_and_no_more_gets_done() {
        let full = ("connections_active", 10.0, 49.0);
        let pool = ("connections_max", 50.0, 50.0);
        let (_, waits) = found(&[("latency_avg", 0.1, 0.9), ("requests_rate", 100.0, 99.0), full, pool]);
        assert!((waits[0].longer - 9.0).abs() < 0.5, "{waits:?}");
        // More gets done: it is busy, not stuck. Nothing is full: it is slow, for another reason.
        assert_eq!(found(&[("latency_avg", 0.1, 0.9), ("requests_rate", 100.0, 300.0), full, pool]).1, []);
        assert_eq!(found(&[("latency_avg", 0.1, 0.9), ("requests_rate", 100.0, 99.0)]).1, []);
    }
}
