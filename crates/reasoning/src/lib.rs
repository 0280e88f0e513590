//! Reasoning modes, contradictions, consensus, calibration and learning.
//!
//! Takes a frame over which the rules have run and gives a verdict: [`case::Case`] gathers what there is to think about,
//! the modes ([`mode::ALL`]) think about it, [`deliberate::deliberate`] pools their perspectives. Pure and deterministic:
//! no IO, no clock, no randomness, and nothing depends on what an entity is called.

pub mod anomaly;
pub mod calibration;
pub mod case;
pub mod consensus;
pub mod contradiction;
pub mod deliberate;
pub mod distribution;
pub mod inquiry;
pub mod learning;
pub mod mode;
pub mod modes;
pub mod origin;
pub mod prediction;
pub mod proof;
#[cfg(test)]
mod scene;
pub mod scores;
pub mod topology;
pub mod verdict;
pub mod words;

pub use case::{Case, Domain};
pub use deliberate::{Deliberation, deliberate};
pub use learning::{CaseRecord, Change, Learning, Outcome};
pub use mode::{ALL as MODES, Mode, UnknownMode, named};
pub use verdict::Verdict;
