//! Measures parts of a large base, and what goes through all of it, against loading it: time, and the most memory that the process had.
//!
//! `cargo run --release -p oriel-knowledge --example parts -- 4300000` makes a base of so many relations (about 10 million atoms) in
//! a fresh SQLite database under the directory for temporary files, and deletes it at the end. Each reading is a process of its
//! own, so that its memory is known.
#![expect(clippy::print_stdout, reason = "its report")]

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use oriel_identity::Context;
use oriel_knowledge::bases::{self, At, Note, Search, Selection};
use oriel_knowledge::formats::Format;
use oriel_knowledge::{Change, Knowledge, KnowledgeError, Settings};
use oriel_model::SystemClock;
use oriel_storage::{BlobStore, Database, DatabaseOptions, LocalBlobs};
use tokio_util::task::TaskTracker;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const BASE: &str = "measured";
/// Relations in one change.
const AT_ONCE: usize = 400_000;
/// Bytes that a base may take where it is taken for larger than memory.
const ROOM: u64 = 32 << 20;
/// Changes after the snapshot, each of one relation.
const LATER: usize = 300;

struct World {
    database: Database,
    tasks: TaskTracker,
    context: Context,
    blobs: Arc<dyn BlobStore>,
}

impl World {
    async fn open(directory: &Path) -> Outcome<Self> {
        let database = Database::open(&DatabaseOptions::in_directory(directory)).await?;
        let blobs: Arc<dyn BlobStore> = Arc::new(LocalBlobs::in_directory(directory).await?);
        let context = Context::system("measure", "", Arc::new(SystemClock));
        Ok(Self { database, tasks: TaskTracker::new(), context, blobs })
    }

    /// As if the base were larger than memory.
    fn unloaded(&self, directory: &Path) -> Knowledge {
        let settings = Settings {
            snapshot_changes: 1,
            base_bytes: ROOM,
            indexes: Some(directory.join("search")),
            ..Settings::default()
        };
        Knowledge::new(self.database.clone(), Arc::clone(&self.blobs), settings, self.tasks.clone())
    }

    fn knowledge(&self, snapshots: bool) -> Knowledge {
        let unless = |due: u64| if snapshots { due } else { u64::MAX };
        let settings = Settings {
            snapshot_changes: unless(1),
            snapshot_bytes: u64::MAX,
            snapshot_atoms: usize::MAX,
            base_bytes: u64::MAX,
            ..Settings::default()
        };
        Knowledge::new(self.database.clone(), Arc::clone(&self.blobs), settings, self.tasks.clone())
    }
}

/// Relations between services, of whom one in a thousand is of a team.
fn relations(count: usize, numbers: std::ops::Range<usize>) -> String {
    let one = |number: usize| {
        let (from, to) = (number % (count / 4 + 1), number.wrapping_mul(2_654_435_761) % (count / 3 + 1));
        let relation = format!(
            "(Evaluation (stv 0.9 0.5) (Predicate \"calls\") (List (Concept \"s{from}\") (Concept \"s{to}\")))\n"
        );
        let team = format!("(Member (Concept \"s{from}\") (Team \"t{}\"))\n", number / 20_000);
        if number.is_multiple_of(1_000) { relation + &team } else { relation }
    };
    numbers.map(one).collect()
}

async fn make(directory: &Path, count: usize) -> Outcome<()> {
    let world = World::open(directory).await?;
    let knowledge = world.knowledge(false);
    bases::create(&world.context, &knowledge, BASE, "").await?;
    let started = Instant::now();
    let apply = async |knowledge: &Knowledge, text: String| {
        bases::apply(&world.context, knowledge, BASE, Change::add(text), Note::default()).await
    };
    apply(&knowledge, "(declare-type Team Concept)".to_owned()).await?;
    for from in (0..count).step_by(AT_ONCE) {
        apply(&knowledge, relations(count, from..(from + AT_ONCE).min(count))).await?;
    }
    println!("{count} relations, made in {:.0?}", started.elapsed());
    drop(knowledge);
    let started = Instant::now();
    let knowledge = world.knowledge(true);
    let done = apply(&knowledge, "(Concept \"the last\")".to_owned()).await?;
    world.tasks.close();
    world.tasks.wait().await;
    println!("{} atoms; loaded by the log, and a snapshot made in {:.0?}", done.atoms, started.elapsed());
    let knowledge = world.knowledge(false);
    for number in 0..LATER {
        apply(&knowledge, relations(count, count + number..count + number + 1)).await?;
    }
    world.database.close().await?;
    let blobs = std::fs::read_dir(directory.join("blobs"))?.flatten();
    let files = blobs.filter_map(|folder| std::fs::read_dir(folder.path()).ok()).flat_map(Iterator::flatten);
    let bytes: u64 = files.filter_map(|file| Some(file.metadata().ok()?.len())).sum();
    println!("the snapshot has {:.1} MB; {LATER} changes come after it", bytes as f64 / 1e6);
    Ok(())
}

