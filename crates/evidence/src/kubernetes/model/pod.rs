//! Pods, and the pod templates of workloads.

use super::{Expression, Labels, Meta, Object, Selector};

/// Cores and bytes asked for or allowed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Resources {
    /// Cores.
    pub cpu: Option<f64>,
    /// Bytes of memory.
    pub memory: Option<f64>,
    /// Bytes of local disk.
    pub ephemeral: Option<f64>,
}

/// A container port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// Name, where it has one.
    pub name: Option<String>,
    /// Number.
    pub number: u16,
    /// `TCP`, `UDP` or `SCTP`.
    pub protocol: String,
}

/// How a probe asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handler {
    /// HTTP GET.
    Http,
    /// A TCP connection.
    Tcp,
    /// The gRPC health service.
    Grpc,
    /// A command in the container.
    Exec,
}

/// What a probe is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProbeKind {
    /// Restarts the container on failure.
    Liveness,
    /// Takes the pod out of its services on failure.
    Readiness,
    /// Holds the other two back until it succeeds.
    Startup,
}

/// A probe. Times in seconds, defaults filled in.
#[derive(Debug, Clone, PartialEq)]
pub struct Probe {
    /// What for.
    pub kind: ProbeKind,
    /// How.
    pub handler: Handler,
    /// Port, by number or name; none for commands.
    pub port: Option<String>,
    /// Path, for HTTP.
    pub path: Option<String>,
    /// Before the first try.
    pub delay: f64,
    /// For one try.
    pub timeout: f64,
    /// Between tries.
    pub period: f64,
    /// Failures in a row before it acts.
    pub failures: f64,
}

/// Where an environment variable's value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnvSource {
    /// Written down.
    Value(String),
    /// A key of a secret.
    Secret(String),
    /// A key of a configuration map.
    ConfigMap(String),
    /// A field of the pod, or nothing.
    Other,
}

/// An environment variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Env {
    /// Name.
    pub name: String,
    /// Value.
    pub source: EnvSource,
    /// Whether the pod starts without it.
    pub optional: bool,
}

/// What a container is doing, or did last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum State {
    /// Not said.
    #[default]
    Unknown,
    /// Waiting, with the reason.
    Waiting(String),
    /// Running.
    Running,
    /// Ended, with reason and exit code.
    Terminated(String, Option<i32>),
}

/// A container, wanted or running.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Container {
    /// Name.
    pub name: String,
    /// Whether it runs before the others.
    pub init: bool,
    /// Image reference.
    pub image: Option<String>,
    /// Declared ports.
    pub ports: Vec<Port>,
    /// Requests.
    pub requests: Resources,
    /// Limits.
    pub limits: Resources,
    /// Probes.
    pub probes: Vec<Probe>,
    /// Environment.
    pub env: Vec<Env>,
    /// Whole secrets (true) or configuration maps (false) taken as environment: name, optional.
    pub env_from: Vec<(bool, String, bool)>,
    /// Names of the volumes mounted.
    pub mounts: Vec<String>,
    /// What it is doing.
    pub state: State,
    /// What it did before.
    pub last: State,
    /// When it ended last, in seconds since 1970, where the output shows it.
    pub ended: Option<f64>,
    /// Reason and message of what it waits for and of how it ended, where the output shows them.
    pub said: Vec<(String, String)>,
    /// Whether it is ready.
    pub ready: Option<bool>,
    /// How often it was restarted.
    pub restarts: Option<u32>,
}

/// What a pod's volume is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VolumeSource {
    /// A claim.
    Claim(String),
    /// A secret, and whether it may be missing.
    Secret(String, bool),
    /// A configuration map, and whether it may be missing.
    ConfigMap(String, bool),
    /// A directory of the node.
    HostPath(String),
    /// Anything else.
    Other,
}

/// A volume of a pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PodVolume {
    /// Name within the pod.
    pub name: String,
    /// What it is made of.
    pub source: VolumeSource,
}

/// A required anti-affinity term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AntiAffinity {
    /// Pods to stay away from.
    pub selector: Selector,
    /// Label that says what counts as the same place.
    pub topology_key: String,
}

/// A toleration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toleration {
    /// Key; empty tolerates every key.
    pub key: String,
    /// Value; none where existence is enough.
    pub value: Option<String>,
    /// Effect; empty means every effect.
    pub effect: String,
}

/// What a pod asks for. `None` means that the output read does not show it, not that it is empty.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PodSpec {
    /// Service account.
    pub service_account: Option<String>,
    /// Containers, with the init containers first.
    pub containers: Vec<Container>,
    /// Volumes.
    pub volumes: Vec<PodVolume>,
    /// Node selector.
    pub node_selector: Option<Labels>,
    /// Required node affinity: one of the terms must match.
    pub node_affinity: Option<Vec<Vec<Expression>>>,
    /// Required anti-affinity.
    pub anti_affinity: Option<Vec<AntiAffinity>>,
    /// Tolerations.
    pub tolerations: Option<Vec<Toleration>>,
    /// Names of the image pull secrets.
    pub pull_secrets: Option<Vec<String>>,
    /// `dnsPolicy`.
    pub dns_policy: Option<String>,
    /// `dnsConfig.nameservers`.
    pub nameservers: Vec<String>,
    /// Whether it shares the node's network.
    pub host_network: bool,
    /// `schedulerName`, where it is not the default one.
    pub scheduler: Option<String>,
    /// Aliases of `hostAliases`, by host name.
    pub host_aliases: Vec<String>,
}

