//! Asking: a question or an incident, and a target, become a queued inquiry.

use oriel_diagnosis::inquiry::MAX_COMMANDS;
use oriel_execution::{runs, targets};
use oriel_identity::{Action, Context, audit, authorize};
use oriel_model::{IncidentId, InvestigationId, InvestigationStatus, TargetId};
use oriel_storage::{BlobInfo, Incident, Inserted, Investigation, NewInvestigation, Repositories as _, Transaction};
use serde_json::json;

use super::{Asking, Inquiry, Start, pack, start};
use crate::error::{InvestigationError, Result};
use crate::investigations::InvestigationView;
use crate::service::{Investigations, Work};

/// The longest question, in characters.
const QUESTION_CHARS: usize = 200;
/// The most commands of one inquiry.
const MOST_COMMANDS: usize = 100;
/// How incidents that begin with a question came in.
const SOURCE: &str = "question";

/// Something to find out by asking a target.
#[derive(Debug, Clone)]
pub struct NewInquiry {
    /// The incident whose evidence it goes on from; a new incident where there is none.
    pub incident: Option<IncidentId>,
    /// What is wrong, in a few words; needed where there is no incident.
    pub question: String,
    /// The namespace to look in; may be empty.
    pub namespace: String,
    /// The target to ask.
    pub target: TargetId,
    /// The kubectl context on the target; may be empty.
    pub context: String,
    /// The most commands to put; 12 where it is not given.
    pub max_commands: Option<usize>,
}

impl Investigations {
    /// Queues an inquiry. None when there is no such incident.
    ///
    /// # Errors
    /// [`InvestigationError::Denied`] unless the caller may investigate and put commands that look to targets,
    /// [`InvestigationError::Invalid`], [`InvestigationError::Conflict`] while an investigation of the incident is open,
    /// [`InvestigationError::Busy`].
    pub async fn ask(&self, context: &Context, new: NewInquiry) -> Result<Option<InvestigationView>> {
        authorize(context, Action::StartInvestigation)?;
        runs::may_look(context).map_err(InvestigationError::execution)?;
        let inquiry = self.inquiry(context, &new).await?;
        if let Some(incident) = new.incident
            && self.inner.database.incidents().get(incident).await?.is_none()
        {
            return Ok(None);
        }
        let id = InvestigationId::generate(&*self.inner.clock);
        drop(self.reserve()?);
        let blob = match new.incident {
            Some(_) => None,
            None => Some(self.archive_of_question(id, &inquiry).await?),
        };
        let archive = blob.as_ref().map(|blob| blob.sha256.clone());
        let place = self.reserve()?;
        let transaction = self.inner.database.begin().await?;
        let investigation = match self.record_inquiry(context, &transaction, id, new.incident, blob, &inquiry).await {
            Ok(investigation) => investigation,
            Err(error) => {
                transaction.rollback().await?;
                self.inner.drop_unused(archive).await?;
                return Err(error);
            }
        };
        transaction.commit().await?;
        self.inner.claim(archive.as_deref()).await;
        place.send(Work { id, asking: Some(Box::new(Asking { context: context.clone(), inquiry })) });
        self.inner.announcer.incidents_changed();
        Ok(Some(InvestigationView { investigation, outcome: None }))
    }

    async fn inquiry(&self, context: &Context, new: &NewInquiry) -> Result<Inquiry> {
        let question = new.question.trim();
        if question.chars().count() > QUESTION_CHARS || question.chars().any(char::is_control) {
            return Err(invalid("question", format!("a question is one line of at most {QUESTION_CHARS} characters")));
        }
        if question.is_empty() && new.incident.is_none() {
            return Err(invalid("question", "say in a few words what is wrong, such as: checkout is slow".to_owned()));
        }
        let namespace = new.namespace.trim();
        if !namespace.is_empty() && !is_label(namespace) {
            let why = "a namespace has lower-case letters, digits and hyphens, 63 at most";
            return Err(invalid("namespace", why.to_owned()));
        }
        let kubectl = new.context.trim();
        if kubectl.len() > 253 || kubectl.starts_with('-') || kubectl.chars().any(char::is_control) {
            return Err(invalid("context", "this is no name of a kubectl context".to_owned()));
        }
        let max_commands = new.max_commands.unwrap_or(MAX_COMMANDS);
        if !(1..=MOST_COMMANDS).contains(&max_commands) {
            return Err(invalid("max_commands", format!("give 1 to {MOST_COMMANDS}")));
        }
        let target = targets::get(context, &self.inner.execution, new.target).await;
        let target = target.map_err(|error| match error {
            targets::TargetError::NotFound => invalid("target_id", "there is no such target".to_owned()),
            targets::TargetError::Denied(denied) => denied.into(),
            other => InvestigationError::Conflict(other.to_string()),
        })?;
        Ok(Inquiry {
            question: question.to_owned(),
            namespace: namespace.to_owned(),
            target_id: target.id,
            target_name: target.settings.name,
            context: kubectl.to_owned(),
            max_commands,
        })
    }

