//! Measures searching a knowledge base on this machine: making its index, bringing it up to date, searching with and without it.
//!
//! `cargo run --release -p oriel-knowledge --example search -- 100000` makes a base of so many nodes, with eight words each, in a
//! fresh SQLite database under the directory for temporary files, and deletes it at the end.
#![expect(clippy::print_stdout, reason = "its report")]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use oriel_identity::Context;
use oriel_knowledge::bases::{self, At, Note, Search};
use oriel_knowledge::{Change, Knowledge, Settings};
use oriel_model::SystemClock;
use oriel_storage::{BlobStore, Database, DatabaseOptions, LocalBlobs};
use tokio_util::task::TaskTracker;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const BASE: &str = "measured";
/// Nodes of one change.
const CHANGE: usize = 100_000;
const REPEATS: usize = 20;
/// Some have many nodes, some few; two words, a beginning, a phrase, one that must not be there.
const SEARCHES: [&str; 5] = ["\"w7\"", "\"w4999\"", "w12 w2500 w49", "\"w1 w2\" w3", "w30 -w31"];

/// A node of eight words out of 5,000, of which the earlier are the more frequent.
fn node(number: usize) -> String {
    let word = |at: usize| {
        let random = (number * 8 + at + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33;
        let share = random as f64 / f64::from(1_u32 << 31);
        format!("w{}", (5_000.0 * share.powi(3)) as usize)
    };
    let words: Vec<String> = (0..7).map(word).collect();
    format!("(Concept \"{} n{number}\")\n", words.join(" "))
}

struct World {
    database: Database,
    blobs: Arc<dyn BlobStore>,
    tasks: TaskTracker,
    context: Context,
    indexes: std::path::PathBuf,
}

impl World {
    async fn open(directory: &Path) -> Outcome<Self> {
        let database = Database::open(&DatabaseOptions::in_directory(directory)).await?;
        let blobs: Arc<dyn BlobStore> = Arc::new(LocalBlobs::in_directory(directory).await?);
        let context = Context::system("measure", "", Arc::new(SystemClock));
        Ok(Self { database, blobs, tasks: TaskTracker::new(), context, indexes: directory.join("search") })
    }

    /// The bases, with nothing in memory.
    fn knowledge(&self) -> Knowledge {
        let settings = Settings { memory_bytes: 8 << 30, indexes: Some(self.indexes.clone()), ..Settings::default() };
        Knowledge::new(self.database.clone(), Arc::clone(&self.blobs), settings, self.tasks.clone())
    }

    async fn add(&self, knowledge: &Knowledge, text: String) -> Outcome<Duration> {
        let (started, change) = (Instant::now(), Change::add(text));
        bases::apply(&self.context, knowledge, BASE, change, Note::default()).await?;
        Ok(started.elapsed())
    }

    async fn search(&self, knowledge: &Knowledge, at: At, words: &str) -> Outcome<(usize, Duration)> {
        let (search, started) =
            (Search { at, words: words.to_owned(), limit: 20, near: None, through_classes: false }, Instant::now());
        let found = bases::search(&self.context, knowledge, BASE, &search).await?;
        Ok((found.found, started.elapsed()))
    }

    async fn load(&self, knowledge: &Knowledge) -> Outcome<Duration> {
        let started = Instant::now();
        bases::read(&self.context, knowledge, BASE, At::Newest).await?;
        Ok(started.elapsed())
    }

    /// Waits for snapshots, and for indexes that are tidied up.
    async fn settled(&self) -> Duration {
        let started = Instant::now();
        self.tasks.close();
        self.tasks.wait().await;
        self.tasks.reopen();
        started.elapsed()
    }

    fn kept(&self) -> u64 {
        let folders = std::fs::read_dir(&self.indexes).into_iter().flatten().flatten();
        let files = folders.flat_map(|folder| std::fs::read_dir(folder.path()).into_iter().flatten().flatten());
        files.filter_map(|file| Some(file.metadata().ok()?.len())).sum()
    }
}

/// What this process holds in memory that is no file's, in MiB.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or_default() >> 10
}

/// The time that so many are shorter than.
fn nth(times: &mut [Duration], number: usize) -> Duration {
    times.sort_unstable();
    times.get(number).copied().unwrap_or_default()
}

fn report(what: &str, time: Duration) {
    println!("{what:<58} {:>10.1} ms", time.as_secs_f64() * 1e3);
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let nodes: usize = std::env::args().nth(1).map_or(Ok(100_000), |number| number.parse())?;
    let directory = tempfile::tempdir()?;
    let world = World::open(directory.path()).await?;
    let writer = world.knowledge();
    bases::create(&world.context, &writer, BASE, "").await?;
    for begin in (0..nodes).step_by(CHANGE) {
        world.add(&writer, (begin..nodes.min(begin + CHANGE)).map(node).collect()).await?;
    }
    world.settled().await;
    drop(writer);
    measure(&world, nodes).await
}

async fn measure(world: &World, nodes: usize) -> Outcome<()> {
    let knowledge = world.knowledge();
    println!("{nodes} nodes, {} MiB before", memory());
    report("load the base", world.load(&knowledge).await?);
    println!("{} MiB with the base", memory());
    report("first search, which makes the index", world.search(&knowledge, At::Newest, SEARCHES[0]).await?.1);
    println!("{} MiB with the index just made, {} MiB of it on disk", memory(), world.kept() >> 20);
    for words in SEARCHES {
        let mut times = Vec::new();
        let mut found = 0;
        for _ in 0..REPEATS {
            let (nodes, time) = world.search(&knowledge, At::Newest, words).await?;
            found = nodes;
            times.push(time);
        }
        report(&format!("search {words}, {found} found, median"), nth(&mut times, REPEATS / 2));
    }
    let mut times = Vec::new();
    for round in 0..REPEATS {
        world.add(&knowledge, (0..100).map(|number| node(nodes + round * 100 + number)).collect()).await?;
        times.push(world.search(&knowledge, At::Newest, SEARCHES[0]).await?.1);
    }
    report("search after a change of 100 nodes, median", nth(&mut times, REPEATS / 2));
    report("the same, longest", nth(&mut times, REPEATS - 1));
    report("wait until the index is tidied up", world.settled().await);
    println!("{} MiB on disk", world.kept() >> 20);
    report("search an older version", world.search(&knowledge, At::Version(1), SEARCHES[0]).await?.1);
    drop(knowledge);
    let again = world.knowledge();
    report("load the base in a new process", world.load(&again).await?);
    report("first search there, with the index on disk", world.search(&again, At::Newest, SEARCHES[0]).await?.1);
    world.settled().await;
    Ok(())
}
