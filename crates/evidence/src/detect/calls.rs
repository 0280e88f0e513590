//! Follows latency along single calls, where it is measured per call and at both ends, as service meshes do.
//!
//! A call is an entity `call/A->B`. What the caller measures and the callee does not is lost between them: the trouble is
//! with the end at which most calls lose time. What the callee measures is its own unless its calls to others grew as much.

use rustc_hash::FxHashMap;

use super::shift::Shift;
use crate::metrics::{Kind, Metrics, kind};

/// Evidence against an entity from the calls that it takes part in.
#[derive(Debug, Clone, PartialEq)]
pub struct Blame {
    /// Atom name.
    pub entity: String,
    /// Whether time is lost on the way, or inside.
    pub on_the_way: bool,
    /// Evidence in nats.
    pub evidence: f64,
}

/// A shift below this magnitude is none.
const NOTICEABLE: f64 = 4.0;
/// Added time counts as lost when at least this share of it is not seen by the callee.
const LOST: f64 = 0.6;
/// A caller is less likely than a callee to be where time is lost, all else equal: it has other calls.
const CALLER: f64 = 0.9;

#[derive(Debug, Default, Clone, Copy)]
struct Ends {
    /// Seconds added at the caller's end, and the evidence of that in nats.
    caller: Option<(f64, f64)>,
    /// The same at the callee's.
    callee: Option<(f64, f64)>,
}

/// Who is to blame for calls that slowed down.
pub fn blame(metrics: &Metrics, shifts: &[Shift]) -> Vec<Blame> {
    let mut calls: Vec<((&str, &str), Ends)> = Vec::new();
    for shift in shifts {
        let Some(series) = metrics.series.get(shift.series).filter(|s| s.kind == Kind::Latency) else { continue };
        let Some(ends) = ends_of(metrics.entities.name(series.entity)) else { continue };
        let name = metrics.names.name(series.metric);
        let grown = shift.up && shift.z >= NOTICEABLE;
        let found = if grown { (shift.after - shift.before, shift.evidence()) } else { (0.0, 0.0) };
        let at = calls.iter().position(|(known, _)| *known == ends).unwrap_or_else(|| {
            calls.push((ends, Ends::default()));
            calls.len() - 1
        });
        let Some((_, call)) = calls.get_mut(at) else { continue };
        let slot = if kind::is_about_callees(name) { &mut call.caller } else { &mut call.callee };
        if slot.is_none_or(|(_, known)| found.1 > known) {
            *slot = Some(found);
        }
    }
    let mut blames = lost(&calls);
    blames.extend(slow(&calls));
    blames
}

/// The ends of `call/A->B` as atom names without their kind.
fn ends_of(entity: &str) -> Option<(&str, &str)> {
    entity.strip_prefix("call/")?.split_once("->")
}

/// Ends at which calls lose time, weighed by how well the end explains it: the harmonic mean of the share of its calls
/// that lose time and the share that it has of all that do.
fn lost(calls: &[((&str, &str), Ends)]) -> Vec<Blame> {
    let mut order: Vec<&str> = Vec::new();
    let mut ends: FxHashMap<&str, (f64, f64, f64)> = FxHashMap::default();
    let mut total = 0.0;
    for ((caller, callee), call) in calls {
        let Some((added, nats)) = call.caller else { continue };
        let seen = call.callee.map_or(0.0, |(added, _)| added);
        let is_lost = call.callee.is_some() && added > 0.0 && added - seen > LOST * added;
        total += f64::from(u8::from(is_lost));
        for (end, weight) in [(caller, CALLER), (callee, 1.0)] {
            if !ends.contains_key(end) {
                order.push(end);
            }
            let (all, lost, most) = ends.entry(end).or_default();
            *all += 1.0;
            if is_lost {
                *lost += 1.0;
                *most = most.max(weight * nats);
            }
        }
    }
    let blames = order.into_iter().filter_map(|end| {
        let (all, lost, most) = *ends.get(end)?;
        let evidence = most * 2.0 * lost / (all + total);
        (evidence > 0.0).then(|| Blame { entity: format!("service/{end}"), on_the_way: true, evidence })
    });
    blames.collect()
}

/// Callees that take longer, less what their own calls added.
fn slow(calls: &[((&str, &str), Ends)]) -> Vec<Blame> {
    let mut blames: Vec<Blame> = Vec::new();
    for ((_, callee), call) in calls {
        let Some((added, nats)) = call.callee.filter(|(added, _)| *added > 0.0) else { continue };
        let onward = calls
            .iter()
            .filter(|((from, _), _)| from == callee)
            .filter_map(|(_, onward)| onward.caller.or(onward.callee));
        let passed = onward.map(|(added, _)| added).fold(0.0, f64::max);
        let evidence = nats * (1.0 - passed / added).max(0.0);
        let entity = format!("service/{callee}");
        match blames.iter_mut().find(|blame| blame.entity == entity) {
            Some(known) => known.evidence = known.evidence.max(evidence),
            None if evidence > 0.0 => blames.push(Blame { entity, on_the_way: false, evidence }),
            None => {}
        }
    }
    blames
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::Limits;
    use crate::detect::shift;
    use crate::skipped::Skips;

    /// web calls cart and pay, order calls cart, cart calls store; seconds added at caller and callee by call.
    fn blamed(added: &[(&str, f64, f64)]) -> Vec<Blame> {
        let (limits, mut skips) = (Limits::default(), Skips::default());
        let mut metrics = Metrics::default();
        for call in ["web->cart", "web->pay", "order->cart", "cart->store"] {
            let (outer, inner) = added.iter().find(|(name, ..)| *name == call).map_or((0.0, 0.0), |(_, a, b)| (*a, *b));
            for (metric, more) in [("client_latency", outer), ("server_latency", inner)] {
                let series = metrics.series_of(call, metric, "m.csv", 1, &limits, &mut skips).unwrap();
                for at in 0..40 {
                    let value = 0.01 + 0.001 * f64::from(at % 3) + if at >= 20 { more } else { 0.0 };
                    metrics.push(series, 1e9 + f64::from(at), value, &limits);
                }
            }
        }
        let mut found = blame(&metrics, &shift::shifts(&metrics, |_| Some(1e9 + 20.0)));
        found.sort_by(|a, b| b.evidence.total_cmp(&a.evidence));
        found
    }

    #[test]
    fn time_lost_on_all_calls_of_an_end_is_that_ends() {
        let found = blamed(&[("web->cart", 0.5, 0.0), ("order->cart", 0.5, 0.0)]);
        assert_eq!((found[0].entity.as_str(), found[0].on_the_way), ("service/cart", true), "{found:?}");
        assert!(found[0].evidence > found[1].evidence);
    }

    #[test]
    fn a_slow_callee_explains_its_caller() {
        let found = blamed(&[("web->cart", 0.5, 0.5), ("cart->store", 0.5, 0.5)]);
        assert_eq!((found[0].entity.as_str(), found[0].on_the_way), ("service/store", false), "{found:?}");
        assert_eq!(found.len(), 1);
    }
}
