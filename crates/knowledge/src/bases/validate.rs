//! Checking that a base is what its log says.

use std::sync::Arc;

use oriel_atomspace::space::Space;
use oriel_identity::{Action, Context, audit, authorize};
use oriel_storage::audit::{Broken, GENESIS};
use oriel_storage::{KnowledgeBase, KnowledgeSnapshot, Repositories as _};
use serde::Serialize;
use serde_json::json;

use super::subject;
use crate::cache::{Loaded, Pace};
use crate::error::{KnowledgeError, Result};
use crate::service::{Knowledge, readable};

/// What a check of a base found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Validation {
    /// How many changes, from the first, are sound: their hashes follow each other, and they can be carried out.
    pub changes: u64,
    /// How many atoms they give.
    pub atoms: u64,
    /// The first change that is not sound.
    pub broken: Option<Broken>,
    /// Each snapshot.
    pub snapshots: Vec<SnapshotFinding>,
    /// Whether what is held in memory is what the log gives; none where nothing is held.
    pub memory: Option<bool>,
    /// Whether snapshots were made anew.
    pub repaired: bool,
}

/// What was found of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SnapshotFinding {
    /// Its version.
    pub version: u64,
    /// What is wrong with it; none where it holds what the log gives.
    pub wrong: Option<String>,
}

impl Validation {
    /// Whether nothing is wrong. A snapshot that was wrong and was made anew is not any more.
    pub fn is_sound(&self) -> bool {
        let snapshots = self.repaired || self.snapshots.iter().all(|snapshot| snapshot.wrong.is_none());
        self.broken.is_none() && snapshots && self.memory != Some(false)
    }
}

/// Carries the whole log of a base out from nothing, checking its hashes, and holds each snapshot and what is in memory
/// against what that gives. `progress` is told how many changes are done, and of how many. Where `repair`, snapshots that are
/// wrong are dropped, and the newest is made anew.
pub async fn validate(
    context: &Context,
    knowledge: &Knowledge,
    name: &str,
    repair: bool,
    progress: &mut (dyn FnMut(u64, u64) + Send),
) -> Result<Validation> {
    let base = readable(context, knowledge, name).await?;
    if repair {
        authorize(context, Action::ManageKnowledge)?;
    }
    // The semaphore is never closed.
    let _alone = knowledge.inner.checks.acquire().await.ok();
    let chain = knowledge.inner.database.knowledge().verify(base.id).await?;
    let noted = knowledge.inner.database.knowledge().snapshots(base.id, base.version).await?;
    let mut found =
        Validation { changes: 0, atoms: 0, broken: chain.broken, snapshots: Vec::new(), memory: None, repaired: false };
    let hash = GENESIS.to_owned();
    let empty = Loaded { version: 0, hash, space: Arc::new(Space::new()), weight: 1, pace: Pace::default() };
    let mut content = Arc::new(empty);
    for snapshot in noted.iter().rev() {
        content = replayed(knowledge, &base, content, snapshot.version, (&mut found, &mut *progress)).await?;
        let wrong = if content.version == snapshot.version {
            wrong(knowledge, snapshot, &content).await
        } else {
            Some("the log cannot be carried out up to it".to_owned())
        };
        found.snapshots.push(SnapshotFinding { version: snapshot.version, wrong });
    }
    content = replayed(knowledge, &base, content, base.version, (&mut found, &mut *progress)).await?;
    progress(base.version, base.version);
    (found.changes, found.atoms) = (content.version, content.space.len() as u64);
    if let Some(held) = knowledge.inner.cache.live(base.id).published().filter(|held| held.version == content.version) {
        let replayed = Arc::clone(&content);
        found.memory = Some(tokio::task::spawn_blocking(move || held.space.same_content(&replayed.space)).await?);
    }
    if repair && found.broken.is_none() {
        found.repaired = repaired(context, knowledge, &base, (&noted, &found.snapshots), &content).await?;
    }
    Ok(found)
}

/// The content at a version, carried out from an earlier one; where the log does not lead there, which is noted, the content
/// at the last version before that it leads to.
async fn replayed(
    knowledge: &Knowledge,
    base: &KnowledgeBase,
    from: Arc<Loaded>,
    version: u64,
    (found, progress): (&mut Validation, &mut (dyn FnMut(u64, u64) + Send)),
) -> Result<Arc<Loaded>> {
    let mut reached = |version| progress(version, base.version);
    match knowledge.advance_told(base, Arc::clone(&from), version, &mut reached).await {
        Ok(content) => Ok(Arc::new(content)),
        Err(KnowledgeError::Damaged { version, why, .. }) => {
            let broken = Broken { seq: i64::try_from(version).unwrap_or(i64::MAX), reason: why };
            found.broken.get_or_insert(broken);
            let sound = version.saturating_sub(1).max(from.version);
            knowledge.advance(base, from, sound).await.map(Arc::new)
        }
        Err(KnowledgeError::Storage(error)) => {
            // A change that cannot be read was found by its place already; anything else is no finding.
            let Some(sound) = found.broken.as_ref().and_then(|broken| u64::try_from(broken.seq - 1).ok()) else {
                return Err(error.into());
            };
            let sound = sound.min(version).max(from.version);
            knowledge.advance(base, from, sound).await.map(Arc::new)
        }
        Err(other) => Err(other),
    }
}

/// What is wrong with a snapshot, given what the log gives.
async fn wrong(knowledge: &Knowledge, noted: &KnowledgeSnapshot, content: &Arc<Loaded>) -> Option<String> {
    let read = match knowledge.read_snapshot(noted).await {
        Ok(read) => read,
        Err(why) => return Some(why),
    };
    if read.hash != content.hash {
        return Some("it was made from another log".to_owned());
    }
    let content = Arc::clone(content);
    let compared = tokio::task::spawn_blocking(move || read.space.same_content(&content.space)).await;
    match compared {
        Ok(true) => None,
        Ok(false) => Some("it holds something else than the log gives".to_owned()),
        Err(error) => Some(error.to_string()),
    }
}

/// Drops the snapshots that are wrong, and makes the newest anew; whether any was wrong.
async fn repaired(
    context: &Context,
    knowledge: &Knowledge,
    base: &KnowledgeBase,
    (noted, found): (&[KnowledgeSnapshot], &[SnapshotFinding]),
    content: &Loaded,
) -> Result<bool> {
    let is_wrong =
        |noted: &&KnowledgeSnapshot| found.iter().any(|found| found.version == noted.version && found.wrong.is_some());
    let gone: Vec<&KnowledgeSnapshot> = noted.iter().filter(is_wrong).collect();
    if gone.is_empty() {
        return Ok(false);
    }
    let versions: Vec<u64> = gone.iter().map(|snapshot| snapshot.version).collect();
    let transaction = knowledge.inner.database.begin().await?;
    for version in &versions {
        transaction.knowledge().remove_snapshot(base.id, *version).await?;
    }
    let detail = json!({ "name": base.name, "version": base.version, "snapshots_dropped": versions });
    audit::record(context, &transaction, "knowledge.repair", subject(base), detail).await?;
    for snapshot in &gone {
        knowledge.inner.blobs.release(&snapshot.sha256).await?;
    }
    transaction.commit().await?;
    for snapshot in gone {
        knowledge.drop_snapshot(snapshot).await?;
    }
    if content.version == base.version {
        knowledge.snapshot(base, content, context.now()).await?;
    }
    Ok(true)
}
