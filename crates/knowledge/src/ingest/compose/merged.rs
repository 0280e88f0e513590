//! A service with what it extends: mappings are joined, lists are put together, and all else is replaced.

use serde_json::{Map, Value};

use super::files::{Files, Part};
use crate::ingest::facts::Facts;

/// Services that extend each other at most.
const DEEPEST: usize = 8;

/// A service, with all that it extends, of the same file or of others that are at hand.
pub(super) fn service(files: &Files<'_>, part: &Part<'_>, facts: &mut Facts) -> Map<String, Value> {
    let (mut chain, mut next) = (Vec::new(), Some(*part));
    while let Some((at, service)) = next.and_then(|part| Some((part, part.services.get(part.name)?.as_object()?))) {
        if chain.len() >= DEEPEST {
            facts.remark("it extends what extends what, or itself: the rest is left out");
            break;
        }
        chain.push(service);
        next = service.get("extends").and_then(|extends| extended(files, at, extends, facts));
    }
    let mut all = Map::new();
    for service in chain.into_iter().rev() {
        join(&mut all, service);
    }
    all
}

/// What a service extends.
fn extended<'a>(files: &Files<'a>, from: Part<'a>, extends: &'a Value, facts: &mut Facts) -> Option<Part<'a>> {
    let name = extends.as_str().or_else(|| extends.get("service")?.as_str())?;
    let Some(path) = extends.get("file") else { return Some(Part { name, ..from }) };
    let found = path.as_str().and_then(|path| files.service(from.file, path, name));
    if found.is_none() {
        facts.remark("it extends a service of another file that is not at hand, of which nothing is taken");
    }
    found
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
