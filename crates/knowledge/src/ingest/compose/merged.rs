//! A service with what it extends: mappings are joined, lists are put together, and all else is replaced.

use serde_json::{Map, Value};

use crate::ingest::facts::Facts;

/// Services that extend each other at most.
const DEEPEST: usize = 8;

/// The service of this name, with all that it extends of the same file.
pub(super) fn service(services: &Map<String, Value>, name: &str, facts: &mut Facts) -> Map<String, Value> {
    let (mut chain, mut next) = (Vec::new(), Some(name));
    while let Some(service) = next.and_then(|name| services.get(name)?.as_object()) {
        if chain.len() >= DEEPEST {
            facts.remark("it extends what extends what, or itself: the rest is left out");
            break;
        }
        chain.push(service);
        next = service.get("extends").and_then(|extends| {
            if extends.get("file").is_some() {
                facts.remark("it extends a service of another file, of which nothing is taken");
                return None;
            }
            extends.as_str().or_else(|| extends.get("service")?.as_str())
        });
    }
    let mut all = Map::new();
    for service in chain.into_iter().rev() {
        join(&mut all, service);
    }
    all
}

fn join(into: &mut Map<String, Value>, from: &Map<String, Value>) {
    for (key, value) in from {
        match (into.get_mut(key), value) {
            (Some(Value::Object(one)), Value::Object(other)) => join(one, other),
            (Some(Value::Array(one)), Value::Array(other)) => one.extend(other.iter().cloned()),
            // A list of `NAME=value` over a mapping, or the other way round.
            (Some(one @ (Value::Object(_) | Value::Array(_))), Value::Object(_) | Value::Array(_)) => {
                *one = Value::Array([entries(one), entries(value)].concat());
            }
            _ => drop(into.insert(key.clone(), value.clone())),
        }
    }
}

/// A mapping as a list of names, with their values where those are texts.
fn entries(value: &Value) -> Vec<Value> {
    let entry = |(name, value): (&String, &Value)| match value.as_str() {
        Some(value) => Value::String(format!("{name}={value}")),
        None => Value::String(name.clone()),
    };
    match value {
        Value::Array(all) => all.clone(),
        Value::Object(all) => all.iter().map(entry).collect(),
        _ => Vec::new(),
    }
}
