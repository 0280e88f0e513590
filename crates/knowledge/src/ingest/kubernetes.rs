//! Objects of Kubernetes: what runs where, what selects what, what uses what.
//!
//! A workload (Deployment, StatefulSet, DaemonSet, Job, CronJob) is a component, `service/NAME`, as in a diagnosis; a `Service` is
//! `endpoint-service/NAME`. All files of an ingestion are looked at together. The namespace is the scope of a name; an object
//! without one says none, for who applies it decides. Values of variables, arguments and `ConfigMap`s are read for one thing:
//! whether they hold the address of a `Service` of these files (`calls.rs`). The data of `Secret`s is not read. Kinds of which
//! nothing is taken are counted.

mod calls;
mod network;
mod objects;
mod uses;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::documents::Document;
use super::facts::{Facts, entity};
use super::kind::IngestError;
use objects::{Found, Objects, is_component, text};

pub(super) use calls::{host_of, named_host};

/// Kinds that only serve to find what owns what, or repeat what others say.
const SILENT: [&str; 7] = ["ReplicaSet", "Job", "Endpoints", "EndpointSlice", "ControllerRevision", "Event", "Lease"];
/// Labels that machines set, and that tell nothing of what belongs together.
const MACHINE: [&str; 6] = [
    "pod-template-hash",
    "controller-revision-hash",
    "app.kubernetes.io/managed-by",
    "helm.sh/chart",
    "kubernetes.io/metadata.name",
    "objectset.rio.cattle.io/hash",
];

/// Adds what the objects of these files say.
pub(super) fn facts(files: &[(String, Vec<Document>)], facts: &mut Facts) -> Result<(), IngestError> {
    let objects = Objects::of(files, facts)?;
    let mut passed = BTreeMap::<&str, usize>::new();
    for one in &objects.all {
        facts.begin(one.file);
        facts.at(&one.place);
        if !objects.object(one, facts) {
            *passed.entry(one.kind).or_default() += 1;
        }
        facts.check()?;
    }
    if !passed.is_empty() {
        let all: Vec<String> = passed.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        facts.remark_of_all(format!("passed over, as nothing is taken of their kinds: {}", all.join(", ")));
    }
    Ok(())
}

fn in_namespace(own: &str, one: &Found<'_>, facts: &mut Facts) {
    if one.has_namespace {
        facts.say("in-namespace", own, &entity("namespace", one.namespace));
    }
}

/// The labels that people give.
fn tell_labels(own: &str, one: &Found<'_>, facts: &mut Facts) {
    for (label, value) in objects::labels(one.value, "/metadata/labels").into_iter().flatten() {
        if let Some(value) = value.as_str().filter(|_| !MACHINE.contains(&label.as_str())) {
            facts.tell("label", own, &format!("{label}={value}"));
        }
    }
}

impl<'a> Objects<'a> {
    /// Adds what an object says; whether anything is taken of its kind.
    fn object(&self, one: &Found<'a>, facts: &mut Facts) -> bool {
        match one.kind {
            kind if is_component(kind) => self.workload(one, facts),
            "Job" | "ReplicaSet" if one.owner().is_none() => self.workload(one, facts),
            "Pod" => self.pod(one, facts),
            "Service" => self.service(one, facts),
            "Node" => node(one, facts),
            "Namespace" => {
                let own = entity("namespace", one.name);
                facts.say("is-a", &own, &entity("kind", "namespace"));
                tell_labels(&own, one, facts);
            }
            "ServiceAccount" => placed("service-account", one, facts),
            "ConfigMap" => placed("config", one, facts),
            "Secret" => {
                placed("secret", one, facts);
                let held = |key| one.value.get(key).and_then(Value::as_object).map_or(0, Map::len);
                facts.withheld += (held("data") + held("stringData")) as u64;
            }
            "PersistentVolumeClaim" => claim(one, facts),
            "PersistentVolume" => volume(one, facts),
            "HorizontalPodAutoscaler" => autoscaler(one, facts),
            "Ingress" => network::ingress(one, facts),
            kind if kind.ends_with("Route") && text(one.value, "apiVersion").is_some_and(network::is_gateway) => {
                network::route(one, facts);
            }
            "NetworkPolicy" => network::policy(self, one, facts),
            kind => return SILENT.contains(&kind),
        }
        true
    }

