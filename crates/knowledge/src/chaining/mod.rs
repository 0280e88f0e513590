//! Conclusions of a base by rules: `oriel_atomspace::chain` over what a base holds at a version.
//!
//! Rules are atoms: those of the base, and the shipped rules of Probabilistic Logic Networks, which are laid beside the base
//! for the time of a run and never written into it. Nothing is changed but by [`infer`] where it is asked to keep what it
//! concludes: one change, in which every conclusion has its evidence and, under the keys [`INFERRED_KEY`] and [`GROUNDS_KEY`], how
//! it came about and from which facts. What was kept and is older than those is set aside.
//!
//! Each run has bounds: steps, proofs that are held, and time. A run that met one says which, and what it found until then
//! holds. Nothing that learning proposes is a rule before somebody loads it.

mod bounds;
mod contradictions;
mod infer;
mod keep;
mod outdated;
mod rules;
mod select;
mod suggest;
mod told;

pub use bounds::{Effort, Took};
pub use contradictions::{Contradictions, Opposed, contradictions};
pub use infer::{Inferred, SetAside, Target, Withdrawn, infer};
pub use keep::INFERRED_KEY;
pub use outdated::{GROUNDS_KEY, GROUNDS_KEY_BEFORE};
pub use rules::{RuleBase, RuleLine, rules};
pub use suggest::{Suggested, Suggestions, suggest};
pub use told::{Inference, Proven, Step};
