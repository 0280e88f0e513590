//! Investigations: one diagnosis of an incident each, from queued to its end.

use oriel_model::{Cursor, IncidentId, InvestigationId, InvestigationStatus, Page, PageRequest, Timestamp, UserId};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, FromQueryResult, QueryFilter as _, QueryOrder as _, QuerySelect as _, Select,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::entities::investigations::{Column, Entity, Model};
use crate::{Handle, Result, StorageError, row};

/// How far one stage of an investigation is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// What is being done.
    pub name: String,
    /// Units of work done.
    pub done: u64,
    /// Units of work in all; 0 when not known.
    pub total: u64,
    /// When this was so.
    pub at: Timestamp,
}

/// An investigation without its verdict, for lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InvestigationSummary {
    /// The id.
    pub id: InvestigationId,
    /// What is investigated.
    pub incident_id: IncidentId,
    /// Where it stands.
    pub status: InvestigationStatus,
    /// The verdict in one line; none before it is done.
    pub headline: Option<String>,
    /// Why it failed.
    pub error: Option<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// Who asked for it; none for the system.
    pub created_by: Option<UserId>,
    /// When work on it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

/// An investigation with everything that is known about it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Investigation {
    /// What a list shows.
    #[serde(flatten)]
    pub summary: InvestigationSummary,
    /// Its stages so far, in order.
    pub stages: Vec<Stage>,
    /// The verdict, as its engine wrote it; none before it is done.
    pub verdict: Option<Value>,
    /// What it asks for itself, and of whom; none where it takes the evidence as it is.
    pub inquiry: Option<Value>,
    /// What it has asked so far, in order; empty where it asks nothing.
    pub asked: Vec<Value>,
}

/// An investigation to create.
#[derive(Debug, Clone)]
pub struct NewInvestigation {
    /// The id.
    pub id: InvestigationId,
    /// What to investigate.
    pub incident_id: IncidentId,
    /// Who asked; none for the system.
    pub created_by: Option<UserId>,
    /// Now.
    pub at: Timestamp,
    /// What it is to ask for itself, and of whom.
    pub inquiry: Option<Value>,
}

/// Which investigations to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct InvestigationFilter {
    /// Of this incident only.
    pub incident: Option<IncidentId>,
    /// In this state only.
    pub status: Option<InvestigationStatus>,
}

/// The table of investigations.
pub struct InvestigationRepository<'a> {
    pub(crate) handle: Handle<'a>,
}

