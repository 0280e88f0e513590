//! Changing a base.
//!
//! ```text
//! authorize ─► the log is sound ─► carry out on a copy (an error: nothing was changed) ─► one transaction: append to the log if the version is
//! still the expected one, audit entry ─► commit: durable ─► publish to readers ─► answer; now and then a snapshot, apart
//! ```
//! What is published is what the bytes of the log give, so that loading the base again gives the same.

use std::sync::Arc;
use std::time::Duration;

use oriel_atomspace::query::Cancel;
use oriel_atomspace::space::{Limits, Space};
use oriel_identity::{Action, Context, audit, authorize};
use oriel_model::Timestamp;
use oriel_storage::{KnowledgeBase, KnowledgeSummary, NewKnowledgeChange, StorageError};
use serde::Serialize;
use serde_json::json;

use super::part::{Added, added, is_damage, nearest, passed_over};
use super::{check_words, subject};
use crate::cache::{Live, Loaded, Pace};
use crate::change::{Change, apply as carry_out};
use crate::error::{KnowledgeError, Result};
use crate::log::Pipe;
use crate::service::Knowledge;
use crate::snapshot::encode_piecewise;
use crate::work::GOING_THROUGH;

/// Which part of the memory that a base may take is for what joins which, while a snapshot is made of a larger one.
const JOINED: u64 = 8;
/// How soon a snapshot that is being made of a larger base stops when the service ends.
const NOTICED: Duration = Duration::from_millis(200);
/// How often a change without an expected version is tried again, where another process was faster.
const TRIES: u32 = 8;

/// What is noted with a change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Note {
    /// The version that the change is made for; none for the newest, whatever it is.
    pub expected: Option<u64>,
    /// What the caller says of it.
    pub text: String,
}

impl Note {
    /// A note for the newest version, whatever it is.
    pub fn of(text: impl Into<String>) -> Self {
        Self { expected: None, text: text.into() }
    }
}

/// A change that was made and is durable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Applied {
    /// The version that it made.
    pub version: u64,
    /// When.
    pub at: Timestamp,
    /// How many atoms there are now.
    pub atoms: u64,
    /// How many there were before.
    pub atoms_before: u64,
    /// The hash of the log up to it.
    pub hash: String,
}

/// Makes a change: all of it, or none where any of it cannot be carried out. When this returns, it is on the disk.
pub async fn apply(
    context: &Context,
    knowledge: &Knowledge,
    name: &str,
    change: Change,
    note: Note,
) -> Result<Applied> {
    authorize(context, Action::ChangeKnowledge)?;
    let base = knowledge.named(name).await?;
    make(context, knowledge, &base, "apply", Arc::new(change), &note).await
}

/// As [`apply`], for a change of this kind, of the base that this was when it was read: another may have its name by now.
pub(crate) async fn make(
    context: &Context,
    knowledge: &Knowledge,
    base: &KnowledgeBase,
    kind: &'static str,
    change: Arc<Change>,
    note: &Note,
) -> Result<Applied> {
    authorize(context, Action::ChangeKnowledge)?;
    check_words("note", &note.text)?;
    let (given, limit) = (change.bytes(), knowledge.inner.settings.change_bytes);
    if given > limit {
        return Err(KnowledgeError::TooLarge { given, limit });
    }
    if change.is_empty() {
        return Err(KnowledgeError::invalid("change", "there is nothing in it to be done"));
    }
    let mut tries = 1;
    loop {
        match once(context, knowledge, base, kind, &change, note).await {
            Err(KnowledgeError::Version { .. }) if note.expected.is_none() && tries < TRIES => tries += 1,
            done => return done,
        }
    }
}

