//! Incidents: uploaded recordings. The bytes are a blob, found by the same SHA-256.

use oriel_model::{Cursor, IncidentId, Page, PageRequest, Timestamp, UserId};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};
use serde::Serialize;

use crate::entities::incidents::{Column, Entity, Model};
use crate::{Handle, Result, StorageError, row};

/// An uploaded recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Incident {
    /// The id.
    pub id: IncidentId,
    /// What it is called.
    pub title: String,
    /// How it came in, such as `upload` or `example`.
    pub source: String,
    /// SHA-256 of the archive in lower-case hexadecimal; also the key of its blob.
    pub sha256: String,
    /// The size of the archive.
    pub size_bytes: u64,
    /// When it came in.
    pub created_at: Timestamp,
    /// Who brought it in; none for the system.
    pub created_by: Option<UserId>,
    /// When it was said to be over; none while it was not.
    pub resolved_at: Option<Timestamp>,
}

/// An incident to create; the same as the incident.
pub type NewIncident = Incident;

/// What came of adding a record that may be there already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inserted<T> {
    /// It was added.
    New(T),
    /// It was there already: this one.
    Existing(T),
}

impl<T> Inserted<T> {
    /// The record, added or found.
    pub fn into_inner(self) -> T {
        match self {
            Self::New(record) | Self::Existing(record) => record,
        }
    }
}

/// The table of incidents.
pub struct IncidentRepository<'a> {
    pub(crate) handle: Handle<'a>,
}

impl IncidentRepository<'_> {
    /// Adds an incident, or finds the one with the same bytes.
    pub async fn create(&self, new: NewIncident) -> Result<Inserted<Incident>> {
        let row = Model {
            id: new.id.as_uuid(),
            title: row::text(&new.title),
            source: row::text(&new.source),
            sha256: new.sha256,
            size_bytes: row::column_count(new.size_bytes),
            created_at: new.created_at,
            created_by: new.created_by.map(UserId::as_uuid),
            resolved_at: new.resolved_at,
        };
        if row::insert_new(self.handle.write(), "add an incident", row.clone()).await? {
            return incident(row).map(Inserted::New);
        }
        let found = self.find_by_sha256(&row.sha256).await?;
        found.map(Inserted::Existing).ok_or(StorageError::Changed { what: "incident" })
    }

    /// Gives an incident another archive, of more evidence; whether there is such an incident.
    ///
    /// # Errors
    /// Another incident may have this archive already: look with [`Self::find_by_sha256`] first, in the same transaction.
    pub async fn set_archive(&self, id: IncidentId, sha256: &str, size_bytes: u64) -> Result<bool> {
        let done = Entity::update_many()
            .col_expr(Column::Sha256, Expr::value(sha256))
            .col_expr(Column::SizeBytes, Expr::value(row::column_count(size_bytes)))
            .filter(Column::Id.eq(id.as_uuid()))
            .exec(self.handle.write())
            .await
            .map_err(StorageError::database("give an incident another archive"))?;
        Ok(done.rows_affected > 0)
    }

    /// Notes when an incident was over; whether that was not known yet.
    pub async fn set_resolved(&self, id: IncidentId, at: Timestamp) -> Result<bool> {
        let done = Entity::update_many()
            .col_expr(Column::ResolvedAt, Expr::value(at))
            .filter(Column::Id.eq(id.as_uuid()))
            .filter(Column::ResolvedAt.is_null())
            .exec(self.handle.write())
            .await
            .map_err(StorageError::database("note the end of an incident"))?;
        Ok(done.rows_affected > 0)
    }

    /// The incident with this id.
    pub async fn get(&self, id: IncidentId) -> Result<Option<Incident>> {
        let found = Entity::find_by_id(id.as_uuid()).one(self.handle.read()).await;
        found.map_err(StorageError::database("read an incident"))?.map(incident).transpose()
    }

    /// The incident with these bytes.
    pub async fn find_by_sha256(&self, sha256: &str) -> Result<Option<Incident>> {
        let found = Entity::find().filter(Column::Sha256.eq(sha256)).one(self.handle.read()).await;
        found.map_err(StorageError::database("read an incident"))?.map(incident).transpose()
    }

    /// The incidents, newest first.
    pub async fn list(&self, page: PageRequest) -> Result<Page<Incident>> {
        let mut query = Entity::find().order_by_desc(Column::Id).limit(u64::from(page.limit.get()) + 1);
        if let Some(after) = row::after_id(page)? {
            query = query.filter(Column::Id.lt(after));
        }
        let found = query.all(self.handle.read()).await.map_err(StorageError::database("list incidents"))?;
        Page::from_found(found, page.limit, |model| Cursor::Id(model.id)).try_map(incident)
    }
}

fn incident(model: Model) -> Result<Incident> {
    Ok(Incident {
        id: IncidentId::from_uuid(model.id),
        title: model.title,
        source: model.source,
        sha256: model.sha256,
        size_bytes: row::count("incidents.size_bytes", model.size_bytes)?,
        created_at: model.created_at,
        created_by: model.created_by.map(UserId::from_uuid),
        resolved_at: model.resolved_at,
    })
}
