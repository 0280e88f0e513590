//! Services, nodes, storage, quotas and policies as objects.

use serde_json::Value;

use super::object::{labels_at, list, scalar, selector, text};
use super::object_policy::conditions;
use crate::kubernetes::model::{
    Claim, ConfigMap, Endpoints, Ingress, Node, Quota, Resources, Service, ServicePort, StorageClass, Taint,
    TargetPort, Volume, short_mode,
};
use crate::kubernetes::quantity;

fn owned(value: &Value, pointer: &str) -> Option<String> {
    text(value, pointer).map(str::to_owned)
}

fn amount(value: &Value, pointer: &str) -> Option<f64> {
    value.pointer(pointer).and_then(scalar).and_then(|text| quantity::parse(&text))
}

pub(super) fn service(service: &mut Service, value: &Value) {
    service.kind = Some(text(value, "/spec/type").unwrap_or("ClusterIP").to_owned());
    service.address = owned(value, "/spec/clusterIP").filter(|ip| ip != "None").or_else(|| service.address.take());
    service.selector = Some(labels_at(value, "/spec/selector").unwrap_or_default());
    service.external_name = owned(value, "/spec/externalName");
    service.ports = list(value, "/spec/ports").filter_map(service_port).collect();
}

fn service_port(value: &Value) -> Option<ServicePort> {
    let number: u16 = value.get("port").and_then(scalar)?.parse().ok()?;
    Some(ServicePort {
        name: owned(value, "/name"),
        number,
        protocol: text(value, "/protocol").unwrap_or("TCP").to_owned(),
        target: Some(value.get("targetPort").and_then(target).unwrap_or(TargetPort::Number(number))),
        app_protocol: owned(value, "/appProtocol"),
    })
}

fn target(value: &Value) -> Option<TargetPort> {
    let port = scalar(value)?;
    Some(port.parse().map_or_else(|_| TargetPort::Name(port), TargetPort::Number))
}

fn count(items: usize) -> u32 {
    u32::try_from(items).unwrap_or(u32::MAX)
}

pub(super) fn endpoints(endpoints: &mut Endpoints, value: &Value, pointer: &str) {
    let sum = |key: &str| list(value, pointer).map(|subset| count(list(subset, key).count())).sum();
    endpoints.ready = Some(sum("/addresses"));
    endpoints.not_ready = Some(sum("/notReadyAddresses"));
}

pub(super) fn endpoint_slice(endpoints: &mut Endpoints, value: &Value) {
    let is_ready = |e: &&Value| e.pointer("/conditions/ready").and_then(Value::as_bool).unwrap_or(true);
    let ready = count(list(value, "/endpoints").filter(is_ready).count());
    let not_ready = count(list(value, "/endpoints").filter(|e| !is_ready(e)).count());
    endpoints.ready = Some(endpoints.ready.unwrap_or(0).saturating_add(ready));
    endpoints.not_ready = Some(endpoints.not_ready.unwrap_or(0).saturating_add(not_ready));
}

pub(super) fn node(node: &mut Node, value: &Value) {
    node.cordoned = Some(value.pointer("/spec/unschedulable").and_then(Value::as_bool).unwrap_or(false));
    let taints = list(value, "/spec/taints").filter_map(|taint| {
        Some(Taint {
            key: owned(taint, "/key")?,
            value: taint.get("value").and_then(scalar).unwrap_or_default(),
            effect: owned(taint, "/effect")?,
        })
    });
    node.taints = Some(taints.collect());
    node.conditions = conditions(value).collect();
    if let Some(ready) = node.conditions.iter().find(|c| c.kind == "Ready") {
        node.ready = Some(ready.status == "True");
    }
    node.allocatable = Resources {
        cpu: amount(value, "/status/allocatable/cpu"),
        memory: amount(value, "/status/allocatable/memory"),
        ephemeral: amount(value, "/status/allocatable/ephemeral-storage"),
    };
    node.pod_capacity = amount(value, "/status/allocatable/pods");
    node.addresses = list(value, "/status/addresses").filter_map(|a| owned(a, "/address")).collect();
}

fn modes(value: &Value, pointer: &str) -> Option<Vec<String>> {
    let modes: Vec<String> = list(value, pointer).filter_map(Value::as_str).map(short_mode).collect();
    (!modes.is_empty()).then_some(modes)
}

pub(super) fn claim(claim: &mut Claim, value: &Value) {
    claim.phase = owned(value, "/status/phase").or_else(|| claim.phase.take());
    claim.volume = owned(value, "/spec/volumeName").or_else(|| claim.volume.take());
    claim.request = amount(value, "/spec/resources/requests/storage").or(claim.request);
    claim.access_modes = modes(value, "/spec/accessModes").or_else(|| claim.access_modes.take());
    claim.class = owned(value, "/spec/storageClassName").or_else(|| claim.class.take());
    claim.selector = value.pointer("/spec/selector").map(selector).or_else(|| claim.selector.take());
}

pub(super) fn volume(volume: &mut Volume, value: &Value) {
    volume.phase = owned(value, "/status/phase").or_else(|| volume.phase.take());
    volume.capacity = amount(value, "/spec/capacity/storage").or(volume.capacity);
    volume.access_modes = modes(value, "/spec/accessModes").or_else(|| volume.access_modes.take());
    volume.class = Some(owned(value, "/spec/storageClassName").unwrap_or_default());
    if let Some(name) = text(value, "/spec/claimRef/name") {
        volume.claim = Some(format!("{}/{name}", text(value, "/spec/claimRef/namespace").unwrap_or("")));
    }
}