fn selection(of: &str) -> Selection {
    let around = |node: &str, hops| Selection { around: vec![node.to_owned()], hops, ..Selection::default() };
    match of {
        "one node, 1 hop" => around("s77", 1),
        "one node, 3 hops" => around("s77", 3),
        "a team, 2 hops" => around("t7", 2),
        "all teams" => Selection { types: vec!["Team".to_owned()], ..Selection::default() },
        "all members of teams" => Selection { types: vec!["Member".to_owned()], ..Selection::default() },
        _ => Selection::default(),
    }
}

/// What goes through all of a base that is not loaded. The last one changes it.
const UNLOADED: [&str; 5] = [
    "an export, loaded",
    "an export",
    "a comparison of 200 changes",
    "a search that makes its index",
    "the next snapshot",
];

/// Does one of these; how many atoms that concerned.
async fn unloaded(world: &World, directory: &Path, of: &str) -> Outcome<usize> {
    let loads = of.ends_with("loaded");
    let knowledge = if loads { world.knowledge(false) } else { world.unloaded(directory) };
    let (context, whole) = (&world.context, Selection::default());
    let done = match of {
        "an export" | "an export, loaded" => {
            let what = (At::Newest, &whole);
            bases::export(context, &knowledge, BASE, what, Format::Atomese).await?.write(&mut std::io::sink())?.atoms
        }
        "a comparison of 200 changes" => {
            let newest = bases::get(context, &knowledge, BASE).await?.version;
            let found = bases::diff(context, &knowledge, BASE, At::Version(newest - 200), At::Newest, 10).await?;
            found.counts.iter().sum()
        }
        "a search that makes its index" => {
            let search =
                Search { at: At::Newest, words: "s77".to_owned(), limit: 10, near: None, through_classes: false };
            loop {
                match bases::search(context, &knowledge, BASE, &search).await {
                    // It is being made.
                    Err(KnowledgeError::Unready { .. }) => {}
                    found => break found?.found,
                }
            }
        }
        _ => {
            let change = Change::add("(Concept \"after all\")");
            bases::apply(context, &knowledge, BASE, change, Note::default()).await?.atoms as usize
        }
    };
    // Closing stops those that are being made.
    knowledge.snapshots_made().await;
    world.tasks.close();
    world.tasks.wait().await;
    Ok(done)
}

const READINGS: [&str; 7] = [
    "nothing",
    "one node, 1 hop",
    "one node, 3 hops",
    "a team, 2 hops",
    "all teams",
    "all members of teams",
    "the whole base",
];

async fn reading(directory: &Path, of: &str) -> Outcome<()> {
    let world = World::open(directory).await?;
    let started = Instant::now();
    let mut atoms = 0;
    if UNLOADED.contains(&of) {
        atoms = unloaded(&world, directory, of).await?;
    } else if of != "nothing" {
        let view = bases::part(&world.context, &world.knowledge(false), BASE, At::Newest, &selection(of)).await?;
        atoms = view.space.len();
    }
    let took = started.elapsed();
    let status = std::fs::read_to_string("/proc/self/status")?;
    let peak =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<f64>().ok());
    println!("{of}: {atoms} atoms, {took:.3?}, {:.0} MB at most", peak.unwrap_or_default() / 1e3);
    Ok(world.database.close().await?)
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [directory, of] = arguments.as_slice() {
        return reading(Path::new(directory), of).await;
    }
    let count: usize = arguments.first().map_or(Ok(400_000), |text| text.parse())?;
    let directory = tempfile::tempdir()?;
    make(directory.path(), count).await?;
    for of in READINGS.into_iter().chain(UNLOADED) {
        let done = Command::new(std::env::current_exe()?).arg(directory.path()).arg(of).status()?;
        if !done.success() {
            return Err(format!("{of}: it was not read").into());
        }
    }
    Ok(())
}
