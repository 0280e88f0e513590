//! `FailedScheduling` messages: how many nodes the scheduler turned down, and for what.

/// One ground on which nodes were turned down.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ground<'a> {
    pub(super) class: &'static str,
    /// Nodes; all of them for grounds that concern the pod itself.
    pub(super) nodes: u32,
    /// What the message names: a taint's key, a claim.
    pub(super) detail: Option<&'a str>,
}

/// What the scheduler said.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Refusal<'a> {
    pub(super) nodes: u32,
    pub(super) grounds: Vec<Ground<'a>>,
}

const GROUNDS: &[(&str, &[&str])] = &[
    ("cordoned", &["were unschedulable"]),
    ("cpu", &["Insufficient cpu"]),
    ("memory", &["Insufficient memory"]),
    ("ephemeral-storage", &["Insufficient ephemeral-storage"]),
    ("pods", &["Too many pods", "Insufficient pods"]),
    ("node-affinity", &["node affinity/selector", "node selector", "didn't match node affinity"]),
    ("anti-affinity", &["anti-affinity rules"]),
    ("pod-affinity", &["pod affinity rules", "pod affinity/anti-affinity"]),
    ("spread", &["topology spread constraint"]),
    ("host-port", &["free ports"]),
    ("volume-node", &["volume node affinity conflict"]),
    ("volume-unbound", &["unbound immediate PersistentVolumeClaims", "available persistent volumes to bind"]),
    ("volume-limit", &["volume limit", "max volume count"]),
    ("claim-missing", &["persistentvolumeclaim "]),
    ("volume-missing", &["volume binding", "had no available volume zone"]),
    ("resource", &["Insufficient "]),
];

/// Parses `0/4 nodes are available: 1 Insufficient cpu, 3 node(s) …. preemption: …`.
pub(super) fn parse(message: &str) -> Option<Refusal<'_>> {
    let (head, rest) = message.split_once(" nodes are available:")?;
    let nodes: u32 = head.rsplit('/').next()?.trim().parse().ok()?;
    let rest = rest.split(" preemption:").next().unwrap_or(rest).trim().trim_end_matches('.');
    Some(Refusal { nodes, grounds: split(rest).filter_map(|part| ground(part, nodes)).collect() })
}

/// Parts are separated by commas, but not by those inside braces; `…, that the pod didn't tolerate` belongs to its part.
fn split(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut depth = 0_i32;
        let end = rest.char_indices().find_map(|(at, c)| {
            depth += i32::from(c == '{') - i32::from(c == '}');
            (c == ',' && depth == 0).then_some(at)
        });
        let part = rest.get(..end.unwrap_or(rest.len())).unwrap_or("");
        rest = end.and_then(|at| rest.get(at + 1..)).unwrap_or("");
        Some(part.trim())
    })
}

fn ground(part: &str, all: u32) -> Option<Ground<'_>> {
    let (first, tail) = part.split_once(' ').unwrap_or((part, ""));
    let (nodes, text) = first.parse().map_or((all, part), |count: u32| (count, tail));
    if text.contains("taint") {
        let inside = text.split_once('{').map_or("", |(_, rest)| rest.split('}').next().unwrap_or(rest));
        let key = inside.split([':', '=']).next().unwrap_or("").trim();
        let class = match key {
            "node.kubernetes.io/unschedulable" => "cordoned",
            "node.kubernetes.io/not-ready" | "node.kubernetes.io/unreachable" => "node-down",
            key if key.ends_with("-pressure") => "node-pressure",
            key if key.starts_with("node-role.kubernetes.io/") => "control-plane",
            _ => "taint",
        };
        return Some(Ground { class, nodes, detail: (!key.is_empty()).then_some(key) });
    }
    let class = GROUNDS.iter().find(|(_, words)| words.iter().any(|word| text.contains(word)))?.0;
    let detail = (class == "claim-missing").then(|| text.split('"').nth(1)).flatten();
    Some(Ground { class, nodes, detail })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grounds(message: &str) -> Vec<(&'static str, u32)> {
        parse(message).map(|r| r.grounds.iter().map(|g| (g.class, g.nodes)).collect()).unwrap_or_default()
    }

    #[test]
    fn grounds_of_recent_and_old_schedulers() {
        assert_eq!(
            grounds(
                "0/5 nodes are available: 1 node(s) had untolerated taint {dedicated: batch}, 1 node(s) were unschedulable, 3 Insufficient cpu. preemption: 0/5 nodes are available: 5 No preemption victims found."
            ),
            [("taint", 1), ("cordoned", 1), ("cpu", 3)]
        );
        assert_eq!(
            grounds(
                "0/2 nodes are available: 1 node(s) had taint {node-role.kubernetes.io/master: }, that the pod didn't tolerate, 1 node(s) didn't match pod anti-affinity rules."
            ),
            [("control-plane", 1), ("anti-affinity", 1)]
        );
        assert_eq!(
            grounds("0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims."),
            [("volume-unbound", 3)]
        );
        let missing = parse("0/3 nodes are available: persistentvolumeclaim \"data\" not found.").unwrap();
        assert_eq!(missing.grounds.first().and_then(|g| g.detail), Some("data"));
        assert!(parse("skip schedule deleting pod: a/b").is_none());
    }
}
