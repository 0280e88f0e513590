//! Importers and detectors: bytes in, atoms out.
//!
//! [`Evidence::read`] walks a bundle ([`bundle`]), hands each file to the importer of its directory, and keeps what the
//! detectors need; [`Evidence::emit`] runs the detectors and writes facts into a frame. The crate opens the incident
//! directory and reads streams given to it; it does no other IO, knows no wall clock and no randomness.
//!
//! The incident format is described in `docs/incident-format.md`.

pub mod alerts;
pub mod bundle;
mod collection;
pub mod detect;
pub mod incident;
pub mod kubernetes;
mod lines;
pub mod logs;
pub mod metrics;
pub mod names;
pub mod skipped;
pub mod stats;
pub mod time;
pub mod topology;
pub mod traces;

mod emit;
mod read;

pub use bundle::{Limits, ReadError, Source};
pub use incident::IncidentMeta;
pub use read::{Counts, Evidence, Progress};
pub use skipped::{Skipped, Skips};
