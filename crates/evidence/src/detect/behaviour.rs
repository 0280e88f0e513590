//! Finds the service whose behaviour changed by itself, from its visits before and after.
//!
//! For every way into a service, a feature is a step taken, a step following another, time spent, or time lost on the way
//! in. A feature counts by requests, not by visits, since visits of one request are alike. Its evidence is the log
//! likelihood ratio of its rate after the onset against the upper bound of its rate before: what was never seen and now
//! is, and what always was and now is not, weigh most; what merely shifts with the mix of requests weighs little.
//! A visit that called a changed visit explains its own change by it, so evidence stays with the origin (as in Nezha's
//! event patterns, Yu et al., FSE 2023, and MicroRank's propagation). Messages that stop complaining are a recovery.

mod tally;

use rustc_hash::{FxHashMap, FxHashSet};

use super::silence;
use super::visits::{Step, StepId, Visit, Visits};
use crate::logs::Logs;
use crate::logs::store::TemplateInfo;
use crate::stats;
use crate::time::Seconds;
use crate::traces::Traces;
use tally::Tally;

/// What a feature is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Feature {
    /// A step is taken.
    Takes(StepId),
    /// A step follows another.
    Follows(StepId, StepId),
    /// More time is spent in the visit than before.
    Slow,
    /// More time is lost between caller and visit than before.
    Gap,
}

/// A change of one feature of one way into a service.
#[derive(Debug, Clone, Copy)]
pub struct Change {
    /// Number of the way in.
    pub entry: u32,
    /// What changed.
    pub feature: Feature,
    /// Whether it appeared (or grew), or vanished.
    pub appeared: bool,
    /// Evidence in nats, after what callees explain.
    pub score: f64,
    /// Factor between the medians before and after, for times.
    pub factor: f64,
    /// The service that it speaks of, where that is not the one with the way in: a callee that fell silent.
    pub silent: Option<u32>,
}

/// What was found for one service.
#[derive(Debug, Clone)]
pub struct Behaviour {
    /// Number of the entity.
    pub entity: u32,
    /// Its changes, strongest first.
    pub changes: Vec<Change>,
}

/// A feature's evidence below this is not looked at further.
const NOTICEABLE: f64 = 3.0;
/// A visit with a change of at least this much explains its callers' changes.
const EXPLAINS: f64 = 5.0;
/// Times count as slow beyond this many spreads and at least this factor over the median.
const SLOW_SPREADS: f64 = 4.0;
const SLOW_FACTOR: f64 = 2.0;
/// A factor of time that makes slowness full evidence.
const FULL_FACTOR: f64 = 8.0;
/// Requests before and after that a feature needs.
const MIN_BEFORE: f64 = 3.0;
const MIN_AFTER: f64 = 2.0;
/// A pause of this many seconds without requests ends the time that counts as just before the onset.
const PAUSE: f64 = 600.0;
/// Requests just before the onset that make the comparison one of like with like.
const LOCAL: usize = 5;
/// Weight of evidence that compares only with a time long before.
const REMOTE: f64 = 0.5;
/// Weight of an error that stops.
const RECOVERY: f64 = 0.1;
/// Weight of a complaint about another service.
const ABOUT_ANOTHER: f64 = 0.3;

/// Requests seen through one way in.
struct Cluster {
    entry: u32,
    time: Seconds,
    features: Vec<(u32, f32)>,
    sources: Vec<StepId>,
}

/// The detector, prepared for one bundle.
pub struct Detector<'a> {
    visits: &'a Visits,
    weights: Vec<f64>,
    features: Vec<(u32, Feature)>,
    clusters: Vec<Cluster>,
    thresholds: Vec<Thresholds>,
}

#[derive(Debug, Clone, Copy)]
struct Thresholds {
    own: f64,
    gap: f64,
    own_median: f64,
    gap_median: f64,
}

impl<'a> Detector<'a> {
    /// Prepares the detector. Times are judged against visits before `calm`.
    pub fn new(visits: &'a Visits, traces: &Traces, logs: &Logs, calm: Seconds) -> Self {
        let thresholds = thresholds(visits, calm);
        let mut detector = Self {
            visits,
            weights: step_weights(visits, traces, logs),
            features: Vec::new(),
            clusters: Vec::new(),
            thresholds,
        };
        detector.gather();
        detector
    }

