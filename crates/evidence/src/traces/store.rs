//! Spans in memory, bounded; ids are hashed, names numbered.

use std::hash::Hasher;

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use crate::names::{self, Names};
use crate::time::Seconds;

/// One span.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// Hash of the trace id.
    pub trace: u64,
    /// Hash of the span id.
    pub id: u64,
    /// Hash of the parent's id; 0 for a root.
    pub parent: u64,
    /// Number of the entity in [`Traces::entities`].
    pub entity: u32,
    /// Number of the operation in [`Traces::operations`].
    pub operation: u32,
    /// When it began.
    pub start: Seconds,
    /// Seconds it took.
    pub duration: f64,
    /// Whether it failed.
    pub error: bool,
}

/// All spans of a bundle.
#[derive(Debug, Default)]
pub struct Traces {
    /// Atom names of entities.
    pub entities: Names,
    /// Operations, with ids in paths masked.
    pub operations: Names,
    /// Files, with the first line that a service was seen on.
    pub files: Names,
    /// The spans in order of reading, each id once.
    pub spans: Vec<Span>,
    /// File and line of the first span of each entity.
    pub first_seen: Vec<(u32, u32)>,
    seen: FxHashSet<(u64, u64)>,
    pods: FxHashMap<String, u32>,
}

/// A span as an importer read it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Record<'a> {
    /// Trace id.
    pub trace: &'a str,
    /// Span id.
    pub id: &'a str,
    /// Parent's span id; empty, zeros or `root` for none.
    pub parent: &'a str,
    /// Service or pod.
    pub entity: &'a str,
    /// Operation.
    pub operation: &'a str,
    /// When it began.
    pub start: Seconds,
    /// Seconds it took.
    pub duration: f64,
    /// Whether it failed.
    pub error: bool,
}

impl Traces {
    /// Adds a span; false when its id has been seen before.
    pub fn push(&mut self, record: &Record<'_>, file: &str, line: u32) -> bool {
        let (trace, id) = (id_of(record.trace), id_of(record.id));
        if !self.seen.insert((trace, id)) {
            return false;
        }
        let entity = if let Some(entity) = self.pods.get(record.entity) {
            *entity
        } else {
            let entity = self.entities.id(&names::entity(record.entity));
            self.pods.insert(record.entity.to_owned(), entity);
            entity
        };
        if self.first_seen.len() <= entity as usize {
            let place = (self.files.id(file), line);
            self.first_seen.resize(entity as usize + 1, place);
        }
        let operation = self.operations.id(&mask(record.operation));
        let (parent, start, duration) = (id_of(record.parent), record.start, record.duration.max(0.0));
        self.spans.push(Span { trace, id, parent, entity, operation, start, duration, error: record.error });
        true
    }
}

/// Hash of a trace or span id; 0 for what stands for none.
pub fn id_of(id: &str) -> u64 {
    let id = id.trim();
    if id.is_empty()
        || id.bytes().all(|b| b == b'0')
        || ["root", "none", "null", "-"].iter().any(|n| id.eq_ignore_ascii_case(n))
    {
        return 0;
    }
    let mut hasher = FxHasher::default();
    hasher.write(id.as_bytes());
    hasher.finish().max(1)
}

/// Masks path segments that identify one thing: numbers, UUIDs, long hexadecimal strings.
fn mask(operation: &str) -> String {
    let path = operation.split_once('?').map_or(operation, |(path, _)| path);
    let segments = path.split('/').map(|segment| {
        let digits = segment.bytes().filter(u8::is_ascii_digit).count();
        let hex = segment.len() >= 8 && segment.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
        if digits > 0 && (digits == segment.len() || hex) { "{}" } else { segment }
    });
    segments.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_in_paths_are_masked_and_versions_are_not() {
        assert_eq!(mask("/api/v1/users/123/d4f4d3ef-693b-4456-8eed-59c0d717dd08?x=1"), "/api/v1/users/{}/{}");
        assert_eq!(mask("CartService.Get"), "CartService.Get");
        assert_eq!((id_of("root"), id_of("0000"), id_of("")), (0, 0, 0));
        assert_ne!(id_of("ab"), id_of("ba"));
    }

    #[test]
    fn a_span_is_kept_once() {
        let mut traces = Traces::default();
        let record = Record {
            trace: "t",
            id: "s",
            entity: "a-5dc8d4f9fd-46997",
            operation: "GET /",
            duration: -1.0,
            ..Record::default()
        };
        assert!(traces.push(&record, "traces/a.csv", 2));
        assert!(!traces.push(&record, "traces/a.csv", 3));
        assert_eq!((traces.entities.name(0), traces.spans[0].duration), ("service/a", 0.0));
    }
}
