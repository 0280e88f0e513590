//! Pods and workloads as objects.

use serde_json::Value;

use super::object::{expression, labels_at, list, number, scalar, selector, text};
use super::object_policy::conditions;
use crate::kubernetes::kind::Kind;
use crate::kubernetes::model::{
    AntiAffinity, Container, Env, EnvSource, Handler, Outcome, Pod, PodSpec, PodVolume, Port, Probe, ProbeKind,
    Resources, State, Toleration, VolumeSource, Workload, WorkloadKind,
};
use crate::kubernetes::quantity;

pub(super) fn pod(pod: &mut Pod, value: &Value) {
    let mut spec = value.get("spec").map(pod_spec).unwrap_or_default();
    pod.node = text(value, "/spec/nodeName").map(str::to_owned).or_else(|| pod.node.take());
    let status = value.get("status").unwrap_or(&Value::Null);
    pod.phase = text(status, "/phase").map(str::to_owned).or_else(|| pod.phase.take());
    pod.reason = text(status, "/reason").map(str::to_owned).or_else(|| pod.reason.take());
    pod.message = text(status, "/message").map(str::to_owned).or_else(|| pod.message.take());
    pod.ip = text(status, "/podIP").map(str::to_owned).or_else(|| pod.ip.take());
    let mut ready = (0, 0);
    for state in list(status, "/initContainerStatuses").chain(list(status, "/containerStatuses")) {
        let Some(container) = spec.containers.iter_mut().find(|c| Some(c.name.as_str()) == text(state, "/name")) else {
            continue;
        };
        container.ready = state.get("ready").and_then(Value::as_bool);
        container.restarts = number(state, "/restartCount");
        container.said = said(state);
        let ended = ["/state/terminated/finishedAt", "/lastState/terminated/finishedAt"];
        container.ended = ended.into_iter().find_map(|pointer| text(state, pointer)).and_then(crate::time::parse);
        container.state = state.get("state").map(container_state).unwrap_or_default();
        container.last = state.get("lastState").map(container_state).unwrap_or_default();
        if !container.init {
            ready.1 += 1;
            ready.0 += u32::from(container.ready == Some(true));
        }
    }
    if ready.1 > 0 {
        pod.ready = Some(ready);
        pod.restarts = Some(spec.containers.iter().filter(|c| !c.init).filter_map(|c| c.restarts).sum());
    } else if !status.is_null() && !spec.containers.is_empty() {
        let all = spec.containers.iter().filter(|c| !c.init).count();
        pod.ready = Some((0, u32::try_from(all).unwrap_or(u32::MAX)));
    }
    for condition in list(status, "/conditions") {
        let holds = text(condition, "/status") == Some("True");
        match text(condition, "/type") {
            Some("Ready") => pod.ready_condition = Some(holds),
            Some("PodScheduled") if !holds => pod.unschedulable = text(condition, "/message").map(str::to_owned),
            _ => {}
        }
    }
    match &mut pod.spec {
        Some(own) => {
            spec.complete(own);
            *own = spec;
        }
        slot @ None => *slot = Some(spec),
    }
}

/// What a container waits for and how it ended, in the words of whoever runs it.
fn said(status: &Value) -> Vec<(String, String)> {
    let of = |pointer: &str| {
        let own = status.pointer(pointer)?;
        Some((text(own, "/reason")?.to_owned(), text(own, "/message")?.to_owned()))
    };
    ["/state/waiting", "/state/terminated", "/lastState/terminated"].into_iter().filter_map(of).collect()
}

fn container_state(value: &Value) -> State {
    let reason = |key: &str| text(value, &format!("/{key}/reason")).unwrap_or("").to_owned();
    if value.get("waiting").is_some() {
        State::Waiting(reason("waiting"))
    } else if value.get("terminated").is_some() {
        let code = value.pointer("/terminated/exitCode").and_then(Value::as_i64).and_then(|c| i32::try_from(c).ok());
        State::Terminated(reason("terminated"), code)
    } else if value.get("running").is_some() {
        State::Running
    } else {
        State::Unknown
    }
}