    fn gather(&mut self) {
        let mut groups: FxHashMap<(u32, u64), u32> = FxHashMap::default();
        let mut members: Vec<Vec<u32>> = Vec::new();
        for (at, visit) in self.visits.list.iter().enumerate() {
            // A visit that fails because of another service tells nothing of how its own behaves.
            if visit.steps.iter().any(|step| self.blames_another(*step)) {
                continue;
            }
            let group = *groups.entry((visit.entry, visit.trace)).or_insert_with(|| {
                members.push(Vec::new());
                members.len() as u32 - 1
            });
            if let Some(group) = members.get_mut(group as usize) {
                group.push(at as u32);
            }
        }
        let mut index: FxHashMap<(u32, Feature), u32> = FxHashMap::default();
        for group in members {
            let visits: Vec<&Visit> = group.iter().filter_map(|at| self.visits.list.get(*at as usize)).collect();
            let Some(first) = visits.first() else { continue };
            let entry = first.entry;
            let found = self.shares(entry, &visits);
            let mut features = Vec::with_capacity(found.0.len());
            for (feature, share) in found.0 {
                let id = *index.entry((entry, feature)).or_insert_with(|| {
                    self.features.push((entry, feature));
                    self.features.len() as u32 - 1
                });
                features.push((id, share));
            }
            let time = visits.iter().map(|v| v.start).fold(f64::INFINITY, f64::min);
            self.clusters.push(Cluster { entry, time, features, sources: found.1 });
        }
        self.clusters.sort_by(|a, b| a.time.total_cmp(&b.time));
    }

    /// The share of each feature over the visits of one request through one way in, and the steps that had a successor.
    fn shares(&self, entry: u32, visits: &[&Visit]) -> (Vec<(Feature, f32)>, Vec<StepId>) {
        let mut shares: FxHashMap<Feature, f32> = FxHashMap::default();
        let mut sources: FxHashMap<StepId, u32> = FxHashMap::default();
        let one = 1.0 / visits.len() as f32;
        for visit in visits {
            for step in &visit.steps {
                *shares.entry(Feature::Takes(*step)).or_default() += one;
            }
            for (from, to, count) in &visit.pairs {
                *shares.entry(Feature::Follows(*from, *to)).or_default() += *count as f32;
                *sources.entry(*from).or_default() += count;
            }
            for feature in [Feature::Slow, Feature::Gap] {
                *shares.entry(feature).or_default() += if self.is_slow(entry, visit, feature) { one } else { 0.0 };
            }
        }
        for (feature, share) in &mut shares {
            if let Feature::Follows(from, _) = feature
                && let Some(total) = sources.get(from)
            {
                *share /= *total as f32;
            }
        }
        let mut shares: Vec<_> = shares.into_iter().collect();
        shares.sort_unstable_by_key(|(feature, _)| order(feature));
        let mut sources: Vec<_> = sources.into_keys().collect();
        sources.sort_unstable();
        (shares, sources)
    }

    fn is_slow(&self, entry: u32, visit: &Visit, feature: Feature) -> bool {
        let Some(limits) = self.thresholds.get(entry as usize) else { return false };
        match feature {
            Feature::Slow => log_ms(visit.own) > limits.own,
            Feature::Gap => visit.gap.is_some_and(|gap| log_ms(gap) > limits.gap),
            _ => false,
        }
    }

    /// The changes of each service when the trouble is taken to begin at `onset`; nothing where there is nothing to
    /// compare. Entities are in order of their numbers.
    pub fn at(&self, onset: Seconds) -> Vec<Behaviour> {
        let split = self.clusters.partition_point(|c| c.time < onset);
        let (before, after) = self.clusters.split_at(split);
        if before.is_empty() || after.is_empty() {
            return Vec::new();
        }
        let changes = self.changes(before, after, onset);
        self.explained(changes, onset)
    }

