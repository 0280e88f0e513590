//! Solutions, one by one.

use super::error::Stopped;
use super::explain::Explanation;
use super::limits::{Bounds, Budget, Halt};
use super::machine::{Context, Machine};
use super::prepare::Prepared;
use crate::space::Handle;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;
use std::sync::Arc;

/// A value for every variable of a query, in the order of their declaration.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Solution {
    atoms: SmallVec<[Handle; 4]>,
    many: Vec<Option<Arc<[Handle]>>>,
}

impl Solution {
    /// How many variables there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.atoms.len()
    }

    /// Whether the query has no variables.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.atoms.is_empty()
    }

    /// The atom in a column; of a glob the first, and a handle of no atom where there is none.
    #[must_use]
    pub fn atom(&self, column: usize) -> Handle {
        self.atoms(column).first().copied().unwrap_or(Handle::NONE)
    }

    /// The atoms in a column: one, or those of a glob.
    #[must_use]
    pub fn atoms(&self, column: usize) -> &[Handle] {
        match self.many.get(column) {
            Some(Some(atoms)) => atoms,
            _ => self.atoms.get(column..=column).unwrap_or_default(),
        }
    }

    /// The atoms of the columns, or `None` for a glob.
    pub(super) fn values(&self) -> &[Handle] {
        &self.atoms
    }

    pub(super) fn globs(&self) -> &[Option<Arc<[Handle]>>] {
        &self.many
    }
}

/// The solutions of a query, found as they are asked for. After an error there are no more.
#[derive(Debug)]
pub struct Solutions<'p> {
    prepared: &'p Prepared<'p>,
    given: SmallVec<[Handle; 4]>,
    budget: Budget,
    /// The searches by plans that are done, and the one that goes on.
    machines: SmallVec<[Machine<'p>; 1]>,
    seen: FxHashSet<Solution>,
    /// What is known of groups of solutions: whether an `Always` holds for them, and there are as many as there are to be.
    groups: FxHashMap<SmallVec<[Handle; 4]>, bool>,
    guarded: bool,
    /// Whether nothing was searched yet.
    fresh: bool,
    done: bool,
}

impl<'p> Solutions<'p> {
    pub(super) fn new(prepared: &'p Prepared<'p>, given: &[Handle], bounds: Bounds) -> Self {
        Self {
            prepared,
            given: SmallVec::from_slice(given),
            budget: Budget::new(bounds),
            machines: SmallVec::new(),
            seen: FxHashSet::default(),
            groups: FxHashMap::default(),
            guarded: prepared.guards.is_empty() || !prepared.query.groups.is_empty(),
            done: !prepared.takes(given),
            fresh: true,
        }
    }

