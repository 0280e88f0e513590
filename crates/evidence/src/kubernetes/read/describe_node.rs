//! `kubectl describe node`.

use super::describe::{Block, Blocks};
use crate::kubernetes::model::{Cluster, Condition, Node, Resources, Taint};
use crate::kubernetes::quantity;

pub(super) fn node(node: &mut Node, blocks: Blocks<'_, '_>) {
    for block in blocks {
        match block.key() {
            "Labels" => node.meta.labels = Some(block.labels()),
            "Taints" => node.taints = Some(block.values().filter_map(Taint::parse).collect()),
            "Unschedulable" => node.cordoned = Some(block.value() == "true"),
            "Conditions" => conditions(node, block),
            "Allocatable" => {
                let get = |key: &str| block.child(key).and_then(|b| quantity::parse(b.value()));
                node.allocatable =
                    Resources { cpu: get("cpu"), memory: get("memory"), ephemeral: get("ephemeral-storage") };
                node.pod_capacity = get("pods");
            }
            "Allocated resources" => {
                let get = |name: &str| {
                    block.children().find_map(|line| {
                        let mut words = line.head()?.text.split_whitespace();
                        (words.next() == Some(name)).then(|| words.next().and_then(quantity::parse))?
                    })
                };
                node.allocated =
                    Resources { cpu: get("cpu"), memory: get("memory"), ephemeral: get("ephemeral-storage") };
            }
            "Addresses" => node.addresses = block.children().map(|line| line.value().to_owned()).collect(),
            _ => {}
        }
    }
}

/// Rows `NAMESPACE  NAME  …` under `Non-terminated Pods:` say where pods run, which short lists of pods do not.
pub(super) fn pods(cluster: &mut Cluster, node: &str, blocks: Blocks<'_, '_>) {
    for block in blocks.filter(|block| block.key() == "Non-terminated Pods") {
        for line in block.children().filter_map(|line| line.head().map(|head| head.text)) {
            let mut words = line.split_whitespace();
            if let (Some(namespace), Some(name), Some(_)) = (words.next(), words.next(), words.next())
                && namespace != "Namespace"
                && !namespace.starts_with('-')
            {
                cluster.note_place(namespace, name, node);
            }
        }
    }
}

/// Columns: type, status, two times, reason, message; at least two spaces apart.
fn conditions(node: &mut Node, block: Block<'_, '_>) {
    node.conditions.clear();
    for line in block.children().filter_map(|line| line.head().map(|head| head.text)) {
        let cells: Vec<&str> = line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
        let (Some(kind), Some(status)) = (cells.first(), cells.get(1)) else {
            continue;
        };
        if !matches!(*status, "True" | "False" | "Unknown") {
            continue;
        }
        let reason = cells.get(4).copied().unwrap_or("");
        if *kind == "Ready" {
            node.ready = Some(*status == "True");
        }
        node.conditions.push(Condition {
            kind: (*kind).to_owned(),
            status: (*status).to_owned(),
            reason: reason.to_owned(),
            message: cells.get(5..).unwrap_or(&[]).join(" "),
        });
    }
}
