//! The shortest way from one node to another.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use oriel_atomspace::space::{Handle, Space};
use oriel_identity::Context;
use serde::Serialize;

use super::{At, Selection, part};
use crate::error::{KnowledgeError, Result};
use crate::graph::{Graph, node};
use crate::service::Knowledge;
use crate::work::looking;

/// Which ways there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ways {
    /// At which version.
    pub at: At,
    /// Which part of the base; ways that leave it are none.
    pub selection: Selection,
    /// Whether edges are gone along in their direction only.
    pub directed: bool,
    /// The names of relations, or types of links, to go along; all where it is empty.
    pub relations: Vec<String>,
}

/// A way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Path {
    /// The version that it is in.
    pub version: u64,
    /// Where it begins.
    pub from: String,
    /// Its edges, in order; none where it ends where it begins.
    pub hops: Vec<Hop>,
}

/// An edge of a way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hop {
    /// The link.
    pub link: String,
    /// Where it leads.
    pub to: String,
    /// Whether it is gone along in its direction.
    pub forward: bool,
}

/// A way of the fewest edges from one node to another; none where there is none. A node is named by its name where that is
/// unique, or as an atom. Of ways of equal length, that by the edges which were added first is taken.
pub async fn path(
    context: &Context,
    knowledge: &Knowledge,
    name: &str,
    (from, to): (&str, &str),
    ways: &Ways,
) -> Result<Option<Path>> {
    let view = part(context, knowledge, name, ways.at, &ways.selection).await?;
    let (from, to) = (node(&view.space, "from", from)?, node(&view.space, "to", to)?);
    let (space, directed) = (Arc::clone(&view.space), ways.directed);
    let relations: HashSet<String> = ways.relations.iter().cloned().collect();
    if let Some(unknown) = relations.iter().find(|name| !is_relation(&space, name)) {
        let message = format!("`{unknown}` is neither a predicate of the base nor a type of links");
        return Err(KnowledgeError::invalid("relation", message));
    }
    let found = looking(move |cancel| {
        let graph = Graph { space: &space, directed, relations: &relations, cancel: &cancel };
        shortest(&graph, from, to).map(|hops| (space.show_bare(from), hops))
    });
    Ok(found.await?.map(|(from, hops)| Path { version: view.version, from, hops }))
}

fn is_relation(space: &Space, name: &str) -> bool {
    let predicate = space.find_node(oriel_atomspace::space::AtomType::PREDICATE, name).is_some();
    predicate || space.types().named(name).is_ok_and(oriel_atomspace::space::AtomType::is_link)
}

/// Breadth first (Moore, 1959): each node is reached by the fewest edges.
fn shortest(graph: &Graph<'_>, from: Handle, to: Handle) -> Option<Vec<Hop>> {
    let mut reached: HashMap<Handle, (Handle, Handle, bool)> = HashMap::new();
    let mut open = VecDeque::from([from]);
    while let Some(at) = open.pop_front().filter(|_| from != to && !reached.contains_key(&to)) {
        for (next, edge) in graph.beside(at) {
            if next != from && !reached.contains_key(&next) {
                reached.insert(next, (at, edge.carrier, edge.source == at));
                open.push_back(next);
            }
        }
    }
    let mut hops = Vec::new();
    let mut at = to;
    while at != from {
        let (before, link, forward) = *reached.get(&at)?;
        hops.push(Hop { link: graph.space.show_bare(link), to: graph.space.show_bare(at), forward });
        at = before;
    }
    hops.reverse();
    Some(hops)
}