    fn machine(&self, plan: &'p super::steps::Plan) -> Machine<'p> {
        let mut machine = Machine::new(plan);
        for (variable, atom) in self.prepared.given.iter().zip(&self.given) {
            machine.give(*variable, *atom);
        }
        machine
    }

    /// Whether given atoms are what their variables admit, and no solution breaks an `Always`.
    fn allowed(&mut self, context: &Context<'p>) -> Result<bool, Halt> {
        for guard in &self.prepared.guards {
            if self.machine(guard).advance(context, &mut self.budget)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Finds the next solution; it is what the last machine holds then.
    fn advance(&mut self) -> Result<bool, Halt> {
        let prepared = self.prepared;
        let context = Context {
            space: prepared.space,
            admissions: &prepared.admissions,
            functions: prepared.functions,
            depth: prepared.depth,
        };
        if !std::mem::replace(&mut self.guarded, true) && !self.allowed(&context)? {
            return Ok(false);
        }
        if std::mem::replace(&mut self.fresh, false) {
            let admitted = prepared.given.iter().zip(&self.given).all(|(variable, atom)| {
                prepared.admissions.get(*variable).is_none_or(|admission| admission.admits(prepared.space, *atom))
            });
            let Some(first) = prepared.plans.first().filter(|_| admitted) else { return Ok(false) };
            if self.machines.is_empty() {
                self.machines.push(self.machine(first));
            }
        }
        loop {
            let at = self.machines.len();
            let Some(machine) = self.machines.last_mut() else { return Ok(false) };
            if machine.advance(&context, &mut self.budget)? {
                if (!prepared.repeats || self.is_new()?) && self.is_in_good_group(&context)? {
                    return Ok(true);
                }
            } else {
                let Some(plan) = prepared.plans.get(at) else { return Ok(false) };
                self.machines.push(self.machine(plan));
            }
        }
    }

    /// Whether the solution was not found before. What is remembered for that counts as made.
    fn is_new(&mut self) -> Result<bool, Halt> {
        let Some(solution) = self.current() else { return Ok(false) };
        let parts = solution.atoms.len() + solution.many.iter().flatten().map(|atoms| atoms.len()).sum::<usize>();
        let new = self.seen.insert(solution);
        if new {
            self.budget.make(1 + parts as u64)?;
        }
        Ok(new)
    }

    /// Whether no solution breaks an `Always` that agrees with this one on the variables of the groups, and as many agree as
    /// are to belong together.
    fn is_in_good_group(&mut self, context: &Context<'p>) -> Result<bool, Halt> {
        let prepared = self.prepared;
        let of = &prepared.query.groups;
        let Some(machine) = self.machines.last().filter(|_| !of.is_empty() || !prepared.members.is_empty()) else {
            return Ok(true);
        };
        let group: SmallVec<[Handle; 4]> = of.iter().map(|variable| machine.value(*variable)).collect();
        if let Some(known) = self.groups.get(&group) {
            return Ok(*known);
        }
        self.budget.make(1 + group.len() as u64)?;
        let mut good = true;
        for guard in &prepared.guards {
            let mut machine = self.machine(guard);
            of.iter().zip(&group).for_each(|(variable, atom)| machine.give(*variable, *atom));
            if machine.advance(context, &mut self.budget)? {
                good = false;
                break;
            }
        }
        if good && let Some((least, most)) = prepared.query.group_size {
            // One too many, or as many as are needed where there is no end.
            let enough = if most == usize::MAX { least } else { most + 1 };
            good = (least..=most).contains(&self.count(&group, context, enough)?);
        }
        self.groups.insert(group, good);
        Ok(good)
    }

    /// How many solutions belong together, counted no further than to what is enough to know.
    fn count(&mut self, group: &[Handle], context: &Context<'p>, enough: usize) -> Result<usize, Halt> {
        let prepared = self.prepared;
        let mut found = FxHashSet::default();
        for plan in &prepared.members {
            let mut machine = self.machine(plan);
            prepared.query.groups.iter().zip(group).for_each(|(variable, atom)| machine.give(*variable, *atom));
            while found.len() < enough && machine.advance(context, &mut self.budget)? {
                let solution = self.of(&machine);
                self.budget.make(1 + solution.atoms.len() as u64)?;
                found.insert(solution);
            }
        }
        Ok(found.len())
    }

    fn current(&self) -> Option<Solution> {
        self.machines.last().map(|machine| self.of(machine))
    }

    /// The solution that a machine holds.
    fn of(&self, machine: &Machine<'p>) -> Solution {
        let columns = self.prepared.query.columns;
        let atoms = SmallVec::from_slice(machine.values.get(..columns).unwrap_or_default());
        let many = machine.globs.get(..columns).map(<[_]>::to_vec).unwrap_or_default();
        Solution { atoms, many }
    }

    /// How many solutions there still are, without making them.
    pub fn tally(mut self) -> Result<u64, Stopped> {
        let mut count = 0;
        while !self.done && self.advance().map_err(|halt| *halt)? {
            count += 1;
        }
        Ok(count)
    }

    /// Candidates that were looked at so far.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.budget.taken()
    }

    /// Begins again with other given values, in the memory that the last search took.
    pub fn again(&mut self, given: &[Handle], bounds: Bounds) {
        let prepared = self.prepared;
        self.budget = Budget::new(bounds);
        self.given = SmallVec::from_slice(given);
        self.seen.clear();
        self.groups.clear();
        self.guarded = prepared.guards.is_empty() || !prepared.query.groups.is_empty();
        self.done = !prepared.takes(given);
        self.machines.truncate(1);
        if let Some(first) = self.machines.first_mut() {
            first.restart();
            prepared.given.iter().zip(given).for_each(|(variable, atom)| first.give(*variable, *atom));
        }
        self.fresh = true;
    }

    /// What was planned, and what came of it so far.
    #[must_use]
    pub fn explain(&self) -> Explanation {
        Explanation::new(self.prepared, &self.machines)
    }
}

impl Iterator for Solutions<'_> {
    type Item = Result<Solution, Stopped>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        match self.advance() {
            Ok(true) => self.current().map(Ok),
            Ok(false) => {
                self.done = true;
                None
            }
            Err(halt) => {
                self.done = true;
                Some(Err(*halt))
            }
        }
    }
}
