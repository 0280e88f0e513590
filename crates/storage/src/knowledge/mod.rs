//! Knowledge bases: each is a name and a log of changes; the snapshots are a cache.
//!
//! A change has the version that it makes, one more than the change before it, and a hash that covers the change and the
//! hash before. The row of the base holds the last version and the last hash, so a log that was shortened is noticed too.
//! Versions of one base never go back in time: a change that would have an earlier time than the one before gets that one's
//! time, so that every moment has one version.
//!
//! Appending is a method of [`crate::Transaction`]: the change is durable together with its audit entry, or neither is.
//! What a change says is bytes here; their meaning is `oriel-knowledge`'s.

mod append;
mod bases;
mod chain;
mod log;
mod snapshots;

use oriel_model::{KnowledgeBaseId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use crate::entities::{knowledge_bases, knowledge_changes, knowledge_snapshots};
use crate::{Actor, Handle, Result, row};

/// A knowledge base.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KnowledgeBase {
    /// The id.
    pub id: KnowledgeBaseId,
    /// Its name; unique, deleted bases included.
    pub name: String,
    /// What it is about.
    pub description: String,
    /// How many changes were made; 0 when it is new and empty.
    pub version: u64,
    /// The hash of the last change; 64 zeros when there is none.
    pub head: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// Who created it; none for the system.
    pub created_by: Option<UserId>,
    /// When the last change was made; when it was created where there is none.
    pub changed_at: Timestamp,
    /// When it was deleted; none while it is not.
    pub deleted_at: Option<Timestamp>,
}

/// A knowledge base to create, empty.
#[derive(Debug, Clone)]
pub struct NewKnowledgeBase {
    /// The id.
    pub id: KnowledgeBaseId,
    /// Its name.
    pub name: String,
    /// What it is about.
    pub description: String,
    /// Who creates it; none for the system.
    pub created_by: Option<UserId>,
    /// Now.
    pub at: Timestamp,
}

/// A change to append.
#[derive(Debug, Clone)]
pub struct NewKnowledgeChange {
    /// Who makes it.
    pub actor: Actor,
    /// When.
    pub at: Timestamp,
    /// What sort of change it is, such as `load`.
    pub kind: String,
    /// What the caller says of it.
    pub note: String,
    /// What is changed.
    pub data: Vec<u8>,
    /// How many atoms there are after it.
    pub atoms: u64,
}

/// A change of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnowledgeChange {
    /// All but what is changed.
    pub summary: KnowledgeSummary,
    /// What is changed.
    pub data: Vec<u8>,
}

impl KnowledgeChange {
    /// Whether its hash is the one of this change after one with the hash `before`.
    pub fn follows(&self, before: &str) -> bool {
        let KnowledgeSummary { version, at, actor, kind, note, size_bytes: _, atoms, hash } = &self.summary;
        let row = knowledge_changes::Model {
            base_id: uuid::Uuid::nil(),
            version: row::column_count(*version),
            at: *at,
            actor_kind: actor.kind().to_owned(),
            actor_id: actor.id().map(UserId::as_uuid),
            actor_name: actor.name().to_owned(),
            kind: kind.clone(),
            note: note.clone(),
            data: Vec::new(),
            size_bytes: row::column_count(self.data.len() as u64),
            atoms: row::column_count(*atoms),
            hash: String::new(),
        };
        chain::hash(before, &row, &self.data) == *hash
    }
}

/// A change of the log, without what is changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnowledgeSummary {
    /// The version that it makes, from 1 without gaps.
    pub version: u64,
    /// When it was made; never before the change before it.
    pub at: Timestamp,
    /// Who made it.
    pub actor: Actor,
    /// What sort of change it is.
    pub kind: String,
    /// What the caller said of it.
    pub note: String,
    /// Bytes of what is changed, as they are stored.
    pub size_bytes: u64,
    /// How many atoms there are after it.
    pub atoms: u64,
    /// SHA-256 over the hash before and this change, in lower-case hexadecimal.
    pub hash: String,
}

/// A snapshot: where the content at a version is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KnowledgeSnapshot {
    /// Of which base.
    pub base_id: KnowledgeBaseId,
    /// At which version.
    pub version: u64,
    /// SHA-256 of its bytes in lower-case hexadecimal; also the key of its blob.
    pub sha256: String,
    /// How many bytes there are.
    pub size_bytes: u64,
    /// How many atoms it holds.
    pub atoms: u64,
    /// When it was made.
    pub created_at: Timestamp,
}

/// The tables of knowledge bases.
pub struct KnowledgeRepository<'a> {
    pub(crate) handle: Handle<'a>,
}

fn base(model: knowledge_bases::Model) -> Result<KnowledgeBase> {
    Ok(KnowledgeBase {
        id: KnowledgeBaseId::from_uuid(model.id),
        name: model.name,
        description: model.description,
        version: row::count("knowledge_bases.version", model.version)?,
        head: model.head,
        created_at: model.created_at,
        created_by: model.created_by.map(UserId::from_uuid),
        changed_at: model.changed_at,
        deleted_at: model.deleted_at,
    })
}

fn change(model: knowledge_changes::Model) -> Result<KnowledgeChange> {
    let summary = KnowledgeSummary {
        version: row::count("knowledge_changes.version", model.version)?,
        at: model.at,
        actor: Actor::of_columns("knowledge_changes.actor_kind", &model.actor_kind, model.actor_id, model.actor_name)?,
        kind: model.kind,
        note: model.note,
        size_bytes: row::count("knowledge_changes.size_bytes", model.size_bytes)?,
        atoms: row::count("knowledge_changes.atoms", model.atoms)?,
        hash: model.hash,
    };
    Ok(KnowledgeChange { summary, data: model.data })
}

fn snapshot(model: knowledge_snapshots::Model) -> Result<KnowledgeSnapshot> {
    Ok(KnowledgeSnapshot {
        base_id: KnowledgeBaseId::from_uuid(model.base_id),
        version: row::count("knowledge_snapshots.version", model.version)?,
        sha256: model.sha256,
        size_bytes: row::count("knowledge_snapshots.size_bytes", model.size_bytes)?,
        atoms: row::count("knowledge_snapshots.atoms", model.atoms)?,
        created_at: model.created_at,
    })
}
