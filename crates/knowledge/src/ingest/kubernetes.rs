//! Objects of Kubernetes: what runs where, what selects what, what uses what.
//!
//! A workload (Deployment, StatefulSet, DaemonSet, Job, CronJob, or a pod that no one owns) is a component, `service/NAME`, as in
//! a diagnosis; a `Service` is `endpoint-service/NAME`. Names that occur in several namespaces are written `NAMESPACE.NAME`.
//! Values of variables are read for one thing: whether they hold the address of a `Service` of these files. The data of
//! `Secret`s and `ConfigMap`s is not read.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::documents::Document;
use super::facts::{Facts, INFERRED, Object, entity};
use super::kind::IngestError;
use super::secrets::is_secret_name;

/// Lists in lists in lists at most.
const DEEPEST: usize = 4;

struct Found<'a> {
    value: &'a Value,
    kind: &'a str,
    name: &'a str,
    namespace: &'a str,
    place: String,
}

impl<'a> Found<'a> {
    fn labels(&self, pointer: &str) -> Labels<'a> {
        let map = self.value.pointer(pointer).and_then(Value::as_object);
        map.into_iter().flatten().filter_map(|(key, value)| Some((key.as_str(), value.as_str()?))).collect()
    }

    /// The template of its pods, or itself where it is one.
    fn pod(&self) -> Option<&'a Value> {
        match self.kind {
            "Pod" => Some(self.value),
            "CronJob" => self.value.pointer("/spec/jobTemplate/spec/template"),
            "Deployment" | "StatefulSet" | "DaemonSet" | "Job" | "ReplicaSet" => self.value.pointer("/spec/template"),
            _ => None,
        }
    }

    fn owner(&self) -> Option<(&'a str, &'a str)> {
        let owner = self.value.pointer("/metadata/ownerReferences/0")?;
        Some((text(owner, "kind")?, text(owner, "name")?))
    }
}

type Labels<'a> = BTreeMap<&'a str, &'a str>;

struct Objects<'a> {
    all: Vec<Found<'a>>,
    /// Kinds and names that occur in several namespaces.
    several: BTreeSet<(&'a str, &'a str)>,
}

pub(super) fn facts(documents: &[Document], facts: &mut Facts) -> Result<(), IngestError> {
    let mut all = Vec::new();
    for document in documents {
        let place = format!("{}:{}", facts.file(), document.line);
        collect(&document.value, &place, 0, facts, &mut all)?;
    }
    let mut places: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    let mut several = BTreeSet::new();
    for one in &all {
        if *places.entry((class(one.kind), one.name)).or_insert(one.namespace) != one.namespace {
            several.insert((class(one.kind), one.name));
        }
    }
    let objects = Objects { all, several };
    for one in &objects.all {
        facts.at_place(&one.place);
        objects.object(one, facts);
    }
    Ok(())
}

/// The objects of a document; of a list its items.
fn collect<'a>(
    value: &'a Value,
    place: &str,
    depth: usize,
    facts: &Facts,
    all: &mut Vec<Found<'a>>,
) -> Result<(), IngestError> {
    let wrong = |message: &str| IngestError::content(facts.file(), place.trim_start_matches(facts.file()), message);
    let kind =
        text(value, "kind").ok_or_else(|| wrong("an object without a `kind`: each needs `apiVersion` and `kind`"))?;
    if kind == "List" || (kind.ends_with("List") && value.get("items").is_some()) {
        if depth >= DEEPEST {
            return Err(wrong("lists in lists in lists: take them apart"));
        }
        let items = value.get("items").and_then(Value::as_array);
        let items = items.ok_or_else(|| wrong("a list needs `items`"))?;
        for (at, item) in items.iter().enumerate() {
            collect(item, &format!("{place} items[{at}]"), depth + 1, facts, all)?;
        }
        return Ok(());
    }
    let name = value.pointer("/metadata/name").and_then(Value::as_str);
    let Some(name) = name.filter(|name| !name.is_empty()) else {
        return Err(wrong("an object without `metadata.name`"));
    };
    let namespace = value.pointer("/metadata/namespace").and_then(Value::as_str).unwrap_or("default");
    all.push(Found { value, kind, name, namespace, place: place.to_owned() });
    Ok(())
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}

fn in_namespace(own: &str, one: &Found<'_>, facts: &mut Facts) {
    facts.say("in-namespace", own, &entity("namespace", one.namespace));
}

/// Kinds that share their names as entities.
fn class(kind: &str) -> &str {
    match kind {
        "Deployment" | "StatefulSet" | "DaemonSet" | "CronJob" => "service",
        kind => kind,
    }
}

