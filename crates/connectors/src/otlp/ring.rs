//! The recent spans, in memory, bounded by bytes and by age: the oldest go first. Gone when the server ends.

use std::collections::{HashMap, VecDeque};
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use chrono::TimeDelta;
use oriel_model::Timestamp;
use serde_json::json;

use super::Span;
use crate::window::Window;

/// Spans in one document of an incident.
const IN_DOCUMENT: usize = 1_000;

/// The ring. Shared by the receiver and by what cuts incidents out of it.
#[derive(Debug)]
pub struct SpanRing {
    max_bytes: usize,
    max_age: TimeDelta,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    /// In the order in which they came, each with when.
    spans: VecDeque<(Timestamp, Span)>,
    bytes: usize,
}

impl SpanRing {
    /// An empty ring of at most this many bytes and this age.
    pub fn new(max_bytes: usize, max_age: TimeDelta) -> Self {
        Self { max_bytes, max_age, held: Mutex::default() }
    }

    /// Takes spans in that came `now`, and lets go of those that are too old or too many.
    pub fn push(&self, spans: Vec<Span>, now: Timestamp) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        for span in spans {
            held.bytes += size(&span);
            held.spans.push_back((now, span));
        }
        let oldest = now - self.max_age;
        while let Some((came, span)) = held.spans.front() {
            if held.bytes <= self.max_bytes && *came >= oldest {
                break;
            }
            let size = size(span);
            held.bytes -= size;
            held.spans.pop_front();
        }
    }

    /// How many spans there are.
    pub fn len(&self) -> usize {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).spans.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The spans that began in the window, as lines of OTLP JSON for `traces/otlp.jsonl`; none when there are none.
    pub fn cut(&self, window: &Window) -> Option<Vec<u8>> {
        let nanos = |at: Timestamp| at.timestamp_nanos_opt().and_then(|at| u64::try_from(at).ok()).unwrap_or(0);
        let (from, to) = (nanos(window.from), nanos(window.to));
        let inside: Vec<Span> = {
            let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            held.spans.iter().map(|(_, span)| span).filter(|span| (from..=to).contains(&span.start)).cloned().collect()
        };
        // By service, in the order in which each was first seen.
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut groups: Vec<(&str, Vec<&Span>)> = Vec::new();
        for span in &inside {
            let place = *places.entry(&span.service).or_insert(groups.len());
            match groups.get_mut(place) {
                Some((_, spans)) => spans.push(span),
                None => groups.push((&span.service, vec![span])),
            }
        }
        let mut text = String::new();
        for (service, spans) in groups {
            for spans in spans.chunks(IN_DOCUMENT) {
                let spans: Vec<_> = spans.iter().map(|span| as_json(span)).collect();
                let document = json!({"resourceSpans": [{
                    "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": service}}]},
                    "scopeSpans": [{"spans": spans}],
                }]});
                text.push_str(&document.to_string());
                text.push('\n');
            }
        }
        (!text.is_empty()).then(|| text.into_bytes())
    }
}

fn size(span: &Span) -> usize {
    // The service's name is shared by the spans of a request; a part of it is counted for each.
    size_of::<(Timestamp, Span)>() + span.name.len() + span.service.len()
}

fn as_json(span: &Span) -> serde_json::Value {
    json!({
        "traceId": hex(&span.trace), "spanId": hex(&span.id),
        "parentSpanId": span.parent.map(|id| hex(&id)).unwrap_or_default(), "name": span.name,
        "startTimeUnixNano": span.start.to_string(), "endTimeUnixNano": span.end.to_string(),
        "status": {"code": if span.failed { 2 } else { 0 }},
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::otlp::Received;

    const SECOND: u64 = 1_000_000_000;
    const START: u64 = 1_767_225_600;

    fn span(at: u64, service: &str) -> Span {
        Span {
            trace: [1; 16],
            id: [at as u8 + 1; 8],
            parent: None,
            service: service.into(),
            name: "x".into(),
            start: (START + at) * SECOND,
            end: (START + at) * SECOND + 5,
            failed: at == 2,
        }
    }

    fn moment(at: u64) -> Timestamp {
        chrono::DateTime::from_timestamp((START + at).cast_signed(), 0).unwrap()
    }

    #[test]
    fn the_oldest_go_first() {
        let each = size(&span(0, "a"));
        let ring = SpanRing::new(3 * each, TimeDelta::seconds(100));
        ring.push((0..5).map(|at| span(at, "a")).collect(), moment(5));
        assert_eq!(ring.len(), 3);
        ring.push(vec![span(6, "a")], moment(106));
        assert_eq!(ring.len(), 1, "the others are too old");
    }

    #[test]
    fn what_is_cut_out_reads_as_it_came_in() {
        let ring = SpanRing::new(1 << 20, TimeDelta::hours(1));
        let all: Vec<Span> = (0..10).map(|at| span(at, if at % 2 == 0 { "a" } else { "b" })).collect();
        ring.push(all.clone(), moment(10));
        let window = Window::new(moment(1), moment(4), None).unwrap();
        let text = String::from_utf8(ring.cut(&window).unwrap()).unwrap();
        let mut read: Vec<Span> =
            text.lines().flat_map(|line| Received::from_json(line.as_bytes()).unwrap().spans).collect();
        read.sort_by_key(|span| span.start);
        assert_eq!(read, all[1..=4]);
        assert_eq!(ring.cut(&Window::new(moment(50), moment(60), None).unwrap()), None);
    }
}
