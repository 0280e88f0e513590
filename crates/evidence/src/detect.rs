//! Detectors: what changed in the telemetry, and where it most likely started.
//!
//! Each detector works on raw series and returns findings with their evidence; [`run`] runs those for which there is
//! telemetry and gathers suspects. Nothing here knows an application, a threshold of one, or an exact onset.

pub mod behaviour;
pub mod calls;
pub mod choice;
mod complaints;
pub mod critical;
pub mod flow;
mod following;
pub mod limit;
mod loose;
mod measure;
pub mod messages;
pub mod origin;
pub mod season;
pub mod shift;
mod silence;
pub mod usual;
pub mod visits;

use rustc_hash::FxHashMap;

use crate::incident::IncidentMeta;
use crate::logs::Logs;
use crate::metrics::{Kind, Metrics};
use crate::names::{self, Names};
use crate::time::Seconds;
use crate::topology::Topology;
use crate::traces::Traces;
use behaviour::{Behaviour, Change, Feature};
use choice::{Detector, Detectors};
use messages::Message;
use origin::{Gathering, Suspect};
use shift::Shift;
use visits::{Step, Visits};

/// The telemetry that detectors look at.
#[derive(Debug, Clone, Copy)]
pub struct Telemetry<'a> {
    /// `incident.toml`.
    pub incident: &'a IncidentMeta,
    /// Metrics.
    pub metrics: &'a Metrics,
    /// Logs.
    pub logs: &'a Logs,
    /// Traces.
    pub traces: &'a Traces,
    /// `topology.csv`.
    pub topology: &'a Topology,
    /// Which detectors run.
    pub detectors: &'a Detectors,
}

/// What the detectors found.
#[derive(Debug, Default)]
pub struct Findings {
    /// When the metrics changed.
    pub onset: Option<Seconds>,
    /// Changes of metrics.
    pub shifts: Vec<Shift>,
    /// Resources that came near their limit.
    pub near_limits: Vec<limit::NearLimit>,
    /// Where work waits.
    pub queueing: Vec<limit::Queueing>,
    /// Requests by service.
    pub visits: Visits,
    /// Changes of behaviour by service.
    pub behaviours: Vec<Behaviour>,
    /// Changes of messages.
    pub messages: Vec<Message>,
    /// Whether there are messages before the onset and after it.
    pub compared: bool,
    /// Shares of the complaint's extra load.
    pub shares: Vec<flow::Share>,
    /// Who is suspected, most likely first.
    pub suspects: Vec<Suspect>,
}

/// Seconds between onsets tried for behaviour.
const STEP: f64 = 20.0;
/// Onsets tried for behaviour when none is stated.
const MOMENTS: usize = 12;
/// Evidence of a callee's whole share of the complaint, in nats.
const FLOW: f64 = 14.0;
/// Weight of what others see of an entity, where nothing tells origin from victim.
const SEEN_BY_OTHERS: f64 = 0.25;
/// Weight of a resource that shrinks: a victim that gets less work shows that too.
const SHRINKS: f64 = 0.2;

/// Runs the detectors.
pub fn run(telemetry: Telemetry<'_>) -> Findings {
    let hint = shift::within(telemetry.metrics, telemetry.incident.start);
    let onset = shift::onset(telemetry.metrics, hint);
    let mut findings = Findings { onset: onset.common, ..Findings::default() };
    findings.shifts = shift::changes(telemetry.metrics, &onset, hint);
    findings.near_limits = limit::near(telemetry.metrics, &findings.shifts);
    findings.queueing = limit::queueing(telemetry.metrics, &findings.shifts, &findings.near_limits);
    findings.visits = visits::build(telemetry.traces, telemetry.logs);
    let runs = |detector| telemetry.detectors.run(detector);
    if runs(Detector::Behaviour) {
        findings.behaviours = behaviours(telemetry, &findings.visits);
    }
    if let Some(onset) = telemetry.incident.start.or(findings.onset) {
        if runs(Detector::Messages) {
            findings.messages = messages::changes(telemetry.logs, onset);
            findings.compared = telemetry.logs.span.is_some_and(|(first, last)| first < onset && last >= onset);
        }
        if runs(Detector::Flow) {
            findings.shares = shares(telemetry, &findings.visits, onset);
        }
    }
    findings.suspects = suspects(telemetry, &findings);
    // Calls are judged by the shifts of their metrics, so these are left out last.
    if !runs(Detector::Shift) {
        findings.shifts.clear();
        findings.near_limits.clear();
        findings.queueing.clear();
    }
    findings
}

