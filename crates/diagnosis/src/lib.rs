//! The pure flow from an incident's bytes to a verdict, with no server and no storage.
//!
//! [`Knowledge`] holds the shipped rules and what was learned; parse it once. [`diagnose`] reads the evidence, lets the
//! rules run and the modes think. It opens the incident it is given and nothing else; it holds no clock, so the caller
//! fills in how long it took.

mod diagnose;
pub mod inquiry;
mod knowledge;

pub use diagnose::{DiagnoseError, Diagnosis, Options, Stage, diagnose};
pub use knowledge::{Knowledge, KnowledgeError};
pub use oriel_evidence::{Limits, Skipped, Source};
pub use oriel_reasoning::{CaseRecord, Change, Learning, Outcome, Verdict};
