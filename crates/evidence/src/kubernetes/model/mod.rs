//! The cluster as typed objects, whatever text they came from.
//!
//! Two states are kept apart: what the cluster *holds* (`live`: tables, `describe`, objects with a status or a uid) and
//! what somebody *wanted* (`declared`: manifests). An object that several outputs show is one object here; each output
//! adds what it knows.

mod autoscaler;
mod labels;
mod network;
mod node;
mod pod;
mod policy;
mod state;
mod storage;
mod store;
mod workload;

pub use autoscaler::Autoscaler;
pub use labels::{Expression, Labels, Operator, Selector};
pub use network::{Endpoints, Ingress, Service, ServicePort, TargetPort};
pub use node::{Condition, Node, Taint};
pub use pod::{
    AntiAffinity, Container, Env, EnvSource, Handler, Pod, PodSpec, PodVolume, Port, Probe, ProbeKind, Resources,
    State, Toleration, VolumeSource,
};
pub use policy::{NetworkPolicy, Peer, Restriction};
pub use state::{Cluster, Connection, Event, LogLine, Lookup, NodeService, Reach};
pub use storage::{Claim, Quota, StorageClass, Volume};
pub use store::{Object, Store};
pub use workload::{Outcome, Workload, WorkloadKind};

pub(crate) use state::{CURRENT, ClusterState};
pub(crate) use storage::short_mode;

/// Where in the bundle something was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct At {
    /// Index into the cluster's files.
    pub file: u32,
    /// Line, from 1.
    pub line: u32,
}

/// What every object has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Meta {
    /// Name.
    pub name: String,
    /// Namespace; empty where the output did not say or the kind has none.
    pub namespace: String,
    /// Labels, where an output showed them.
    pub labels: Option<Labels>,
    /// Kind and name of the owning controller.
    pub owner: Option<(String, String)>,
    /// Whether the object is being deleted.
    pub deleting: bool,
    /// When it was made, as written; empty where no output shows it.
    pub created: String,
    /// What facts call it where another namespace has an object of the same kind and name.
    pub alias: Option<String>,
    /// Where it was first seen.
    pub at: At,
}

impl Meta {
    /// The name that facts use: the object's own, unless another namespace has the same.
    pub fn shown(&self) -> &str {
        self.alias.as_deref().unwrap_or(&self.name)
    }
}

/// A configuration map: of its contents only the addresses and short values are kept.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ConfigMap {
    /// Name and the like.
    pub meta: Meta,
    /// Hosts and ports that its contents send requests to.
    pub addresses: Vec<(String, u16)>,
    /// Keys with a short value of one line.
    pub entries: Vec<(String, String)>,
}

/// A plain object of which only the existence matters (secrets, service accounts, namespaces).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plain {
    /// Name and the like.
    pub meta: Meta,
}
