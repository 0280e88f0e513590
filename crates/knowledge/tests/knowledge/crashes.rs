//! A crash at any byte loses nothing that was acknowledged, and leaves nothing half done.
//!
//! A base is worked on, and after each acknowledged step the database file and its write-ahead log are copied as they lie on
//! the disk. What a crash could have left between two steps is then made of the copies: the log cut at a byte, cut and
//! followed by junk, or with a sector that never came, over the database file as it was; a log that was begun anew and
//! overwritten up to a byte; a database file that a checkpoint had written in part. Each is opened and held against what had
//! been acknowledged.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use oriel_knowledge::bases::{self, At, Note};
use oriel_knowledge::{Change, Knowledge, Settings};
use oriel_storage::blobs::sweep;
use oriel_storage::{BlobStore as _, Database, DatabaseOptions, LocalBlobs, Repositories as _};
use sea_orm::sqlx::sqlite::SqliteSynchronous;
use sea_orm::{ConnectOptions, ConnectionTrait as _, DbBackend, Statement};
use tokio_util::task::TaskTracker;

use crate::fixture::{World, call, settled};

/// Numbers that look random and are the same every time (xorshift, Marsaglia 2003).
struct Junk(u64);

impl Junk {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `end`.
    fn below(&mut self, end: usize) -> usize {
        self.next() as usize % end.max(1)
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.next() as u8).collect()
    }
}

/// What the database holds, as far as it was acknowledged: bases, changes, and the end of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Holds {
    bases: Vec<(String, i64, String)>,
    changes: Vec<(i64, String, i64)>,
    audit: (i64, String, i64),
}

/// The files after a step was acknowledged.
struct Shot {
    file: Arc<Vec<u8>>,
    wal: Arc<Vec<u8>>,
    holds: Arc<Holds>,
    /// What the base `shop` gives then.
    dump: Arc<String>,
}

/// A state of the files that a crash may leave, and what must be in it.
struct Point {
    file: Arc<Vec<u8>>,
    file_head: Option<(Arc<Vec<u8>>, usize)>,
    wal: Vec<u8>,
    holds: Arc<Holds>,
    dump: Arc<String>,
    told: String,
}

async fn holds(directory: &Path) -> Holds {
    let mut options = ConnectOptions::new(format!("sqlite:{}", directory.join("oriel.db").display()));
    options.max_connections(1).sqlx_logging(false);
    options.map_sqlx_sqlite_opts(|sqlite| sqlite.synchronous(SqliteSynchronous::Off));
    let database = sea_orm::Database::connect(options).await.unwrap();
    let rows = async |sql: &str| database.query_all_raw(Statement::from_string(DbBackend::Sqlite, sql)).await.unwrap();
    let bases = rows("SELECT name, version, head FROM knowledge_bases ORDER BY name").await;
    let bases = bases.iter().map(|row| {
        (row.try_get("", "name").unwrap(), row.try_get("", "version").unwrap(), row.try_get("", "head").unwrap())
    });
    let changes =
        rows("SELECT version, hash, length(data) AS n FROM knowledge_changes ORDER BY base_id, version").await;
    let changes = changes.iter().map(|row| {
        (row.try_get("", "version").unwrap(), row.try_get("", "hash").unwrap(), row.try_get("", "n").unwrap())
    });
    let audit = rows("SELECT seq, hash, (SELECT COUNT(*) FROM audit_entries) AS n FROM audit_head").await;
    let audit = &audit[0];
    let audit =
        (audit.try_get("", "seq").unwrap(), audit.try_get("", "hash").unwrap(), audit.try_get("", "n").unwrap());
    let found = Holds { bases: bases.collect(), changes: changes.collect(), audit };
    database.close().await.unwrap();
    found
}