    fn changes(&self, before: &[Cluster], after: &[Cluster], onset: Seconds) -> Vec<Change> {
        let past = Tally::of(before, self.features.len(), self.visits.entries.len());
        let now = Tally::of(after, self.features.len(), self.visits.entries.len());
        let local = local_requests(before, onset, self.visits.entries.len());
        let mut changes = Vec::new();
        for (id, (entry, feature)) in self.features.iter().enumerate() {
            let (total_before, total_after) = match feature {
                Feature::Follows(from, _) => (past.sources(*entry, *from), now.sources(*entry, *from)),
                _ => (past.entries(*entry), now.entries(*entry)),
            };
            if total_before < MIN_BEFORE || total_after < MIN_AFTER {
                continue;
            }
            let seen_before = past.feature(id).min(total_before);
            let seen_after = now.feature(id).min(total_after);
            let grown = stats::rate_excess(seen_after, total_after, stats::rate_bound(seen_before, total_before));
            let (missed_before, missed_after) = (total_before - seen_before, total_after - seen_after);
            let shrunk = stats::rate_excess(missed_after, total_after, stats::rate_bound(missed_before, total_before));
            let timed = matches!(feature, Feature::Slow | Feature::Gap);
            let (appeared, raw) = if grown >= shrunk { (true, grown) } else { (false, shrunk) };
            if raw < NOTICEABLE || (timed && !appeared) {
                continue;
            }
            let is_local = local.get(*entry as usize).is_some_and(|count| *count >= LOCAL);
            let unheard = appeared && seen_before == 0.0 && self.is_complaint(*feature);
            let nearness = if is_local || unheard { 1.0 } else { REMOTE };
            // What came and went before may come and go again.
            let usual = if appeared { missed_before } else { seen_before } / total_before;
            let score = raw * nearness * usual * usual;
            changes.push(Change { entry: *entry, feature: *feature, appeared, score, factor: 1.0, silent: None });
        }
        let seen = self.features.iter().enumerate().filter(|(id, _)| past.feature(*id) > 0.0);
        silence::mark(self.visits, seen.map(|(_, known)| *known), &mut changes);
        changes
    }

    /// Takes from each change the share of its visits whose callees changed, and sums up by service.
    fn explained(&self, changes: Vec<Change>, onset: Seconds) -> Vec<Behaviour> {
        let mut by_entry: Vec<Vec<Change>> = vec![Vec::new(); self.visits.entries.len()];
        for change in changes {
            if let Some(list) = by_entry.get_mut(change.entry as usize) {
                list.push(change);
            }
        }
        let mut counts: Vec<Vec<(u32, u32)>> = by_entry.iter().map(|list| vec![(0, 0); list.len()]).collect();
        let mut changed = vec![false; self.visits.list.len()];
        let mut slow: Vec<(Vec<f64>, Vec<f64>)> = vec![(Vec::new(), Vec::new()); self.visits.entries.len()];
        let mut order: Vec<u32> =
            (0..self.visits.list.len() as u32).filter(|at| self.visit(*at).is_some_and(|v| v.start >= onset)).collect();
        // Callees before their callers: a clock may be too coarse to tell which began first.
        order.sort_by_key(|at| std::cmp::Reverse(self.visit(*at).map_or(0, |visit| visit.depth)));
        for at in order {
            let Some(visit) = self.visit(at) else { continue };
            let by_callee = visit.calls.iter().any(|call| changed.get(*call as usize).copied().unwrap_or(false));
            let explained = by_callee || visit.steps.iter().any(|step| self.blames_another(*step));
            let mut own_change = false;
            let list = by_entry.get(visit.entry as usize).map_or(&[][..], Vec::as_slice);
            let explained = explained || list.iter().any(|change| change.silent.is_some() && self.shows(visit, change));
            for (place, change) in list.iter().enumerate() {
                if !self.shows(visit, change) {
                    continue;
                }
                let timed = matches!(change.feature, Feature::Slow | Feature::Gap);
                let own = timed || !explained || change.silent.is_some();
                if let Some((all, unexplained)) = counts.get_mut(visit.entry as usize).and_then(|c| c.get_mut(place)) {
                    *all += 1;
                    *unexplained += u32::from(own);
                }
                own_change |= change.score > EXPLAINS && change.feature != Feature::Gap;
            }
            if let Some(flag) = changed.get_mut(at as usize) {
                *flag = own_change || explained;
            }
            if let Some((own, gap)) = slow.get_mut(visit.entry as usize) {
                own.push(log_ms(visit.own));
                gap.extend(visit.gap.map(log_ms));
            }
        }
        self.sum(by_entry, &counts, &mut slow)
    }