impl PodSpec {
    /// Takes from `other` what this output did not show.
    pub fn complete(&mut self, other: &Self) {
        let PodSpec { service_account, node_selector, node_affinity, anti_affinity, tolerations, pull_secrets, .. } =
            other;
        fill(&mut self.service_account, service_account.as_ref());
        fill(&mut self.node_selector, node_selector.as_ref());
        fill(&mut self.node_affinity, node_affinity.as_ref());
        fill(&mut self.anti_affinity, anti_affinity.as_ref());
        fill(&mut self.tolerations, tolerations.as_ref());
        fill(&mut self.pull_secrets, pull_secrets.as_ref());
        fill(&mut self.dns_policy, other.dns_policy.as_ref());
        fill(&mut self.scheduler, other.scheduler.as_ref());
        if self.nameservers.is_empty() {
            self.nameservers.clone_from(&other.nameservers);
        }
        if self.host_aliases.is_empty() {
            self.host_aliases.clone_from(&other.host_aliases);
        }
        if self.containers.is_empty() {
            self.containers.clone_from(&other.containers);
        }
        if self.volumes.is_empty() {
            self.volumes.clone_from(&other.volumes);
        }
        for container in &mut self.containers {
            if let Some(twin) = other.containers.iter().find(|c| c.name == container.name) {
                complete_container(container, twin);
            }
        }
    }
}

/// `describe` leaves out the names of ports.
fn complete_container(container: &mut Container, twin: &Container) {
    for port in &mut container.ports {
        if port.name.is_none() {
            port.name = twin.ports.iter().find(|p| p.number == port.number).and_then(|p| p.name.clone());
        }
    }
}

fn fill<T: Clone>(slot: &mut Option<T>, value: Option<&T>) {
    if slot.is_none() {
        *slot = value.cloned();
    }
}

/// Seconds without a restart after which a pod's earlier ends are history.
const SETTLED: f64 = 3_600.0;
/// Seconds in which a new pod is still being set up.
const FRESH: f64 = 30.0;

/// A pod.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pod {
    /// Name and the like.
    pub meta: Meta,
    /// `Pending`, `Running`, …
    pub phase: Option<String>,
    /// The STATUS column: the phase, or what keeps the pod from running.
    pub status: Option<String>,
    /// Why, for evicted and failed pods.
    pub reason: Option<String>,
    /// The same in a sentence.
    pub message: Option<String>,
    /// What the scheduler said of it last, where its conditions show that.
    pub unschedulable: Option<String>,
    /// Node it was given.
    pub node: Option<String>,
    /// Address.
    pub ip: Option<String>,
    /// Containers ready, and all.
    pub ready: Option<(u32, u32)>,
    /// Restarts, summed.
    pub restarts: Option<u32>,
    /// Seconds since the last restart, where a table shows them.
    pub restarted: Option<f64>,
    /// Seconds since it was made, where a table shows them.
    pub age: Option<f64>,
    /// The Ready condition.
    pub ready_condition: Option<bool>,
    /// What it asks for, where an output shows it.
    pub spec: Option<PodSpec>,
    /// Whether an output showed its events, be there any or not.
    pub events_shown: bool,
}

impl Object for Pod {
    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn meta_mut(&mut self) -> &mut Meta {
        &mut self.meta
    }
}

impl Pod {
    /// Whether all containers are ready, where known.
    pub fn is_ready(&self) -> Option<bool> {
        self.ready_condition.or_else(|| self.ready.map(|(ready, all)| all > 0 && ready >= all))
    }

    /// Whether its last restart is long ago: what ended it then is over, since a program that keeps ending is started again
    /// within minutes. `now` is the latest time that any output shows, in seconds since 1970.
    pub fn is_settled(&self, now: Option<f64>) -> bool {
        let ended = self.spec.iter().flat_map(|spec| &spec.containers).filter_map(|c| c.ended).reduce(f64::max);
        let since = self.restarted.or_else(|| Some(now? - ended?));
        since.is_some_and(|seconds| seconds >= SETTLED)
    }

    /// Whether it was made a moment ago: what it lacks may still come.
    pub fn is_fresh(&self, now: Option<f64>) -> bool {
        let made = || crate::time::parse(&self.meta.created);
        self.age.or_else(|| Some(now? - made()?)).is_some_and(|seconds| (0.0..FRESH).contains(&seconds))
    }

    /// Whether a container of it is known to have run: then its images were pulled and its volumes mounted, whatever
    /// events told before.
    pub fn has_started(&self) -> bool {
        let own = self.spec.iter().flat_map(|spec| &spec.containers).filter(|c| c.state != State::Unknown);
        let waits = |container: &Container| match &container.state {
            State::Waiting(reason) => reason != "CrashLoopBackOff",
            _ => false,
        };
        if own.clone().next().is_some() {
            return !own.clone().any(waits);
        }
        let status = self.status.as_deref().unwrap_or("");
        self.is_ready() == Some(true) || matches!(status, "CrashLoopBackOff" | "Error" | "OOMKilled")
    }

    /// Whether it waits for a node.
    pub fn is_unscheduled(&self) -> bool {
        self.phase.as_deref() == Some("Pending") && self.node.is_none()
    }

    /// Whether it ended, as it should or by eviction: it will not run again, and its controller has made another if one
    /// is wanted.
    pub fn is_done(&self) -> bool {
        matches!(self.phase.as_deref(), Some("Succeeded" | "Failed"))
            || matches!(self.status.as_deref(), Some("Completed" | "Evicted" | "ContainerStatusUnknown"))
    }
}
