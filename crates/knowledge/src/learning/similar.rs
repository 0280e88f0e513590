//! What is like a thing.

use oriel_atomspace::learning::LOOKAHEAD;
use oriel_atomspace::space::AtomType;
use oriel_identity::Context;
use serde::Serialize;

use super::effort::{Effort, Looked};
use super::things::{looked, shown};
use crate::bases::{At, read};
use crate::error::{KnowledgeError, Result};
use crate::graph::node;
use crate::service::Knowledge;
use crate::work::within;

/// Of what two things share, so much is told.
pub(super) const SHARED: usize = 5;

/// What is compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Compare {
    /// The node that others are compared with: its name, or an atom.
    pub atom: String,
    /// The node with whose members it is compared: its name, or an atom. All nodes of its type where there is none.
    pub of: Option<String>,
    /// At which version.
    pub at: At,
    /// How similar they must be at least, from 0 to 1.
    pub least: f64,
    /// How many are told at most.
    pub limit: usize,
    /// What it may take.
    pub effort: Effort,
}

/// What is like a thing of a base.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Likeness {
    /// The version that was looked at.
    pub version: u64,
    /// The thing.
    pub atom: String,
    /// How many things are like it.
    pub found: usize,
    /// The first of them, the most similar first.
    pub similar: Vec<Alike>,
    /// Whether anything is said of the thing itself.
    pub is_told: bool,
    /// What was looked at.
    pub looked: Looked,
}

/// A thing that is like another.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Alike {
    /// The thing.
    pub atom: String,
    /// How similar they are, in [0, 1]: the weight of the features that both have over that of those that either has.
    pub strength: f64,
    /// How sure that is, by how much was compared.
    pub confidence: f64,
    /// How many features both have, of those that not all things have.
    pub shared: usize,
    /// How many features either has.
    pub compared: usize,
    /// Some of those that both have, the rarest first.
    pub by: Vec<String>,
}

/// Compares a thing of a base with others by what is said of them.
pub async fn similar(context: &Context, knowledge: &Knowledge, name: &str, compare: Compare) -> Result<Likeness> {
    compare.effort.check()?;
    if compare.limit == 0 {
        return Err(KnowledgeError::invalid("limit", "ask for 1 thing, or more"));
    }
    let view = read(context, knowledge, name, compare.at).await?;
    let (done, _) = within(compare.effort.time, move |cancel| {
        let space = &view.space;
        let thing = node(space, "atom", &compare.atom)?;
        let of = space.type_of(thing).unwrap_or(AtomType::CONCEPT);
        let which = (compare.of.as_deref(), of);
        let cases = looked(space, which, Some(thing), (&compare.effort, cancel))?;
        let (atom, version, looked) = (space.show_bare(thing), view.version, Looked::of(&cases, cases.met()));
        if cases.cases().is_empty() {
            // Not even the thing itself could be looked at.
            return Ok(Likeness { version, atom, found: 0, similar: Vec::new(), is_told: true, looked });
        }
        let all = cases.like(thing, (compare.least, LOOKAHEAD), compare.limit)?;
        let found = all.found;
        let alike = all.first.iter().map(|one| Alike {
            atom: space.show_bare(one.other),
            strength: one.truth.strength,
            confidence: one.truth.confidence,
            shared: one.shared,
            compared: one.compared,
            by: cases.shared(one).take(SHARED).map(|(clauses, _)| shown(space, clauses)).collect(),
        });
        let (similar, is_told) = (alike.collect(), cases.told().contains(&thing));
        Ok(Likeness { version, atom, found, similar, is_told, looked })
    })
    .await?;
    done
}
