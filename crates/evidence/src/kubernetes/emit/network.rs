//! Services against the pods they should lead to, what is before them, and attempts to reach them.
//!
//! Facts: `(endpoint-service E)`, `(exposed E)` (reached from outside of the cluster), `(service-selector E)`, `(selector-pods E n)`, `(selector-matches-none E)`,
//! `(selector-differs E S)` (the component behind has pods, the selector matches none of them),
//! `(ready-endpoints E n)`, `(no-endpoints E)`, `(unready-endpoints E n)`,
//! `(target-undeclared E port target)`, `(target-name-missing E port "NAME")`, `(service-port E port)`,
//! `(protocol-differs E port "SERVICE-PROTOCOL" "CONTAINER-PROTOCOL")`,
//! `(port-open E port)`, `(port-closed E port HOW)`, `(partly-open E port)`, `(closed-from E NODE)`, `(open-from E NODE)`,
//! `(external-name E "HOST")`, `(name-found E)`, `(name-unresolved E)`, `(service-absent "HOST")`,
//! `(routes-to INGRESS E)`, `(backend-missing INGRESS "SERVICE")`, `(backend-port-missing INGRESS E)`,
//! `(certificate-secret-missing INGRESS "NAME")`.

use oriel_atomspace::Term;

use super::{Emitter, entity};
use crate::kubernetes::kind::Kind;
use crate::kubernetes::model::{At, Labels, PodSpec, Reach, Service, ServicePort, TargetPort};

