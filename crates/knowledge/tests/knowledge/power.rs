//! The power may fail at any byte of a write: nothing that was acknowledged is lost, and nothing is half done.
//!
//! A process works on bases while everything that it asks of its files is recorded ([`crate::disk`]). For a thousand moments what
//! the disk may hold then is drawn, opened, and held against what had been acknowledged until then.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use oriel_identity::Context;
use oriel_knowledge::bases::{self, At, Note};
use oriel_knowledge::{Change, Knowledge, Settings};
use oriel_storage::{Database, DatabaseOptions, LocalBlobs, Repositories as _};
use oriel_testkit::clock;
use sea_orm::sqlx::sqlite::SqliteSynchronous;
use sea_orm::{ConnectOptions, ConnectionTrait as _, DbBackend, Statement};
use tokio_util::task::TaskTracker;

use crate::disk::{self, Disk, Op};
use crate::fixture::call;
use crate::junk::Junk;

const DIRECTORY: &str = "ORIEL_TEST_POWER_DIRECTORY";
/// The file in which the process says how much was acknowledged.
const SAID: &str = "said";
const POINTS: usize = 1_000;

/// What the database holds: of each base its name, version and hash; the changes, base by base; how many audit entries.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Holds {
    bases: Vec<(String, i64, String)>,
    changes: BTreeMap<String, Vec<(i64, String, i64)>>,
    entries: i64,
    last_entry: i64,
}

impl Holds {
    fn changes(&self) -> usize {
        self.changes.values().map(Vec::len).sum()
    }

    /// Whether it is what a later state began as, with nothing of a change but not the rest.
    fn is_beginning_of(&self, later: &Self, entries: &BTreeMap<usize, i64>) -> bool {
        let sound = |(name, version, head): &(String, i64, String)| {
            let own = self.changes.get(name).map_or(&[][..], Vec::as_slice);
            let all = later.changes.get(name).map_or(&[][..], Vec::as_slice);
            let last = own.last().map_or((0, None), |last| (last.0, Some(&last.1)));
            all.starts_with(own) && (*version, own.last().map(|_| head)) == last
        };
        let audited = entries.get(&self.changes()) == Some(&self.entries) && self.last_entry == self.entries;
        audited && self.bases.len() == later.bases.len() && self.bases.iter().all(sound)
    }
}

async fn holds(directory: &Path) -> Holds {
    let mut options = ConnectOptions::new(format!("sqlite:{}", directory.join("oriel.db").display()));
    options.max_connections(1).sqlx_logging(false);
    options.map_sqlx_sqlite_opts(|sqlite| sqlite.synchronous(SqliteSynchronous::Off));
    let database = sea_orm::Database::connect(options).await.unwrap();
    let rows = async |sql: &str| database.query_all_raw(Statement::from_string(DbBackend::Sqlite, sql)).await.unwrap();
    let found = rows("SELECT name, version, head FROM knowledge_bases ORDER BY name").await;
    let bases = found.iter().map(|row| {
        (row.try_get("", "name").unwrap(), row.try_get("", "version").unwrap(), row.try_get("", "head").unwrap())
    });
    let found = rows(
        "SELECT name, c.version, hash, length(data) AS n FROM knowledge_changes c JOIN knowledge_bases b ON b.id = c.base_id \
         ORDER BY name, c.version",
    )
    .await;
    let mut changes: BTreeMap<String, Vec<(i64, String, i64)>> = BTreeMap::new();
    for row in &found {
        let one =
            (row.try_get("", "version").unwrap(), row.try_get("", "hash").unwrap(), row.try_get("", "n").unwrap());
        changes.entry(row.try_get("", "name").unwrap()).or_default().push(one);
    }
    let audit = rows("SELECT seq, (SELECT COUNT(*) FROM audit_entries) AS n FROM audit_head").await;
    let (last_entry, entries) = (audit[0].try_get("", "seq").unwrap(), audit[0].try_get("", "n").unwrap());
    let found = Holds { bases: bases.collect(), changes, entries, last_entry };
    database.close().await.unwrap();
    found
}

async fn open(directory: &Path) -> (Database, Knowledge, Context, TaskTracker) {
    let database = Database::open(&DatabaseOptions::in_directory(directory)).await.unwrap();
    let blobs = LocalBlobs::in_directory(directory).await.unwrap();
    let settings = Settings { snapshot_changes: 5, snapshots_kept: 2, ..Settings::default() };
    let tasks = TaskTracker::new();
    let knowledge = Knowledge::new(database.clone(), Arc::new(blobs), settings, tasks.clone());
    (database, knowledge, Context::system("test", "request", clock::manual()), tasks)
}

/// Runs in a child process: works on two bases, saying after each step how much is acknowledged.
#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the parent test tells its child process where to write")]
async fn child_whose_files_are_recorded() {
    let Ok(directory) = std::env::var(DIRECTORY) else { return };
    let directory = Path::new(&directory);
    let (database, knowledge, context, tasks) = open(directory).await;
    for name in ["shop", "other"] {
        bases::create(&context, &knowledge, name, "").await.unwrap();
    }
    let mut junk = Junk(7);
    let mut said = 0;
    for step in 0..48 {
        let (name, change) = match step {
            // Enough for the log of the database to be begun anew.
            30..=38 => {
                let words: Vec<String> = (0..64_000).map(|_| format!("{:016x}", junk.next())).collect();
                let names = words.chunks(400).map(|words| format!("(Concept \"{}\")", words.concat()));
                ("shop", Change::add(names.collect::<String>()))
            }
            step if step % 7 == 6 => ("shop", Change::remove(format!("(Concept \"s{}\")", step - 3), true)),
            step if step % 5 == 4 => ("other", Change::add(call(step, step + 1))),
            step => ("shop", Change::add(call(step, step + 1))),
        };
        if bases::apply(&context, &knowledge, name, change, Note::default()).await.is_ok() {
            said += 1;
        }
        let entries = database.audit().verify().await.unwrap().entries;
        std::fs::write(directory.join(SAID), format!("{said} {entries}")).unwrap();
    }
    tasks.close();
    tasks.wait().await;
    database.close().await.unwrap();
}

