//! What the pods of a component use: images, configuration, secrets, claims, an account.

use serde_json::Value;

use super::calls::Calls;
use super::objects::{Found, Objects, text};
use crate::ingest::facts::{Facts, entity};

/// Claims of one template of a StatefulSet at most.
const CLAIMS: u64 = 64;
/// Where a volume, a source of it or a variable names what, with the relation and the kind of what is named.
type Named = (&'static str, &'static str, &'static str);
const VOLUME: [Named; 3] = [
    ("/configMap/name", "uses-config", "config"),
    ("/secret/secretName", "uses-secret", "secret"),
    ("/persistentVolumeClaim/claimName", "uses-claim", "claim"),
];
const SOURCE: [Named; 2] = [("/configMap/name", "uses-config", "config"), ("/secret/name", "uses-secret", "secret")];
const FROM: [Named; 2] =
    [("/configMapRef/name", "uses-config", "config"), ("/secretRef/name", "uses-secret", "secret")];
const VARIABLE: [Named; 2] = [
    ("/valueFrom/configMapKeyRef/name", "uses-config", "config"),
    ("/valueFrom/secretKeyRef/name", "uses-secret", "secret"),
];

fn list<'a>(value: &'a Value, pointer: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    value.pointer(pointer).and_then(Value::as_array).into_iter().flatten()
}

/// What an object names there.
fn named<const N: usize>(value: &Value, all: [Named; N]) -> impl Iterator<Item = (Named, &str)> {
    all.into_iter().filter_map(|one| Some((one, value.pointer(one.0)?.as_str()?)))
}

pub(super) fn spec<'a>(objects: &Objects<'a>, own: &str, one: &Found<'a>, facts: &mut Facts) {
    let Some(spec) = one.pod().and_then(|pod| pod.get("spec")) else { return };
    let (mut configs, mut calls) = (Vec::new(), Calls::of(objects, own, one));
    let mut uses = |all: Vec<(Named, &'a str)>, facts: &mut Facts| {
        for ((_, relation, of), name) in all {
            facts.say(relation, own, &one.named(of, name));
            if of == "config" {
                configs.push(name);
            }
        }
    };
    for volume in list(spec, "/volumes") {
        uses(named(volume, VOLUME).collect(), facts);
        list(volume, "/projected/sources").for_each(|source| uses(named(source, SOURCE).collect(), facts));
        if let Some(path) = volume.pointer("/hostPath/path").and_then(Value::as_str) {
            facts.tell("uses-host-path", own, path);
        }
    }
    for secret in list(spec, "/imagePullSecrets").filter_map(|secret| text(secret, "name")) {
        facts.say("uses-secret", own, &one.named("secret", secret));
    }
    if let Some(account) = text(spec, "serviceAccountName").filter(|name| !name.is_empty()) {
        facts.say("runs-as", own, &one.named("service-account", account));
    }
    for container in list(spec, "/initContainers").chain(list(spec, "/containers")) {
        if let Some(image) = text(container, "image") {
            facts.tell("image", own, image);
        }
        list(container, "/envFrom").for_each(|from| uses(named(from, FROM).collect(), facts));
        for variable in list(container, "/env") {
            uses(named(variable, VARIABLE).collect(), facts);
            if let (Some(name), Some(value)) = (text(variable, "name"), text(variable, "value")) {
                calls.variable((name, value), facts);
            }
        }
        for argument in list(container, "/command").chain(list(container, "/args")).filter_map(Value::as_str) {
            calls.addresses(argument, facts);
        }
    }
    configs.sort_unstable();
    configs.dedup();
    for config in configs.iter().filter_map(|name| objects.find("ConfigMap", one.namespace, name)) {
        for (key, value) in config.value.get("data").and_then(Value::as_object).into_iter().flatten() {
            if let Some(value) = value.as_str() {
                calls.variable((key, value), facts);
            }
        }
    }
}

/// The claims of a pod itself: of a StatefulSet each pod has its own.
pub(super) fn claims(own: &str, one: &Found<'_>, facts: &mut Facts) {
    let volumes = list(one.value, "/spec/volumes");
    for claim in volumes.filter_map(|volume| volume.pointer("/persistentVolumeClaim/claimName")?.as_str()) {
        facts.say("uses-claim", own, &one.named("claim", claim));
    }
}

/// The claims that a StatefulSet makes for its pods: TEMPLATE-NAME-NUMBER.
pub(super) fn templates(objects: &Objects<'_>, own: &str, one: &Found<'_>, facts: &mut Facts) {
    let replicas = one.value.pointer("/spec/replicas").and_then(Value::as_u64).unwrap_or(1);
    for template in list(one.value, "/spec/volumeClaimTemplates") {
        let Some(name) = template.pointer("/metadata/name").and_then(Value::as_str) else { continue };
        for number in 0..replicas.min(CLAIMS) {
            let claim = format!("{name}-{}-{number}", one.name);
            facts.say("uses-claim", own, &one.named("claim", &claim));
            if let Some(class) = template.pointer("/spec/storageClassName").and_then(Value::as_str)
                && objects.find("PersistentVolumeClaim", one.namespace, &claim).is_none()
            {
                facts.say("of-class", &one.named("claim", &claim), &entity("storage-class", class));
            }
        }
    }
}
