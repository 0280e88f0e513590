//! The tables as rows. Private to this crate: repositories turn them into plain structs.

pub(crate) mod alert_groups;
pub(crate) mod audit_entries;
pub(crate) mod audit_head;
pub(crate) mod idempotency_keys;
pub(crate) mod incidents;
pub(crate) mod investigations;
pub(crate) mod knowledge_bases;
pub(crate) mod knowledge_changes;
pub(crate) mod knowledge_snapshots;
pub(crate) mod learning;
pub(crate) mod outbox;
pub(crate) mod outcomes;
pub(crate) mod runs;
pub(crate) mod secrets;
pub(crate) mod sessions;
pub(crate) mod setup;
pub(crate) mod targets;
pub(crate) mod tasks;
pub(crate) mod users;
pub(crate) mod writer_lock;
