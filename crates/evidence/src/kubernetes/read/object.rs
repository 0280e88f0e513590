//! Objects as JSON or YAML: one, a `List`, several documents.

use serde_json::Value;

use super::object_kinds as kinds;
use super::{Context, events, object_pod, object_policy as policy};
use crate::kubernetes::Remarks;
use crate::kubernetes::kind::Kind;
use crate::kubernetes::model::{At, CURRENT, Cluster, ClusterState, Expression, Labels, Meta, Operator, Selector};
use crate::kubernetes::transcript::Section;

/// Where objects and events show when something happened last.
const TIMES: [&str; 5] = [
    "/lastTimestamp",
    "/series/lastObservedTime",
    "/metadata/creationTimestamp",
    "/status/startTime",
    "/status/containerStatuses/0/state/running/startedAt",
];

/// Nesting of lists in lists that is followed.
const MAX_DEPTH: u8 = 4;

/// Where a document came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// The answer of `kubectl get`: what it holds is in the cluster.
    Asked,
    /// A manifest: what somebody wanted.
    Manifest,
    /// A file named after this kind, with a whole list of it.
    Dump(Kind),
    /// A file without a command: each object's own fields tell, and a `List` is a whole one.
    File,
}

/// Reads all documents of a section. `origin` says that the command asked the cluster; otherwise each object's own fields
/// tell whether it came from the cluster or from a manifest.
pub(super) fn documents(
    cluster: &mut Cluster,
    context: Context<'_>,
    section: &Section<'_>,
    origin: Origin,
    remarks: &mut Remarks<'_>,
) {
    let text = section.text;
    if text.trim_start().starts_with(['{', '[']) {
        for value in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
            match value {
                Ok(value) => whole(cluster, context, &value, context.at(section.line), origin),
                Err(error) => {
                    let line = section.line.saturating_add(u32::try_from(error.line()).unwrap_or(1)).saturating_sub(1);
                    remarks.line(line, "the JSON is broken here; the rest of the section was not read");
                    return;
                }
            }
        }
        return;
    }
    let mut start = 0;
    let mut first = section.line;
    let mut offset = 0;
    for (number, line) in (section.line..).zip(text.split_inclusive('\n')) {
        if line.trim_end() == "---" {
            document(cluster, context, text.get(start..offset).unwrap_or(""), first, origin, remarks);
            start = offset + line.len();
            first = number.saturating_add(1);
        }
        offset += line.len();
    }
    document(cluster, context, text.get(start..).unwrap_or(""), first, origin, remarks);
}

fn document(
    cluster: &mut Cluster,
    context: Context<'_>,
    text: &str,
    line: u32,
    origin: Origin,
    remarks: &mut Remarks<'_>,
) {
    let has_content = text.lines().any(|l| !l.trim().is_empty() && !l.trim_start().starts_with('#'));
    if !has_content {
        return;
    }
    match serde_saphyr::from_str::<Value>(text) {
        Ok(value) => whole(cluster, context, &value, context.at(line), origin),
        Err(_) => remarks.line(line, "the YAML document that starts here is broken and was not read"),
    }
}

/// One document, and what is known of lists from it.
fn whole(cluster: &mut Cluster, context: Context<'_>, value: &Value, at: At, origin: Origin) {
    match origin {
        Origin::File => note_kinds(cluster, value, None),
        Origin::Dump(kind) => note_kinds(cluster, value, Some(kind)),
        Origin::Asked | Origin::Manifest => {}
    }
    object(cluster, context, value, at, matches!(origin, Origin::Asked | Origin::Dump(_)), 0);
}