    fn sum(
        &self,
        by_entry: Vec<Vec<Change>>,
        counts: &[Vec<(u32, u32)>],
        slow: &mut [(Vec<f64>, Vec<f64>)],
    ) -> Vec<Behaviour> {
        let mut found: Vec<Behaviour> =
            (0..self.visits.entities.len() as u32).map(|entity| Behaviour { entity, changes: Vec::new() }).collect();
        for ((list, counts), slow) in by_entry.into_iter().zip(counts).zip(slow) {
            for (mut change, (all, own)) in list.into_iter().zip(counts) {
                let share = if *all == 0 { 0.0 } else { f64::from(*own) / f64::from(*all) };
                change.score *= share * self.weight(&change);
                if let (Feature::Slow | Feature::Gap, Some(limits)) =
                    (change.feature, self.thresholds.get(change.entry as usize))
                {
                    let (now, past) = match change.feature {
                        Feature::Slow => (stats::quantile(&mut slow.0, 0.5), limits.own_median),
                        _ => (stats::quantile(&mut slow.1, 0.5), limits.gap_median),
                    };
                    change.factor = now.map_or(1.0, |now| (now - past).exp());
                    change.score *= (change.factor.max(1.0).ln() / FULL_FACTOR.ln()).clamp(0.0, 1.0);
                }
                let entity = self.visits.entries.get(change.entry as usize).map(|(entity, _)| *entity);
                let entity = change.silent.or(entity);
                if let Some(service) = entity.and_then(|e| found.get_mut(e as usize))
                    && change.score > 0.0
                {
                    service.changes.push(change);
                }
            }
        }
        for service in &mut found {
            // Of equal changes those of messages first, whose numbers depend on no order of reading.
            let steps = &self.visits.steps;
            service.changes.sort_by(|a, b| {
                let key = |change: &Change| (logged(steps, change.feature), change.appeared);
                b.score.total_cmp(&a.score).then_with(|| key(a).cmp(&key(b)))
            });
        }
        found.retain(|service| !service.changes.is_empty());
        found
    }

    /// Weight of a change by what it is about.
    fn weight(&self, change: &Change) -> f64 {
        let of = |step: StepId| self.weights.get(step as usize).copied().unwrap_or(1.0);
        let step = match change.feature {
            Feature::Takes(step) | Feature::Follows(_, step) => of(step),
            Feature::Slow | Feature::Gap => return 1.0,
        };
        // Negative weights mark complaints; a complaint that stops is a recovery.
        match (change.appeared, step < 0.0) {
            (false, true) => RECOVERY,
            (true, true) => -step,
            _ => 1.0,
        }
    }

    /// Whether a step is a complaint about another service.
    fn blames_another(&self, step: StepId) -> bool {
        self.weights.get(step as usize).is_some_and(|weight| *weight == -ABOUT_ANOTHER)
    }

    fn is_complaint(&self, feature: Feature) -> bool {
        let (Feature::Takes(step) | Feature::Follows(_, step)) = feature else { return false };
        self.weights.get(step as usize).is_some_and(|weight| *weight < 0.0)
    }

    fn shows(&self, visit: &Visit, change: &Change) -> bool {
        match change.feature {
            Feature::Takes(step) => visit.steps.binary_search(&step).is_ok() == change.appeared,
            Feature::Follows(from, to) => {
                let first = visit.pairs.partition_point(|(a, ..)| *a < from);
                let mut from_here = visit.pairs.iter().skip(first).take_while(|(a, ..)| *a == from).peekable();
                from_here.peek().is_some() && from_here.any(|(_, b, _)| *b == to) == change.appeared
            }
            feature => self.is_slow(visit.entry, visit, feature),
        }
    }

