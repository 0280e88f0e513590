//! Learning from what is in a space: truth values from outcomes, frequent and surprising patterns, candidate rules, similar
//! concepts and groups of them.
//!
//! - [`observe`] counts an outcome into an atom's truth value, [`revised`] says what one is worth with more observations.
//! - [`Cases`] are atoms of one kind with their features: what the facts of the space say of each, with the case itself as
//!   a variable.
//! - [`Cases::mine`] finds features that often come together, and says how surprising that is.
//! - [`Cases::induce`] makes candidate rules of them, with their counts and how likely chance is to give as many. A
//!   candidate is written without a truth value, so that nothing follows from it, until it is accepted.
//! - [`Cases::similar`] compares cases by the features that they share, [`Cases::like`] one with all others, and [`clusters`]
//!   groups them.
//!
//! [`Bounds`] say what each of these may take. Everything is counted, in the order of the cases and facts: nothing is drawn at random, and nothing changes a space but what
//! says so. The guide is `docs/learning.md`.

mod bits;
mod bounds;
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

pub use bounds::{Bounds, Met};
pub use cluster::{MOST_GROUPED, clusters};
pub use error::LearningError;
pub use features::{CASE, Cases, Features, OTHER};
pub use induce::{Candidate, Induced, Induction, SUPPORT};
pub use mine::{Mined, Mining, Pattern};
pub use outcomes::{LOOKAHEAD, observe, revised};
pub use similar::{Alike, Like, Similar};