/// A file with a `List` of several kinds is what a `kubectl get` of these kinds printed. A list of one kind alone may be a
/// selection (`-l app=x`), unless the file is named after the kind. Where all items share a namespace, so does the list.
fn note_kinds(cluster: &mut Cluster, value: &Value, named: Option<Kind>) {
    let Some(items) = value.get("items").and_then(Value::as_array) else {
        return;
    };
    let mut kinds: Vec<(Kind, Vec<&str>)> = Vec::new();
    for item in items {
        let Some(kind) = text(item, "/kind").and_then(Kind::parse) else { continue };
        let namespace = text(item, "/metadata/namespace").unwrap_or("");
        match kinds.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, namespaces)) if namespaces.contains(&namespace) => {}
            Some((_, namespaces)) => namespaces.push(namespace),
            None => kinds.push((kind, vec![namespace])),
        }
    }
    match named {
        Some(kind) if kinds.is_empty() => {
            cluster.note_list(kind, if kind.is_cluster_scoped() { None } else { Some(CURRENT) });
        }
        Some(kind) => kinds.retain(|(own, _)| *own == kind),
        None if kinds.len() < 2 => return,
        None => {}
    }
    for (kind, namespaces) in kinds {
        let scope = if kind.is_cluster_scoped() || namespaces.len() > 1 { None } else { namespaces.first().copied() };
        cluster.note_list(kind, scope);
    }
}

pub(super) fn text<'v>(value: &'v Value, pointer: &str) -> Option<&'v str> {
    value.pointer(pointer).and_then(Value::as_str)
}

/// A string, or a number or boolean as YAML without quotes makes them.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

pub(super) fn list<'v>(value: &'v Value, pointer: &str) -> impl Iterator<Item = &'v Value> {
    value.pointer(pointer).and_then(Value::as_array).into_iter().flatten()
}

pub(super) fn number(value: &Value, pointer: &str) -> Option<u32> {
    value.pointer(pointer).and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok())
}

pub(super) fn labels(value: &Value) -> Labels {
    let pairs = value.as_object().into_iter().flatten();
    Labels(pairs.filter_map(|(key, value)| Some((key.clone(), scalar(value)?))).collect())
}

pub(super) fn labels_at(value: &Value, pointer: &str) -> Option<Labels> {
    value.pointer(pointer).filter(|v| v.is_object()).map(labels)
}

pub(super) fn selector(value: &Value) -> Selector {
    Selector {
        equal: value.get("matchLabels").map(labels).unwrap_or_default(),
        expressions: list(value, "/matchExpressions").filter_map(expression).collect(),
    }
}

pub(super) fn expression(value: &Value) -> Option<Expression> {
    let operator = match text(value, "/operator")? {
        "In" => Operator::In,
        "NotIn" => Operator::NotIn,
        "Exists" => Operator::Exists,
        "DoesNotExist" => Operator::DoesNotExist,
        "Gt" => Operator::Gt,
        "Lt" => Operator::Lt,
        _ => return None,
    };
    let values = list(value, "/values").filter_map(scalar).collect();
    Some(Expression { key: text(value, "/key")?.to_owned(), operator, values })
}

/// Whether an object came from a cluster: only the API server writes these fields.
fn is_live(value: &Value) -> bool {
    let meta = |key: &str| value.pointer("/metadata").and_then(|m| m.get(key)).is_some_and(|v| !v.is_null());
    meta("uid")
        || meta("resourceVersion")
        || meta("creationTimestamp")
        || value.get("status").is_some_and(Value::is_object)
}

fn object(cluster: &mut Cluster, context: Context<'_>, value: &Value, at: At, live: bool, depth: u8) {
    if let Some(items) = value.as_array().or_else(|| value.get("items").and_then(Value::as_array)) {
        if depth < MAX_DEPTH {
            for item in items {
                object(cluster, context, item, at, live, depth + 1);
            }
        }
        return;
    }
    let Some(kind) = text(value, "/kind").and_then(Kind::parse) else {
        return;
    };
    for pointer in TIMES {
        cluster.note_time(text(value, pointer));
    }
    if kind == Kind::Event {
        events::object(cluster, value, at);
        return;
    }
    let Some(name) = text(value, "/metadata/name") else {
        return;
    };
    let namespace = match text(value, "/metadata/namespace") {
        _ if kind.is_cluster_scoped() => "",
        Some(namespace) => namespace.trim(),
        None => context.namespace,
    };
    let state = if live || is_live(value) { &mut cluster.live } else { &mut cluster.declared };
    one(state, kind, namespace, name, value, at);
}

