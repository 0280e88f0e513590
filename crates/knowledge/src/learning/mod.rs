//! What is learned of a base: `oriel_atomspace::learning` over what a base holds at a version.
//!
//! [`patterns`], [`similar`] and [`clusters`] look at things of a base and what facts say of them, and change nothing.
//! [`outcome`] counts what happened into the truth value of an atom, as a change. Rules that are suggested are
//! [`crate::chaining`]'s, which goes by them once somebody loads them.
//!
//! Each has bounds: steps, memory, and time, of which looking at things has one half at most and what is made of them the rest. Where one is met, the things are those that were looked at until then.

mod clusters;
mod effort;
mod outcome;
mod patterns;
mod similar;
mod things;

pub use crate::outcomes::OUTCOMES_KEY;
pub use clusters::{Clusters, Group, Grouping, clusters};
pub(crate) use effort::ended;
pub use effort::{Effort, Looked};
pub use outcome::{Counted, Outcome, outcome};
pub use patterns::{Mine, Patterns, Said, patterns};
pub use similar::{Alike, Compare, Likeness, similar};
pub(crate) use things::members;
