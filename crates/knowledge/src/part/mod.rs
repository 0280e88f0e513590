//! Parts of bases: some of the atoms of a version, closed under what they are made of.
//!
//! A part is chosen first, as places in the order of addition, and copied then: what it would be is known before it takes
//! memory. Where the base is not held, the choice goes by a snapshot that is read in part ([`crate::snapshot::Stored`]), with
//! the changes after it laid on top ([`tail`]).

mod atoms;
mod choose;
mod copy;
mod find;
mod near;
mod ranks;
mod tail;
#[cfg(test)]
mod tests;
mod text;
mod touched;

pub(crate) use atoms::{Atoms, Held, Record, What};
pub use choose::Selection;
pub(crate) use choose::chosen;
pub(crate) use copy::copied;
pub(crate) use find::Wanted;
pub(crate) use near::{beside, each_node, named};
pub(crate) use ranks::Ranks;
pub(crate) use tail::{Grown, Step};
pub(crate) use text::{Shape, write_text};
pub(crate) use touched::before_and_after;
