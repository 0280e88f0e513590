//! What was asked of nodes, ports and names beside `kubectl`.

use crate::kubernetes::model::{At, Cluster, Connection, LogLine, Lookup, NodeService, Reach};
use crate::kubernetes::transcript::Section;
use crate::kubernetes::{MAX_LOG_LINES, Remarks, programs};

/// `systemctl status`: the `Active:` line; `systemctl is-active`: the only line; `service X status`: words. Several units
/// at once come one below the other, each under its own heading, or a word a line.
pub(super) fn node_services(
    cluster: &mut Cluster,
    file: u32,
    units: &[String],
    node: Option<&str>,
    section: &Section<'_>,
    remarks: &mut Remarks<'_>,
) {
    let Some(node) = node.or_else(|| field(section.text, "Node:").map(|(_, node)| node)) else {
        remarks.section(section, "a node's service without the node's name: write `# node NAME` above the command");
        return;
    };
    let found: Vec<(&str, u32, &str)> = match units {
        [unit] => state(section.text).map(|(line, state)| (unit.as_str(), line, state)).into_iter().collect(),
        several => states(several, section.text),
    };
    cluster.node_services.extend(found.into_iter().map(|(unit, line, state)| NodeService {
        node: node.to_owned(),
        unit: unit.to_owned(),
        state: state.to_owned(),
        at: At { file, line: section.line + line },
    }));
}

/// The first word after a name that begins a line, with the line's number from 0.
fn field<'t>(text: &'t str, name: &str) -> Option<(u32, &'t str)> {
    (0..).zip(text.lines()).find_map(|(number, line)| {
        let rest = line.trim_start().strip_prefix(name)?.trim_start();
        Some((number, rest.split([' ', '\t']).next().unwrap_or(rest)))
    })
}

fn state_word(line: &str) -> Option<&str> {
    let word = line.trim();
    matches!(word, "active" | "inactive" | "failed" | "activating" | "deactivating" | "unknown").then_some(word)
}

/// What is said of one unit, with the line that says so.
fn state(text: &str) -> Option<(u32, &str)> {
    field(text, "Active:").or_else(|| {
        let only = text.lines().map(str::trim).find(|line| !line.is_empty())?;
        let absent = text.contains("could not be found") || text.contains("not-found");
        state_word(only).map(|word| (0, word)).or_else(|| absent.then_some((0, "not-found")))
    })
}

/// What is said of several units: under a heading `● UNIT.service - …` each (systemd marks states by ●, ○, × and ↻), or a
/// word a line in the order asked.
fn states<'t>(units: &'t [String], text: &'t str) -> Vec<(&'t str, u32, &'t str)> {
    let words: Vec<(u32, &str)> =
        (0..).zip(text.lines()).filter_map(|(number, line)| Some((number, state_word(line)?))).collect();
    if words.len() == units.len() {
        return units.iter().zip(words).map(|(unit, (line, word))| (unit.as_str(), line, word)).collect();
    }
    let (mut found, mut own) = (Vec::new(), None);
    for (number, line) in (0..).zip(text.lines()) {
        let named = |unit: &&String| line.split(' ').any(|word| word.trim_end_matches(".service") == unit.as_str());
        let heading = line.starts_with('*') || line.contains(['●', '○', '×', '↻']);
        if heading && line.contains(".service") {
            own = units.iter().find(named);
        } else if line.contains("could not be found") {
            found.extend(units.iter().find(named).map(|unit| (unit.as_str(), number, "not-found")));
        } else if let (Some(unit), Some((_, state))) = (own, field(line, "Active:")) {
            found.push((unit.as_str(), number, state));
            own = None;
        }
    }
    found
}

/// A connection attempt; one command may report attempts from several nodes, a line each.
pub(super) fn connection(cluster: &mut Cluster, file: u32, host: &str, port: Option<u16>, section: &Section<'_>) {
    let mut attempts = 0;
    for (line, text) in (section.line..).zip(section.text.lines()) {
        // `… on NODE: Connection Failed`
        if let Some((before, after)) = text.rsplit_once(": ")
            && let Some(reach) = outcome(after)
            && let Some((_, node)) = before.rsplit_once(" on ")
            && !node.contains(' ')
        {
            attempts += 1;
            cluster.connections.push(Connection {
                host: host.to_owned(),
                port,
                from: Some(node.to_owned()),
                reach,
                at: At { file, line },
            });
        }
    }
    if attempts == 0
        && let Some(reach) = section.text.lines().filter_map(outcome).reduce(clearer)
    {
        let from = section.node.map(str::to_owned);
        cluster.connections.push(Connection {
            host: host.to_owned(),
            port,
            from,
            reach,
            at: At { file, line: section.line },
        });
    }
}

/// Of two lines about one attempt, the one that says more.
fn clearer(one: Reach, other: Reach) -> Reach {
    match (one, other) {
        (Reach::Open, _) | (_, Reach::Open) => Reach::Open,
        (Reach::Failed, other) => other,
        (one, _) => one,
    }
}