/// Works on a base, and keeps what lies on the disk after each step.
async fn worked() -> Vec<Shot> {
    let directory = tempfile::tempdir().unwrap();
    let options = DatabaseOptions::in_directory(directory.path());
    let world = World::new(Database::open(&options).await.unwrap()).await;
    let mut shots = Vec::new();
    world.create("shop").await;
    world.create("other").await;
    let mut junk = Junk(7);
    for step in 0..32 {
        let applied = match step {
            // Enough for the log to be begun anew.
            21..=28 => {
                let words: Vec<String> = (0..64_000).map(|_| format!("{:016x}", junk.next())).collect();
                let names = words.chunks(400).map(|words| format!("(Concept \"{}\")", words.concat()));
                world.add("shop", &names.collect::<String>()).await
            }
            step if step % 7 == 6 => {
                let gone = format!("(Concept \"s{}\")", step - 3);
                world.apply("shop", Change::remove(gone, true)).await.unwrap()
            }
            step if step % 5 == 4 => world.add("other", &call(step, step + 1)).await,
            step => world.add("shop", &call(step, step + 1)).await,
        };
        let read = |name: &str| std::fs::read(directory.path().join(name)).unwrap();
        let (file, wal) = (Arc::new(read("oriel.db")), Arc::new(read("oriel.db-wal")));
        let apart = tempfile::tempdir().unwrap();
        std::fs::write(apart.path().join("oriel.db"), &*file).unwrap();
        std::fs::write(apart.path().join("oriel.db-wal"), &*wal).unwrap();
        let holds = holds(apart.path()).await;
        assert!(holds.changes.iter().any(|change| change.1 == applied.hash), "what was acknowledged is there");
        let dump = Arc::new(world.dump("shop", At::Newest).await);
        shots.push(Shot { file, wal, holds: Arc::new(holds), dump });
    }
    world.database.close().await.unwrap();
    shots
}

/// How many bytes both begin with.
fn common(old: &[u8], new: &[u8]) -> usize {
    old.iter().zip(new).take_while(|(one, two)| one == two).count()
}

/// What crashes between two steps could have left.
fn points(before: &Shot, after: &Shot, cuts: usize, junk: &mut Junk, all: &mut Vec<Point>) {
    let (old, new) = (&before.wal, &after.wal);
    let mut point = |wal: Vec<u8>, told: String| {
        let (holds, dump) = (Arc::clone(&before.holds), Arc::clone(&before.dump));
        all.push(Point { file: Arc::clone(&before.file), file_head: None, wal, holds, dump, told });
    };
    // What is written lies between what both begin with and, over an old log that was begun anew, what both end with.
    let first = common(old, new);
    let same_end = old.iter().rev().zip(new.iter().rev()).take_while(|(one, two)| one == two).count();
    let end = if old.len() == new.len() { new.len() - same_end } else { new.len() };
    for number in 0..cuts {
        let at = first + junk.below(end - first);
        let rest = old.get(at..).unwrap_or_default();
        match number % 4 {
            0 | 1 => point([&new[..at], rest].concat(), format!("cut at byte {at} of {first} to {end}")),
            2 => {
                let more = junk.below(9_000);
                point([&new[..at], &junk.bytes(more)].concat(), format!("cut at byte {at}, and {more} bytes of junk"));
            }
            _ => {
                let sector = (at / 512 * 512).max(first);
                let mut wal = new.to_vec();
                let hole = sector..(sector + 512).min(end);
                let lost: Vec<u8> = hole.clone().map(|at| old.get(at).copied().unwrap_or(0)).collect();
                if wal[hole.clone()] != lost[..] {
                    wal[hole].copy_from_slice(&lost);
                    point(wal, format!("without the sector at byte {sector}"));
                }
            }
        }
    }
    // A checkpoint that was broken off: the log is whole, the file written in part.
    if before.file != after.file {
        for _ in 0..cuts {
            let at = junk.below(after.file.len());
            let (holds, dump) = (Arc::clone(&after.holds), Arc::clone(&after.dump));
            all.push(Point {
                file: Arc::clone(&before.file),
                file_head: Some((Arc::clone(&after.file), at)),
                wal: new.to_vec(),
                holds,
                dump,
                told: format!("a checkpoint that came to byte {at}"),
            });
        }
    }
}

