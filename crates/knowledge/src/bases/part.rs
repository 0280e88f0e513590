//! Reading a part of what a base holds, where all of it is more than is needed, or than memory has room for.

use std::sync::Arc;
use std::time::Duration;

use oriel_atomspace::query::Cancel;
use oriel_atomspace::space::{AtomType, Limits, Space, SpaceError};
use oriel_identity::Context;
use oriel_storage::{KnowledgeBase, KnowledgeChange, KnowledgeSnapshot, Repositories as _};

use super::read::version_of;
use super::{At, Selection, View, read};
use crate::cache::Pace;
use crate::change::{Change, apply as carry_out};
use crate::error::{KnowledgeError, Result};
use crate::part::{Atoms as _, Grown, Held, Step, chosen, copied};
use crate::service::{Knowledge, readable};
use crate::snapshot::Stored;
use crate::work::{LOOKING, in_time, looking};

/// What a base holds, as far as it is selected: a space of its own, with the atoms in the order of the base. All of it where
/// nothing is selected, as [`read`] gives it.
///
/// Where the version is not held, the part is read from the nearest snapshot, at places, with the changes after it laid on top.
/// That takes memory for the part, for the atoms that those changes name, for the blocks that were read last, and a few bits
/// for each atom of the base. Without a snapshot that can be read, or where so much was changed after it that a part would cost
/// more than the whole, the base is loaded whole, if there is room for it.
pub async fn part(context: &Context, knowledge: &Knowledge, name: &str, at: At, selection: &Selection) -> Result<View> {
    if selection.is_whole() {
        return read(context, knowledge, name, at).await;
    }
    let base = readable(context, knowledge, name).await?;
    let version = version_of(knowledge, &base, at).await?;
    let space = match knowledge.is_held(&base, version) {
        Some(held) => of_held(held.space.clone(), selection).await?,
        None => match stored(knowledge, &base, version, selection).await? {
            Some(space) => space,
            None => of_held(knowledge.at_version(&base, version).await?.space.clone(), selection).await?,
        },
    };
    Ok(View { version, space: Arc::new(space), base })
}

async fn of_held(space: Arc<Space>, selection: &Selection) -> Result<Space> {
    let selection = selection.clone();
    looking(move |cancel| {
        let mut held = Held(&space);
        let chosen = chosen(&mut held, &selection, &cancel)?;
        copied(&mut held, &chosen, &cancel)
    })
    .await?
}

/// By the nearest snapshot that can be read in part; none where there is none.
async fn stored(
    knowledge: &Knowledge,
    base: &KnowledgeBase,
    version: u64,
    selection: &Selection,
) -> Result<Option<Space>> {
    let (selection, name) = (selection.clone(), base.name.clone());
    let read = move |mut grown: Grown, cancel: &Cancel| {
        let chosen = chosen(&mut grown, &selection, cancel)?;
        let space = copied(&mut grown, &chosen, cancel)?;
        tracing::debug!(base = name, atoms = space.len(), bytes = grown.bytes_read(), "a part was read of a snapshot");
        Ok(space)
    };
    on_stored(knowledge, base, (version, LOOKING), read).await
}

/// What is found in the nearest snapshot that can be read in part, with the changes after it laid on top, within a time; none where there
/// is no such snapshot, or where to load the base costs less and there is room for it. A snapshot that turns out to be damaged, while it is
/// looked at too, is passed over, and `look` begins anew with the one before.
///
/// What is only looked around in counts as a load that long. Who goes through all of it holds up no load: that takes long, and little memory.
pub(crate) async fn on_stored<T: Send + 'static>(
    knowledge: &Knowledge,
    base: &KnowledgeBase,
    (version, time): (u64, Duration),
    look: impl Fn(Grown, &Cancel) -> Result<T> + Clone + Send + 'static,
) -> Result<Option<T>> {
    let mut before = u64::MAX;
    loop {
        let mut room = Some(knowledge.inner.loads.room().await);
        let Some((of, grown)) = nearest(knowledge, base, (version, before), time).await? else { return Ok(None) };
        drop(room.take_if(|_| time > LOOKING));
        let look = look.clone();
        match in_time(time, move |cancel| look(grown, &cancel)).await? {
            Err(error) if is_damage(&error) => passed_over(base, of, &error),
            done => return done.map(Some),
        }
        before = of;
    }
}

