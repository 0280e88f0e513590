//! `kubectl describe` of pods and of what makes them: both show containers in the same form.

use super::describe::{Block, Blocks, owner, split_pair};
use crate::kubernetes::kind::Kind;
use crate::kubernetes::model::{
    Container, Env, EnvSource, Handler, Outcome, Pod, PodSpec, PodVolume, Port, Probe, ProbeKind, Resources, Selector,
    State, Toleration, VolumeSource, Workload, WorkloadKind,
};
use crate::kubernetes::quantity;

pub(super) fn pod(pod: &mut Pod, blocks: Blocks<'_, '_>) {
    let mut spec = PodSpec::default();
    for block in blocks {
        match block.key() {
            "Labels" => pod.meta.labels = Some(block.labels()),
            "Node" => {
                if let Some(node) = block.known() {
                    pod.node = Some(node.split('/').next().unwrap_or(node).to_owned());
                }
            }
            "Status" => {
                let mut words = block.value().split(' ');
                match words.next() {
                    Some("Terminating") => pod.meta.deleting = true,
                    Some(phase) if !phase.is_empty() => pod.phase = Some(phase.to_owned()),
                    _ => {}
                }
            }
            "Reason" => pod.reason = block.known().map(str::to_owned),
            "Message" => pod.message = block.known().map(str::to_owned),
            "IP" => pod.ip = block.known().map(str::to_owned).or_else(|| pod.ip.take()),
            "Controlled By" => owner(&mut pod.meta, block.value()),
            "Conditions" => pod.ready_condition = ready_condition(block).or(pod.ready_condition),
            _ => template_block(&mut spec, block),
        }
    }
    if !spec.containers.is_empty() {
        let running = spec.containers.iter().filter(|c| !c.init);
        let known: u32 = running.filter_map(|c| c.restarts).sum();
        pod.restarts = Some(pod.restarts.unwrap_or(0).max(known));
    }
    match &mut pod.spec {
        Some(own) => own.complete(&spec),
        slot @ None => *slot = Some(spec),
    }
}

fn ready_condition(block: Block<'_, '_>) -> Option<bool> {
    block.children().find_map(|line| {
        let mut words = line.head()?.text.split_whitespace();
        (words.next() == Some("Ready")).then(|| words.next() == Some("True"))
    })
}

pub(super) fn workload(workload: &mut Workload, kind: Kind, blocks: Blocks<'_, '_>) {
    workload.kind = WorkloadKind::from_kind(kind);
    for block in blocks {
        match block.key() {
            "Labels" => workload.meta.labels = Some(block.labels()),
            "Controlled By" => owner(&mut workload.meta, block.value()),
            "Selector" => {
                let equal = block.labels();
                if !equal.is_empty() {
                    workload.selector = Some(Selector { equal, expressions: Vec::new() });
                }
            }
            "Replicas" => replicas(workload, block.value()),
            "Pods Statuses" if kind == Kind::Job => job(workload, block.value()),
            "Desired Number of Nodes Scheduled" => workload.desired = block.value().parse().ok(),
            "Number of Nodes Scheduled with Available Pods" => workload.ready = block.value().parse().ok(),
            "Pod Template" => {
                let mut spec = PodSpec::default();
                for part in block.children() {
                    match part.key() {
                        "Labels" => workload.template_labels = Some(part.labels()),
                        _ => template_block(&mut spec, part),
                    }
                }
                match &mut workload.template {
                    Some(own) => own.complete(&spec),
                    slot @ None => *slot = Some(spec),
                }
            }
            _ => {}
        }
    }
}

/// `1 desired | 1 updated | 1 total | 0 available | 1 unavailable`, or `1 current / 1 desired`.
fn replicas(workload: &mut Workload, text: &str) {
    for part in text.split(['|', '/']) {
        let mut words = part.split_whitespace();
        let Some(count) = words.next().and_then(|w| w.parse::<u32>().ok()) else {
            continue;
        };
        match words.next() {
            Some("desired") => workload.desired = Some(count),
            Some("total" | "current") => workload.current = Some(count),
            Some("available") => workload.ready = Some(count),
            _ => {}
        }
    }
}

