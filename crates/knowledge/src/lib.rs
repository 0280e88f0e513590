//! Persistent knowledge bases: spaces of atoms that outlive the process, with every version they had.
//!
//! A base is a name and a log of changes, each durable before it is acknowledged and each part of a chain of hashes. What a
//! base holds at a version is what its log gives up to there; everything else is made from that and can be made again:
//! snapshots, which save carrying out a long log, and the contents that are held in memory.
//!
//! ```text
//! text, change ─► carried out on a copy ─► log + audit entry (one transaction) ─► published ─► readers, who never wait
//!                                            │                                          │
//!                                            └──► backup (the whole log)                 └──► snapshot (a blob, by its hash)
//! ```
//!
//! [`bases`] has what can be done, one action a file, each with the caller's `Context` first; [`change`] is what a change
//! says; [`chaining`] draws conclusions of a base by rules, [`learning`] says what is often said together, alike, or turned out
//! true, [`attention`] what matters in it; [`backup`] makes one file of a base and a base of such a file; [`formats`] are those of other programs; [`ingest`] makes facts of
//! what systems are configured and observed as. [`Knowledge`] holds what they share.
//!
//! **Refuses**: SQL (`oriel-storage`'s), the meaning of atoms and queries (`oriel-atomspace`'s), HTTP.

pub mod attention;
pub mod backup;
pub mod bases;
mod cache;
pub mod chaining;
pub mod change;
pub mod draft;
mod edges;
mod error;
pub mod formats;
mod graph;
pub mod ingest;
pub mod learning;
mod loads;
mod log;
mod observed;
mod outcomes;
mod part;
mod search;
mod service;
mod settings;
mod snapshot;
mod work;

pub use change::{Change, EncodingError, Operation};
pub use error::{KnowledgeError, Result};
pub use observed::Observation;
pub use oriel_atomspace::attention::AttentionError;
pub use oriel_atomspace::chain::ChainError;
pub use oriel_atomspace::learning::{LearningError, Met};
pub use oriel_storage::{KnowledgeBase, KnowledgeSummary};
pub use search::IndexError;
pub use service::{HeldBase, Knowledge};
pub use settings::Settings;
pub use snapshot::SnapshotError;