/// The nearest snapshot that can be read in part, of those of versions before another, with the changes after it laid on top, and the
/// version that it is of; none where there is none, or where to load the base costs less. It is opened, and not read yet: the rest of it may
/// turn out to be damaged.
pub(super) async fn nearest(
    knowledge: &Knowledge,
    base: &KnowledgeBase,
    (version, before): (u64, u64),
    time: Duration,
) -> Result<Option<(u64, Grown)>> {
    for noted in knowledge.inner.database.knowledge().snapshots(base.id, version).await? {
        let of = noted.version;
        if of >= before {
            continue;
        }
        if is_dear(knowledge, base, (&noted, version)).await? {
            return Ok(None);
        }
        match opened(knowledge, base, (noted, version), time).await {
            Err(error) if is_damage(&error) => passed_over(base, of, &error),
            opened => return opened.map(|grown| Some((of, grown))),
        }
    }
    Ok(None)
}

/// Whether an error is of what was read: an earlier snapshot may be better.
pub(super) fn is_damage(error: &KnowledgeError) -> bool {
    matches!(error, KnowledgeError::Snapshot(_) | KnowledgeError::Space(_) | KnowledgeError::Damaged { .. })
}

pub(super) fn passed_over(base: &KnowledgeBase, version: u64, error: &KnowledgeError) {
    tracing::warn!(base = base.name, version, %error, "a snapshot is passed over");
}

/// What a snapshot has, with the changes after it laid on top.
async fn opened(
    knowledge: &Knowledge,
    base: &KnowledgeBase,
    (noted, version): (KnowledgeSnapshot, u64),
    time: Duration,
) -> Result<Grown> {
    let name = base.name.clone();
    let Some(path) = knowledge.inner.blobs.file(&noted.sha256).await? else {
        let why = "its snapshot is missing".to_owned();
        return Err(KnowledgeError::Damaged { name, version: noted.version, why });
    };
    let changes = tail(knowledge, base, (noted.version, version)).await?;
    let open = move |cancel| {
        let stored = Stored::open(&path, noted.size_bytes)?;
        let steps = steps(&stored, (&noted, changes), &name)?;
        Grown::of(stored, &steps, &name, &cancel)
    };
    in_time(time, open).await?
}

/// What a change would do to a base that is not loaded.
#[derive(Debug)]
pub(super) struct Added {
    /// The hash of the log before it.
    pub(super) hash: String,
    /// How many atoms there were.
    pub(super) atoms_before: u64,
    /// How many there would be.
    pub(super) atoms: u64,
    /// The snapshot that was read, and what came after it until then.
    pub(super) pace: Pace,
}

/// What a change that only adds would do to the newest version of a base, which is not loaded for that: the atoms that it names, with
/// what those are made of and carry, are all that it can touch, and they are read from the nearest snapshot. None where that is not
/// all, for it states or defines something, which takes the place of another, or has variables, by whose names nothing is found; or
/// where no snapshot can be read in part.
pub(super) async fn added(
    knowledge: &Knowledge,
    base: &KnowledgeBase,
    change: &Arc<Change>,
    limits: Limits,
) -> Result<Option<Added>> {
    let _room = knowledge.inner.loads.room().await;
    for noted in knowledge.inner.database.knowledge().snapshots(base.id, base.version).await? {
        let Some(path) = knowledge.inner.blobs.file(&noted.sha256).await? else { continue };
        let changes = tail(knowledge, base, (noted.version, base.version)).await?;
        let bytes = changes.iter().map(|change| change.summary.size_bytes).sum();
        let pace = Pace { version: noted.version, size: noted.size_bytes, atoms: noted.atoms, bytes };
        let (name, of, change) = (base.name.clone(), noted.version, Arc::clone(change));
        let read = looking(move |cancel| {
            let open = || Stored::open(&path, noted.size_bytes);
            let stored = open()?;
            let hash = changes.last().map_or_else(|| stored.noted().1.to_owned(), |last| last.summary.hash.clone());
            let mut steps = steps(&stored, (&noted, changes), &name)?;
            let before = Grown::of(stored, &steps, &name, &cancel)?;
            if !is_found_by_name(&mut before.empty(), &change, limits)? {
                return Ok(None);
            }
            let (atoms_before, change) = (before.len(), Change::clone(&change));
            steps.push(Step { version: noted.version + steps.len() as u64 + 1, change, atoms: None });
            let atoms = Grown::of(open()?, &steps, &name, &cancel)?.len();
            if atoms > limits.atoms as u64 {
                return Err(SpaceError::Full.into());
            }
            Ok(Some(Added { hash, atoms_before, atoms, pace }))
        });
        match read.await? {
            Err(error @ (KnowledgeError::Snapshot(_) | KnowledgeError::Damaged { .. })) => {
                tracing::warn!(base = base.name, version = of, %error, "a snapshot is passed over");
            }
            done => return done,
        }
    }
    Ok(None)
}