/// `0 Active (0 Ready) / 1 Succeeded / 0 Failed`: a job with failures and nothing active that never succeeded has ended.
fn job(workload: &mut Workload, text: &str) {
    let count = |word: &str| {
        let part = text.split('/').find(|part| part.contains(word));
        part.and_then(|part| part.split_whitespace().next()?.parse::<u32>().ok()).unwrap_or(0)
    };
    if workload.outcome.is_none() && count("Active") == 0 {
        if count("Succeeded") > 0 {
            workload.outcome = Some(Outcome::Complete);
        } else if count("Failed") > 0 {
            workload.outcome = Some(Outcome::Failed(String::new()));
        }
    }
}

/// What pods and pod templates share.
fn template_block(spec: &mut PodSpec, block: Block<'_, '_>) {
    match block.key() {
        "Service Account" => spec.service_account = block.known().map(str::to_owned),
        "Init Containers" => spec.containers.extend(block.children().map(|c| container(c, true))),
        "Containers" => spec.containers.extend(block.children().map(|c| container(c, false))),
        "Volumes" => spec.volumes.extend(block.children().filter(|v| v.children().next().is_some()).map(volume)),
        "Node-Selectors" => spec.node_selector = Some(block.labels()),
        "Tolerations" => spec.tolerations = Some(block.values().filter_map(toleration).collect()),
        _ => {}
    }
}

fn container(block: Block<'_, '_>, init: bool) -> Container {
    let mut container = Container { name: block.key().to_owned(), init, ..Container::default() };
    for part in block.children() {
        let value = part.value();
        match part.key() {
            "Image" => container.image = part.known().map(str::to_owned),
            "Port" | "Ports" => container.ports = value.split(',').filter_map(port).collect(),
            "State" => {
                container.said.extend(said(part));
                container.state = state(part);
            }
            "Last State" => {
                container.said.extend(said(part));
                container.last = state(part);
            }
            "Ready" => container.ready = Some(value == "True"),
            "Restart Count" => container.restarts = value.parse().ok(),
            "Limits" => container.limits = resources(part),
            "Requests" => container.requests = resources(part),
            "Liveness" => container.probes.extend(probe(ProbeKind::Liveness, value)),
            "Readiness" => container.probes.extend(probe(ProbeKind::Readiness, value)),
            "Startup" => container.probes.extend(probe(ProbeKind::Startup, value)),
            "Command" | "Args" => {
                container.env.extend(part.children().filter_map(|line| argument(line.head()?.text)));
            }
            "Environment" => container.env.extend(part.children().filter_map(variable)),
            "Environment Variables from" => container.env_from.extend(part.children().filter_map(from_whole)),
            "Mounts" => container.mounts.extend(part.children().filter_map(|line| mount(line.head()?.text))),
            _ => {}
        }
    }
    container
}

/// `9555/TCP`, or `9555/TCP (http)`.
fn port(text: &str) -> Option<Port> {
    let (number, rest) = text.trim().split_once('/')?;
    let number = number.parse().ok().filter(|n| *n != 0)?;
    let (protocol, name) =
        rest.split_once(" (").map_or((rest, None), |(p, n)| (p, Some(n.trim_end_matches(')').to_owned())));
    Some(Port { name, number, protocol: protocol.to_owned() })
}

fn state(block: Block<'_, '_>) -> State {
    let reason = block.child("Reason").map_or("", |b| b.value()).to_owned();
    match block.value() {
        "Waiting" => State::Waiting(reason),
        "Running" => State::Running,
        "Terminated" => State::Terminated(reason, block.child("Exit Code").and_then(|b| b.value().parse().ok())),
        _ => State::Unknown,
    }
}

fn said(block: Block<'_, '_>) -> Option<(String, String)> {
    let get = |key: &str| block.child(key).map(|b| b.value().to_owned());
    Some((get("Reason")?, get("Message")?))
}

fn resources(block: Block<'_, '_>) -> Resources {
    let get = |key: &str| block.child(key).and_then(|b| quantity::parse(b.value()));
    Resources { cpu: get("cpu"), memory: get("memory"), ephemeral: get("ephemeral-storage") }
}