fn one(state: &mut ClusterState, kind: Kind, namespace: &str, name: &str, value: &Value, at: At) {
    match kind {
        Kind::Pod => {
            let pod = state.pods.entry(namespace, name, at);
            meta(&mut pod.meta, value);
            object_pod::pod(pod, value);
        }
        Kind::ReplicaSet => {
            let set = state.replica_sets.entry(namespace, name, at);
            meta(&mut set.meta, value);
            object_pod::workload(set, kind, value);
        }
        kind if kind.is_workload() => {
            let workload = state.workloads.entry(namespace, name, at);
            meta(&mut workload.meta, value);
            object_pod::workload(workload, kind, value);
        }
        Kind::Service => {
            let service = state.services.entry(namespace, name, at);
            meta(&mut service.meta, value);
            kinds::service(service, value);
        }
        Kind::Endpoints => kinds::endpoints(state.endpoints.entry(namespace, name, at), value, "/subsets"),
        Kind::EndpointSlice => {
            let service = text(value, "/metadata/labels/kubernetes.io~1service-name").unwrap_or(name);
            kinds::endpoint_slice(state.endpoints.entry(namespace, service, at), value);
        }
        Kind::Node => {
            let node = state.nodes.entry("", name, at);
            meta(&mut node.meta, value);
            kinds::node(node, value);
        }
        Kind::Claim => kinds::claim(state.claims.entry(namespace, name, at), value),
        Kind::Volume => {
            let volume = state.volumes.entry("", name, at);
            meta(&mut volume.meta, value);
            kinds::volume(volume, value);
        }
        Kind::StorageClass => kinds::storage_class(state.storage_classes.entry("", name, at), value),
        Kind::Quota => kinds::quota(state.quotas.entry(namespace, name, at), value),
        Kind::ServiceAccount => meta(&mut state.service_accounts.entry(namespace, name, at).meta, value),
        Kind::Secret => meta(&mut state.secrets.entry(namespace, name, at).meta, value),
        Kind::ConfigMap => {
            let map = state.config_maps.entry(namespace, name, at);
            meta(&mut map.meta, value);
            let texts = value.get("data").and_then(Value::as_object).into_iter().flatten();
            for (key, text) in texts.filter_map(|(key, text)| Some((key, text.as_str()?))) {
                kinds::config_entry(map, key, text);
                text.lines().for_each(|line| kinds::config_line(map, line));
            }
        }
        Kind::Namespace => meta(&mut state.namespaces.entry("", name, at).meta, value),
        Kind::NetworkPolicy => policy::network_policy(state.network_policies.entry(namespace, name, at), value),
        Kind::Autoscaler => policy::autoscaler(state.autoscalers.entry(namespace, name, at), value),
        Kind::Ingress => kinds::ingress(state.ingresses.entry(namespace, name, at), value),
        _ => {}
    }
}

fn meta(meta: &mut Meta, value: &Value) {
    let own = value.get("metadata").unwrap_or(&Value::Null);
    meta.labels = Some(own.get("labels").map(labels).unwrap_or_default());
    meta.deleting |= own.get("deletionTimestamp").is_some_and(Value::is_string);
    if let Some(created) = text(own, "/creationTimestamp") {
        created.clone_into(&mut meta.created);
    }
    if let Some(owner) = list(own, "/ownerReferences").next() {
        meta.owner =
            text(owner, "/kind").zip(text(owner, "/name")).map(|(kind, name)| (kind.to_owned(), name.to_owned()));
    }
}
