//! Spans in OTLP's JSON: which service calls which, how often, and at last when; which databases and topics it uses.
//!
//! All files of an ingestion are looked at together, for a trace may be spread over several, and a span may stand in several. A
//! call is a span whose parent is of another service, or a span that names its peer (`peer.service`, or the address of a database) and
//! has no child of another service.

mod spans;

use std::collections::{BTreeMap, HashMap, HashSet};

use oriel_model::Timestamp;

use super::documents::Document;
use super::facts::{Facts, entity};
use super::kind::IngestError;
use super::names::scoped;
use spans::{Span, Spans};

pub(super) fn facts(files: &[(String, Vec<Document>)], facts: &mut Facts) -> Result<(), IngestError> {
    let Spans { all, begins, nameless } = spans::of(files, facts)?;
    let at = |service: Service<'_>, facts: &mut Facts| {
        facts.begin(begins.get(&service).copied().unwrap_or_default());
        facts.at(&format!("service.name={}", service.0));
    };
    for service in begins.keys() {
        at(*service, facts);
        let own = named(*service);
        facts.say("is-a", &own, &entity("kind", "service"));
        if let Some(namespace) = service.1 {
            facts.say("in-namespace", &own, &entity("namespace", namespace));
        }
    }
    if nameless > 0 {
        facts.remark_of_all(format!("{nameless} resources without `service.name`: their spans are left out"));
    }
    for ((relation, caller, called), (count, end)) in calls(&all) {
        at(caller, facts);
        let observed = i64::try_from(end).ok().filter(|end| *end > 0).map(Timestamp::from_timestamp_nanos);
        let observed = observed.map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
        facts.seen(relation, &named(caller), &called, (count, observed));
    }
    Ok(())
}

/// A service by its name, and the namespace of the cluster where it is known.
type Service<'a> = (&'a str, Option<&'a str>);

fn named((name, namespace): Service<'_>) -> String {
    let scope = namespace.map(|namespace| entity("namespace", namespace));
    scoped("service", name, scope.as_deref())
}

/// Relation, caller and what is called, with how often and the end of the last.
type Calls<'a> = BTreeMap<(&'static str, Service<'a>, String), (u64, u64)>;

fn calls<'a>(spans: &[Span<'a>]) -> Calls<'a> {
    let services: HashMap<(&str, &str), Service<'a>> = spans.iter().map(|span| (span.id, span.service)).collect();
    let (mut calls, mut answered) = (Calls::new(), HashSet::new());
    let mut add = |relation: &'static str, caller: Service<'a>, called: String, end: u64| {
        let (count, last) = calls.entry((relation, caller, called)).or_default();
        *count += 1;
        *last = end.max(*last);
    };
    for span in spans {
        let Some(parent) = span.parent.map(|parent| (span.id.0, parent)) else { continue };
        if let Some(caller) = services.get(&parent).filter(|caller| **caller != span.service) {
            add("calls", *caller, named(span.service), span.end);
            answered.insert(parent);
        }
    }
    for span in spans {
        let peer = span.peer.filter(|peer| *peer != span.service.0 && !answered.contains(&span.id));
        if let Some(peer) = peer {
            add("calls", span.service, entity("service", peer), span.end);
        }
        if let Some(database) = span.database {
            add("uses-database", span.service, entity("database", database), span.end);
        }
        if let Some((relation, topic)) = span.topic {
            add(relation, span.service, entity("topic", topic), span.end);
        }
    }
    calls
}
