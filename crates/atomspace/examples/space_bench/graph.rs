//! The graph that is measured: the same on every machine and in every run.

use oriel_atomspace::space::{AtomType, Handle, Space, SpaceError, Truth};
use std::fmt::Write as _;

/// Nodes of the graph.
pub(crate) const NODES: usize = 20_000;
/// Its edges, each an `Evaluation` of a `Predicate` and a `List` of two nodes.
pub(crate) const EDGES: usize = 80_000;
/// Predicates, one of which each edge has.
pub(crate) const PREDICATES: usize = 8;

/// An edge: predicate, from, to.
pub(crate) type Edge = (usize, usize, usize);

/// SplitMix64 (Steele, Lea and Flood, 2014).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }
}

pub(crate) fn edges(nodes: usize, edges: usize) -> Vec<Edge> {
    let mut random = Random(42);
    (0..edges).map(|_| (random.below(PREDICATES), random.below(nodes), random.below(nodes))).collect()
}

pub(crate) fn names(nodes: usize) -> Vec<String> {
    (0..nodes).map(|node| format!("node-{node}")).collect()
}

/// A strength or confidence that has few digits.
pub(crate) fn part(random: &mut Random) -> f32 {
    random.below(1000) as f32 / 1000.0
}

/// The handles of what was added, in the order of addition.
pub(crate) struct Added {
    pub(crate) nodes: Vec<Handle>,
    pub(crate) lists: Vec<Handle>,
    pub(crate) evaluations: Vec<Handle>,
}

/// The graph with a truth value on every edge.
pub(crate) fn space(names: &[String], edges: &[Edge]) -> Result<(Space, Added), SpaceError> {
    let mut space = Space::new();
    let nodes: Vec<Handle> =
        names.iter().map(|name| space.node(AtomType::CONCEPT, name)).collect::<Result<_, SpaceError>>()?;
    let predicates: Vec<Handle> = (0..PREDICATES)
        .map(|predicate| space.node(AtomType::PREDICATE, &format!("predicate-{predicate}")))
        .collect::<Result<_, SpaceError>>()?;
    let (mut lists, mut evaluations) = (Vec::new(), Vec::new());
    let mut random = Random(7);
    let missing = Handle::default();
    let of = |all: &[Handle], at: usize| all.get(at).copied().unwrap_or(missing);
    for (predicate, from, to) in edges {
        let list = space.link(AtomType::LIST, &[of(&nodes, *from), of(&nodes, *to)])?;
        let evaluation = space.link(AtomType::EVALUATION, &[of(&predicates, *predicate), list])?;
        space.set_truth(evaluation, Truth::simple(part(&mut random), part(&mut random)))?;
        lists.push(list);
        evaluations.push(evaluation);
    }
    lists.sort_unstable();
    lists.dedup();
    evaluations.sort_unstable();
    evaluations.dedup();
    Ok((space, Added { nodes, lists, evaluations }))
}

/// The graph without truth values as text, an edge a line.
pub(crate) fn text(names: &[String], edges: &[Edge]) -> String {
    let mut text = String::new();
    for (predicate, from, to) in edges {
        if let (Some(from), Some(to)) = (names.get(*from), names.get(*to)) {
            let _ = writeln!(
                text,
                "(Evaluation (Predicate \"predicate-{predicate}\") (List (Concept \"{from}\") (Concept \"{to}\")))"
            );
        }
    }
    text
}

/// The graph as a MeTTa program's data, an expression a line, for a peer that reads that.
pub(crate) fn expressions(names: &[String], edges: &[Edge]) -> String {
    let mut text = String::new();
    for (predicate, from, to) in edges {
        if let (Some(from), Some(to)) = (names.get(*from), names.get(*to)) {
            let _ =
                writeln!(text, "(Evaluation (Predicate predicate-{predicate}) (List (Concept {from}) (Concept {to})))");
        }
    }
    text
}
