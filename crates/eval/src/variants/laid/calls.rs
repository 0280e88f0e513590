//! A fault laid into a component of a call graph, with its effect on those that call it.
//!
//! Needs latency (one series a component: quantiles do not add up), requests and availability by component, and who calls whom. A request that is delayed by `d` delays its
//! callers' requests by `d` times the calls that one of them makes, which is the callee's requests over all its callers' requests;
//! each call passes on [`PASSED`] of that (some calls are made side by side, some replies are kept). Failures are passed on
//! alike. Per interval, the effect varies by [`NOISE`]. What the complaint's component would hardly feel ([`FELT`] spreads of
//! its own) nobody complains of: then the magnitude is drawn anew, and after [`DRAWS`] draws there is no case. A share of up to
//! [`MISSING`] of the window's samples is lost, the complaint's own excepted.

use super::dice::Dice;
use super::{Fault, Laid};
use crate::adapters::{EvalCase, Label, Truth};
use crate::variants::onset::restated;
use crate::variants::retold::Table;
use oriel_evidence::metrics::{Kind, Metrics};
use oriel_evidence::time::Seconds;
use oriel_evidence::{Evidence, Limits, names, stats};
use std::collections::{BTreeMap, BTreeSet};

/// Seconds that a delay adds to each request.
const DELAY: (f64, f64) = (0.02, 2.0);
/// The share of requests that fails.
const FAILING: (f64, f64) = (0.01, 0.5);
/// How many times the usual requests an overload brings, and how busy the component was before.
const SURGE: (f64, f64) = (1.5, 4.0);
const BUSY: (f64, f64) = (0.1, 0.24);
/// What a call passes on of its callee's trouble.
const PASSED: (f64, f64) = (0.7, 1.0);
/// By how much the effect of an interval varies, in both directions.
const NOISE: f64 = 0.25;
/// Spreads of its own by which the complaining component must change.
const FELT: f64 = 2.0;
/// Draws of a magnitude.
const DRAWS: usize = 12;
/// The share of samples lost is drawn up to this.
const MISSING: f64 = 0.08;
/// How long the fault lasts, in intervals.
const LASTS: (f64, f64) = (2.0, 4.0);
/// How long before the end it begins at the earliest, in intervals.
const BEGINS: f64 = 5.0;

/// A recording without a fault, with the calls between its components.
pub struct Calm {
    case: EvalCase,
    evidence: Evidence,
    calls: BTreeSet<(u32, u32)>,
    requests: BTreeMap<u32, f64>,
    step: f64,
    end: Seconds,
}

impl Calm {
    /// Reads a recording; none where it lacks calls, requests or a window, or has several latencies of a component.
    pub fn read(case: EvalCase) -> anyhow::Result<Option<Self>> {
        let evidence = Evidence::read(&case.source, &Limits::default(), &mut |_| {})?;
        let metrics = &evidence.metrics;
        let id = |name: &str| metrics.entities.find(name);
        let pairs = evidence.topology.calls.iter().filter_map(|(from, to, _)| Some((id(from)?, id(to)?)));
        let calls: BTreeSet<(u32, u32)> = pairs.filter(|(from, to)| from != to).collect();
        let (Some(start), Some(end)) = (evidence.incident.start, evidence.incident.end) else { return Ok(None) };
        let timed: Vec<u32> = metrics.series.iter().filter(|s| s.kind == Kind::Latency).map(|s| s.entity).collect();
        if timed.iter().collect::<BTreeSet<_>>().len() < timed.len() {
            return Ok(None);
        }
        let mut requests = BTreeMap::new();
        let mut steps = Vec::new();
        for series in metrics.series.iter().filter(|series| series.kind == Kind::Traffic) {
            let from = series.samples.partition_point(|sample| sample.0 < start);
            let window = series.samples.get(from..).unwrap_or_default();
            let mean = window.iter().map(|sample| sample.1).sum::<f64>() / window.len().max(1) as f64;
            if mean > 0.0 {
                requests.insert(series.entity, mean);
            }
            steps.extend(window.windows(2).filter_map(|pair| Some(pair.get(1)?.0 - pair.first()?.0)));
        }
        let Some(step) = stats::median(&mut steps).filter(|_| !calls.is_empty()) else { return Ok(None) };
        Ok(Some(Self { case, evidence, calls, requests, step, end }))
    }

