//! Services, their endpoints, and what stands before them.

use super::{Labels, Meta, Object};

/// The pod port that a service port leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetPort {
    /// By number.
    Number(u16),
    /// By the name of a container port.
    Name(String),
}

/// A port of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServicePort {
    /// Name, where it has one.
    pub name: Option<String>,
    /// Number.
    pub number: u16,
    /// `TCP`, `UDP` or `SCTP`.
    pub protocol: String,
    /// Where it leads, where an output shows it.
    pub target: Option<TargetPort>,
    /// `appProtocol`.
    pub app_protocol: Option<String>,
}

/// A Kubernetes Service.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Service {
    /// Name and the like.
    pub meta: Meta,
    /// `ClusterIP`, `NodePort`, …
    pub kind: Option<String>,
    /// Cluster address; `None` for headless.
    pub address: Option<String>,
    /// Which pods it leads to; an empty one leads to none by itself.
    pub selector: Option<Labels>,
    /// Ports.
    pub ports: Vec<ServicePort>,
    /// Target of `ExternalName`.
    pub external_name: Option<String>,
    /// Ready addresses, where its own output shows them.
    pub endpoints: Option<u32>,
}

impl Object for Service {
    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn meta_mut(&mut self) -> &mut Meta {
        &mut self.meta
    }
}

/// The endpoints of a service.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Endpoints {
    /// Name (that of the service) and the like.
    pub meta: Meta,
    /// Ready addresses.
    pub ready: Option<u32>,
    /// Addresses of pods that are not ready.
    pub not_ready: Option<u32>,
}

impl Object for Endpoints {
    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn meta_mut(&mut self) -> &mut Meta {
        &mut self.meta
    }
}

/// An ingress (or another gateway route): which services it leads to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ingress {
    /// Name and the like.
    pub meta: Meta,
    /// Path, service and port of each backend.
    pub backends: Vec<(String, String, Option<TargetPort>)>,
    /// Names of the secrets that hold its certificates.
    pub certificates: Vec<String>,
}

impl Object for Ingress {
    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn meta_mut(&mut self) -> &mut Meta {
        &mut self.meta
    }
}