pub(super) fn workload(workload: &mut Workload, kind: Kind, value: &Value) {
    workload.kind = WorkloadKind::from_kind(kind);
    let spec = value.get("spec").unwrap_or(&Value::Null);
    let status = value.get("status");
    workload.desired = number(spec, "/replicas").or(if kind == Kind::DaemonSet {
        status.and_then(|s| number(s, "/desiredNumberScheduled"))
    } else {
        workload.desired.or(Some(1))
    });
    if let Some(status) = status {
        workload.current =
            number(status, "/replicas").or_else(|| number(status, "/currentNumberScheduled")).or(Some(0));
        workload.ready = number(status, "/readyReplicas").or_else(|| number(status, "/numberReady")).or(Some(0));
    }
    workload.paused |= ["paused", "suspend"].iter().any(|key| spec.get(*key).and_then(Value::as_bool).unwrap_or(false));
    for condition in conditions(value).filter(|c| kind == Kind::Job && c.status == "True") {
        match condition.kind.as_str() {
            "Complete" | "SuccessCriteriaMet" => workload.outcome = Some(Outcome::Complete),
            "Failed" => workload.outcome = Some(Outcome::Failed(condition.reason)),
            _ => {}
        }
    }
    if let Some(own) = spec.get("selector").filter(|s| s.is_object()) {
        workload.selector = Some(selector(own));
    }
    let template = spec.pointer("/jobTemplate/spec/template").or_else(|| spec.get("template")).unwrap_or(&Value::Null);
    workload.template_labels = labels_at(template, "/metadata/labels").or_else(|| workload.template_labels.take());
    if let Some(pod) = template.get("spec") {
        let mut parsed = pod_spec(pod);
        if let Some(own) = workload.template.take() {
            parsed.complete(&own);
        }
        workload.template = Some(parsed);
    }
}

fn strings(value: &Value, pointer: &str) -> Vec<String> {
    list(value, pointer).filter_map(scalar).collect()
}

/// A pod spec. What an object leaves out is empty, not unknown.
fn pod_spec(value: &Value) -> PodSpec {
    let init = list(value, "/initContainers").map(|c| container(c, true));
    let terms =
        value.pointer("/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms");
    let terms = terms.and_then(Value::as_array).into_iter().flatten();
    let apart = list(value, "/affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution");
    PodSpec {
        service_account: Some(
            text(value, "/serviceAccountName")
                .or_else(|| text(value, "/serviceAccount"))
                .unwrap_or("default")
                .to_owned(),
        ),
        containers: init.chain(list(value, "/containers").map(|c| container(c, false))).collect(),
        volumes: list(value, "/volumes").map(volume).collect(),
        node_selector: Some(labels_at(value, "/nodeSelector").unwrap_or_default()),
        node_affinity: Some(
            terms.map(|term| list(term, "/matchExpressions").filter_map(expression).collect()).collect(),
        ),
        anti_affinity: Some(
            apart
                .map(|term| AntiAffinity {
                    selector: term.get("labelSelector").map(selector).unwrap_or_default(),
                    topology_key: text(term, "/topologyKey").unwrap_or("").to_owned(),
                })
                .collect(),
        ),
        tolerations: Some(list(value, "/tolerations").map(toleration).collect()),
        pull_secrets: Some(
            list(value, "/imagePullSecrets").filter_map(|s| text(s, "/name")).map(str::to_owned).collect(),
        ),
        dns_policy: text(value, "/dnsPolicy").map(str::to_owned),
        scheduler: text(value, "/schedulerName").filter(|name| *name != "default-scheduler").map(str::to_owned),
        nameservers: strings(value, "/dnsConfig/nameservers"),
        host_network: value.get("hostNetwork").and_then(Value::as_bool).unwrap_or(false),
        host_aliases: list(value, "/hostAliases").flat_map(|alias| strings(alias, "/hostnames")).collect(),
    }
}

fn toleration(value: &Value) -> Toleration {
    let get = |key: &str| value.get(key).and_then(scalar).unwrap_or_default();
    let exists = text(value, "/operator") == Some("Exists");
    Toleration { key: get("key"), value: (!exists).then(|| get("value")), effect: get("effect") }
}

