//! The whole cluster: objects by kind, events, and what probes of nodes and ports said.

use rustc_hash::FxHashMap;

use super::{
    At, Autoscaler, Claim, ConfigMap, Endpoints, Ingress, NetworkPolicy, Node, Object, Plain, Pod, Quota, Service,
    StorageClass, Store, Volume, Workload,
};
use crate::kubernetes::kind::Kind;

/// Objects by kind.
#[derive(Debug, Clone, Default)]
pub(crate) struct ClusterState {
    pub(crate) pods: Store<Pod>,
    /// Deployments, stateful sets, daemon sets, jobs.
    pub(crate) workloads: Store<Workload>,
    pub(crate) replica_sets: Store<Workload>,
    pub(crate) services: Store<Service>,
    pub(crate) endpoints: Store<Endpoints>,
    pub(crate) nodes: Store<Node>,
    pub(crate) claims: Store<Claim>,
    pub(crate) volumes: Store<Volume>,
    pub(crate) storage_classes: Store<StorageClass>,
    pub(crate) quotas: Store<Quota>,
    pub(crate) service_accounts: Store<Plain>,
    pub(crate) secrets: Store<Plain>,
    pub(crate) config_maps: Store<ConfigMap>,
    pub(crate) namespaces: Store<Plain>,
    pub(crate) network_policies: Store<NetworkPolicy>,
    pub(crate) ingresses: Store<Ingress>,
    pub(crate) autoscalers: Store<Autoscaler>,
}

impl ClusterState {
    pub(crate) fn len(&self) -> usize {
        self.pods.len()
            + self.workloads.len()
            + self.replica_sets.len()
            + self.services.len()
            + self.endpoints.len()
            + self.nodes.len()
            + self.claims.len()
            + self.volumes.len()
            + self.service_accounts.len()
            + self.secrets.len()
            + self.config_maps.len()
            + self.namespaces.len()
    }
}

/// An event, as one of the outputs shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Kind of the object it is about.
    pub kind: Kind,
    /// Name of that object.
    pub name: String,
    /// Namespace, where known.
    pub namespace: String,
    /// Whether it is a warning.
    pub warning: bool,
    /// Reason.
    pub reason: String,
    /// Message.
    pub message: String,
    /// How often it happened.
    pub count: u32,
    /// Seconds since it last happened, where the output shows it.
    pub age: Option<f64>,
    /// Where it was read.
    pub at: At,
}

/// A service of a node's operating system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeService {
    /// Node.
    pub node: String,
    /// Unit, without `.service`.
    pub unit: String,
    /// `active`, `inactive`, `failed`, …
    pub state: String,
    /// Where it was read.
    pub at: At,
}

/// How a connection attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// It connected.
    Open,
    /// It was refused.
    Refused,
    /// It timed out.
    TimedOut,
    /// The name was not found.
    Unresolved,
    /// It failed, and the output does not say how.
    Failed,
}

/// A connection attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Host, as asked.
    pub host: String,
    /// Port.
    pub port: Option<u16>,
    /// Node it was made from.
    pub from: Option<String>,
    /// How it ended.
    pub reach: Reach,
    /// Where it was read.
    pub at: At,
}

/// A name lookup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup {
    /// Host, as asked.
    pub host: String,
    /// Whether it was found.
    pub found: bool,
    /// Where it was read.
    pub at: At,
}

/// A log line that says why a program cannot work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// Pod or workload whose log it is in.
    pub target: String,
    /// What it says.
    pub class: &'static str,
    /// Namespace of the command; empty where it named none.
    pub namespace: String,
    /// Host it names, where it names one.
    pub host: Option<String>,
    /// The product that writes in these words (`mysql`, `redis`, …), where only one does.
    pub product: Option<&'static str>,
    /// The name server that it says it asked.
    pub server: Option<String>,
    /// Where it was read.
    pub at: At,
}

/// Everything read under `kubernetes/`.
#[derive(Debug, Clone, Default)]
pub struct Cluster {
    pub(crate) files: Vec<String>,
    pub(crate) live: ClusterState,
    pub(crate) declared: ClusterState,
    pub(crate) events: Vec<Event>,
    pub(crate) node_services: Vec<NodeService>,
    pub(crate) connections: Vec<Connection>,
    pub(crate) lookups: Vec<Lookup>,
    pub(crate) log_lines: Vec<LogLine>,
    /// Target and namespace of each log read.
    pub(crate) logs_read: Vec<(String, String, At)>,
    /// Kinds of which a whole list was read, and of which namespace; empty for all.
    pub(crate) listed: FxHashMap<Kind, Vec<String>>,
    /// The latest time that any object or event shows, in seconds since 1970.
    pub(crate) latest: Option<f64>,
    /// Namespace, pod and node, as the description of the node has them.
    places: Vec<(String, String, String)>,
    /// Whether all that was read lives in one namespace.
    one_namespace: bool,
    full: bool,
}

impl Cluster {
    pub(crate) fn add_file(&mut self, path: &str) -> u32 {
        self.files.push(path.to_owned());
        u32::try_from(self.files.len().saturating_sub(1)).unwrap_or(u32::MAX)
    }

    /// How many objects are held.
    pub fn len(&self) -> usize {
        self.live.len() + self.declared.len()
    }

