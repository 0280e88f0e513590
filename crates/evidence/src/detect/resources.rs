//! Whom the changes of metrics speak against.
//!
//! What an entity uses speaks against itself. What others see of it (it answers later, or less) speaks against it where
//! it is known whom it calls and none of them shows the same; else little, for then it may be a victim.

use rustc_hash::FxHashMap;

use super::Findings;
use super::origin::{self, Gathering};
use super::shift::Shift;
use crate::metrics::{Kind, Metrics, kind};
use crate::names::Names;
use crate::stats;

/// Weight of what others see of an entity, where nothing tells origin from victim, or what it calls shows the same.
const SEEN_BY_OTHERS: f64 = 0.25;
/// Weight of the same where it is known whom it calls, and nothing that it calls shows it: less than of what an entity uses, for
/// not every call is known.
const FELT: f64 = 0.5;
/// Weight of a resource that shrinks: a victim that gets less work shows that too.
const SHRINKS: f64 = 0.2;
/// What an entity calls shows the same when its change is this part as surprising.
const ALIKE: f64 = 0.5;

/// Holds the changes of metrics against their entities.
pub(super) fn gather(metrics: &Metrics, findings: &Findings, calls: &[(u32, u32)], gathering: &mut Gathering) {
    let traced: &Names = &findings.visits.entities;
    let followed = !findings.shares.is_empty();
    let felt = felt(metrics, &findings.shifts);
    // Whether it may have come from what the entity calls; where nothing is known of calls, it may.
    let from_below = |entity: u32, surprise: f64| {
        let callees = calls.iter().filter(|(caller, callee)| *caller == entity && callee != caller);
        let most = callees.filter_map(|(_, callee)| felt.get(callee)).copied().fold(0.0_f64, f64::max);
        calls.is_empty() || most >= ALIKE * surprise
    };
    let mut peers: FxHashMap<u32, Vec<f64>> = FxHashMap::default();
    let metric = |shift: &Shift| metrics.series.get(shift.series);
    for shift in &findings.shifts {
        if let Some(series) = metric(shift) {
            peers.entry(series.metric).or_default().push(if shift.up { shift.z } else { 0.0 });
        }
    }
    // What a metric's name says is the same for all entities.
    let told = |name: &str| (kind::is_limit(name), kind::is_about_callees(name));
    let named: Vec<(bool, bool)> = metrics.names.iter().map(told).collect();
    for shift in &findings.shifts {
        let Some(series) = metric(shift) else { continue };
        let entity = metrics.entities.name(series.entity);
        if entity.starts_with("call/") {
            continue;
        }
        let all = peers.get(&series.metric).map_or(&[][..], Vec::as_slice);
        let internal = series.kind.is_internal();
        // A limit that was changed is not a resource that is used.
        let (is_limit, is_about_callees) = named.get(series.metric as usize).copied().unwrap_or_default();
        if is_limit || (!internal && is_about_callees) {
            continue;
        }
        let worse = if series.kind == Kind::Availability { !shift.up } else { shift.up };
        let weight = match (internal, worse) {
            (true, true) => 1.0,
            (true, false) => SHRINKS,
            (false, true) if series.kind == Kind::Other || followed || traced.find(entity).is_some() => continue,
            (false, true) if is_felt(series.kind) && !from_below(series.entity, stats::surprise(shift.z)) => FELT,
            (false, true) => SEEN_BY_OTHERS,
            _ => continue,
        };
        let evidence = (origin::resource_evidence(shift.z, all) - shift.cost()).max(0.0);
        gathering.add(entity, origin::word(series.kind), weight * shift.lasting() * evidence);
    }
}

/// Whether callers feel it.
fn is_felt(kind: Kind) -> bool {
    matches!(kind, Kind::Latency | Kind::Errors | Kind::Availability)
}

/// By entity, how surprising it is, in nats, how much later or less it answers.
fn felt(metrics: &Metrics, shifts: &[Shift]) -> FxHashMap<u32, f64> {
    let mut felt: FxHashMap<u32, f64> = FxHashMap::default();
    for shift in shifts {
        let Some(series) = metrics.series.get(shift.series).filter(|series| is_felt(series.kind)) else { continue };
        if shift.up == (series.kind != Kind::Availability) {
            let most = felt.entry(series.entity).or_default();
            *most = most.max(stats::surprise(shift.z));
        }
    }
    felt
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::Limits;
    use crate::detect::shift::shifts;
    use crate::skipped::Skips;

    /// web calls cart, cart calls store; each with its rise of latency, and what the web has in memory rises a little.
    fn first(slower: [f64; 3], calls: &[(u32, u32)]) -> (String, &'static str) {
        let (limits, mut skips) = (Limits::default(), Skips::default());
        let mut metrics = Metrics::default();
        let mut add = |entity: &str, metric: &str, rise: f64| {
            let series = metrics.series_of(entity, metric, "m.csv", 1, &limits, &mut skips).unwrap();
            for at in 0..60 {
                let value = 1.0 + 0.05 * f64::from(at % 5) + if at >= 40 { rise } else { 0.0 };
                metrics.push(series, 1e9 + f64::from(at) * 10.0, value, &limits);
            }
        };
        for (entity, rise) in ["web", "cart", "store"].into_iter().zip(slower) {
            add(entity, "latency_p50", rise);
        }
        for (entity, rise) in [("web", 0.1), ("cart", 0.0), ("store", 0.0)] {
            add(entity, "memory_bytes", rise);
        }
        let findings = Findings { shifts: shifts(&metrics, |_| Some(1e9 + 400.0)), ..Findings::default() };
        let mut gathering = Gathering::over(6);
        gather(&metrics, &findings, calls, &mut gathering);
        let found = gathering.finish().remove(0);
        (found.entity, found.kinds[0].0)
    }

    #[test]
    fn who_is_slow_and_calls_nobody_that_is_comes_before_a_caller_that_waits() {
        let calls = [(0, 1), (1, 2)];
        assert_eq!(first([4.0, 4.0, 4.0], &calls), ("service/store".to_owned(), "latency"));
        assert_eq!(first([4.0, 4.0, 0.0], &calls), ("service/cart".to_owned(), "latency"));
    }

    #[test]
    fn where_nothing_is_known_of_calls_what_is_used_tells_more_than_what_is_felt() {
        assert_eq!(first([4.0, 4.0, 4.0], &[]), ("service/web".to_owned(), "memory"));
    }
}
