//! Connecting: two pools over one database, migrations, and the start of transactions.
//!
//! **Pools.** Reads outside a transaction go to the reading pool, whose connections
//! refuse to write; everything else goes to the writing pool.
//!
//! **One writer.** A [`Transaction`] first takes the row of `writer_lock` and keeps it
//! until it ends. SQLite has one writer anyway (the writing pool has one connection,
//! and `BEGIN IMMEDIATE` queues behind other processes for up to 30 s), PostgreSQL
//! gets the same by the row lock. This costs parallel writes on PostgreSQL and buys
//! that no check-then-write inside a transaction can be overtaken, that the audit
//! chain cannot fork, and that transactions cannot deadlock. A transaction lasts a
//! few milliseconds; bulk data (run output, archives) does not go through here.
//!
//! **Durability.** SQLite runs in WAL mode with `synchronous=FULL`: a commit is on the
//! disk when it returns, also across power loss. `NORMAL` would be faster but may
//! lose the last commits, and an audit entry must not be lost once its run has
//! started. What changes often (byte counts of a running task) is written rarely by
//! its owner instead.
//!
//! **Deleted is gone.** SQLite overwrites what is deleted with zeros (`secure_delete`), and what must not be found any more is
//! taken out of the write-ahead log too ([`Database::forget_deleted`]). That waits for nobody: what it leaves, because somebody reads
//! at that moment, goes the next time, and when the database is opened.

use std::num::NonZeroU32;
use std::path::Path;
use std::time::Duration;

use sea_orm::sea_query::Expr;
use sea_orm::sqlx;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, ConnectionTrait as _, DatabaseConnection, DbBackend, EntityTrait as _, ExprTrait as _,
    SqliteTransactionMode, TransactionOptions, TransactionTrait as _,
};
use sea_orm_migration::MigratorTrait as _;

use crate::entities::writer_lock;
use crate::migrations::Migrator;
use crate::repositories::{Handle, Repositories};
use crate::{Result, StorageError, Transaction};

/// How long a writer waits for its turn before it gives up.
const PATIENCE: Duration = Duration::from_secs(30);

const EIGHT: NonZeroU32 = NonZeroU32::MIN.saturating_add(7);

/// Where the database is and how many connections it gets. Its `Debug` leaves the address
/// out, because that may hold a password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseOptions {
    /// `sqlite:PATH` or `postgres://USER:PASSWORD@HOST:PORT/NAME`.
    pub url: String,
    /// Reading connections at most.
    pub readers: NonZeroU32,
    /// Writing connections at most; SQLite has one whatever this says.
    pub writers: NonZeroU32,
}

impl std::fmt::Debug for DatabaseOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (kind, _) = self.url.split_once(':').unwrap_or_default();
        f.debug_struct("DatabaseOptions")
            .field("url", &format_args!("{kind}:…"))
            .field("readers", &self.readers)
            .field("writers", &self.writers)
            .finish()
    }
}

impl DatabaseOptions {
    /// The database at `url`, with pools for one server.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), readers: EIGHT, writers: EIGHT }
    }

    /// The SQLite file `oriel.db` in the data directory `directory`.
    pub fn in_directory(directory: &Path) -> Self {
        Self::new(format!("sqlite:{}", directory.join("oriel.db").display()))
    }

    fn kind(&self) -> Result<Kind> {
        match self.url.split_once(':') {
            Some(("sqlite", path)) if path.contains(":memory:") || path.contains("mode=memory") => Err(StorageError::Url {
                why: "a database in memory has one connection and is lost at the end; write sqlite:PATH with the path of a file".to_owned(),
            }),
            Some(("sqlite", _)) => Ok(Kind { writers: NonZeroU32::MIN }),
            Some(("postgres" | "postgresql", _)) => Ok(Kind { writers: self.writers }),
            _ => Err(StorageError::Url {
                why: "it must start with sqlite: (a file) or postgres:// (a server)".to_owned(),
            }),
        }
    }
}

