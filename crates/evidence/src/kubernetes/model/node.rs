//! Nodes.

use super::{Meta, Object, Resources, Toleration};

/// A taint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taint {
    /// Key.
    pub key: String,
    /// Value, often empty.
    pub value: String,
    /// `NoSchedule`, `PreferNoSchedule`, `NoExecute`.
    pub effect: String,
}

impl Taint {
    /// Parses `key=value:Effect` or `key:Effect`.
    pub fn parse(text: &str) -> Option<Self> {
        let (left, effect) = text.trim().rsplit_once(':')?;
        let (key, value) = left.split_once('=').unwrap_or((left, ""));
        (!key.is_empty() && effect.bytes().all(|b| b.is_ascii_alphabetic())).then(|| Self {
            key: key.to_owned(),
            value: value.to_owned(),
            effect: effect.to_owned(),
        })
    }

    /// Whether it keeps pods away (and does not only ask them to prefer others).
    pub fn is_hard(&self) -> bool {
        self.effect != "PreferNoSchedule"
    }

    /// Whether Kubernetes itself sets and removes it (`node.kubernetes.io/not-ready`, `…/unschedulable`, …).
    pub fn is_built_in(&self) -> bool {
        self.key.starts_with("node.kubernetes.io/") || self.key.starts_with("node.cloudprovider.kubernetes.io/")
    }

    /// Whether it keeps ordinary pods off the control plane.
    pub fn is_control_plane(&self) -> bool {
        self.key.starts_with("node-role.kubernetes.io/")
    }

    /// Whether a toleration covers it.
    pub fn is_tolerated(&self, tolerations: &[Toleration]) -> bool {
        tolerations.iter().any(|t| {
            (t.key.is_empty() || t.key == self.key)
                && (t.effect.is_empty() || t.effect == self.effect)
                && t.value.as_ref().is_none_or(|v| *v == self.value)
        })
    }
}

/// A condition of a node, a job or an autoscaler.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Condition {
    /// `Ready`, `MemoryPressure`, …
    pub kind: String,
    /// `True`, `False`, `Unknown`.
    pub status: String,
    /// Reason.
    pub reason: String,
    /// Message; empty where the output does not show it.
    pub message: String,
}

/// A node.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Node {
    /// Name and the like.
    pub meta: Meta,
    /// The Ready condition.
    pub ready: Option<bool>,
    /// Whether it is cordoned.
    pub cordoned: Option<bool>,
    /// Taints, where an output shows them.
    pub taints: Option<Vec<Taint>>,
    /// Conditions.
    pub conditions: Vec<Condition>,
    /// What pods may ask for in all.
    pub allocatable: Resources,
    /// What its pods ask for.
    pub allocated: Resources,
    /// Pods it may hold.
    pub pod_capacity: Option<f64>,
    /// Addresses.
    pub addresses: Vec<String>,
}

impl Object for Node {
    fn meta(&self) -> &Meta {
        &self.meta
    }

    fn meta_mut(&mut self) -> &mut Meta {
        &mut self.meta
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taints_and_tolerations() {
        let taint = Taint::parse("dedicated=batch:NoSchedule").unwrap();
        let tolerate = |key: &str, value: Option<&str>, effect: &str| {
            vec![Toleration { key: key.to_owned(), value: value.map(str::to_owned), effect: effect.to_owned() }]
        };
        assert!(taint.is_tolerated(&tolerate("dedicated", Some("batch"), "NoSchedule")));
        assert!(taint.is_tolerated(&tolerate("", None, "")));
        assert!(!taint.is_tolerated(&tolerate("dedicated", Some("web"), "NoSchedule")));
        assert!(!taint.is_tolerated(&tolerate("dedicated", None, "NoExecute")));
        assert!(Taint::parse("node.kubernetes.io/unreachable:NoExecute").unwrap().is_built_in());
        assert_eq!(Taint::parse("<none>"), None);
    }
}
