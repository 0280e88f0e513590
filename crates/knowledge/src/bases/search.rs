//! Finding nodes by words.

mod larger;

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use oriel_atomspace::query::Cancel;
use oriel_atomspace::space::{Handle, Space};
use oriel_identity::Context;
use serde::Serialize;

use super::At;
use crate::error::{KnowledgeError, Result};
use crate::graph::{self, Graph, node};
use crate::observed::{Observation, observations};
use crate::search::{fitting, understood};
use crate::service::{Knowledge, readable};
use crate::work::looking;

/// Edges shown beside a hit.
const BESIDE: usize = 5;

/// What to search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// At which version.
    pub at: At,
    /// The words: any of them, up to 64, the last one also as the beginning of a word; `"…"` for words next to each other,
    /// `check*` for what begins so, `-word` for what must not be there.
    pub words: String,
    /// How many hits at most.
    pub limit: usize,
    /// Only what lies within so many edges of this node.
    pub near: Option<(String, usize)>,
    /// Whether those edges may go up to a class or a place that things share and down again, or through a text or a number.
    pub through_classes: bool,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hits {
    /// The version that was searched.
    pub version: u64,
    /// How many nodes fit.
    pub found: usize,
    /// The best of them, best first; those that fit equally well by their names.
    pub hits: Vec<Hit>,
}

/// A node that was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hit {
    /// The node, with what it carries.
    pub atom: String,
    /// How well it fits: above 0, without a scale; to be compared within one answer.
    pub score: f64,
    /// Some of the edges that it has.
    pub edges: Vec<String>,
    /// Which sources of ingestion say these edges, and since when; those of which somebody says it.
    pub told: Vec<Told>,
}

/// An edge, and who says it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Told {
    /// The edge.
    pub edge: String,
    /// What sources say of it.
    pub sources: Vec<Observation>,
}

/// The nodes that fit some words best.
pub async fn search(context: &Context, knowledge: &Knowledge, name: &str, search: &Search) -> Result<Hits> {
    let base = readable(context, knowledge, name).await?;
    let asked = understood(&search.words).map_err(|message| KnowledgeError::invalid("words", message))?;
    let version = match search.at {
        At::Newest => None,
        At::Version(version) => Some(version),
        At::Time(at) => Some(knowledge.version_at(&base, at).await?),
    };
    let (loaded, ready) = match knowledge.indexed(&base, version).await {
        Err(larger @ KnowledgeError::Larger { .. }) => {
            let found = larger::search(context, knowledge, &base, version, (search, asked)).await?;
            return found.ok_or(larger);
        }
        indexed => indexed?,
    };
    let near = match &search.near {
        Some((near, hops)) => Some((node(&loaded.space, "near", near)?, *hops)),
        None => None,
    };
    let (version, limit, through_classes) = (loaded.version, search.limit, search.through_classes);
    let found = looking(move |cancel| {
        let within = near.map(|(node, hops)| within(&loaded.space, node, (hops, through_classes), &cancel));
        let fitting = fitting((&ready, &loaded), &asked, within.as_ref(), limit, &cancel)?;
        let shown = fitting.best.iter().map(|(atom, score)| hit(&loaded.space, *atom, *score, &cancel));
        Ok::<_, KnowledgeError>((fitting.found, shown.collect()))
    });
    let (found, hits) = found.await??;
    Ok(Hits { version, found, hits })
}

/// What lies within so many edges of a node, itself included.
fn within(space: &Space, node: Handle, (hops, through_classes): (usize, bool), cancel: &Cancel) -> BTreeSet<Handle> {
    let none = HashSet::new();
    let graph = Graph { space, directed: false, relations: &none, through_classes, cancel };
    let begin = graph::Place::beginning(node);
    let mut distance: HashMap<graph::Place, usize> = HashMap::from([(begin, 0)]);
    let mut open = VecDeque::from([begin]);
    while let Some(at) = open.pop_front() {
        let on = distance.get(&at).copied().unwrap_or_default() + 1;
        if on > hops {
            break;
        }
        for (next, _) in graph.onward(at) {
            if let Entry::Vacant(new) = distance.entry(next) {
                new.insert(on);
                open.push_back(next);
            }
        }
    }
    distance.into_keys().map(|at| at.node).collect()
}

fn hit(space: &Space, atom: Handle, score: f64, cancel: &Cancel) -> Hit {
    let none = HashSet::new();
    let graph = Graph { space, directed: false, relations: &none, through_classes: true, cancel };
    let beside: Vec<Handle> = graph.beside(atom).into_iter().take(BESIDE).map(|(_, edge)| edge.carrier).collect();
    let told = beside.iter().map(|edge| Told { edge: space.show_bare(*edge), sources: observations(space, *edge) });
    let told = told.filter(|told| !told.sources.is_empty()).collect();
    let edges = beside.iter().map(|edge| space.show_bare(*edge)).collect();
    Hit { atom: space.show(atom), score, edges, told }
}
