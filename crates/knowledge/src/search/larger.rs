//! The index of a base that is larger than memory: made of its nodes some at a time, kept, and brought up to date by what the changes
//! since name, as that of any other base. Of a version before the newest none is made.

use std::sync::Arc;

use oriel_atomspace::query::Cancel;
use oriel_storage::{KnowledgeBase, KnowledgeChange, Repositories as _};
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::bring::{WAITING, opened, unready};
use super::index::{IndexError, Place, Ready, Tidying, Touched};
use super::slots::Slot;
use super::touched::{BYTES, Following};
use crate::bases::{changes_after, decoded, on_stored};
use crate::change::Operation;
use crate::error::Result;
use crate::part::{Grown, each_node, named};
use crate::service::Knowledge;
use crate::work::GOING_THROUGH;

/// Bytes of text in an index in memory.
const MEMORY: usize = 256 << 20;

impl Knowledge {
    /// A base that is larger than memory, as it is now, and an index of its newest version.
    pub(crate) async fn indexed_unloaded(&self, base: &KnowledgeBase) -> Result<(KnowledgeBase, Arc<Ready>)> {
        let slot = self.inner.indexes.slot(base.id);
        let is_of =
            |ready: &Arc<Ready>, base: &KnowledgeBase| (ready.version, &ready.hash) == (base.version, &base.head);
        if let Some(ready) = slot.latest().filter(|ready| is_of(ready, base)) {
            return Ok((base.clone(), ready));
        }
        let waited = timeout(WAITING, Arc::clone(&slot.turn).lock_owned()).await;
        let turn = waited.map_err(|_| unready())?;
        // Somebody else may have been waited for, and the base may have gone on.
        let base = self.again(base).await?;
        if let Some(ready) = slot.latest().filter(|ready| is_of(ready, &base)) {
            return Ok((base, ready));
        }
        let (told, ready) = oneshot::channel();
        let (of, now) = (self.clone(), base.clone());
        // It goes on when nobody waits for it any more: the next search will be glad of it.
        self.inner.tasks.spawn(async move {
            of.bring_up_unloaded(&now, &slot, told).await;
            drop(turn);
        });
        let ready = timeout(WAITING, ready).await.map_err(|_| unready())?;
        Ok((base, ready.unwrap_or(Err(IndexError::Stopped.into()))?))
    }

    /// Brings the index up to the newest version, and tells it. For who has the slot's turn.
    async fn bring_up_unloaded(
        &self,
        base: &KnowledgeBase,
        slot: &Arc<Slot>,
        told: oneshot::Sender<Result<Arc<Ready>>>,
    ) {
        self.sweep().await;
        let place = self.inner.indexes.place(base.id);
        let known = match (slot.latest(), &place) {
            (Some(known), _) => Some(known),
            (None, Some(directory)) => opened(&base.name, directory).await,
            (None, None) => None,
        };
        if let Some(known) = known.as_ref().filter(|known| (known.version, &known.hash) == (base.version, &base.head)) {
            slot.set(Some(Arc::clone(known)));
            let _ = told.send(Ok(Arc::clone(known)));
            return;
        }
        let place = place.map_or(Place::Memory(MEMORY), Place::Directory);
        let (ready, tidying) = match self.brought_unloaded(base, known, place, slot).await {
            Ok((ready, tidying)) => (Arc::new(ready), tidying),
            Err(error) => return drop(told.send(Err(error))),
        };
        slot.set(Some(Arc::clone(&ready)));
        // Whoever waited may be gone.
        let _ = told.send(Ok(Arc::clone(&ready)));
        let (tasks, at, name) = (self.inner.tasks.clone(), Arc::clone(slot), base.name.clone());
        let tidied = tokio::task::spawn_blocking(move || {
            if !tasks.is_closed() && !at.is_gone() {
                match tidying.finish().and_then(|()| ready.tidied()) {
                    Ok(tidied) => at.set(Some(Arc::new(tidied))),
                    Err(error) => tracing::warn!(base = name, %error, "an index was not tidied up"),
                }
            }
        });
        if let Err(error) = tidied.await {
            tracing::warn!(base = base.name, %error, "an index failed");
        }
    }

    async fn brought_unloaded(
        &self,
        base: &KnowledgeBase,
        known: Option<Arc<Ready>>,
        place: Place,
        slot: &Arc<Slot>,
    ) -> Result<(Ready, Tidying)> {
        if let Some(known) = known {
            match self.followed(base, known, slot).await {
                Ok(Some(done)) => return Ok(done),
                Ok(None) => {}
                Err(error) => tracing::warn!(base = base.name, %error, "an index is made anew"),
            }
        }
        let (tasks, at, of) = (self.inner.tasks.clone(), Arc::clone(slot), (base.version, base.head.clone()));
        let make = move |mut grown: Grown, cancel: &Cancel| {
            let stop = || tasks.is_closed() || at.is_gone();
            Ready::make_by(&place, (of.0, &of.1), |add| {
                each_node(&mut grown, cancel, &mut |space, node| {
                    if stop() {
                        return Err(IndexError::Stopped.into());
                    }
                    Ok(add(space, node)?)
                })
            })
        };
        let made = on_stored(self, base, (base.version, GOING_THROUGH), make).await?;
        made.ok_or_else(|| IndexError::Unreadable.into())
    }

    /// The index after the changes since; none where it is to be made anew.
    async fn followed(
        &self,
        base: &KnowledgeBase,
        known: Arc<Ready>,
        slot: &Arc<Slot>,
    ) -> Result<Option<(Ready, Tidying)>> {
        if known.version > base.version || self.after(base, known.version).await? > BYTES {
            return Ok(None);
        }
        let changes = Arc::new(changes_after(self, base, (known.version, base.version)).await?);
        let (tasks, at, base_of) = (self.inner.tasks.clone(), Arc::clone(slot), base.clone());
        let follow = move |mut grown: Grown, cancel: &_| {
            let stop = || tasks.is_closed() || at.is_gone();
            let changes: Vec<KnowledgeChange> = changes.to_vec();
            let steps = decoded(changes.clone(), (known.version, Some(known.hash.clone())), &base_of.name)?;
            let takes_along = |operation: &Operation| matches!(operation, Operation::Remove { recursive: true, .. });
            // What that takes with it may be anywhere.
            if steps.iter().flat_map(|step| &step.change.operations).any(takes_along) {
                return Ok(None);
            }
            let space = Arc::new(named(&mut grown, &steps, &base_of.name, cancel)?);
            let mut following = Following::new(Arc::clone(&known), Arc::clone(&space));
            let all = changes.iter().all(|change| following.step(change));
            let touched: Option<Touched> = if all { following.end(&base_of.head) } else { None };
            let of = (base_of.version, base_of.head.as_str());
            touched.map(|touched| Ok(known.brought_up(&space, &touched, of, &stop)?)).transpose()
        };
        Ok(on_stored(self, base, (base.version, GOING_THROUGH), follow).await?.flatten())
    }

    /// Bytes that the log has after a version.
    async fn after(&self, base: &KnowledgeBase, version: u64) -> Result<u64> {
        Ok(self.inner.database.knowledge().bytes_after(base.id, version).await?)
    }
}