    fn metrics(&self) -> &Metrics {
        &self.evidence.metrics
    }

    /// Components that are called, or call, and get requests in the window; by name.
    pub fn places(&self) -> Vec<String> {
        let known = self.requests.keys().filter(|entity| self.complainer(**entity).is_some());
        known.map(|entity| self.metrics().entities.name(*entity).to_owned()).collect()
    }

    /// Who complains of a fault there, and how many calls away: the busiest of those that nobody calls and that reach it.
    fn complainer(&self, place: u32) -> Option<(u32, usize)> {
        let mut distance = BTreeMap::from([(place, 0)]);
        let mut queue = vec![place];
        let mut next = 0;
        while let Some(callee) = queue.get(next).copied() {
            next += 1;
            let hops = distance.get(&callee).copied().unwrap_or(0);
            for (caller, _) in self.calls.iter().filter(|(_, to)| *to == callee) {
                if let std::collections::btree_map::Entry::Vacant(entry) = distance.entry(*caller) {
                    entry.insert(hops + 1);
                    queue.push(*caller);
                }
            }
        }
        let roots = distance.into_iter().filter(|(entity, _)| !self.calls.iter().any(|(_, to)| to == entity));
        let busy = |entity: u32| self.requests.get(&entity).copied().unwrap_or(0.0);
        roots.max_by(|a, b| busy(a.0).total_cmp(&busy(b.0)).then(b.0.cmp(&a.0))).filter(|(root, _)| busy(*root) > 0.0)
    }

    /// What each component bears per request of a unit of trouble per request at `place`.
    fn gains(&self, place: u32, dice: &mut Dice) -> BTreeMap<u32, f64> {
        let mut above = BTreeSet::from([place]);
        let mut queue = vec![place];
        while let Some(callee) = queue.pop() {
            queue.extend(
                self.calls.iter().filter(|(from, to)| *to == callee && above.insert(*from)).map(|(from, _)| *from),
            );
        }
        let mut waits: BTreeMap<u32, usize> = above
            .iter()
            .map(|entity| {
                (*entity, self.calls.iter().filter(|(from, to)| from == entity && above.contains(to)).count())
            })
            .collect();
        // The place itself is where it begins, whatever it calls.
        waits.insert(place, 0);
        let mut gains = BTreeMap::from([(place, 1.0)]);
        let mut ready = vec![place];
        while let Some(callee) = ready.pop() {
            let gain = gains.get(&callee).copied().unwrap_or(0.0);
            let callers =
                || self.calls.iter().filter(|(from, to)| *to == callee && *from != place).map(|(from, _)| *from);
            let asked: f64 = callers().filter_map(|caller| self.requests.get(&caller)).sum();
            let ratio = self.requests.get(&callee).map_or(1.0, |own| own / asked.max(1e-9));
            for caller in callers() {
                *gains.entry(caller).or_insert(0.0) += gain * ratio * dice.between(PASSED.0, PASSED.1);
                if let Some(left) = waits.get_mut(&caller) {
                    *left = left.saturating_sub(1);
                    if *left == 0 {
                        ready.push(caller);
                    }
                }
            }
        }
        gains
    }

    /// This recording with a fault at `place`; none where nobody would complain of it.
    pub fn lay(&self, place: &str, fault: Fault) -> anyhow::Result<Option<Laid>> {
        let Some(at) = self.metrics().entities.find(place) else { return Ok(None) };
        let Some((complainer, hops)) = self.complainer(at) else { return Ok(None) };
        let id = format!("{}, {} at {}", self.case.id, fault.name(), names::bare(place));
        let mut dice = Dice::of(&id);
        let begins = self.end - dice.between(BEGINS - 1.0, BEGINS) * self.step;
        let ends = begins + dice.between(LASTS.0, LASTS.1) * self.step;
        let gains = self.gains(at, &mut dice);
        for _ in 0..DRAWS {
            let Some((size, surge)) = self.drawn(at, fault, &mut dice) else { return Ok(None) };
            let gain = gains.get(&complainer).copied().unwrap_or(0.0);
            if self.felt(complainer, fault, size * gain) {
                let effect = Effect { place: at, complainer, fault, size, surge, begins, ends, gains };
                return self.told(&effect, hops, id, &mut dice).map(Some);
            }
        }
        Ok(None)
    }

