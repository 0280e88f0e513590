//! `kubectl describe`: an indented tree of `Key: value` lines, read into the objects it describes.

use super::describe_kinds as kinds;
use super::events::{self, About};
use super::{Context, describe_node, describe_pod, object_kinds};
use crate::kubernetes::Remarks;
use crate::kubernetes::kind::Kind;
use crate::kubernetes::model::{At, Cluster, Labels, Meta};
use crate::kubernetes::transcript::Section;

/// A line with text on it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    indent: usize,
    pub(super) text: &'a str,
    pub(super) number: u32,
}

/// A line and all lines under it that are indented further.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block<'a, 't> {
    lines: &'t [Line<'a>],
}

impl<'a, 't> Block<'a, 't> {
    pub(super) fn head(&self) -> Option<&'t Line<'a>> {
        self.lines.first()
    }

    /// Key and value of the first line; a line without a colon is all key.
    fn pair(&self) -> (&'a str, &'a str) {
        let text = self.head().map_or("", |line| line.text);
        split_pair(text).unwrap_or((text, ""))
    }

    pub(super) fn key(&self) -> &'a str {
        self.pair().0
    }

    pub(super) fn value(&self) -> &'a str {
        self.pair().1
    }

    /// The value, unless it says that there is none.
    pub(super) fn known(&self) -> Option<&'a str> {
        Some(self.value()).filter(|value| !matches!(*value, "" | "<none>" | "<unset>" | "<nil>" | "<unknown>"))
    }

    /// The blocks directly under this one.
    pub(super) fn children(&self) -> Blocks<'a, 't> {
        Blocks { lines: self.lines.get(1..).unwrap_or(&[]) }
    }

    /// The value and, where it runs on below it, the further lines.
    pub(super) fn values(&self) -> impl Iterator<Item = &'a str> {
        let lines = self.lines;
        self.known().into_iter().chain(lines.iter().skip(1).map(|line| line.text))
    }

    /// The labels it lists.
    pub(super) fn labels(&self) -> Labels {
        let mut labels = Labels::default();
        self.values().for_each(|value| labels.add(value));
        labels
    }

    pub(super) fn child(&self, key: &str) -> Option<Block<'a, 't>> {
        self.children().find(|block| block.key() == key)
    }
}

/// `key: value`, or `key:`; a colon inside a word does not count.
pub(super) fn split_pair(text: &str) -> Option<(&str, &str)> {
    let colon = text
        .match_indices(':')
        .map(|(at, _)| at)
        .find(|at| text.get(at + 1..).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t'])))?;
    Some((text.get(..colon)?.trim(), text.get(colon + 1..)?.trim()))
}

/// Iterates over sibling blocks.
#[derive(Debug, Clone)]
pub(super) struct Blocks<'a, 't> {
    lines: &'t [Line<'a>],
}

impl<'a, 't> Iterator for Blocks<'a, 't> {
    type Item = Block<'a, 't>;

    fn next(&mut self) -> Option<Self::Item> {
        let (head, rest) = self.lines.split_first()?;
        let length = 1 + rest.iter().take_while(|line| line.indent > head.indent).count();
        let (own, others) = self.lines.split_at_checked(length)?;
        self.lines = others;
        Some(Block { lines: own })
    }
}

pub(super) fn lines<'a>(section: &Section<'a>) -> Vec<Line<'a>> {
    (section.line..)
        .zip(section.text.lines())
        .filter_map(|(number, raw)| {
            let text = raw.trim();
            (!text.is_empty()).then(|| Line { indent: raw.len() - raw.trim_start().len(), text, number })
        })
        .collect()
}

/// Reads every object of a `describe` (each starts with `Name:` in the first column).
pub(super) fn read(
    cluster: &mut Cluster,
    context: Context<'_>,
    kind: Option<Kind>,
    section: &Section<'_>,
    remarks: &mut Remarks<'_>,
) {
    let lines = lines(section);
    let is_start = |line: &Line<'_>| line.indent == 0 && line.text.starts_with("Name:");
    let mut starts: Vec<usize> =
        lines.iter().enumerate().filter(|(_, line)| is_start(line)).map(|(at, _)| at).collect();
    if starts.is_empty() {
        remarks.section(section, "a description without a Name: line");
        return;
    }
    starts.push(lines.len());
    for (start, end) in starts.iter().zip(starts.iter().skip(1)) {
        let Some(own) = lines.get(*start..*end) else {
            continue;
        };
        let blocks = Blocks { lines: own };
        match kind.or_else(|| guess(blocks.clone())) {
            Some(kind) => object(cluster, context, kind, blocks),
            None => remarks.section(section, "a description of a kind that is not known here"),
        }
    }
}

