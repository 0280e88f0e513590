//! Network policies, and whom they let through.

use super::{Labels, Meta, Object, Selector};

/// Whom a rule of a policy lets through.
#[derive(Debug, Clone, PartialEq)]
pub enum Peer {
    /// Pods of the policy's own namespace.
    Pods(Selector),
    /// Pods of other namespaces, addresses, or what the output does not spell out: taken to let anybody through, since
    /// nothing here can show that it does not.
    Other,
}

/// What a policy lets through in one direction.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Restriction {
    /// The peers of each of its rules; a rule without peers lets everybody through.
    pub rules: Vec<Vec<Peer>>,
}

impl Restriction {
    /// Whether nothing gets through.
    pub fn is_closed(&self) -> bool {
        self.rules.is_empty()
    }

    /// Whether pods with these labels get through; `same_namespace` says whether they live where the policy does.
    pub fn admits(&self, labels: &Labels, same_namespace: bool) -> bool {
        self.rules.iter().any(|peers| {
            peers.is_empty()
                || peers.iter().any(|peer| match peer {
                    Peer::Pods(selector) => same_namespace && selector.matches(labels),
                    Peer::Other => true,
                })
        })
    }
}

/// A network policy.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NetworkPolicy {
    /// Name and the like.
    pub meta: Meta,
    /// Pods it applies to.
    pub selector: Option<Selector>,
    /// What comes in, where it restricts that.
    pub ingress: Option<Restriction>,
    /// What goes out, where it restricts that.
    pub egress: Option<Restriction>,
}

impl Object for NetworkPolicy {
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
    fn a_rule_without_peers_admits_everybody_and_no_rule_nobody() {
        let labels = Labels::parse("app=web");
        let pods = |text: &str| Peer::Pods(Selector { equal: Labels::parse(text), expressions: Vec::new() });
        let admits = |rules: Vec<Vec<Peer>>, near| Restriction { rules }.admits(&labels, near);
        assert!(!admits(vec![], true));
        assert!(admits(vec![vec![]], false));
        assert!(admits(vec![vec![pods("app=api"), pods("app=web")]], true));
        assert!(!admits(vec![vec![pods("app=web")]], false), "pods of another namespace need a namespace selector");
        assert!(admits(vec![vec![Peer::Other]], false));
    }
}