    fn visit(&self, at: u32) -> Option<&Visit> {
        self.visits.list.get(at as usize)
    }
}

/// The templates that a feature is about; the greatest numbers where it is about no message.
fn logged(steps: &[Step], feature: Feature) -> (u32, u32) {
    let of = |step: StepId| match steps.get(step as usize) {
        Some(Step::Log(template)) => *template,
        _ => u32::MAX,
    };
    match feature {
        Feature::Takes(step) => (of(step), 0),
        Feature::Follows(from, to) => (of(from), of(to)),
        Feature::Slow | Feature::Gap => (u32::MAX, u32::MAX),
    }
}

/// Requests through each way in since the last pause before the onset.
fn local_requests(before: &[Cluster], onset: Seconds, entries: usize) -> Vec<usize> {
    let mut counts = vec![0; entries];
    let mut next = onset;
    for cluster in before.iter().rev() {
        if next - cluster.time > PAUSE {
            break;
        }
        next = cluster.time;
        if let Some(count) = counts.get_mut(cluster.entry as usize) {
            *count += 1;
        }
    }
    counts
}

fn log_ms(seconds: f64) -> f64 {
    (seconds.max(0.0) * 1e3 + 1.0).ln()
}

fn thresholds(visits: &Visits, calm: Seconds) -> Vec<Thresholds> {
    let mut times: Vec<(Vec<f64>, Vec<f64>)> = vec![(Vec::new(), Vec::new()); visits.entries.len()];
    for visit in visits.list.iter().filter(|visit| visit.start < calm) {
        if let Some((own, gap)) = times.get_mut(visit.entry as usize) {
            own.push(log_ms(visit.own));
            gap.extend(visit.gap.map(log_ms));
        }
    }
    let limit = |values: Vec<f64>| {
        let base = stats::baseline(values.into_iter());
        base.map_or((f64::INFINITY, 0.0), |b| (b.median + (SLOW_SPREADS * b.spread).max(SLOW_FACTOR.ln()), b.median))
    };
    let all = times.into_iter().map(|(own, gap)| {
        let ((own, own_median), (gap, gap_median)) = (limit(own), limit(gap));
        Thresholds { own, gap, own_median, gap_median }
    });
    all.collect()
}

/// Weight of each step's evidence; negative for complaints (errors).
fn step_weights(visits: &Visits, traces: &Traces, logs: &Logs) -> Vec<f64> {
    let speakers = speakers(visits, logs);
    let weights = visits.steps.iter().map(|step| match step {
        Step::Log(template) => {
            if !logs.info(*template).is_some_and(TemplateInfo::complains) {
                return 1.0;
            }
            // Who names itself speaks of itself.
            let about_another = logs.named(*template).any(|name| !speakers.contains(&(*template, name)));
            if about_another { -ABOUT_ANOTHER } else { -1.0 }
        }
        Step::Inner(operation) => {
            let words = crate::metrics::kind::words(traces.operations.name(*operation));
            if words.iter().any(|w| matches!(w.as_str(), "error" | "exception" | "failure")) { -0.5 } else { 1.0 }
        }
        // A failure is a complaint too: one that ends is a recovery.
        Step::Fails => -1.0,
        _ => 1.0,
    });
    weights.collect()
}

/// Which services log the templates that name somebody.
fn speakers<'l>(visits: &Visits, logs: &'l Logs) -> FxHashSet<(u32, &'l str)> {
    let named: FxHashSet<u32> = visits
        .steps
        .iter()
        .filter_map(|step| if let Step::Log(template) = step { Some(*template) } else { None })
        .filter(|template| logs.templates.names_any(*template))
        .collect();
    let lines = logs.counts.iter().filter(|count| named.contains(&count.template));
    lines.map(|count| (count.template, logs.entities.name(count.entity))).collect()
}

fn order(feature: &Feature) -> (u8, u32, u32) {
    match feature {
        Feature::Takes(step) => (0, *step, 0),
        Feature::Follows(from, to) => (1, *from, *to),
        Feature::Slow => (2, 0, 0),
        Feature::Gap => (3, 0, 0),
    }
}