/// The strongest changes of each service over the onsets near the stated one.
fn behaviours(telemetry: Telemetry<'_>, visits: &Visits) -> Vec<Behaviour> {
    let first = visits.list.iter().map(|v| v.start).fold(f64::INFINITY, f64::min);
    let last = visits.list.iter().map(|v| v.start).fold(f64::NEG_INFINITY, f64::max);
    if first >= last {
        return Vec::new();
    }
    let moments: Vec<(Seconds, f64)> = match telemetry.incident.start {
        Some(hint) => {
            let steps = (shift::ONSET_ERROR / STEP) as i32;
            let offsets = (-steps..=steps).map(|step| f64::from(step) * STEP);
            offsets.map(|offset| (hint + offset, 1.0 - shift::DISTANCE * offset.abs() / shift::ONSET_ERROR)).collect()
        }
        None => (1..MOMENTS).map(|at| (first + (last - first) * at as f64 / MOMENTS as f64, 1.0)).collect(),
    };
    let moments: Vec<(Seconds, f64)> =
        moments.into_iter().filter(|(moment, _)| *moment > first && *moment <= last).collect();
    let Some(calm) = moments.first().map(|(moment, _)| *moment) else { return Vec::new() };
    let detector = behaviour::Detector::new(visits, telemetry.traces, telemetry.logs, calm.max(first_part(visits)));
    let mut best: FxHashMap<u32, Behaviour> = FxHashMap::default();
    for (moment, prior) in moments {
        for mut found in detector.at(moment) {
            for change in &mut found.changes {
                change.score *= prior;
            }
            let strength = |b: &Behaviour| b.changes.first().map_or(0.0, |c| c.score);
            if best.get(&found.entity).is_none_or(|known| strength(known) < strength(&found)) {
                best.insert(found.entity, found);
            }
        }
    }
    let mut all: Vec<Behaviour> = best.into_values().collect();
    all.sort_unstable_by_key(|b| b.entity);
    all
}

/// The time until which the first tenth of the visits began: times need that many to be judged against.
fn first_part(visits: &Visits) -> Seconds {
    let mut starts: Vec<f64> = visits.list.iter().map(|visit| visit.start).collect();
    crate::stats::quantile(&mut starts, 0.1).unwrap_or(0.0)
}

/// Shares of the complaint over the call graph, for every complainer that has metrics.
fn shares(telemetry: Telemetry<'_>, visits: &Visits, onset: Seconds) -> Vec<flow::Share> {
    let metrics = telemetry.metrics;
    let id = |name: &str| metrics.entities.find(name);
    let stated = telemetry.topology.calls.iter().map(|(a, b, _)| (a.as_str(), b.as_str()));
    let traced = visits.calls.iter().map(|(a, b)| (visits.entities.name(*a), visits.entities.name(*b)));
    let calls: Vec<(u32, u32)> = stated.chain(traced).filter_map(|(a, b)| Some((id(a)?, id(b)?))).collect();
    let complainers = telemetry.incident.services.iter().filter_map(|name| id(&names::entity(name)));
    let mut all: Vec<flow::Share> = Vec::new();
    for complainer in complainers {
        for kind in symptoms(telemetry.incident) {
            all.extend(if calls.is_empty() {
                flow::shares_without_calls(metrics, complainer, kind, onset)
            } else {
                flow::shares(metrics, &calls, complainer, kind, onset)
            });
        }
    }
    all
}

/// The kinds that the complaint names, of those that can be followed; both when it names none.
fn symptoms(incident: &IncidentMeta) -> Vec<Kind> {
    let named: Vec<Kind> = incident.symptoms.iter().map(|text| crate::metrics::kind::classify(text)).collect();
    let mut kinds = Vec::new();
    if named.is_empty() || named.contains(&Kind::Latency) {
        kinds.push(Kind::Latency);
    }
    if named.is_empty() || named.iter().any(|k| matches!(k, Kind::Errors | Kind::Availability)) {
        kinds.push(Kind::Availability);
    }
    kinds
}