    /// Trouble per request at the place, and how many times the requests there are.
    fn drawn(&self, place: u32, fault: Fault, dice: &mut Dice) -> Option<(f64, f64)> {
        match fault {
            Fault::Failures => Some((dice.magnitude(FAILING.0, FAILING.1), 1.0)),
            Fault::Overload => {
                let surge = dice.between(SURGE.0, SURGE.1);
                let busy = dice.between(BUSY.0, BUSY.1);
                // Time in an M/M/1 system goes with 1/(1-ρ) (Kleinrock 1975).
                let longer = (1.0 - busy) / (1.0 - busy * surge) - 1.0;
                Some((self.usual(place, Kind::Latency)?.median * longer, surge))
            }
            _ => Some((dice.magnitude(DELAY.0, DELAY.1), 1.0)),
        }
    }

    fn usual(&self, entity: u32, kind: Kind) -> Option<stats::Baseline> {
        let mut series = self.metrics().series.iter();
        let series = series.find(|series| series.entity == entity && series.kind == kind)?;
        stats::baseline(series.samples.iter().map(|sample| sample.1))
    }

    /// Whether the component that complains would notice so much.
    fn felt(&self, complainer: u32, fault: Fault, size: f64) -> bool {
        let kind = kind_of(fault);
        self.usual(complainer, kind).is_some_and(|usual| {
            let unit = if kind == Kind::Availability { percent(usual.median) } else { 1.0 };
            size * unit >= FELT * usual.spread && size > 0.0
        })
    }

    fn told(&self, effect: &Effect, hops: usize, id: String, dice: &mut Dice) -> anyhow::Result<Laid> {
        let mut table = Table::default();
        let lost = dice.between(0.0, MISSING);
        let metrics = self.metrics();
        for series in &metrics.series {
            let kept: Vec<(Seconds, f64)> = series
                .samples
                .iter()
                .filter(|(time, _)| {
                    *time < effect.begins
                        || series.entity == effect.complainer
                        || !dice.at(*time, series.entity).happens(lost)
                })
                .map(|(time, value)| (*time, effect.on(series.entity, series.kind, *time, *value, self.step)))
                .collect();
            let name = metrics.names.name(series.metric).trim_end_matches("_total");
            table.add(metrics.entities.name(series.entity), name, kept);
        }
        let mut case = table.instead(&self.case)?;
        let symptom = if kind_of(effect.fault) == Kind::Availability { "availability" } else { "latency" };
        let service = names::bare(metrics.entities.name(effect.complainer));
        case = restated(&case, effect.begins + dice.between(0.0, self.step), service, symptom)?;
        let entity = names::bare(metrics.entities.name(effect.place)).to_owned();
        case.truth = Truth::Faults(vec![Label { entity, cause: None }]);
        case.id = id;
        Ok(Laid { case, fault: effect.fault, hops: Some(hops) })
    }
}

fn kind_of(fault: Fault) -> Kind {
    if fault == Fault::Failures { Kind::Availability } else { Kind::Latency }
}

/// 100 where a share is told in percent, by its size.
fn percent(usual: f64) -> f64 {
    if usual > 1.5 { 100.0 } else { 1.0 }
}

struct Effect {
    place: u32,
    complainer: u32,
    fault: Fault,
    size: f64,
    surge: f64,
    begins: Seconds,
    ends: Seconds,
    gains: BTreeMap<u32, f64>,
}

