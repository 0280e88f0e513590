//! Who depends on whom, as the case's facts have it: an index graph over entities.
//!
//! An edge runs from what depends to what it depends on: a caller to its callee, and what runs on a node to that node.
//! Trouble travels the other way. Entities are numbered in the order in which the facts first name them, so that nothing
//! here depends on how they are called. Limits: an entity without any fact about it is not in the graph.

use oriel_atomspace::{AtomId, Frame};
use rustc_hash::FxHashMap;

/// The dependency graph of a case.
#[derive(Debug, Clone, Default)]
pub struct Topology {
    entities: Vec<AtomId>,
    index: FxHashMap<AtomId, usize>,
    callees: Vec<Vec<usize>>,
    callers: Vec<Vec<usize>>,
    hosts: Vec<Vec<usize>>,
}

impl Topology {
    /// The graph of a frame over `entities` (first-seen order); edges to other entities are left out.
    pub fn of(frame: &Frame, entities: Vec<AtomId>) -> Self {
        let index: FxHashMap<AtomId, usize> = entities.iter().enumerate().map(|(at, id)| (*id, at)).collect();
        let empty = vec![Vec::new(); entities.len()];
        let mut topology = Self { entities, index, callees: empty.clone(), callers: empty.clone(), hosts: empty };
        for fact in frame.facts("calls") {
            if let [caller, callee, ..] = fact.arg_ids {
                topology.link_call(*caller, *callee);
            }
        }
        for fact in frame.facts("runs-on") {
            let [pod, node, ..] = fact.arg_ids else { continue };
            topology.link_host(*pod, *node);
            for owner in frame.related("part-of", *pod) {
                topology.link_host(owner, *node);
            }
        }
        topology
    }

    fn link_call(&mut self, caller: AtomId, callee: AtomId) {
        let (Some(from), Some(to)) = (self.position(caller), self.position(callee)) else { return };
        if from != to {
            add(&mut self.callees, from, to);
            add(&mut self.callers, to, from);
        }
    }

    fn link_host(&mut self, guest: AtomId, node: AtomId) {
        if let (Some(from), Some(to)) = (self.position(guest), self.position(node)) {
            add(&mut self.hosts, from, to);
        }
    }

    /// The number of entities.
    pub fn len(&self) -> usize {
        self.entities.len()
    }

    /// Whether there are no entities.
    pub fn is_empty(&self) -> bool {
        self.entities.is_empty()
    }

    /// The entities, in first-seen order.
    pub fn entities(&self) -> &[AtomId] {
        &self.entities
    }

    /// The number of an entity.
    pub fn position(&self, entity: AtomId) -> Option<usize> {
        self.index.get(&entity).copied()
    }

    /// What an entity calls.
    pub fn callees(&self, at: usize) -> &[usize] {
        self.callees.get(at).map_or(&[], Vec::as_slice)
    }

    /// What calls an entity.
    pub fn callers(&self, at: usize) -> &[usize] {
        self.callers.get(at).map_or(&[], Vec::as_slice)
    }

    /// The nodes an entity runs on.
    pub fn hosts(&self, at: usize) -> &[usize] {
        self.hosts.get(at).map_or(&[], Vec::as_slice)
    }

    /// Everything an entity depends on directly.
    pub fn dependencies(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        self.callees(at).iter().chain(self.hosts(at)).copied()
    }

    /// The number of call edges.
    pub fn calls(&self) -> usize {
        self.callees.iter().map(Vec::len).sum()
    }

    /// Whether one of the two depends on the other, directly or through others.
    pub fn linked(&self, a: usize, b: usize) -> bool {
        self.reaches(a, b) || self.reaches(b, a)
    }

    fn reaches(&self, from: usize, to: usize) -> bool {
        let mut seen = vec![false; self.len()];
        let mut open = vec![from];
        while let Some(at) = open.pop() {
            if at == to {
                return true;
            }
            let Some(known) = seen.get_mut(at) else { continue };
            if !std::mem::replace(known, true) {
                open.extend(self.dependencies(at));
            }
        }
        false
    }
}

fn add(edges: &mut [Vec<usize>], from: usize, to: usize) {
    if let Some(list) = edges.get_mut(from)
        && !list.contains(&to)
    {
        list.push(to);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use oriel_atomspace::{Term, TruthValue};

    #[test]
    fn calls_and_hosts_are_dependencies_and_reach_through_others() {
        let mut frame = Frame::new();
        let mut say = |predicate: &str, a: &str, b: &str| {
            frame.fact(predicate, &[Term::Entity(a), Term::Entity(b)], TruthValue::TRUE, None);
        };
        say("calls", "service/a", "service/b");
        say("calls", "service/b", "service/c");
        say("part-of", "pod/c-1", "service/c");
        say("runs-on", "pod/c-1", "node/n");
        let names = ["service/a", "service/b", "service/c", "node/n", "service/d"];
        let ids: Vec<AtomId> = names.iter().filter_map(|n| frame.entity(n)).collect();
        let topology = Topology::of(&frame, ids);
        assert_eq!(topology.callees(0), [1]);
        assert_eq!(topology.callers(2), [1]);
        assert_eq!(topology.dependencies(2).collect::<Vec<_>>(), [3]);
        assert!(topology.linked(0, 3) && topology.linked(3, 0));
        assert_eq!(topology.calls(), 2);
    }
}
