//! Investigations: asking for another one, and reading them.

use oriel_identity::{Action, Context, authorize};
use oriel_model::{IncidentId, InvestigationId, InvestigationStatus, Page, PageRequest};
use oriel_storage::{Investigation, InvestigationFilter, InvestigationSummary, Outcome, Repositories as _};

use crate::changes::Changes;
use crate::engine::Cause;
use crate::error::{InvestigationError, Result};
use crate::service::Investigations;
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
        let open = transaction
            .investigations()
            .of_incidents(&[incident])
            .await?
            .into_iter()
            .any(|one| matches!(one.status, InvestigationStatus::Queued | InvestigationStatus::Running));
        if open {
            transaction.rollback().await?;
            return Err(InvestigationError::Conflict(
                "An investigation of this incident is still under way; wait for it.".to_owned(),
            ));
        }
        let investigation = self.queue_in(context, &transaction, incident).await?;
        transaction.commit().await?;
        place.send(investigation.summary.id);
        self.inner.announcer.incidents_changed();
        Ok(Some(InvestigationView { investigation, outcome: None }))
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
