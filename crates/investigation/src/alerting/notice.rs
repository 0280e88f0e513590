//! Taking in a message: makes, updates or ends the incident of its group. Answers before anything is collected.

use oriel_connectors::Collection;
use oriel_connectors::alertmanager::{Message, Status};
use oriel_identity::{Action, Context, audit, authorize};
use oriel_model::IncidentId;
use oriel_storage::{AlertGroup, BlobInfo, Incident, Inserted, Repositories as _, Transaction};
use serde_json::json;
use std::io::Cursor;

use super::SOURCE;
use crate::error::{InvestigationError, Result};
use crate::service::Investigations;

/// What a message did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It made an incident.
    Created,
    /// Other alerts of its group fire now; evidence is collected anew.
    Updated,
    /// It said nothing new.
    Repeated,
    /// It ended its incident.
    Resolved,
    /// It says that something is over that was not known.
    Unknown,
}

/// What came of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Noticed {
    /// What it did.
    pub outcome: Outcome,
    /// The incident of its group.
    pub incident: Option<IncidentId>,
}

impl Investigations {
    /// Takes in a message of Alertmanager.
    pub async fn notice(&self, context: &Context, message: &Message) -> Result<Noticed> {
        authorize(context, Action::CreateIncident).map(drop)?;
        message
            .check()
            .map_err(|error| InvestigationError::Invalid { field: error.field(), reason: error.to_string() })?;
        let firing = message.status == Status::Firing;
        // Only a group that begins to fire needs an archive. Whether it does is decided in the transaction: when another
        // message was faster there, it is looked at again.
        let known = self.inner.database.alert_groups().get(&message.group_key).await?;
        let mut begins = firing && !known.is_some_and(|group| group.firing);
        let noticed = loop {
            let blob = if begins { Some(self.first_archive(message).await?) } else { None };
            let sha256 = blob.as_ref().map(|blob| blob.sha256.clone());
            let decided = self.decide(context, message, blob).await;
            if matches!(decided, Ok(Some(Noticed { outcome: Outcome::Created, .. }))) {
                self.inner.claim(sha256.as_deref()).await;
            } else {
                self.inner.drop_unused(sha256).await?;
            }
            match decided? {
                Some(noticed) => break noticed,
                None => begins = true,
            }
        };
        if matches!(noticed.outcome, Outcome::Created | Outcome::Updated) {
            self.inner.alerted.notify_one();
        }
        if !matches!(noticed.outcome, Outcome::Repeated | Outcome::Unknown) {
            self.inner.announcer.incidents_changed();
        }
        Ok(noticed)
    }

    /// What the message does, in one transaction; none when an archive is needed and there is none.
    async fn decide(&self, context: &Context, message: &Message, blob: Option<BlobInfo>) -> Result<Option<Noticed>> {
        let transaction = self.inner.database.begin().await?;
        let known = transaction.alert_groups().get(&message.group_key).await?.filter(|group| group.firing);
        let noticed = match (message.status, known, blob) {
            (Status::Firing, Some(group), _) if group.firing_set == message.firing_set() => {
                Noticed { outcome: Outcome::Repeated, incident: Some(group.incident_id) }
            }
            (Status::Firing, Some(group), _) => self.update(context, &transaction, message, group).await?,
            (Status::Firing, None, Some(blob)) => self.create(context, &transaction, message, blob).await?,
            (Status::Firing, None, None) => {
                transaction.rollback().await?;
                return Ok(None);
            }
            (Status::Resolved, Some(group), _) => self.resolve(context, &transaction, message, group).await?,
            (Status::Resolved, None, _) => Noticed { outcome: Outcome::Unknown, incident: None },
        };
        transaction.commit().await?;
        Ok(Some(noticed))
    }

    /// The archive of the alerts alone.
    async fn first_archive(&self, message: &Message) -> Result<BlobInfo> {
        let now = self.inner.clock.now();
        let window = super::window(message, &self.inner.connectors, now);
        let bytes = super::archive(Collection::default(), message, &window, now).await?;
        Ok(self.inner.blobs.put(&mut Cursor::new(bytes), self.inner.settings.upload_limit).await?)
    }

    async fn create(
        &self,
        context: &Context,
        transaction: &Transaction,
        message: &Message,
        blob: BlobInfo,
    ) -> Result<Noticed> {
        let incident = Incident {
            id: IncidentId::generate(&*self.inner.clock),
            title: message.title(),
            source: SOURCE.to_owned(),
            sha256: blob.sha256,
            size_bytes: blob.size,
            created_at: self.inner.clock.now(),
            created_by: context.user_id(),
            resolved_at: None,
        };
        let incident = match transaction.incidents().create(incident).await? {
            Inserted::New(incident) => {
                let detail = json!({
                    "title": incident.title, "sha256": incident.sha256, "size_bytes": incident.size_bytes,
                    "group": message.group_key, "alerts": message.alerts.len(),
                });
                let subject = format!("incident/{}", incident.id);
                audit::record(context, transaction, "incident.create", subject, detail).await?;
                incident
            }
            // Two groups with the very same alerts, as of two routes, are one incident.
            Inserted::Existing(incident) => incident,
        };
        let group = self.group(message, incident.id, String::new())?;
        transaction.alert_groups().save(&group).await?;
        Ok(Noticed { outcome: Outcome::Created, incident: Some(incident.id) })
    }

    async fn update(
        &self,
        context: &Context,
        transaction: &Transaction,
        message: &Message,
        known: AlertGroup,
    ) -> Result<Noticed> {
        let group = self.group(message, known.incident_id, known.collected_set)?;
        transaction.alert_groups().save(&group).await?;
        let detail = json!({"group": message.group_key, "alerts": message.alerts.len()});
        let subject = format!("incident/{}", known.incident_id);
        audit::record(context, transaction, "incident.alerts", subject, detail).await?;
        Ok(Noticed { outcome: Outcome::Updated, incident: Some(known.incident_id) })
    }

    async fn resolve(
        &self,
        context: &Context,
        transaction: &Transaction,
        message: &Message,
        known: AlertGroup,
    ) -> Result<Noticed> {
        let incident = known.incident_id;
        transaction.incidents().set_resolved(incident, self.inner.clock.now()).await?;
        let updated_at = self.inner.clock.now();
        // What no evidence was collected for yet is still worth it, unless it was over at once.
        let least = chrono::TimeDelta::seconds(i64::from(self.inner.connectors.least_firing_seconds));
        let brief = message.lasted(updated_at) < least;
        let collected_set = if brief { known.firing_set.clone() } else { known.collected_set };
        transaction.alert_groups().save(&AlertGroup { firing: false, updated_at, collected_set, ..known }).await?;
        let detail = json!({"group": message.group_key});
        audit::record(context, transaction, "incident.resolve", format!("incident/{incident}"), detail).await?;
        Ok(Noticed { outcome: Outcome::Resolved, incident: Some(incident) })
    }

    fn group(&self, message: &Message, incident_id: IncidentId, collected_set: String) -> Result<AlertGroup> {
        let kept = serde_json::to_value(message).map_err(|error| InvestigationError::Invalid {
            field: "alerts",
            reason: format!("the message cannot be kept: {error}"),
        })?;
        Ok(AlertGroup {
            key: message.group_key.clone(),
            incident_id,
            firing: true,
            firing_set: message.firing_set(),
            collected_set,
            message: kept,
            updated_at: self.inner.clock.now(),
        })
    }
}
