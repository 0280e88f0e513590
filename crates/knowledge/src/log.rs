//! From a log to content: the nearest snapshot that can be read, and the changes after it.

use std::sync::Arc;

use oriel_atomspace::space::Space;
use oriel_storage::audit::{GENESIS, hexadecimal};
use oriel_storage::{BlobInfo, KnowledgeBase, KnowledgeChange, KnowledgeSnapshot, Repositories as _};
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt as _, DuplexStream};
use tokio_util::io::SyncIoBridge;

use crate::cache::{Live, Loaded, Pace, weight};
use crate::change::{Change, apply, unbounded};
use crate::error::{KnowledgeError, Result};
use crate::service::Knowledge;
use crate::snapshot::{Snapshot, decode, encode};

/// The largest snapshot that is read or written.
const LARGEST: u64 = 64 << 30;
/// Bytes of memory that an atom of a graph takes, about, with what leads to it.
const ATOM: u64 = 96;
/// Which part of a snapshot the changes after it may come to, beside what the settings allow in any case: so a base that grows is
/// written about five times over altogether.
const SMALL_TAIL: u64 = 4;
/// Bytes of a snapshot that wait to be written.
const PIPE: usize = 1 << 20;

/// Where a snapshot is written to, as it is made.
pub(crate) type Pipe = SyncIoBridge<DuplexStream>;

impl Knowledge {
    /// The content of a base at a version. A snapshot that is missing, damaged, or of another log is passed over: an
    /// earlier one and the log give the same.
    pub(crate) async fn load(&self, base: &KnowledgeBase, version: u64) -> Result<Loaded> {
        let _room = self.inner.loads.room().await;
        let knowledge = self.inner.database.knowledge();
        let snapshots = knowledge.snapshots(base.id, version).await?;
        if let Some(newest) = snapshots.first() {
            self.has_room(base, newest.atoms)?;
        }
        for noted in snapshots {
            let started = match self.read_snapshot(&noted).await {
                Ok(found) => {
                    let (version, size, atoms) = (noted.version, noted.size_bytes, noted.atoms);
                    let pace = Pace { version, size, atoms, bytes: knowledge.bytes_after(base.id, version).await? };
                    Loaded { version, hash: found.hash, weight: 0, space: Arc::new(found.space), pace }
                }
                Err(why) => {
                    tracing::warn!(base = base.name, version = noted.version, why, "a snapshot is passed over");
                    continue;
                }
            };
            match self.advance(base, Arc::new(started), version).await {
                Err(KnowledgeError::Damaged { version, why, .. }) => {
                    tracing::warn!(
                        base = base.name,
                        snapshot = noted.version,
                        version,
                        why,
                        "a snapshot is passed over"
                    );
                }
                done => return done,
            }
        }
        let space = Arc::new(Space::new());
        let pace = Pace { bytes: knowledge.bytes_after(base.id, 0).await?, ..Pace::default() };
        let empty = Loaded { version: 0, hash: GENESIS.to_owned(), space, weight: 0, pace };
        self.advance(base, Arc::new(empty), version).await
    }

    /// An error where a base of so many atoms takes more than one may.
    pub(crate) fn has_room(&self, base: &KnowledgeBase, atoms: u64) -> Result<()> {
        let (bytes, limit) = (atoms.saturating_mul(ATOM), self.inner.settings.base_bytes);
        if bytes <= limit {
            return Ok(());
        }
        Err(KnowledgeError::Larger { name: base.name.clone(), atoms, bytes, limit })
    }

    /// How many atoms may be held of a base; those of so many bytes in any case.
    pub(crate) fn room_for_atoms(&self, always: u64) -> u64 {
        self.inner.settings.base_bytes.max(always) / ATOM
    }

    /// An error where the log of a base is damaged: nothing is to be added to it, for no backup takes it any more. What was
    /// loaded was checked from its snapshot on; this checks what is before that too, once in a process, of a log that is not
    /// so long that it would hold up the change.
    pub(crate) async fn check_log(&self, base: &KnowledgeBase, live: &Live) -> Result<()> {
        let knowledge = self.inner.database.knowledge();
        if live.is_checked() {
            return Ok(());
        }
        let is_long = knowledge.bytes_after(base.id, 0).await? > self.inner.settings.checked_bytes;
        let broken = if is_long { None } else { knowledge.verify(base.id).await?.broken };
        if let Some(broken) = broken {
            let version = u64::try_from(broken.seq).unwrap_or_default();
            return Err(KnowledgeError::Damaged { name: base.name.clone(), version, why: broken.reason });
        }
        live.set_checked();
        Ok(())
    }

    /// Carries out what the log has after some content, up to a version.
    pub(crate) async fn advance(&self, base: &KnowledgeBase, from: Arc<Loaded>, until: u64) -> Result<Loaded> {
        self.advance_told(base, from, until, &mut |_| ()).await
    }