    /// The archive of an incident of which only the question is known.
    async fn archive_of_question(&self, id: InvestigationId, inquiry: &Inquiry) -> Result<BlobInfo> {
        let asked = inquiry.clone();
        let packed = tokio::task::spawn_blocking(move || start(Start::Question(id), &asked).and_then(pack)).await??;
        Ok(self.inner.blobs.put(&mut std::io::Cursor::new(packed), self.inner.settings.upload_limit).await?)
    }

    async fn record_inquiry(
        &self,
        context: &Context,
        transaction: &Transaction,
        id: InvestigationId,
        incident: Option<IncidentId>,
        blob: Option<BlobInfo>,
        inquiry: &Inquiry,
    ) -> Result<Investigation> {
        let incident = match (incident, blob) {
            (Some(incident), _) => {
                self.refuse_while_open(transaction, incident).await?;
                incident
            }
            (None, Some(blob)) => self.new_incident(context, transaction, blob, inquiry).await?,
            (None, None) => return Err(InvestigationError::Conflict("There is no incident to ask about.".to_owned())),
        };
        let kept = json!(inquiry);
        let new = NewInvestigation {
            id,
            incident_id: incident,
            created_by: context.user_id(),
            at: self.inner.clock.now(),
            inquiry: Some(kept.clone()),
        };
        let investigation = transaction.investigations().create(new).await?;
        let detail = json!({"incident": incident, "inquiry": kept});
        audit::record(context, transaction, "investigation.create", format!("investigation/{id}"), detail).await?;
        Ok(investigation)
    }

    async fn new_incident(
        &self,
        context: &Context,
        transaction: &Transaction,
        blob: BlobInfo,
        inquiry: &Inquiry,
    ) -> Result<IncidentId> {
        let incident = Incident {
            id: IncidentId::generate(&*self.inner.clock),
            title: inquiry.question.clone(),
            source: SOURCE.to_owned(),
            sha256: blob.sha256,
            size_bytes: blob.size,
            created_at: self.inner.clock.now(),
            created_by: context.user_id(),
            resolved_at: None,
        };
        let Inserted::New(incident) = transaction.incidents().create(incident).await? else {
            return Err(InvestigationError::Conflict("This very question was asked already.".to_owned()));
        };
        let detail = json!({"title": incident.title, "source": SOURCE, "sha256": incident.sha256});
        audit::record(context, transaction, "incident.create", format!("incident/{}", incident.id), detail).await?;
        Ok(incident.id)
    }

    /// One investigation of an incident at a time.
    pub(crate) async fn refuse_while_open(&self, transaction: &Transaction, incident: IncidentId) -> Result<()> {
        let all = transaction.investigations().of_incidents(&[incident]).await?;
        let open = |status| matches!(status, InvestigationStatus::Queued | InvestigationStatus::Running);
        if all.iter().any(|one| open(one.status)) {
            return Err(InvestigationError::Conflict(
                "An investigation of this incident is still under way; wait for it.".to_owned(),
            ));
        }
        Ok(())
    }
}

fn invalid(field: &'static str, reason: String) -> InvestigationError {
    InvestigationError::Invalid { field, reason }
}

/// Whether a text is a label as RFC 1123 has them, which a namespace must be.
fn is_label(text: &str) -> bool {
    let plain = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    text.len() <= 63 && plain && !text.starts_with('-') && !text.ends_with('-')
}
