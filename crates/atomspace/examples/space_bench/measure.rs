//! The figures for the graph of [`crate::graph`].

use crate::graph::{self, Added, EDGES, NODES, PREDICATES, Random};
use oriel_atomspace::space::{AtomType, Handle, Space, SpaceError, Truth};
use std::error::Error;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

/// A name and a figure: millions a second, bytes, microseconds, or a ratio, as the name says.
pub(crate) type Figure = (&'static str, f64);

/// The time that this thread has had a core for: other work on the machine does not count into it, though it does cost
/// what it drives out of the caches.
pub(crate) fn now() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// The shortest of some runs.
struct Best(Vec<(&'static str, Duration, usize)>);

impl Best {
    fn time<T>(&mut self, name: &'static str, count: usize, work: impl FnOnce() -> T) -> T {
        let start = now();
        let out = black_box(work());
        let taken = now().saturating_sub(start);
        match self.0.iter_mut().find(|known| known.0 == name) {
            Some(known) => known.1 = known.1.min(taken),
            None => self.0.push((name, taken, count)),
        }
        out
    }

    fn figures(self) -> impl Iterator<Item = Figure> {
        self.0.into_iter().map(|(name, taken, count)| (name, count as f64 / taken.as_secs_f64() / 1e6))
    }
}

/// The bytes of this process that are in memory, those of files apart.
fn resident() -> Result<usize, Box<dyn Error>> {
    let pages = std::fs::read_to_string("/proc/self/statm")?;
    let pages: Vec<usize> = pages.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    let [_, resident, of_files, ..] = pages.as_slice() else {
        return Err("/proc/self/statm has too few figures".into());
    };
    Ok((resident - of_files) * rustix::param::page_size())
}

/// What the graph takes without truth values, loaded from text, as a peer is measured that holds the same: by what the process
/// has in memory, and by what is allocated of that. Has to come before all else, or what others have freed would not count.
pub(crate) fn memory_of_edges() -> Result<Vec<Figure>, Box<dyn Error>> {
    let text = graph::text(&graph::names(NODES), &graph::edges(NODES, EDGES));
    let (before, allocated) = (resident()?, crate::ALLOCATED.current_usage());
    let mut space = Space::new();
    space.load(&text)?;
    let (resident, allocated) = (resident()? - before, crate::ALLOCATED.current_usage() - allocated);
    let each = |bytes: usize| bytes as f64 / EDGES as f64;
    black_box(space);
    Ok(vec![("resident_bytes_an_edge", each(resident)), ("allocated_bytes_an_edge", each(allocated))])
}

pub(crate) fn all(runs: usize, only: Option<&str>) -> Result<Vec<Figure>, Box<dyn Error>> {
    let (names, edges) = (graph::names(NODES), graph::edges(NODES, EDGES));
    let before = crate::ALLOCATED.current_usage();
    let (space, added) = graph::space(&names, &edges)?;
    let handles = (added.nodes.len() + added.lists.len() + added.evaluations.len()) * size_of::<Handle>();
    let bytes = (crate::ALLOCATED.current_usage() - before).saturating_sub(handles);
    let text = space.dump();
    let mut figures = vec![
        ("atoms", space.len() as f64),
        ("bytes_an_atom", bytes as f64 / space.len() as f64),
        ("text_bytes", text.len() as f64),
    ];
    let mut best = Best(Vec::new());
    for _ in 0..runs.max(1) {
        let wanted = |part: &str| only.is_none_or(|only| only == part);
        if wanted("adding") {
            adding(&mut best, &names, &edges)?;
        }
        if wanted("reading") {
            reading(&mut best, &space, &added);
        }
        if wanted("changing") {
            changing(&mut best, &space, &added)?;
        }
        if wanted("texts") {
            texts(&mut best, &space, &text)?;
        }
    }
    figures.extend(best.figures());
    if only.is_some() {
        return Ok(figures);
    }
    figures.extend(snapshots(&space, &added)?);
    figures.push(("two_readers_to_one", two_readers(Arc::new(space), runs)));
    Ok(figures)
}

fn adding(best: &mut Best, names: &[String], edges: &[graph::Edge]) -> Result<(), SpaceError> {
    let mut space = Space::new();
    let nodes: Vec<Handle> = best.time("add_node_M_per_s", NODES, || {
        names.iter().map(|name| space.node(AtomType::CONCEPT, name)).collect::<Result<_, SpaceError>>()
    })?;
    let mut predicates = Vec::new();
    for predicate in 0..PREDICATES {
        predicates.push(space.node(AtomType::PREDICATE, &format!("predicate-{predicate}"))?);
    }
    let missing = Handle::default();
    let of = |all: &[Handle], at: usize| all.get(at).copied().unwrap_or(missing);
    best.time("add_link_M_per_s", 2 * EDGES, || {
        edges.iter().try_for_each(|(predicate, from, to)| {
            let list = space.link(AtomType::LIST, &[of(&nodes, *from), of(&nodes, *to)])?;
            space.link(AtomType::EVALUATION, &[of(&predicates, *predicate), list]).map(drop)
        })
    })?;
    best.time("find_node_M_per_s", NODES, || {
        names.iter().filter(|name| space.find_node(AtomType::CONCEPT, name).is_some()).count()
    });
    best.time("add_again_link_M_per_s", EDGES, || {
        edges
            .iter()
            .try_for_each(|(_, from, to)| space.link(AtomType::LIST, &[of(&nodes, *from), of(&nodes, *to)]).map(drop))
    })
}

/// All handles in an order that no cache foresees.
fn shuffled(space: &Space) -> Vec<Handle> {
    let mut handles: Vec<Handle> = space.handles().collect();
    let mut random = Random(3);
    for at in (1..handles.len()).rev() {
        handles.swap(at, random.below(at + 1));
    }
    handles
}

fn reading(best: &mut Best, space: &Space, added: &Added) {
    let in_order: Vec<Handle> = space.handles().collect();
    let anyhow = shuffled(space);
    let truths = |handles: &[Handle]| handles.iter().map(|handle| space.truth(*handle).strength()).sum::<f32>();
    best.time("get_truth_M_per_s", in_order.len(), || truths(&in_order));
    best.time("get_truth_shuffled_M_per_s", anyhow.len(), || truths(&anyhow));
    let first = |handles: &[Handle]| {
        handles.iter().map(|handle| space.incoming(*handle).next().unwrap_or_default().index()).sum::<usize>()
    };
    let members = |handles: &[Handle]| {
        handles.iter().map(|handle| space.incoming(*handle).fold(0, |sum, link| sum + link.index())).sum::<usize>()
    };
    best.time("get_incoming_first_of_set_M_per_s", in_order.len(), || first(&in_order));
    best.time("get_incoming_set_read_M_per_s", in_order.len(), || members(&in_order));
    best.time("get_incoming_set_read_shuffled_M_per_s", anyhow.len(), || members(&anyhow));
    let total: usize = in_order.iter().map(|handle| space.incoming_len(*handle)).sum();
    best.time("incoming_members_M_per_s", total, || members(&in_order));
    best.time("incoming_at_position_M_per_s", added.nodes.len(), || {
        added.nodes.iter().map(|node| space.incoming_at(*node, AtomType::LIST, 1).count()).sum::<usize>()
    });
    best.time("get_outgoing_M_per_s", in_order.len(), || {
        in_order
            .iter()
            .map(|handle| space.outgoing(*handle).iter().map(|part| part.index()).sum::<usize>())
            .sum::<usize>()
    });
}

fn changing(best: &mut Best, space: &Space, added: &Added) -> Result<(), SpaceError> {
    let mut space = space.clone();
    // The first write of each chunk copies it; that belongs to the snapshot, not to the setting.
    let handles = shuffled(&space);
    handles.iter().try_for_each(|handle| space.set_truth(*handle, Truth::simple(0.5, 0.5)))?;
    let in_order: Vec<Handle> = space.handles().collect();
    best.time("set_truth_M_per_s", in_order.len(), || {
        in_order.iter().try_for_each(|handle| space.set_truth(*handle, Truth::simple(0.25, 0.5)))
    })?;
    best.time("set_truth_shuffled_M_per_s", handles.len(), || {
        handles.iter().try_for_each(|handle| space.set_truth(*handle, Truth::simple(0.75, 0.5)))
    })?;
    let all = added.evaluations.iter().chain(&added.lists).chain(&added.nodes);
    let count = added.evaluations.len() + added.lists.len() + added.nodes.len();
    best.time("remove_atom_M_per_s", count, || all.into_iter().try_for_each(|handle| space.remove(*handle)))
}

fn texts(best: &mut Best, space: &Space, text: &str) -> Result<(), Box<dyn Error>> {
    let mut loaded = Space::new();
    best.time("load_text_M_atoms_per_s", space.len(), || loaded.load(text))?;
    best.time("write_text_M_atoms_per_s", space.len(), || space.dump());
    if loaded.len() == space.len() { Ok(()) } else { Err("the text does not give the same atoms".into()) }
}

/// What a snapshot, a first write after it, and letting go of it take, in microseconds.
fn snapshots(space: &Space, added: &Added) -> Result<Vec<Figure>, SpaceError> {
    let mut shortest = [Duration::MAX; 3];
    for node in added.nodes.iter().take(50) {
        let start = now();
        let mut copy = black_box(space.clone());
        let cloned = now().saturating_sub(start);
        let start = now();
        let link = copy.link(AtomType::SET, &[*node])?;
        copy.set_truth(link, Truth::simple(0.1, 0.2))?;
        let written = now().saturating_sub(start);
        let start = now();
        drop(copy);
        let taken = [cloned, written, now().saturating_sub(start)];
        shortest.iter_mut().zip(taken).for_each(|(best, taken)| *best = (*best).min(taken));
    }
    let names = ["snapshot_us", "first_write_after_snapshot_us", "drop_snapshot_us"];
    Ok(names.into_iter().zip(shortest.map(|taken| taken.as_secs_f64() * 1e6)).collect())
}

/// How much more two threads read than one in the same time, if each has a core.
fn two_readers(space: Arc<Space>, runs: usize) -> f64 {
    let handles: Arc<[Handle]> = shuffled(&space).into();
    let read = move || {
        let start = now();
        let mut sum = 0.0;
        for _ in 0..10 {
            for handle in handles.iter() {
                sum += space.truth(*handle).strength();
                sum += space.incoming(*handle).fold(0, |sum, link| sum ^ link.index()) as f32;
            }
        }
        black_box(sum);
        now().saturating_sub(start)
    };
    let slowest = |threads: usize| {
        let readers: Vec<_> = (0..threads).map(|_| std::thread::spawn(read.clone())).collect();
        readers.into_iter().map(|reader| reader.join().unwrap_or(Duration::MAX)).max().unwrap_or(Duration::MAX)
    };
    let best = |threads| (0..runs.max(1)).map(|_| slowest(threads)).min().unwrap_or(Duration::MAX);
    2.0 * best(1).as_secs_f64() / best(2).as_secs_f64()
}
