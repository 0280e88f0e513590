//! Follows the extra load of a complaint down the call graph to where it arises.
//!
//! The impact of an entity is what its callers had to bear per interval: extra seconds (latency over its usual level times
//! requests), or failed requests. Seconds and failures add up along calls, so if a callee is to blame, its impact varies
//! as the complainer's does and is about as large; what an entity adds is its own share less the shares of its callees.
//! Shares come from a regression of each entity's impact on the complainer's over the time around the onset, so neither
//! the exact onset nor levels of another day matter (variance attribution along a causal graph, as in Budhathoki et al.,
//! "Causal structure-based root cause analysis of outliers", ICML 2022). An entity without measured requests has no impact
//! and is passed over; intervals in which it was not measured are left out of its regression.

use rustc_hash::FxHashMap;

use crate::metrics::{Kind, Metrics, Series};
use crate::stats;
use crate::time::Seconds;

/// What an entity adds to the complaint.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// Number of the entity in [`Metrics::entities`].
    pub entity: u32,
    /// Latency or errors.
    pub kind: Kind,
    /// Share of the complainer's extra load that arises here, 0 to about 1.
    pub share: f64,
}

/// Intervals on each side of the onset.
const NEAR: usize = 12;
/// A pause of this many intervals ends the time around the onset.
const PAUSE: f64 = 6.0;
/// Intervals that a regression needs.
const MIN_INTERVALS: usize = 3;
/// The usual level: this quantile of the time around the onset, from the good side.
const USUAL: f64 = 0.2;
/// An entity may see more than the complainer, when the complainer retries or hides; beyond this it is no more likely.
const MOST: f64 = 1.5;

/// How the impact of an entity goes with the complainer's.
#[derive(Debug, Clone, Copy)]
struct Follows {
    /// Its change by that of the complainer's.
    slope: f64,
    /// Their correlation.
    alike: f64,
    /// The extra while the complaint is at its height, in parts of what is usual; for failures, as a share of requests.
    relative: f64,
}

/// The shares of the entities that the complainer reaches, strongest first; empty without calls, requests or a change.
pub fn shares(metrics: &Metrics, calls: &[(u32, u32)], complainer: u32, kind: Kind, onset: Seconds) -> Vec<Share> {
    let follows = follows(metrics, complainer, kind, onset);
    let slope = |entity: u32| follows.get(&entity).map_or(0.0, |follows| follows.slope.clamp(0.0, MOST));
    let found = reachable(calls, complainer).into_iter().filter_map(|entity| {
        let alike = follows.get(&entity)?.alike;
        let mut callees: Vec<u32> =
            calls.iter().filter(|(from, to)| *from == entity && *to != entity).map(|(_, to)| *to).collect();
        callees.sort_unstable();
        callees.dedup();
        let passed: f64 = callees.into_iter().map(slope).sum();
        let share = (slope(entity) - passed).max(0.0) * alike.max(0.0);
        (share > 0.0).then_some(Share { entity, kind, share })
    });
    strongest_first(found.collect())
}

/// What the best guess without a call graph is worth.
const GUESS: f64 = 0.5;

/// The same where no call is known. The impacts of callers and callees go together then, and only their sizes tell them
/// apart: a caller's time holds its callees', so that the same extra seconds are a smaller part of it, and the relative
/// change can only shrink from the origin upwards. The whole share is less sure, and divided by that.
pub fn shares_without_calls(metrics: &Metrics, complainer: u32, kind: Kind, onset: Seconds) -> Vec<Share> {
    let follows = follows(metrics, complainer, kind, onset);
    let weights = follows.iter().map(|(entity, follows)| {
        let Follows { slope, alike, relative } = *follows;
        (*entity, slope.clamp(0.0, 1.0) * alike.max(0.0).powi(2) * relative.max(0.0))
    });
    let mut weights: Vec<(u32, f64)> = weights.filter(|(_, weight)| *weight > 0.0).collect();
    weights.sort_unstable_by_key(|(entity, _)| *entity);
    let total: f64 = weights.iter().map(|(_, weight)| weight).sum();
    let shares = weights.into_iter().map(|(entity, weight)| Share { entity, kind, share: GUESS * weight / total });
    strongest_first(shares.collect())
}

fn strongest_first(mut shares: Vec<Share>) -> Vec<Share> {
    shares.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.entity.cmp(&b.entity)));
    shares
}

/// How each entity's impact goes with the complainer's; empty without requests or a change.
fn follows(metrics: &Metrics, complainer: u32, kind: Kind, onset: Seconds) -> FxHashMap<u32, Follows> {
    let Some(times) = intervals(metrics, complainer, kind, onset) else { return FxHashMap::default() };
    let mut impacts: FxHashMap<u32, Impact> = FxHashMap::default();
    for entity in 0..metrics.entities.len() as u32 {
        if let Some(impact) = impact(metrics, entity, kind, &times) {
            impacts.insert(entity, impact);
        }
    }
    let Some(complaint) = impacts.get(&complainer) else { return FxHashMap::default() };
    let all = impacts.iter().filter_map(|(entity, impact)| Some((*entity, impact.follows(complaint)?)));
    all.collect()
}