/// Opens what a crash left, and holds it against what was acknowledged.
async fn check(point: &Point, number: usize) {
    let directory = tempfile::tempdir().unwrap();
    let mut file = point.file.to_vec();
    if let Some((newer, at)) = &point.file_head {
        file.resize(file.len().max(*at), 0);
        file[..*at].copy_from_slice(&newer[..*at]);
    }
    std::fs::write(directory.path().join("oriel.db"), file).unwrap();
    std::fs::write(directory.path().join("oriel.db-wal"), &point.wal).unwrap();
    let found = holds(directory.path()).await;
    assert!(found == *point.holds, "{}: {found:?}\nis not what was acknowledged: {:?}", point.told, point.holds);
    if number.is_multiple_of(40) {
        // As the program opens it: the schema, the chains, and what the base gives; and it can be gone on with.
        let database = Database::open(&DatabaseOptions::in_directory(directory.path())).await.unwrap();
        let world = World::new(database).await;
        assert_eq!(world.dump("shop", At::Newest).await, *point.dump, "{}", point.told);
        assert_eq!(world.database.audit().verify().await.unwrap().broken, None);
        let found = bases::validate(&world.context, &world.knowledge, "shop", false, &mut |_, _| {}).await.unwrap();
        assert!(found.is_sound(), "{}: {found:?}", point.told);
        world.add("shop", "(Concept \"afterwards\")").await;
        world.database.close().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_at_any_byte_of_the_database_loses_nothing_acknowledged() {
    let shots = worked().await;
    let mut junk = Junk(42);
    let mut all = Vec::new();
    // The log has a header of 32 bytes, which is new where it is begun anew.
    let begun_anew = shots.windows(2).filter(|pair| common(&pair[0].wal, &pair[1].wal) < 32).count();
    let checkpoints = shots.windows(2).filter(|pair| pair[0].file != pair[1].file).count();
    assert!(begun_anew > 0 && checkpoints > 0, "both kinds of crashes are among them: {begun_anew}, {checkpoints}");
    for pair in shots.windows(2) {
        let special = pair[0].file != pair[1].file || common(&pair[0].wal, &pair[1].wal) < 32;
        // Small files first of all: a point costs what is to be written for it.
        let cuts = if special || pair[1].wal.len() < 2_000_000 { 50 } else { 8 };
        points(&pair[0], &pair[1], cuts, &mut junk, &mut all);
    }
    assert!(all.len() >= 1_000, "{} points", all.len());
    let (all, next) = (Arc::new(all), Arc::new(AtomicUsize::new(0)));
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let (all, next) = (Arc::clone(&all), Arc::clone(&next));
            tokio::spawn(async move {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(point) = all.get(number) else { return };
                    check(point, number).await;
                }
            })
        })
        .collect();
    for worker in workers {
        worker.await.unwrap();
    }
}

#[tokio::test]
async fn a_snapshot_cut_at_any_byte_is_passed_over() {
    let fresh = oriel_testkit::database::sqlite().await.unwrap();
    let world = World::with(fresh.database.clone(), Settings { snapshot_changes: 3, ..Settings::default() }).await;
    world.create("shop").await;
    for number in 0..4 {
        world.add("shop", &call(number, number + 1)).await;
    }
    let before = world.dump("shop", At::Newest).await;
    let files = world.blobs();
    let [file] = files.as_slice() else { panic!("one snapshot: {files:?}") };
    let whole = std::fs::read(file).unwrap();
    for end in 0..=whole.len() {
        std::fs::write(file, &whole[..end]).unwrap();
        let view = bases::read(&world.context, &world.restarted().await, "shop", At::Newest).await.unwrap();
        assert_eq!((view.version, view.space.dump()), (4, before.clone()), "cut at byte {end}");
    }
}

#[tokio::test]
async fn a_snapshot_that_fails_or_stops_at_any_byte_loses_no_change() {
    use faulty::{Fault, Faulty};
    let fresh = oriel_testkit::database::sqlite().await.unwrap();
    let settings = Settings { snapshot_changes: 1, ..Settings::default() };
    let world = World::with(fresh.database.clone(), settings.clone()).await;
    world.create("shop").await;
    for number in 0..120_usize {
        let fault = if number % 2 == 0 { Fault::Fails } else { Fault::Stops };
        let blobs = LocalBlobs::in_directory(world.directory.path()).await.unwrap();
        let blobs = Arc::new(Faulty::new(blobs, number * 7, fault));
        let tasks = TaskTracker::new();
        let knowledge =
            Knowledge::new(world.database.clone(), Arc::clone(&blobs) as _, settings.clone(), tasks.clone());
        let change = Change::add(format!("(Concept \"{number}\")"));
        bases::apply(&world.context, &knowledge, "shop", change, Note::default()).await.unwrap();
        tokio::select! {
            () = settled(&tasks) => {}
            // The process is gone; what it had done is there or not.
            () = blobs.stopped.notified() => {}
        }
        let view = bases::read(&world.context, &world.restarted().await, "shop", At::Newest).await.unwrap();
        assert_eq!((view.version, view.space.len()), (number as u64 + 1, number + 1), "after {number}");
    }
    let found = bases::validate(&world.context, &world.restarted().await, "shop", false, &mut |_, _| {}).await.unwrap();
    assert!(found.is_sound(), "{found:?}");
}

