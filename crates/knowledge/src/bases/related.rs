//! What is related to a node: what shares its surroundings.

use std::collections::{BTreeMap, HashSet};

use oriel_atomspace::space::Handle;
use oriel_identity::Context;
use serde::Serialize;

use super::{At, Selection, part};
use crate::error::Result;
use crate::graph::{Graph, node};
use crate::service::Knowledge;
use crate::work::looking;

/// A node that is related to another.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Related {
    /// The node.
    pub atom: String,
    /// How much they share: 0 or more, without a scale; to be compared within one answer.
    pub score: f64,
    /// Through which nodes, the most telling first.
    pub through: Vec<String>,
}

/// The nodes that share most of what a node is connected with, best first, at most `limit`. What both are connected with counts
/// the less the more it is connected with: 1 / ln(its neighbours) (Adamic and Adar, *Friends and neighbors on the Web*, 2003).
/// Unless `through_classes`, only such edges count as say something of both ends: not that a thing is of a class, or in a place, nor
/// which texts and numbers are told of it. A part of two hops around the node gives the same as the whole base.
pub async fn related(
    context: &Context,
    knowledge: &Knowledge,
    name: &str,
    (to, at, selection): (&str, At, &Selection),
    (limit, through_classes): (usize, bool),
) -> Result<Vec<Related>> {
    let view = part(context, knowledge, name, at, selection).await?;
    let to = node(&view.space, "node", to)?;
    let found = looking(move |cancel| {
        let none = HashSet::new();
        let graph = Graph { space: &view.space, directed: false, relations: &none, through_classes, cancel: &cancel };
        let mut ranked = ranked(&graph, to);
        ranked.truncate(limit);
        let shown = |(atom, score, through): (Handle, f64, Vec<Handle>)| Related {
            atom: view.space.show_bare(atom),
            score,
            through: through.iter().take(5).map(|atom| view.space.show_bare(*atom)).collect(),
        };
        ranked.into_iter().map(shown).collect()
    });
    found.await
}

fn ranked(graph: &Graph<'_>, to: Handle) -> Vec<(Handle, f64, Vec<Handle>)> {
    let mut shared: BTreeMap<Handle, Vec<(f64, Handle)>> = BTreeMap::new();
    for middle in graph.telling(to) {
        let others = graph.telling(middle);
        // A middle of one neighbour leads nowhere else.
        let weight = 1.0 / (others.len().max(2) as f64).ln();
        for other in others.into_iter().filter(|other| *other != to) {
            shared.entry(other).or_default().push((weight, middle));
        }
    }
    let mut ranked: Vec<(Handle, f64, Vec<Handle>)> = shared
        .into_iter()
        .map(|(other, mut through)| {
            through.sort_by(|one, two| two.0.total_cmp(&one.0).then(one.1.cmp(&two.1)));
            let score = through.iter().map(|(weight, _)| weight).sum();
            (other, score, through.into_iter().map(|(_, middle)| middle).collect())
        })
        .collect();
    // Ties stay in the order of addition.
    ranked.sort_by(|one, two| two.1.total_cmp(&one.1));
    ranked
}
