//! The objects of some files, found by kind, namespace and name.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Map, Value};

use crate::ingest::documents::Document;
use crate::ingest::facts::entity;
use crate::ingest::kind::IngestError;

/// Lists in lists in lists at most.
const DEEPEST: usize = 4;
/// Owners of owners at most.
const OWNERS: usize = 4;

/// An object.
pub(super) struct Found<'a> {
    pub(super) value: &'a Value,
    pub(super) kind: &'a str,
    pub(super) name: &'a str,
    pub(super) namespace: &'a str,
    pub(super) place: String,
}

impl<'a> Found<'a> {
    /// The template of its pods, or itself where it is one.
    pub(super) fn pod(&self) -> Option<&'a Value> {
        match self.kind {
            "Pod" => Some(self.value),
            "CronJob" => self.value.pointer("/spec/jobTemplate/spec/template"),
            "Deployment" | "StatefulSet" | "DaemonSet" | "Job" | "ReplicaSet" => self.value.pointer("/spec/template"),
            _ => None,
        }
    }

    /// Kind and name of what owns it.
    pub(super) fn owner(&self) -> Option<(&'a str, &'a str)> {
        let owner = self.value.pointer("/metadata/ownerReferences/0")?;
        Some((text(owner, "kind")?, text(owner, "name")?))
    }
}

/// The text under a key.
pub(super) fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}

/// The labels, or a selector, at a place of an object.
pub(super) fn labels<'a>(value: &'a Value, pointer: &str) -> Option<&'a Map<String, Value>> {
    value.pointer(pointer).and_then(Value::as_object).filter(|labels| !labels.is_empty())
}

/// Whether objects of a kind are components.
pub(super) fn is_component(kind: &str) -> bool {
    matches!(kind, "Deployment" | "StatefulSet" | "DaemonSet" | "CronJob")
}

/// Kinds that share their names as entities.
fn class(kind: &str) -> &str {
    if is_component(kind) { "service" } else { kind }
}

