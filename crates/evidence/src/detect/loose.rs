//! Visits told by logs alone: where lines carry the id of their request (or span) and the service has no spans of its own.
//!
//! The lines of one service with one id are a visit. It enters by its first message, since nothing else says how, and takes the time from
//! its first line to its last. Within one request a visit that lies wholly between the first and the last line of another service's is
//! taken to be called by the closest such (the nesting algorithm of Aguilera et al., "Performance Debugging for Distributed
//! Systems of Black Boxes", SOSP 2003). Lines that carry no id have no visits: see [`super::messages`].

use rustc_hash::FxHashMap;

use crate::logs::store::Event;
use crate::time::Seconds;

/// One visit, before its steps are numbered.
#[derive(Debug, Clone)]
pub(super) struct Loose {
    /// Number of the entity in the logs.
    pub(super) entity: u32,
    /// The request, or the span where no request is known.
    pub(super) trace: u64,
    /// Times and templates in order of time.
    pub(super) lines: Vec<(Seconds, u32)>,
    /// The visit that called it, as a position in the list.
    pub(super) caller: Option<usize>,
}

impl Loose {
    pub(super) fn start(&self) -> Seconds {
        self.lines.first().map_or(0.0, |line| line.0)
    }

    pub(super) fn end(&self) -> Seconds {
        self.lines.last().map_or(0.0, |line| line.0)
    }
}

/// Visits of one request at one moment among which a caller is looked for.
const MAX_OPEN: usize = 256;
/// Lines of one visit that are kept; a batch job may log without end.
const MAX_LINES: usize = 2_000;

/// The visits of some lines of requests, ordered by request and time, callers before what they called. An id that comes once, and that
/// is none of the `known` requests, tells of no request.
pub(super) fn visits(events: &[&Event], known: impl Fn(u64) -> bool) -> Vec<Loose> {
    let mut lines: FxHashMap<u64, u32> = FxHashMap::default();
    for event in events {
        *lines.entry(event.request()).or_default() += 1;
    }
    let tells = |request: u64| lines.get(&request).is_some_and(|count| *count > 1) || known(request);
    let mut groups: FxHashMap<(u32, u64), Loose> = FxHashMap::default();
    for event in events.iter().filter(|event| tells(event.request())) {
        let id = if event.span != 0 { event.span } else { event.trace };
        let trace = event.request();
        let visit = groups.entry((event.entity, id)).or_insert_with(|| Loose {
            entity: event.entity,
            trace,
            lines: Vec::new(),
            caller: None,
        });
        visit.trace = visit.trace.min(trace);
        visit.lines.push((event.time, event.template));
    }
    let mut all: Vec<Loose> = groups.into_values().collect();
    for visit in &mut all {
        visit.lines.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        visit.lines.truncate(MAX_LINES);
    }
    // Of visits that begin together the longest may contain the others.
    all.sort_unstable_by(|a, b| {
        let times = || a.start().total_cmp(&b.start()).then(b.end().total_cmp(&a.end()));
        let lines = || a.lines.iter().map(|line| line.1).cmp(b.lines.iter().map(|line| line.1));
        a.trace.cmp(&b.trace).then_with(times).then_with(|| a.lines.len().cmp(&b.lines.len())).then_with(lines)
    });
    nest(&mut all);
    all
}

/// The template a visit begins with.
pub(super) fn first(visit: &Loose) -> u32 {
    visit.lines.first().map_or(0, |line| line.1)
}

/// Finds for each visit the closest one of another service that contains it.
fn nest(all: &mut [Loose]) {
    let mut open: Vec<usize> = Vec::new();
    for at in 0..all.len() {
        let Some((trace, end, entity, start)) = all.get(at).map(|v| (v.trace, v.end(), v.entity, v.start())) else {
            continue;
        };
        let holds = |other: usize| all.get(other).is_some_and(|v| v.trace == trace && v.end() >= start);
        open.retain(|other| holds(*other));
        let caller =
            open.iter().rev().copied().find(|other| {
                all.get(*other).is_some_and(|v| v.entity != entity && v.start() < start && v.end() > end)
            });
        if let Some(visit) = all.get_mut(at) {
            visit.caller = caller;
        }
        if open.len() >= MAX_OPEN {
            open.remove(0);
        }
        open.push(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(entity: u32, time: f64, template: u32) -> Event {
        Event { time, entity, template, span: 0, trace: 7 }
    }

    fn all(events: &[Event]) -> Vec<Loose> {
        visits(&events.iter().collect::<Vec<_>>(), |_| false)
    }

    #[test]
    fn what_lies_between_the_lines_of_another_was_called_by_it() {
        let events = [
            line(0, 1.0, 0),
            line(1, 1.2, 1),
            line(2, 1.3, 2),
            line(1, 1.4, 3),
            line(2, 1.35, 4),
            line(0, 2.0, 5),
            line(3, 1.9, 6),
        ];
        let found = all(&events);
        let callers: Vec<_> = found.iter().map(|v| (v.entity, v.caller.map(|at| found[at].entity))).collect();
        assert_eq!(callers, [(0, None), (1, Some(0)), (2, Some(1)), (3, Some(0))]);
        assert_eq!(found[1].lines, [(1.2, 1), (1.4, 3)]);
        let mut backwards = events;
        backwards.reverse();
        let backwards = all(&backwards);
        assert_eq!(format!("{found:?}"), format!("{backwards:?}"));
    }

    #[test]
    fn requests_do_not_contain_each_other() {
        let other = Event { trace: 8, ..line(1, 1.2, 1) };
        let found = all(&[line(0, 1.0, 0), line(0, 2.0, 0), other, Event { time: 1.3, ..other }]);
        assert!(found.len() == 2 && found.iter().all(|visit| visit.caller.is_none()));
    }

    #[test]
    fn an_id_that_comes_once_is_no_request_unless_traces_tell_of_it() {
        let lines = [line(0, 1.0, 0), line(1, 2.0, 0), Event { trace: 8, ..line(0, 3.0, 0) }];
        assert_eq!(all(&lines).len(), 2, "one request with a line of each of two services");
        assert_eq!(visits(&[&lines[2]], |request| request == 8).len(), 1);
    }
}
