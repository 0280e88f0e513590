//! Bringing the index of a base to the version that is searched.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use oriel_storage::{KnowledgeBase, Repositories as _};
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::index::{self, IndexError, Place, Ready, Tidying, Touched};
use super::slots::Slot;
use super::touched::Following;
use crate::cache::Loaded;
use crate::error::{KnowledgeError, Result};
use crate::service::Knowledge;
use crate::work::within;

/// How long a search waits for an index that is being made, or brought up to date.
pub(super) const WAITING: Duration = Duration::from_secs(30);
/// Bytes of text in an index in memory.
const MEMORY: usize = 256 << 20;
/// Bytes of text up to which the index of a version before the newest is kept for the next search.
const KEPT: usize = 32 << 20;

/// Who waits for an index.
type Told = oneshot::Sender<Result<Arc<Ready>, IndexError>>;

pub(super) fn unready() -> KnowledgeError {
    KnowledgeError::Unready { seconds: WAITING.as_secs() }
}

impl Knowledge {
    /// The content of a base, of its newest version or this one, and an index of just that.
    pub(crate) async fn indexed(
        &self,
        base: &KnowledgeBase,
        version: Option<u64>,
    ) -> Result<(Arc<Loaded>, Arc<Ready>)> {
        let slot = self.inner.indexes.slot(base.id);
        let (base, loaded) = self.just(base, version).await?;
        if let Some(ready) = slot.of(&loaded) {
            return Ok((loaded, ready));
        }
        if loaded.version < base.version {
            return self.past(&base, loaded).await;
        }
        let waited = timeout(WAITING, Arc::clone(&slot.turn).lock_owned()).await;
        let turn = waited.map_err(|_| unready())?;
        // Somebody else may have been waited for, and the base may have gone on.
        let (base, loaded) = self.just(&self.named(&base.name).await?, version).await?;
        if let Some(ready) = slot.of(&loaded) {
            return Ok((loaded, ready));
        }
        if loaded.version < base.version {
            drop(turn);
            return self.past(&base, loaded).await;
        }
        let (told, ready) = oneshot::channel();
        let (of, content) = (self.clone(), Arc::clone(&loaded));
        // It goes on when nobody waits for it any more: the next search will be glad of it.
        self.inner.tasks.spawn(async move {
            of.bring_up(&base, content, &slot, told).await;
            drop(turn);
        });
        let ready = timeout(WAITING, ready).await.map_err(|_| unready())?;
        Ok((loaded, ready.unwrap_or(Err(IndexError::Stopped))?))
    }

    /// The content of this version and no other, or the newest; and the base when it was read.
    async fn just(&self, base: &KnowledgeBase, version: Option<u64>) -> Result<(KnowledgeBase, Arc<Loaded>)> {
        let mut base = base.clone();
        loop {
            let loaded = self.at_version(&base, version.unwrap_or(base.version)).await?;
            if version.is_none_or(|version| version == loaded.version) {
                return Ok((base, loaded));
            }
            // It went on since the base was looked up: what was asked is not the newest any more.
            base = self.named(&base.name).await?;
        }
    }

    /// An index of a version before the newest, in memory.
    async fn past(&self, base: &KnowledgeBase, loaded: Arc<Loaded>) -> Result<(Arc<Loaded>, Arc<Ready>)> {
        // One is made at a time, so that they take no more memory.
        let mut held = timeout(WAITING, self.inner.indexes.past.lock()).await.map_err(|_| unready())?;
        let is_it = |ready: &Arc<Ready>| (ready.version, &ready.hash) == (loaded.version, &loaded.hash);
        if let Some((_, ready)) = held.as_ref().filter(|(of, ready)| *of == base.id && is_it(ready)) {
            return Ok((loaded, Arc::clone(ready)));
        }
        *held = None;
        let content = Arc::clone(&loaded);
        let made = within(WAITING, move |cancel| {
            let of = (content.version, &*content.hash);
            let (ready, _) = Ready::make(&Place::Memory(MEMORY), &content.space, of, &|| cancel.is_cancelled())?;
            Ok(Arc::new(ready))
        });
        let ready = match made.await? {
            (Err(KnowledgeError::Index(IndexError::Stopped)), true) => return Err(unready()),
            (made, _) => made?,
        };
        if ready.bytes <= KEPT {
            *held = Some((base.id, Arc::clone(&ready)));
        }
        Ok((loaded, ready))
    }

