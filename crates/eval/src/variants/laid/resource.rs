//! What a recorded fault did to the resources of its service, laid onto another service in a time without a fault.
//!
//! Of each metric of the faulty service that measures what it uses itself, or how long it takes, the deviations from its
//! normal period are taken in its own normal spreads, by seconds from the start; the other service's same metric gets these
//! in spreads of its own. Services for which that makes no difference are not chosen: they need the same resources, measured.
//! Recordings whose fault does not show in a resource are none to learn from.

use super::dice::Dice;
use super::{Fault, Laid};
use crate::adapters::{EvalCase, Label, Truth};
use crate::variants::retold::Table;
use oriel_evidence::metrics::{Kind, Series};
use oriel_evidence::time::Seconds;
use oriel_evidence::{Evidence, Limits, names, stats};
use std::collections::BTreeMap;

/// Spreads by which a resource must have changed, typically, to be the fault's.
const SHOWS: f64 = 5.0;
/// A spread is at least this part of the median: of a constant, anything is a deviation.
const LEAST: f64 = 0.05;
/// Seconds by which the fault begins before or after the stated start.
const ERROR: f64 = 60.0;

/// By metric, deviations in spreads by seconds from the start.
struct Profile {
    by_metric: BTreeMap<String, Vec<(Seconds, f64)>>,
    resources: Vec<String>,
}

impl Profile {
    /// Of the service at fault; none where no resource shows it.
    fn of(evidence: &Evidence, entity: &str) -> Option<Self> {
        let (metrics, start) = (&evidence.metrics, evidence.incident.start?);
        let own = metrics.entities.find(entity)?;
        let mut profile = Self { by_metric: BTreeMap::new(), resources: Vec::new() };
        for series in metrics.series.iter().filter(|series| series.entity == own && takes_part(series.kind)) {
            let at = series.samples.partition_point(|(time, _)| *time < start);
            let (before, after) = series.samples.split_at(at);
            let Some((median, spread)) = usual(before) else { continue };
            let deviations: Vec<(Seconds, f64)> =
                after.iter().map(|(time, value)| (time - start, (value - median) / spread)).collect();
            let name = metrics.names.name(series.metric).to_owned();
            let typical = stats::median(&mut deviations.iter().map(|(_, size)| *size).collect::<Vec<f64>>());
            if series.kind.is_internal() && typical.is_some_and(|size| size >= SHOWS) {
                profile.resources.push(name.clone());
            }
            profile.by_metric.insert(name, deviations);
        }
        (!profile.resources.is_empty()).then_some(profile)
    }

    /// The deviation of a metric so many seconds after the start; none before it, or of another metric.
    fn at(&self, metric: &str, seconds: f64) -> f64 {
        let Some(deviations) = self.by_metric.get(metric).filter(|_| seconds >= 0.0) else { return 0.0 };
        let next = deviations.partition_point(|(time, _)| *time <= seconds);
        next.checked_sub(1).and_then(|at| deviations.get(at)).map_or(0.0, |(_, deviation)| *deviation)
    }
}

fn takes_part(kind: Kind) -> bool {
    kind.is_internal() || kind == Kind::Latency
}

fn usual(samples: &[(Seconds, f64)]) -> Option<(f64, f64)> {
    let base = stats::baseline(samples.iter().map(|sample| sample.1))?;
    let spread = base.spread.max(LEAST * base.median.abs());
    (spread > 0.0).then_some((base.median, spread))
}

/// `calm`, in which a service drawn by `nth` has what the fault of `case` did to another; none where none fits.
pub fn onto(case: &EvalCase, calm: &EvalCase, nth: usize) -> anyhow::Result<Option<Laid>> {
    let Truth::Faults(labels) = &case.truth else { return Ok(None) };
    let [label] = labels.as_slice() else { return Ok(None) };
    let read = |case: &EvalCase| Evidence::read(&case.source, &Limits::default(), &mut |_| {});
    let (faulty, calm_evidence) = (read(case)?, read(calm)?);
    let (metrics, at_fault) = (&calm_evidence.metrics, names::entity(&label.entity));
    let (Some(profile), Some(start)) = (Profile::of(&faulty, &at_fault), calm_evidence.incident.start) else {
        return Ok(None);
    };
    let has = |entity: u32, metric: &str| {
        let id = metrics.names.find(metric);
        metrics.series.iter().any(|s: &Series| s.entity == entity && Some(s.metric) == id && !s.samples.is_empty())
    };
    let others: Vec<u32> = (0..metrics.entities.len() as u32)
        .filter(|entity| metrics.entities.name(*entity) != at_fault)
        .filter(|entity| profile.resources.iter().all(|metric| has(*entity, metric)))
        .collect();
    let mut dice = Dice::of(&format!("{} {nth}", case.id));
    let Some(chosen) = others.get(dice.pick(others.len())).copied() else { return Ok(None) };
    let begins = start + dice.between(-ERROR, ERROR);
    let mut table = Table::default();
    for series in &metrics.series {
        let name = metrics.names.name(series.metric);
        let spread = usual(&series.samples).map_or(0.0, |(_, spread)| spread);
        let changed = |(time, value): &(Seconds, f64)| {
            let more = if series.entity == chosen { profile.at(name, time - begins) * spread } else { 0.0 };
            (*time, if *value >= 0.0 { (value + more).max(0.0) } else { value + more })
        };
        table.add(
            metrics.entities.name(series.entity),
            name.trim_end_matches("_total"),
            series.samples.iter().map(changed),
        );
    }
    let mut made = table.instead(calm)?;
    let entity = names::bare(metrics.entities.name(chosen)).to_owned();
    made.id = format!("{} on {entity}", case.id);
    made.truth = Truth::Faults(vec![Label { entity, cause: label.cause.clone() }]);
    Ok(Some(Laid { case: made, fault: Fault::Resource, hops: None }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::sock_shop::SockShop;
    use crate::quiet;
    use crate::variants::tests::{shop, verdict};

    #[test]
    fn the_fault_moves_to_another_service_and_keeps_its_kind() {
        let case = shop("till");
        let calm = quiet::before_fault(&SockShop, &case).pop().unwrap().case;
        let laid = onto(&case, &calm, 0).unwrap().unwrap();
        let Truth::Faults(labels) = &laid.case.truth else { panic!("no label") };
        assert_ne!(labels[0].entity, "till");
        let first = &verdict(&laid.case).hypotheses[0];
        assert_eq!(
            (first.entity.clone(), first.cause.as_str()),
            (format!("service/{}", labels[0].entity), "cpu-overload")
        );
    }

    #[test]
    fn a_fault_that_no_resource_shows_is_not_laid() {
        let (case, mut calm) = (shop("till"), shop("depot"));
        calm.truth = Truth::Healthy;
        let mut elsewhere = again(&case);
        elsewhere.truth = Truth::Faults(vec![Label { entity: "badge".to_owned(), cause: None }]);
        assert!(onto(&elsewhere, &calm, 0).unwrap().is_none());
        assert!(onto(&calm, &case, 0).unwrap().is_none());
    }

    fn again(case: &EvalCase) -> EvalCase {
        crate::variants::again(case).unwrap()
    }
}
