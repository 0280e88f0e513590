//! Groups of things that are alike.

use std::collections::HashMap;
use std::sync::Arc;

use oriel_atomspace::learning::{Bounds, Cases, LOOKAHEAD, LearningError, MOST_GROUPED, Similar, clusters as grouped};
use oriel_atomspace::space::{AtomType, Handle, Space};
use oriel_identity::Context;
use serde::Serialize;

use super::effort::{Effort, Looked};
use super::similar::SHARED;
use super::things::{looked, shown};
use crate::bases::{At, read};
use crate::error::{KnowledgeError, Result};
use crate::service::Knowledge;
use crate::work::within_parts;

/// What is grouped.
#[derive(Debug, Clone, PartialEq)]
pub struct Grouping {
    /// The node whose members are grouped: its name, or an atom. All concepts where there is none.
    pub of: Option<String>,
    /// At which version.
    pub at: At,
    /// How similar two groups must be on average to become one, above 0 and at most 1.
    pub least: f64,
    /// How many groups are told at most.
    pub limit: usize,
    /// What it may take.
    pub effort: Effort,
}

impl Default for Grouping {
    /// All concepts, in groups of which all are half as similar as can be, twenty groups.
    fn default() -> Self {
        Self { of: None, at: At::Newest, least: 0.5, limit: 20, effort: Effort::default() }
    }
}

/// The groups of things of a base.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Clusters {
    /// The version that was looked at.
    pub version: u64,
    /// How many groups of two or more there are.
    pub found: usize,
    /// The first of them: the largest first, then the most similar.
    pub groups: Vec<Group>,
    /// How many things are in no group with another, though something is said of them.
    pub alone: usize,
    /// What was looked at.
    pub looked: Looked,
}

/// Things that are alike.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Group {
    /// The things, in the order in which they came into the base.
    pub members: Vec<String>,
    /// How similar two of them are on average, in [0, 1].
    pub similarity: f64,
    /// Some of what all of them have and not all things have, the rarest first.
    pub common: Vec<String>,
}

/// Groups things of a base by what is said of them.
pub async fn clusters(context: &Context, knowledge: &Knowledge, name: &str, how: Grouping) -> Result<Clusters> {
    how.effort.check()?;
    if !(how.least > 0.0 && how.least <= 1.0) {
        return Err(KnowledgeError::invalid("least", "it must be above 0, and at most 1"));
    }
    let view = read(context, knowledge, name, how.at).await?;
    let (time, effort) = (how.effort.time, how.effort.clone());
    let (space, of) = (Arc::clone(&view.space), how.of.clone());
    let collect = move |cancel| looked(&space, (of.as_deref(), AtomType::CONCEPT), None, (&effort, cancel));
    let done = within_parts(time, collect, move |cases, cancel| {
        let (groups, found, alone) = groups(&view.space, &cases, &how, &how.effort.bounds(cancel))?;
        let looked = Looked::of(&cases, cases.met());
        Ok(Clusters { version: view.version, found, groups, alone, looked })
    });
    done.await?.map_err(|error| match error {
        KnowledgeError::Learning(LearningError::Stopped(met)) => KnowledgeError::Ungrouped { met },
        other => other,
    })
}

/// The first groups of two or more, how many of those there are, and how many things are in none.
fn groups(space: &Space, cases: &Cases, how: &Grouping, bounds: &Bounds) -> Result<(Vec<Group>, usize, usize)> {
    let things = cases.told();
    if things.len() > MOST_GROUPED {
        let message = format!(
            "there are {} things of which something is said, and {MOST_GROUPED} can be grouped: group the members of one kind",
            things.len()
        );
        return Err(KnowledgeError::invalid("of", message));
    }
    let similar = cases.similar(0.0, LOOKAHEAD, bounds)?;
    let grouped = grouped(&things, &similar, how.least, bounds)?;
    let (several, alone): (Vec<_>, Vec<_>) = grouped.into_iter().partition(|group| group.len() > 1);
    let mut all: Vec<(f64, &Vec<Handle>)> = means(&several, &similar).into_iter().zip(&several).collect();
    all.sort_by(|one, two| two.1.len().cmp(&one.1.len()).then(two.0.total_cmp(&one.0)));
    let group = |(similarity, members): &(f64, &Vec<Handle>)| Group {
        members: members.iter().map(|thing| space.show_bare(*thing)).collect(),
        similarity: *similarity,
        common: cases.common(members).into_iter().take(SHARED).map(|(clauses, _)| shown(space, clauses)).collect(),
    };
    Ok((all.iter().take(how.limit).map(group).collect(), all.len(), alone.len()))
}

/// How similar two members of each group are on average.
fn means(groups: &[Vec<Handle>], similar: &[Similar]) -> Vec<f64> {
    let of: HashMap<Handle, usize> =
        groups.iter().enumerate().flat_map(|(at, group)| group.iter().map(move |thing| (*thing, at))).collect();
    let mut sums = vec![0.0; groups.len()];
    for pair in similar {
        if let (Some(one), Some(two)) = (of.get(&pair.one), of.get(&pair.other))
            && one == two
            && let Some(sum) = sums.get_mut(*one)
        {
            *sum += pair.truth.strength;
        }
    }
    let pairs = |group: &Vec<Handle>| group.len() * (group.len() - 1) / 2;
    sums.into_iter().zip(groups).map(|(sum, group)| sum / pairs(group) as f64).collect()
}
