//! Queries over a graph of [`crate::graph`]'s size, all of whose edges have one predicate.
//!
//! A *prepared* query is planned once, and asked again with another node each time; a *planned* one is planned each time; one from an
//! *atom* is read from the space and planned each time.

use crate::graph::{self, Edge, Random};
use crate::measure::{Figure, now};
use oriel_atomspace::query::{Bounds, Prepared, Query, Setting, Term, link, node, var};
use oriel_atomspace::space::{AtomType, Handle, Space, SpaceError};
use std::collections::HashSet;
use std::error::Error;
use std::hint::black_box;
use std::time::Duration;

/// Nodes that are asked about.
const ASKED: usize = 2_000;
const PREDICATE: &str = "predicate-0";

/// The measured graph with one predicate, each edge once.
pub(crate) fn edges() -> Vec<Edge> {
    let mut seen = HashSet::new();
    let one = |(_, from, to): Edge| (0, from, to);
    graph::edges(graph::NODES, graph::EDGES).into_iter().map(one).filter(|edge| seen.insert(*edge)).collect()
}

fn edge(from: Term, to: Term) -> Term {
    link(AtomType::EVALUATION, [node(AtomType::PREDICATE, PREDICATE), link(AtomType::LIST, [from, to])])
}

/// The nodes that are asked about, in an order that no cache foresees.
pub(crate) fn asked() -> Vec<usize> {
    let mut random = Random(5);
    (0..ASKED).map(|_| random.below(graph::NODES)).collect()
}

/// A query and the name of its figures; what stands for the node that is asked about is `$n`.
struct Row {
    names: [&'static str; 3],
    body: fn(Term) -> Term,
}

const ROWS: [Row; 3] = [
    Row { names: ["point_prepared_us", "point_planned_us", "point_from_atom_us"], body: |n| edge(n, var("$x")) },
    Row {
        names: ["reverse_point_prepared_us", "reverse_point_planned_us", "reverse_point_from_atom_us"],
        body: |n| edge(var("$x"), n),
    },
    Row {
        names: ["two_hops_prepared_us", "two_hops_planned_us", "two_hops_from_atom_us"],
        body: |n| link(AtomType::AND, [edge(n, var("$x")), edge(var("$x"), var("$y"))]),
    },
];

fn triangle() -> Term {
    let [a, b, c] = ["$a", "$b", "$c"];
    link(AtomType::AND, [edge(var(a), var(b)), edge(var(b), var(c)), edge(var(c), var(a))])
}

/// All figures, and what the queries found, so that a peer can be held against it.
pub(crate) fn all(runs: usize) -> Result<Vec<Figure>, Box<dyn Error>> {
    let names = graph::names(graph::NODES);
    let (mut space, added) = graph::space(&names, &edges())?;
    let nodes: Vec<Handle> = asked().iter().filter_map(|at| added.nodes.get(*at).copied()).collect();
    let mut figures = Vec::new();
    for row in &ROWS {
        let found = prepared(row, &space, &nodes, runs, &mut figures)?;
        if planned(row, &space, &nodes, runs, &mut figures)? != found {
            return Err("a plan for one node finds something else than a prepared query".into());
        }
        figures.push((row.names[0].replace("_prepared_us", "_found").leak(), found as f64));
    }
    let query = Query::get(space.types(), &[], &triangle())?;
    let (mut best, mut found) = (Duration::MAX, 0);
    for _ in 0..runs.max(1) {
        let start = now();
        found = query.prepare(&space)?.solutions(Bounds::default()).count();
        best = best.min(now().saturating_sub(start));
    }
    figures.push(("triangles_planned_ms", best.as_secs_f64() * 1e3));
    figures.push(("triangles_found", found as f64));
    // Last: query atoms in the space make it have variables, which every value of a variable is then looked at for.
    for row in &ROWS {
        from_atoms(row, &mut space, &nodes, runs, &mut figures)?;
    }
    Ok(figures)
}

/// Microseconds that each of the asked nodes takes, in the best of some runs, and how much was found in all.
fn each(runs: usize, mut ask: impl FnMut() -> Result<usize, Box<dyn Error>>) -> Result<(f64, usize), Box<dyn Error>> {
    let (mut best, mut found) = (Duration::MAX, 0);
    for _ in 0..runs.max(1) {
        let start = now();
        found = black_box(ask()?);
        best = best.min(now().saturating_sub(start));
    }
    Ok((best.as_secs_f64() * 1e6 / ASKED as f64, found))
}

fn all_of(prepared: &Prepared<'_>, given: &[Handle]) -> Result<usize, Box<dyn Error>> {
    let mut count = 0;
    for solution in prepared.solutions_given(given, Bounds::default()) {
        black_box(solution?);
        count += 1;
    }
    Ok(count)
}

fn prepared(
    row: &Row,
    space: &Space,
    nodes: &[Handle],
    runs: usize,
    figures: &mut Vec<Figure>,
) -> Result<usize, Box<dyn Error>> {
    let query = Query::get(space.types(), &[], &(row.body)(var("$n")))?;
    let prepared = query.prepare_with(space, Setting { given: &["$n"], ..Setting::default() })?;
    let mut asking = prepared.solutions_given(&[], Bounds::default());
    let mut ask = |node: &Handle| {
        asking.again(&[*node], Bounds::default());
        asking.by_ref().try_fold(0, |count, solution| {
            solution.map(|solution| count + usize::from(!black_box(solution).is_empty()))
        })
    };
    let (figure, found) = each(runs, || Ok(nodes.iter().map(&mut ask).sum::<Result<usize, _>>()?))?;
    figures.push((row.names[0], figure));
    Ok(found)
}

fn planned(
    row: &Row,
    space: &Space,
    nodes: &[Handle],
    runs: usize,
    figures: &mut Vec<Figure>,
) -> Result<usize, Box<dyn Error>> {
    let queries: Vec<Query> = nodes
        .iter()
        .map(|node| Query::get(space.types(), &[], &(row.body)(Term::of_atom(space, *node).unwrap_or(var("$n")))))
        .collect::<Result<_, _>>()?;
    let (figure, found) = each(runs, || queries.iter().map(|query| all_of(&query.prepare(space)?, &[])).sum())?;
    figures.push((row.names[1], figure));
    Ok(found)
}

fn from_atoms(
    row: &Row,
    space: &mut Space,
    nodes: &[Handle],
    runs: usize,
    figures: &mut Vec<Figure>,
) -> Result<(), Box<dyn Error>> {
    let atoms: Vec<Handle> = nodes
        .iter()
        .map(|node| {
            let body = (row.body)(Term::Atom(*node));
            let body = body.write(space)?;
            space.link(AtomType::GET, &[body])
        })
        .collect::<Result<_, SpaceError>>()?;
    let space = &*space;
    let ask = |atom: &Handle| all_of(&Query::read(space, *atom)?.prepare(space)?, &[]);
    let (figure, _) = each(runs, || atoms.iter().map(ask).sum())?;
    figures.push((row.names[2], figure));
    Ok(())
}
