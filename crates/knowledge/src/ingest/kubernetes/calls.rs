//! Calls that are told by addresses: of which host one is, and which component answers there.

use super::objects::{Found, Objects, external};
use crate::ingest::facts::{Facts, INFERRED, Object, entity};
use crate::ingest::secrets::is_secret_name;

/// Words at the end of the name of a variable whose value may be a bare host.
const HOSTS: [&str; 9] = ["host", "hostname", "addr", "address", "server", "service", "endpoint", "url", "upstream"];

impl<'a> Objects<'a> {
    /// Adds the calls that a variable tells of.
    pub(super) fn call_of(&self, own: &str, one: &Found<'a>, (name, value): (&str, &str), facts: &mut Facts) {
        if is_secret_name(name) {
            facts.withheld += 1;
            return;
        }
        match named_host(name, value) {
            Some(host) => self.call(own, one, host, facts),
            None => self.calls_in(own, one, value, facts),
        }
    }

    /// Adds the calls whose addresses stand in a text.
    pub(super) fn calls_in(&self, own: &str, one: &Found<'a>, text: &str, facts: &mut Facts) {
        let words = text.split(|letter: char| letter.is_whitespace() || "=,;\"'[]{}()|".contains(letter));
        for host in words.filter_map(host_of) {
            self.call(own, one, host, facts);
        }
    }

    /// Adds a call to what answers at a host, as seen from a namespace.
    fn call(&self, own: &str, one: &Found<'a>, host: &str, facts: &mut Facts) {
        let labels: Vec<&str> = host.split('.').collect();
        let at = |at: usize| labels.get(at).copied();
        // NAME[.NAMESPACE[.svc…]], or of one pod POD.NAME[.NAMESPACE…]
        let service = [(at(0), at(1)), (at(1), at(2))]
            .into_iter()
            .find_map(|(name, namespace)| self.find("Service", namespace.unwrap_or(one.namespace), name?));
        let Some(service) = service else { return };
        if let Some(outside) = external(service) {
            facts.with("calls", own, Object::Entity(entity("host", outside)), INFERRED);
        }
        for served in self.served(service) {
            let called = served.component();
            if called != own {
                facts.with("calls", own, Object::Entity(called), INFERRED);
            }
        }
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