impl Effect {
    /// The value of a sample under the fault, of the interval that begins at `time`.
    fn on(&self, entity: u32, kind: Kind, time: Seconds, value: f64, step: f64) -> f64 {
        let part = ((self.ends.min(time + step) - self.begins.max(time)) / step).clamp(0.0, 1.0);
        let Some(gain) = self.gains.get(&entity).filter(|_| part > 0.0) else { return value };
        if kind == Kind::Traffic {
            return if entity == self.place { value * (1.0 + (self.surge - 1.0) * part) } else { value };
        }
        if kind != kind_of(self.fault) {
            return value;
        }
        let varies = Dice::of("varies").at(time, entity).between(1.0 - NOISE, 1.0 + NOISE);
        let trouble = self.size * gain * part * varies;
        if kind == Kind::Availability { (value * (1.0 - trouble.min(1.0))).max(0.0) } else { value + trouble }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::variants::tests::{text, verdict};
    use oriel_evidence::Source;
    use std::fmt::Write as _;

    /// gate calls till and shelf, till calls depot; half a day in five-minute intervals.
    fn calm() -> EvalCase {
        let names = ["gate", "till", "shelf", "depot"];
        let mut table = "time".to_owned();
        for name in names {
            let _ = write!(table, ",{name}|latency_avg,{name}|requests_sum,{name}|availability_avg");
        }
        let first = 1_700_000_000_u32;
        for at in 0..150_u32 {
            let _ = write!(table, "\n{}", first + at * 300);
            for (place, usual) in [0.1, 0.02, 0.03, 0.01].into_iter().enumerate() {
                let noise = |by: u32| {
                    f64::from((at * 7919 + place as u32 * 104_729 + by).wrapping_mul(2_654_435_761) >> 16) / 65_536.0
                };
                let requests = [400.0, 200.0, 300.0, 350.0][place] + 20.0 * noise(1);
                let _ = write!(table, ",{},{requests},{}", usual * (1.0 + 0.1 * noise(2)), 99.9 + 0.1 * noise(3));
            }
        }
        let (start, end) = (first + 144 * 300, first + 149 * 300 + 1);
        let incident = format!("title = \"How are things?\"\nstart = {start}\nend = {end}\n");
        let files = vec![
            ("incident.toml".to_owned(), incident.into_bytes()),
            ("topology.csv".to_owned(), b"caller,callee\ngate,till\ngate,shelf\ntill,depot\n".to_vec()),
            ("metrics/m.csv".to_owned(), table.into_bytes()),
        ];
        EvalCase { set: "shop", id: "calm".to_owned(), source: Source::Memory(files), truth: Truth::Healthy }
    }

    #[test]
    fn each_place_is_laid_and_found_by_its_name() {
        let calm = Calm::read(calm()).unwrap().unwrap();
        assert_eq!(calm.places(), ["service/gate", "service/till", "service/shelf", "service/depot"]);
        for (place, hops) in [("gate", 0), ("till", 1), ("shelf", 1), ("depot", 2)] {
            let laid = calm.lay(&format!("service/{place}"), Fault::Delay).unwrap().unwrap();
            assert_eq!(laid.hops, Some(hops));
            let incident = text(&laid.case, "incident.toml");
            assert!(incident.contains("\"gate\"") && incident.contains("latency") && !incident.contains("depot"));
            assert_eq!(verdict(&laid.case).hypotheses[0].entity, format!("service/{place}"));
        }
    }

    #[test]
    fn seconds_are_passed_on_by_calls_a_request_and_none_are_made() {
        let calm = Calm::read(calm()).unwrap().unwrap();
        let id = |name: &str| calm.metrics().entities.find(name).unwrap();
        let gains = calm.gains(id("service/depot"), &mut Dice::of("x"));
        let till = gains[&id("service/till")];
        // 360 calls for 210 requests, of which 0.7 to 1 is passed on.
        assert!((1.15..1.8).contains(&till), "{gains:?}");
        assert!(gains[&id("service/gate")] < till && !gains.contains_key(&id("service/shelf")));
    }

    #[test]
    fn what_nobody_feels_is_no_case_and_other_recordings_are_none() {
        let calm = Calm::read(calm()).unwrap().unwrap();
        assert!(!calm.felt(calm.metrics().entities.find("service/gate").unwrap(), Fault::Delay, 1e-6));
        assert!(calm.lay("service/nobody", Fault::Delay).unwrap().is_none());
        assert!(Calm::read(crate::variants::tests::shop("till")).unwrap().is_none());
    }
}