impl<'a> Objects<'a> {
    fn named(&self, of: &str, kind: &str, name: &str, namespace: &str) -> String {
        if self.several.contains(&(kind, name)) { entity(of, &format!("{namespace}.{name}")) } else { entity(of, name) }
    }

    fn object(&self, one: &Found<'a>, facts: &mut Facts) {
        match one.kind {
            "Deployment" | "StatefulSet" | "DaemonSet" | "CronJob" => self.workload(one, facts),
            "Job" | "ReplicaSet" if one.owner().is_none() => self.workload(one, facts),
            "Pod" => self.pod(one, facts),
            "Service" => self.service(one, facts),
            "Node" => node(one, facts),
            "Ingress" => self.ingress(one, facts),
            "ConfigMap" => in_namespace(&self.named("config", "ConfigMap", one.name, one.namespace), one, facts),
            "Secret" => {
                in_namespace(&self.named("secret", "Secret", one.name, one.namespace), one, facts);
                let held = |key| one.value.get(key).and_then(Value::as_object).map_or(0, Map::len);
                facts.withheld += (held("data") + held("stringData")) as u64;
            }
            "PersistentVolumeClaim" => {
                in_namespace(&self.named("claim", "PersistentVolumeClaim", one.name, one.namespace), one, facts);
            }
            _ => {}
        }
    }

    fn component(&self, one: &Found<'a>) -> String {
        self.named("service", class(one.kind), one.name, one.namespace)
    }

    fn workload(&self, one: &Found<'a>, facts: &mut Facts) {
        let own = self.component(one);
        in_namespace(&own, one, facts);
        facts.tell("workload-kind", &own, one.kind);
        if let Some(replicas) = one.value.pointer("/spec/replicas").and_then(Value::as_u64) {
            facts.count("replicas", &own, replicas);
        }
        self.spec(&own, one, facts);
    }

    fn pod(&self, one: &Found<'a>, facts: &mut Facts) {
        let own = self.named("pod", "Pod", one.name, one.namespace);
        in_namespace(&own, one, facts);
        if let Some(node) = one.value.pointer("/spec/nodeName").and_then(Value::as_str) {
            facts.say("runs-on", &own, &entity("node", node));
        }
        match self.owning(one) {
            Some(owner) => facts.say("part-of", &own, &self.component(owner)),
            None if one.owner().is_none() => self.spec(&own, one, facts),
            None => facts.remark(format!("{own}: what owns it is not in these files")),
        }
    }