impl Impact {
    /// How this goes with the complaint, over the intervals in which both were measured; nothing where too few were, or the
    /// complaint does not change over them.
    fn follows(&self, complaint: &Self) -> Option<Follows> {
        let both = self.borne.iter().zip(&complaint.borne).filter_map(|(own, target)| Some(((*own)?, (*target)?)));
        let (own, target): (Vec<Borne>, Vec<Borne>) = both.unzip();
        if own.len() < MIN_INTERVALS {
            return None;
        }
        let loads = |borne: &[Borne]| centred(&borne.iter().map(|borne| borne.load).collect::<Vec<f64>>());
        let (a, b) = (loads(&own), loads(&target));
        let product: f64 = a.iter().zip(&b).map(|(a, b)| a * b).sum();
        let (energy_own, energy) = (a.iter().map(|v| v * v).sum::<f64>(), b.iter().map(|v| v * v).sum::<f64>());
        if energy <= 0.0 {
            return None;
        }
        let alike = if energy_own > 0.0 { product / (energy_own * energy).sqrt() } else { 0.0 };
        let height = target.iter().map(|borne| borne.load).fold(0.0, f64::max) / 2.0;
        let high = own.iter().zip(&target).filter(|(_, target)| target.load >= height).map(|(own, _)| own.relative);
        let (sum, count) = high.fold((0.0, 0.0), |(sum, count), relative| (sum + relative, count + 1.0));
        Some(Follows { slope: product / energy, alike, relative: if count > 0.0 { sum / count } else { 0.0 } })
    }
}

/// The times around the onset at which the complaint was measured, without pauses.
fn intervals(metrics: &Metrics, complainer: u32, kind: Kind, onset: Seconds) -> Option<Vec<Seconds>> {
    let series = best(metrics, complainer, |k| matches(k, kind))?;
    let middle = series.samples.partition_point(|s| s.0 < onset);
    let from = middle.saturating_sub(NEAR);
    let near = series.samples.get(from..(middle + NEAR).min(series.samples.len()))?;
    let mut steps: Vec<f64> = near.windows(2).filter_map(|w| Some(w.get(1)?.0 - w.first()?.0)).collect();
    let step = stats::quantile(&mut steps, 0.5)?;
    let mut times: Vec<Seconds> = Vec::new();
    for (place, (time, _)) in near.iter().enumerate() {
        if times.last().is_some_and(|last| time - last > PAUSE * step) {
            if from + place >= middle && times.len() >= MIN_INTERVALS {
                break;
            }
            times.clear();
        }
        times.push(*time);
    }
    (times.len() >= MIN_INTERVALS).then_some(times)
}

fn matches(found: Kind, wanted: Kind) -> bool {
    match wanted {
        Kind::Availability | Kind::Errors => matches!(found, Kind::Availability | Kind::Errors),
        _ => found == wanted,
    }
}

/// The series of an entity that adds up best: an average or a sum, else a median, else the first.
fn best(metrics: &Metrics, entity: u32, wanted: impl Fn(Kind) -> bool) -> Option<&Series> {
    let rank = |series: &Series| {
        let words = crate::metrics::kind::words(metrics.names.name(series.metric));
        let has = |names: &[&str]| words.iter().any(|word| names.contains(&word.as_str()));
        if has(&["avg", "average", "mean", "sum"]) {
            0
        } else if has(&["p50", "50", "median"]) {
            2
        } else if words
            .iter()
            .any(|word| word.starts_with('p') && word.len() > 1 && word.bytes().skip(1).all(|b| b.is_ascii_digit()))
        {
            3
        } else {
            1
        }
    };
    metrics
        .series
        .iter()
        .filter(|series| series.entity == entity && wanted(series.kind))
        .min_by_key(|series| rank(series))
}

fn at(series: &Series, time: Seconds) -> Option<f64> {
    let place = series.samples.partition_point(|s| s.0 < time - 1e-3);
    series.samples.get(place).filter(|s| (s.0 - time).abs() < 1e-3).map(|s| s.1)
}

/// What an entity's callers had to bear in an interval.
#[derive(Debug, Clone, Copy)]
struct Borne {
    /// Extra seconds, or failed requests, over all requests.
    load: f64,
    /// The extra per request in parts of what is usual; of failures, the share.
    relative: f64,
}

/// What an entity's callers had to bear, by interval; nothing where it was not measured. Without requests that is nothing
/// extra.
struct Impact {
    borne: Vec<Option<Borne>>,
}

