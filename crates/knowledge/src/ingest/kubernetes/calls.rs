//! Calls that are told by addresses: of which host one is, and which component answers there.

use std::collections::HashSet;

use super::objects::{Found, Objects, external};
use crate::ingest::facts::{Facts, INFERRED, Object, entity};
use crate::ingest::secrets::is_secret_name;

/// Words at the end of the name of a variable whose value may be a bare host.
const HOSTS: [&str; 9] = ["host", "hostname", "addr", "address", "server", "service", "endpoint", "url", "upstream"];

/// The calls of one component, of which each `Service` and each host is looked at once.
pub(super) struct Calls<'o, 'a> {
    objects: &'o Objects<'a>,
    own: &'o str,
    one: &'o Found<'a>,
    hosts: HashSet<&'a str>,
    called: HashSet<(&'a str, &'a str)>,
}

impl<'o, 'a> Calls<'o, 'a> {
    pub(super) fn of(objects: &'o Objects<'a>, own: &'o str, one: &'o Found<'a>) -> Self {
        Self { objects, own, one, hosts: HashSet::new(), called: HashSet::new() }
    }

    /// Adds the calls that a variable tells of.
    pub(super) fn variable(&mut self, (name, value): (&str, &'a str), facts: &mut Facts) {
        if is_secret_name(name) {
            facts.withheld += 1;
            return;
        }
        match named_host(name, value) {
            Some(host) => self.call(host, facts),
            None => self.addresses(value, facts),
        }
    }

    /// Adds the calls whose addresses stand in a text.
    pub(super) fn addresses(&mut self, text: &'a str, facts: &mut Facts) {
        let words = text.split(|letter: char| letter.is_whitespace() || "=,;\"'[]{}()|".contains(letter));
        for host in words.filter_map(host_of) {
            if facts.is_full() {
                return;
            }
            self.call(host, facts);
        }
    }

    /// Adds a call to what answers at a host, as seen from the namespace of the component.
    fn call(&mut self, host: &'a str, facts: &mut Facts) {
        if !self.hosts.insert(host) {
            return;
        }
        let Some(service) = self.service(host) else { return };
        if !self.called.insert((service.namespace, service.name)) {
            return;
        }
        if let Some(outside) = external(service) {
            facts.with("calls", self.own, Object::Entity(entity("host", outside)), INFERRED);
        }
        for served in self.objects.served(service) {
            let called = served.component();
            if called != self.own {
                facts.with("calls", self.own, Object::Entity(called), INFERRED);
            }
        }
    }

    /// The `Service` of a host: `NAME[.NAMESPACE[.svc…]]`, or of one pod `POD.NAME[.NAMESPACE…]`.
    fn service(&self, host: &str) -> Option<&'o Found<'a>> {
        let mut labels = host.split('.');
        let (first, second, third) = (labels.next(), labels.next(), labels.next());
        [(first, second), (second, third)]
            .into_iter()
            .find_map(|(name, namespace)| self.objects.find("Service", namespace.unwrap_or(self.one.namespace), name?))
    }
}

/// The host of an address, `scheme://[user@]host[:port][/…]` or `host:port`.
pub(in crate::ingest) fn host_of(value: &str) -> Option<&str> {
    let (has_scheme, rest) = value.split_once("://").map_or((false, value), |(_, rest)| (true, rest));
    let authority = rest.split(['/', '?', ',']).next().unwrap_or_default();
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (host, port) = authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
    let is_port = port.is_some_and(|port| port.parse::<u16>().is_ok());
    ((has_scheme || is_port) && is_host(host)).then_some(host)
}

/// The host that a variable names by itself, `CACHE_HOST=redis`.
pub(in crate::ingest) fn named_host<'a>(name: &str, value: &'a str) -> Option<&'a str> {
    let last = name.rsplit(['_', '-', '.']).next().unwrap_or_default().to_ascii_lowercase();
    let value = value.trim();
    (HOSTS.contains(&last.as_str()) && is_host(value)).then_some(value)
}

fn is_host(host: &str) -> bool {
    !host.is_empty() && host.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.' | '_'))
}