impl Emitter<'_> {
    pub(super) fn network(&mut self) {
        let cluster = self.cluster;
        for service in &cluster.live.services {
            self.service(service);
        }
        self.attempts();
        self.gateways();
    }

    fn service(&mut self, service: &Service) {
        let at = service.meta.at;
        let name = entity("endpoint-service", service.meta.shown());
        let own = Term::Entity(&name);
        self.say("endpoint-service", &[own], at);
        if let Some(selector) = service.selector.as_ref().filter(|s| !s.is_empty()) {
            self.say("service-selector", &[own], at);
            self.selected_pods(own, service, selector);
        }
        if let Some(host) = &service.external_name {
            self.say("external-name", &[own, Term::Text(host)], at);
        }
        let listed = self.cluster.live.endpoints.get(&service.meta.namespace, &service.meta.name);
        let ready = listed.and_then(|e| e.ready).or(service.endpoints);
        if let Some(ready) = ready {
            self.say("ready-endpoints", &[own, Term::Number(f64::from(ready))], at);
            if ready == 0 {
                self.say("no-endpoints", &[own], at);
            }
        }
        if let Some(waiting) = listed.and_then(|e| e.not_ready).filter(|n| *n > 0) {
            self.say("unready-endpoints", &[own, Term::Number(f64::from(waiting))], at);
        }
        if matches!(service.kind.as_deref(), Some("NodePort" | "LoadBalancer")) {
            self.say("exposed", &[own], at);
        }
        for port in &service.ports {
            self.say("service-port", &[own, Term::Number(f64::from(port.number))], at);
        }
        let Some(spec) = self.components.serving(service).and_then(super::components::Component::spec) else {
            return;
        };
        for port in &service.ports {
            self.port(own, port, spec, at);
        }
    }

    fn selected_pods(&mut self, own: Term<'_>, service: &Service, selector: &Labels) {
        let at = service.meta.at;
        let near = |namespace: &str| {
            namespace.is_empty() || service.meta.namespace.is_empty() || namespace == service.meta.namespace
        };
        // A pod whose labels were not shown has at least those of its workload's template.
        let mut pods: Vec<Option<&Labels>> = Vec::new();
        for component in &self.components.all {
            let template = component.workload.and_then(|workload| workload.template_labels.as_ref());
            let own = component.pods.iter().filter(|pod| near(&pod.meta.namespace) && !pod.meta.deleting);
            pods.extend(own.map(|pod| pod.meta.labels.as_ref().or(template)));
        }
        if pods.iter().all(Option::is_none) {
            return;
        }
        let matching = pods.iter().flatten().filter(|labels| selector.matches(labels)).count();
        self.say("selector-pods", &[own, Term::Number(matching as f64)], at);
        // A pod of which no labels are known may be the one.
        if matching > 0 || pods.iter().any(Option::is_none) {
            return;
        }
        // So may one that was not seen.
        if self.cluster.is_listed(Kind::Pod, &service.meta.namespace) {
            self.say("selector-matches-none", &[own], at);
        }
        let Some(component) = self.components.serving(service) else {
            return;
        };
        let behind = component.entity.clone();
        let wrong = component.labels().is_some_and(|labels| !selector.matches(labels));
        if wrong && component.living().next().is_some() {
            self.say("selector-differs", &[own, Term::Entity(&behind)], at);
        }
    }

    fn port(&mut self, own: Term<'_>, port: &ServicePort, spec: &PodSpec, at: At) {
        let number = Term::Number(f64::from(port.number));
        let mut ports = spec.containers.iter().filter(|c| !c.init).flat_map(|c| &c.ports);
        let any = spec.containers.iter().any(|c| !c.ports.is_empty());
        match &port.target {
            Some(TargetPort::Number(target)) => match ports.find(|p| p.number == *target) {
                Some(found) => self.protocols(own, port, &found.protocol, at),
                None if any => self.say("target-undeclared", &[own, number, Term::Number(f64::from(*target))], at),
                None => {}
            },
            Some(TargetPort::Name(target)) => {
                let named = spec.containers.iter().flat_map(|c| &c.ports).find(|p| p.name.as_ref() == Some(target));
                match named {
                    Some(found) => self.protocols(own, port, &found.protocol, at),
                    None => self.say("target-name-missing", &[own, number, Term::Text(target)], at),
                }
            }
            None => {
                if let Some(found) = ports.find(|p| p.number == port.number) {
                    self.protocols(own, port, &found.protocol, at);
                }
            }
        }
    }

    fn protocols(&mut self, own: Term<'_>, port: &ServicePort, container: &str, at: At) {
        if port.protocol != container {
            let number = Term::Number(f64::from(port.number));
            self.say("protocol-differs", &[own, number, Term::Text(&port.protocol), Term::Text(container)], at);
        }
    }

    fn attempts(&mut self) {
        let cluster = self.cluster;
        for attempt in &cluster.connections {
            let host = attempt.host.split('.').next().unwrap_or(&attempt.host);
            let known = cluster
                .live
                .services
                .iter()
                .find(|s| s.meta.name == host || s.address.as_deref() == Some(attempt.host.as_str()));
            let name = entity("endpoint-service", known.map_or(host, |s| s.meta.name.as_str()));
            let own = Term::Entity(&name);
            let number = Term::Number(f64::from(attempt.port.unwrap_or(0)));
            let how = match attempt.reach {
                Reach::Open => None,
                Reach::Refused => Some("refused"),
                Reach::TimedOut => Some("timed-out"),
                Reach::Unresolved => Some("unresolved"),
                Reach::Failed => Some("failed"),
            };
            match how {
                None => self.say("port-open", &[own, number], attempt.at),
                Some(how) => self.say("port-closed", &[own, number, Term::Entity(how)], attempt.at),
            }
            if let Some(node) = &attempt.from {
                let predicate = if how.is_none() { "open-from" } else { "closed-from" };
                self.say(predicate, &[own, Term::Entity(&entity("node", node))], attempt.at);
            }
            if known.is_none() && cluster.is_listed(Kind::Service, "") {
                self.say("service-absent", &[Term::Text(host)], attempt.at);
            }
        }
        for lookup in &cluster.lookups {
            let host = lookup.host.split('.').next().unwrap_or(&lookup.host);
            let name = entity("endpoint-service", host);
            self.say(if lookup.found { "name-found" } else { "name-unresolved" }, &[Term::Entity(&name)], lookup.at);
        }
    }

    fn gateways(&mut self) {
        let cluster = self.cluster;
        for ingress in &cluster.live.ingresses {
            let name = entity("ingress", ingress.meta.shown());
            let own = Term::Entity(&name);
            for secret in &ingress.certificates {
                let known = cluster.live.secrets.get(&ingress.meta.namespace, secret).is_some();
                if !known && cluster.is_listed(Kind::Secret, &ingress.meta.namespace) {
                    self.say("certificate-secret-missing", &[own, Term::Text(secret)], ingress.meta.at);
                }
            }
            for (_, backend, port) in &ingress.backends {
                let Some(service) = cluster.live.services.get(&ingress.meta.namespace, backend) else {
                    if cluster.is_listed(Kind::Service, &ingress.meta.namespace) {
                        self.say("backend-missing", &[own, Term::Text(backend)], ingress.meta.at);
                    }
                    continue;
                };
                let target = entity("endpoint-service", service.meta.shown());
                self.say("routes-to", &[own, Term::Entity(&target)], ingress.meta.at);
                let fits = service.ports.is_empty()
                    || match port {
                        Some(TargetPort::Number(number)) => service.ports.iter().any(|p| p.number == *number),
                        Some(TargetPort::Name(wanted)) => service.ports.iter().any(|p| p.name.as_ref() == Some(wanted)),
                        None => true,
                    };
                if !fits {
                    self.say("backend-port-missing", &[own, Term::Entity(&target)], ingress.meta.at);
                }
            }
        }
    }
}
