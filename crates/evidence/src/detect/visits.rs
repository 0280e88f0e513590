//! Visits: one service's part of one request, with what it did in order.
//!
//! A visit is a connected group of spans of one service in one trace. It knows which operation it entered by, the steps it
//! took (inner spans, calls to others, log lines of its spans, in order of time), the time spent in it and not in what it
//! called, and the time that a call to it took beyond its own. Where a service has no spans, its lines with the id of a
//! request are its visits ([`super::loose`]).

use rustc_hash::{FxHashMap, FxHashSet};

use super::{critical, following, loose};
use crate::logs::Logs;
use crate::logs::store::Event;
use crate::time::Seconds;
use crate::traces::Traces;

/// What a visit may do: a number of a step in [`Visits::steps`].
pub type StepId = u32;

/// One kind of step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// The visit begins.
    Begin,
    /// The visit ends.
    End,
    /// An inner span of this operation.
    Inner(u32),
    /// A call to an entity's operation.
    Call(u32, u32),
    /// A log line of this template.
    Log(u32),
    /// A span of it is marked as failed.
    Fails,
}

/// One service's part of one request.
#[derive(Debug, Clone)]
pub struct Visit {
    /// Number of the entity in [`Visits::entities`].
    pub entity: u32,
    /// Number of the way in (entity and operation) in [`Visits::entries`].
    pub entry: u32,
    /// The request.
    pub trace: u64,
    /// When it began.
    pub start: Seconds,
    /// Seconds in it and not in what it called. Where the request waited for the visit, only those that it waited for: what runs
    /// beside something longer delays nobody.
    pub own: f64,
    /// Seconds that the caller waited beyond the visit's own duration, where a span of its own tells how long it waited.
    pub gap: Option<f64>,
    /// Visits that it called.
    pub calls: Vec<u32>,
    /// How many visits stand between it and the one that began the request.
    pub depth: u32,
    /// Steps it took, each once, in order of their numbers.
    pub steps: Vec<StepId>,
    /// Steps that followed one another (log lines and calls), with how often.
    pub pairs: Vec<(StepId, StepId, u32)>,
}

/// All visits of a bundle.
#[derive(Debug, Default)]
pub struct Visits {
    /// Atom names of entities.
    pub entities: crate::names::Names,
    /// Ways in: entity and operation.
    pub entries: Vec<(u32, u32)>,
    /// The kinds of steps.
    pub steps: Vec<Step>,
    /// The visits, in order of their first span's reading.
    pub list: Vec<Visit>,
    /// Who called whom.
    pub calls: Vec<(u32, u32)>,
}

impl Visits {
    /// Whether a step says that a span is marked as failed.
    pub fn fails(&self, step: StepId) -> bool {
        self.steps.get(step as usize) == Some(&Step::Fails)
    }
}

/// Longest chain of parents followed.
const MAX_DEPTH: usize = 512;
/// Steps of one visit kept in order; a batch job may log without end.
const MAX_STEPS: usize = 2_000;
/// The operation of a way in that only logs tell of.
pub const NO_OPERATION: u32 = u32::MAX;
/// Requests within which one service's lines lie between another's from which on it is taken to be called by it.
const SURE: usize = 3;

/// Builds the visits of the traces with the logs of their spans.
pub fn build(traces: &Traces, logs: &Logs) -> Visits {
    let mut builder = Builder::new(traces);
    builder.spans();
    builder.logs(logs);
    builder.finish()
}

struct Builder<'a> {
    traces: &'a Traces,
    by_id: FxHashMap<u64, u32>,
    root: Vec<u32>,
    visit_of: FxHashMap<u32, u32>,
    visits: Visits,
    index: FxHashMap<Step, StepId>,
    entry_index: FxHashMap<(u32, u32), u32>,
    order: Vec<Vec<(Seconds, StepId)>>,
    busy: Vec<Vec<(Seconds, Seconds)>>,
    known_calls: FxHashSet<(u32, u32)>,
    /// Spans around a call, other than a visit's first.
    around: FxHashSet<u32>,
}

impl<'a> Builder<'a> {
    fn new(traces: &'a Traces) -> Self {
        let by_id = traces.spans.iter().enumerate().map(|(at, span)| (span.id, at as u32)).collect();
        let mut builder = Self {
            traces,
            by_id,
            root: Vec::new(),
            visit_of: FxHashMap::default(),
            visits: Visits { entities: traces.entities.clone(), ..Visits::default() },
            index: FxHashMap::default(),
            entry_index: FxHashMap::default(),
            order: Vec::new(),
            busy: Vec::new(),
            known_calls: FxHashSet::default(),
            around: FxHashSet::default(),
        };
        builder.step(Step::Begin);
        builder.step(Step::End);
        builder
    }

