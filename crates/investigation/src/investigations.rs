//! Investigations: asking for another one, and reading them.

use oriel_identity::{Action, Context, SignedIn, audit, authorize};
use oriel_model::{IncidentId, InvestigationId, Page, PageRequest};
use oriel_storage::{Investigation, InvestigationFilter, InvestigationSummary, Outcome, Repositories as _};
use serde_json::Value;

use crate::changes::Changes;
use crate::engine::Cause;
use crate::error::Result;
use crate::service::{Investigations, Work};
use crate::stored;

/// An investigation with its outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct InvestigationView {
    /// The investigation.
    pub investigation: Investigation,
    /// What turned out to be true, when it was reported.
    pub outcome: Option<Outcome>,
}

impl Investigations {
    /// Queues another investigation of an incident, with what was learned since. None when there is no such incident.
    ///
    /// # Errors
    /// [`InvestigationError::Conflict`] while one of this incident waits or runs, [`InvestigationError::Busy`].
    pub async fn investigate(&self, context: &Context, incident: IncidentId) -> Result<Option<InvestigationView>> {
        authorize(context, Action::StartInvestigation).map(drop)?;
        if self.inner.database.incidents().get(incident).await?.is_none() {
            return Ok(None);
        }
        let place = self.reserve()?;
        let transaction = self.inner.database.begin().await?;
        if let Err(open) = self.refuse_while_open(&transaction, incident).await {
            transaction.rollback().await?;
            return Err(open);
        }
        let investigation = self.queue_in(context, &transaction, incident).await?;
        transaction.commit().await?;
        place.send(Work::diagnosis(investigation.summary.id));
        self.inner.announcer.incidents_changed();
        Ok(Some(InvestigationView { investigation, outcome: None }))
    }

    /// Cancels an investigation: one that waits is not begun, one under way stops at its next step, and a command that it
    /// has put to a target is ended there. Returns before that; one that has ended stays as it is. None when there is no
    /// such investigation.
    pub async fn cancel(&self, context: &Context, id: InvestigationId) -> Result<Option<InvestigationView>> {
        authorize(context, Action::CancelInvestigation).map(drop)?;
        let transaction = self.inner.database.begin().await?;
        let Some(found) = transaction.investigations().get(id).await? else {
            transaction.rollback().await?;
            return Ok(None);
        };
        if found.summary.status.is_terminal() || self.inner.is_cancelled(id) {
            transaction.rollback().await?;
            return self.investigation(context, id).await;
        }
        let by = context.user().map_or("the system", SignedIn::username);
        let why = format!("Cancelled by {by}.");
        audit::record(context, &transaction, "investigation.cancel", format!("investigation/{id}"), Value::Null)
            .await?;
        // One under way ends by its worker, which alone knows when nothing of it is left.
        if !self.inner.cancel(id, &why) {
            transaction.investigations().cancel(id, &why, self.inner.clock.now()).await?;
        }
        transaction.commit().await?;
        self.inner.announcer.investigation_moved(id);
        self.inner.announcer.incidents_changed();
        self.investigation(context, id).await
    }

    /// The investigations, newest first, without their verdicts.
    pub async fn investigations(
        &self,
        context: &Context,
        filter: InvestigationFilter,
        page: PageRequest,
    ) -> Result<Page<InvestigationSummary>> {
        authorize(context, Action::ReadInvestigations).map(drop)?;
        Ok(self.inner.database.investigations().list(filter, page).await?)
    }

    /// One investigation with everything about it.
    pub async fn investigation(&self, context: &Context, id: InvestigationId) -> Result<Option<InvestigationView>> {
        authorize(context, Action::ReadInvestigations).map(drop)?;
        let Some(investigation) = self.inner.database.investigations().get(id).await? else {
            return Ok(None);
        };
        let outcome = self.inner.database.outcomes().latest(id).await?;
        Ok(Some(InvestigationView { investigation: stored::open(investigation), outcome }))
    }

    /// The causes that the rules know.
    pub fn causes(&self, context: &Context) -> Result<Vec<Cause>> {
        authorize(context, Action::ReadInvestigations).map(drop)?;
        Ok(self.inner.engine.causes())
    }

    /// Tells when an investigation moves. Watch first and read then.
    pub fn watch_investigation(&self, context: &Context, id: InvestigationId) -> Result<Changes> {
        authorize(context, Action::ReadInvestigations).map(drop)?;
        Ok(self.inner.announcer.watch_investigation(id))
    }

    /// Tells when the list of incidents, or an investigation in it, changes.
    pub fn watch_incidents(&self, context: &Context) -> Result<Changes> {
        authorize(context, Action::ReadInvestigations).map(drop)?;
        Ok(self.inner.announcer.watch_incidents())
    }
}
