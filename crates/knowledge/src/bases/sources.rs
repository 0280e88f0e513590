//! Who says what a base holds: the sources of ingestion, and where they say different things.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use oriel_atomspace::query::Cancel;
use oriel_atomspace::space::{AtomType, Handle, Space};
use oriel_identity::Context;
use serde::Serialize;

use super::{At, read};
use crate::edges::{Relation, edge};
use crate::error::Result;
use crate::observed::{Observation, observations};
use crate::service::Knowledge;
use crate::work::looking;

/// The sources of a base.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sources {
    /// The version.
    pub version: u64,
    /// By their names.
    pub sources: Vec<Source>,
    /// How often two sources say different things, listed or not.
    pub disagreements: usize,
    /// What they say, in the order of the facts.
    pub disagree: Vec<Disagreement>,
}

/// A source, as ingestion was told it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Source {
    /// Its name.
    pub name: String,
    /// How many facts it says.
    pub facts: usize,
    /// How many of them nobody else says.
    pub alone: usize,
    /// When the oldest of them was observed, RFC 3339.
    pub oldest: String,
    /// When the newest was.
    pub newest: String,
}

/// Sources that say different texts or numbers of one thing: each of them says one, and no two of these are the same.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Disagreement {
    /// The thing.
    pub of: String,
    /// The relation.
    pub relation: String,
    /// What each source says.
    pub said: Vec<Claim>,
}

/// What a source says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Claim {
    /// The text or number.
    pub object: String,
    /// Who says it, from where, and when it was observed.
    #[serde(flatten)]
    pub by: Observation,
}

/// The sources of a base, and where they disagree, at most `most` times.
pub async fn sources(context: &Context, knowledge: &Knowledge, name: &str, at: At, most: usize) -> Result<Sources> {
    let view = read(context, knowledge, name, at).await?;
    looking(move |cancel| {
        let told = all_told(&view.space, &cancel);
        let disagree = disagreements(&view.space, &told);
        Sources {
            version: view.version,
            sources: summed(&told),
            disagreements: disagree.len(),
            disagree: disagree.into_iter().take(most).collect(),
        }
    })
    .await
}

/// What sources say in a space, by the facts.
fn all_told(space: &Space, cancel: &Cancel) -> Vec<(Handle, Vec<Observation>)> {
    let told = space.handles().take_while(|_| !cancel.is_cancelled());
    told.filter_map(|atom| Some((atom, observations(space, atom))).filter(|(_, all)| !all.is_empty())).collect()
}

/// How often sources say different things in a space, and what they say, at most `most` times.
pub(crate) fn disagreeing(space: &Space, most: usize, cancel: &Cancel) -> (usize, Vec<Disagreement>) {
    let mut all = disagreements(space, &all_told(space, cancel));
    let count = all.len();
    all.truncate(most);
    (count, all)
}

fn summed(told: &[(Handle, Vec<Observation>)]) -> Vec<Source> {
    let mut all: BTreeMap<&str, Source> = BTreeMap::new();
    for (_, said) in told {
        for one in said {
            let source = all.entry(&one.source).or_insert_with(|| Source {
                name: one.source.clone(),
                facts: 0,
                alone: 0,
                oldest: one.observed.clone(),
                newest: one.observed.clone(),
            });
            source.facts += 1;
            source.alone += usize::from(said.len() == 1);
            if is_before(&one.observed, &source.oldest) {
                source.oldest.clone_from(&one.observed);
            }
            if is_before(&source.newest, &one.observed) {
                source.newest.clone_from(&one.observed);
            }
        }
    }
    all.into_values().collect()
}

/// Whether one moment is before another; what is no moment is before all.
fn is_before(one: &str, other: &str) -> bool {
    let moment = |text: &str| text.parse::<chrono::DateTime<chrono::Utc>>().ok();
    moment(one) < moment(other)
}

/// Where each of several sources says one text or number of a relation of a thing, and they say different ones.
fn disagreements(space: &Space, told: &[(Handle, Vec<Observation>)]) -> Vec<Disagreement> {
    let mut order: Vec<(Handle, String)> = Vec::new();
    let mut claims: HashMap<(Handle, String), Vec<(Handle, &Observation)>> = HashMap::new();
    for (fact, said) in told {
        let Some(edge) = edge(space, *fact).filter(|edge| is_literal(space, edge.target)) else { continue };
        let Relation::Named(relation) = edge.relation else { continue };
        let about = (edge.source, relation);
        let all = claims.entry(about.clone()).or_insert_with(|| {
            order.push(about);
            Vec::new()
        });
        all.extend(said.iter().map(|one| (edge.target, one)));
    }
    order.into_iter().filter_map(|about| disagreement(space, about.clone(), claims.get(&about)?)).collect()
}

fn disagreement(
    space: &Space,
    (of, relation): (Handle, String),
    claims: &[(Handle, &Observation)],
) -> Option<Disagreement> {
    let sources: BTreeSet<&str> = claims.iter().map(|(_, by)| by.source.as_str()).collect();
    let objects: BTreeSet<Handle> = claims.iter().map(|(object, _)| *object).collect();
    // Who says several says a list, of which another may know more.
    if objects.len() < 2 || sources.len() != claims.len() {
        return None;
    }
    let said =
        claims.iter().map(|(object, by)| Claim { object: space.show_bare(*object), by: (*by).clone() }).collect();
    Some(Disagreement { of: space.show_bare(of), relation, said })
}

fn is_literal(space: &Space, node: Handle) -> bool {
    space.type_of(node).is_some_and(|of| of == AtomType::PHRASE || of == AtomType::NUMBER)
}
