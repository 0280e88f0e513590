//! Logs of programs: which were read, what their lines say, and which Services the hosts that they name are.
//!
//! Facts: `(log-read S)`, `(log-says S CLASS n)`, `(log-names-host S CLASS "HOST")` (with its port and without), `(log-names-store S CLASS PRODUCT)`,
//! `(log-names-service S CLASS E)` (the host is a Service that exists), `(log-names-closed-port S E port)` (that Service
//! does not have the port that was asked), `(log-asks-foreign-server S "ADDRESS")` (a name server that is none of the cluster's).

use oriel_atomspace::Term;
use rustc_hash::FxHashMap;

use super::components::without_hashes;
use super::events::Tally;
use super::{Emitter, entity};
use crate::kubernetes::model::{LogLine, Service};

impl Emitter<'_> {
    /// The component whose log a command read: of a pod, of `deploy/NAME`, or by the name alone.
    fn logged(&self, target: &str, namespace: &str) -> (String, String) {
        let name = target.rsplit('/').next().unwrap_or(target);
        let of_workload = target.contains('/') && !target.starts_with("pod");
        let stripped = if of_workload { name } else { without_hashes(name) };
        let pod = if of_workload { None } else { self.components.of_pod(namespace, name) };
        let component = pod
            .or_else(|| self.components.named(namespace, name))
            .or_else(|| self.components.named(namespace, stripped));
        component.map_or_else(
            || (entity("service", stripped), namespace.to_owned()),
            |c| (c.entity.clone(), c.namespace.to_owned()),
        )
    }

    pub(super) fn logs(&mut self) {
        let cluster = self.cluster;
        for (target, namespace, at) in &cluster.logs_read {
            let (own, _) = self.logged(target, namespace);
            self.say("log-read", &[Term::Entity(&own)], *at);
        }
        let mut tally = Tally::default();
        let mut counts: FxHashMap<(String, &str), u32> = FxHashMap::default();
        for line in &cluster.log_lines {
            let (own, namespace) = self.logged(&line.target, &line.namespace);
            let count = counts.entry((own.clone(), line.class)).or_default();
            *count += 1;
            tally.add("log-says", &[&own, line.class], *count, line.at);
            if let Some(product) = line.product {
                tally.add("log-names-store", &[&own, line.class, product], 1, line.at);
            }
            if let Some(server) = line.server.as_deref().filter(|server| self.is_foreign(server)) {
                tally.add("log-asks-foreign-server", &[&own, &format!("\"{server}")], 1, line.at);
            }
            if let Some(host) = &line.host {
                self.named_host(&mut tally, &own, &namespace, line, host);
            }
        }
        self.write(tally);
    }

    fn named_host(&self, tally: &mut Tally, own: &str, namespace: &str, line: &LogLine, host: &str) {
        let (name, port) = host.split_once(':').map_or((host, None), |(name, port)| (name, port.parse::<u16>().ok()));
        for named in [host, name].iter().take(if name == host { 1 } else { 2 }) {
            tally.add("log-names-host", &[own, line.class, &format!("\"{named}")], 1, line.at);
        }
        let Some(service) = self.service_at(namespace, name) else {
            return;
        };
        let target = entity("endpoint-service", service.meta.shown());
        tally.add("log-names-service", &[own, line.class, &target], 1, line.at);
        if let Some(port) = port
            && !service.ports.is_empty()
            && service.ports.iter().all(|p| p.number != port)
        {
            tally.add("log-names-closed-port", &[own, &target], u32::from(port), line.at);
        }
    }

    /// Whether a name server is none of the cluster's, where one of these is known. A cache on the node, as NodeLocal
    /// DNSCache is, has a link-local or loopback address; the resolvers of clouds at 169.254.169 are outside.
    fn is_foreign(&self, server: &str) -> bool {
        let on_node =
            server.starts_with("127.") || server.starts_with("169.254.") && !server.starts_with("169.254.169.");
        if on_node {
            return false;
        }
        let mut own =
            self.cluster.live.services.iter().filter(|service| service.ports.iter().any(|port| port.number == 53));
        let known = own.clone().next().is_some();
        known && !own.any(|service| service.address.as_deref() == Some(server))
    }

    /// The Service of a host name or cluster address.
    fn service_at(&self, namespace: &str, host: &str) -> Option<&Service> {
        let services = &self.cluster.live.services;
        let by_address = services.iter().find(|service| service.address.as_deref() == Some(host));
        by_address.or_else(|| self.locate(host, namespace).and_then(|(namespace, name)| services.get(&namespace, name)))
    }
}
