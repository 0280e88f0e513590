//! Appending to the chain: only within a transaction, together with the change.

use sea_orm::EntityTrait as _;
use sea_orm::sea_query::Expr;

use super::{AuditEntry, NewAuditEntry, chain, entry};
use crate::entities::{audit_entries, audit_head};
use crate::repositories::Repositories as _;
use crate::{Result, StorageError, Transaction, canonical_json, row};

impl Transaction {
    /// Appends an entry to the audit log. It is there when, and only when, the
    /// transaction commits.
    pub async fn append_audit(&self, new: NewAuditEntry) -> Result<AuditEntry> {
        let handle = self.handle();
        let db = handle.write();
        let head = audit_head::Entity::find().one(db).await;
        let head = head
            .map_err(StorageError::database("read the end of the audit log"))?
            .ok_or_else(|| StorageError::corrupt("audit_head", "the row is missing"))?;
        let mut row = audit_entries::Model {
            seq: head.seq + 1,
            id: new.id.as_uuid(),
            at: new.at,
            actor_kind: new.actor.kind().to_owned(),
            actor_id: new.actor.id().map(oriel_model::UserId::as_uuid),
            actor_name: row::text(new.actor.name()),
            action: row::text(&new.action),
            subject: row::text(&new.subject),
            detail: canonical_json(&new.detail),
            request_id: row::text(&new.request_id),
            hash: String::new(),
        };
        row.hash = chain::hash(&head.hash, &row);
        row::insert(db, "append to the audit log", row.clone()).await?;
        audit_head::Entity::update_many()
            .col_expr(audit_head::Column::Seq, Expr::value(row.seq))
            .col_expr(audit_head::Column::Hash, Expr::value(row.hash.clone()))
            .exec(db)
            .await
            .map_err(StorageError::database("move the end of the audit log"))?;
        entry(row)
    }
}
