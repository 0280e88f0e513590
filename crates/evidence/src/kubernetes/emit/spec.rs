//! What components ask for: resources, accounts, secrets, configuration, claims, ports of their own.
//!
//! Facts: `(requested S RESOURCE amount)`, `(limit S RESOURCE amount)` per pod,
//! `(service-account S "NAME")`, `(service-account-missing S "NAME")`, `(uses-secrets-only S)` (and no configuration map), `(secret-missing S "NAME")`,
//! `(config-map-missing S "NAME")`, `(uses-secret S "NAME")`, `(uses-claim S CLAIM)`, `(uses-host-path S)`, `(has-own-volume S)`, `(containers S n)`,
//! `(port-declared-twice S port)` (or told by `PORT`), `(env-port S "VARIABLE" port)`,
//! `(dns-policy S "POLICY")`, `(own-nameserver S "IP")`, `(host-alias S "HOST")`,
//! `(host-network S)`,
//! `(has-node-selector S)`, `(has-node-affinity S)`, `(cluster-name-server S)` (by the label that Kubernetes gives it), `(paused S)`,
//! `(cluster-proxy S)` (likewise), `(own-scheduler S "NAME")`.

use oriel_atomspace::Term;

use super::{Emitter, entity};
use crate::kubernetes::kind::Kind;
use crate::kubernetes::model::{At, Container, EnvSource, PodSpec, Resources, VolumeSource};

/// Variables that by custom say on which port a program listens.
const LISTENS: [&str; 4] = ["PORT", "SERVER_PORT", "HTTP_PORT", "LISTEN_PORT"];

