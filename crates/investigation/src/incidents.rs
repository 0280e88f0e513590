//! Incidents: taking in an archive, and finding those that are there.

use std::io::Cursor;

use oriel_identity::{Action, Context, audit, authorize};
use oriel_model::{IncidentId, InvestigationId, Page, PageRequest};
use oriel_storage::{
    Incident, Inserted, Investigation, InvestigationSummary, NewInvestigation, Repositories as _, Transaction,
};
use serde_json::json;
use tokio::io::AsyncRead;

use crate::archive::{self, Overview};
use crate::error::{InvestigationError, Result};
use crate::example;
use crate::service::{Investigations, Work};

/// The longest title, in characters.
const TITLE_CHARS: usize = 200;

/// An incident with what was made of it.
#[derive(Debug, Clone, PartialEq)]
pub struct IncidentView {
    /// The incident.
    pub incident: Incident,
    /// Its investigations, newest first.
    pub investigations: Vec<InvestigationSummary>,
}

/// What came of handing in an archive.
#[derive(Debug, Clone)]
pub struct Submitted {
    /// The incident, new or found.
    pub incident: IncidentView,
    /// Its newest investigation.
    pub investigation: Option<Investigation>,
    /// Whether the same bytes were there already.
    pub duplicate: bool,
}

impl Investigations {
    /// Takes in an archive as it arrives, and queues its first investigation.
    ///
    /// # Errors
    /// [`InvestigationError::TooLarge`], [`InvestigationError::Archive`] and [`InvestigationError::BrokenOff`] leave
    /// nothing behind; so does [`InvestigationError::Busy`].
    pub async fn submit(
        &self,
        context: &Context,
        title: Option<String>,
        bytes: &mut (dyn AsyncRead + Send + Unpin),
    ) -> Result<Submitted> {
        authorize(context, Action::CreateIncident).map(drop)?;
        self.take_in(context, title, "upload", bytes).await
    }

    /// Takes in the incident that ships with the program.
    pub async fn submit_example(&self, context: &Context) -> Result<Submitted> {
        authorize(context, Action::CreateIncident).map(drop)?;
        let mut bytes = Cursor::new(example::ARCHIVE);
        self.take_in(context, None, "example", &mut bytes).await
    }

    /// The incidents, newest first.
    pub async fn incidents(&self, context: &Context, page: PageRequest) -> Result<Page<IncidentView>> {
        authorize(context, Action::ReadIncidents).map(drop)?;
        let page = self.inner.database.incidents().list(page).await?;
        let ids: Vec<IncidentId> = page.items.iter().map(|incident| incident.id).collect();
        let mut all = self.inner.database.investigations().of_incidents(&ids).await?;
        Ok(page.map(|incident| {
            let (investigations, others) = all.drain(..).partition(|one| one.incident_id == incident.id);
            all = others;
            IncidentView { incident, investigations }
        }))
    }

    /// One incident.
    pub async fn incident(&self, context: &Context, id: IncidentId) -> Result<Option<IncidentView>> {
        authorize(context, Action::ReadIncidents).map(drop)?;
        let Some(incident) = self.inner.database.incidents().get(id).await? else {
            return Ok(None);
        };
        self.view(incident).await.map(Some)
    }

    async fn view(&self, incident: Incident) -> Result<IncidentView> {
        let investigations = self.inner.database.investigations().of_incidents(&[incident.id]).await?;
        Ok(IncidentView { incident, investigations })
    }

