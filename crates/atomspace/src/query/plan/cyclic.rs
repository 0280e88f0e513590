//! Clauses that close circles, such as the three edges of a triangle.
//!
//! Where a step by step search would come across much that leads nowhere, such clauses are searched variable by variable
//! over sorted tries: *leapfrog triejoin* (Veldhuizen, ICDT 2014), which is worst-case optimal. What closes circles is what
//! ear removal leaves (Graham, Yu and Özsoyoğlu, 1979).

use super::super::goal::{Branch, Clause};
use super::super::pattern::Pattern;
use super::super::steps::{Do, Few, Instance, Plan, Relation, Step};
use super::super::trie::WIDEST;
use super::Planning;
use crate::query::error::QueryError;
use smallvec::smallvec;

/// A trie is made only where the search without it would look at this many times what it holds.
pub(in crate::query) const WORTH: f64 = 2.0;

/// The fewest clauses that can close a circle.
pub(super) const FEWEST: usize = 3;

/// The clauses that close circles, by their place among those that must be there.
fn circles(sets: &[Vec<usize>]) -> Vec<usize> {
    let mut left: Vec<(usize, Vec<usize>)> =
        sets.iter().cloned().enumerate().filter(|(_, set)| !set.is_empty()).collect();
    loop {
        let size: usize = left.iter().map(|(_, set)| 1 + set.len()).sum();
        let counted: Vec<usize> = left.iter().flat_map(|(_, set)| set.iter().copied()).collect();
        let shared = |variable: &usize| counted.iter().filter(|other| *other == variable).count() > 1;
        for (_, set) in &mut left {
            set.retain(shared);
        }
        let mut at = 0;
        while let Some((_, set)) = left.get(at) {
            let within = |(other, (_, larger)): (usize, &(usize, Vec<usize>))| {
                other != at && set.iter().all(|variable| larger.contains(variable))
            };
            if set.is_empty() || left.iter().enumerate().any(within) {
                left.remove(at);
            } else {
                at += 1;
            }
        }
        if left.iter().map(|(_, set)| 1 + set.len()).sum::<usize>() == size {
            return left.into_iter().map(|(place, _)| place).collect();
        }
    }
}

/// The variables of a pattern in the order of their appearance, if a trie can hold what it says.
fn columns(planning: &Planning<'_>, pattern: &Pattern) -> Option<Vec<usize>> {
    let types = planning.space.types();
    let mut open = vec![pattern];
    while let Some(pattern) = open.pop() {
        match pattern {
            Pattern::Link(of, parts) | Pattern::Quoted(of, parts) if !types.is_unordered(*of) => open.extend(parts),
            Pattern::Atom(_) | Pattern::Node(..) => {}
            Pattern::Var(variable) if planning.declared.get(*variable).is_some_and(|declared| !declared.glob) => {}
            ground if ground.is_ground() => {}
            _ => return None,
        }
    }
    let mut all = Vec::new();
    pattern.variables(&mut all);
    let mut columns = Vec::new();
    for variable in all {
        if !columns.contains(&variable) {
            columns.push(variable);
        }
    }
    (columns.len() <= WIDEST).then_some(columns)
}

/// A pattern with its variables numbered by their appearance, if none of them is restricted.
fn general(planning: &Planning<'_>, pattern: &Pattern, columns: &[usize]) -> Option<Pattern> {
    let free = |variable: &usize| planning.declared.get(*variable).is_some_and(|declared| declared.forms.is_empty());
    columns.iter().all(free).then(|| renumbered(pattern, columns))
}

/// A pattern whose variables are numbered by their place among these.
fn renumbered(pattern: &Pattern, columns: &[usize]) -> Pattern {
    let all = |parts: &[Pattern]| parts.iter().map(|part| renumbered(part, columns)).collect();
    match pattern {
        Pattern::Var(variable) => {
            Pattern::Var(columns.iter().position(|column| column == variable).unwrap_or_default())
        }
        Pattern::Link(of, parts) => Pattern::Link(*of, all(parts)),
        Pattern::Quoted(of, parts) => Pattern::Quoted(*of, all(parts)),
        other => other.clone(),
    }
}

/// Clauses to be searched by tries.
pub(super) struct Core {
    pub(super) places: Vec<usize>,
    relations: Vec<Relation>,
    instances: Vec<Instance>,
    steps: Vec<Step>,
}