#[tokio::test]
async fn a_snapshot_that_was_not_noted_is_swept_and_one_that_was_stays() {
    use faulty::{Fault, Faulty};
    let fresh = oriel_testkit::database::sqlite().await.unwrap();
    let settings = Settings { snapshot_changes: 1, ..Settings::default() };
    let world = World::with(fresh.database.clone(), settings.clone()).await;
    world.create("shop").await;
    let opened = async || LocalBlobs::in_directory(world.directory.path()).await.unwrap();
    for (fault, swept) in [(Fault::StopsBeforeItIsNoted, 1), (Fault::StopsBeforeItIsClaimed, 0)] {
        let blobs = Arc::new(Faulty::new(opened().await, usize::MAX, fault));
        let tasks = TaskTracker::new();
        let knowledge =
            Knowledge::new(world.database.clone(), Arc::clone(&blobs) as _, settings.clone(), tasks.clone());
        let change = Change::add(format!("(Concept \"{fault:?}\")"));
        bases::apply(&world.context, &knowledge, "shop", change, Note::default()).await.unwrap();
        // The process is gone.
        blobs.stopped.notified().await;
        let before = world.blobs().len();
        let blobs = opened().await;
        assert_eq!(sweep(&world.database, &blobs).await.unwrap(), swept, "{fault:?}");
        assert_eq!(world.blobs().len() as u64, before as u64 - swept, "{fault:?}");
        assert!(blobs.unclaimed().await.unwrap().is_empty(), "{fault:?}");
    }
    let found = bases::validate(&world.context, &world.restarted().await, "shop", false, &mut |_, _| {}).await.unwrap();
    assert!(found.is_sound() && found.snapshots.len() == 1, "{found:?}");
}

/// A store of blobs that fails, or stops as a process does that is gone, when so many bytes of a blob were read.
mod faulty {
    use std::path::PathBuf;
    use std::pin::Pin;
    use std::sync::Arc;
    use std::task::{Context, Poll};

    use oriel_storage::blobs::BlobReader;
    use oriel_storage::{BlobError, BlobInfo, BlobStore, LocalBlobs};
    use tokio::io::{AsyncRead, ReadBuf};
    use tokio::sync::Notify;

    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(super) enum Fault {
        Fails,
        Stops,
        StopsBeforeItIsNoted,
        StopsBeforeItIsClaimed,
    }

    #[derive(Debug)]
    pub(super) struct Faulty {
        blobs: LocalBlobs,
        at: usize,
        fault: Fault,
        pub(super) stopped: Arc<Notify>,
    }

    impl Faulty {
        pub(super) fn new(blobs: LocalBlobs, at: usize, fault: Fault) -> Self {
            Self { blobs, at, fault, stopped: Arc::default() }
        }

        async fn stop_for(&self, fault: Fault) {
            if self.fault == fault {
                self.stopped.notify_one();
                std::future::pending::<()>().await;
            }
        }
    }

    struct Cut<'a> {
        bytes: &'a mut (dyn AsyncRead + Send + Unpin),
        left: usize,
        fault: Fault,
        stopped: Arc<Notify>,
    }

    impl AsyncRead for Cut<'_> {
        fn poll_read(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            out: &mut ReadBuf<'_>,
        ) -> Poll<std::io::Result<()>> {
            if self.left == 0 {
                if self.fault == Fault::Fails {
                    return Poll::Ready(Err(std::io::Error::other("the disk is full")));
                }
                self.stopped.notify_one();
                return Poll::Pending;
            }
            let mut part = vec![0; self.left.min(out.remaining()).min(64)];
            let mut read = ReadBuf::new(&mut part);
            let polled = Pin::new(&mut *self.bytes).poll_read(cx, &mut read);
            if let Poll::Ready(Ok(())) = &polled {
                let count = read.filled().len();
                out.put_slice(&part[..count]);
                self.left -= count;
            }
            polled
        }
    }

    #[async_trait::async_trait]
    impl BlobStore for Faulty {
        async fn put(&self, bytes: &mut (dyn AsyncRead + Send + Unpin), limit: u64) -> Result<BlobInfo, BlobError> {
            let stopped = Arc::clone(&self.stopped);
            let put = self.blobs.put(&mut Cut { bytes, left: self.at, fault: self.fault, stopped }, limit).await;
            self.stop_for(Fault::StopsBeforeItIsNoted).await;
            put
        }

        async fn open(&self, sha256: &str) -> Result<Option<BlobReader>, BlobError> {
            self.blobs.open(sha256).await
        }

        async fn file(&self, sha256: &str) -> Result<Option<PathBuf>, BlobError> {
            self.blobs.file(sha256).await
        }

        async fn delete(&self, sha256: &str) -> Result<bool, BlobError> {
            self.blobs.delete(sha256).await
        }

        async fn claim(&self, sha256: &str) -> Result<(), BlobError> {
            self.stop_for(Fault::StopsBeforeItIsClaimed).await;
            self.blobs.claim(sha256).await
        }

        async fn release(&self, sha256: &str) -> Result<(), BlobError> {
            self.blobs.release(sha256).await
        }

        async fn unclaimed(&self) -> Result<Vec<String>, BlobError> {
            self.blobs.unclaimed().await
        }
    }
}