    /// Whether nothing about Kubernetes was read.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
            && self.events.is_empty()
            && self.node_services.is_empty()
            && self.connections.is_empty()
            && self.lookups.is_empty()
            && self.log_lines.is_empty()
    }

    /// Events held.
    pub fn event_count(&self) -> usize {
        self.events.len()
    }

    /// Whether there is room for more objects; says `false` once per file that is cut.
    pub(crate) fn has_room(&mut self) -> bool {
        if !self.full && self.len() >= crate::kubernetes::MAX_OBJECTS {
            self.full = true;
        }
        !self.full
    }

    /// Notes a time that an output shows.
    pub(crate) fn note_time(&mut self, text: Option<&str>) {
        if let Some(time) = text.and_then(crate::time::parse) {
            self.latest = Some(self.latest.map_or(time, |known| known.max(time)));
        }
    }

    /// Notes that a whole list of `kind` was read.
    pub(crate) fn note_list(&mut self, kind: Kind, namespace: Option<&str>) {
        self.listed.entry(kind).or_default().push(namespace.unwrap_or("").to_owned());
    }

    /// Notes on which node a pod runs.
    pub(crate) fn note_place(&mut self, namespace: &str, pod: &str, node: &str) {
        if self.places.len() < crate::kubernetes::MAX_OBJECTS {
            self.places.push((namespace.to_owned(), pod.to_owned(), node.to_owned()));
        }
    }

    /// Whether an object of `kind` that is not held does not exist either.
    pub(crate) fn is_listed(&self, kind: Kind, namespace: &str) -> bool {
        self.listed.get(&kind).is_some_and(|lists| lists.iter().any(|ns| covers(ns, namespace, self.one_namespace)))
    }

    /// How many namespaces the pods, workloads and services live in.
    fn namespaces(&self) -> usize {
        let live = &self.live;
        let metas = live.pods.iter().map(Object::meta).chain(live.workloads.iter().map(Object::meta));
        let metas = metas.chain(live.services.iter().map(Object::meta));
        let named = metas.map(|meta| meta.namespace.as_str()).filter(|namespace| !namespace.is_empty());
        named.collect::<rustc_hash::FxHashSet<_>>().len()
    }

    /// Completes what one output shows with what another does. Called once, after the last file.
    pub(crate) fn link(&mut self) {
        tell_apart(&mut self.live.pods);
        tell_apart(&mut self.live.services);
        tell_apart(&mut self.live.claims);
        tell_apart(&mut self.live.ingresses);
        self.one_namespace = self.namespaces() <= 1;
        let Self { live, declared, places, .. } = self;
        let places: FxHashMap<(&str, &str), &String> =
            places.iter().map(|(namespace, pod, node)| ((namespace.as_str(), pod.as_str()), node)).collect();
        for pod in &mut live.pods {
            if pod.node.is_none() {
                let own = places.get(&(pod.meta.namespace.as_str(), pod.meta.name.as_str()));
                pod.node = own.map(|node| (*node).clone());
            }
        }
        for workload in &mut live.workloads {
            let Some(wanted) = declared.workloads.get(&workload.meta.namespace, &workload.meta.name) else {
                continue;
            };
            workload.selector = workload.selector.take().or_else(|| wanted.selector.clone());
            workload.template_labels = workload.template_labels.take().or_else(|| wanted.template_labels.clone());
            match (&mut workload.template, &wanted.template) {
                (Some(own), Some(other)) => own.complete(other),
                (own @ None, Some(other)) => *own = Some(other.clone()),
                _ => {}
            }
        }
        for service in &mut live.services {
            if let Some(wanted) = declared.services.get(&service.meta.namespace, &service.meta.name) {
                complete_ports(&mut service.ports, &wanted.ports);
                service.selector = service.selector.take().or_else(|| wanted.selector.clone());
            }
        }
        for claim in &mut live.claims {
            if let Some(wanted) = declared.claims.get(&claim.meta.namespace, &claim.meta.name) {
                claim.request = claim.request.or(wanted.request);
                claim.selector = claim.selector.take().or_else(|| wanted.selector.clone());
                claim.class = claim.class.take().or_else(|| wanted.class.clone());
                if claim.access_modes.as_ref().is_none_or(Vec::is_empty) {
                    claim.access_modes.clone_from(&wanted.access_modes);
                }
                claim.volume = claim.volume.take().or_else(|| wanted.volume.clone());
            }
        }
        for volume in &mut live.volumes {
            if let Some(wanted) = declared.volumes.get("", &volume.meta.name) {
                volume.meta.labels = volume.meta.labels.take().or_else(|| wanted.meta.labels.clone());
            }
        }
    }
}

/// The scope of a list that was asked for without naming a namespace: that of whoever asked.
pub(crate) const CURRENT: &str = "?";

/// Whether a list of that scope would show an object of `namespace`.
fn covers(scope: &str, namespace: &str, one_namespace: bool) -> bool {
    scope.is_empty() || namespace.is_empty() || scope == namespace || scope == CURRENT && one_namespace
}

/// Gives objects of a name that an earlier one of another namespace has an alias with the namespace in it.
fn tell_apart<T: Object>(store: &mut Store<T>) {
    let mut seen: FxHashMap<String, String> = FxHashMap::default();
    for object in store {
        let meta = object.meta_mut();
        match seen.get(&meta.name) {
            Some(namespace) if *namespace != meta.namespace => {
                meta.alias = Some(format!("{}.{}", meta.name, meta.namespace));
            }
            Some(_) => {}
            None => {
                seen.insert(meta.name.clone(), meta.namespace.clone());
            }
        }
    }
}

/// Tables and `describe` leave out some of what a port is.
fn complete_ports(ports: &mut [super::ServicePort], wanted: &[super::ServicePort]) {
    for port in ports {
        if let Some(twin) = wanted.iter().find(|p| p.number == port.number) {
            port.name = port.name.take().or_else(|| twin.name.clone());
            port.target = port.target.take().or_else(|| twin.target.clone());
            port.app_protocol = port.app_protocol.take().or_else(|| twin.app_protocol.clone());
        }
    }
}
