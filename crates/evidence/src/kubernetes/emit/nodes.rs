//! Nodes, the services that run on them, and namespace quotas.
//!
//! Facts: `(node N)`, `(node-ready N)`, `(node-unready N)`, `(node-cordoned N)`, `(node-taint N "KEY" "EFFECT")`,
//! `(node-condition N "TYPE" "STATUS" "REASON")` for conditions that are not as they should be,
//! `(node-says N CLASS)` with CLASS network-unready, runtime-down or silent,
//! `(node-unit N UNIT STATE)` with STATE up or down, `(control-plane N)`,
//! `(largest-node RESOURCE amount)`, `(largest-free RESOURCE amount)` over nodes that take pods,
//! `(node-pods N n)`, `(node-unready-pods N n)`, `(quota NS RESOURCE used hard)`.

use oriel_atomspace::Term;

use super::events::quota_resource;
use super::spec::PARTS;
use super::{Emitter, entity};
use crate::kubernetes::messages;
use crate::kubernetes::model::{At, Node, Resources};

/// Units of a node by the word that rules use.
fn unit_word(unit: &str) -> &str {
    match unit.rsplit('/').next().unwrap_or(unit) {
        "containerd" | "docker" | "dockerd" | "crio" | "cri-o" | "cri-docker" => "container-runtime",
        "snap.microk8s.daemon-kubelite" | "k3s" | "k3s-agent" | "rke2-agent" | "rke2-server" => "kubelet",
        other => other,
    }
}

/// `up`, `down`, or neither while it changes.
fn state_word(state: &str) -> Option<&'static str> {
    match state {
        "active" | "reloading" => Some("up"),
        "inactive" | "failed" | "deactivating" | "not-found" => Some("down"),
        _ => None,
    }
}

impl Emitter<'_> {
    pub(super) fn nodes(&mut self) {
        let cluster = self.cluster;
        for node in &cluster.live.nodes {
            self.node(node);
        }
        for service in &cluster.node_services {
            if let Some(state) = state_word(&service.state) {
                let node = entity("node", &service.node);
                let args = [Term::Entity(&node), Term::Entity(unit_word(&service.unit)), Term::Entity(state)];
                self.say("node-unit", &args, service.at);
            }
        }
        self.capacity();
        for quota in &cluster.live.quotas {
            let namespace = entity("namespace", &quota.meta.namespace);
            for (resource, used, hard) in &quota.resources {
                let args = [
                    Term::Entity(&namespace),
                    Term::Entity(quota_resource(resource)),
                    Term::Number(*used),
                    Term::Number(*hard),
                ];
                self.say("quota", &args, quota.meta.at);
            }
        }
    }

    fn node(&mut self, node: &Node) {
        let at = node.meta.at;
        let name = entity("node", &node.meta.name);
        let own = Term::Entity(&name);
        self.say("node", &[own], at);
        match node.ready {
            Some(true) => self.say("node-ready", &[own], at),
            Some(false) => self.say("node-unready", &[own], at),
            None => {}
        }
        if node.cordoned == Some(true) {
            self.say("node-cordoned", &[own], at);
        }
        if is_control_plane(node) {
            self.say("control-plane", &[own], at);
        }
        for taint in node.taints.iter().flatten() {
            self.say("node-taint", &[own, Term::Text(&taint.key), Term::Text(&taint.effect)], at);
        }
        for condition in &node.conditions {
            let wanted = if condition.kind == "Ready" { "True" } else { "False" };
            if condition.status != wanted {
                let [kind, status, reason] =
                    [&condition.kind, &condition.status, &condition.reason].map(|w| Term::Text(w));
                self.say("node-condition", &[own, kind, status, reason], at);
                if let Some(class) = messages::node(&condition.message).or_else(|| messages::node(&condition.reason)) {
                    self.say("node-says", &[own, Term::Entity(class)], at);
                }
            }
        }
        self.pods_on(own, node, at);
    }

    fn pods_on(&mut self, own: Term<'_>, node: &Node, at: At) {
        let name = Some(node.meta.name.as_str());
        let here = self.cluster.live.pods.iter().filter(|pod| pod.node.as_deref() == name && !pod.is_done());
        let (mut all, mut unready) = (0_usize, 0_usize);
        for pod in here {
            all += 1;
            unready += usize::from(pod.is_ready() == Some(false));
        }
        if all > 0 {
            self.say("node-pods", &[own, Term::Number(all as f64)], at);
            self.say("node-unready-pods", &[own, Term::Number(unready as f64)], at);
        }
    }

    /// The most that any node that takes pods offers, in all and still free.
    fn capacity(&mut self) {
        let nodes = &self.cluster.live.nodes;
        let open: Vec<&Node> = nodes.iter().filter(|node| node.cordoned != Some(true)).collect();
        let at = open.first().map_or(At::default(), |node| node.meta.at);
        let largest =
            |amount: &dyn Fn(&Node) -> Option<f64>| open.iter().filter_map(|node| amount(node)).reduce(f64::max);
        let mut found = Vec::new();
        for (resource, part) in PARTS {
            let left = |free: f64, used: &Resources| part(used).map(|used| free - used);
            found.push(("largest-node", resource, largest(&|node| part(&node.allocatable))));
            found.push(("largest-free", resource, largest(&|node| left(part(&node.allocatable)?, &node.allocated))));
        }
        for (predicate, resource, amount) in found {
            if let Some(amount) = amount {
                self.say(predicate, &[Term::Entity(resource), Term::Number(amount)], at);
            }
        }
    }
}

pub(super) fn is_control_plane(node: &Node) -> bool {
    let by_label = node.meta.labels.as_ref().is_some_and(|labels| {
        labels.0.iter().any(|(key, value)| {
            matches!(key.as_str(), "node-role.kubernetes.io/control-plane" | "node-role.kubernetes.io/master")
                || key == "kubernetes.io/role" && matches!(value.as_str(), "master" | "control-plane")
        })
    });
    by_label || node.taints.iter().flatten().any(crate::kubernetes::model::Taint::is_control_plane)
}
