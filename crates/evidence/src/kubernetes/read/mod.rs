//! Reads a section into the cluster, by what its command asked and what its text looks like.

mod describe;
mod describe_kinds;
mod describe_node;
mod describe_pod;
mod events;
mod object;
mod object_kinds;
mod object_pod;
mod object_policy;
mod probes;
mod rows;
mod table;

use super::Remarks;
use super::command::{Command, Output};
use super::kind::Kind;
use super::model::{At, CURRENT, Cluster};
use super::transcript::Section;

/// The place being read: file, namespace of the command, first line.
#[derive(Debug, Clone, Copy)]
struct Context<'a> {
    file: u32,
    namespace: &'a str,
}

impl Context<'_> {
    fn at(self, line: u32) -> At {
        At { file: self.file, line }
    }
}

/// What an output says when there is nothing to print.
fn is_empty_answer(text: &str) -> bool {
    let text = text.trim();
    text.is_empty() || text.starts_with("No resources found") || text.starts_with("No events found")
}

/// An error instead of an answer.
fn is_refusal(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with("Error from server") || text.starts_with("error:") || text.starts_with("Unable to connect")
}

/// The namespace whose objects a list shows; none for those of all.
fn scope(kind: Kind, namespace: Option<&str>, every: bool) -> Option<&str> {
    if every || kind.is_cluster_scoped() { None } else { namespace.or(Some(CURRENT)) }
}

pub(super) fn section(cluster: &mut Cluster, file: u32, section: &Section<'_>, remarks: &mut Remarks<'_>) {
    if !cluster.has_room() {
        remarks.section(section, "not read: the cluster already holds as many objects as are kept");
        return;
    }
    match &section.command {
        Command::Get { kinds, namespace, output, whole, every_namespace } => {
            let context = Context { file, namespace: namespace.as_deref().unwrap_or("") };
            if is_refusal(section.text) {
                remarks.section(section, "kubectl answered with an error");
                return;
            }
            if *output == Output::Unread {
                remarks.section(section, "not read: ask for a table, `-o wide`, `-o yaml` or `-o json`");
                return;
            }
            if *whole {
                for kind in kinds {
                    let every = *every_namespace || section.text.trim_start().starts_with("NAMESPACE ");
                    cluster.note_list(*kind, scope(*kind, namespace.as_deref(), every));
                }
            }
            if is_empty_answer(section.text) {
                return;
            }
            if *output == Output::Structured || looks_structured(section.text) {
                object::documents(cluster, context, section, object::Origin::Asked, remarks);
            } else {
                table::read(cluster, context, kinds.first().copied(), section, remarks);
            }
        }
        Command::Describe { kind, namespace, whole, every_namespace } => {
            let context = Context { file, namespace: namespace.as_deref().unwrap_or("") };
            if is_refusal(section.text) {
                return;
            }
            if *whole && !section.text.trim().is_empty() {
                cluster.note_list(*kind, scope(*kind, namespace.as_deref(), *every_namespace));
            }
            if is_empty_answer(section.text) {
                return;
            }
            describe::read(cluster, context, Some(*kind), section, remarks);
        }
        Command::Logs { target, namespace } => {
            probes::logs(cluster, file, (target, namespace.as_deref().unwrap_or("")), section);
        }
        Command::NodeService { units, node } => {
            probes::node_services(cluster, file, units, node.as_deref().or(section.node), section, remarks);
        }
        Command::Connect { host, port } => probes::connection(cluster, file, host, *port, section),
        Command::Resolve { host } => probes::lookup(cluster, file, host, section),
        Command::Manifest => {
            object::documents(cluster, Context { file, namespace: "" }, section, object::Origin::Manifest, remarks);
        }
        Command::Dump { kind } => {
            let context = Context { file, namespace: "" };
            object::documents(cluster, context, section, object::Origin::Dump(*kind), remarks);
        }
        Command::Ignored => {}
        Command::Unknown => by_content(cluster, file, section, remarks),
    }
}

fn by_content(cluster: &mut Cluster, file: u32, section: &Section<'_>, remarks: &mut Remarks<'_>) {
    let context = Context { file, namespace: "" };
    let text = section.text.trim_start();
    if text.is_empty() {
        return;
    }
    if looks_structured(text) {
        object::documents(cluster, context, section, object::Origin::File, remarks);
    } else if text.starts_with("Name:") {
        describe::read(cluster, context, None, section, remarks);
    } else if text.starts_with("NAME ") || text.starts_with("NAMESPACE ") || text.starts_with("LAST SEEN ") {
        table::read(cluster, context, None, section, remarks);
    } else {
        remarks.section(section, "not a kubectl output that is known here");
    }
}

fn looks_structured(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with(['{', '['])
        || text
            .lines()
            .take(40)
            .any(|line| line.starts_with("apiVersion:") || line.starts_with("kind:") || line == "---")
}

/// `Kind/name` of the object an event or an owner reference names.
fn object_reference(text: &str) -> Option<(Kind, &str)> {
    let (kind, name) = text.trim().split_once('/')?;
    Some((Kind::parse(kind)?, name))
}
