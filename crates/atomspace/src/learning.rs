//! Learning from what is in a space: truth values from outcomes, frequent and surprising patterns, candidate rules, similar
//! concepts and groups of them.
//!
//! - [`observe`] counts an outcome into an atom's truth value.
//! - [`Cases`] are atoms of one kind with their features: what the facts of the space say of each, with the case itself as
//!   a variable.
//! - [`Cases::mine`] finds features that often come together, and says how surprising that is.
//! - [`Cases::induce`] makes candidate rules of them, with their counts and how likely chance is to give as many. A
//!   candidate is written without a truth value, so that nothing follows from it, until it is accepted.
//! - [`Cases::similar`] compares cases by the features that they share, and [`clusters`] groups them.
//!
//! Everything is counted, in the order of the cases and facts: nothing is drawn at random, and nothing changes a space but what
//! says so. The guide is `docs/learning.md`.

mod bits;
mod cluster;
mod error;
mod features;
mod induce;
mod mine;
mod outcomes;
mod similar;
mod surprise;

#[cfg(test)]
mod tests;

pub use cluster::clusters;
pub use error::LearningError;
pub use features::{CASE, Cases, Features, OTHER};
pub use induce::{Candidate, Induction, SUPPORT};
pub use mine::{Mined, Mining, Pattern};
pub use outcomes::observe;
pub use similar::Similar;
