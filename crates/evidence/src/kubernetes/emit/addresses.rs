//! Addresses of other services in the environment of containers, compared with the services there are.
//!
//! Facts: `(env-address S "VARIABLE" "HOST" port)`, `(addresses S E)`, `(calls S T)` where the address leads to a known
//! service, `(env-host-unknown S "VARIABLE" "HOST")`, `(env-port-unserved S "VARIABLE" E port)`,
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
                let name = host.split('.').next().unwrap_or(host);
                let inside = !host.contains('.') || host.contains(".svc");
                let own = Term::Entity(own);
                let Some(service) = cluster.live.services.get(namespace, name) else {
                    if inside && name != "localhost" && cluster.is_listed(Kind::Service, namespace) {
                        self.say("config-host-unknown", &[own, Term::Text(host)], at);
                    }
                    continue;
                };
                let target = entity("endpoint-service", &service.meta.name);
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
        let mut labels = found.host.split('.');
        let name = labels.next().unwrap_or(found.host);
        let second = labels.next();
        let inside = second.is_none()
            || found.host.contains(".svc")
            || second.is_some_and(|ns| {
                labels.next().is_none() && (ns == namespace || cluster.live.namespaces.get("", ns).is_some())
            });
        if !inside {
            return;
        }
        let target_namespace = second.unwrap_or(namespace);
        let Some(service) = cluster.live.services.get(target_namespace, name) else {
            if cluster.is_listed(Kind::Service, target_namespace) && name != "localhost" {
                self.say("env-host-unknown", &[own_term, Term::Text(variable), Term::Text(found.host)], at);
            }
            return;
        };
        let target = entity("endpoint-service", &service.meta.name);
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