    fn step(&mut self, step: Step) -> StepId {
        if let Some(id) = self.index.get(&step) {
            return *id;
        }
        let id = self.visits.steps.len() as u32;
        self.visits.steps.push(step);
        self.index.insert(step, id);
        id
    }

    fn parent(&self, span: u32) -> Option<u32> {
        let child = self.traces.spans.get(span as usize)?;
        let parent = *self.by_id.get(&child.parent)?;
        let found = self.traces.spans.get(parent as usize)?;
        (child.parent != 0 && found.trace == child.trace && parent != span).then_some(parent)
    }

    /// The first span of the visit that a span belongs to.
    fn find_roots(&mut self) {
        const OPEN: u32 = u32::MAX;
        self.root = vec![OPEN; self.traces.spans.len()];
        for span in 0..self.traces.spans.len() as u32 {
            let mut path = vec![span];
            let mut at = span;
            let root = loop {
                match self.root.get(at as usize) {
                    Some(known) if *known != OPEN => break *known,
                    _ => {}
                }
                let own = self.traces.spans.get(at as usize).map(|s| s.entity);
                match self.parent(at) {
                    Some(parent)
                        if self.traces.spans.get(parent as usize).map(|s| s.entity) == own
                            && path.len() < MAX_DEPTH =>
                    {
                        path.push(parent);
                        at = parent;
                    }
                    _ => break at,
                }
            };
            for step in path {
                if let Some(slot) = self.root.get_mut(step as usize) {
                    *slot = root;
                }
            }
        }
    }

    fn visit(&mut self, root: u32) -> Option<u32> {
        if let Some(visit) = self.visit_of.get(&root) {
            return Some(*visit);
        }
        let span = *self.traces.spans.get(root as usize)?;
        let key = (span.entity, span.operation);
        let entry = if let Some(entry) = self.entry_index.get(&key) {
            *entry
        } else {
            let entry = self.visits.entries.len() as u32;
            self.visits.entries.push(key);
            self.entry_index.insert(key, entry);
            entry
        };
        let visit = self.visits.list.len() as u32;
        self.visits.list.push(Visit {
            entity: span.entity,
            entry,
            trace: span.trace,
            start: span.start,
            own: span.duration,
            gap: None,
            calls: Vec::new(),
            depth: 0,
            steps: Vec::new(),
            pairs: Vec::new(),
        });
        self.order.push(Vec::new());
        self.busy.push(Vec::new());
        self.visit_of.insert(root, visit);
        Some(visit)
    }

    fn spans(&mut self) {
        self.find_roots();
        let mut children = vec![0_u32; self.traces.spans.len()];
        for parent in (0..self.traces.spans.len() as u32).filter_map(|span| self.parent(span)) {
            if let Some(count) = children.get_mut(parent as usize) {
                *count += 1;
            }
        }
        for at in 0..self.traces.spans.len() as u32 {
            let Some(span) = self.traces.spans.get(at as usize).copied() else { continue };
            let Some(root) = self.root.get(at as usize).copied() else { continue };
            let Some(visit) = self.visit(root) else { continue };
            if span.error {
                let step = self.step(Step::Fails);
                self.note(visit, span.start + span.duration, step);
            }
            if root != at {
                let step = self.step(Step::Inner(span.operation));
                self.note(visit, span.start, step);
                continue;
            }
            let Some(parent) = self.parent(at) else { continue };
            let caller_root = self.root.get(parent as usize).copied();
            let Some(caller) = caller_root.and_then(|root| self.visit(root)) else { continue };
            let step = self.step(Step::Call(span.entity, span.operation));
            self.note(caller, span.start, step);
            // A span of the caller's around the call is time of the call, on the way too; the visit's first span is not.
            let around =
                self.traces.spans.get(parent as usize).filter(|_| caller_root != Some(parent)).unwrap_or(&span);
            if caller_root != Some(parent) {
                self.around.insert(parent);
            }
            let interval = (around.start, around.start + around.duration);
            if let Some(busy) = self.busy.get_mut(caller as usize) {
                busy.push(interval);
            }
            if let Some(from) = self.visits.list.get_mut(caller as usize) {
                from.calls.push(visit);
                let edge = (from.entity, span.entity);
                if self.known_calls.insert(edge) {
                    self.visits.calls.push(edge);
                }
            }
            // Only a span that is of this call alone tells how long the call took; around others lies work of the caller.
            let is_of_call = caller_root != Some(parent) && children.get(parent as usize) == Some(&1);
            let waited = self.traces.spans.get(parent as usize).filter(|_| is_of_call);
            let waited = waited.map(|parent| (parent.duration - span.duration).max(0.0));
            if let Some(visit) = self.visits.list.get_mut(visit as usize) {
                visit.gap = waited;
            }
        }
    }