impl InvestigationRepository<'_> {
    /// Adds a queued investigation.
    pub async fn create(&self, new: NewInvestigation) -> Result<Investigation> {
        let row = Model {
            id: new.id.as_uuid(),
            incident_id: new.incident_id.as_uuid(),
            status: InvestigationStatus::Queued.to_string(),
            stages: "[]".to_owned(),
            headline: None,
            verdict: None,
            error: None,
            created_at: new.at,
            created_by: new.created_by.map(UserId::as_uuid),
            started_at: None,
            finished_at: None,
            inquiry: new.inquiry.as_ref().map(|inquiry| row::to_json("investigations.inquiry", inquiry)).transpose()?,
            asked: None,
        };
        row::insert(self.handle.write(), "add an investigation", row.clone()).await?;
        investigation(row)
    }

    /// The investigation with this id.
    pub async fn get(&self, id: InvestigationId) -> Result<Option<Investigation>> {
        let found = Entity::find_by_id(id.as_uuid()).one(self.handle.read()).await;
        found.map_err(StorageError::database("read an investigation"))?.map(investigation).transpose()
    }

    /// The investigations, newest first, without verdicts.
    pub async fn list(&self, filter: InvestigationFilter, page: PageRequest) -> Result<Page<InvestigationSummary>> {
        let mut query = Entity::find().order_by_desc(Column::Id).limit(u64::from(page.limit.get()) + 1);
        if let Some(after) = row::after_id(page)? {
            query = query.filter(Column::Id.lt(after));
        }
        if let Some(incident) = filter.incident {
            query = query.filter(Column::IncidentId.eq(incident.as_uuid()));
        }
        if let Some(status) = filter.status {
            query = query.filter(Column::Status.eq(status.as_str()));
        }
        let found = self.summaries(query).await?;
        Page::from_found(found, page.limit, |row| Cursor::Id(row.id)).try_map(summary)
    }

    /// All investigations of these incidents, newest first.
    pub async fn of_incidents(&self, incidents: &[IncidentId]) -> Result<Vec<InvestigationSummary>> {
        let ids = incidents.iter().map(|id| id.as_uuid());
        let query = Entity::find().filter(Column::IncidentId.is_in(ids)).order_by_desc(Column::Id);
        self.summaries(query).await?.into_iter().map(summary).collect()
    }

    /// From queued to running; whether it was queued.
    pub async fn start(&self, id: InvestigationId, at: Timestamp) -> Result<bool> {
        self.transition(id, InvestigationStatus::Running, [(Column::StartedAt, Expr::value(at))]).await
    }

    /// Replaces the stages of a running investigation; whether it is running.
    pub async fn set_stages(&self, id: InvestigationId, stages: &[Stage]) -> Result<bool> {
        let done = Entity::update_many()
            .col_expr(Column::Stages, Expr::value(row::to_json("investigations.stages", stages)?))
            .filter(Column::Id.eq(id.as_uuid()))
            .filter(Column::Status.eq(InvestigationStatus::Running.as_str()))
            .exec(self.handle.write())
            .await
            .map_err(StorageError::database("note the progress of an investigation"))?;
        Ok(done.rows_affected > 0)
    }

    /// Replaces what a running investigation has asked so far; whether it is running.
    pub async fn set_asked(&self, id: InvestigationId, asked: &[Value]) -> Result<bool> {
        let done = Entity::update_many()
            .col_expr(Column::Asked, Expr::value(row::to_json("investigations.asked", asked)?))
            .filter(Column::Id.eq(id.as_uuid()))
            .filter(Column::Status.eq(InvestigationStatus::Running.as_str()))
            .exec(self.handle.write())
            .await
            .map_err(StorageError::database("note what an investigation asks"))?;
        Ok(done.rows_affected > 0)
    }

    /// From queued or running to cancelled; whether it had not ended.
    pub async fn cancel(&self, id: InvestigationId, why: &str, at: Timestamp) -> Result<bool> {
        let values = [(Column::Error, Expr::value(row::text(why))), (Column::FinishedAt, Expr::value(at))];
        self.transition(id, InvestigationStatus::Cancelled, values).await
    }

    /// From running to done, with its verdict; whether it was running.
    pub async fn finish(&self, id: InvestigationId, verdict: &Value, headline: &str, at: Timestamp) -> Result<bool> {
        let values = [
            (Column::Verdict, Expr::value(row::to_json("investigations.verdict", verdict)?)),
            (Column::Headline, Expr::value(row::text(headline))),
            (Column::FinishedAt, Expr::value(at)),
        ];
        self.transition(id, InvestigationStatus::Done, values).await
    }

    /// From queued or running to failed; whether it had not ended.
    pub async fn fail(&self, id: InvestigationId, error: &str, at: Timestamp) -> Result<bool> {
        let values = [(Column::Error, Expr::value(row::text(error))), (Column::FinishedAt, Expr::value(at))];
        self.transition(id, InvestigationStatus::Failed, values).await
    }

    /// From queued or running to interrupted; whether it had not ended.
    pub async fn interrupt(&self, id: InvestigationId, error: &str, at: Timestamp) -> Result<bool> {
        let values = [(Column::Error, Expr::value(row::text(error))), (Column::FinishedAt, Expr::value(at))];
        self.transition(id, InvestigationStatus::Interrupted, values).await
    }

    async fn transition(
        &self,
        id: InvestigationId,
        to: InvestigationStatus,
        values: impl IntoIterator<Item = (Column, Expr)>,
    ) -> Result<bool> {
        let mut update = Entity::update_many()
            .col_expr(Column::Status, Expr::value(to.as_str()))
            .filter(Column::Id.eq(id.as_uuid()))
            .filter(Column::Status.is_in(row::words(to.predecessors())));
        for (column, value) in values {
            update = update.col_expr(column, value);
        }
        let done = update.exec(self.handle.write()).await;
        Ok(done.map_err(StorageError::database("change an investigation"))?.rows_affected > 0)
    }

    async fn summaries(&self, query: Select<Entity>) -> Result<Vec<SummaryRow>> {
        query
            .select_only()
            .columns([
                Column::Id,
                Column::IncidentId,
                Column::Status,
                Column::Headline,
                Column::Error,
                Column::CreatedAt,
                Column::CreatedBy,
                Column::StartedAt,
                Column::FinishedAt,
            ])
            .into_model::<SummaryRow>()
            .all(self.handle.read())
            .await
            .map_err(StorageError::database("list investigations"))
    }
}

/// The columns of a list: all but the large ones.
#[derive(FromQueryResult)]
struct SummaryRow {
    id: Uuid,
    incident_id: Uuid,
    status: String,
    headline: Option<String>,
    error: Option<String>,
    created_at: Timestamp,
    created_by: Option<Uuid>,
    started_at: Option<Timestamp>,
    finished_at: Option<Timestamp>,
}

fn summary(row: SummaryRow) -> Result<InvestigationSummary> {
    Ok(InvestigationSummary {
        id: InvestigationId::from_uuid(row.id),
        incident_id: IncidentId::from_uuid(row.incident_id),
        status: row::word("investigations.status", &row.status)?,
        headline: row.headline,
        error: row.error,
        created_at: row.created_at,
        created_by: row.created_by.map(UserId::from_uuid),
        started_at: row.started_at,
        finished_at: row.finished_at,
    })
}

fn investigation(model: Model) -> Result<Investigation> {
    let stages = row::json("investigations.stages", &model.stages)?;
    let verdict = model.verdict.as_deref().map(|text| row::json("investigations.verdict", text)).transpose()?;
    let inquiry = model.inquiry.as_deref().map(|text| row::json("investigations.inquiry", text)).transpose()?;
    let asked = model.asked.as_deref().map(|text| row::json("investigations.asked", text)).transpose()?;
    let summary = summary(SummaryRow {
        id: model.id,
        incident_id: model.incident_id,
        status: model.status,
        headline: model.headline,
        error: model.error,
        created_at: model.created_at,
        created_by: model.created_by,
        started_at: model.started_at,
        finished_at: model.finished_at,
    })?;
    Ok(Investigation { summary, stages, verdict, inquiry, asked: asked.unwrap_or_default() })
}
