//! Objects of Kubernetes: what runs where, what selects what, what uses what.
//!
//! A workload (Deployment, StatefulSet, DaemonSet, Job, CronJob) is a component, `service/NAME`, as in a diagnosis; a `Service` is
//! `endpoint-service/NAME`. Names that occur in several namespaces are written `NAMESPACE.NAME`. All files of an ingestion are
//! looked at together. Values of variables are read for one thing: whether they hold the address of a `Service` of these
//! files. The data of `Secret`s and `ConfigMap`s is not read.

mod objects;

use serde_json::{Map, Value};

use super::documents::Document;
use super::facts::{Facts, INFERRED, Object, entity};
use super::kind::IngestError;
use super::secrets::is_secret_name;
use objects::{Found, Objects, is_component, text};

/// Adds what the objects of these files say.
pub(super) fn facts(files: &[(String, Vec<Document>)], facts: &mut Facts) -> Result<(), IngestError> {
    let objects = Objects::of(files)?;
    for one in &objects.all {
        facts.at_place(&one.place);
        objects.object(one, facts);
        facts.check()?;
    }
    Ok(())
}

fn in_namespace(own: &str, one: &Found<'_>, facts: &mut Facts) {
    facts.say("in-namespace", own, &entity("namespace", one.namespace));
}

impl<'a> Objects<'a> {
    fn object(&self, one: &Found<'a>, facts: &mut Facts) {
        match one.kind {
            kind if is_component(kind) => self.workload(one, facts),
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
        let Some(service) = self.find("Service", within, name) else { return };
        for served in self.served(service) {
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
    if labels.is_none() {
        facts.say("is-a", &own, &entity("kind", "node"));
    }
}
