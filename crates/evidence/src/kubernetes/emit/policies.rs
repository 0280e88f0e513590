//! Network policies against the components there are.
//!
//! Facts: `(policy-isolates S DIRECTION)` (nothing gets through), `(policy-shuts-out S OTHER)` (policies of either let
//! nothing of OTHER reach S, while they let something through). Ports are not compared: a policy that lets a peer through
//! on some port counts as letting it through. Policies add up: what one of them lets through, gets through.

use oriel_atomspace::Term;

use super::Emitter;
use super::components::Component;
use crate::kubernetes::model::{Labels, NetworkPolicy, Restriction};

/// Pairs of components looked at; beyond, only isolation is stated.
const MAX_PAIRS: usize = 40_000;

/// What the policies of one component let through in a direction.
type Own<'a> = Vec<(&'a NetworkPolicy, &'a Restriction)>;

fn select<'a>(
    policies: impl Iterator<Item = &'a NetworkPolicy>,
    component: &Component<'_>,
    part: fn(&NetworkPolicy) -> Option<&Restriction>,
) -> Own<'a> {
    let near =
        |policy: &&NetworkPolicy| policy.meta.namespace.is_empty() || component.namespace == policy.meta.namespace;
    let labels = component.labels();
    let own = policies.filter(near).filter(|policy| {
        policy.selector.as_ref().is_some_and(|selector| labels.is_some_and(|labels| selector.matches(labels)))
    });
    own.filter_map(|policy| Some((policy, part(policy)?))).collect()
}

fn admits(own: &Own<'_>, other: &Component<'_>) -> bool {
    let none = Labels::default();
    let labels = other.labels().unwrap_or(&none);
    own.is_empty()
        || own.iter().any(|(policy, restriction)| {
            let near = policy.meta.namespace.is_empty() || policy.meta.namespace == other.namespace;
            restriction.admits(labels, near)
        })
}

impl Emitter<'_> {
    pub(super) fn policies(&mut self) {
        let cluster = self.cluster;
        let policies = &cluster.live.network_policies;
        if policies.is_empty() {
            return;
        }
        let mut found = Vec::new();
        let count = self.components.all.len();
        for component in &self.components.all {
            let ingress = select(policies.iter(), component, |policy| policy.ingress.as_ref());
            let egress = select(policies.iter(), component, |policy| policy.egress.as_ref());
            for (direction, own) in [("ingress", &ingress), ("egress", &egress)] {
                if let Some((policy, _)) = own.first().filter(|_| own.iter().all(|(_, r)| r.is_closed())) {
                    found.push(("policy-isolates", component.entity.clone(), direction.to_owned(), policy.meta.at));
                }
            }
            if count.saturating_mul(count) > MAX_PAIRS {
                continue;
            }
            for other in self.components.all.iter().filter(|other| other.entity != component.entity) {
                for (own, from, to) in [(&ingress, other, component), (&egress, component, other)] {
                    if let Some((policy, _)) = own.first().filter(|_| !admits(own, other)) {
                        found.push(("policy-shuts-out", to.entity.clone(), from.entity.clone(), policy.meta.at));
                    }
                }
            }
        }
        for (predicate, own, other, at) in found {
            self.say(predicate, &[Term::Entity(&own), Term::Entity(&other)], at);
        }
    }
}