fn suspects(telemetry: Telemetry<'_>, findings: &Findings) -> Vec<Suspect> {
    let mut gathering = Gathering::over(looked_at(telemetry, findings));
    let traced: Names = findings.visits.entities.clone();
    let followed = !findings.shares.is_empty();
    if telemetry.detectors.run(Detector::Shift) {
        resources(telemetry.metrics, findings, &traced, followed, &mut gathering);
    }
    let blamed = telemetry.detectors.run(Detector::Calls).then(|| calls::blame(telemetry.metrics, &findings.shifts));
    for blame in blamed.into_iter().flatten() {
        gathering.add(&blame.entity, if blame.on_the_way { "network" } else { "latency" }, blame.evidence.min(FLOW));
    }
    for share in &findings.shares {
        let kind = if share.kind == Kind::Latency { "latency" } else { "errors" };
        gathering.add(telemetry.metrics.entities.name(share.entity), kind, FLOW * share.share.min(1.0));
    }
    for service in &findings.behaviours {
        let entity = findings.visits.entities.name(service.entity);
        for (kind, score) in kinds(service, &findings.visits, telemetry.logs) {
            gathering.add(entity, kind, score.min(40.0));
        }
    }
    complaints::gather(&findings.messages, telemetry.logs, &findings.visits, &mut gathering);
    // What takes resources takes time.
    for resource in ["cpu", "throttling", "disk", "saturation", "memory"] {
        gathering.explain(resource, "latency");
    }
    gathering.explain("memory", "cpu");
    gathering.finish()
}

/// How many pairs of an entity and a kind of trouble telemetry could have shown something of.
fn looked_at(telemetry: Telemetry<'_>, findings: &Findings) -> usize {
    let metrics = telemetry.metrics;
    let seen = findings.shifts.iter().filter_map(|shift| metrics.series.get(shift.series));
    let pairs: rustc_hash::FxHashSet<(u32, Kind)> = seen.map(|series| (series.entity, series.kind)).collect();
    let entities = &findings.visits.entities;
    let logged = telemetry.logs.entities.iter().filter(|entity| entities.find(entity).is_none()).count();
    pairs.len() + BEHAVIOURS * entities.len() + logged
}

/// Kinds of trouble that a service's behaviour can show: it is slow, late, or does something else.
const BEHAVIOURS: usize = 3;

fn resources(metrics: &Metrics, findings: &Findings, traced: &Names, followed: bool, gathering: &mut Gathering) {
    let mut peers: FxHashMap<u32, Vec<f64>> = FxHashMap::default();
    let metric = |shift: &Shift| metrics.series.get(shift.series);
    for shift in &findings.shifts {
        if let Some(series) = metric(shift) {
            peers.entry(series.metric).or_default().push(if shift.up { shift.z } else { 0.0 });
        }
    }
    // What a metric's name says is the same for all entities.
    let told = |name: &str| (crate::metrics::kind::is_limit(name), crate::metrics::kind::is_about_callees(name));
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
            (false, true) if series.kind != Kind::Other && !followed && traced.find(entity).is_none() => SEEN_BY_OTHERS,
            _ => continue,
        };
        let evidence = (origin::resource_evidence(shift.z, all) - shift.cost()).max(0.0);
        gathering.add(entity, origin::word(series.kind), weight * shift.lasting() * evidence);
    }
}

/// What kinds of trouble the changes of a service's behaviour speak for.
fn kinds(service: &Behaviour, visits: &Visits, logs: &Logs) -> Vec<(&'static str, f64)> {
    let mut found: Vec<(&'static str, f64)> = Vec::new();
    let timed = |change: &&Change| matches!(change.feature, Feature::Slow | Feature::Gap);
    for change in service.changes.iter().filter(timed) {
        let kind = if change.feature == Feature::Slow { "latency" } else { "network" };
        match found.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, score)) => *score = score.max(change.score),
            None => found.push((kind, change.score)),
        }
    }
    let steps: Vec<&Change> = service.changes.iter().filter(|change| !timed(change)).collect();
    if let Some(strongest) = steps.first() {
        let near: Vec<_> = steps.iter().filter(|change| change.score > 0.4 * strongest.score).collect();
        let fails = |change: &Change| match change.feature {
            Feature::Takes(step) => visits.fails(step),
            _ => false,
        };
        let kind = if near.iter().all(|change| fails(change)) {
            // Marked as failed, and nothing else is known of it.
            "errors"
        } else if replaced(near.into_iter(), visits, logs) {
            "reply"
        } else {
            "exception"
        };
        found.push((kind, strongest.score));
    }
    found
}

/// Whether another message took the place of what vanished: the code ran to another end. Where nothing did, or the new
/// message tells of an exception, the code was cut short.
fn replaced<'c>(changes: impl Iterator<Item = &'c &'c Change>, visits: &Visits, logs: &Logs) -> bool {
    let mut other_message = false;
    for change in changes.filter(|change| change.appeared) {
        let step = match change.feature {
            Feature::Takes(step) | Feature::Follows(_, step) => visits.steps.get(step as usize),
            _ => None,
        };
        if let Some(Step::Log(template)) = step {
            let tells = logs.info(*template).is_some_and(|info| info.exception.is_some());
            if tells || logs.templates.text(*template).to_lowercase().contains("exception") {
                return false;
            }
            other_message |= matches!(change.feature, Feature::Takes(_));
        }
    }
    other_message
}
