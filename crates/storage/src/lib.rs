//! Databases, migrations, repositories, blobs, secrets and the outbox.
//!
//! Owns everything that outlives the process. Two databases (SQLite in the data
//! directory, PostgreSQL 15 or newer) behind one code path: no statement here asks
//! which one it talks to. ORM rows never leave the crate; repositories take and
//! return plain structs.
//!
//! ```text
//! Database ──begin()──► Transaction ──commit()──► durable
//!     └───────┬──────────────┘
//!        Repositories: .users() .runs() .tasks() .targets() …   (the same on both)
//! ```
//!
//! **Transactions.** A [`Transaction`] is the only open one that writes, on both
//! databases ([`database`] says how), so a check made inside one still holds when it
//! commits: there is always an administrator, the audit chain never forks, the first
//! administrator is made once. Keep them short. A single statement outside a
//! transaction is atomic by itself.
//!
//! **Audit.** Only a [`Transaction`] can append to the audit log: an entry stands or
//! falls with the change that it records.
//!
//! **Refuses**: business rules, permissions, hashing of passwords; those are in
//! `oriel-identity`, `oriel-execution` and `oriel-investigation`.

mod alert_groups;
pub mod audit;
pub mod blobs;
mod canonical;
pub mod database;
mod entities;
pub mod error;
pub mod idempotency;
pub mod incidents;
pub mod investigations;
pub mod knowledge;
pub mod learning;
mod migrations;
pub mod outbox;
pub mod outcomes;
pub mod recovery;
pub mod repositories;
mod row;
pub mod runs;
pub mod secrets;
pub mod sessions;
pub mod setup;
pub mod targets;
pub mod tasks;
pub mod transaction;
pub mod users;

pub use alert_groups::{AlertGroup, AlertGroupRepository};
pub use audit::{Actor, AuditEntry, AuditFilter, AuditRepository, NewAuditEntry, Verification};
pub use blobs::{BlobError, BlobInfo, BlobStore, LocalBlobs, SweepError};
pub use canonical::canonical_json;
pub use database::{Database, DatabaseOptions};
pub use error::{Result, StorageError};
pub use idempotency::{IdempotencyKey, IdempotencyRepository, IdempotencyState};
pub use incidents::{Incident, IncidentRepository, Inserted, NewIncident};
pub use investigations::{
    Investigation, InvestigationFilter, InvestigationRepository, InvestigationSummary, NewInvestigation, Stage,
};
pub use knowledge::{
    KnowledgeBase, KnowledgeChange, KnowledgeRepository, KnowledgeSnapshot, KnowledgeSummary, NewKnowledgeBase,
    NewKnowledgeChange,
};
pub use learning::{Learned, LearningRepository};
pub use outbox::{NewOutboxMessage, OutboxMessage, OutboxRepository};
pub use outcomes::{Outcome, OutcomeRepository};
pub use recovery::{Recovered, recover};
pub use repositories::{Handle, Repositories};
pub use runs::{NewRun, Run, RunFilter, RunOrigin, RunRepository};
pub use secrets::{Secret, SecretRepository, Vault, VaultError};
pub use sessions::{NewSession, Session, SessionRepository};
pub use setup::{Setup, SetupRepository};
pub use targets::{HostKey, Target, TargetChange, TargetRepository, TargetSettings};
pub use tasks::{NewTask, Task, TaskEnd, TaskRepository};
pub use transaction::Transaction;
pub use users::{NewUser, User, UserRepository};