    fn note(&mut self, visit: u32, time: Seconds, step: StepId) {
        if let Some(order) = self.order.get_mut(visit as usize) {
            order.push((time, step));
        }
    }

    fn logs(&mut self, logs: &Logs) {
        let known = |name: &str| self.traces.entities.find(name).is_some();
        let is_traced: Vec<bool> = logs.entities.iter().map(known).collect();
        let mut loose: Vec<&Event> = Vec::new();
        for event in &logs.events {
            let root = self.by_id.get(&event.span).filter(|_| event.span != 0);
            let root = root.and_then(|span| self.root.get(*span as usize)).copied();
            if let Some(visit) = root.and_then(|root| self.visit(root)) {
                let step = self.step(Step::Log(event.template));
                self.note(visit, event.time, step);
            } else if is_traced.get(event.entity as usize) == Some(&false) {
                loose.push(event);
            }
        }
        let traced: FxHashSet<u64> = if loose.is_empty() {
            FxHashSet::default()
        } else {
            self.traces.spans.iter().map(|span| span.trace).collect()
        };
        self.loose(&loose::visits(&loose, |request| traced.contains(&request)), logs);
    }

    /// Visits of services that have lines with ids, but no spans.
    fn loose(&mut self, all: &[loose::Loose], logs: &Logs) {
        let first = self.visits.list.len() as u32;
        let mut entries: FxHashMap<(u32, u32), u32> = FxHashMap::default();
        let mut calls: FxHashMap<(u32, u32), usize> = FxHashMap::default();
        let mut edges = Vec::new();
        for (at, one) in all.iter().enumerate() {
            let entity = self.visits.entities.id(logs.entities.name(one.entity));
            let entry = *entries.entry((entity, loose::first(one))).or_insert_with(|| {
                self.visits.entries.push((entity, NO_OPERATION));
                self.visits.entries.len() as u32 - 1
            });
            let own = one.end() - one.start();
            let (trace, start) = (one.trace, one.start());
            let (calls_made, steps, pairs) = (Vec::new(), Vec::new(), Vec::new());
            self.visits.list.push(Visit {
                entity,
                entry,
                trace,
                start,
                own,
                gap: None,
                calls: calls_made,
                depth: 0,
                steps,
                pairs,
            });
            self.order.push(Vec::new());
            self.busy.push(Vec::new());
            for (time, template) in &one.lines {
                let step = self.step(Step::Log(*template));
                self.note(first + at as u32, *time, step);
            }
            let Some(caller) = one.caller else { continue };
            let (visit, from) = (first + at as u32, first + caller as u32);
            let step = self.step(Step::Call(entity, NO_OPERATION));
            self.note(from, start, step);
            if let Some(busy) = self.busy.get_mut(from as usize) {
                busy.push((start, one.end()));
            }
            if let Some(caller) = self.visits.list.get_mut(from as usize) {
                caller.calls.push(visit);
                let edge = (caller.entity, entity);
                let count = calls.entry(edge).or_default();
                *count += 1;
                if *count == SURE {
                    edges.push(edge);
                }
            }
        }
        self.visits.calls.extend(edges.into_iter().filter(|edge| self.known_calls.insert(*edge)));
    }

    /// Own time of each visit on the critical path of its request.
    fn critical(&self) -> Vec<f64> {
        let mut waited = vec![0.0; self.visits.list.len()];
        for (span, seconds) in critical::seconds(self.traces, |span| self.parent(span)).into_iter().enumerate() {
            let visit = self.root.get(span).and_then(|root| self.visit_of.get(root));
            if let Some(slot) = visit.and_then(|visit| waited.get_mut(*visit as usize))
                && !self.around.contains(&(span as u32))
            {
                *slot += seconds;
            }
        }
        waited
    }