async fn once(
    context: &Context,
    knowledge: &Knowledge,
    base: &KnowledgeBase,
    kind: &'static str,
    change: &Arc<Change>,
    note: &Note,
) -> Result<Applied> {
    let live = knowledge.inner.cache.live(base.id);
    let alone = live.writer.lock().await;
    // Another writer may have been waited for.
    let base = knowledge.again(base).await?;
    let limits = Limits { bytes: u64::MAX, atoms: knowledge.inner.settings.atoms, ..Limits::default() };
    let before = match knowledge.newest_alone(&base).await {
        Err(larger @ KnowledgeError::Larger { .. }) if change.only_adds() => {
            knowledge.check_log(&base, &live).await?;
            let made = unloaded(context, knowledge, (&base, &live), (change, limits), (kind, note)).await?;
            return made.ok_or(larger);
        }
        before => before?,
    };
    check_expected(before.version, note.expected)?;
    knowledge.check_log(&base, &live).await?;
    let (space, data) = prepared(&before, change, limits).await?;
    let (size, atoms) = (data.len() as u64, space.len() as u64);
    let at = (before.version, before.hash.as_str());
    let added = append(context, knowledge, (&base, at), change_of(context, (kind, note), (data, atoms))).await?;

    let loaded = Arc::new(Loaded {
        version: added.version,
        hash: added.hash.clone(),
        weight: before.weight + change.bytes(),
        space: Arc::new(space),
        pace: Pace { bytes: before.pace.bytes + size, ..before.pace },
    });
    knowledge.inner.cache.publish(base.id, Arc::clone(&loaded));
    drop(alone);
    if knowledge.is_due(&loaded)
        && let Some(turn) = live.begin_snapshot()
    {
        let (context, of, base) = (context.clone(), knowledge.clone(), base.clone());
        knowledge.inner.tasks.spawn(async move {
            keep_pace(&context, &of, &base, loaded).await;
            drop(turn);
        });
    }
    let (atoms, atoms_before) = (added.atoms, before.space.len() as u64);
    Ok(Applied { version: added.version, at: added.at, atoms, atoms_before, hash: added.hash })
}

fn check_expected(found: u64, expected: Option<u64>) -> Result<()> {
    match expected.filter(|expected| *expected != found) {
        Some(expected) => Err(KnowledgeError::Version { expected, found }),
        None => Ok(()),
    }
}

fn change_of(context: &Context, (kind, note): (&str, &Note), (data, atoms): (Vec<u8>, u64)) -> NewKnowledgeChange {
    let (kind, note) = (kind.to_owned(), note.text.clone());
    NewKnowledgeChange { actor: context.actor(), at: context.now(), kind, note, data, atoms }
}

/// Appends a change to the log, behind the version with this hash, together with its audit entry.
async fn append(
    context: &Context,
    knowledge: &Knowledge,
    (base, (version, hash)): (&KnowledgeBase, (u64, &str)),
    new: NewKnowledgeChange,
) -> Result<KnowledgeSummary> {
    let (kind, note, bytes) = (new.kind.clone(), new.note.clone(), new.data.len());
    let transaction = knowledge.inner.database.begin().await?;
    let appended = transaction.append_knowledge(base.id, (version, hash), new).await;
    let added = appended.map_err(|error| unfit(error, base, version))?.summary;
    let detail = json!({
        "name": base.name, "version": added.version, "kind": kind, "note": note, "atoms": added.atoms,
        "bytes": bytes, "hash": added.hash,
    });
    audit::record(context, &transaction, "knowledge.change", subject(base), detail).await?;
    transaction.commit().await?;
    Ok(added)
}

/// Makes a change to a base that is larger than one may be in memory, by what the change names; none where that is not enough.
async fn unloaded(
    context: &Context,
    knowledge: &Knowledge,
    (base, live): (&KnowledgeBase, &Arc<Live>),
    (change, limits): (&Arc<Change>, Limits),
    (kind, note): (&str, &Note),
) -> Result<Option<Applied>> {
    check_expected(base.version, note.expected)?;
    let Some(Added { hash, atoms_before, atoms, pace }) = added(knowledge, base, change, limits).await? else {
        return Ok(None);
    };
    let encoded = Arc::clone(change);
    let data = tokio::task::spawn_blocking(move || encoded.encode()).await??;
    let size = data.len() as u64;
    let new = change_of(context, (kind, note), (data, atoms));
    let added = append(context, knowledge, (base, (base.version, &hash)), new).await?;
    let pace = Pace { bytes: pace.bytes + size, ..pace };
    if knowledge.is_due_after((added.version, added.atoms), &pace)
        // One that fails after hours is not begun anew by each change.
        && live.failed_at().is_none_or(|failed| added.version >= failed + knowledge.inner.settings.snapshot_changes)
        && let Some(turn) = live.begin_snapshot()
    {
        let (of, base, at, context) = (knowledge.clone(), base.clone(), added.clone(), context.clone());
        let making = async move {
            if let Err(error) = kept_unloaded(&context, &of, &base, &at).await {
                tracing::warn!(base = base.name, version = at.version, %error, "no snapshot was made");
                turn.failed(at.version);
            }
        };
        knowledge.inner.tasks.spawn(knowledge.inner.snapshots.track_future(making));
    }
    Ok(Some(Applied { version: added.version, at: added.at, atoms, atoms_before, hash: added.hash }))
}