    /// What owns a pod in the end: by its owner, and the owner of that; a replica set that is not there by its name.
    fn owning(&self, one: &Found<'a>) -> Option<&Found<'a>> {
        let (kind, name) = one.owner()?;
        let find = |kind: &str, name: &str| {
            self.all.iter().find(|all| all.kind == kind && all.name == name && all.namespace == one.namespace)
        };
        match find(kind, name) {
            Some(owner) if owner.owner().is_some() && matches!(kind, "ReplicaSet" | "Job") => self.owning(owner),
            Some(owner) => Some(owner),
            None if kind == "ReplicaSet" => find("Deployment", name.rsplit_once('-')?.0),
            None => None,
        }
    }

    fn service(&self, one: &Found<'a>, facts: &mut Facts) {
        let own = self.named("endpoint-service", "Service", one.name, one.namespace);
        in_namespace(&own, one, facts);
        for port in one.value.pointer("/spec/ports").and_then(Value::as_array).into_iter().flatten() {
            if let Some(port) = port.get("port").and_then(Value::as_u64) {
                facts.count("listens-on", &own, port);
            }
        }
        for served in self.served(one) {
            facts.say("serves", &own, &self.component(served));
        }
    }

    /// The components whose pods a `Service` selects.
    fn served(&self, service: &Found<'a>) -> Vec<&Found<'a>> {
        let selector = service.labels("/spec/selector");
        let is_selected = |one: &&Found<'a>| {
            let labels = match one.kind {
                "CronJob" => one.labels("/spec/jobTemplate/spec/template/metadata/labels"),
                _ => one.labels("/spec/template/metadata/labels"),
            };
            one.namespace == service.namespace && selector.iter().all(|(key, value)| labels.get(key) == Some(value))
        };
        let workloads = self.all.iter().filter(|one| class(one.kind) == "service");
        if selector.is_empty() { Vec::new() } else { workloads.filter(is_selected).collect() }
    }

    fn ingress(&self, one: &Found<'a>, facts: &mut Facts) {
        let own = self.named("ingress", "Ingress", one.name, one.namespace);
        in_namespace(&own, one, facts);
        for rule in one.value.pointer("/spec/rules").and_then(Value::as_array).into_iter().flatten() {
            if let Some(host) = text(rule, "host") {
                facts.tell("host", &own, host);
            }
            for path in rule.pointer("/http/paths").and_then(Value::as_array).into_iter().flatten() {
                if let Some(to) = path.pointer("/backend/service/name").and_then(Value::as_str) {
                    facts.say("routes-to", &own, &self.named("endpoint-service", "Service", to, one.namespace));
                }
            }
        }
    }

    /// What the pods of a component use.
    fn spec(&self, own: &str, one: &Found<'a>, facts: &mut Facts) {
        let Some(spec) = one.pod().and_then(|pod| pod.get("spec")) else { return };
        let named = |of: &str, kind: &str, name: &str| self.named(of, kind, name, one.namespace);
        let uses = |value: &Value, keys: [(&str, &str); 2], facts: &mut Facts| {
            for (pointer, of) in keys {
                if let Some(name) = value.pointer(pointer).and_then(Value::as_str) {
                    let (relation, kind) =
                        if of == "secret" { ("uses-secret", "Secret") } else { ("uses-config", "ConfigMap") };
                    facts.say(relation, own, &named(of, kind, name));
                }
            }
        };
        for volume in spec.get("volumes").and_then(Value::as_array).into_iter().flatten() {
            uses(volume, [("/configMap/name", "config"), ("/secret/secretName", "secret")], facts);
            if let Some(claim) = volume.pointer("/persistentVolumeClaim/claimName").and_then(Value::as_str) {
                facts.say("uses-claim", own, &named("claim", "PersistentVolumeClaim", claim));
            }
        }
        let containers = ["initContainers", "containers"].into_iter().filter_map(|key| spec.get(key)?.as_array());
        for container in containers.flatten() {
            if let Some(image) = text(container, "image") {
                facts.tell("image", own, image);
            }
            for from in container.get("envFrom").and_then(Value::as_array).into_iter().flatten() {
                uses(from, [("/configMapRef/name", "config"), ("/secretRef/name", "secret")], facts);
            }
            for variable in container.get("env").and_then(Value::as_array).into_iter().flatten() {
                let keys = [("/valueFrom/configMapKeyRef/name", "config"), ("/valueFrom/secretKeyRef/name", "secret")];
                uses(variable, keys, facts);
                match (text(variable, "name"), text(variable, "value")) {
                    (Some(name), Some(_)) if is_secret_name(name) => facts.withheld += 1,
                    (_, Some(value)) => self.address(own, value, one.namespace, facts),
                    _ => {}
                }
            }
        }
    }

    /// A call, where a value holds the address of a `Service`.
    fn address(&self, own: &str, value: &str, namespace: &str, facts: &mut Facts) {
        let Some(host) = host_of(value) else { return };
        let mut parts = host.split('.');
        let name = parts.next().unwrap_or_default();
        let within = parts.next().unwrap_or(namespace);
        let is_it = |one: &&Found<'a>| one.kind == "Service" && one.name == name && one.namespace == within;
        for served in self.all.iter().filter(is_it).flat_map(|service| self.served(service)) {
            let called = self.component(served);
            if called != own {
                facts.with("calls", own, Object::Entity(called), INFERRED);
            }
        }
    }
}

/// The host of an address, `scheme://[user@]host[:port][/…]` or `host:port`.
pub(super) fn host_of(value: &str) -> Option<&str> {
    let (has_scheme, rest) = value.split_once("://").map_or((false, value), |(_, rest)| (true, rest));
    let authority = rest.split(['/', '?', ',']).next().unwrap_or_default();
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (host, port) = authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
    let is_port = port.is_some_and(|port| port.parse::<u16>().is_ok());
    let letters = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.' | '_');
    ((has_scheme || is_port) && !host.is_empty() && host.chars().all(letters)).then_some(host)
}

fn node(one: &Found<'_>, facts: &mut Facts) {
    let own = entity("node", one.name);
    let labels = one.labels("/metadata/labels");
    for (label, relation, of) in
        [("topology.kubernetes.io/zone", "in-zone", "zone"), ("topology.kubernetes.io/region", "in-region", "region")]
    {
        if let Some(place) = labels.get(label) {
            facts.say(relation, &own, &entity(of, place));
        }
    }
    if let Some(version) = one.value.pointer("/status/nodeInfo/kubeletVersion").and_then(Value::as_str) {
        facts.tell("kubelet-version", &own, version);
    }
    if labels.is_empty() {
        facts.say("is-a", &own, &entity("kind", "node"));
    }
}
