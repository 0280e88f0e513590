//! Which part of a base is read.

use oriel_knowledge::bases::Selection;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::up_to;
use crate::problem::Problem;

/// Hops around an atom at most.
const FARTHEST: u32 = 10;
/// Atoms in a part at most.
const MOST: u64 = 1_000_000;

/// A part of a knowledge base: the atoms of some types, and what is around some atoms, with all that those are made of. It is
/// read without loading the base, so that one that is larger than memory can be asked.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = KnowledgePart)]
pub(crate) struct PartBody {
    /// Types; types below them count too.
    #[serde(default)]
    pub(super) types: Vec<String>,
    /// Atoms, or names of nodes.
    #[serde(default)]
    pub(super) around: Vec<String>,
    /// How far around those, up to 10; 1 when not given. A hop goes from a node to all links that it is in, and to their
    /// nodes.
    pub(super) hops: Option<u32>,
    /// How many atoms the part may have, up to 1,000,000, which is also what holds when it is not given.
    pub(super) most: Option<u64>,
}

/// What is selected; the whole base where nothing is.
pub(super) fn selection(part: Option<PartBody>) -> Result<Selection, Problem> {
    let PartBody { types, around, hops, most } = part.unwrap_or_default();
    let (hops, most) = (up_to("hops", hops, (1, FARTHEST))?, up_to("most", most, (MOST, MOST))?);
    Ok(Selection { types, around, hops, most })
}

/// What is within some hops of a node; the whole base where no number is given.
pub(super) fn within(node: &str, hops: Option<u32>) -> Result<Selection, Problem> {
    let around = hops.map(|_| node.to_owned()).into_iter().collect();
    selection(Some(PartBody { around, hops, ..PartBody::default() }))
}
