//! Full-text search: an index of each base that is searched.
//!
//! ```text
//! search ─► the base's newest content ─► its index: the one at hand ─► the one in its directory ─► brought up by what changes
//!                                        touched ─► made anew        (whoever comes first does it, the others wait)
//! ```
//! An index is made from a base and can be lost. It lies in a directory of its own, named by the base's id, and is read from there
//! through the page cache: what is searched again and again costs no memory of the process, and one that was made is there after a
//! restart, and for the command line. It says of which version it is and the hash of the log there, so it never answers for another:
//! not for a base that was put back, nor for what another process wrote. Nothing is written when a base changes; the next search
//! brings the index up to date. A version before the newest is searched by an index in memory. That of a base which is larger than
//! memory is made and brought up to date by parts of it (`larger.rs`).
//!
//! **Bounds**: words of 255 bytes, 100,000 words a node; a search of 64 words and 16 KiB; a search waits half a minute for an index
//! that is being made, which goes on without it; one in memory holds 256 MiB of text, and one is made at a time.

mod asked;
mod bring;
mod fields;
mod index;
mod larger;
mod rank;
mod slots;
mod touched;
mod words;

use std::collections::BTreeSet;

use oriel_atomspace::query::Cancel;
use oriel_atomspace::space::{Handle, Space};
use rustc_hash::FxHashSet;

pub(crate) use asked::{Asked, understood};
pub(crate) use fields::{is_kept, kept_parts};
pub use index::IndexError;
pub(crate) use index::Ready;
pub(crate) use rank::Ranked;
pub(crate) use slots::Indexes;

use crate::cache::Loaded;
use crate::error::{KnowledgeError, Result};

/// What was found.
#[derive(Debug)]
pub(crate) struct Fitting {
    /// How many nodes fit.
    pub(crate) found: usize,
    /// The best of them, best first, then by name.
    pub(crate) best: Vec<(Handle, f64)>,
}

/// The nodes that fit best, of those in `within`, if given. The index is of this content.
pub(crate) fn fitting(
    (ready, loaded): (&Ready, &Loaded),
    asked: &Asked,
    within: Option<&BTreeSet<Handle>>,
    limit: usize,
    cancel: &Cancel,
) -> Result<Fitting> {
    let space = &loaded.space;
    let near = within.map(|within| near_marks(space, within));
    let ranked = ranked(ready, asked, near.as_ref(), limit, cancel)?;
    let best = ranked.best.iter().filter_map(|(kept, score)| Some((fields::found(space, kept)?, *score)));
    Ok(Fitting { found: ranked.found, best: best.collect() })
}

/// As [`fitting`], as the index keeps the nodes: with the marks of what they are to be within.
pub(crate) fn ranked(
    ready: &Ready,
    asked: &Asked,
    near: Option<&FxHashSet<u64>>,
    limit: usize,
    cancel: &Cancel,
) -> Result<Ranked> {
    match rank::ranked(ready, asked, near, limit, cancel) {
        Ok(ranked) => Ok(ranked),
        Err(rank::Unranked::Cancelled) => Ok(Ranked { found: 0, best: Vec::new() }),
        Err(rank::Unranked::TooMany { with, column }) => {
            let message = format!("column {column}: too many words begin with `{with}`: write more of it");
            Err(KnowledgeError::invalid("words", message))
        }
        Err(rank::Unranked::Failed(error)) => Err(IndexError::from(error).into()),
    }
}

/// The marks by which an index knows some nodes.
pub(crate) fn near_marks(space: &Space, nodes: &BTreeSet<Handle>) -> FxHashSet<u64> {
    nodes.iter().filter_map(|node| near(space, *node)).collect()
}

fn near(space: &Space, node: Handle) -> Option<u64> {
    Some(fields::near(&fields::id(space, space.type_of(node)?, space.name(node)?)))
}
