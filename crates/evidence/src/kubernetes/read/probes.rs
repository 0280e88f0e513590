//! What was asked of nodes, ports and names beside `kubectl`.

use crate::kubernetes::model::{At, Cluster, Connection, LogLine, Lookup, NodeService, Reach};
use crate::kubernetes::transcript::Section;
use crate::kubernetes::{MAX_LOG_LINES, Remarks, programs};

/// `systemctl status`: the `Active:` line; `systemctl is-active`: the only line; `service X status`: words.
pub(super) fn node_service(
    cluster: &mut Cluster,
    file: u32,
    unit: &str,
    node: Option<&str>,
    section: &Section<'_>,
    remarks: &mut Remarks<'_>,
) {
    let field = |name: &str| {
        (section.line..).zip(section.text.lines()).find_map(|(number, line)| {
            let rest = line.trim_start().strip_prefix(name)?.trim_start();
            Some((number, rest.split([' ', '\t']).next().unwrap_or(rest)))
        })
    };
    let Some(node) = node.or_else(|| field("Node:").map(|(_, node)| node)) else {
        remarks.section(section, "a node's service without the node's name: write `# node NAME` above the command");
        return;
    };
    let only = section.text.lines().map(str::trim).find(|line| !line.is_empty());
    let state = field("Active:").or_else(|| {
        let word = only?;
        let known = matches!(word, "active" | "inactive" | "failed" | "activating" | "deactivating" | "unknown");
        let absent = section.text.contains("could not be found") || section.text.contains("not-found");
        if known { Some((section.line, word)) } else { absent.then_some((section.line, "not-found")) }
    });
    let Some((line, state)) = state else {
        return;
    };
    cluster.node_services.push(NodeService {
        node: node.to_owned(),
        unit: unit.to_owned(),
        state: state.to_owned(),
        at: At { file, line },
    });
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

/// `kubectl logs`: the lines whose meaning is known.
pub(super) fn logs(cluster: &mut Cluster, file: u32, (target, namespace): (&str, &str), section: &Section<'_>) {
    if section.text.trim().is_empty() || super::is_refusal(section.text) {
        return;
    }
    cluster.logs_read.push((target.to_owned(), namespace.to_owned(), At { file, line: section.line }));
    for (line, text) in (section.line..).zip(section.text.lines()) {
        let Some(said) = programs::read(text) else {
            continue;
        };
        if cluster.log_lines.len() >= MAX_LOG_LINES {
            return;
        }
        cluster.log_lines.push(LogLine {
            target: target.to_owned(),
            namespace: namespace.to_owned(),
            class: said.class,
            host: said.host.map(str::to_owned),
            product: said.product,
            server: said.server.map(str::to_owned),
            at: At { file, line },
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_of_attempts() {
        assert_eq!(outcome("cart (10.0.0.1:70) open"), Some(Reach::Open));
        assert_eq!(outcome("nc: connect to cart port 70 (tcp) failed: Connection refused"), Some(Reach::Refused));
        assert_eq!(outcome("curl: (6) Could not resolve host: cart"), Some(Reach::Unresolved));
        assert_eq!(outcome("Connection Failed"), Some(Reach::Failed));
        assert_eq!(outcome("=== report ==="), None);
    }
}
