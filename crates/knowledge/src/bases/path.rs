//! The way from one node to another that tells most: short, and not through what everything is connected with.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::sync::Arc;

use oriel_atomspace::space::{Handle, Space};
use oriel_identity::Context;
use serde::Serialize;

use super::{At, Selection, part};
use crate::error::{KnowledgeError, Result};
use crate::graph::{self, Graph, node};
use crate::observed::{Observation, observations};
use crate::service::Knowledge;
use crate::work::looking;

/// In how many parts a cost of one is counted.
const PARTS: f64 = 1e6;

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
    /// Whether to go through classes and places that two things share, and through texts and numbers. Named relations are gone
    /// along in any case.
    pub through_classes: bool,
}

/// A way.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Path {
    /// The version that it is in.
    pub version: u64,
    /// Where it begins.
    pub from: String,
    /// Its edges, in order; none where it ends where it begins.
    pub hops: Vec<Hop>,
}

/// An edge of a way.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hop {
    /// The link.
    pub link: String,
    /// Where it leads.
    pub to: String,
    /// Whether it is gone along in its direction.
    pub forward: bool,
    /// What sources of ingestion say of it, and since when; none where nobody does.
    pub sources: Vec<Observation>,
}

/// The way from one node to another that costs least: of few edges, and not through nodes that are connected with much; none where
/// there is none. It goes up to a class or a place, or down from one, but not up and down again, nor through a text or a number. A
/// node is named by its name where that is unique, or as an atom. Of ways that cost the same, that by the edges which were added
/// first is taken.
pub async fn path(
    context: &Context,
    knowledge: &Knowledge,
    name: &str,
    (from, to): (&str, &str),
    ways: &Ways,
) -> Result<Option<Path>> {
    let view = part(context, knowledge, name, ways.at, &ways.selection).await?;
    let (from, to) = (node(&view.space, "from", from)?, node(&view.space, "to", to)?);
    let (space, directed, through_classes) = (Arc::clone(&view.space), ways.directed, ways.through_classes);
    let relations: HashSet<String> = ways.relations.iter().cloned().collect();
    if let Some(unknown) = relations.iter().find(|name| !is_relation(&space, name)) {
        let message = format!("`{unknown}` is neither a predicate of the base nor a type of links");
        return Err(KnowledgeError::invalid("relation", message));
    }
    let found = looking(move |cancel| {
        let graph = Graph { space: &space, directed, relations: &relations, through_classes, cancel: &cancel };
        cheapest(&graph, from, to).map(|hops| (space.show_bare(from), hops))
    });
    Ok(found.await?.map(|(from, hops)| Path { version: view.version, from, hops }))
}

fn is_relation(space: &Space, name: &str) -> bool {
    let predicate = space.find_node(oriel_atomspace::space::AtomType::PREDICATE, name).is_some();
    predicate || space.types().named(name).is_ok_and(oriel_atomspace::space::AtomType::is_link)
}

/// The way of the least cost (Dijkstra, 1959). Going along an edge costs 1, and going through a node ln(n) more, where it leads on
/// to n nodes: the more a node is connected with, the less it says that two things are connected with it (Croes, Couche, Wodak and
/// van Helden, *Inferring meaningful pathways in weighted metabolic networks*, 2006, weigh nodes by their degree).
fn cheapest(graph: &Graph<'_>, from: Handle, to: Handle) -> Option<Vec<Hop>> {
    let begin = graph::Place::beginning(from);
    let mut reached: HashMap<graph::Place, Reached> = HashMap::new();
    let mut done: HashSet<graph::Place> = HashSet::new();
    let mut open = BinaryHeap::from([Reverse((0, 0, begin))]);
    let mut turn = 0;
    while let Some(Reverse((cost, _, at))) = open.pop() {
        if at.node == to {
            return hops(graph, &reached, begin, at);
        }
        if !done.insert(at) {
            continue;
        }
        let onward = graph.onward(at);
        let nodes: HashSet<Handle> = onward.iter().map(|(next, _)| next.node).collect();
        let through = if at == begin { 1.0 } else { nodes.len().max(2) as f64 };
        let cost = cost + ((1.0 + through.ln()) * PARTS) as u64;
        for (next, edge) in onward {
            if next.node != from && reached.get(&next).is_none_or(|known| cost < known.cost) {
                turn += 1;
                reached.insert(next, Reached { cost, before: at, link: edge.carrier, forward: edge.source == at.node });
                open.push(Reverse((cost, turn, next)));
            }
        }
    }
    None
}

/// How a place was reached.
struct Reached {
    cost: u64,
    before: graph::Place,
    link: Handle,
    forward: bool,
}

/// The edges of the way that was found.
fn hops(
    graph: &Graph<'_>,
    reached: &HashMap<graph::Place, Reached>,
    begin: graph::Place,
    mut at: graph::Place,
) -> Option<Vec<Hop>> {
    let mut hops = Vec::new();
    while at != begin {
        let Reached { before, link, forward, .. } = reached.get(&at)?;
        let sources = observations(graph.space, *link);
        let (link, to) = (graph.space.show_bare(*link), graph.space.show_bare(at.node));
        hops.push(Hop { link, to, forward: *forward, sources });
        at = *before;
    }
    hops.reverse();
    Some(hops)
}