pub(super) fn storage_class(class: &mut StorageClass, value: &Value) {
    class.provisioner = owned(value, "/provisioner");
    class.default |= text(value, "/metadata/annotations/storageclass.kubernetes.io~1is-default-class") == Some("true");
}

pub(super) fn quota(quota: &mut Quota, value: &Value) {
    let hard = value.pointer("/status/hard").or_else(|| value.pointer("/spec/hard")).and_then(Value::as_object);
    for (resource, hard) in hard.into_iter().flatten() {
        let used = value.pointer("/status/used").and_then(|u| u.get(resource)).and_then(scalar);
        let used = used.and_then(|text| quantity::parse(&text)).unwrap_or(0.0);
        if let Some(hard) = scalar(hard).and_then(|text| quantity::parse(&text)) {
            quota.put(resource, used, hard);
        }
    }
}

/// Addresses kept of one configuration map.
const MAX_ADDRESSES: usize = 200;

/// Short values kept of one configuration map, and the longest of them.
const MAX_ENTRIES: usize = 200;
const MAX_ENTRY: usize = 300;

/// Keeps a key whose value is short and of one line, as programs take them into their environment.
pub(super) fn config_entry(map: &mut ConfigMap, key: &str, text: &str) {
    let text = text.trim();
    let fits = !text.is_empty() && text.len() <= MAX_ENTRY && !text.contains('\n');
    if fits && map.entries.len() < MAX_ENTRIES && !map.entries.iter().any(|(known, _)| known == key) {
        map.entries.push((key.to_owned(), text.to_owned()));
    }
}

/// Takes `http://host:port`, `server host:port` and the like from a line of configuration.
pub(super) fn config_line(map: &mut ConfigMap, line: &str) {
    let line = line.trim();
    if line.starts_with('#') {
        return;
    }
    let is_host = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.');
    for (at, _) in line.match_indices(':') {
        let (before, after) = (line.get(..at).unwrap_or(""), line.get(at + 1..).unwrap_or(""));
        let start = before.rfind(|c| !is_host(c)).map_or(0, |last| last + 1);
        let host = before.get(start..).unwrap_or("");
        let digits = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
        let ends = after.get(digits..).is_none_or(|rest| !rest.starts_with([':', '.', '-']));
        let lead = before.get(..start).unwrap_or("");
        let leads = lead.ends_with("//") || lead.ends_with("server ") || lead.ends_with('@');
        if let Some(Ok(port)) = after.get(..digits).map(str::parse::<u16>)
            && leads
            && ends
            && host.contains(|c: char| c.is_ascii_lowercase())
            && map.addresses.len() < MAX_ADDRESSES
            && !map.addresses.iter().any(|(h, p)| h == host && *p == port)
        {
            map.addresses.push((host.to_owned(), port));
        }
    }
}

/// An ingress of any API version, or a route of a gateway.
pub(super) fn ingress(ingress: &mut Ingress, value: &Value) {
    ingress.backends.clear();
    ingress.certificates = list(value, "/spec/tls").filter_map(|tls| owned(tls, "/secretName")).collect();
    let mut add = |path: &str, backend: &Value| {
        let name = text(backend, "/service/name").or_else(|| text(backend, "/serviceName"));
        if let Some(name) = name {
            let port = ["/service/port/number", "/service/port/name", "/servicePort"];
            let port = port.into_iter().find_map(|pointer| backend.pointer(pointer)).and_then(target);
            ingress.backends.push((path.to_owned(), name.to_owned(), port));
        }
    };
    for default in ["/spec/defaultBackend", "/spec/backend"] {
        if let Some(default) = value.pointer(default) {
            add("/", default);
        }
    }
    for rule in list(value, "/spec/rules") {
        for path in list(rule, "/http/paths") {
            if let Some(own) = path.get("backend") {
                add(text(path, "/path").unwrap_or("/"), own);
            }
        }
    }
    let refs = list(value, "/spec/rules").flat_map(|rule| list(rule, "/backendRefs"));
    let near = |own: &&Value| {
        text(own, "/kind").unwrap_or("Service") == "Service"
            && text(own, "/namespace").is_none_or(|ns| Some(ns) == text(value, "/metadata/namespace"))
    };
    for own in refs.filter(near) {
        if let Some(name) = text(own, "/name") {
            ingress.backends.push(("/".to_owned(), name.to_owned(), own.get("port").and_then(target)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_in_lines_of_configuration() {
        let mut map = ConfigMap::default();
        for line in [
            "proxy_pass http://cart:7070/x;",
            "  server ads.shop.svc:80 weight=2;",
            "uri: lb://web:8080",
            "# http://old:1",
            "time: 10:20:30",
            "listen 0.0.0.0:80;",
        ] {
            config_line(&mut map, line);
        }
        let view: Vec<(&str, u16)> = map.addresses.iter().map(|(h, p)| (h.as_str(), *p)).collect();
        assert_eq!(view, [("cart", 7070), ("ads.shop.svc", 80), ("web", 8080)]);
    }
}