fn guess(mut blocks: Blocks<'_, '_>) -> Option<Kind> {
    let has = |key: &str| blocks.clone().any(|block| block.key() == key);
    let kind = if has("Pod Template") && has("StrategyType") {
        Kind::Deployment
    } else if has("Pods Status") && has("Pod Template") {
        Kind::ReplicaSet
    } else if has("Containers") {
        Kind::Pod
    } else if has("Session Affinity") {
        Kind::Service
    } else if has("Allocatable") {
        Kind::Node
    } else if has("Reclaim Policy") {
        Kind::Volume
    } else if has("Access Modes") {
        Kind::Claim
    } else if has("Subsets") {
        Kind::Endpoints
    } else {
        // `describe quota` has a table and nothing else of note.
        blocks.find(|block| block.key().starts_with("Resource ")).map(|_| Kind::Quota)?
    };
    Some(kind)
}

fn object(cluster: &mut Cluster, context: Context<'_>, kind: Kind, blocks: Blocks<'_, '_>) {
    let mut name = "";
    let mut namespace = if kind.is_cluster_scoped() { "" } else { context.namespace };
    let mut number = 0;
    for block in blocks.clone() {
        match block.key() {
            "Name" => {
                name = block.value();
                number = block.head().map_or(0, |line| line.number);
            }
            "Namespace" if !kind.is_cluster_scoped() => namespace = block.known().unwrap_or(namespace),
            _ => {}
        }
    }
    if name.is_empty() {
        return;
    }
    let at = context.at(number);
    match kind {
        Kind::Pod => describe_pod::pod(cluster.live.pods.entry(namespace, name, at), blocks.clone()),
        Kind::ReplicaSet => {
            describe_pod::workload(cluster.live.replica_sets.entry(namespace, name, at), kind, blocks.clone());
        }
        kind if kind.is_workload() => {
            describe_pod::workload(cluster.live.workloads.entry(namespace, name, at), kind, blocks.clone());
        }
        Kind::Service => kinds::service(cluster.live.services.entry(namespace, name, at), blocks.clone()),
        Kind::Endpoints => kinds::endpoints(cluster.live.endpoints.entry(namespace, name, at), blocks.clone()),
        Kind::Node => {
            describe_node::node(cluster.live.nodes.entry("", name, at), blocks.clone());
            describe_node::pods(cluster, name, blocks.clone());
        }
        Kind::Claim => kinds::claim(cluster.live.claims.entry(namespace, name, at), blocks.clone()),
        Kind::Volume => kinds::volume(cluster.live.volumes.entry("", name, at), blocks.clone()),
        Kind::StorageClass => kinds::storage_class(cluster.live.storage_classes.entry("", name, at), blocks.clone()),
        Kind::Quota => kinds::quota(cluster.live.quotas.entry(namespace, name, at), blocks.clone()),
        Kind::Namespace => kinds::namespace(cluster, name, blocks.clone(), at),
        Kind::ServiceAccount => {
            cluster.live.service_accounts.entry(namespace, name, at);
        }
        Kind::Secret => {
            cluster.live.secrets.entry(namespace, name, at);
        }
        Kind::ConfigMap => {
            // The contents follow, and are indented as whoever wrote them liked.
            let map = cluster.live.config_maps.entry(namespace, name, at);
            let lines: Vec<&str> = blocks.flat_map(|block| block.lines).map(|line| line.text).collect();
            for line in &lines {
                object_kinds::config_line(map, line);
            }
            // `KEY:`, a rule, the value.
            for window in lines.windows(3) {
                if let [key, "----", value] = window
                    && let Some(key) = key.strip_suffix(':')
                {
                    object_kinds::config_entry(map, key, value);
                }
            }
            return;
        }
        Kind::NetworkPolicy => {
            kinds::network_policy(cluster.live.network_policies.entry(namespace, name, at), blocks.clone());
        }
        Kind::Autoscaler => kinds::autoscaler(cluster.live.autoscalers.entry(namespace, name, at), blocks.clone()),
        Kind::Ingress => kinds::ingress(cluster.live.ingresses.entry(namespace, name, at), blocks.clone()),
        _ => {}
    }
    foot(cluster, About { kind, name, namespace }, blocks, at);
}

/// The events at the foot.
fn foot(cluster: &mut Cluster, about: About<'_>, blocks: Blocks<'_, '_>, at: At) {
    for block in blocks.filter(|block| block.key() == "Events") {
        if about.kind == Kind::Pod {
            cluster.live.pods.entry(about.namespace, about.name, at).events_shown = true;
        }
        for line in block.lines.iter().skip(1) {
            events::described(cluster, about, line.text, At { line: line.number, ..at });
        }
    }
}

/// `Kind/name` after `Controlled By:`.
pub(super) fn owner(meta: &mut Meta, value: &str) {
    if let Some((kind, name)) = value.split_once('/') {
        meta.owner = Some((kind.trim().to_owned(), name.trim().to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colon_inside_a_word_is_no_separator() {
        assert_eq!(split_pair("Image:  registry:5000/web:1"), Some(("Image", "registry:5000/web:1")));
        assert_eq!(split_pair("Containers:"), Some(("Containers", "")));
        assert_eq!(split_pair("node.kubernetes.io/not-ready:NoExecute op=Exists"), None);
    }
}