/// Whether all that a change touches is found by what the change names. Its mistakes are told, as where the base is loaded.
fn is_found_by_name(apart: &mut Space, change: &Change, limits: Limits) -> Result<bool> {
    if !carry_out(apart, change, limits)? {
        return Err(KnowledgeError::Nothing);
    }
    let beyond = [AtomType::STATE, AtomType::DEFINE, AtomType::VARIABLE, AtomType::GLOB];
    Ok(beyond.into_iter().all(|of| apart.by_type_is_a(of).next().is_none()))
}

/// Whether the changes after a snapshot, up to a version, are so many that to lay them on a part of it costs more than to load the
/// base; and whether there is room for that.
async fn is_dear(
    knowledge: &Knowledge,
    base: &KnowledgeBase,
    (noted, version): (&KnowledgeSnapshot, u64),
) -> Result<bool> {
    let log = knowledge.inner.database.knowledge();
    let after = log.bytes_after(base.id, noted.version).await?.saturating_sub(log.bytes_after(base.id, version).await?);
    // To find out what a change does to a part takes about three times as long as to carry it out. Few changes are soon laid.
    let few = knowledge.inner.settings.snapshot_bytes / 8;
    Ok(after > few.max(noted.size_bytes / 2) && knowledge.has_room(base, noted.atoms).is_ok())
}

/// The changes after a snapshot, if it is what was noted and they follow it.
fn steps(
    stored: &Stored,
    (noted, changes): (&KnowledgeSnapshot, Vec<KnowledgeChange>),
    name: &str,
) -> Result<Vec<Step>> {
    let (version, hash, atoms) = stored.noted();
    if (version, u64::from(atoms)) != (noted.version, noted.atoms) {
        let why = "its snapshot is of another version".to_owned();
        return Err(KnowledgeError::Damaged { name: name.to_owned(), version: noted.version, why });
    }
    decoded(changes, (version, Some(hash.to_owned())), name)
}

/// What the changes after a version say, in their order, if they follow each other, and the hash of the log up to there where it is known.
pub(crate) fn decoded(
    changes: Vec<KnowledgeChange>,
    (mut version, mut hash): (u64, Option<String>),
    name: &str,
) -> Result<Vec<Step>> {
    let damaged = |version, why: &str| KnowledgeError::Damaged { name: name.to_owned(), version, why: why.to_owned() };
    let mut steps = Vec::new();
    for change in changes {
        version += 1;
        if change.summary.version != version || hash.is_some_and(|hash| !change.follows(&hash)) {
            return Err(damaged(version, "the change is missing, or does not follow the one before it"));
        }
        let decoded = Change::decode(&change.data).map_err(|error| damaged(version, &error.to_string()))?;
        steps.push(Step { version, change: decoded, atoms: Some(change.summary.atoms) });
        hash = Some(change.summary.hash);
    }
    Ok(steps)
}

/// The changes after a version, up to another.
pub(crate) async fn tail(
    knowledge: &Knowledge,
    base: &KnowledgeBase,
    (mut after, until): (u64, u64),
) -> Result<Vec<KnowledgeChange>> {
    let mut all = Vec::new();
    while after < until {
        let changes = knowledge.inner.database.knowledge().changes(base.id, after, until).await?;
        let Some(last) = changes.last() else {
            let why = "the change is missing".to_owned();
            return Err(KnowledgeError::Damaged { name: base.name.clone(), version: after + 1, why });
        };
        after = last.summary.version;
        all.extend(changes);
    }
    Ok(all)
}
