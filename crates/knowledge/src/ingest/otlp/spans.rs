//! The spans of some files, each once.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use super::Service;
use crate::ingest::documents::Document;
use crate::ingest::facts::{Facts, Refused};
use crate::ingest::kind::IngestError;

/// Spans of one ingestion at most.
const MOST: usize = 2_000_000;

/// A span.
pub(super) struct Span<'a> {
    pub(super) service: Service<'a>,
    pub(super) id: (&'a str, &'a str),
    pub(super) parent: Option<&'a str>,
    /// The service that it says it calls.
    pub(super) peer: Option<&'a str>,
    /// The database that it asks.
    pub(super) database: Option<&'a str>,
    /// The topic or queue that it writes to or reads from.
    pub(super) topic: Option<(&'static str, &'a str)>,
    /// Nanoseconds since 1970.
    pub(super) end: u64,
}

/// The spans of some files.
#[derive(Default)]
pub(super) struct Spans<'a> {
    pub(super) all: Vec<Span<'a>>,
    /// In which file each service stands first.
    pub(super) begins: BTreeMap<Service<'a>, &'a str>,
    /// Resources without a name of a service.
    pub(super) nameless: usize,
}

/// The spans of some files. Of each file, messages and spans that are none are noted and passed over.
pub(super) fn of<'a>(files: &'a [(String, Vec<Document>)], facts: &mut Facts) -> Result<Spans<'a>, IngestError> {
    let (mut spans, mut known) = (Spans::default(), HashSet::new());
    for (file, documents) in files {
        let (mut refused, mut has_others) = (Vec::new(), false);
        for document in documents {
            let place = format!("line {}", document.line);
            let resources = first(&document.value, &["resourceSpans", "resource_spans"]).and_then(Value::as_array);
            let Some(resources) = resources else {
                refused.push(Refused::new(place, "there are no `resourceSpans`"));
                continue;
            };
            // A message of nothing is no mistake.
            has_others |= resources.is_empty();
            for resource in resources {
                let attributes = resource.pointer("/resource/attributes").unwrap_or(&Value::Null);
                let Some(name) = attribute(attributes, "service.name") else {
                    spans.nameless += 1;
                    has_others = true;
                    continue;
                };
                let service = (name, attribute(attributes, "k8s.namespace.name"));
                spans.begins.entry(service).or_insert(file);
                has_others |= collect(resource, service, (file, &place), &mut refused, &mut spans.all, &mut known)?;
            }
        }
        facts.begin(file);
        facts.pass_over(refused, has_others)?;
    }
    Ok(spans)
}

fn first<'a>(value: &'a Value, names: &[&str]) -> Option<&'a Value> {
    names.iter().find_map(|name| value.get(*name))
}

fn attribute<'a>(all: &'a Value, name: &str) -> Option<&'a str> {
    let one = all.as_array()?.iter().find(|one| one.get("key").and_then(Value::as_str) == Some(name))?;
    let text = first(one.get("value")?, &["stringValue", "string_value"])?.as_str()?;
    (!text.is_empty()).then_some(text)
}

/// Adds the spans of a resource; whether all or some can be taken.
fn collect<'a>(
    resource: &'a Value,
    service: Service<'a>,
    (file, place): (&str, &str),
    refused: &mut Vec<Refused>,
    spans: &mut Vec<Span<'a>>,
    known: &mut HashSet<(&'a str, &'a str)>,
) -> Result<bool, IngestError> {
    let before = refused.len();
    let mut taken = false;
    let scopes =
        first(resource, &["scopeSpans", "scope_spans", "instrumentationLibrarySpans"]).and_then(Value::as_array);
    for span in scopes.into_iter().flatten().filter_map(|scope| scope.get("spans")?.as_array()).flatten() {
        let text = |names: &[&str]| first(span, names).and_then(Value::as_str).filter(|text| !text.is_empty());
        let (Some(trace), Some(id)) = (text(&["traceId", "trace_id"]), text(&["spanId", "span_id"])) else {
            refused.push(Refused::new(place, "a span needs `traceId` and `spanId`"));
            continue;
        };
        taken = true;
        if !known.insert((trace, id)) {
            continue;
        }
        if spans.len() >= MOST {
            return Err(IngestError::TooMuch { what: format!("{file}: spans"), most: MOST });
        }
        let end = first(span, &["endTimeUnixNano", "end_time_unix_nano"]);
        let end = end.and_then(|end| end.as_u64().or_else(|| end.as_str()?.parse().ok())).unwrap_or(0);
        let attributes = span.get("attributes").unwrap_or(&Value::Null);
        let of = |names: &[&str]| names.iter().find_map(|name| attribute(attributes, name));
        let system = of(&["db.system.name", "db.system"]);
        let address = of(&["server.address", "net.peer.name"]).and_then(host).filter(|_| system.is_some());
        spans.push(Span {
            service,
            id: (trace, id),
            parent: text(&["parentSpanId", "parent_span_id"]),
            peer: of(&["peer.service"]).or(address),
            database: system.and_then(|system| of(&["db.namespace", "db.name"]).or(Some(system))),
            topic: of(&["messaging.destination.name", "messaging.destination"]).and_then(|topic| {
                Some((direction(span, of(&["messaging.operation.type", "messaging.operation"]))?, topic))
            }),
            end,
        });
    }
    // A resource without spans is no mistake.
    Ok(taken || refused.len() == before)
}

/// The name of a host as services of a cluster have it: the first part. An address of numbers names nothing.
fn host(address: &str) -> Option<&str> {
    let is_number = address.contains(':') || address.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    address.split('.').next().filter(|name| !is_number && *name != "localhost" && !name.is_empty())
}

/// Whether a span writes to a topic or reads from it, by its kind, or by what it says it does.
fn direction(span: &Value, operation: Option<&str>) -> Option<&'static str> {
    let kind = span.get("kind").map(|kind| kind.as_str().map_or_else(|| kind.to_string(), str::to_owned));
    match (kind.as_deref(), operation) {
        (Some("4" | "SPAN_KIND_PRODUCER"), _) | (_, Some("publish" | "send" | "create")) => Some("publishes-to"),
        (Some("5" | "SPAN_KIND_CONSUMER"), _) | (_, Some("receive" | "process" | "settle")) => Some("consumes-from"),
        _ => None,
    }
}
