//! Going through what several tries have in common.

use super::super::limits::{Budget, Halt};
use super::super::trie::{Range, Row, Trie, WIDEST};
use super::{Context, Machine};
use crate::space::Handle;

/// The tries of a search, and where it stands in each.
#[derive(Debug, Default)]
pub(super) struct Tries {
    made: Vec<Trie>,
    /// For every clause its trie.
    of: Vec<usize>,
    /// For every clause and level the entries that go with what was found above, and the one that is taken.
    ranges: Vec<[Range; WIDEST]>,
    at: Vec<[u32; WIDEST]>,
}

impl Tries {
    fn range(&self, clause: usize, level: usize) -> Range {
        self.ranges.get(clause).and_then(|levels| levels.get(level)).copied().unwrap_or_default()
    }

    fn at(&self, clause: usize, level: usize) -> u32 {
        self.at.get(clause).and_then(|levels| levels.get(level)).copied().unwrap_or_default()
    }

    fn go_to(&mut self, clause: usize, level: usize, at: u32) {
        if let Some(slot) = self.at.get_mut(clause).and_then(|levels| levels.get_mut(level)) {
            *slot = at;
        }
    }

    fn trie(&self, clause: usize) -> Option<&Trie> {
        self.made.get(*self.of.get(clause)?)
    }

    /// Lets the level below a taken entry be gone through.
    fn descend(&mut self, clause: usize, level: usize) {
        let Some(range) = self.trie(clause).map(|trie| trie.below(level, self.at(clause, level))) else { return };
        if let Some(slot) = self.ranges.get_mut(clause).and_then(|levels| levels.get_mut(level + 1)) {
            *slot = range;
        }
    }
}

impl<'a> Machine<'a> {
    /// Makes the tries that the plan wants, if they are not made yet.
    pub(super) fn make_tries(&mut self, context: &Context<'a>, budget: &mut Budget) -> Result<(), Halt> {
        let plan = self.plan;
        if plan.instances.is_empty() || !self.tries.of.is_empty() {
            return Ok(());
        }
        let mut relations: Vec<Vec<Row>> = Vec::new();
        for relation in &plan.relations {
            let mut machine = Machine::new(&relation.plan);
            let mut rows = Vec::new();
            while machine.advance(context, budget)? {
                let mut row = [Handle::NONE; WIDEST];
                row.iter_mut().zip(&relation.columns).for_each(|(value, column)| *value = machine.value(*column));
                rows.push(row);
            }
            relations.push(rows);
        }
        let mut made: Vec<(usize, &[usize])> = Vec::new();
        let mut tries = Tries::default();
        for instance in &plan.instances {
            let wanted = (instance.relation, instance.levels.as_slice());
            let known = made.iter().position(|known| *known == wanted);
            let at = known.unwrap_or_else(|| {
                made.push(wanted);
                let rows = relations.get(instance.relation).map(Vec::as_slice).unwrap_or_default();
                tries.made.push(Trie::new(rows, &instance.levels));
                made.len() - 1
            });
            let whole = tries.made.get(at).map(Trie::whole).unwrap_or_default();
            tries.of.push(at);
            tries.ranges.push([whole; WIDEST]);
            tries.at.push([0; WIDEST]);
        }
        self.tries = tries;
        Ok(())
    }

    /// Takes the next atom that all of some tries have at their level: whoever is behind leaps to the key of who is ahead
    /// (Veldhuizen, ICDT 2014).
    pub(super) fn leap(
        &mut self,
        (at, again): (usize, bool),
        variable: usize,
        of: &[(usize, usize)],
        budget: &mut Budget,
    ) -> Result<bool, Halt> {
        let tries = &mut self.tries;
        for (number, (clause, level)) in of.iter().enumerate() {
            if !again {
                tries.go_to(*clause, *level, tries.range(*clause, *level).0);
            } else if number == 0 {
                tries.go_to(*clause, *level, tries.at(*clause, *level) + 1);
            }
        }
        let (mut key, mut agreed, mut turn) = (Handle::default(), 0, 0);
        while agreed < of.len() {
            let Some((clause, level)) = of.get(turn).copied() else { return Ok(false) };
            let (from, to) = (tries.at(clause, level), tries.range(clause, level).1);
            let Some(trie) = tries.trie(clause) else { return Ok(false) };
            let place = trie.seek(level, (from, to), key);
            let found = if place < to { trie.key(level, place) } else { None };
            tries.go_to(clause, level, place);
            budget.step()?;
            if let Some(place) = self.places.get_mut(at) {
                place.count.tried += 1;
            }
            let Some(found) = found else { return Ok(false) };
            agreed = if agreed > 0 && found == key { agreed + 1 } else { 1 };
            key = found;
            turn = (turn + 1) % of.len();
        }
        for (clause, level) in of {
            tries.descend(*clause, *level);
        }
        self.set(variable, key);
        Ok(true)
    }
}