fn container(value: &Value, init: bool) -> Container {
    let probe = |kind, key: &str| value.get(key).filter(|v| v.is_object()).and_then(|v| probe(kind, v));
    Container {
        name: text(value, "/name").unwrap_or("").to_owned(),
        init,
        image: text(value, "/image").map(str::to_owned),
        ports: list(value, "/ports").filter_map(port).collect(),
        requests: resources(value, "/resources/requests"),
        limits: resources(value, "/resources/limits"),
        probes: [
            probe(ProbeKind::Liveness, "livenessProbe"),
            probe(ProbeKind::Readiness, "readinessProbe"),
            probe(ProbeKind::Startup, "startupProbe"),
        ]
        .into_iter()
        .flatten()
        .collect(),
        env: list(value, "/env").filter_map(variable).chain(told(value)).collect(),
        env_from: list(value, "/envFrom").filter_map(from_whole).collect(),
        mounts: list(value, "/volumeMounts").filter_map(|m| text(m, "/name")).map(str::to_owned).collect(),
        ..Container::default()
    }
}

/// `--name=value` and `-Dname=value` among command and arguments tell a program the same things as its environment.
fn told(value: &Value) -> impl Iterator<Item = Env> {
    let words = list(value, "/command").chain(list(value, "/args")).filter_map(Value::as_str);
    words.filter_map(super::describe_pod::argument)
}

fn port(value: &Value) -> Option<Port> {
    Some(Port {
        name: text(value, "/name").map(str::to_owned),
        number: value.get("containerPort").and_then(scalar)?.parse().ok()?,
        protocol: text(value, "/protocol").unwrap_or("TCP").to_owned(),
    })
}

fn resources(value: &Value, pointer: &str) -> Resources {
    let own = value.pointer(pointer).unwrap_or(&Value::Null);
    let get = |key: &str| own.get(key).and_then(scalar).and_then(|text| quantity::parse(&text));
    Resources { cpu: get("cpu"), memory: get("memory"), ephemeral: get("ephemeral-storage") }
}

fn probe(kind: ProbeKind, value: &Value) -> Option<Probe> {
    let (handler, own) =
        [(Handler::Http, "httpGet"), (Handler::Tcp, "tcpSocket"), (Handler::Grpc, "grpc"), (Handler::Exec, "exec")]
            .into_iter()
            .find_map(|(handler, key)| value.get(key).map(|own| (handler, own)))?;
    let get = |key: &str, default: f64| value.get(key).and_then(Value::as_f64).unwrap_or(default);
    Some(Probe {
        kind,
        handler,
        port: own.get("port").and_then(scalar),
        path: (handler == Handler::Http).then(|| text(own, "/path").unwrap_or("/").to_owned()),
        delay: get("initialDelaySeconds", 0.0),
        timeout: get("timeoutSeconds", 1.0),
        period: get("periodSeconds", 10.0),
        failures: get("failureThreshold", 3.0),
    })
}

fn variable(value: &Value) -> Option<Env> {
    let name = text(value, "/name")?.to_owned();
    let from = value.get("valueFrom");
    let reference =
        |key: &str| from.and_then(|f| f.get(key)).and_then(|r| Some((text(r, "/name")?.to_owned(), optional(r))));
    let (source, optional) = if let Some((name, optional)) = reference("secretKeyRef") {
        (EnvSource::Secret(name), optional)
    } else if let Some((name, optional)) = reference("configMapKeyRef") {
        (EnvSource::ConfigMap(name), optional)
    } else if from.is_some() {
        (EnvSource::Other, true)
    } else {
        (EnvSource::Value(value.get("value").and_then(scalar).unwrap_or_default()), false)
    };
    Some(Env { name, source, optional })
}

fn optional(value: &Value) -> bool {
    value.get("optional").and_then(Value::as_bool).unwrap_or(false)
}

fn from_whole(value: &Value) -> Option<(bool, String, bool)> {
    let (secret, own) =
        value.get("secretRef").map(|own| (true, own)).or_else(|| value.get("configMapRef").map(|own| (false, own)))?;
    Some((secret, text(own, "/name")?.to_owned(), optional(own)))
}

fn volume(value: &Value) -> PodVolume {
    let source = if let Some(claim) = text(value, "/persistentVolumeClaim/claimName") {
        VolumeSource::Claim(claim.to_owned())
    } else if let Some(secret) = text(value, "/secret/secretName") {
        VolumeSource::Secret(secret.to_owned(), value.get("secret").is_some_and(optional))
    } else if let Some(map) = text(value, "/configMap/name") {
        VolumeSource::ConfigMap(map.to_owned(), value.get("configMap").is_some_and(optional))
    } else if let Some(path) = text(value, "/hostPath/path") {
        VolumeSource::HostPath(path.to_owned())
    } else {
        VolumeSource::Other
    };
    PodVolume { name: text(value, "/name").unwrap_or("").to_owned(), source }
}
