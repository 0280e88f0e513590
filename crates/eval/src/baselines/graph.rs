//! The call graph that a graph method walks: calls stated in `topology.csv` and calls seen in traces.

use oriel_evidence::Evidence;
use std::collections::HashMap;

/// Entities with metrics and who calls whom among them.
pub(super) struct Graph {
    /// Entities in first-seen order.
    pub(super) entities: Vec<String>,
    /// By entity, whom it calls.
    pub(super) callees: Vec<Vec<usize>>,
}

impl Graph {
    /// The graph over `entities`; calls from or to others are left out.
    pub(super) fn of(evidence: &Evidence, entities: Vec<String>) -> Self {
        let index: HashMap<&str, usize> = entities.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
        let mut callees: Vec<Vec<usize>> = vec![Vec::new(); entities.len()];
        let mut add = |caller: &str, callee: &str| {
            if let (Some(from), Some(to)) = (index.get(caller), index.get(callee))
                && from != to
                && let Some(list) = callees.get_mut(*from)
                && !list.contains(to)
            {
                list.push(*to);
            }
        };
        for (caller, callee, _) in &evidence.topology.calls {
            add(caller, callee);
        }
        let traces = &evidence.traces;
        let owners: HashMap<(u64, u64), u32> = traces.spans.iter().map(|s| ((s.trace, s.id), s.entity)).collect();
        for span in &traces.spans {
            if let Some(parent) = owners.get(&(span.trace, span.parent)) {
                add(traces.entities.name(*parent), traces.entities.name(span.entity));
            }
        }
        Self { entities, callees }
    }

    /// Whether there is no call at all.
    pub(super) fn is_empty(&self) -> bool {
        self.callees.iter().all(Vec::is_empty)
    }

    /// The number of an entity.
    pub(super) fn find(&self, entity: &str) -> Option<usize> {
        self.entities.iter().position(|known| known == entity)
    }

    /// Which entities can be reached along calls from any of `from`, these included.
    pub(super) fn reached(&self, from: &[usize]) -> Vec<bool> {
        let mut reached = vec![false; self.entities.len()];
        let mut open: Vec<usize> = from.to_vec();
        while let Some(at) = open.pop() {
            if let Some(seen) = reached.get_mut(at)
                && !*seen
            {
                *seen = true;
                open.extend(self.callees.get(at).into_iter().flatten());
            }
        }
        reached
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::shop;
    use super::*;

    #[test]
    fn calls_among_known_entities_are_followed() {
        let names = ["service/depot", "service/shelf", "service/till"].map(str::to_owned).to_vec();
        let graph = Graph::of(&shop(true), names);
        assert_eq!(graph.callees, [vec![], vec![0], vec![1]]);
        assert_eq!(graph.reached(&[1]), [true, true, false]);
        assert!(Graph::of(&shop(false), graph.entities).is_empty());
    }
}