/// All objects of some files.
pub(super) struct Objects<'a> {
    pub(super) all: Vec<Found<'a>>,
    places: HashMap<(&'a str, &'a str, &'a str), usize>,
    /// What a `Service` may select, by namespace, label and its value.
    labelled: HashMap<(&'a str, &'a str, &'a Value), Vec<usize>>,
    /// Kinds and names that occur in several namespaces.
    several: BTreeSet<(&'a str, &'a str)>,
}

impl<'a> Objects<'a> {
    pub(super) fn of(files: &'a [(String, Vec<Document>)]) -> Result<Self, IngestError> {
        let mut all = Vec::new();
        for (file, documents) in files {
            for document in documents {
                collect(&document.value, file, &document.line.to_string(), 0, &mut all)?;
            }
        }
        let mut places = HashMap::new();
        let (mut namespaces, mut several) = (BTreeMap::new(), BTreeSet::new());
        for (at, one) in all.iter().enumerate() {
            places.entry((one.kind, one.namespace, one.name)).or_insert(at);
            if *namespaces.entry((class(one.kind), one.name)).or_insert(one.namespace) != one.namespace {
                several.insert((class(one.kind), one.name));
            }
        }
        let mut objects = Self { all, places, labelled: HashMap::new(), several };
        objects.labelled = objects.by_label();
        Ok(objects)
    }

    fn by_label(&self) -> HashMap<(&'a str, &'a str, &'a Value), Vec<usize>> {
        let mut labelled = HashMap::<_, Vec<usize>>::new();
        for (at, one) in self.all.iter().enumerate() {
            // A pod is served as what owns it, where that is known.
            let stands = match one.kind {
                "Pod" => self.owning(one).is_none(),
                kind => is_component(kind) || one.owner().is_none(),
            };
            let labels = one.pod().filter(|_| stands).and_then(|pod| labels(pod, "/metadata/labels"));
            for (label, value) in labels.into_iter().flatten() {
                labelled.entry((one.namespace, label.as_str(), value)).or_default().push(at);
            }
        }
        labelled
    }

    pub(super) fn find(&self, kind: &str, namespace: &str, name: &str) -> Option<&Found<'a>> {
        self.places.get(&(kind, namespace, name)).and_then(|at| self.all.get(*at))
    }

    /// The name of an entity that is an object of this kind.
    pub(super) fn named(&self, of: &str, kind: &str, name: &str, namespace: &str) -> String {
        if self.several.contains(&(kind, name)) { entity(of, &format!("{namespace}.{name}")) } else { entity(of, name) }
    }

    /// The name of a component, or of a pod that stands for itself.
    pub(super) fn component(&self, one: &Found<'a>) -> String {
        let of = if one.kind == "Pod" { "pod" } else { "service" };
        self.named(of, class(one.kind), one.name, one.namespace)
    }

    /// What owns a pod in the end: by its owner, and the owner of that; a replica set that is not there by its name.
    pub(super) fn owning(&self, one: &Found<'a>) -> Option<&Found<'a>> {
        let (mut kind, mut name) = one.owner()?;
        for _ in 0..OWNERS {
            let Some(owner) = self.find(kind, one.namespace, name) else {
                let deployment = name.rsplit_once('-').filter(|_| kind == "ReplicaSet")?.0;
                return self.find("Deployment", one.namespace, deployment);
            };
            match owner.owner().filter(|_| matches!(kind, "ReplicaSet" | "Job")) {
                Some(next) => (kind, name) = next,
                None => return Some(owner),
            }
        }
        None
    }

    /// The components whose pods a `Service` selects, and the pods of which no owner is known.
    pub(super) fn served(&self, service: &Found<'a>) -> Vec<&Found<'a>> {
        let Some(selector) = labels(service.value, "/spec/selector") else { return Vec::new() };
        let with = |(label, value): (&'a String, &'a Value)| {
            let found = self.labelled.get(&(service.namespace, label.as_str(), value));
            found.map(Vec::as_slice).unwrap_or_default()
        };
        // Fewest have the rarest of the labels.
        let few = selector.iter().map(with).min_by_key(|found| found.len()).unwrap_or_default();
        let is_selected = |one: &&Found<'a>| {
            let labels = one.pod().and_then(|pod| labels(pod, "/metadata/labels"));
            labels.is_some_and(|labels| selector.iter().all(|(key, value)| labels.get(key) == Some(value)))
        };
        few.iter().filter_map(|at| self.all.get(*at)).filter(is_selected).collect()
    }
}

/// The objects of a document; of a list its items.
fn collect<'a>(
    value: &'a Value,
    file: &str,
    place: &str,
    depth: usize,
    all: &mut Vec<Found<'a>>,
) -> Result<(), IngestError> {
    let wrong = |message: &str| IngestError::content(file, format!("line {place}"), message);
    let kind =
        text(value, "kind").ok_or_else(|| wrong("an object without a `kind`: each needs `apiVersion` and `kind`"))?;
    if kind == "List" || (kind.ends_with("List") && value.get("items").is_some()) {
        if depth >= DEEPEST {
            return Err(wrong("lists in lists in lists: take them apart"));
        }
        let items = value.get("items").and_then(Value::as_array).ok_or_else(|| wrong("a list needs `items`"))?;
        for (at, item) in items.iter().enumerate() {
            collect(item, file, &format!("{place} items[{at}]"), depth + 1, all)?;
        }
        return Ok(());
    }
    let name = value.pointer("/metadata/name").and_then(Value::as_str).filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| wrong("an object without `metadata.name`"))?;
    let namespace = value.pointer("/metadata/namespace").and_then(Value::as_str).unwrap_or("default");
    all.push(Found { value, kind, name, namespace, place: format!("{file}:{place}") });
    Ok(())
}