    /// Brings the index of a base up to its newest content, and tells it. For who has the slot's turn.
    async fn bring_up(&self, base: &KnowledgeBase, loaded: Arc<Loaded>, slot: &Arc<Slot>, told: Told) {
        self.sweep().await;
        let place = self.inner.indexes.place(base.id);
        let known = match (slot.latest(), &place) {
            (Some(known), _) => Some(known),
            (None, Some(directory)) => opened(&base.name, directory).await,
            (None, None) => None,
        };
        if let Some(known) = known.as_ref().filter(|known| is_of(known, &loaded)) {
            slot.set(Some(Arc::clone(known)));
            let _ = told.send(Ok(Arc::clone(known)));
            return;
        }
        let touched = match &known {
            Some(known) => self.touched(base, known, &loaded).await,
            None => None,
        };
        let place = place.map_or(Place::Memory(MEMORY), Place::Directory);
        let (tasks, at, name) = (self.inner.tasks.clone(), Arc::clone(slot), base.name.clone());
        let working = tokio::task::spawn_blocking(move || {
            let stop = || tasks.is_closed() || at.is_gone();
            let bringing = Bringing { name: &name, place: &place, loaded: &loaded, stop: &stop };
            let (ready, tidying) = match bringing.bring(known.zip(touched)) {
                Ok((ready, tidying)) => (Arc::new(ready), tidying),
                Err(error) => return drop(told.send(Err(error))),
            };
            at.set(Some(Arc::clone(&ready)));
            // Whoever waited may be gone.
            let _ = told.send(Ok(Arc::clone(&ready)));
            if stop() {
                return;
            }
            match tidying.finish().and_then(|()| ready.tidied()) {
                Ok(tidied) => at.set(Some(Arc::new(tidied))),
                Err(error) => tracing::warn!(base = name, %error, "an index was not tidied up"),
            }
        });
        if let Err(error) = working.await {
            // Nothing of it is trusted again.
            tracing::warn!(base = base.name, %error, "an index failed");
            slot.set(None);
            self.inner.indexes.remove(base.id).await;
        }
    }

    /// What was touched between an index and some content; none where the index is to be made anew.
    async fn touched(&self, base: &KnowledgeBase, known: &Arc<Ready>, loaded: &Loaded) -> Option<Touched> {
        let mut following = Following::new(Arc::clone(known), Arc::clone(&loaded.space));
        let mut version = known.version;
        while version < loaded.version {
            let changes = self.inner.database.knowledge().changes(base.id, version, loaded.version).await.ok()?;
            version = changes.last()?.summary.version;
            let stepped = tokio::task::spawn_blocking(move || {
                changes.iter().all(|change| following.step(change)).then_some(following)
            });
            following = stepped.await.ok()??;
        }
        following.end(&loaded.hash)
    }

    /// Removes the indexes of bases that are gone, once.
    pub(super) async fn sweep(&self) {
        for base in self.inner.indexes.to_sweep() {
            match self.inner.database.knowledge().get(base).await {
                Ok(Some(found)) if found.deleted_at.is_none() => {}
                Ok(_) => self.inner.indexes.remove(base).await,
                Err(error) => tracing::warn!(%base, %error, "it is not known whether an index is needed"),
            }
        }
    }
}

fn is_of(ready: &Ready, loaded: &Loaded) -> bool {
    (ready.version, &ready.hash) == (loaded.version, &loaded.hash)
}

/// The index in a directory, if there is one that can be believed.
pub(super) async fn opened(base: &str, directory: &Path) -> Option<Arc<Ready>> {
    let place = directory.to_owned();
    let opening = tokio::task::spawn_blocking(move || place.exists().then(|| Ready::open(&place)));
    match opening.await {
        Ok(None) => None,
        Ok(Some(Ok(ready))) => Some(Arc::new(ready)),
        Ok(Some(Err(why))) => {
            tracing::warn!(base, why, "an index is made anew");
            None
        }
        Err(why) => {
            tracing::warn!(base, %why, "an index cannot be opened, and is made anew");
            None
        }
    }
}

/// What an index is brought to.
struct Bringing<'a> {
    name: &'a str,
    place: &'a Place,
    loaded: &'a Loaded,
    stop: &'a dyn Fn() -> bool,
}

impl Bringing<'_> {
    fn bring(&self, known: Option<(Arc<Ready>, Touched)>) -> Result<(Ready, Tidying), IndexError> {
        let of = (self.loaded.version, &*self.loaded.hash);
        if let Some((known, touched)) = known {
            match known.brought_up(&self.loaded.space, &touched, of, self.stop) {
                Err(IndexError::Stopped) => return Err(IndexError::Stopped),
                Err(error) => tracing::warn!(base = self.name, %error, "an index is made anew"),
                done => return done,
            }
        }
        match (Ready::make(self.place, &self.loaded.space, of, self.stop), self.place) {
            (Err(IndexError::Stopped), _) => Err(IndexError::Stopped),
            (Err(error), Place::Directory(directory)) => {
                tracing::warn!(base = self.name, %error, "an index cannot be kept, and is made in memory");
                let _ = index::remove(directory);
                Ready::make(&Place::Memory(MEMORY), &self.loaded.space, of, self.stop)
            }
            (made, _) => made,
        }
    }
}
