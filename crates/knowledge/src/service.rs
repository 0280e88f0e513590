//! What the capability functions share.

use std::sync::Arc;

use oriel_identity::{Action, Context, authorize};
use oriel_model::{KnowledgeBaseId, Timestamp};
use oriel_storage::{BlobStore, Database, KnowledgeBase, Repositories};
use serde::Serialize;
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use crate::bases::check_moment;
use crate::cache::{Cache, Loaded};
use crate::error::{KnowledgeError, Result};
use crate::loads::Loads;
use crate::search::Indexes;
use crate::settings::Settings;

/// The knowledge bases of a database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Knowledge {
    pub(crate) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) database: Database,
    pub(crate) blobs: Arc<dyn BlobStore>,
    pub(crate) settings: Settings,
    pub(crate) cache: Cache,
    pub(crate) loads: Loads,
    pub(crate) indexes: Indexes,
    /// Held by who carries a whole log out: one at a time, for that takes as much memory as the base does.
    pub(crate) checks: Semaphore,
    /// Every task of this crate is in here.
    pub(crate) tasks: TaskTracker,
    /// And here those that make snapshots of what is larger than memory, which takes long; they stop when `tasks` is closed.
    pub(crate) snapshots: TaskTracker,
}

/// Something that is held in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct HeldBase {
    /// The base.
    pub base: KnowledgeBaseId,
    /// At which version.
    pub version: u64,
    /// About how many bytes it takes.
    pub bytes: u64,
}

impl Knowledge {
    /// The bases of a database, whose snapshots are among these blobs. Snapshots are made by tasks of this tracker: wait for
    /// them before the database is closed. One that is broken off is only missed.
    pub fn new(database: Database, blobs: Arc<dyn BlobStore>, settings: Settings, tasks: TaskTracker) -> Self {
        let cache = Cache::new(settings.memory_bytes);
        let (loads, indexes, checks) = (Loads::default(), Indexes::new(settings.indexes.clone()), Semaphore::new(1));
        let snapshots = TaskTracker::new();
        // Who waits, waits until none is being made.
        snapshots.close();
        let inner = Inner { database, blobs, settings, cache, loads, indexes, checks, tasks, snapshots };
        Self { inner: Arc::new(inner) }
    }

    /// Waits for the snapshots that are being made of bases that are larger than memory, which may take long: closing the tracker stops
    /// them.
    pub async fn snapshots_made(&self) {
        self.inner.snapshots.wait().await;
    }

    /// What bases may take.
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// What is held in memory now.
    pub fn held(&self) -> Vec<HeldBase> {
        let held = self.inner.cache.weights().into_iter();
        held.map(|(base, version, bytes)| HeldBase { base, version, bytes }).collect()
    }

    /// The base of this name that is not deleted.
    pub(crate) async fn named(&self, name: &str) -> Result<KnowledgeBase> {
        named(&self.inner.database, name).await
    }

    /// A base that was read before, as it is now, whatever it is called.
    pub(crate) async fn again(&self, base: &KnowledgeBase) -> Result<KnowledgeBase> {
        there(self.inner.database.knowledge().get(base.id).await?, &base.name)
    }

    /// The newest content that is durable. Waits for no one who prepares a change.
    pub(crate) async fn newest(&self, base: &KnowledgeBase) -> Result<Arc<Loaded>> {
        let live = self.inner.cache.live(base.id);
        if let Some(published) = live.published().filter(|published| published.version >= base.version) {
            return Ok(published);
        }
        let _alone = live.writer.lock().await;
        self.newest_alone(base).await
    }

    /// As [`Knowledge::newest`], for who holds the base's writer lock.
    pub(crate) async fn newest_alone(&self, base: &KnowledgeBase) -> Result<Arc<Loaded>> {
        let published = self.inner.cache.live(base.id).published();
        let loaded = match published {
            Some(published) if published.version >= base.version => return Ok(published),
            // Another process wrote.
            Some(published) => match self.advance(base, published, base.version).await {
                Err(KnowledgeError::Damaged { .. }) => self.load(base, base.version).await?,
                advanced => advanced?,
            },
            None => self.load(base, base.version).await?,
        };
        let loaded = Arc::new(loaded);
        self.inner.cache.publish(base.id, Arc::clone(&loaded));
        Ok(loaded)
    }

    /// The content at a version.
    pub(crate) async fn at_version(&self, base: &KnowledgeBase, version: u64) -> Result<Arc<Loaded>> {
        if version > base.version {
            return Err(KnowledgeError::NoVersion { name: base.name.clone(), asked: version, newest: base.version });
        }
        if version == base.version {
            return self.newest(base).await;
        }
        if let Some(held) = self.inner.cache.past(base.id, version) {
            return Ok(held);
        }
        let turn = self.inner.loads.turn(base.id, version);
        let _alone = turn.lock().await;
        // Another reader may have been waited for.
        if let Some(held) = self.inner.cache.past(base.id, version) {
            return Ok(held);
        }
        let loaded = Arc::new(self.load(base, version).await?);
        self.inner.cache.keep(base.id, Arc::clone(&loaded));
        Ok(loaded)
    }

    /// The content at a version, where it is held.
    pub(crate) fn is_held(&self, base: &KnowledgeBase, version: u64) -> Option<Arc<Loaded>> {
        let published = self.inner.cache.live(base.id).published().filter(|held| held.version == version);
        published.or_else(|| self.inner.cache.past(base.id, version))
    }

    /// The newest version that there was at a moment.
    pub(crate) async fn version_at(&self, base: &KnowledgeBase, at: Timestamp) -> Result<u64> {
        check_moment("at", at)?;
        if at < base.created_at {
            let (name, created) = (base.name.clone(), base.created_at);
            return Err(KnowledgeError::Before { name, asked: at, created });
        }
        Ok(self.inner.database.knowledge().version_at(base.id, at).await?)
    }
}

/// The base of this name that is not deleted, as a database or a transaction sees it.
pub(crate) async fn named(repositories: &impl Repositories, name: &str) -> Result<KnowledgeBase> {
    there(repositories.knowledge().find_by_name(name).await?, name)
}

/// A base that was found and is not deleted.
fn there(found: Option<KnowledgeBase>, name: &str) -> Result<KnowledgeBase> {
    let found = found.ok_or_else(|| KnowledgeError::NotFound { name: name.to_owned() })?;
    if found.deleted_at.is_some() {
        return Err(KnowledgeError::Deleted { name: found.name });
    }
    Ok(found)
}

/// The base of this name, for who may read it.
pub(crate) async fn readable(context: &Context, knowledge: &Knowledge, name: &str) -> Result<KnowledgeBase> {
    authorize(context, Action::ReadKnowledge)?;
    knowledge.named(name).await
}