fn impact(metrics: &Metrics, entity: u32, kind: Kind, times: &[Seconds]) -> Option<Impact> {
    let series = best(metrics, entity, |k| matches(k, kind))?;
    let requests = best(metrics, entity, |k| k == Kind::Traffic)?;
    let values: Vec<(Option<f64>, Option<f64>)> =
        times.iter().map(|time| (at(series, *time), at(requests, *time))).collect();
    let mut known: Vec<f64> = values.iter().filter_map(|(value, requests)| requests.and(*value)).collect();
    if known.len() < MIN_INTERVALS {
        return None;
    }
    let extra = |value: f64, usual: f64| match series.kind {
        // Availability is in percent or a share: told by its size.
        Kind::Availability if usual > 1.5 => (usual - value) / 100.0,
        Kind::Availability => usual - value,
        _ => value - usual,
    };
    let quantile = if series.kind == Kind::Availability { 1.0 - USUAL } else { USUAL };
    let usual = stats::quantile(&mut known, quantile)?;
    let part = if series.kind == Kind::Latency && usual > 0.0 { usual } else { 1.0 };
    let of = |(value, requests): (Option<f64>, Option<f64>)| match (value, requests) {
        (Some(value), Some(requests)) => {
            let extra = extra(value, usual);
            Some(Borne { load: extra * requests, relative: extra / part })
        }
        (None, Some(0.0)) => Some(Borne { load: 0.0, relative: 0.0 }),
        _ => None,
    };
    Some(Impact { borne: values.into_iter().map(of).collect() })
}

fn centred(values: &[f64]) -> Vec<f64> {
    let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
    values.iter().map(|v| v - mean).collect()
}

/// The complainer and all it calls, directly or not, in order of discovery.
fn reachable(calls: &[(u32, u32)], from: u32) -> Vec<u32> {
    let mut found = vec![from];
    let mut next = 0;
    while let Some(entity) = found.get(next).copied() {
        next += 1;
        for (_, to) in calls.iter().filter(|(caller, _)| *caller == entity) {
            if !found.contains(to) {
                found.push(*to);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::Limits;
    use crate::skipped::Skips;

    /// web calls cart and pay; cart calls store. `slow` adds its seconds to itself and all above it.
    fn shop(slow: &str) -> (Metrics, Vec<(u32, u32)>) {
        let (limits, mut skips) = (Limits::default(), Skips::default());
        let mut metrics = Metrics::default();
        let names = ["web", "cart", "pay", "store"];
        let above = |name: &str| name == slow || name == "web" && slow != "web" || (name == "cart" && slow == "store");
        for name in names {
            let latency = metrics.series_of(name, "latency_avg", "m.csv", 1, &limits, &mut skips).unwrap();
            let requests = metrics.series_of(name, "requests_sum", "m.csv", 1, &limits, &mut skips).unwrap();
            for at in 0..8 {
                let extra = if above(name) && (4..7).contains(&at) { 0.05 * f64::from(at - 2) } else { 0.0 };
                metrics.push(latency, 1e9 + f64::from(at) * 300.0, 0.1 + extra, &limits);
                metrics.push(requests, 1e9 + f64::from(at) * 300.0, 1000.0, &limits);
            }
        }
        (metrics, vec![(0, 1), (0, 2), (1, 3)])
    }

    #[test]
    fn the_extra_seconds_lead_to_their_source_and_stop_there() {
        for slow in ["web", "cart", "pay", "store"] {
            let (metrics, calls) = shop(slow);
            for hint in [900.0, 1200.0, 1500.0] {
                let found = shares(&metrics, &calls, 0, Kind::Latency, 1e9 + hint);
                assert_eq!(metrics.entities.name(found[0].entity), format!("service/{slow}"), "{found:?}");
                assert!(found[0].share > 0.9 && found.len() == 1, "{found:?}");
            }
        }
    }

    #[test]
    fn a_sample_that_is_missing_takes_nothing_from_the_share() {
        let (mut metrics, calls) = shop("cart");
        let at = metrics.series.iter().position(|series| series.entity == 1 && series.kind == Kind::Latency).unwrap();
        let whole = shares(&metrics, &calls, 0, Kind::Latency, 1e9 + 1200.0);
        metrics.series[at].samples.remove(5);
        let found = shares(&metrics, &calls, 0, Kind::Latency, 1e9 + 1200.0);
        assert_eq!(metrics.entities.name(found[0].entity), "service/cart", "{found:?}");
        assert!((found[0].share - whole[0].share).abs() < 0.1 && found.len() == 1, "{found:?}");
    }

    #[test]
    fn without_calls_the_greatest_relative_change_is_first_and_less_sure() {
        for (slow, callers) in [("store", 2), ("cart", 1), ("web", 0)] {
            let (mut metrics, _) = shop(slow);
            // A caller's time holds its callees'.
            for (series, usual) in [(0, 0.9), (2, 0.3)] {
                metrics.series[series].samples.iter_mut().for_each(|sample| sample.1 += usual);
            }
            let found = shares_without_calls(&metrics, 0, Kind::Latency, 1e9 + 1200.0);
            assert_eq!(metrics.entities.name(found[0].entity), format!("service/{slow}"), "{found:?}");
            assert!(found[0].share <= GUESS && found.len() == 1 + callers, "{found:?}");
        }
    }

    #[test]
    fn without_requests_or_change_there_is_no_share() {
        let (mut metrics, calls) = shop("cart");
        metrics.series.retain(|series| series.kind != Kind::Traffic);
        assert!(shares(&metrics, &calls, 0, Kind::Latency, 1e9 + 1200.0).is_empty());
        assert!(shares(&shop("nobody").0, &calls, 0, Kind::Errors, 1e9 + 1200.0).is_empty());
    }
}