    /// As [`Knowledge::advance`], telling now and then which version was reached.
    pub(crate) async fn advance_told(
        &self,
        base: &KnowledgeBase,
        from: Arc<Loaded>,
        until: u64,
        reached: &mut (dyn FnMut(u64) + Send),
    ) -> Result<Loaded> {
        let mut on =
            Replay { version: from.version, hash: from.hash.clone(), space: Space::clone(&from.space), bytes: 0 };
        while on.version < until {
            let changes = self.inner.database.knowledge().changes(base.id, on.version, until).await?;
            let at = on.version + 1;
            let damaged = |(version, why)| KnowledgeError::Damaged { name: base.name.clone(), version, why };
            if changes.is_empty() {
                return Err(damaged((at, "the change is missing".to_owned())));
            }
            on =
                tokio::task::spawn_blocking(move || changes.iter().try_for_each(|change| on.step(change)).map(|()| on))
                    .await?
                    .map_err(damaged)?;
            reached(on.version);
        }
        let Replay { version, hash, space, bytes } = on;
        let (weight, space) = tokio::task::spawn_blocking(move || (weight(&space), space)).await?;
        // Loading counts the bytes after the snapshot; who goes on from there adds to them.
        let pace = if from.weight == 0 { from.pace } else { Pace { bytes: from.pace.bytes + bytes, ..from.pace } };
        Ok(Loaded { version, hash, space: Arc::new(space), weight, pace })
    }

    /// A snapshot, if it is what was noted; else why not.
    pub(crate) async fn read_snapshot(&self, noted: &KnowledgeSnapshot) -> Result<Snapshot, String> {
        let opened = self.inner.blobs.open(&noted.sha256).await.map_err(|error| error.to_string())?;
        let opened = opened.ok_or_else(|| "it is missing".to_owned())?;
        if opened.size != noted.size_bytes {
            return Err(format!("it has {} bytes in place of {}", opened.size, noted.size_bytes));
        }
        let mut bytes = Vec::new();
        let read = opened.bytes.take(noted.size_bytes.saturating_add(1)).read_to_end(&mut bytes).await;
        read.map_err(|error| format!("it cannot be read: {error}"))?;
        let noted = noted.clone();
        let checked = move || {
            if hexadecimal(&Sha256::digest(&bytes)) != noted.sha256 {
                return Err("its hash does not fit: the file was damaged".to_owned());
            }
            let found = decode(&bytes).map_err(|error| error.to_string())?;
            if (found.version, found.space.len() as u64) != (noted.version, noted.atoms) {
                return Err("it is of another version".to_owned());
            }
            Ok(found)
        };
        tokio::task::spawn_blocking(checked).await.map_err(|error| error.to_string())?
    }

    /// Whether a snapshot of this content would be worth its making. What comes after the last one is kept small beside it: a part
    /// of the base is read from that snapshot, and all changes after it are laid on top.
    pub(crate) fn is_due(&self, loaded: &Loaded) -> bool {
        self.is_due_after((loaded.version, loaded.space.len() as u64), &loaded.pace)
    }

    /// As [`Knowledge::is_due`], of a version that has so many atoms.
    pub(crate) fn is_due_after(&self, (version, atoms): (u64, u64), pace: &Pace) -> bool {
        let settings = &self.inner.settings;
        version.saturating_sub(pace.version) >= settings.snapshot_changes
            || pace.bytes >= settings.snapshot_bytes.max(pace.size / SMALL_TAIL)
            || atoms.abs_diff(pace.atoms) >= (settings.snapshot_atoms as u64).max(pace.atoms / SMALL_TAIL)
    }

    /// Makes a snapshot, and lets go of those that are too many. Its file is durable before it is noted.
    pub(crate) async fn snapshot(
        &self,
        base: &KnowledgeBase,
        loaded: &Loaded,
        at: oriel_model::Timestamp,
    ) -> Result<Pace> {
        let (space, version, hash) = (Arc::clone(&loaded.space), loaded.version, loaded.hash.clone());
        let making = move |out: Pipe| Ok(encode(&space, version, &hash, out).map(|()| space.len() as u64)?);
        self.snapshot_by(base, version, at, making).await
    }

    /// As [`Knowledge::snapshot`], of what somebody writes, who tells how many atoms that are.
    pub(crate) async fn snapshot_by(
        &self,
        base: &KnowledgeBase,
        version: u64,
        at: oriel_model::Timestamp,
        making: impl FnOnce(Pipe) -> Result<u64> + Send + 'static,
    ) -> Result<Pace> {
        let (stored, atoms) = self.write_snapshot(making).await?;
        let new = KnowledgeSnapshot {
            base_id: base.id,
            version,
            sha256: stored.sha256,
            size_bytes: stored.size,
            atoms,
            created_at: at,
        };
        let knowledge = self.inner.database.knowledge();
        // One that was noted and turned out to be damaged gives way.
        knowledge.remove_snapshot(base.id, version).await?;
        knowledge.add_snapshot(new.clone()).await?;
        self.inner.blobs.claim(&new.sha256).await?;
        let noted = knowledge.snapshots(base.id, u64::MAX).await?;
        for version in superfluous(noted.iter().map(|snapshot| snapshot.version), self.inner.settings.snapshots_kept) {
            if let Some(gone) = noted.iter().find(|snapshot| snapshot.version == version) {
                self.drop_snapshot(gone).await?;
            }
        }
        Ok(Pace { version, size: stored.size, atoms, bytes: 0 })
    }

