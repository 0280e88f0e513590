//! Checking the chain from its first entry to its head.

use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};
use serde::Serialize;

use super::{AuditHead, AuditRepository, GENESIS, chain};
use crate::entities::audit_entries::{Column, Entity, Model};
use crate::entities::audit_head;
use crate::{Result, StorageError};

/// Entries read at a time.
const BATCH: u64 = 500;

/// The first thing that is wrong with the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Broken {
    /// The sequence number of the first entry that is wrong or missing.
    pub seq: i64,
    /// What is wrong.
    pub reason: String,
}

/// What a check of the chain found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// How many entries, from the first, are sound.
    pub entries: i64,
    /// The first that is not; none when all are.
    pub broken: Option<Broken>,
}

impl AuditRepository<'_> {
    /// The last entry's number and hash. Kept elsewhere, it shows later whether the
    /// chain up to it was rewritten.
    pub async fn head(&self) -> Result<AuditHead> {
        let found = audit_head::Entity::find().one(self.handle.read()).await;
        let head = found
            .map_err(StorageError::database("read the end of the audit log"))?
            .ok_or_else(|| StorageError::corrupt("audit_head", "the row is missing"))?;
        Ok(AuditHead { seq: head.seq, hash: head.hash })
    }

    /// Recomputes every hash up to the head, in bounded memory, and finds the first
    /// entry that is changed, missing or in the wrong place. Entries appended while
    /// it works are not looked at.
    pub async fn verify(&self) -> Result<Verification> {
        let head = self.head().await?;
        let mut checked = AuditHead { seq: 0, hash: GENESIS.to_owned() };
        while checked.seq < head.seq {
            let batch = self.batch(checked.seq, head.seq).await?;
            let broken = batch.iter().find_map(|row| step(&mut checked, row).err());
            let broken = broken.or_else(|| {
                batch.is_empty().then(|| Broken {
                    seq: checked.seq + 1,
                    reason: format!("entries {} to {} are missing", checked.seq + 1, head.seq),
                })
            });
            if broken.is_some() {
                return Ok(Verification { entries: checked.seq, broken });
            }
        }
        if checked != head {
            let reason = "the entry's hash is not the one noted as the end of the log".to_owned();
            let broken = Some(Broken { seq: head.seq, reason });
            return Ok(Verification { entries: head.seq.saturating_sub(1).max(0), broken });
        }
        let broken = self.beyond(&head).await?;
        Ok(Verification { entries: head.seq, broken })
    }

    async fn batch(&self, after: i64, until: i64) -> Result<Vec<Model>> {
        Entity::find()
            .filter(Column::Seq.gt(after))
            .filter(Column::Seq.lte(until))
            .order_by_asc(Column::Seq)
            .limit(BATCH)
            .all(self.handle.read())
            .await
            .map_err(StorageError::database("read the audit log"))
    }

    /// Entries after the head are forged, unless the head has moved on since.
    async fn beyond(&self, head: &AuditHead) -> Result<Option<Broken>> {
        let after = self.batch(head.seq, i64::MAX).await?;
        let Some(first) = after.first() else { return Ok(None) };
        if first.seq <= self.head().await?.seq {
            return Ok(None);
        }
        Ok(Some(Broken { seq: first.seq, reason: "the entry stands after the end of the log".to_owned() }))
    }
}

/// Moves `checked` over `row`, or tells why it cannot.
fn step(checked: &mut AuditHead, row: &Model) -> Result<(), Broken> {
    let expected = checked.seq + 1;
    if row.seq != expected {
        let reason = format!("entry {expected} is missing");
        return Err(Broken { seq: expected, reason });
    }
    let hash = chain::hash(&checked.hash, row);
    if hash != row.hash {
        let reason = "the entry or the one before it was changed: its hash does not fit".to_owned();
        return Err(Broken { seq: expected, reason });
    }
    *checked = AuditHead { seq: expected, hash };
    Ok(())
}