    async fn take_in(
        &self,
        context: &Context,
        title: Option<String>,
        source: &str,
        bytes: &mut (dyn AsyncRead + Send + Unpin),
    ) -> Result<Submitted> {
        let title = title.map(|title| checked_title(&title)).transpose()?;
        // A full queue is said before the upload; a place is held only after it, so that slow uploads take none.
        drop(self.reserve()?);
        let blob = self.inner.blobs.put(bytes, self.inner.settings.upload_limit).await?;
        if let Some(existing) = self.inner.database.incidents().find_by_sha256(&blob.sha256).await? {
            return self.found(existing).await;
        }
        let overview = match self.inspect(&blob.sha256).await {
            Ok(overview) => overview,
            Err(error) => {
                // Only what is no incident: an archive that passed once passes again.
                self.inner.blobs.delete(&blob.sha256).await?;
                return Err(error);
            }
        };
        // Should the queue have filled up meanwhile, the archive stays for the sender's next try.
        let place = self.reserve()?;
        let incident = Incident {
            id: IncidentId::generate(&*self.inner.clock),
            title: title.unwrap_or_else(|| title_of(overview)),
            source: source.to_owned(),
            sha256: blob.sha256,
            size_bytes: blob.size,
            created_at: self.inner.clock.now(),
            created_by: context.user_id(),
            resolved_at: None,
        };
        let transaction = self.inner.database.begin().await?;
        let incident = match transaction.incidents().create(incident).await? {
            Inserted::New(incident) => incident,
            Inserted::Existing(existing) => {
                transaction.rollback().await?;
                return self.found(existing).await;
            }
        };
        let detail = json!({"title": incident.title, "sha256": incident.sha256, "size_bytes": incident.size_bytes});
        audit::record(context, &transaction, "incident.create", format!("incident/{}", incident.id), detail).await?;
        let investigation = self.queue_in(context, &transaction, incident.id).await?;
        transaction.commit().await?;
        self.inner.claim(Some(&incident.sha256)).await;
        place.send(Work::diagnosis(investigation.summary.id));
        self.inner.announcer.incidents_changed();
        Ok(Submitted { incident: self.view(incident).await?, investigation: Some(investigation), duplicate: false })
    }

    /// Writes down a queued investigation, with its audit entry.
    pub(crate) async fn queue_in(
        &self,
        context: &Context,
        transaction: &Transaction,
        incident_id: IncidentId,
    ) -> Result<Investigation> {
        let new = NewInvestigation {
            id: InvestigationId::generate(&*self.inner.clock),
            incident_id,
            created_by: context.user_id(),
            at: self.inner.clock.now(),
            inquiry: None,
        };
        let investigation = transaction.investigations().create(new).await?;
        let detail = json!({"incident": incident_id});
        let subject = format!("investigation/{}", investigation.summary.id);
        audit::record(context, transaction, "investigation.create", subject, detail).await?;
        Ok(investigation)
    }

    async fn found(&self, incident: Incident) -> Result<Submitted> {
        let incident = self.view(incident).await?;
        let investigation = match incident.investigations.first() {
            Some(newest) => self.inner.database.investigations().get(newest.id).await?.map(crate::stored::open),
            None => None,
        };
        Ok(Submitted { incident, investigation, duplicate: true })
    }

    async fn inspect(&self, sha256: &str) -> Result<Overview> {
        let path = self.inner.blobs.file(sha256).await?.ok_or_else(|| {
            InvestigationError::Conflict("the archive vanished while it was looked at; send it again".to_owned())
        })?;
        tokio::task::spawn_blocking(move || archive::inspect(path)).await?.map_err(InvestigationError::Archive)
    }
}

fn checked_title(title: &str) -> Result<String> {
    let title = title.trim();
    if title.is_empty() || title.chars().count() > TITLE_CHARS || title.chars().any(char::is_control) {
        return Err(InvestigationError::Invalid {
            field: "title",
            reason: format!("a title is one line of 1 to {TITLE_CHARS} characters"),
        });
    }
    Ok(title.to_owned())
}

/// The archive's own title, made to fit.
fn title_of(overview: Overview) -> String {
    let title: String = overview
        .title
        .unwrap_or_default()
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(TITLE_CHARS)
        .collect();
    match title.trim() {
        "" => "Untitled incident".to_owned(),
        title => title.to_owned(),
    }
}
