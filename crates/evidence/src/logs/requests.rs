//! The lines of requests, in bounded memory and whatever their order.
//!
//! Most ids in a large log come once and tell of no request, but which, is known only at the end. So of too many lines those of a part
//! of the ids are kept, each id whole: which ids, their hashes tell (adaptive sampling, Flajolet, "On adaptive sampling", Computing
//! 43, 1990). The part is halved whenever there are too many lines, so that it follows from what was read and not from its order.
//! Ids that came once are let go where visits are made ([`crate::detect`]). Lines of spans that traces tell of have a bound of their own.

use rustc_hash::FxHashSet;

use super::store::Event;

/// Lines kept of requests that only logs tell of: each may become a visit, at some 400 bytes.
pub(super) const MAX_LOOSE: usize = 1 << 16;
/// Lines kept of spans that traces tell of: 32 bytes each.
const MAX_SPANNED: usize = 1 << 19;
/// Hashes of lines that are remembered, so that none counts twice.
const MAX_SEEN: usize = 450_000;
/// Bits of a remembered hash that tell which span it is of.
const SPAN_BITS: u32 = 16;

/// The lines of requests.
#[derive(Debug)]
pub(super) struct Requests {
    loose: Sample,
    spanned: Sample,
    /// The spans that traces told of before.
    spans: FxHashSet<u64>,
    seen: FxHashSet<u64>,
    /// How often the spans whose lines are remembered were halved.
    seen_halvings: u32,
}

/// Lines of a part of the ids.
#[derive(Debug)]
struct Sample {
    events: Vec<Event>,
    halvings: u32,
    max: usize,
}

impl Sample {
    fn new(max: usize) -> Self {
        Self { events: Vec::new(), halvings: 0, max }
    }

    fn add(&mut self, event: Event) {
        if !is_kept(event.request(), self.halvings) {
            return;
        }
        self.events.push(event);
        while self.events.len() > self.max && self.halvings < u64::BITS {
            self.halvings += 1;
            let halvings = self.halvings;
            self.events.retain(|event| is_kept(event.request(), halvings));
        }
    }
}

/// Whether an id is among those left after so many halvings.
fn is_kept(id: u64, halvings: u32) -> bool {
    mixed(id).leading_zeros() >= halvings
}

/// Fibonacci hashing (Knuth, TAOCP vol. 3, 6.4): the upper bits depend on all of the id's.
fn mixed(id: u64) -> u64 {
    id.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

impl Requests {
    pub(super) fn new() -> Self {
        Self {
            loose: Sample::new(MAX_LOOSE),
            spanned: Sample::new(MAX_SPANNED),
            spans: FxHashSet::default(),
            seen: FxHashSet::default(),
            seen_halvings: 0,
        }
    }

    /// Takes the spans that traces tell of.
    pub(super) fn know(&mut self, spans: impl Iterator<Item = u64>) {
        self.spans.extend(spans);
    }

    /// Whether a line of a span has been read before, by the hash of all that it says. Of too many lines those of a part of the spans
    /// are remembered.
    pub(super) fn repeats(&mut self, span: u64, line: u64) -> bool {
        if !is_kept(span, self.seen_halvings) {
            return false;
        }
        let is_new = self.seen.insert(tagged(span, line));
        while self.seen.len() > MAX_SEEN && self.seen_halvings < SPAN_BITS {
            self.seen_halvings += 1;
            let halvings = self.seen_halvings;
            self.seen.retain(|tagged| tagged.leading_zeros() >= halvings);
        }
        !is_new
    }

    /// Adds a line that has an id.
    pub(super) fn add(&mut self, event: Event) {
        let is_spanned = event.span != 0 && self.spans.contains(&event.span);
        if is_spanned { &mut self.spanned } else { &mut self.loose }.add(event);
    }

    /// Of how many requests one was followed.
    pub(super) fn one_of(&self) -> u64 {
        1 << self.loose.halvings.max(self.spanned.halvings).min(63)
    }

    /// The lines, those of spans first, each group in order of reading.
    pub(super) fn finish(self) -> Vec<Event> {
        let mut events = self.spanned.events;
        events.extend(self.loose.events);
        events
    }
}

/// The hash of a line with the upper bits of its span's.
fn tagged(span: u64, line: u64) -> u64 {
    mixed(span) >> (u64::BITS - SPAN_BITS) << (u64::BITS - SPAN_BITS) | line >> SPAN_BITS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(trace: u64) -> Event {
        Event { time: 0.0, entity: 0, template: 0, span: 0, trace }
    }

    /// What is kept of lines with these ids.
    fn kept(ids: impl Iterator<Item = u64>) -> (usize, Vec<u64>, u64) {
        let mut requests = Requests::new();
        let mut most = 0;
        for id in ids {
            requests.add(event(id));
            most = most.max(requests.loose.events.len());
        }
        let one_of = requests.one_of();
        let mut ids: Vec<u64> = requests.finish().into_iter().map(|event| event.trace).collect();
        ids.sort_unstable();
        (most, ids, one_of)
    }

    #[test]
    fn what_is_kept_is_bounded_and_whole_where_every_line_has_an_id_of_its_own_or_twice_far_apart() {
        const LINES: u64 = 10 * MAX_LOOSE as u64;
        let (most, ids, one_of) = kept(1..=LINES);
        assert!(most <= MAX_LOOSE && ids.len() > MAX_LOOSE / 4, "{most} {}", ids.len());
        assert_eq!(one_of, 16);
        let (most, ids, one_of) = kept((1..=LINES / 2).chain(1..=LINES / 2));
        assert!(most <= MAX_LOOSE && ids.len() > MAX_LOOSE / 4 && one_of == 16, "{most} {}", ids.len());
        assert!(ids.chunks(2).all(|pair| pair.len() == 2 && pair[0] == pair[1]), "each id with both of its lines");
    }

    #[test]
    fn the_order_of_lines_does_not_tell_which_are_kept() {
        let ids = || (1..=3 * MAX_LOOSE as u64).map(|at| at % (2 * MAX_LOOSE as u64) + 1);
        let backwards: Vec<u64> = ids().collect();
        assert_eq!(kept(ids()).1, kept(backwards.into_iter().rev()).1);
    }

    #[test]
    fn lines_of_known_spans_are_kept_beside_ids_without_end() {
        let mut requests = Requests::new();
        requests.know([7].into_iter());
        requests.add(Event { span: 7, ..event(3) });
        (10..10 + 2 * MAX_LOOSE as u64).for_each(|id| requests.add(event(id)));
        assert!(requests.one_of() > 1 && requests.finish()[0].span == 7);
    }

    #[test]
    fn repeated_lines_are_known_and_what_is_remembered_is_bounded() {
        let mut requests = Requests::new();
        assert!(!requests.repeats(1, 99) && requests.repeats(1, 99) && !requests.repeats(1, 98 << SPAN_BITS));
        for span in 0..2 * MAX_SEEN as u64 {
            requests.repeats(span, mixed(span));
        }
        assert!(requests.seen.len() <= MAX_SEEN && requests.seen_halvings > 0, "{}", requests.seen.len());
        let again = (0..1000).filter(|span| requests.repeats(*span, mixed(*span))).count();
        assert!((100..900).contains(&again), "a part of the spans is remembered: {again}");
    }
}