/// `http-get http://:8080/healthz delay=5s timeout=1s period=10s #success=1 #failure=3`.
pub(super) fn probe(kind: ProbeKind, text: &str) -> Option<Probe> {
    let (how, rest) = text.split_once(' ')?;
    let (target, numbers) = rest.split_once(" delay=").map_or((rest, ""), |(target, _)| (target.trim(), rest));
    let number = |key: &str, default: f64| {
        numbers
            .split_whitespace()
            .rev()
            .find_map(|word| word.strip_prefix(key))
            .and_then(|value| quantity::seconds(value).or_else(|| value.parse().ok()))
            .unwrap_or(default)
    };
    let handler = match how {
        "http-get" => Handler::Http,
        "tcp-socket" => Handler::Tcp,
        "grpc" => Handler::Grpc,
        "exec" => Handler::Exec,
        _ => return None,
    };
    let mut path = None;
    let mut port = None;
    if handler != Handler::Exec {
        let authority = target.split_once("://").map_or(target, |(_, rest)| rest);
        let (host_port, rest) =
            authority.find('/').and_then(|at| authority.split_at_checked(at)).unwrap_or((authority, ""));
        path = (handler == Handler::Http).then(|| rest.to_owned());
        port = host_port.rsplit(':').next().and_then(|p| p.split_whitespace().next()).map(str::to_owned);
    }
    Some(Probe {
        kind,
        handler,
        port,
        path,
        delay: number("delay=", 0.0),
        timeout: number("timeout=", 1.0),
        period: number("period=", 10.0),
        failures: number("#failure=", 3.0),
    })
}

/// `NAME: value`, or `NAME: <set to the key 'k' in secret 's'>  Optional: false`.
fn variable(block: Block<'_, '_>) -> Option<Env> {
    let (name, value) = split_pair(block.head()?.text)?;
    let optional = value.contains("Optional: true");
    let source = value.strip_prefix("<set to the key ").map_or_else(
        || if value.starts_with('(') { EnvSource::Other } else { EnvSource::Value(value.to_owned()) },
        |rest| {
            let named = rest.rsplit_once(" '").map_or("", |(_, tail)| tail.split('\'').next().unwrap_or(""));
            if rest.contains(" in secret ") {
                EnvSource::Secret(named.to_owned())
            } else if rest.contains(" of config map ") {
                EnvSource::ConfigMap(named.to_owned())
            } else {
                EnvSource::Other
            }
        },
    );
    Some(Env { name: name.to_owned(), source, optional })
}

/// `--name=value` or `-Dname=value`.
pub(super) fn argument(word: &str) -> Option<Env> {
    let (name, value) = word.strip_prefix("-D").or_else(|| word.strip_prefix("--"))?.split_once('=')?;
    let simple = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    let source = EnvSource::Value(value.to_owned());
    simple.then(|| Env { name: name.replace(['-', '.'], "_"), source, optional: true })
}

/// `settings  ConfigMap  Optional: false`.
fn from_whole(block: Block<'_, '_>) -> Option<(bool, String, bool)> {
    let text = block.head()?.text;
    let mut words = text.split_whitespace();
    let name = words.next()?.to_owned();
    let secret = match words.next()? {
        "Secret" => true,
        "ConfigMap" => false,
        _ => return None,
    };
    Some((secret, name, text.contains("Optional: true")))
}

/// `/data from volume (rw)`.
fn mount(text: &str) -> Option<String> {
    let (_, rest) = text.split_once(" from ")?;
    Some(rest.split(' ').next()?.to_owned())
}

fn volume(block: Block<'_, '_>) -> PodVolume {
    let get = |key: &str| block.child(key).map(|b| b.value());
    let optional = get("Optional") == Some("true");
    let kind = get("Type").unwrap_or("").split(' ').next().unwrap_or("");
    let source = match kind {
        "PersistentVolumeClaim" => get("ClaimName").map(|name| VolumeSource::Claim(name.to_owned())),
        "Secret" => get("SecretName").map(|name| VolumeSource::Secret(name.to_owned(), optional)),
        "ConfigMap" => get("Name").map(|name| VolumeSource::ConfigMap(name.to_owned(), optional)),
        "HostPath" => get("Path").map(|path| VolumeSource::HostPath(path.to_owned())),
        _ => None,
    };
    PodVolume { name: block.key().to_owned(), source: source.unwrap_or(VolumeSource::Other) }
}

/// `key=value:Effect`, `key:Effect op=Exists for 300s`, `op=Exists`.
fn toleration(text: &str) -> Option<Toleration> {
    let exists = text.contains("op=Exists");
    let first = text.split(' ').next()?;
    if first.starts_with("op=") {
        return Some(Toleration { key: String::new(), value: None, effect: String::new() });
    }
    let first = first.strip_prefix(':').unwrap_or(first);
    let (left, effect) = first.rsplit_once(':').unwrap_or((first, ""));
    let (key, value) = left.split_once('=').unwrap_or((left, ""));
    Some(Toleration { key: key.to_owned(), value: (!exists).then(|| value.to_owned()), effect: effect.to_owned() })
}
