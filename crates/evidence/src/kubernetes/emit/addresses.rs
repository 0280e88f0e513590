//! Addresses of other services in the environment of containers, compared with the services there are.
//!
//! Facts: `(env-address S "VARIABLE" "HOST" port)`, `(addresses S E)`, `(calls S T)` where the address leads to a known
//! service, `(env-host-unknown S "VARIABLE" "HOST")`, `(env-host-elsewhere S "VARIABLE" "HOST" E)` (no Service is known
//! there, one of that name is in another namespace),
//! `(host-is-component "HOST" S)` (no Service has that name, a component does), `(env-port-unserved S "VARIABLE" E port)`,
//! `(config-host-unknown S "HOST")`, `(config-port-unserved S E port)` for configuration maps,
//! `(fill-config-port S "MAP" "KEY" port)` (a key that is that port and no more).

use oriel_atomspace::{Term, TruthValue};

use super::address_text::{Address, address, sibling_port};
use super::{Emitter, entity};
use crate::kubernetes::kind::Kind;
use crate::kubernetes::model::{At, ConfigMap, EnvSource, PodSpec, VolumeSource};

impl Emitter<'_> {
    /// Namespace and name of the Service that a host name would be inside the cluster; none for names outside.
    pub(super) fn locate<'h>(&self, host: &'h str, own: &str) -> Option<(String, &'h str)> {
        let labels: Vec<&str> = host.trim_end_matches('.').split('.').collect();
        let known = |namespace: &str| namespace == own || self.knows_namespace(namespace);
        match labels.as_slice() {
            [name] => Some((own.to_owned(), name)),
            // A pod of a stateful set: `db-0.db`, `db-0.db.shop.svc`.
            [pod, name] if self.is_ordinal(pod, name) => Some((own.to_owned(), name)),
            [pod, name, namespace] | [pod, name, namespace, "svc", ..] if self.is_ordinal(pod, name) => {
                Some(((*namespace).to_owned(), name))
            }
            [name, namespace] if known(namespace) => Some(((*namespace).to_owned(), name)),
            [name, namespace, "svc", ..] => Some(((*namespace).to_owned(), name)),
            _ => None,
        }
    }

    fn knows_namespace(&self, namespace: &str) -> bool {
        self.cluster.live.namespaces.get("", namespace).is_some()
            || self.components.all.iter().any(|component| component.namespace == namespace)
    }

    /// Whether the two begin the host name of a stateful set's pod.
    fn is_ordinal(&self, pod: &str, service: &str) -> bool {
        let ordinal = pod.rsplit_once('-').is_some_and(|(_, n)| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
        ordinal && self.cluster.live.services.iter().any(|own| own.meta.name == service)
    }

    pub(super) fn addresses(&mut self) {
        for position in 0..self.components.all.len() {
            let Some((component, spec)) = self.components.all.get(position).and_then(|c| Some((c, c.spec()?))) else {
                continue;
            };
            let (own, namespace, at) = (component.entity.clone(), component.namespace, component.at);
            self.configured(&own, namespace, spec, at);
            for container in &spec.containers {
                for variable in &container.env {
                    if let EnvSource::Value(value) = &variable.source
                        && let Some(mut found) = address(&variable.name, value)
                    {
                        let values = container.env.iter().filter_map(|other| match &other.source {
                            EnvSource::Value(value) => Some((other.name.as_str(), value.as_str())),
                            _ => None,
                        });
                        found.port = found.port.or_else(|| sibling_port(values, &variable.name));
                        if found.sure || self.is_inside(found.host, namespace) {
                            self.address(&own, namespace, &variable.name, &found, at);
                        }
                    }
                }
            }
        }
    }

    /// Whether a name with dots is one of a namespace of this cluster.
    fn is_inside(&self, host: &str, own: &str) -> bool {
        self.locate(host, own).is_some_and(|(namespace, _)| namespace == own || self.knows_namespace(&namespace))
    }

    /// Addresses in the configuration maps that a component uses: in the files it mounts, and in the keys that it takes
    /// as its environment.
    fn configured(&mut self, own: &str, namespace: &str, spec: &PodSpec, at: At) {
        let cluster = self.cluster;
        let mounted = spec.volumes.iter().filter_map(|volume| match &volume.source {
            VolumeSource::ConfigMap(name, _) => Some(name),
            _ => None,
        });
        let env_from = || spec.containers.iter().flat_map(|c| &c.env_from);
        let taken = env_from().filter(|(secret, ..)| !secret).map(|(_, name, _)| name);
        let mut named: Vec<&String> = mounted.chain(taken.clone()).collect();
        let keyed = spec.containers.iter().flat_map(|c| &c.env).filter_map(|variable| match &variable.source {
            EnvSource::ConfigMap(name) => Some(name),
            _ => None,
        });
        let mut keyed: Vec<&String> = keyed.chain(taken).collect();
        named.extend(&keyed);
        for names in [&mut named, &mut keyed] {
            let mut seen = rustc_hash::FxHashSet::default();
            names.retain(|name| seen.insert(*name));
        }
        for map in named.iter().filter_map(|name| cluster.live.config_maps.get(namespace, name)) {
            for (host, port) in &map.addresses {
                self.configured_address(own, namespace, host, Some(*port), at);
            }
        }
        for map in keyed.iter().filter_map(|name| cluster.live.config_maps.get(namespace, name)) {
            self.keys(own, namespace, map, at);
        }
    }

    /// `DB_HOST` and `DB_PORT` among the keys of a configuration map, and addresses that are not told by their form alone.
    fn keys(&mut self, own: &str, namespace: &str, map: &ConfigMap, at: At) {
        for (name, value) in &map.entries {
            let Some(found) = address(name, value) else {
                continue;
            };
            let values = map.entries.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            let port = found.port.or_else(|| sibling_port(values, name));
            let told = map.addresses.iter().any(|(host, own)| host == found.host && Some(*own) == port);
            if !told && self.is_inside(found.host, namespace) {
                self.configured_address(own, namespace, found.host, port, at);
                let key = map.entries.iter().find(|(_, value)| value.parse().ok() == port && port.is_some());
                if let Some((key, port)) = key.zip(port) {
                    let number = Term::Number(f64::from(port));
                    let args = [Term::Entity(own), Term::Text(&map.meta.name), Term::Text(&key.0), number];
                    self.say("fill-config-port", &args, at);
                }
            }
        }
    }

    fn configured_address(&mut self, own: &str, namespace: &str, host: &str, port: Option<u16>, at: At) {
        let cluster = self.cluster;
        let Some((target_namespace, name)) = self.locate(host, namespace) else {
            return;
        };
        let own = Term::Entity(own);
        let Some(service) = cluster.live.services.get(&target_namespace, name) else {
            if name != "localhost" && cluster.is_listed(Kind::Service, &target_namespace) {
                self.say("config-host-unknown", &[own, Term::Text(host)], at);
            }
            return;
        };
        let target = entity("endpoint-service", service.meta.shown());
        self.say("addresses", &[own, Term::Entity(&target)], at);
        if let Some(port) = port
            && !service.ports.is_empty()
            && service.ports.iter().all(|p| p.number != port)
        {
            let port = Term::Number(f64::from(port));
            self.say("config-port-unserved", &[own, Term::Entity(&target), port], at);
        }
    }

    /// No Service is known under this host name; one of its first label may be in another namespace than the second says.
    fn elsewhere(&mut self, own: &str, variable: &str, host: &str, name: &str, at: At) {
        let services = &self.cluster.live.services;
        let mut same = services.iter().filter(|service| service.meta.name == name);
        let found = same.next().filter(|_| same.next().is_none()).map(|service| service.meta.shown().to_owned());
        if let Some(found) = found.filter(|_| host.contains('.')) {
            let target = entity("endpoint-service", &found);
            self.say(
                "env-host-elsewhere",
                &[Term::Entity(own), Term::Text(variable), Term::Text(host), Term::Entity(&target)],
                at,
            );
        }
    }

    fn address(&mut self, own: &str, namespace: &str, variable: &str, found: &Address<'_>, at: At) {
        let cluster = self.cluster;
        let own_term = Term::Entity(own);
        let port = Term::Number(f64::from(found.port.unwrap_or(0)));
        self.say("env-address", &[own_term, Term::Text(variable), Term::Text(found.host), port], at);
        let Some((target_namespace, name)) = self.locate(found.host, namespace) else {
            // `cart.shpo`: no namespace of this cluster, and perhaps no name of the world outside either.
            if let Some((name, rest)) = found.host.split_once('.')
                && !rest.contains('.')
            {
                self.elsewhere(own, variable, found.host, name, at);
            }
            return;
        };
        let Some(service) = cluster.live.services.get(&target_namespace, name) else {
            if cluster.is_listed(Kind::Service, &target_namespace) && name != "localhost" {
                self.say("env-host-unknown", &[own_term, Term::Text(variable), Term::Text(found.host)], at);
                let unserved = self.components.named(&target_namespace, name).map(|c| c.entity.clone());
                if let Some(unserved) = unserved.filter(|unserved| unserved != own) {
                    self.say("host-is-component", &[Term::Text(found.host), Term::Entity(&unserved)], at);
                }
            }
            self.elsewhere(own, variable, found.host, name, at);
            return;
        };
        let target = entity("endpoint-service", service.meta.shown());
        self.say("addresses", &[own_term, Term::Entity(&target)], at);
        let served = self.components.serving(service).map(|c| c.entity.clone());
        if let Some(served) = served.filter(|served| served != own) {
            self.say_with("calls", &[own_term, Term::Entity(&served)], TruthValue::new(0.9, 0.7), at);
        }
        if let Some(number) = found.port
            && !service.ports.is_empty()
            && service.ports.iter().all(|p| p.number != number)
        {
            let args = [own_term, Term::Text(variable), Term::Entity(&target), Term::Number(f64::from(number))];
            self.say("env-port-unserved", &args, at);
        }
    }
}
