//! Fresh databases: a SQLite file in a temporary directory, or a database in a private
//! PostgreSQL server that this test process starts on a free port.
//!
//! The server is started once for a process and shared by its tests; each test gets a
//! database of its own. A watching shell, whose input is a pipe from this process, stops
//! the server and deletes its files when the process is gone, however it ended. Without
//! the PostgreSQL programs the tests fail and say which package to install; nothing is
//! skipped.
//!
//! ```text
//! oriel_testkit::on_each_database! {
//!     async fn a_user_is_found_by_name(database: Database) { … }
//! }
//! ```

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context as _, Result, bail};
use oriel_storage::{Database, DatabaseOptions};
use tempfile::TempDir;

/// Where Debian and Ubuntu keep the servers: a directory for each major version.
const VERSIONS: &str = "/usr/lib/postgresql";
/// The oldest major version that Oriel supports.
const OLDEST: u32 = 15;

/// A database that is deleted when this is dropped, and how to connect to it again.
#[derive(Debug)]
pub struct TestDatabase {
    /// The open database.
    pub database: Database,
    /// How it was opened, to open it a second time.
    pub options: DatabaseOptions,
    /// Deletes the file of a SQLite database.
    _directory: Option<TempDir>,
}

/// A fresh SQLite database.
pub async fn sqlite() -> Result<TestDatabase> {
    let directory = tempfile::tempdir()?;
    let options = DatabaseOptions::in_directory(directory.path());
    let database = Database::open(&options).await?;
    Ok(TestDatabase { database, options, _directory: Some(directory) })
}

/// A fresh PostgreSQL database.
pub async fn postgres() -> Result<TestDatabase> {
    static SERVER: OnceLock<Result<PostgresServer, String>> = OnceLock::new();
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let server = match SERVER.get_or_init(|| PostgresServer::start().map_err(|error| format!("{error:#}"))) {
        Ok(server) => server,
        Err(error) => bail!("PostgreSQL for tests: {error}"),
    };
    let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    server.program("createdb", ["-h", "127.0.0.1", "-p", &server.port.to_string(), "-U", "oriel", &name])?;
    let url = format!("postgres://oriel@127.0.0.1:{}/{name}", server.port);
    let mut options = DatabaseOptions::new(url);
    // Many tests share the server's connections.
    options.readers = std::num::NonZeroU32::MIN.saturating_add(2);
    options.writers = std::num::NonZeroU32::MIN.saturating_add(2);
    let database = Database::open(&options).await?;
    Ok(TestDatabase { database, options, _directory: None })
}

/// A private server. Lives as long as the process.
#[derive(Debug)]
struct PostgresServer {
    port: u16,
    programs: PathBuf,
    directory: PathBuf,
    /// The watching shell; its standard input is the pipe that this process holds open.
    _watch: Child,
}

impl PostgresServer {
    fn start() -> Result<Self> {
        let programs = programs()?;
        let directory = tempfile::Builder::new().prefix("oriel-postgres-").tempdir()?.keep();
        let watch = watch(&programs, &directory)?;
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(&directory))?;
        }
        let mut server = Self { port: 0, programs, directory, _watch: watch };
        server.program(
            "initdb",
            [
                "--pgdata",
                &server.data(),
                "--username=oriel",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
            ],
        )?;
        // Another process may take the port between asking and using: try again with another.
        for _ in 0..5 {
            server.port = free_port()?;
            if server.start_at_port().is_ok() {
                return Ok(server);
            }
        }
        let log = std::fs::read_to_string(server.directory.join("log")).unwrap_or_default();
        bail!("the server did not start:\n{log}")
    }

    fn start_at_port(&self) -> Result<()> {
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=400 -c shared_buffers=32MB -c fsync=off",
            self.port
        );
        let log = self.directory.join("log").display().to_string();
        self.program(
            "pg_ctl",
            ["start", "--wait", "--silent", "--pgdata", &self.data(), "--log", &log, "--options", &options],
        )
    }

    fn data(&self) -> String {
        self.directory.join("data").display().to_string()
    }

    /// Runs one of the server's programs, as the user `postgres` when this is root (the
    /// server refuses to run as root).
    fn program<'a>(&self, program: &str, arguments: impl IntoIterator<Item = &'a str>) -> Result<()> {
        let path = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        run(command.args(arguments).current_dir(&self.directory))
    }
}

/// The programs of the newest server that is installed.
fn programs() -> Result<PathBuf> {
    let installed = std::fs::read_dir(VERSIONS).into_iter().flatten().flatten();
    let versions = installed.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let newest = versions.filter(|version| *version >= OLDEST).max();
    let programs = Path::new(VERSIONS).join(newest.unwrap_or(OLDEST).to_string()).join("bin");
    if !programs.join("initdb").exists() {
        bail!(
            "{} is missing: install the package postgresql (apt-get install postgresql)",
            programs.join("initdb").display()
        );
    }
    Ok(programs)
}

/// Starts the shell that cleans up when the pipe to it closes.
fn watch(programs: &Path, directory: &Path) -> Result<Child> {
    let stop = "\"$2/pg_ctl\" stop --mode=immediate --silent --pgdata \"$1/data\"";
    let stop = if is_root() { format!("runuser -u postgres -- {stop}") } else { stop.to_owned() };
    let script = format!("trap '' INT TERM HUP; read -r line; cd /; {stop}; rm -rf \"$1\"");
    Command::new("sh")
        .args(["-c", &script, "sh"])
        .arg(directory)
        .arg(programs)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("start the shell that stops the server at the end")
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0)
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

fn run(command: &mut Command) -> Result<()> {
    // The server inherits these: an output pipe that it holds would never close.
    let output = tempfile::NamedTempFile::new()?;
    let status = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(output.reopen()?)
        .status()
        .with_context(|| format!("start {command:?}"))?;
    if !status.success() {
        bail!("{command:?} failed: {status}\n{}", std::fs::read_to_string(output.path())?);
    }
    Ok(())
}

/// Writes each test twice: on a fresh SQLite and on a fresh PostgreSQL database. A test that
/// needs to connect by itself also takes `url: Url`.
#[macro_export]
macro_rules! on_each_database {
    ($($(#[$attribute:meta])* async fn $name:ident($database:ident: Database $(, $url:ident: Url)?) $body:block)*) => {$(
        mod $name {
            use super::*;

            async fn check($database: ::oriel_storage::Database, url: &str) {
                let _ = url;
                $(let $url = url;)?
                $body
            }

            $(#[$attribute])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                let fresh = $crate::database::sqlite().await.expect("a fresh SQLite database");
                check(fresh.database.clone(), &fresh.options.url).await;
                fresh.database.close().await.expect("the database closes");
            }

            $(#[$attribute])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                let fresh = $crate::database::postgres().await.expect("a fresh PostgreSQL database");
                check(fresh.database.clone(), &fresh.options.url).await;
                fresh.database.close().await.expect("the database closes");
            }
        }
    )*};
}
