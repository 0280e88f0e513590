//! What leads from outside to `Service`s, and what may reach what.

use serde_json::Value;

use super::in_namespace;
use super::objects::{Found, Objects, text};
use crate::ingest::facts::{Facts, entity};

fn list<'a>(value: &'a Value, pointer: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    value.pointer(pointer).and_then(Value::as_array).into_iter().flatten()
}

pub(super) fn ingress(one: &Found<'_>, facts: &mut Facts) {
    let own = one.named("ingress", one.name);
    in_namespace(&own, one, facts);
    if let Some(class) = one.value.pointer("/spec/ingressClassName").and_then(Value::as_str) {
        facts.say("of-class", &own, &entity("ingress-class", class));
    }
    let to = |backend: Option<&Value>, facts: &mut Facts| {
        if let Some(name) = backend.and_then(|backend| backend.pointer("/service/name")?.as_str()) {
            facts.say("routes-to", &own, &one.named("endpoint-service", name));
        }
    };
    to(one.value.pointer("/spec/defaultBackend"), facts);
    for rule in list(one.value, "/spec/rules") {
        if let Some(host) = text(rule, "host") {
            facts.tell("host", &own, host);
        }
        list(rule, "/http/paths").for_each(|path| to(path.get("backend"), facts));
    }
    for tls in list(one.value, "/spec/tls") {
        list(tls, "/hosts").filter_map(Value::as_str).for_each(|host| facts.tell("host", &own, host));
        if let Some(secret) = text(tls, "secretName") {
            facts.say("uses-secret", &own, &one.named("secret", secret));
        }
    }
}

/// Whether routes of this API are of the Gateway API.
pub(super) fn is_gateway(version: &str) -> bool {
    version.starts_with("gateway.networking.k8s.io/")
}

pub(super) fn route(one: &Found<'_>, facts: &mut Facts) {
    let own = one.named("route", one.name);
    in_namespace(&own, one, facts);
    list(one.value, "/spec/hostnames").filter_map(Value::as_str).for_each(|host| facts.tell("host", &own, host));
    for parent in list(one.value, "/spec/parentRefs") {
        if let Some(name) = text(parent, "name").filter(|_| text(parent, "kind").is_none_or(|kind| kind == "Gateway")) {
            facts.say("attached-to", &own, &one.named_in("gateway", name, text(parent, "namespace")));
        }
    }
    for backend in list(one.value, "/spec/rules").flat_map(|rule| list(rule, "/backendRefs")) {
        if let Some(name) = text(backend, "name").filter(|_| text(backend, "kind").is_none_or(|kind| kind == "Service"))
        {
            facts.say("routes-to", &own, &one.named_in("endpoint-service", name, text(backend, "namespace")));
        }
    }
}

pub(super) fn policy(objects: &Objects<'_>, one: &Found<'_>, facts: &mut Facts) {
    let own = one.named("network-policy", one.name);
    in_namespace(&own, one, facts);
    for component in objects.selected(one.namespace, one.value.pointer("/spec/podSelector/matchLabels")) {
        facts.say("applies-to", &own, &component.component());
    }
    for (rules, peers, relation) in [("/spec/ingress", "/from", "allows-from"), ("/spec/egress", "/to", "allows-to")] {
        // A peer in other namespaces is told by labels of namespaces, which may be anything.
        let peers = list(one.value, rules).flat_map(|rule| list(rule, peers));
        for peer in peers.filter(|peer| peer.get("namespaceSelector").is_none()) {
            for component in objects.selected(one.namespace, peer.pointer("/podSelector/matchLabels")) {
                facts.say(relation, &own, &component.component());
            }
        }
    }
}
