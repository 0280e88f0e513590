//! Table rows of each kind.

use super::Context;
use super::table::Row;
use crate::kubernetes::kind::Kind;
use crate::kubernetes::model::{Claim, Node, Quota, Service, Volume};
use crate::kubernetes::model::{Cluster, Endpoints, Labels, Object, Pod, ServicePort, Workload};
use crate::kubernetes::{model, quantity};

pub(super) fn row(cluster: &mut Cluster, context: Context<'_>, kind: Kind, name: &str, row: &Row<'_>) {
    let namespace =
        row.get("NAMESPACE").unwrap_or(if kind.is_cluster_scoped() { "" } else { context.namespace }).to_owned();
    let at = context.at(row.line);
    let live = &mut cluster.live;
    match kind {
        Kind::Pod => pod(with_labels(live.pods.entry(&namespace, name, at), row), row),
        Kind::Service => service(with_labels(live.services.entry(&namespace, name, at), row), row),
        Kind::Endpoints => endpoints(live.endpoints.entry(&namespace, name, at), row),
        Kind::ReplicaSet => workload(with_labels(live.replica_sets.entry(&namespace, name, at), row), kind, row),
        kind if kind.is_workload() => workload(with_labels(live.workloads.entry(&namespace, name, at), row), kind, row),
        Kind::Node => node(with_labels(live.nodes.entry("", name, at), row), row),
        Kind::Claim => claim(live.claims.entry(&namespace, name, at), row),
        Kind::Volume => volume(with_labels(live.volumes.entry("", name, at), row), row),
        Kind::StorageClass => {
            let plain = name.strip_suffix(" (default)");
            let class = live.storage_classes.entry("", plain.unwrap_or(name), at);
            class.default |= plain.is_some();
            class.provisioner = row.get("PROVISIONER").map(str::to_owned);
        }
        Kind::Quota => quota(live.quotas.entry(&namespace, name, at), row),
        Kind::ServiceAccount => {
            live.service_accounts.entry(&namespace, name, at);
        }
        Kind::Secret => {
            live.secrets.entry(&namespace, name, at);
        }
        Kind::ConfigMap => {
            live.config_maps.entry(&namespace, name, at);
        }
        Kind::Namespace => {
            let deleting = row.get("STATUS") == Some("Terminating");
            live.namespaces.entry("", name, at).meta.deleting |= deleting;
        }
        Kind::NetworkPolicy => {
            live.network_policies.entry(&namespace, name, at);
        }
        Kind::Autoscaler => {
            let target = row.get("REFERENCE").and_then(|text| text.split_once('/')).map(|(_, name)| name.to_owned());
            let autoscaler = live.autoscalers.entry(&namespace, name, at);
            autoscaler.target = target.or_else(|| autoscaler.target.take());
        }
        Kind::Ingress => {
            live.ingresses.entry(&namespace, name, at);
        }
        _ => {}
    }
}

fn with_labels<'o, T: Object>(object: &'o mut T, row: &Row<'_>) -> &'o mut T {
    if let Some(labels) = row.cell("LABELS") {
        object.meta_mut().labels = Some(Labels::parse(labels));
    }
    object
}

fn fraction(text: &str) -> Option<(u32, u32)> {
    let (left, right) = text.split_once('/')?;
    Some((left.trim().parse().ok()?, right.trim().parse().ok()?))
}

fn number(row: &Row<'_>, column: &str) -> Option<u32> {
    row.get(column)?.split_whitespace().next()?.parse().ok()
}

fn pod(pod: &mut Pod, row: &Row<'_>) {
    if let Some(status) = row.get("STATUS") {
        pod.meta.deleting |= status == "Terminating";
        if matches!(status, "Pending" | "Running" | "Succeeded" | "Failed" | "Unknown") {
            pod.phase.get_or_insert_with(|| status.to_owned());
        }
        pod.status = Some(status.to_owned());
    }
    pod.ready = row.get("READY").and_then(fraction).or(pod.ready);
    pod.restarts = number(row, "RESTARTS").or(pod.restarts);
    let ago = row.get("RESTARTS").and_then(|text| text.split_once('(')?.1.strip_suffix(" ago)"));
    pod.restarted = ago.and_then(quantity::seconds).or(pod.restarted);
    pod.age = row.get("AGE").and_then(quantity::seconds).or(pod.age);
    pod.node = row.get("NODE").map(str::to_owned).or_else(|| pod.node.take());
    pod.ip = row.get("IP").map(str::to_owned).or_else(|| pod.ip.take());
}

fn service(service: &mut Service, row: &Row<'_>) {
    service.kind = row.get("TYPE").map(str::to_owned).or_else(|| service.kind.take());
    service.address =
        row.get("CLUSTER-IP").filter(|ip| *ip != "None").map(str::to_owned).or_else(|| service.address.take());
    if let Some(selector) = row.cell("SELECTOR") {
        service.selector = Some(Labels::parse(selector));
    }
    if service.ports.is_empty()
        && let Some(ports) = row.get("PORT(S)")
    {
        service.ports = ports.split(',').filter_map(port).collect();
    }
    if service.kind.as_deref() == Some("ExternalName") {
        service.external_name = row.get("EXTERNAL-IP").map(str::to_owned);
    }
}

