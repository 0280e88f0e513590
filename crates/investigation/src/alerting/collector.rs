//! Collects for the groups of alerts that wait for it, one after another, and queues their investigations.
//!
//! A connector that fails costs its evidence alone, which the archive states. When the queue of investigations is full, or
//! the database is away, the group waits and is tried again.

use std::io::Cursor;
use std::time::Duration;

use oriel_connectors::alertmanager::Message;
use oriel_connectors::{Progress, collect};
use oriel_identity::{Context, audit};
use oriel_storage::{AlertGroup, BlobInfo, Repositories as _};
use serde_json::json;
use std::sync::Arc;

use super::SOURCE;
use crate::error::{InvestigationError, Result};
use crate::service::{Ending, Investigations, Work};

/// How long after a failure the same is tried again.
const AGAIN_AFTER: Duration = Duration::from_secs(10);
/// Groups looked at in one go.
const AT_ONCE: u64 = 32;

/// Works until the server ends.
pub(crate) async fn work(investigations: Investigations, ending: Ending) {
    let alerted = &investigations.inner.alerted;
    loop {
        let done = tokio::select! {
            biased;
            () = ending.soft.cancelled() => return,
            done = investigations.collect_waiting() => done,
        };
        let pause = match done {
            Ok(()) => None,
            Err(error) => {
                tracing::warn!(error = %error, "evidence for alerts could not be collected; it is tried again");
                Some(AGAIN_AFTER)
            }
        };
        tokio::select! {
            biased;
            () = ending.soft.cancelled() => return,
            () = alerted.notified(), if pause.is_none() => {}
            () = tokio::time::sleep(pause.unwrap_or_default()), if pause.is_some() => {}
        }
    }
}

impl Investigations {
    async fn collect_waiting(&self) -> Result<()> {
        loop {
            let waiting = self.inner.database.alert_groups().uncollected(AT_ONCE).await?;
            if waiting.is_empty() {
                return Ok(());
            }
            for group in waiting {
                self.collect_for(group).await?;
            }
        }
    }

    async fn collect_for(&self, group: AlertGroup) -> Result<()> {
        // Said before the work; the place is taken after it.
        drop(self.reserve()?);
        let message: Message = match serde_json::from_value(group.message.clone()) {
            Ok(message) => message,
            Err(error) => {
                tracing::error!(group = group.key, %error, "a kept message cannot be read; its group is passed over");
                self.inner.database.alert_groups().collected(&group.key, &group.firing_set).await?;
                return Ok(());
            }
        };
        let now = self.inner.clock.now();
        let window = super::window(&message, &self.inner.connectors, now);
        let mut collection = collect(&self.inner.connectors, &window, &Progress::silent()).await;
        if let Some(traces) = self.inner.spans.as_ref().and_then(|spans| spans.cut(&window)) {
            collection.add("traces/otlp.jsonl", traces);
        }
        let gaps = collection.left_out.len();
        let bytes = super::archive(collection, &message, &window, now).await?;
        let blob = match self.inner.blobs.put(&mut Cursor::new(bytes), self.inner.settings.upload_limit).await {
            Ok(blob) => Some(blob),
            Err(error) => {
                // It would be as large the next time: the alerts alone are investigated.
                let error = InvestigationError::from(error);
                tracing::warn!(incident = %group.incident_id, %error, "the evidence could not be kept");
                None
            }
        };
        self.investigate_with(&group, blob, gaps).await
    }

    /// Gives the incident its archive and queues its investigation, in one transaction.
    async fn investigate_with(&self, group: &AlertGroup, blob: Option<BlobInfo>, gaps: usize) -> Result<()> {
        let context = Context::system(SOURCE, "", Arc::clone(&self.inner.clock));
        let place = self.reserve()?;
        let incident = group.incident_id;
        let transaction = self.inner.database.begin().await?;
        // It may be over by now: its evidence is still worth having.
        transaction.alert_groups().collected(&group.key, &group.firing_set).await?;
        let before = transaction.incidents().get(incident).await?.map(|incident| incident.sha256);
        if let Some(blob) = &blob
            && transaction.incidents().find_by_sha256(&blob.sha256).await?.is_none()
        {
            transaction.incidents().set_archive(incident, &blob.sha256, blob.size).await?;
            let detail = json!({"sha256": blob.sha256, "size_bytes": blob.size, "left_out": gaps});
            audit::record(&context, &transaction, "incident.collect", format!("incident/{incident}"), detail).await?;
        }
        let investigation = self.queue_in(&context, &transaction, incident).await?;
        self.inner.release(before.as_deref()).await?;
        transaction.commit().await?;
        self.inner.claim(blob.as_ref().map(|blob| blob.sha256.as_str())).await;
        place.send(Work::diagnosis(investigation.summary.id));
        self.inner.announcer.incidents_changed();
        // The archive that the incident had before.
        self.inner.drop_unused(before).await
    }
}
