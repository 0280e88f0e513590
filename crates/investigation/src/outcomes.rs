//! Outcomes: what turned out to be true, and what Oriel learns from it.
//!
//! The outcome, the learned state and the audit entry are one transaction: either all of it is so, or nothing. An outcome
//! teaches once: a second one for the same investigation is refused. Who erred investigates again and reports on that.

use oriel_identity::{Action, Context, audit, authorize};
use oriel_model::{InvestigationId, InvestigationStatus, OutcomeId};
use oriel_storage::{Investigation, Outcome, Repositories as _};
use serde_json::json;

use crate::engine::{Change, Truth};
use crate::error::{InvestigationError, Result};
use crate::service::Investigations;
use crate::stored;

/// The longest note, in characters.
const NOTE_CHARS: usize = 4_000;
/// The longest entity or cause, in characters.
const NAME_CHARS: usize = 300;

/// What a user says was true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOutcome {
    /// What was at fault, as `kind/name`; empty when nothing was.
    pub entity: String,
    /// What was wrong with it: a known cause, or `none` when nothing was.
    pub cause: String,
    /// Anything worth keeping.
    pub note: String,
}

/// A reported outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct Reported {
    /// As it is kept.
    pub outcome: Outcome,
    /// What changed by it.
    pub learned: Vec<Change>,
}

impl Investigations {
    /// Keeps what was true of an investigated incident and learns from it. None when there is no such investigation.
    pub async fn report_outcome(
        &self,
        context: &Context,
        id: InvestigationId,
        new: NewOutcome,
    ) -> Result<Option<Reported>> {
        authorize(context, Action::ReportOutcome).map(drop)?;
        let new = self.checked(&new)?;
        let transaction = self.inner.database.begin().await?;
        let Some(investigation) = transaction.investigations().get(id).await? else {
            transaction.rollback().await?;
            return Ok(None);
        };
        if let Err(conflict) = judgeable(&investigation, transaction.outcomes().latest(id).await?.as_ref()) {
            transaction.rollback().await?;
            return Err(conflict);
        }
        let before = transaction.learning().load().await?;
        let truth = Truth { entity: new.entity.clone(), cause: new.cause.clone() };
        let record = stored::record(&investigation).cloned().unwrap_or_default();
        let (after, learned) = self
            .inner
            .engine
            .learn(&before.data, &record, &truth)
            .map_err(|error| InvestigationError::Knowledge(error.to_string()))?;
        let at = self.inner.clock.now();
        transaction.learning().save(before.version, &after, at).await?;
        let outcome = Outcome {
            id: OutcomeId::generate(&*self.inner.clock),
            investigation_id: id,
            entity: new.entity,
            cause: new.cause,
            note: new.note,
            learned: json!(learned),
            created_at: at,
            created_by: context.user_id(),
        };
        let outcome = transaction.outcomes().create(outcome).await?;
        let detail = json!({
            "outcome": outcome.id, "entity": outcome.entity, "cause": outcome.cause, "changes": learned.len(),
        });
        audit::record(context, &transaction, "outcome.report", format!("investigation/{id}"), detail).await?;
        transaction.commit().await?;
        self.inner.announcer.investigation_moved(id);
        self.inner.announcer.incidents_changed();
        Ok(Some(Reported { outcome, learned }))
    }

    fn checked(&self, new: &NewOutcome) -> Result<NewOutcome> {
        let invalid = |field, reason: String| Err(InvestigationError::Invalid { field, reason });
        let new = NewOutcome {
            entity: new.entity.trim().to_owned(),
            cause: new.cause.trim().to_owned(),
            note: new.note.trim().to_owned(),
        };
        let named = |text: &str| text.chars().count() <= NAME_CHARS && !text.chars().any(char::is_control);
        if !named(&new.entity) {
            return invalid("entity", format!("an entity is one line of at most {NAME_CHARS} characters"));
        }
        if new.note.chars().count() > NOTE_CHARS {
            return invalid("note", format!("a note has at most {NOTE_CHARS} characters"));
        }
        if new.cause == "none" {
            return Ok(NewOutcome { entity: String::new(), ..new });
        }
        if !self.inner.engine.causes().iter().any(|cause| cause.name == new.cause) {
            return invalid(
                "cause",
                "this cause is not known; GET /causes lists those that are, and `none` says that nothing was wrong"
                    .to_owned(),
            );
        }
        if !new.entity.split_once('/').is_some_and(|(kind, name)| !kind.is_empty() && !name.is_empty()) {
            return invalid("entity", "an entity is written as kind/name, such as service/cart".to_owned());
        }
        Ok(new)
    }
}

fn judgeable(investigation: &Investigation, earlier: Option<&Outcome>) -> Result<()> {
    if investigation.summary.status != InvestigationStatus::Done {
        return Err(InvestigationError::Conflict(
            "Only an investigation that is done has something to learn from.".to_owned(),
        ));
    }
    if earlier.is_some() {
        return Err(InvestigationError::Conflict(
            "The outcome of this investigation was reported already. Investigate again to report another.".to_owned(),
        ));
    }
    Ok(())
}
