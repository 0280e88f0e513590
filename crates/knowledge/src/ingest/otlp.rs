//! Spans in OTLP's JSON: which service calls which, how often, and at last when.
//!
//! A call is a span whose parent is of another service, or a client's span that names its peer (`peer.service`) and has no
//! child of that service in the file.

use std::collections::{BTreeMap, HashMap, HashSet};

use oriel_model::Timestamp;
use serde_json::Value;

use super::documents::Document;
use super::facts::{Facts, entity};
use super::kind::IngestError;

/// Spans of one file at most.
const MOST: usize = 2_000_000;

struct Span<'a> {
    service: &'a str,
    id: (&'a str, &'a str),
    parent: Option<&'a str>,
    peer: Option<&'a str>,
    /// Nanoseconds since 1970.
    end: u64,
}

pub(super) fn facts(documents: &[Document], facts: &mut Facts) -> Result<(), IngestError> {
    let mut spans = Vec::new();
    let mut begins = BTreeMap::new();
    for document in documents {
        let place = format!("line {}", document.line);
        let resources = first(&document.value, &["resourceSpans", "resource_spans"]).and_then(Value::as_array);
        let resources =
            resources.ok_or_else(|| IngestError::content(facts.file(), &place, "there are no `resourceSpans`"))?;
        for resource in resources {
            let service = resource.pointer("/resource/attributes").and_then(|all| attribute(all, "service.name"));
            let Some(service) = service else {
                facts.at_line(document.line);
                facts.remark("spans of a resource without `service.name` are left out");
                continue;
            };
            begins.entry(service).or_insert(document.line);
            collect(resource, service, &place, facts.file(), &mut spans)?;
        }
    }
    for (service, line) in &begins {
        facts.at_line(*line);
        facts.say("is-a", &entity("service", service), &entity("kind", "service"));
    }
    for ((caller, callee), (count, end)) in calls(&spans) {
        facts.at_line(begins.get(caller).copied().unwrap_or(1));
        let observed = i64::try_from(end).ok().filter(|end| *end > 0).map(Timestamp::from_timestamp_nanos);
        let observed = observed.map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
        facts.seen(&entity("service", caller), &entity("service", callee), count, observed);
    }
    Ok(())
}

fn first<'a>(value: &'a Value, names: &[&str]) -> Option<&'a Value> {
    names.iter().find_map(|name| value.get(*name))
}

fn attribute<'a>(all: &'a Value, name: &str) -> Option<&'a str> {
    let one = all.as_array()?.iter().find(|one| one.get("key").and_then(Value::as_str) == Some(name))?;
    first(one.get("value")?, &["stringValue", "string_value"])?.as_str()
}

fn collect<'a>(
    resource: &'a Value,
    service: &'a str,
    place: &str,
    file: &str,
    spans: &mut Vec<Span<'a>>,
) -> Result<(), IngestError> {
    let scopes =
        first(resource, &["scopeSpans", "scope_spans", "instrumentationLibrarySpans"]).and_then(Value::as_array);
    for span in scopes.into_iter().flatten().filter_map(|scope| scope.get("spans")?.as_array()).flatten() {
        let text = |names: &[&str]| first(span, names).and_then(Value::as_str).filter(|text| !text.is_empty());
        let (Some(trace), Some(id)) = (text(&["traceId", "trace_id"]), text(&["spanId", "span_id"])) else {
            return Err(IngestError::content(file, place, "a span needs `traceId` and `spanId`"));
        };
        let end = first(span, &["endTimeUnixNano", "end_time_unix_nano"]);
        let end = end.and_then(|end| end.as_u64().or_else(|| end.as_str()?.parse().ok())).unwrap_or(0);
        let peer = span.get("attributes").and_then(|all| attribute(all, "peer.service"));
        let parent = text(&["parentSpanId", "parent_span_id"]);
        if spans.len() >= MOST {
            return Err(IngestError::TooMuch { what: format!("{file}: spans"), most: MOST });
        }
        spans.push(Span { service, id: (trace, id), parent, peer, end });
    }
    Ok(())
}

/// Caller and callee, with how often and the end of the last.
type Calls<'a> = BTreeMap<(&'a str, &'a str), (u64, u64)>;

fn calls<'a>(spans: &[Span<'a>]) -> Calls<'a> {
    let services: HashMap<(&str, &str), &'a str> = spans.iter().map(|span| (span.id, span.service)).collect();
    let (mut calls, mut answered) = (Calls::new(), HashSet::new());
    let mut add = |caller: &'a str, callee: &'a str, end: u64| {
        let (count, last) = calls.entry((caller, callee)).or_default();
        *count += 1;
        *last = end.max(*last);
    };
    for span in spans {
        let Some(parent) = span.parent.map(|parent| (span.id.0, parent)) else { continue };
        if let Some(caller) = services.get(&parent).filter(|caller| **caller != span.service) {
            add(caller, span.service, span.end);
            answered.insert(parent);
        }
    }
    for span in spans {
        if let Some(peer) = span.peer.filter(|peer| *peer != span.service && !answered.contains(&span.id)) {
            add(span.service, peer, span.end);
        }
    }
    calls
}
