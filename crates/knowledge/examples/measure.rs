//! Measures knowledge bases on this machine: loading, small changes, and opening again with and without a snapshot.
//!
//! `cargo run --release -p oriel-knowledge --example measure -- 200000` makes a base of so many relations in a fresh SQLite
//! database under the directory for temporary files, and deletes it at the end.
#![expect(clippy::print_stdout, reason = "its report")]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use oriel_identity::Context;
use oriel_knowledge::bases::{self, Ask, At, Note};
use oriel_knowledge::{Change, Knowledge, Settings};
use oriel_model::SystemClock;
use oriel_storage::{BlobStore, Database, DatabaseOptions, LocalBlobs};
use tokio_util::task::TaskTracker;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Small changes, and queries, whose time is taken.
const REPEATS: usize = 300;
/// Loads by a snapshot, of which the middle one counts.
const LOADS: usize = 5;
const BASE: &str = "measured";

struct World {
    database: Database,
    blobs: Arc<dyn BlobStore>,
    tasks: TaskTracker,
    context: Context,
}

impl World {
    async fn open(directory: &Path) -> Outcome<Self> {
        let database = Database::open(&DatabaseOptions::in_directory(directory)).await?;
        let blobs: Arc<dyn BlobStore> = Arc::new(LocalBlobs::in_directory(directory).await?);
        let context = Context::system("measure", "", Arc::new(SystemClock));
        Ok(Self { database, blobs, tasks: TaskTracker::new(), context })
    }

    /// The bases, with nothing in memory.
    fn knowledge(&self, snapshot_changes: u64) -> Knowledge {
        let settings = Settings { snapshot_changes, snapshot_bytes: u64::MAX, ..Settings::default() };
        Knowledge::new(self.database.clone(), Arc::clone(&self.blobs), settings, self.tasks.clone())
    }

    async fn apply(&self, knowledge: &Knowledge, text: String) -> Outcome<Duration> {
        let (started, change) = (Instant::now(), Change::add(text));
        bases::apply(&self.context, knowledge, BASE, change, Note::default()).await?;
        Ok(started.elapsed())
    }

    /// How many atoms the base has when it is loaded, and how long that takes.
    async fn loaded(&self) -> Outcome<(usize, Duration)> {
        let (started, knowledge) = (Instant::now(), self.knowledge(u64::MAX));
        let view = bases::read(&self.context, &knowledge, BASE, At::Newest).await?;
        Ok((view.space.len(), started.elapsed()))
    }
}

/// Relations between services, some of which have many.
fn relations(count: usize) -> String {
    let one = |number: usize| {
        let (from, to) = (number % (count / 4 + 1), number.wrapping_mul(2_654_435_761) % (count / 3 + 1));
        format!("(Evaluation (stv 0.9 0.5) (Predicate \"calls\") (List (Concept \"s{from}\") (Concept \"s{to}\")))\n")
    };
    (0..count).map(one).collect::<Vec<_>>().concat()
}

/// The time in the middle, and the one that 99 of 100 do not exceed.
fn spread(mut took: Vec<Duration>) -> (Duration, Duration) {
    took.sort_unstable();
    let at = |share: usize| took.get(took.len() * share / 100).copied().unwrap_or_default();
    (at(50), at(99))
}

/// Bytes of the blobs in a data directory.
fn blobs(directory: &Path) -> Outcome<u64> {
    let mut bytes = 0;
    for folder in std::fs::read_dir(directory.join("blobs"))? {
        for file in std::fs::read_dir(folder?.path())? {
            bytes += file?.metadata()?.len();
        }
    }
    Ok(bytes)
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let count: usize = std::env::args().nth(1).map_or(Ok(100_000), |text| text.parse())?;
    let directory = tempfile::tempdir()?;
    let world = World::open(directory.path()).await?;
    let knowledge = world.knowledge(u64::MAX);
    bases::create(&world.context, &knowledge, BASE, "").await?;

    let text = relations(count);
    let megabytes = text.len() as f64 / 1e6;
    let took = world.apply(&knowledge, text).await?;
    let (atoms, by_log) = world.loaded().await?;
    println!("{count} relations, {atoms} atoms, {megabytes:.1} MB of text");
    println!("one change of all of it, durable: {took:.2?}; loaded by its log: {by_log:.2?}");

    let mut took = Vec::new();
    for number in 0..REPEATS {
        took.push(world.apply(&knowledge, format!("(Member (Concept \"s{number}\") (Concept \"of all\"))")).await?);
    }
    let (median, most) = spread(took);
    println!("a small change, durable: {median:.2?} in the middle, 99 of 100 within {most:.2?}");

    let started = Instant::now();
    world.apply(&world.knowledge(1), "(Concept \"the last\")".to_owned()).await?;
    world.tasks.close();
    world.tasks.wait().await;
    let took = started.elapsed();
    let mut loads = Vec::new();
    for _ in 0..LOADS {
        loads.push(world.loaded().await?.1);
    }
    let (by_snapshot, _) = spread(loads);
    let size = blobs(directory.path())? as f64 / 1e6;
    println!(
        "loaded, changed and a snapshot made: {took:.2?}; loaded by the snapshot, {size:.1} MB: {by_snapshot:.2?}"
    );

    let query = "(Get (Evaluation (Predicate \"calls\") (List (Concept \"s1\") (Variable \"$callee\"))))";
    let mut took = Vec::new();
    for _ in 0..REPEATS {
        let started = Instant::now();
        bases::query(&world.context, &knowledge, BASE, query, &Ask::default()).await?;
        took.push(started.elapsed());
    }
    let (median, most) = spread(took);
    println!("a query of one hop: {median:.2?} in the middle, 99 of 100 within {most:.2?}");

    let started = Instant::now();
    let found = bases::validate(&world.context, &world.knowledge(u64::MAX), BASE, false, &mut |_, _| {}).await?;
    println!("validated, {}: {:.2?}", if found.is_sound() { "sound" } else { "not sound" }, started.elapsed());
    world.database.close().await?;
    Ok(())
}