/// How many changes had been acknowledged, and how many audit entries there were then.
fn said(op: &Op) -> Option<(usize, i64)> {
    let Op::Write(path, _, bytes) = op else { return None };
    let (changes, entries) = std::str::from_utf8(bytes).ok().filter(|_| path.ends_with(SAID))?.split_once(' ')?;
    Some((changes.parse().ok()?, entries.parse().ok()?))
}

/// A moment at which the power failed: how many changes had been acknowledged, and what the disk holds.
struct Point {
    acknowledged: usize,
    directory: tempfile::TempDir,
    told: String,
}

struct Judge {
    end: Holds,
    /// How many audit entries there are with so many changes.
    entries: BTreeMap<usize, i64>,
    /// What the base `shop` gives with so many changes of its own.
    dumps: Vec<String>,
}

impl Judge {
    async fn of(directory: &Path, entries: BTreeMap<usize, i64>) -> Self {
        let end = holds(directory).await;
        let (database, knowledge, context, _) = open(directory).await;
        let mut dumps = Vec::new();
        for version in 0..=end.changes["shop"].len() {
            let view = bases::read(&context, &knowledge, "shop", At::Version(version as u64)).await.unwrap();
            dumps.push(view.space.dump());
        }
        database.close().await.unwrap();
        Self { end, entries, dumps }
    }

    /// Opens what a power cut left, and holds it against what had been acknowledged.
    async fn check(&self, point: &Point, thoroughly: bool) {
        let Point { acknowledged, directory, told } = point;
        let found = holds(directory.path()).await;
        assert!(found.is_beginning_of(&self.end, &self.entries), "half done: {told}: {found:#?}");
        let there = found.changes();
        assert!((*acknowledged..=acknowledged + 1).contains(&there), "{there} of {acknowledged} changes: {told}");
        if thoroughly {
            // As the program opens it: the schema, the chains, and what the base gives; and it can be gone on with.
            let (database, knowledge, context, _) = open(directory.path()).await;
            let view = bases::read(&context, &knowledge, "shop", At::Newest).await.unwrap();
            assert_eq!(view.space.dump(), self.dumps[view.version as usize], "{told}");
            assert_eq!(database.audit().verify().await.unwrap().broken, None);
            let sound = bases::validate(&context, &knowledge, "shop", false, &mut |_, _| {}).await.unwrap();
            assert!(sound.is_sound(), "{told}: {sound:?}");
            let change = Change::add("(Concept \"afterwards\")");
            bases::apply(&context, &knowledge, "shop", change, Note::default()).await.unwrap();
            database.close().await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_power_cut_at_any_byte_loses_nothing_acknowledged() {
    let apart = tempfile::tempdir().unwrap();
    let (directory, journal) = (apart.path().join("data"), apart.path().join("journal"));
    std::fs::create_dir(&directory).unwrap();
    let directory = directory.canonicalize().unwrap();
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "power::child_whose_files_are_recorded"])
        .env(DIRECTORY, &directory)
        .env("ORIEL_RECORD_UNDER", &directory)
        .env("ORIEL_RECORD_TO", &journal)
        .env("LD_PRELOAD", disk::recorder(apart.path()))
        .output()
        .unwrap();
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stderr));
    let ops = disk::recorded(&journal);
    let entries: BTreeMap<usize, i64> = ops.iter().filter_map(said).collect();
    let judge = Arc::new(Judge::of(&directory, entries).await);
    let first = ops.iter().position(|op| said(op).is_some()).unwrap();
    assert!(ops.iter().any(|op| matches!(op, Op::Rename(..))), "snapshots are made meanwhile");

    let mut junk = Junk(42);
    let mut moments: Vec<usize> = (0..POINTS).map(|_| first + 1 + junk.below(ops.len() - first - 1)).collect();
    moments.sort_unstable();
    let (mut disk, mut acknowledged, mut done) = (Disk::default(), 0, 0);
    let checked = Arc::new(AtomicUsize::new(0));
    let turns = Arc::new(tokio::sync::Semaphore::new(4));
    let mut checks = tokio::task::JoinSet::new();
    for (number, moment) in moments.into_iter().enumerate() {
        for op in &ops[done..moment] {
            acknowledged = said(op).map_or(acknowledged, |said| said.0);
            disk.take(op);
        }
        done = moment;
        let turn = Arc::clone(&turns).acquire_owned().await.unwrap();
        let left = tempfile::tempdir().unwrap();
        let told = disk.after_a_cut(&ops[moment], &directory, left.path(), &mut junk);
        let (judge, checked) = (Arc::clone(&judge), Arc::clone(&checked));
        let point = Point { acknowledged, directory: left, told: format!("call {moment}: {told}") };
        checks.spawn(async move {
            judge.check(&point, number.is_multiple_of(40)).await;
            checked.fetch_add(1, Ordering::Relaxed);
            drop(turn);
        });
        while let Some(ended) = checks.try_join_next() {
            ended.unwrap();
        }
    }
    while let Some(ended) = checks.join_next().await {
        ended.unwrap();
    }
    assert_eq!(checked.load(Ordering::Relaxed), POINTS);
}
