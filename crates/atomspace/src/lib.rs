//! Hypergraph of atoms with truth values: store, frames, queries, inference, text format.
//!
//! Owns what the other engines think in: [`Frame`]s of facts over a shared [`AtomSpace`], the [`pln`] formulas, and the
//! [`rules`] that turn facts into conclusions with proofs. [`space`] is the general hypergraph store: atoms of any type,
//! values, snapshots, and a text format. Over it, [`query`] finds what fits a pattern, [`chain`] concludes what follows by
//! rules, [`attention`] says what matters and forgets what does not, [`learning`] finds patterns and candidate rules. Does no
//! IO, knows no clock, uses no randomness; nothing here depends on the alphabetical order of names, so renaming entities
//! changes nothing but the names.

mod atom;
pub mod attention;
pub mod chain;
mod frame;
mod layer;
pub mod learning;
mod pattern;
pub mod pln;
pub mod query;
pub mod rules;
pub mod sexpr;
pub mod space;
mod truth;

pub use atom::{Atom, AtomId, FactRef, LinkKind, NodeKind, Source, Term, entity_kind, entity_name};
pub use frame::{AtomSpace, Facts, Frame, FrameError, MAX_SOURCES};
pub use pattern::{Arg, Bindings, MAX_ARGS, Pattern, Query, Variable};
pub use truth::TruthValue;

#[cfg(test)]
mod properties;
