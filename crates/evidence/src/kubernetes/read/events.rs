//! Events, from their own table, from the foot of `describe`, and as objects.

use serde_json::Value;

use super::table::Row;
use super::{Context, object_reference};
use crate::kubernetes::kind::Kind;
use crate::kubernetes::model::{At, Cluster, Event};
use crate::kubernetes::{MAX_EVENTS, quantity};

/// The object an event of a `describe` is about.
#[derive(Debug, Clone, Copy)]
pub(super) struct About<'a> {
    pub(super) kind: Kind,
    pub(super) name: &'a str,
    pub(super) namespace: &'a str,
}

fn push(cluster: &mut Cluster, event: Event) {
    if cluster.events.len() < MAX_EVENTS {
        cluster.events.push(event);
    }
}

/// A further line of the message of the event read last.
pub(super) fn continued(cluster: &mut Cluster, line: &str) {
    if let Some(event) = cluster.events.last_mut() {
        event.message.push(' ');
        event.message.push_str(line.trim());
    }
}

/// A row of `kubectl get events`.
pub(super) fn row(cluster: &mut Cluster, context: Context<'_>, row: &Row<'_>) {
    let Some((kind, name)) = row.get("OBJECT").and_then(object_reference) else {
        return;
    };
    let (age, count) = age(row.get("LAST SEEN").unwrap_or(""));
    let event = Event {
        kind,
        name: name.to_owned(),
        namespace: row.get("NAMESPACE").unwrap_or(context.namespace).to_owned(),
        warning: row.get("TYPE") == Some("Warning"),
        reason: row.get("REASON").unwrap_or("").to_owned(),
        message: row.get("MESSAGE").unwrap_or("").to_owned(),
        count: row.get("COUNT").and_then(|c| c.parse().ok()).unwrap_or(count),
        age,
        at: context.at(row.line),
    };
    push(cluster, event);
}

/// A line of the table at the foot of `describe`: type, reason, age, from, message, at least two spaces apart.
pub(super) fn described(cluster: &mut Cluster, about: About<'_>, line: &str, at: At) {
    let mut rest = line.trim();
    let mut cell = || {
        let end = rest.find("  ").unwrap_or(rest.len());
        let (cell, tail) = rest.split_at_checked(end).unwrap_or((rest, ""));
        rest = tail.trim_start();
        cell
    };
    let (kind, reason, age_text, _from) = (cell(), cell(), cell(), cell());
    let message = rest.trim();
    if !matches!(kind, "Normal" | "Warning") {
        let heading = kind == "Type" || kind.starts_with("----");
        if !heading && cluster.events.last().is_some_and(|last| last.name == about.name) {
            continued(cluster, line);
        }
        return;
    }
    let (age, count) = age(age_text);
    let event = Event {
        kind: about.kind,
        name: about.name.to_owned(),
        namespace: about.namespace.to_owned(),
        warning: kind == "Warning",
        reason: reason.to_owned(),
        message: message.to_owned(),
        count,
        age,
        at,
    };
    push(cluster, event);
}

/// `14s`, `14s (x2 over 30s)`.
fn age(text: &str) -> (Option<f64>, u32) {
    let (age, rest) = text.split_once(" (x").unwrap_or((text, ""));
    let count = rest.split(' ').next().and_then(|c| c.parse().ok()).unwrap_or(1);
    (quantity::seconds(age), count)
}

/// An `Event` object of either API group.
pub(super) fn object(cluster: &mut Cluster, value: &Value, at: At) {
    let about = value.get("involvedObject").or_else(|| value.get("regarding"));
    let text = |value: Option<&Value>, key: &str| {
        value.and_then(|v| v.get(key)).and_then(Value::as_str).unwrap_or("").to_owned()
    };
    let Some(kind) = Kind::parse(&text(about, "kind")) else {
        return;
    };
    let message = text(Some(value), "message");
    let count = value.get("count").or_else(|| value.pointer("/series/count")).and_then(Value::as_u64).unwrap_or(1);
    let event = Event {
        kind,
        name: text(about, "name"),
        namespace: text(about, "namespace"),
        warning: text(Some(value), "type") == "Warning",
        reason: text(Some(value), "reason"),
        message: if message.is_empty() { text(Some(value), "note") } else { message },
        count: u32::try_from(count).unwrap_or(u32::MAX),
        // Only the order of ages matters: the later the event, the smaller its age.
        age: last_seen(value).map(|seen| -seen),
        at,
    };
    push(cluster, event);
}

/// When an event was last seen, in seconds.
fn last_seen(value: &Value) -> Option<f64> {
    let times = ["/lastTimestamp", "/series/lastObservedTime", "/deprecatedLastTimestamp", "/eventTime"];
    let found = times.into_iter().find_map(|pointer| value.pointer(pointer).and_then(Value::as_str));
    found.and_then(crate::time::parse)
}