/// A resource, and where containers and nodes keep it.
pub(super) type Part = (&'static str, fn(&Resources) -> Option<f64>);

/// The resources that pods ask nodes for.
pub(super) const PARTS: [Part; 3] =
    [("cpu", |r| r.cpu), ("memory", |r| r.memory), ("ephemeral-storage", |r| r.ephemeral)];

/// What one pod asks for in all: its containers together, or its hungriest init container.
pub(super) fn per_pod(
    spec: &PodSpec,
    of: fn(&Container) -> &Resources,
    part: fn(&Resources) -> Option<f64>,
) -> Option<f64> {
    let amounts = |init: bool| spec.containers.iter().filter(move |c| c.init == init).filter_map(move |c| part(of(c)));
    let mut any = false;
    let running: f64 = amounts(false).inspect(|_| any = true).sum();
    let first = amounts(true).fold(0.0, f64::max);
    (any || first > 0.0).then(|| running.max(first))
}

impl Emitter<'_> {
    pub(super) fn specs(&mut self) {
        for position in 0..self.components.all.len() {
            let Some(component) = self.components.all.get(position) else {
                continue;
            };
            let Some(spec) = component.spec() else {
                continue;
            };
            let (own, namespace, at) = (component.entity.clone(), component.namespace, component.at);
            let names = component.labels().and_then(|labels| labels.get("k8s-app")) == Some("kube-dns");
            let proxies = component.labels().and_then(|labels| labels.get("k8s-app")) == Some("kube-proxy");
            let paused = component.workload.is_some_and(|w| w.paused);
            let own = Term::Entity(&own);
            if names {
                self.say("cluster-name-server", &[own], at);
            }
            if proxies {
                self.say("cluster-proxy", &[own], at);
            }
            if let Some(name) = &spec.scheduler {
                self.say("own-scheduler", &[own, Term::Text(name)], at);
            }
            if spec.node_selector.as_ref().is_some_and(|selector| !selector.is_empty()) {
                self.say("has-node-selector", &[own], at);
            }
            if spec.node_affinity.as_ref().is_some_and(|terms| !terms.is_empty()) {
                self.say("has-node-affinity", &[own], at);
            }
            self.amounts(own, spec, at);
            self.references(own, namespace, spec, at);
            self.network_of_its_own(own, spec, at);
            if paused {
                self.say("paused", &[own], at);
            }
        }
    }

    fn amounts(&mut self, own: Term<'_>, spec: &PodSpec, at: At) {
        for (resource, part) in PARTS {
            let resource_term = Term::Entity(resource);
            if let Some(amount) = per_pod(spec, |c| &c.requests, part).or_else(|| per_pod(spec, |c| &c.limits, part)) {
                self.say("requested", &[own, resource_term, Term::Number(amount)], at);
            }
            if let Some(amount) = per_pod(spec, |c| &c.limits, part) {
                self.say("limit", &[own, resource_term, Term::Number(amount)], at);
            }
        }
        let running = spec.containers.iter().filter(|c| !c.init);
        self.say("containers", &[own, Term::Number(running.count() as f64)], at);
    }

    fn references(&mut self, own: Term<'_>, namespace: &str, spec: &PodSpec, at: At) {
        let cluster = self.cluster;
        if let Some(account) = &spec.service_account {
            self.say("service-account", &[own, Term::Text(account)], at);
            let known = cluster.live.service_accounts.get(namespace, account).is_some();
            if !known && cluster.is_listed(Kind::ServiceAccount, namespace) {
                self.say("service-account-missing", &[own, Term::Text(account)], at);
            }
        }
        let mut secrets: Vec<&str> = Vec::new();
        let mut maps: Vec<&str> = Vec::new();
        for container in &spec.containers {
            for variable in container.env.iter().filter(|v| !v.optional) {
                match &variable.source {
                    EnvSource::Secret(name) => secrets.push(name),
                    EnvSource::ConfigMap(name) => maps.push(name),
                    _ => {}
                }
            }
            for (secret, name, optional) in &container.env_from {
                if !optional {
                    if *secret { &mut secrets } else { &mut maps }.push(name);
                }
            }
        }
        if spec.volumes.iter().any(|volume| volume.source != VolumeSource::Other) {
            self.say("has-own-volume", &[own], at);
        }
        for volume in &spec.volumes {
            match &volume.source {
                VolumeSource::Claim(name) => {
                    self.say("uses-claim", &[own, Term::Entity(&entity("volume-claim", name))], at);
                }
                VolumeSource::Secret(name, false) => secrets.push(name),
                VolumeSource::ConfigMap(name, false) => maps.push(name),
                VolumeSource::HostPath(_) => self.say("uses-host-path", &[own], at),
                _ => {}
            }
        }
        if maps.is_empty() && !secrets.is_empty() {
            self.say("uses-secrets-only", &[own], at);
        }
        for name in secrets {
            self.say("uses-secret", &[own, Term::Text(name)], at);
            if cluster.live.secrets.get(namespace, name).is_none() && cluster.is_listed(Kind::Secret, namespace) {
                self.say("secret-missing", &[own, Term::Text(name)], at);
            }
        }
        for name in maps {
            if cluster.live.config_maps.get(namespace, name).is_none() && cluster.is_listed(Kind::ConfigMap, namespace)
            {
                self.say("config-map-missing", &[own, Term::Text(name)], at);
            }
        }
    }

    fn network_of_its_own(&mut self, own: Term<'_>, spec: &PodSpec, at: At) {
        for port in claimed_twice(spec) {
            self.say("port-declared-twice", &[own, Term::Number(f64::from(port))], at);
        }
        for variable in spec.containers.iter().flat_map(|c| &c.env) {
            if let EnvSource::Value(value) = &variable.source
                && variable.name.to_ascii_uppercase().ends_with("PORT")
                && let Ok(port) = value.parse::<u16>()
            {
                self.say("env-port", &[own, Term::Text(&variable.name), Term::Number(f64::from(port))], at);
            }
        }
        if let Some(policy) = &spec.dns_policy {
            self.say("dns-policy", &[own, Term::Text(policy)], at);
        }
        for address in &spec.nameservers {
            self.say("own-nameserver", &[own, Term::Text(address)], at);
        }
        for host in &spec.host_aliases {
            self.say("host-alias", &[own, Term::Text(host)], at);
        }
        if spec.host_network {
            self.say("host-network", &[own], at);
        }
    }
}

/// Ports that two containers of a pod want to listen on: declared, or told by a variable called `PORT`.
fn claimed_twice(spec: &PodSpec) -> Vec<u16> {
    let mut seen: Vec<u16> = Vec::new();
    let mut twice = Vec::new();
    for container in spec.containers.iter().filter(|c| !c.init) {
        let declared = container.ports.iter().filter(|port| port.protocol == "TCP").map(|port| port.number);
        let told = container.env.iter().filter_map(|variable| match &variable.source {
            EnvSource::Value(value) if LISTENS.contains(&variable.name.as_str()) => value.parse().ok(),
            _ => None,
        });
        let mut own: Vec<u16> = Vec::new();
        for port in declared.chain(told) {
            if !own.contains(&port) {
                own.push(port);
            }
        }
        twice.extend(own.iter().filter(|port| seen.contains(port)));
        seen.extend(own);
    }
    twice
}