/// Makes a snapshot of a version of a base that is not loaded: of the snapshot before, and what came after it. Where that turns out to be
/// damaged, of the one before. Stops when the service ends.
async fn kept_unloaded(
    context: &Context,
    knowledge: &Knowledge,
    base: &KnowledgeBase,
    at: &KnowledgeSummary,
) -> Result<()> {
    let mut before = u64::MAX;
    loop {
        let room = knowledge.inner.loads.room().await;
        let found = tokio::select! {
            found = nearest(knowledge, base, (at.version, before), GOING_THROUGH) => found?,
            () = ending(knowledge) => None,
        };
        drop(room);
        let Some((of, mut grown)) = found else { return Ok(()) };
        let (version, hash, cancel) = (at.version, at.hash.clone(), Cancel::new());
        let (bytes, stop) = (knowledge.inner.settings.base_bytes / JOINED, cancel.clone());
        let make = move |out: Pipe| encode_piecewise(&mut grown, (version, &hash), bytes, out, &cancel);
        let mut making = std::pin::pin!(knowledge.snapshot_by(base, version, context.now(), make));
        let made = tokio::select! {
            made = &mut making => made,
            () = ending(knowledge) => {
                stop.cancel();
                // What is written of it is taken away.
                making.await
            }
        };
        match made {
            Err(error) if is_damage(&error) => passed_over(base, of, &error),
            made => return made.map(drop),
        }
        before = of;
    }
}

/// Waits until the service ends.
async fn ending(knowledge: &Knowledge) {
    while !knowledge.inner.tasks.is_closed() {
        tokio::time::sleep(NOTICED).await;
    }
}

/// An error of appending. Where another end of the log is noted than the one that was read, what is appended could never be
/// read: the base is damaged.
fn unfit(error: StorageError, base: &KnowledgeBase, version: u64) -> KnowledgeError {
    match error {
        StorageError::Corrupt { what, why } => {
            KnowledgeError::Damaged { name: base.name.clone(), version, why: format!("{what}: {why}") }
        }
        other => other.into(),
    }
}

/// The content after the change, and the change as the log keeps it.
async fn prepared(before: &Arc<Loaded>, change: &Arc<Change>, limits: Limits) -> Result<(Space, Vec<u8>)> {
    let (before, change) = (Arc::clone(before), Arc::clone(change));
    tokio::task::spawn_blocking(move || {
        let mut space = Space::clone(&before.space);
        if !carry_out(&mut space, &change, limits)? {
            return Err(KnowledgeError::Nothing);
        }
        Ok((space, change.encode()?))
    })
    .await?
}

/// Makes a snapshot of what was published. The change is durable by its log: a snapshot that fails is only missed.
async fn keep_pace(context: &Context, knowledge: &Knowledge, base: &KnowledgeBase, loaded: Arc<Loaded>) {
    let pace = match knowledge.snapshot(base, &loaded, context.now()).await {
        Ok(pace) => pace,
        Err(error) => {
            tracing::warn!(base = base.name, version = loaded.version, %error, "no snapshot was made");
            return;
        }
    };
    let live = knowledge.inner.cache.live(base.id);
    let alone = live.writer.lock().await;
    let Some(now) = live.published() else { return };
    let (space, version) = (Arc::clone(&now.space), now.version);
    let weight = tokio::task::spawn_blocking(move || crate::cache::weight(&space)).await.unwrap_or(now.weight);
    // What was changed while the snapshot was made comes after it.
    let pace = Pace { bytes: now.pace.bytes.saturating_sub(loaded.pace.bytes), ..pace };
    let (hash, space) = (now.hash.clone(), Arc::clone(&now.space));
    knowledge.inner.cache.publish(base.id, Arc::new(Loaded { version, hash, space, weight, pace }));
    drop(alone);
}
