//! Addresses of other services in the environment of containers, compared with the services there are.
//!
//! Facts: `(env-address S "VARIABLE" "HOST" port)`, `(addresses S E)`, `(calls S T)` where the address leads to a known
//! service, `(env-host-unknown S "VARIABLE" "HOST")`,
//! `(host-is-component "HOST" S)` (no Service has that name, a component does), `(env-port-unserved S "VARIABLE" E port)`,
//! `(config-host-unknown S "HOST")`, `(config-port-unserved S E port)` for configuration maps.

use oriel_atomspace::{Term, TruthValue};

use super::{Emitter, entity};
use crate::kubernetes::kind::Kind;
use crate::kubernetes::model::{At, Env, EnvSource, PodSpec, VolumeSource};

/// A host, and a port where the text has one.
#[derive(Debug, PartialEq, Eq)]
struct Address<'a> {
    host: &'a str,
    port: Option<u16>,
}

/// Whether the text can be a host name (an address in digits is none).
fn is_host(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 253
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.'))
        && text.bytes().any(|b| b.is_ascii_lowercase())
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// `host:port`, `scheme://user@host:port/path`, `jdbc:mysql://host/db`, or a bare host where the variable's name says so.
fn address<'a>(name: &str, value: &'a str) -> Option<Address<'a>> {
    let (has_scheme, rest) = value.rsplit_once("://").map_or((false, value), |(_, rest)| (true, rest));
    let authority = rest.split(['/', '?', ',', ';']).next().unwrap_or(rest);
    let authority = authority.rsplit('@').next().unwrap_or(authority);
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) => (host, Some(port.parse().ok()?)),
        None => (authority, None),
    };
    let upper = name.to_ascii_uppercase();
    let says_host = ["HOST", "ADDR", "ADDRESS", "SERVER", "ENDPOINT", "HOSTNAME", "URL", "URI"]
        .iter()
        .any(|end| upper.ends_with(end));
    (is_host(host) && (port.is_some() || has_scheme || says_host && !host.contains('.')))
        .then_some(Address { host, port })
}

/// `DB_HOST=mysql` and `DB_PORT=3306` belong together.
fn sibling_port(env: &[Env], name: &str) -> Option<u16> {
    let stem = ["_HOST", "_HOSTNAME", "_ADDR", "_ADDRESS", "_SERVER"].iter().find_map(|end| name.strip_suffix(end))?;
    env.iter().find(|v| v.name.strip_suffix("_PORT") == Some(stem)).and_then(|v| match &v.source {
        EnvSource::Value(value) => value.parse().ok(),
        _ => None,
    })
}

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
            if !self.concerns(component.namespace) {
                continue;
            }
            let (own, namespace, at) = (component.entity.clone(), component.namespace, component.at);
            self.configured(&own, namespace, spec, at);
            for container in &spec.containers {
                for variable in &container.env {
                    if let EnvSource::Value(value) = &variable.source
                        && let Some(mut found) = address(&variable.name, value)
                    {
                        found.port = found.port.or_else(|| sibling_port(&container.env, &variable.name));
                        self.address(&own, namespace, &variable.name, &found, at);
                    }
                }
            }
        }
    }

    /// Addresses in the configuration maps that a component uses.
    fn configured(&mut self, own: &str, namespace: &str, spec: &PodSpec, at: At) {
        let cluster = self.cluster;
        let mounted = spec.volumes.iter().filter_map(|volume| match &volume.source {
            VolumeSource::ConfigMap(name, _) => Some(name),
            _ => None,
        });
        let taken =
            spec.containers.iter().flat_map(|c| &c.env_from).filter(|(secret, ..)| !secret).map(|(_, name, _)| name);
        for map in mounted.chain(taken).filter_map(|name| cluster.live.config_maps.get(namespace, name)) {
            for (host, port) in &map.addresses {
                let Some((target_namespace, name)) = self.locate(host, namespace) else {
                    continue;
                };
                let own = Term::Entity(own);
                let Some(service) = cluster.live.services.get(&target_namespace, name) else {
                    if name != "localhost" && cluster.is_listed(Kind::Service, &target_namespace) {
                        self.say("config-host-unknown", &[own, Term::Text(host)], at);
                    }
                    continue;
                };
                let target = entity("endpoint-service", service.meta.shown());
                self.say("addresses", &[own, Term::Entity(&target)], at);
                if !service.ports.is_empty() && service.ports.iter().all(|p| p.number != *port) {
                    let port = Term::Number(f64::from(*port));
                    self.say("config-port-unserved", &[own, Term::Entity(&target), port], at);
                }
            }
        }
    }

    fn address(&mut self, own: &str, namespace: &str, variable: &str, found: &Address<'_>, at: At) {
        let cluster = self.cluster;
        let own_term = Term::Entity(own);
        let port = Term::Number(f64::from(found.port.unwrap_or(0)));
        self.say("env-address", &[own_term, Term::Text(variable), Term::Text(found.host), port], at);
        let Some((target_namespace, name)) = self.locate(found.host, namespace) else {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_in_every_notation() {
        let view = |name: &str, value: &'static str| address(name, value).map(|a| (a.host, a.port));
        assert_eq!(view("CART_ADDR", "cart:7070"), Some(("cart", Some(7070))));
        assert_eq!(view("DB", "jdbc:mysql://db.shop.svc:3306/x?useSSL=false"), Some(("db.shop.svc", Some(3306))));
        assert_eq!(view("REDIS_URL", "redis://user:pass@cache:6379/0"), Some(("cache", Some(6379))));
        assert_eq!(view("DB_HOST", "mysql"), Some(("mysql", None)));
        assert_eq!(view("MODE", "fast"), None);
        assert_eq!(view("BIND", "0.0.0.0:80"), None);
        assert_eq!(view("OPTS", "-Xmx1g:5"), None);
    }
}