/// What the two databases are given differently: how many writers they can have.
struct Kind {
    writers: NonZeroU32,
}

/// A database: the way to every repository. Cloning shares the pools.
#[derive(Debug, Clone)]
pub struct Database {
    reader: DatabaseConnection,
    writer: DatabaseConnection,
}

impl Database {
    /// Connects and brings the schema up to date.
    ///
    /// # Errors
    /// [`StorageError::Url`] when the address is of no known kind,
    /// [`StorageError::Database`] when the database cannot be reached or its schema
    /// is newer than this program.
    pub async fn open(options: &DatabaseOptions) -> Result<Self> {
        let kind = options.kind()?;
        let writer = connect(&options.url, kind.writers, Access::Write).await?;
        Migrator::up(&writer, None).await.map_err(StorageError::database("bring the schema up to date"))?;
        let reader = connect(&options.url, options.readers, Access::Read).await?;
        let database = Self { reader, writer };
        if let Err(error) = database.forget_deleted().await {
            tracing::warn!(%error, "the write-ahead log may still have some of what was deleted");
        }
        Ok(database)
    }

    /// Starts a writing transaction, after those started before it have ended.
    pub async fn begin(&self) -> Result<Transaction> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let inner =
            self.writer.begin_with_options(options).await.map_err(StorageError::database("begin a transaction"))?;
        writer_lock::Entity::update_many()
            .col_expr(writer_lock::Column::Taken, Expr::col(writer_lock::Column::Taken).add(1))
            .exec(&inner)
            .await
            .map_err(StorageError::database("wait for the writers before"))?;
        Ok(Transaction::new(inner))
    }

    /// Lets go of what deleted rows left behind, where that is this program's to do; whether nothing of them is left. SQLite
    /// overwrites what is deleted with zeros, and its write-ahead log, which still has what was written before, is emptied
    /// here, unless somebody reads or writes at this moment: nobody is waited for, because all writers would wait along. PostgreSQL keeps deleted rows until the server's own vacuum.
    pub async fn forget_deleted(&self) -> Result<bool> {
        if self.writer.get_database_backend() != DbBackend::Sqlite {
            return Ok(false);
        }
        let failed = |error| StorageError::Database { doing: "empty the write-ahead log", source: Box::new(error) };
        self.empty_log().await.map_err(failed)
    }

    /// Empties the write-ahead log of SQLite, if that can be done at once.
    async fn empty_log(&self) -> Result<bool, sqlx::Error> {
        let mut connection = self.writer.get_sqlite_connection_pool().acquire().await?;
        // It is closed whatever happens, also where nobody waits for this any more: the next writer has its patience.
        connection.close_on_drop();
        sqlx::query("PRAGMA busy_timeout = 0").execute(&mut *connection).await?;
        let emptied = sqlx::query_scalar::<_, i64>("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut *connection).await;
        connection.close().await?;
        Ok(emptied? == 0)
    }

    /// Asks the database for an answer, for the health page.
    pub async fn ping(&self) -> Result<()> {
        self.reader.execute_unprepared("SELECT 1").await.map(drop).map_err(StorageError::database("answer"))
    }

    /// Closes both pools after their work is done. Other clones stop working too.
    pub async fn close(&self) -> Result<()> {
        self.reader.close_by_ref().await.map_err(StorageError::database("close"))?;
        self.writer.close_by_ref().await.map_err(StorageError::database("close"))
    }
}