    /// Writes a snapshot as a blob, as it is made.
    async fn write_snapshot(
        &self,
        making: impl FnOnce(Pipe) -> Result<u64> + Send + 'static,
    ) -> Result<(BlobInfo, u64)> {
        let (mut made, out) = tokio::io::duplex(PIPE);
        let out = SyncIoBridge::new(out);
        let making = tokio::task::spawn_blocking(move || making(out));
        let stored = self.inner.blobs.put(&mut made, LARGEST).await;
        // Where it is not taken, who makes it is told.
        drop(made);
        let done = making.await?;
        let stored = stored?;
        match done {
            Ok(atoms) => Ok((stored, atoms)),
            Err(error) => {
                // What came until then is no snapshot.
                self.inner.blobs.delete(&stored.sha256).await?;
                Err(error)
            }
        }
    }

    /// Forgets a snapshot and deletes its file, unless another base has the same.
    pub(crate) async fn drop_snapshot(&self, gone: &KnowledgeSnapshot) -> Result<()> {
        let knowledge = self.inner.database.knowledge();
        self.inner.blobs.release(&gone.sha256).await?;
        knowledge.remove_snapshot(gone.base_id, gone.version).await?;
        if knowledge.is_snapshot(&gone.sha256).await? {
            self.inner.blobs.claim(&gone.sha256).await?;
        } else {
            self.inner.blobs.delete(&gone.sha256).await?;
        }
        Ok(())
    }
}

/// The log being carried out.
struct Replay {
    version: u64,
    hash: String,
    space: Space,
    bytes: u64,
}

impl Replay {
    /// Carries out the next change; where that fails, the version that cannot be made, and why.
    fn step(&mut self, change: &KnowledgeChange) -> Result<(), (u64, String)> {
        let next = self.version + 1;
        let wrong = |why: String| (next, why);
        if change.summary.version != next {
            return Err(wrong("the change is missing".to_owned()));
        }
        if !change.follows(&self.hash) {
            return Err(wrong("the hash does not fit: the change or one before it was altered".to_owned()));
        }
        let decoded = Change::decode(&change.data).map_err(|error| wrong(error.to_string()))?;
        apply(&mut self.space, &decoded, unbounded()).map_err(|error| wrong(error.to_string()))?;
        if self.space.len() as u64 != change.summary.atoms {
            let (found, noted) = (self.space.len(), change.summary.atoms);
            return Err(wrong(format!("it gives {found} atoms, and gave {noted} when it was made")));
        }
        self.version = next;
        self.hash.clone_from(&change.summary.hash);
        self.bytes += change.summary.size_bytes;
        Ok(())
    }
}

/// Which of some versions, newest first, to let go of so that `kept` are left: always the newest stays, and of the others
/// those whose absence is felt least, given that one version is read the less the older it is. So the distances between
/// those that stay grow with their age.
fn superfluous(newest_first: impl IntoIterator<Item = u64>, kept: usize) -> Vec<u64> {
    let mut left: Vec<u64> = newest_first.into_iter().collect();
    let Some(newest) = left.first().copied() else { return Vec::new() };
    let mut gone = Vec::new();
    while left.len() > kept.max(1) {
        let cost = |at: usize| {
            let version = left.get(at).copied().unwrap_or_default();
            let (younger, older) = (left.get(at - 1).copied(), left.get(at + 1).copied().unwrap_or(0));
            // The changes that must be carried out again, by how old they are.
            let distance = younger.unwrap_or(newest).saturating_sub(older);
            distance as f64 / (newest.saturating_sub(version) + 1) as f64
        };
        let least = (1..left.len()).min_by(|one, two| cost(*one).total_cmp(&cost(*two)));
        let Some(at) = least else { break };
        gone.push(left.remove(at));
    }
    gone
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snapshots_lie_the_farther_apart_the_older_they_are() {
        let mut left: Vec<u64> = Vec::new();
        for version in 1..=400 {
            left.insert(0, version * 10);
            let gone = superfluous(left.iter().copied(), 8);
            left.retain(|version| !gone.contains(version));
            assert_eq!((left.len(), left[0]), (8.min(version as usize), version * 10));
        }
        let newest = left[0];
        let distances: Vec<u64> = left.windows(2).map(|pair| pair[0] - pair[1]).collect();
        assert!(left[7] * 3 < newest * 2, "an old one is left: {left:?}");
        assert!(distances[0] <= distances[6] && distances[0] <= 20, "{left:?}");
        assert_eq!(superfluous([], 3), [0_u64; 0]);
        assert_eq!(superfluous([9, 5, 2], 0).len(), 2, "the newest stays");
    }
}