    fn finish(mut self) -> Visits {
        let waited = self.critical();
        let steps = &self.visits.steps;
        let shows = |step: StepId| !matches!(steps.get(step as usize), Some(Step::Inner(_) | Step::Fails) | None);
        for (((visit, order), busy), waited) in
            self.visits.list.iter_mut().zip(&mut self.order).zip(&mut self.busy).zip(waited)
        {
            visit.own = (visit.own - covered(busy)).max(0.0);
            if waited > 0.0 {
                visit.own = visit.own.min(waited);
            }
            order.sort_by(|a, b| a.0.total_cmp(&b.0));
            order.truncate(MAX_STEPS);
            visit.steps = order.iter().map(|(_, step)| *step).collect();
            visit.steps.sort_unstable();
            visit.steps.dedup();
            visit.pairs = following::pairs(order.iter().copied().filter(|(_, step)| shows(*step)));
        }
        self.depths();
        self.visits
    }

    /// Sets how deep each visit lies; those whose callers go in a circle stay at 0.
    fn depths(&mut self) {
        let list = &mut self.visits.list;
        let mut is_called = vec![false; list.len()];
        for call in list.iter().flat_map(|visit| &visit.calls) {
            if let Some(flag) = is_called.get_mut(*call as usize) {
                *flag = true;
            }
        }
        let mut open: Vec<(u32, u32)> =
            (0..list.len() as u32).filter(|at| is_called.get(*at as usize) == Some(&false)).map(|at| (at, 0)).collect();
        while let Some((at, depth)) = open.pop() {
            let Some(visit) = list.get_mut(at as usize) else { continue };
            visit.depth = depth;
            open.extend(visit.calls.iter().map(|call| (*call, depth + 1)));
        }
    }
}

/// The length of a union of intervals.
fn covered(intervals: &mut [(Seconds, Seconds)]) -> f64 {
    intervals.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut total = 0.0;
    let mut until = f64::NEG_INFINITY;
    for (start, end) in intervals.iter() {
        if *end > until {
            total += end - start.max(until);
            until = *end;
        }
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::Limits;
    use crate::logs::store::Record as LogRecord;
    use crate::traces::store::Record;

    #[test]
    fn spans_of_a_service_form_a_visit_with_its_own_time_and_steps() {
        let mut traces = Traces::default();
        let spans = [
            ("a", "root", "web", "/x", 100.0, 1.0),
            ("b", "a", "web", "client", 100.1, 0.7),
            ("c", "b", "cart", "/items", 100.2, 0.5),
            ("d", "c", "cart", "SELECT", 100.3, 0.1),
        ];
        for (id, parent, entity, operation, start, duration) in spans {
            traces.push(
                &Record { trace: "t", id, parent, entity, operation, start, duration, error: false },
                "traces/t.csv",
                2,
            );
        }
        let mut logs = Logs::new(&Limits::default());
        logs.push(
            &LogRecord { time: 100.25, entity: "cart", span: "c", message: "listing items", ..LogRecord::default() },
            "l",
        );
        logs.finish();
        let visits = build(&traces, &logs);
        assert_eq!(visits.list.len(), 2);
        let (web, cart) = (&visits.list[0], &visits.list[1]);
        assert!((web.own - 0.3).abs() < 1e-9 && (cart.own - 0.5).abs() < 1e-9);
        assert!((cart.gap.unwrap() - 0.2).abs() < 1e-9);
        assert_eq!((web.calls.as_slice(), visits.calls.as_slice()), (&[1][..], &[(0, 1)][..]));
        assert_eq!(cart.steps.len(), 2);
        assert_eq!(cart.pairs.len(), 2, "begin to log, log to end");
    }

    #[test]
    fn parents_in_a_circle_and_missing_parents_end() {
        let mut traces = Traces::default();
        for (id, parent) in [("a", "b"), ("b", "a"), ("c", "gone"), ("d", "d")] {
            traces.push(
                &Record {
                    trace: "t",
                    id,
                    parent,
                    entity: "s",
                    operation: "o",
                    start: 1.0,
                    duration: 1.0,
                    error: false,
                },
                "f",
                1,
            );
        }
        assert!(!build(&traces, &Logs::new(&Limits::default())).list.is_empty());
    }

    #[test]
    fn overlapping_calls_count_once() {
        assert!((covered(&mut [(0.0, 2.0), (1.0, 3.0), (5.0, 6.0), (5.2, 5.5)]) - 4.0).abs() < 1e-12);
    }
}
