//! Incidents, investigations and outcomes.
//!
//! Owns the flow from an uploaded archive to a verdict and from an outcome to what is learned:
//!
//! ```text
//! archive ──► blob ──► incident ──► queue ──► worker: engine on a thread ──► verdict
//!                                    (bounded)     stages, time limit           │
//!             learned state ◄── one transaction with audit ◄── outcome ◄────────┘
//! ```
//!
//! An investigation may also start from a question and ask a target for its evidence ([`TargetAsk`]).
//!
//! Every function takes the caller's `Context` first and checks it. Refuses: archives that are none (before they become
//! incidents), more waiting work than the queue holds, outcomes of what has no verdict. Limits: one process works on a
//! queue; what it leaves when it dies is marked by [`oriel_storage::recover`].

mod alerting;
mod archive;
mod asking;
mod changes;
mod diagnosing;
mod engine;
mod error;
mod example;
mod incidents;
mod investigations;
mod job;
mod outcomes;
mod progress;
mod service;
mod stored;

pub use alerting::{Noticed, Outcome as NoticeOutcome};
pub use asking::{Asked, AskedStatus, Begun, Inquiry, NewInquiry, TargetAsk};
pub use changes::Changes;
pub use diagnosing::DiagnosisEngine;
pub use engine::{Cause, Change, Engine, EngineError, Finding, Truth};
pub use error::InvestigationError;
pub use incidents::{IncidentView, Submitted};
pub use investigations::InvestigationView;
pub use oriel_diagnosis::inquiry::Ask;
pub use oriel_reasoning::Verdict;
pub use oriel_reasoning::verdict::TranscriptStep;
pub use oriel_storage::{Incident, Investigation, InvestigationFilter, InvestigationSummary, Outcome, Stage};
pub use outcomes::{NewOutcome, Reported};
pub use progress::Board;
pub use service::{Ending, Investigations, Parts, Settings};
