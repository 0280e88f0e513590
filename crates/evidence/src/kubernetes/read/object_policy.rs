//! Network policies and autoscalers as objects.

use serde_json::Value;

use super::object::{list, selector, text};
use crate::kubernetes::model::{Autoscaler, Condition, NetworkPolicy, Peer, Restriction, Selector};

pub(super) fn network_policy(policy: &mut NetworkPolicy, value: &Value) {
    let spec = value.get("spec").unwrap_or(&Value::Null);
    policy.selector = Some(spec.get("podSelector").map_or_else(Selector::default, selector));
    let types: Vec<&str> = list(spec, "/policyTypes").filter_map(Value::as_str).collect();
    let restricts = |kind: &str, key: &str| types.contains(&kind) || types.is_empty() && spec.get(key).is_some();
    policy.ingress =
        (restricts("Ingress", "ingress") || types.is_empty()).then(|| restriction(spec, "/ingress", "/from"));
    policy.egress = restricts("Egress", "egress").then(|| restriction(spec, "/egress", "/to"));
}

fn restriction(spec: &Value, rules: &str, peers: &str) -> Restriction {
    Restriction { rules: list(spec, rules).map(|rule| list(rule, peers).map(peer).collect()).collect() }
}

fn peer(value: &Value) -> Peer {
    match value.get("podSelector") {
        Some(own) if value.get("namespaceSelector").is_none() => Peer::Pods(selector(own)),
        _ => Peer::Other,
    }
}

pub(super) fn autoscaler(autoscaler: &mut Autoscaler, value: &Value) {
    autoscaler.target =
        text(value, "/spec/scaleTargetRef/name").map(str::to_owned).or_else(|| autoscaler.target.take());
    let conditions: Vec<Condition> = conditions(value).collect();
    if !conditions.is_empty() {
        autoscaler.conditions = conditions;
    }
}

/// The conditions of any object's status.
pub(super) fn conditions(value: &Value) -> impl Iterator<Item = Condition> {
    list(value, "/status/conditions").filter_map(|condition| {
        let get = |key: &str| text(condition, key).map(str::to_owned);
        Some(Condition {
            kind: get("/type")?,
            status: get("/status")?,
            reason: get("/reason").unwrap_or_default(),
            message: get("/message").unwrap_or_default(),
        })
    })
}