impl Planning<'_> {
    /// What of a branch is better searched by tries than as planned.
    pub(super) fn core(&self, branch: &Branch, plan: &Plan) -> Result<Option<Core>, QueryError> {
        if plan.table.missing.is_some() {
            return Ok(None);
        }
        let sets: Vec<Option<Vec<usize>>> = branch.present.iter().map(|(pattern, _)| columns(self, pattern)).collect();
        let places = circles(&sets.iter().map(|set| set.clone().unwrap_or_default()).collect::<Vec<_>>());
        if places.is_empty() {
            return Ok(None);
        }
        let clauses: Vec<(&Pattern, Clause, Vec<usize>)> = places
            .iter()
            .filter_map(|place| {
                let (pattern, clause) = branch.present.get(*place)?;
                Some((pattern, *clause, sets.get(*place)?.clone()?))
            })
            .collect();
        let order = order(&clauses);
        let mut core = Core { places, relations: Vec::new(), instances: Vec::new(), steps: Vec::new() };
        let mut shapes: Vec<Option<Pattern>> = Vec::new();
        for (pattern, clause, columns) in &clauses {
            let shape = general(self, pattern, columns);
            let known = shapes.iter().position(|known| known.is_some() && *known == shape);
            let relation = if let Some(known) = known {
                known
            } else {
                let alone = Branch { present: vec![((*pattern).clone(), *clause)], ..Branch::default() };
                core.relations.push(Relation { plan: self.steps(&alone, &[], &[])?, columns: columns.clone() });
                shapes.push(shape);
                core.relations.len() - 1
            };
            let mut levels: Vec<usize> = (0..columns.len()).collect();
            let place = |column: &usize| order.iter().position(|variable| columns.get(*column) == Some(variable));
            levels.sort_by_key(place);
            core.instances.push(Instance { relation, levels, columns: columns.clone(), clause: *clause });
        }
        let rows = |relation: &Relation| relation.plan.steps.iter().map(|step| step.expected).fold(0.0, f64::max);
        let size: f64 = core.relations.iter().map(rows).sum();
        let work: f64 = plan.steps.iter().map(|step| step.expected).sum();
        if work < self.worth * size {
            return Ok(None);
        }
        for variable in order {
            core.steps.push(leap(&core.instances, variable, work));
        }
        Ok(Some(core))
    }
}

/// The order of variables: first one that stands in most clauses, then always one that shares most with those before.
fn order(clauses: &[(&Pattern, Clause, Vec<usize>)]) -> Vec<usize> {
    let mut left: Vec<usize> = clauses.iter().flat_map(|clause| clause.2.iter().copied()).collect();
    left.sort_unstable();
    left.dedup();
    let mut order: Vec<usize> = Vec::new();
    while !left.is_empty() {
        let score = |variable: &usize| {
            let with = clauses.iter().filter(|clause| clause.2.contains(variable));
            let joined = with.clone().filter(|clause| clause.2.iter().any(|other| order.contains(other))).count();
            (joined, with.count())
        };
        let best = left.iter().map(score).max().unwrap_or_default();
        let at = left.iter().position(|variable| score(variable) == best).unwrap_or_default();
        order.push(left.remove(at));
    }
    order
}

fn leap(instances: &[Instance], variable: usize, expected: f64) -> Step {
    let level = |instance: &Instance| {
        instance.levels.iter().position(|column| instance.columns.get(*column) == Some(&variable))
    };
    let tries = instances.iter().enumerate().filter_map(|(at, instance)| Some((at, level(instance)?)));
    let what = Do::Leap { variable, tries: tries.collect() };
    Step { what, fills: smallvec![variable], globs: Few::new(), clause: None, includes: 0, expected, product: false }
}

impl Core {
    /// The rest of a branch.
    pub(super) fn rest(&self, branch: &Branch) -> Branch {
        let rest = branch.present.iter().enumerate().filter(|(place, _)| !self.places.contains(place));
        Branch { present: rest.map(|(_, one)| one.clone()).collect(), ..branch.clone() }
    }

    /// The variables that it finds.
    pub(super) fn variables(&self) -> Vec<usize> {
        self.instances.iter().flat_map(|instance| instance.columns.iter().copied()).collect()
    }

    /// Puts the search of the core before that of the rest.
    pub(super) fn before(self, mut rest: Plan) -> Plan {
        let shift = self.steps.len();
        let moved = |step: &mut usize| *step += shift;
        for step in &mut rest.steps {
            match &mut step.what {
                Do::Extend { lookups, .. } => lookups.iter_mut().for_each(|lookup| lookup.step += shift),
                Do::Pick { earlier, .. } | Do::Rest { earlier, .. } => earlier.iter_mut().for_each(moved),
                Do::Next { after, .. } | Do::Span { after, .. } => after.iter_mut().for_each(moved),
                _ => {}
            }
        }
        let mut steps = self.steps;
        steps.append(&mut rest.steps);
        let mut plan = Plan { steps, relations: self.relations, instances: self.instances, ..rest };
        plan.note_ways_back();
        plan
    }
}

#[cfg(test)]
mod tests {
    use super::circles;

    #[test]
    fn what_closes_circles_is_left() {
        let triangle = [vec![0, 1], vec![1, 2], vec![2, 0]];
        assert_eq!(circles(&triangle), [0, 1, 2]);
        assert_eq!(circles(&triangle[..2]), Vec::<usize>::new());
        // A tail hangs from the triangle, and a clause of all three makes it a tree.
        assert_eq!(circles(&[vec![3, 0], vec![0, 1], vec![1, 2], vec![2, 0], vec![4]]), [1, 2, 3]);
        assert_eq!(circles(&[vec![0, 1], vec![1, 2], vec![2, 0], vec![0, 1, 2]]), Vec::<usize>::new());
    }
}