fn outcome(line: &str) -> Option<Reach> {
    let line = line.to_ascii_lowercase();
    let any = |words: &[&str]| words.iter().any(|word| line.contains(word));
    if any(&[
        "could not resolve",
        "no such host",
        "name or service not known",
        "unknown host",
        "bad address",
        "can't resolve",
    ]) {
        Some(Reach::Unresolved)
    } else if any(&["refused"]) {
        Some(Reach::Refused)
    } else if any(&["timed out", "timeout", "no route to host", "unreachable"]) {
        Some(Reach::TimedOut)
    } else if any(&["connection failed", "failed to connect", "connection reset", "not reachable"]) {
        Some(Reach::Failed)
    } else if any(&["succeeded", "connected to", " open", "http/1", "http/2", "successful"]) {
        Some(Reach::Open)
    } else {
        None
    }
}

/// `nslookup`, `dig`, `getent`.
pub(super) fn lookup(cluster: &mut Cluster, file: u32, host: &str, section: &Section<'_>) {
    let text = section.text.to_ascii_lowercase();
    if text.trim().is_empty() {
        return;
    }
    let failed = [
        "nxdomain",
        "can't find",
        "can't resolve",
        "connection timed out",
        "no servers could be reached",
        "servfail",
        "not found",
    ];
    let found = !failed.iter().any(|word| text.contains(word));
    cluster.lookups.push(Lookup { host: host.to_owned(), found, at: At { file, line: section.line } });
}

/// `kubectl logs`: the lines whose meaning is known. With `--prefix` each line names its pod: `[pod/NAME/CONTAINER] …`.
pub(super) fn logs(cluster: &mut Cluster, file: u32, (target, namespace): (&str, &str), section: &Section<'_>) {
    if section.text.trim().is_empty() || super::is_refusal(section.text) {
        return;
    }
    let mut read: Vec<&str> = Vec::new();
    for (line, text) in (section.line..).zip(section.text.lines()) {
        let (target, text) = prefixed(text).unwrap_or((target, text));
        if target.is_empty() {
            continue;
        }
        let at = At { file, line };
        if !read.contains(&target) {
            read.push(target);
            cluster.logs_read.push((target.to_owned(), namespace.to_owned(), At { file, line: section.line }));
        }
        let Some(said) = programs::read(text) else {
            continue;
        };
        if cluster.log_lines.len() >= MAX_LOG_LINES {
            return;
        }
        let mut own = LogLine {
            target: target.to_owned(),
            namespace: namespace.to_owned(),
            class: said.class,
            host: said.host.map(|host| said.port.map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))),
            product: said.product,
            server: said.server.map(str::to_owned),
            at,
        };
        cluster.log_lines.push(own.clone());
        // A driver that names its product and says how it failed says both; so does a resolver that waited in vain.
        if let Some(class) = programs::failure(said.class, text) {
            (own.class, own.product, own.host) = (class, None, own.host.filter(|_| said.class != "name-unresolved"));
            cluster.log_lines.push(own);
        }
    }
}

/// The pod that a line is from, and the line itself.
fn prefixed(line: &str) -> Option<(&str, &str)> {
    let (prefix, text) = line.strip_prefix("[pod/")?.split_once("] ")?;
    let pod = prefix.split('/').next().filter(|pod| !pod.is_empty() && !pod.contains(' '))?;
    Some((pod, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_name_their_pod_are_of_that_pod() {
        assert_eq!(prefixed("[pod/web-1/app] panic: oh"), Some(("web-1", "panic: oh")));
        assert_eq!(prefixed("[pod/] x"), None);
        assert_eq!(prefixed("[error] no such pod/web"), None);
    }

    #[test]
    fn several_units_at_once_are_told_apart() {
        let units = ["kubelet", "containerd", "kube-proxy"].map(str::to_owned);
        let text = "● kubelet.service - kubelet\n     Loaded: loaded\n     Active: active (running)\n\n○ containerd.service - containerd container runtime\n     Active: inactive (dead)\nUnit kube-proxy.service could not be found.\n";
        let all = [("kubelet", 2, "active"), ("containerd", 5, "inactive"), ("kube-proxy", 6, "not-found")];
        assert_eq!(states(&units, text), all);
        let words = [("kubelet", 0, "active"), ("containerd", 1, "failed"), ("kube-proxy", 2, "active")];
        assert_eq!(states(&units, "active\nfailed\nactive\n"), words);
        assert_eq!(states(&units, "nothing of the kind"), []);
    }

    #[test]
    fn outcomes_of_attempts() {
        assert_eq!(outcome("cart (10.0.0.1:70) open"), Some(Reach::Open));
        assert_eq!(outcome("nc: connect to cart port 70 (tcp) failed: Connection refused"), Some(Reach::Refused));
        assert_eq!(outcome("curl: (6) Could not resolve host: cart"), Some(Reach::Unresolved));
        assert_eq!(outcome("Connection Failed"), Some(Reach::Failed));
        assert_eq!(outcome("=== report ==="), None);
    }
}