impl Repositories for Database {
    fn handle(&self) -> Handle<'_> {
        Handle::pools(&self.reader, &self.writer)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Access {
    Read,
    Write,
}

async fn connect(url: &str, connections: NonZeroU32, access: Access) -> Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections.get())
        .acquire_timeout(PATIENCE)
        .connect_timeout(PATIENCE)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(move |sqlite| {
            sqlite
                .create_if_missing(access == Access::Write)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(PATIENCE)
                .pragma("secure_delete", "on")
                .pragma("query_only", if access == Access::Read { "on" } else { "off" })
        })
        .map_sqlx_postgres_opts(move |postgres| {
            postgres.application_name("oriel").options([
                ("default_transaction_read_only", if access == Access::Read { "on" } else { "off" }),
                ("lock_timeout", "30s"),
                ("idle_in_transaction_session_timeout", "60s"),
            ])
        });
    sea_orm::Database::connect(options).await.map_err(StorageError::database("connect"))
}

#[cfg(test)]
mod tests {
    use sea_orm::Statement;

    use super::*;

    async fn setting(connection: &DatabaseConnection, name: &str) -> String {
        let ask = format!("SELECT CAST({name} AS TEXT) AS value FROM pragma_{name}");
        let ask = Statement::from_string(connection.get_database_backend(), ask);
        connection.query_one_raw(ask).await.unwrap().unwrap().try_get("", "value").unwrap()
    }

    #[test]
    fn debug_shows_no_password() {
        let shown = format!("{:?}", DatabaseOptions::new("postgres://oriel:hunter2@db/oriel"));
        assert_eq!(shown, "DatabaseOptions { url: postgres:…, readers: 8, writers: 8 }");
    }

    #[tokio::test]
    async fn the_write_ahead_log_is_emptied_without_waiting_for_readers() {
        let directory = tempfile::tempdir().unwrap();
        let options = DatabaseOptions::in_directory(directory.path());
        let log = || std::fs::metadata(directory.path().join("oriel.db-wal")).map_or(0, |file| file.len());
        let database = Database::open(&options).await.unwrap();
        // As another program that goes on to be connected: whoever is the last one empties the log.
        let other = connect(&options.url, NonZeroU32::MIN, Access::Read).await.unwrap();
        let reading = other.begin().await.unwrap();
        reading.execute_unprepared("SELECT * FROM users").await.unwrap();
        database.writer.execute_unprepared("UPDATE writer_lock SET taken = taken + 1").await.unwrap();
        let emptied = tokio::time::timeout(PATIENCE / 3, database.forget_deleted()).await;
        assert!(!emptied.unwrap().unwrap() && log() > 0);
        let ask = "SELECT CAST(timeout AS TEXT) AS value FROM pragma_busy_timeout";
        let ask = Statement::from_string(DbBackend::Sqlite, ask);
        let patience: String = database.writer.query_one_raw(ask).await.unwrap().unwrap().try_get("", "value").unwrap();
        assert_eq!(patience, PATIENCE.as_millis().to_string());

        database.close().await.unwrap();
        reading.rollback().await.unwrap();
        assert!(log() > 0);
        let database = Database::open(&options).await.unwrap();
        assert_eq!(log(), 0);
        database.writer.execute_unprepared("UPDATE writer_lock SET taken = taken + 1").await.unwrap();
        assert!(log() > 0 && database.forget_deleted().await.unwrap());
        assert_eq!(log(), 0);
    }

    #[tokio::test]
    async fn sqlite_is_set_up_not_to_lose_commits_and_readers_do_not_write() {
        let directory = tempfile::tempdir().unwrap();
        let database = Database::open(&DatabaseOptions::in_directory(directory.path())).await.unwrap();
        for connection in [&database.reader, &database.writer] {
            let settings = [
                setting(connection, "journal_mode").await,
                setting(connection, "synchronous").await,
                setting(connection, "foreign_keys").await,
                setting(connection, "secure_delete").await,
            ];
            assert_eq!(settings, ["wal", "2", "1", "1"]);
        }
        let error = database.reader.execute_unprepared("DELETE FROM users").await.unwrap_err();
        assert!(error.to_string().contains("readonly"), "{error}");
        database.writer.execute_unprepared("DELETE FROM users").await.unwrap();
        database.close().await.unwrap();
    }
}
