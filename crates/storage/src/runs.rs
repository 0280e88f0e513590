//! Runs: one command sent to one or more targets, with one task for each.

use oriel_model::{Cursor, InvestigationId, Page, PageRequest, RunId, RunStatus, TargetId, Timestamp, UserId};
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};
use serde::{Deserialize, Serialize};

use crate::entities::runs::{Column, Entity, Model};
use crate::entities::tasks;
use crate::{Handle, Result, StorageError, row};

/// A command sent to targets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Run {
    /// The id.
    pub id: RunId,
    /// The command, as the shell on the target gets it.
    pub command: String,
    /// Where it stands.
    pub status: RunStatus,
    /// How long each task may take.
    pub timeout_seconds: u64,
    /// How many tasks run at a time.
    pub concurrency: u32,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// Who asked for it; none for the system.
    pub created_by: Option<UserId>,
    /// When its first task started.
    pub started_at: Option<Timestamp>,
    /// When its last task ended.
    pub finished_at: Option<Timestamp>,
    /// What it came from.
    pub origin: RunOrigin,
}

/// What a run came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RunOrigin {
    /// Somebody gave the command.
    Command,
    /// An inquiry asked it of the target.
    Inquiry {
        /// The investigation; none for one at a terminal.
        investigation: Option<InvestigationId>,
    },
}

impl RunOrigin {
    /// The word for its kind, as filters name it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Inquiry { .. } => "inquiry",
        }
    }
}

/// A run to create.
#[derive(Debug, Clone)]
pub struct NewRun {
    /// The id.
    pub id: RunId,
    /// The command.
    pub command: String,
    /// How long each task may take.
    pub timeout_seconds: u64,
    /// How many tasks run at a time.
    pub concurrency: u32,
    /// Who asked; none for the system.
    pub created_by: Option<UserId>,
    /// Now.
    pub at: Timestamp,
    /// What it came from.
    pub origin: RunOrigin,
}

/// Which runs to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct RunFilter {
    /// Of this kind of origin only, a word of [`RunOrigin::kind`].
    pub origin: Option<&'static str>,
    /// In this state only.
    pub status: Option<RunStatus>,
    /// With a task on this target only.
    pub target: Option<TargetId>,
}

/// The table of runs.
pub struct RunRepository<'a> {
    pub(crate) handle: Handle<'a>,
}

impl RunRepository<'_> {
    /// Adds a queued run. Its tasks are added in the same transaction by
    /// [`crate::TaskRepository::create`].
    ///
    /// # Errors
    /// [`StorageError::Invalid`] when the command holds a NUL character, which no shell
    /// can be given and PostgreSQL cannot store; it is not replaced, because the record
    /// must be the command that runs.
    pub async fn create(&self, new: NewRun) -> Result<Run> {
        if new.command.contains('\0') {
            return Err(StorageError::Invalid { what: "command", why: "it holds a NUL character".to_owned() });
        }
        let row = Model {
            id: new.id.as_uuid(),
            command: new.command,
            status: RunStatus::Queued.to_string(),
            timeout_seconds: row::column_count(new.timeout_seconds),
            concurrency: i32::try_from(new.concurrency).unwrap_or(i32::MAX),
            created_at: new.at,
            created_by: new.created_by.map(UserId::as_uuid),
            started_at: None,
            finished_at: None,
            origin_kind: new.origin.kind().to_owned(),
            origin: Some(row::to_json("runs.origin", &new.origin)?),
        };
        row::insert(self.handle.write(), "add a run", row.clone()).await?;
        run(row)
    }

    /// The run with this id.
    pub async fn get(&self, id: RunId) -> Result<Option<Run>> {
        let found = Entity::find_by_id(id.as_uuid()).one(self.handle.read()).await;
        found.map_err(StorageError::database("read a run"))?.map(run).transpose()
    }

    /// The runs, newest first.
    pub async fn list(&self, filter: RunFilter, page: PageRequest) -> Result<Page<Run>> {
        let mut query = Entity::find().order_by_desc(Column::Id).limit(u64::from(page.limit.get()) + 1);
        if let Some(after) = row::after_id(page)? {
            query = query.filter(Column::Id.lt(after));
        }
        if let Some(status) = filter.status {
            query = query.filter(Column::Status.eq(status.as_str()));
        }
        if let Some(origin) = filter.origin {
            query = query.filter(Column::OriginKind.eq(origin));
        }
        if let Some(target) = filter.target {
            let on_target = Query::select()
                .column(tasks::Column::RunId)
                .from(tasks::Entity)
                .and_where(tasks::Column::TargetId.eq(target.as_uuid()))
                .to_owned();
            query = query.filter(Column::Id.in_subquery(on_target));
        }
        let found = query.all(self.handle.read()).await.map_err(StorageError::database("list runs"))?;
        Page::from_found(found, page.limit, |model| Cursor::Id(model.id)).try_map(run)
    }

    /// From queued to running; whether it was queued.
    pub async fn start(&self, id: RunId, at: Timestamp) -> Result<bool> {
        self.transition(id, RunStatus::Running, Column::StartedAt, at).await
    }

    /// To a state that ends the run; whether it had not ended and `end` may follow where
    /// it stood. An ended run never changes.
    ///
    /// # Errors
    /// [`StorageError::Invalid`] when `end` is no end.
    pub async fn finish(&self, id: RunId, end: RunStatus, at: Timestamp) -> Result<bool> {
        if !end.is_terminal() {
            return Err(StorageError::Invalid { what: "status", why: format!("{end} does not end a run") });
        }
        self.transition(id, end, Column::FinishedAt, at).await
    }

    async fn transition(&self, id: RunId, to: RunStatus, time: Column, at: Timestamp) -> Result<bool> {
        let done = Entity::update_many()
            .col_expr(Column::Status, Expr::value(to.as_str()))
            .col_expr(time, Expr::value(at))
            .filter(Column::Id.eq(id.as_uuid()))
            .filter(Column::Status.is_in(row::words(to.predecessors())))
            .exec(self.handle.write())
            .await
            .map_err(StorageError::database("change a run"))?;
        Ok(done.rows_affected > 0)
    }
}

fn run(model: Model) -> Result<Run> {
    Ok(Run {
        id: RunId::from_uuid(model.id),
        command: model.command,
        status: row::word("runs.status", &model.status)?,
        timeout_seconds: row::count("runs.timeout_seconds", model.timeout_seconds)?,
        concurrency: row::count("runs.concurrency", i64::from(model.concurrency))?,
        created_at: model.created_at,
        created_by: model.created_by.map(UserId::from_uuid),
        started_at: model.started_at,
        finished_at: model.finished_at,
        // A run from before origins were kept was somebody's command.
        origin: match model.origin {
            Some(origin) => row::json("runs.origin", &origin)?,
            None => RunOrigin::Command,
        },
    })
}
