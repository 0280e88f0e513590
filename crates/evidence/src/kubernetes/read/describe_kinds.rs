//! `kubectl describe` of services, storage, quotas and policies.

use super::describe::{Block, Blocks};
use crate::kubernetes::model::{
    At, Autoscaler, Claim, Cluster, Condition, Endpoints, Expression, Ingress, Labels, NetworkPolicy, Operator, Peer,
    Quota, Restriction, Selector, Service, ServicePort, StorageClass, TargetPort, Volume, short_mode,
};
use crate::kubernetes::quantity;

pub(super) fn service(service: &mut Service, blocks: Blocks<'_, '_>) {
    let mut ports: Vec<ServicePort> = Vec::new();
    let mut endpoints = None;
    for block in blocks {
        match block.key() {
            "Labels" => service.meta.labels = Some(block.labels()),
            "Selector" => service.selector = Some(block.labels()),
            "Type" => service.kind = block.known().map(str::to_owned),
            "IP" => service.address = block.known().filter(|ip| *ip != "None").map(str::to_owned),
            "External Name" => service.external_name = block.known().map(str::to_owned),
            "Port" => ports.extend(service_port(block.value())),
            "TargetPort" => {
                if let Some(last) = ports.last_mut() {
                    last.target = target(block.value());
                }
            }
            "Endpoints" => endpoints = Some(endpoints.unwrap_or(0).max(addresses(block.value()))),
            _ => {}
        }
    }
    if !ports.is_empty() {
        service.ports = ports;
    }
    service.endpoints = endpoints.or(service.endpoints);
}

/// `grpc  9555/TCP` or `<unset>  80/TCP`.
fn service_port(text: &str) -> Option<ServicePort> {
    let mut words = text.split_whitespace().rev();
    let (number, protocol) = words.next()?.split_once('/')?;
    let name = words.next().filter(|name| *name != "<unset>").map(str::to_owned);
    Some(ServicePort {
        name,
        number: number.parse().ok()?,
        protocol: protocol.to_owned(),
        target: None,
        app_protocol: None,
    })
}

fn target(text: &str) -> Option<TargetPort> {
    let port = text.split('/').next()?.trim();
    (!port.is_empty()).then(|| port.parse().map_or_else(|_| TargetPort::Name(port.to_owned()), TargetPort::Number))
}

fn addresses(text: &str) -> u32 {
    let shown = text.split(',').filter(|a| a.contains(':')).count();
    let more = text.split_once(" + ").and_then(|(_, rest)| rest.split(' ').next()?.parse().ok()).unwrap_or(0);
    u32::try_from(shown).unwrap_or(u32::MAX).saturating_add(more)
}

pub(super) fn endpoints(endpoints: &mut Endpoints, blocks: Blocks<'_, '_>) {
    let Some(subsets) = blocks.into_iter().find(|block| block.key() == "Subsets") else {
        return;
    };
    let count = |wanted: &str| -> u32 {
        subsets
            .children()
            .filter(|block| block.key() == wanted)
            .filter_map(|block| block.known())
            .map(|list| u32::try_from(list.split(',').count()).unwrap_or(u32::MAX))
            .sum()
    };
    endpoints.ready = Some(count("Addresses"));
    endpoints.not_ready = Some(count("NotReadyAddresses"));
}

fn modes(block: Block<'_, '_>) -> Option<Vec<String>> {
    block.known().map(|text| text.split(',').map(short_mode).collect())
}

pub(super) fn claim(claim: &mut Claim, blocks: Blocks<'_, '_>) {
    for block in blocks {
        match block.key() {
            "StorageClass" => claim.class = Some(block.known().unwrap_or("").to_owned()),
            "Status" => claim.phase = block.value().split(' ').next().map(str::to_owned),
            "Volume" => claim.volume = block.known().map(str::to_owned).or_else(|| claim.volume.take()),
            "Access Modes" => claim.access_modes = modes(block).or_else(|| claim.access_modes.take()),
            _ => {}
        }
    }
}

pub(super) fn volume(volume: &mut Volume, blocks: Blocks<'_, '_>) {
    for block in blocks {
        match block.key() {
            "Labels" => volume.meta.labels = Some(block.labels()),
            "StorageClass" => volume.class = Some(block.known().unwrap_or("").to_owned()),
            "Status" => volume.phase = block.value().split(' ').next().map(str::to_owned),
            "Claim" => volume.claim = block.known().map(str::to_owned).or_else(|| volume.claim.take()),
            "Access Modes" => volume.access_modes = modes(block).or_else(|| volume.access_modes.take()),
            "Capacity" => volume.capacity = block.known().and_then(quantity::parse).or(volume.capacity),
            _ => {}
        }
    }
}

pub(super) fn storage_class(class: &mut StorageClass, blocks: Blocks<'_, '_>) {
    for block in blocks {
        match block.key() {
            "Provisioner" => class.provisioner = block.known().map(str::to_owned),
            "IsDefaultClass" => class.default |= block.value() == "Yes",
            _ => {}
        }
    }
}

/// Rows `resource  used  hard` anywhere in the description.
pub(super) fn quota(quota: &mut Quota, blocks: Blocks<'_, '_>) {
    for block in blocks {
        if let Some(line) = block.head() {
            quota_row(quota, line.text);
        }
    }
}

