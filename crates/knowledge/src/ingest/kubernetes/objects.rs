//! The objects of some files, found by kind, namespace and name.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::ingest::documents::Document;
use crate::ingest::facts::{Facts, Refused, entity};
use crate::ingest::kind::IngestError;
use crate::ingest::names::scoped;

/// Lists in lists in lists at most.
const DEEPEST: usize = 4;
/// Why nothing is taken of an object that gets its name when it is created.
const GENERATED: &str = "an object with a `generateName` and no name, which it gets when it is created: ingest what \
                         `kubectl get -o yaml` prints";
/// Owners of owners at most.
const OWNERS: usize = 4;

/// An object.
pub(super) struct Found<'a> {
    pub(super) value: &'a Value,
    pub(super) kind: &'a str,
    pub(super) name: &'a str,
    /// Where it is looked for.
    pub(super) namespace: &'a str,
    /// Whether it says its namespace.
    pub(super) has_namespace: bool,
    pub(super) file: &'a str,
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

    /// The name of something in its namespace.
    pub(super) fn named(&self, of: &str, name: &str) -> String {
        self.named_in(of, name, None)
    }

    /// The name of something in this namespace, or its own.
    pub(super) fn named_in(&self, of: &str, name: &str, namespace: Option<&str>) -> String {
        let namespace = namespace.or(self.has_namespace.then_some(self.namespace));
        let scope = namespace.map(|namespace| entity("namespace", namespace));
        scoped(of, name, scope.as_deref())
    }

    /// Its name as a component, or as a pod that stands for itself.
    pub(super) fn component(&self) -> String {
        self.named(if self.kind == "Pod" { "pod" } else { "service" }, self.name)
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

/// The host that a `Service` stands for, where that is outside.
pub(super) fn external<'a>(service: &Found<'a>) -> Option<&'a str> {
    let spec = service.value.get("spec").filter(|spec| text(spec, "type") == Some("ExternalName"))?;
    text(spec, "externalName").filter(|host| !host.is_empty())
}

/// All objects of some files.
pub(super) struct Objects<'a> {
    pub(super) all: Vec<Found<'a>>,
    places: HashMap<(&'a str, &'a str, &'a str), usize>,
    /// What a `Service` may select, by namespace, label and its value.
    labelled: HashMap<(&'a str, &'a str, &'a Value), Vec<usize>>,
}

impl<'a> Objects<'a> {
    /// Those that have a kind and a name. Of each file, what else it has is noted and passed over.
    pub(super) fn of(files: &'a [(String, Vec<Document>)], facts: &mut Facts) -> Result<Self, IngestError> {
        let mut all = Vec::new();
        for (file, documents) in files {
            let mut found = Collecting { file, all: &mut all, refused: Vec::new(), taken: 0 };
            for document in documents {
                found.collect(&document.value, &document.line.to_string(), 0);
            }
            let Collecting { refused, taken, .. } = found;
            facts.begin(file);
            facts.pass_over(refused, taken > 0)?;
        }
        let mut places = HashMap::new();
        for (at, one) in all.iter().enumerate() {
            places.entry((one.kind, one.namespace, one.name)).or_insert(at);
        }
        let mut objects = Self { all, places, labelled: HashMap::new() };
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
        self.selected(service.namespace, service.value.pointer("/spec/selector"))
    }

    /// The same by labels that a namespace's pods must have; none where there are no such labels.
    pub(super) fn selected<'s>(&'s self, namespace: &'s str, selector: Option<&'s Value>) -> Vec<&'s Found<'a>> {
        let selector = selector.and_then(Value::as_object).filter(|selector| !selector.is_empty());
        let Some(selector) = selector else { return Vec::new() };
        let with = |(label, value): (&'s String, &'s Value)| {
            let found = self.labelled.get(&(namespace, label.as_str(), value));
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

/// The objects of a file.
struct Collecting<'a, 'f> {
    file: &'a str,
    all: &'f mut Vec<Found<'a>>,
    refused: Vec<Refused>,
    /// How many are objects, of which something may be taken now or when they have their names.
    taken: usize,
}

impl<'a> Collecting<'a, '_> {
    /// Adds the objects of a document; of a list its items.
    fn collect(&mut self, value: &'a Value, place: &str, depth: usize) {
        match self.items(value, depth) {
            Ok(Some(items)) => {
                for (at, item) in items.iter().enumerate() {
                    self.collect(item, &format!("{place} items[{at}]"), depth + 1);
                }
            }
            Ok(None) => {}
            Err(why) => self.refused.push(Refused::new(format!("line {place}"), why)),
        }
    }

    /// The items of a list; what is none is added.
    fn items(&mut self, value: &'a Value, depth: usize) -> Result<Option<&'a [Value]>, &'static str> {
        let kind = text(value, "kind").ok_or("an object without a `kind`: each needs `apiVersion` and `kind`")?;
        if kind == "List" || (kind.ends_with("List") && value.get("items").is_some()) {
            if depth >= DEEPEST {
                return Err("lists in lists in lists: take them apart");
            }
            let items = value.get("items").and_then(Value::as_array).ok_or("a list needs `items`")?;
            // A list of nothing is no mistake.
            self.taken += usize::from(items.is_empty());
            return Ok(Some(items));
        }
        let said = |key: &str| value.pointer(key).and_then(Value::as_str).filter(|text| !text.is_empty());
        let Some(name) = said("/metadata/name") else {
            if said("/metadata/generateName").is_none() {
                return Err("an object without `metadata.name`");
            }
            self.taken += 1;
            return Err(GENERATED);
        };
        let given = said("/metadata/namespace");
        let (namespace, has_namespace) = (given.unwrap_or("default"), given.is_some());
        // A place that stays where it is when other objects come and go.
        let place = match given {
            Some(namespace) => format!("{kind}/{namespace}/{name}"),
            None => format!("{kind}/{name}"),
        };
        self.taken += 1;
        self.all.push(Found { value, kind, name, namespace, has_namespace, file: self.file, place });
        Ok(None)
    }
}
