//! Probes as they are written, compared with ports and with each other.
//!
//! Facts: `(probe S KIND HANDLER)`, `(probe-port S KIND port)`, `(probe-port-undeclared S KIND port)`,
//! `(probe-port-name-missing S KIND "NAME")`, `(probe-handlers-differ S)`, `(probe-ports-differ S)`,
//! `(probe-grace S KIND seconds)` (from start until a container that never answers is acted on),
//! `(probe-patience S KIND seconds)` (the same once it runs), `(probe-timeout S KIND seconds)`,
//! `(probe-tries S KIND n)`, `(port-speaks S HANDLER)` (what names of ports say of the protocol).

use oriel_atomspace::Term;

use super::Emitter;
use crate::kubernetes::model::{At, Container, Handler, Probe, ProbeKind};

fn kind_word(kind: ProbeKind) -> &'static str {
    match kind {
        ProbeKind::Liveness => "liveness",
        ProbeKind::Readiness => "readiness",
        ProbeKind::Startup => "startup",
    }
}

fn handler_word(handler: Handler) -> &'static str {
    match handler {
        Handler::Http => "http",
        Handler::Tcp => "tcp",
        Handler::Grpc => "grpc",
        Handler::Exec => "command",
    }
}

/// What a port's name says about what is spoken on it.
pub(super) fn protocol_of_name(name: &str) -> Option<&'static str> {
    let prefix = name.split('-').next().unwrap_or(name).to_ascii_lowercase();
    Some(match prefix.as_str() {
        "grpc" => "grpc",
        "http" | "https" | "web" | "http1" => "http",
        "tcp" | "redis" | "mysql" | "postgres" | "postgresql" | "mongo" | "mongodb" | "amqp" | "kafka" => "tcp",
        _ => return None,
    })
}

impl Emitter<'_> {
    pub(super) fn probes(&mut self) {
        for position in 0..self.components.all.len() {
            let Some((component, spec)) = self.components.all.get(position).and_then(|c| Some((c, c.spec()?))) else {
                continue;
            };
            let (own, at) = (component.entity.clone(), component.at);
            let own = Term::Entity(&own);
            for container in spec.containers.iter().filter(|c| !c.init) {
                self.container_probes(own, container, at);
            }
        }
        let cluster = self.cluster;
        for service in &cluster.live.services {
            let Some(served) = self.components.serving(service).map(|c| c.entity.clone()) else {
                continue;
            };
            for port in &service.ports {
                let word = port.app_protocol.as_deref().or(port.name.as_deref()).and_then(protocol_of_name);
                if let Some(word) = word {
                    self.say("port-speaks", &[Term::Entity(&served), Term::Entity(word)], service.meta.at);
                }
            }
        }
    }

    fn container_probes(&mut self, own: Term<'_>, container: &Container, at: At) {
        for probe in &container.probes {
            let kind = Term::Entity(kind_word(probe.kind));
            self.say("probe", &[own, kind, Term::Entity(handler_word(probe.handler))], at);
            let patience = probe.period * (probe.failures - 1.0).max(0.0) + probe.timeout;
            self.say("probe-grace", &[own, kind, Term::Number(probe.delay + patience)], at);
            self.say("probe-patience", &[own, kind, Term::Number(patience)], at);
            self.say("probe-timeout", &[own, kind, Term::Number(probe.timeout)], at);
            self.say("probe-tries", &[own, kind, Term::Number(probe.failures)], at);
            if let Some(port) = &probe.port {
                self.probe_port(own, kind, port, container, at);
            }
        }
        let find = |kind: ProbeKind| container.probes.iter().find(|p| p.kind == kind);
        if let (Some(live), Some(ready)) = (find(ProbeKind::Liveness), find(ProbeKind::Readiness)) {
            if live.handler != ready.handler {
                self.say("probe-handlers-differ", &[own], at);
            }
            if number(live, container).is_some() && number(live, container) != number(ready, container) {
                self.say("probe-ports-differ", &[own], at);
            }
        }
        for port in &container.ports {
            if let Some(word) = port.name.as_deref().and_then(protocol_of_name) {
                self.say("port-speaks", &[own, Term::Entity(word)], at);
            }
        }
    }

    fn probe_port(&mut self, own: Term<'_>, kind: Term<'_>, port: &str, container: &Container, at: At) {
        if let Ok(number) = port.parse::<u16>() {
            self.say("probe-port", &[own, kind, Term::Number(f64::from(number))], at);
            if !container.ports.is_empty() && container.ports.iter().all(|p| p.number != number) {
                self.say("probe-port-undeclared", &[own, kind, Term::Number(f64::from(number))], at);
            }
        } else if !container.ports.iter().any(|p| p.name.as_deref() == Some(port)) {
            // Descriptions leave out the names of ports: only an object that shows names can miss one.
            if container.ports.iter().any(|p| p.name.is_some()) {
                self.say("probe-port-name-missing", &[own, kind, Term::Text(port)], at);
            }
        }
    }
}

/// The number of a probe's port, through the container's names.
fn number(probe: &Probe, container: &Container) -> Option<u16> {
    let port = probe.port.as_deref()?;
    let named = || container.ports.iter().find(|p| p.name.as_deref() == Some(port)).map(|p| p.number);
    port.parse().ok().or_else(named)
}