/// `80/TCP` or `80:30080/TCP`.
fn port(text: &str) -> Option<ServicePort> {
    let (numbers, protocol) = text.trim().split_once('/')?;
    let number = numbers.split(':').next()?.parse().ok()?;
    Some(ServicePort { name: None, number, protocol: protocol.to_owned(), target: None, app_protocol: None })
}

fn endpoints(endpoints: &mut Endpoints, row: &Row<'_>) {
    if let Some(cell) = row.cell("ENDPOINTS") {
        let shown = if cell == "<none>" { 0 } else { cell.split(',').filter(|a| a.contains(':')).count() };
        let more = cell.split_once(" + ").and_then(|(_, rest)| rest.split(' ').next()?.parse().ok()).unwrap_or(0);
        endpoints.ready = Some(u32::try_from(shown).unwrap_or(u32::MAX).saturating_add(more));
    }
}

fn workload(workload: &mut Workload, kind: Kind, row: &Row<'_>) {
    workload.kind = model::WorkloadKind::from_kind(kind);
    match (kind, row.get("STATUS")) {
        (Kind::Job, Some("Complete")) => workload.outcome = Some(model::Outcome::Complete),
        (Kind::Job, Some("Failed")) => workload.outcome = Some(model::Outcome::Failed(String::new())),
        _ => {}
    }
    if kind == Kind::Job
        && let Some((done, wanted)) = row.get("COMPLETIONS").and_then(fraction)
        && done >= wanted
    {
        workload.outcome = Some(model::Outcome::Complete);
    }
    workload.paused |= row.get("SUSPEND") == Some("True");
    if let Some((ready, desired)) = row.get("READY").and_then(fraction) {
        workload.ready = Some(ready);
        workload.desired = Some(desired);
    } else {
        workload.ready = number(row, "READY").or(workload.ready);
        workload.desired = number(row, "DESIRED").or(workload.desired);
    }
    workload.current = number(row, "CURRENT").or(workload.current);
    if let Some(selector) = row.get("SELECTOR") {
        let equal = Labels::parse(selector);
        if !equal.is_empty() {
            workload.selector.get_or_insert_with(|| model::Selector { equal, expressions: Vec::new() });
        }
    }
}

fn node(node: &mut Node, row: &Row<'_>) {
    if let Some(status) = row.get("STATUS") {
        let mut words = status.split(',');
        let ready = words.next();
        node.ready = ready.map(|word| word == "Ready");
        node.cordoned = Some(words.any(|word| word == "SchedulingDisabled"));
    }
    if let Some(address) = row.get("INTERNAL-IP")
        && !node.addresses.iter().any(|a| a == address)
    {
        node.addresses.push(address.to_owned());
    }
}

fn modes(text: &str) -> Vec<String> {
    text.split(',').map(model::short_mode).filter(|mode| !mode.is_empty()).collect()
}

fn claim(claim: &mut Claim, row: &Row<'_>) {
    claim.phase = row.get("STATUS").map(str::to_owned).or_else(|| claim.phase.take());
    claim.volume = row.get("VOLUME").map(str::to_owned).or_else(|| claim.volume.take());
    if let Some(class) = row.cell("STORAGECLASS") {
        claim.class = Some(class.replace("<unset>", ""));
    }
    // A claim that waits shows no capacity and no modes: what it asks for is in `describe` or the object.
    if let Some(cell) = row.get("ACCESS MODES") {
        claim.access_modes.get_or_insert_with(|| modes(cell));
    }
}

fn volume(volume: &mut Volume, row: &Row<'_>) {
    volume.phase = row.get("STATUS").map(str::to_owned).or_else(|| volume.phase.take());
    volume.capacity = row.get("CAPACITY").and_then(quantity::parse).or(volume.capacity);
    volume.claim = row.get("CLAIM").map(str::to_owned).or_else(|| volume.claim.take());
    if let Some(class) = row.cell("STORAGECLASS") {
        volume.class = Some(class.replace("<unset>", ""));
    }
    if let Some(cell) = row.get("ACCESS MODES") {
        volume.access_modes = Some(modes(cell));
    }
}

/// `requests.cpu: 10/10, pods: 3/10` in REQUEST and LIMIT.
fn quota(quota: &mut Quota, row: &Row<'_>) {
    for column in ["REQUEST", "LIMIT"] {
        for entry in row.get(column).unwrap_or("").split(',') {
            let Some((resource, amounts)) = entry.split_once(':') else {
                continue;
            };
            if let Some((used, hard)) = amounts.split_once('/')
                && let (Some(used), Some(hard)) = (quantity::parse(used), quantity::parse(hard))
            {
                quota.put(resource.trim(), used, hard);
            }
        }
    }
}

impl Quota {
    pub(super) fn put(&mut self, resource: &str, used: f64, hard: f64) {
        match self.resources.iter_mut().find(|(name, ..)| name == resource) {
            Some(entry) => *entry = (resource.to_owned(), used, hard),
            None => self.resources.push((resource.to_owned(), used, hard)),
        }
    }
}
