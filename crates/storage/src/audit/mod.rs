//! The audit log: who did what, as a hash chain.
//!
//! Each entry's hash covers the entry and the hash before it, so an entry cannot be
//! changed, removed or inserted without breaking every hash after it, and the head
//! (sequence number and hash of the last entry) tells when the end was cut off.
//! Somebody who can write the whole database can also compute a new chain; to notice
//! that, keep a copy of the head elsewhere now and then.
//!
//! Appending is a method of [`Transaction`], which is the only writer, so the chain
//! cannot fork. Nothing here changes or deletes an entry.

mod append;
mod chain;
mod verify;

use oriel_model::{AuditId, Cursor, Page, PageRequest, Timestamp, UserId};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::entities::audit_entries::{Column, Entity, Model};
use crate::{Handle, Result, StorageError, row};

pub use chain::{AuditHead, GENESIS, hexadecimal};
pub use verify::{Broken, Verification};

#[cfg(doc)]
use crate::Transaction;

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Actor {
    /// A signed-in user, with the name at that time.
    User {
        /// The user.
        id: UserId,
        /// The user's name.
        name: String,
    },
    /// A part of this program, acting by itself.
    System {
        /// Which part.
        name: String,
    },
    /// Somebody who is not signed in.
    Anonymous,
}

impl Actor {
    /// The name to show and to filter by; `anonymous` when there is none.
    pub fn name(&self) -> &str {
        match self {
            Self::User { name, .. } | Self::System { name } => name,
            Self::Anonymous => "anonymous",
        }
    }

    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::User { .. } => "user",
            Self::System { .. } => "system",
            Self::Anonymous => "anonymous",
        }
    }

    pub(crate) fn id(&self) -> Option<UserId> {
        match self {
            Self::User { id, .. } => Some(*id),
            Self::System { .. } | Self::Anonymous => None,
        }
    }

    /// The actor of three columns; `what` names the first of them.
    pub(crate) fn of_columns(what: &'static str, kind: &str, id: Option<Uuid>, name: String) -> Result<Self> {
        match (kind, id) {
            ("user", Some(id)) => Ok(Self::User { id: UserId::from_uuid(id), name }),
            ("system", None) => Ok(Self::System { name }),
            ("anonymous", None) => Ok(Self::Anonymous),
            _ => Err(StorageError::corrupt(what, kind)),
        }
    }
}

/// An entry to append.
#[derive(Debug, Clone)]
pub struct NewAuditEntry {
    /// The id.
    pub id: AuditId,
    /// Now.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// Did what, such as `run.create`.
    pub action: String,
    /// To what, such as `run/0199…`; empty when to nothing.
    pub subject: String,
    /// Anything else worth keeping. Never a secret.
    pub detail: Value,
    /// The request that caused it.
    pub request_id: String,
}

/// An entry of the audit log.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AuditEntry {
    /// Its place in the chain, from 1 without gaps.
    pub seq: i64,
    /// The id.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// Did what.
    pub action: String,
    /// To what.
    pub subject: String,
    /// Anything else worth keeping.
    pub detail: Value,
    /// The request that caused it.
    pub request_id: String,
    /// SHA-256 over the hash before and this entry, in lower-case hexadecimal.
    pub hash: String,
}

/// Which entries to list.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// By the actor of this name only.
    pub actor: Option<String>,
    /// Of this action only.
    pub action: Option<String>,
    /// About this subject only.
    pub subject: Option<String>,
}

/// The audit log, to read and to check.
pub struct AuditRepository<'a> {
    pub(crate) handle: Handle<'a>,
}

impl AuditRepository<'_> {
    /// The entries, newest first.
    pub async fn list(&self, filter: &AuditFilter, page: PageRequest) -> Result<Page<AuditEntry>> {
        let mut query = Entity::find().order_by_desc(Column::Seq).limit(u64::from(page.limit.get()) + 1);
        if let Some(after) = row::after_sequence(page)? {
            query = query.filter(Column::Seq.lt(after));
        }
        let wanted =
            [(Column::ActorName, &filter.actor), (Column::Action, &filter.action), (Column::Subject, &filter.subject)];
        for (column, word) in wanted {
            if let Some(word) = word {
                query = query.filter(column.eq(row::text(word)));
            }
        }
        let found = query.all(self.handle.read()).await.map_err(StorageError::database("list audit entries"))?;
        Page::from_found(found, page.limit, |model| Cursor::Sequence(model.seq)).try_map(entry)
    }
}

fn entry(model: Model) -> Result<AuditEntry> {
    let actor = Actor::of_columns("audit_entries.actor_kind", &model.actor_kind, model.actor_id, model.actor_name)?;
    Ok(AuditEntry {
        seq: model.seq,
        id: AuditId::from_uuid(model.id),
        at: model.at,
        actor,
        action: model.action,
        subject: model.subject,
        detail: row::json("audit_entries.detail", &model.detail)?,
        request_id: model.request_id,
        hash: model.hash,
    })
}