    fn workload(&self, one: &Found<'a>, facts: &mut Facts) {
        let own = one.component();
        in_namespace(&own, one, facts);
        facts.tell("workload-kind", &own, one.kind);
        tell_labels(&own, one, facts);
        let replicas = one.value.pointer("/spec/replicas").and_then(Value::as_u64);
        if let Some(replicas) = replicas {
            facts.count("replicas", &own, replicas);
        }
        if let Some(schedule) = one.value.pointer("/spec/schedule").and_then(Value::as_str) {
            facts.tell("schedule", &own, schedule);
        }
        uses::spec(self, &own, one, facts);
        uses::templates(self, &own, one, facts);
    }

    fn pod(&self, one: &Found<'a>, facts: &mut Facts) {
        let own = one.named("pod", one.name);
        in_namespace(&own, one, facts);
        if let Some(node) = one.value.pointer("/spec/nodeName").and_then(Value::as_str) {
            facts.say("runs-on", &own, &entity("node", node));
        }
        match self.owning(one) {
            Some(owner) => {
                facts.say("part-of", &own, &owner.component());
                uses::claims(&own, one, facts);
            }
            None => {
                if one.owner().is_some() {
                    facts.remark("what owns this pod is not in these files");
                    uses::claims(&own, one, facts);
                } else {
                    uses::spec(self, &own, one, facts);
                }
            }
        }
    }

    fn service(&self, one: &Found<'a>, facts: &mut Facts) {
        let own = one.named("endpoint-service", one.name);
        in_namespace(&own, one, facts);
        for port in one.value.pointer("/spec/ports").and_then(Value::as_array).into_iter().flatten() {
            if let Some(port) = port.get("port").and_then(Value::as_u64) {
                facts.count("listens-on", &own, port);
            }
        }
        if let Some(host) = objects::external(one) {
            facts.say("resolves-to", &own, &entity("host", host));
        }
        for served in self.served(one) {
            facts.say("serves", &own, &served.component());
        }
    }
}

fn autoscaler(one: &Found<'_>, facts: &mut Facts) {
    let own = one.named("autoscaler", one.name);
    in_namespace(&own, one, facts);
    let spec = one.value.get("spec").unwrap_or(&Value::Null);
    if let Some(target) = spec.pointer("/scaleTargetRef/name").and_then(Value::as_str) {
        facts.say("scales", &own, &one.named("service", target));
    }
    for (key, relation) in [("minReplicas", "min-replicas"), ("maxReplicas", "max-replicas")] {
        if let Some(count) = spec.get(key).and_then(Value::as_u64) {
            facts.count(relation, &own, count);
        }
    }
}

/// An object of which it counts only that it is there.
fn placed(of: &str, one: &Found<'_>, facts: &mut Facts) {
    let own = one.named(of, one.name);
    facts.say("is-a", &own, &entity("kind", of));
    in_namespace(&own, one, facts);
}

fn claim(one: &Found<'_>, facts: &mut Facts) {
    placed("claim", one, facts);
    let own = one.named("claim", one.name);
    if let Some(volume) = one.value.pointer("/spec/volumeName").and_then(Value::as_str).filter(|name| !name.is_empty())
    {
        facts.say("bound-to", &own, &entity("persistent-volume", volume));
    }
    storage_class(&own, one, facts);
}

fn storage_class(own: &str, one: &Found<'_>, facts: &mut Facts) {
    let class = one.value.pointer("/spec/storageClassName").and_then(Value::as_str);
    if let Some(class) = class.filter(|name| !name.is_empty()) {
        facts.say("of-class", own, &entity("storage-class", class));
    }
}

fn volume(one: &Found<'_>, facts: &mut Facts) {
    let own = entity("persistent-volume", one.name);
    facts.say("is-a", &own, &entity("kind", "persistent-volume"));
    storage_class(&own, one, facts);
    if let Some(size) = one.value.pointer("/spec/capacity/storage").and_then(Value::as_str) {
        facts.tell("capacity", &own, size);
    }
}

fn node(one: &Found<'_>, facts: &mut Facts) {
    let own = entity("node", one.name);
    facts.say("is-a", &own, &entity("kind", "node"));
    let labels = objects::labels(one.value, "/metadata/labels");
    for (label, relation, of) in
        [("topology.kubernetes.io/zone", "in-zone", "zone"), ("topology.kubernetes.io/region", "in-region", "region")]
    {
        if let Some(place) = labels.and_then(|all| all.get(label)?.as_str()) {
            facts.say(relation, &own, &entity(of, place));
        }
    }
    if let Some(version) = one.value.pointer("/status/nodeInfo/kubeletVersion").and_then(Value::as_str) {
        facts.tell("kubelet-version", &own, version);
    }
}