fn quota_row(quota: &mut Quota, text: &str) {
    let mut words = text.split_whitespace();
    let (Some(resource), Some(used), Some(hard), None) = (words.next(), words.next(), words.next(), words.next())
    else {
        return;
    };
    if let (Some(used), Some(hard)) = (quantity::parse(used), quantity::parse(hard)) {
        quota.put(resource, used, hard);
    }
}

/// A namespace shows its quotas, each with its own `Name:`.
pub(super) fn namespace(cluster: &mut Cluster, name: &str, blocks: Blocks<'_, '_>, at: At) {
    cluster.live.namespaces.entry("", name, at);
    for block in blocks.filter(|block| block.key() == "Resource Quotas") {
        let mut current = None;
        for line in block.children() {
            if line.key() == "Name" {
                current = line.known().map(str::to_owned);
            } else if let (Some(quota_name), Some(head)) = (&current, line.head()) {
                quota_row(cluster.live.quotas.entry(name, quota_name, At { line: head.number, ..at }), head.text);
            }
        }
    }
}

pub(super) fn network_policy(policy: &mut NetworkPolicy, blocks: Blocks<'_, '_>) {
    let Some(spec) = blocks.into_iter().find(|block| block.key() == "Spec") else {
        return;
    };
    for block in spec.children() {
        match block.key() {
            "PodSelector" => policy.selector = Some(pod_selector(block)),
            "Allowing ingress traffic" => policy.ingress = Some(restriction(block, "From")),
            "Allowing egress traffic" => policy.egress = Some(restriction(block, "To")),
            "Not affecting ingress traffic" => policy.ingress = None,
            "Not affecting egress traffic" => policy.egress = None,
            _ => {}
        }
    }
}

/// `app=web,tier in (a,b)`, or `<none> (…)` for all pods.
fn pod_selector(block: Block<'_, '_>) -> Selector {
    let text = block.value();
    if text.starts_with('<') || text.is_empty() {
        return Selector::default();
    }
    let equal = Labels::parse(text);
    // Expressions are left out of the equalities: what cannot be read must not seem to match everything.
    let unread = text.contains(" in (") || text.contains(" notin (");
    let expressions = if unread && equal.is_empty() { vec![nothing()] } else { Vec::new() };
    Selector { equal, expressions }
}

/// An expression that no labels satisfy.
fn nothing() -> Expression {
    Expression { key: String::new(), operator: Operator::Exists, values: Vec::new() }
}

/// Rules: ports, then peers, parted by a line of dashes.
fn restriction(block: Block<'_, '_>, side: &str) -> Restriction {
    let mut rules: Vec<Vec<Peer>> = Vec::new();
    let mut open = false;
    for line in block.children() {
        let key = line.key();
        if key.starts_with("---") {
            open = false;
        } else if key.starts_with("To Port") || key == side {
            if !open {
                rules.push(Vec::new());
                open = true;
            }
            if let Some(rule) = rules.last_mut()
                && key == side
                && !line.value().starts_with("<any>")
            {
                rule.extend(peer(line));
            }
        }
    }
    Restriction { rules }
}

fn peer(block: Block<'_, '_>) -> Option<Peer> {
    let mut pods = None;
    for line in block.children() {
        match line.key() {
            "PodSelector" => pods = Some(Peer::Pods(pod_selector(line))),
            _ => return Some(Peer::Other),
        }
    }
    pods
}

/// The target and the table of conditions.
pub(super) fn autoscaler(autoscaler: &mut Autoscaler, blocks: Blocks<'_, '_>) {
    for block in blocks {
        match block.key() {
            "Reference" => {
                autoscaler.target =
                    block.known().and_then(|text| text.split_once('/')).map(|(_, name)| name.to_owned());
            }
            "Conditions" => {
                autoscaler.conditions = block.children().filter_map(|line| condition(line.head()?.text)).collect();
            }
            _ => {}
        }
    }
}

/// `ScalingActive  False  FailedGetResourceMetric  the HPA was unable …`.
fn condition(line: &str) -> Option<Condition> {
    let mut words = line.split_whitespace();
    let (kind, status, reason) = (words.next()?, words.next()?, words.next()?);
    matches!(status, "True" | "False" | "Unknown").then(|| Condition {
        kind: kind.to_owned(),
        status: status.to_owned(),
        reason: reason.to_owned(),
        message: words.collect::<Vec<_>>().join(" "),
    })
}

/// Rows `host  path  service:port (addresses)` under `Rules:`.
pub(super) fn ingress(ingress: &mut Ingress, blocks: Blocks<'_, '_>) {
    for block in blocks.clone().filter(|block| block.key() == "TLS") {
        let names = block.children().filter_map(|line| line.head()?.text.split_once(" terminates "));
        ingress.certificates.extend(names.map(|(name, _)| name.trim().to_owned()).filter(|name| name != "SNI routes"));
    }
    for block in blocks.filter(|block| matches!(block.key(), "Rules" | "Default backend")) {
        for text in block.values() {
            let text = text.split(" (").next().unwrap_or(text);
            let mut words = text.split_whitespace().rev();
            if let Some((service, port)) = words.next().and_then(|w| w.split_once(':'))
                && !service.is_empty()
            {
                let path = words.next().unwrap_or("/").to_owned();
                ingress.backends.push((path, service.to_owned(), target(port)));
            }
        }
    }
}
