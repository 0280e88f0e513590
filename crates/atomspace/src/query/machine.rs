//! The machine that carries a plan out: one slot array, one cursor a step, forward while steps pass and back to the last
//! that can be passed again where one does not.

mod ahead;
mod leap;
mod links;

use self::ahead::Batch;
use super::compute::{Holding, holds};
use super::declare::Admission;
use super::functions::Functions;
use super::limits::{Budget, Halt};
use super::steps::{Do, Plan, Step};
use crate::space::{AtomType, Handle, Handles, Incoming, Space};
use smallvec::SmallVec;
use std::sync::Arc;

/// What all machines of a search share.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) space: &'a Space,
    pub(super) admissions: &'a [Admission],
    pub(super) functions: &'a Functions,
    /// How deep the search stands in computations.
    pub(super) depth: usize,
}

/// How far a step has come.
#[derive(Debug, Default)]
enum Cursor<'a> {
    #[default]
    Done,
    Links(Incoming<'a>, usize),
    Atoms(Handles<'a>),
    /// The atoms of a type, and where that stands among those to go through.
    Types(Handles<'a>, usize),
    /// The next position in a link.
    Position(usize),
    /// The next length of a glob.
    Length(usize),
    Alike(Box<super::alike::Ways<'a>>),
}

/// What happened at a step.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Count {
    /// Candidates that were looked at.
    pub(super) tried: u64,
    /// How often the step was passed.
    pub(super) passed: u64,
}

/// Where the search is at a step.
#[derive(Debug, Default)]
struct Place<'a> {
    cursor: Cursor<'a>,
    /// What a step that goes through links has found ahead.
    batch: Batch,
    count: Count,
}

/// A search by one plan.
#[derive(Debug)]
pub(super) struct Machine<'a> {
    pub(super) plan: &'a Plan,
    pub(super) values: SmallVec<[Handle; 16]>,
    pub(super) globs: Vec<Option<Arc<[Handle]>>>,
    places: Vec<Place<'a>>,
    tries: leap::Tries,
    /// For steps within a link: the position that was taken, or the one after.
    offsets: Vec<usize>,
    /// The searches that must fail.
    within: Vec<Option<Vec<Machine<'a>>>>,
    started: bool,
}

impl<'a> Machine<'a> {
    pub(super) fn new(plan: &'a Plan) -> Self {
        let steps = plan.steps.len();
        let mut places = Vec::with_capacity(steps);
        places.resize_with(steps, Place::default);
        let mut within = Vec::new();
        within.resize_with(if plan.inner { steps } else { 0 }, || None);
        Self {
            plan,
            values: SmallVec::from_slice(&plan.begun),
            globs: Vec::new(),
            places,
            tries: leap::Tries::default(),
            offsets: vec![0; if plan.positions { steps } else { 0 }],
            within,
            started: false,
        }
    }

    /// Gives a variable a value before the search begins.
    pub(super) fn give(&mut self, variable: usize, atom: Handle) {
        self.values.get_mut(variable).into_iter().for_each(|value| *value = atom);
    }

    fn set_glob(&mut self, variable: usize, atoms: Option<&Arc<[Handle]>>) {
        if self.globs.is_empty() {
            self.globs.resize(self.plan.table.variables, None);
        }
        if let Some(value) = self.globs.get_mut(variable) {
            *value = atoms.cloned();
        }
    }

    /// Begins again. What was found goes, what is given stays or is given anew.
    pub(super) fn restart(&mut self) {
        self.started = false;
    }

    #[inline]
    pub(super) fn value(&self, slot: usize) -> Handle {
        self.values.get(slot).copied().unwrap_or(Handle::NONE)
    }

    #[inline]
    fn set(&mut self, slot: usize, atom: Handle) {
        if let Some(value) = self.values.get_mut(slot) {
            *value = atom;
        }
    }

    /// Finds the next solution; its values stand in the slots then.
    pub(super) fn advance(&mut self, context: &Context<'a>, budget: &mut Budget) -> Result<bool, Halt> {
        let plan = self.plan;
        if plan.table.missing.is_some() {
            return Ok(false);
        }
        self.make_tries(context, budget)?;
        let (mut at, mut again) = if self.started {
            match plan.back.last().copied().flatten() {
                Some(back) => (back, true),
                None => return Ok(false),
            }
        } else {
            (0, false)
        };
        self.started = true;
        while let Some(step) = plan.steps.get(at) {
            let passed =
                if again { self.next(step, at, context, budget)? } else { self.enter(step, at, context, budget)? };
            if passed {
                let mut places = self.places.iter_mut().skip(at).take(1 + step.includes);
                if let Some(place) = places.next() {
                    place.count.passed += 1;
                    if step.product {
                        budget.check_product(place.count.passed)?;
                    }
                }
                for place in places {
                    place.count.tried += 1;
                    place.count.passed += 1;
                }
                (at, again) = (at + 1 + step.includes, false);
            } else {
                match plan.back.get(at).copied().flatten() {
                    Some(back) => (at, again) = (back, true),
                    None => return Ok(false),
                }
            }
        }
        Ok(true)
    }

    #[inline]
    fn empty(&mut self, step: &Step) {
        for slot in &step.fills {
            if let Some(value) = self.values.get_mut(*slot) {
                *value = Handle::NONE;
            }
        }
        for glob in &step.globs {
            self.set_glob(*glob, None);
        }
    }

    #[inline]
    fn tried(&mut self, at: usize) {
        if let Some(place) = self.places.get_mut(at) {
            place.count.tried += 1;
        }
    }

    #[inline]
    fn put_cursor(&mut self, at: usize, cursor: Cursor<'a>) {
        if let Some(place) = self.places.get_mut(at) {
            place.cursor = cursor;
        }
    }

    #[inline]
    fn cursor(&mut self, at: usize) -> Option<&mut Cursor<'a>> {
        self.places.get_mut(at).map(|place| &mut place.cursor)
    }

    /// What happened at a step so far.
    pub(super) fn count(&self, at: usize) -> Count {
        self.places.get(at).map(|place| place.count).unwrap_or_default()
    }

    /// Comes to a step from the one before.
    fn enter(&mut self, step: &'a Step, at: usize, context: &Context<'a>, budget: &mut Budget) -> Result<bool, Halt> {
        let space = context.space;
        match &step.what {
            Do::Extend { sources, lookups, ahead } => {
                let cursor = self.shortest(sources, space);
                self.put_cursor(at, cursor);
                self.begin_batch(at);
                self.next_of_batch(at, sources, (lookups, *ahead), context, budget)
            }
            Do::Leap { variable, tries } => self.leap((at, false), *variable, tries, budget),
            Do::Scan(source) => {
                self.put_cursor(at, Cursor::Atoms(space.by_type(source.of)));
                self.next(step, at, context, budget)
            }
            Do::Each(_, types) => {
                let first = types.first().map(|of| space.by_type(*of)).unwrap_or_default();
                self.put_cursor(at, Cursor::Types(first, 0));
                self.next(step, at, context, budget)
            }
            Do::Pick { .. } => {
                self.put_cursor(at, Cursor::Position(0));
                self.next(step, at, context, budget)
            }
            Do::Span { .. } => self.enter_span(step, at, context, budget),
            Do::Alike { link, whole, variables } => {
                self.empty(step);
                let ways = self.ways(*link, whole, variables, context);
                self.put_cursor(at, Cursor::Alike(Box::new(ways)));
                self.next(step, at, context, budget)
            }
            Do::Never(plans) => self.never(plans, at, context, budget),
            _ => {
                budget.step()?;
                self.tried(at);
                self.once(step, at, context, budget)
            }
        }
    }

    /// Does what can be passed once at most.
    fn once(&mut self, step: &'a Step, at: usize, context: &Context<'a>, budget: &mut Budget) -> Result<bool, Halt> {
        let space = context.space;
        Ok(match &step.what {
            Do::Find { link, of, parts, filled } => {
                (*filled && self.value(*link) != Handle::NONE) || self.find(space, *link, *of, parts)
            }
            Do::Open { link, of, parts } => {
                self.empty(step);
                let (found, outgoing) = space.opened(self.value(*link));
                found == *of && self.unify(parts, outgoing, context)
            }
            Do::Shape { link, of, least, exact } => {
                let (found, outgoing) = space.opened(self.value(*link));
                found == *of && if *exact { outgoing.len() == *least } else { outgoing.len() >= *least }
            }
            Do::Next { link, part, after } => {
                self.empty(step);
                self.take_next((*link, *part), *after, at, context)
            }
            Do::Rest { link, glob, known, earlier } => {
                self.empty(step);
                self.rest((*link, *glob), *known, earlier, context)
            }
            Do::Check(test) => {
                let holding = Holding { context, values: &self.values, globs: &self.globs };
                holds(&holding, test, budget)?
            }
            Do::Assign { slot, from, asks } => {
                self.empty(step);
                let holding = Holding { context, values: &self.values, globs: &self.globs };
                let found = super::compute::atom(&holding, from, *asks, budget)?;
                found.is_some_and(|atom| self.admit(*slot, atom, context))
            }
            _ => false,
        })
    }

    /// Comes back to a step that may be passed again.
    #[inline]
    fn next(&mut self, step: &'a Step, at: usize, context: &Context<'a>, budget: &mut Budget) -> Result<bool, Halt> {
        match &step.what {
            Do::Extend { sources, lookups, ahead } => {
                self.next_of_batch(at, sources, (lookups, *ahead), context, budget)
            }
            Do::Leap { variable, tries } => self.leap((at, true), *variable, tries, budget),
            Do::Scan(source) => loop {
                let Some(Cursor::Atoms(atoms)) = self.cursor(at) else { return Ok(false) };
                let Some(link) = atoms.next() else { return Ok(false) };
                budget.step()?;
                self.tried(at);
                self.empty(step);
                if self.fill(source, link, context) {
                    return Ok(true);
                }
            },
            Do::Each(slot, types) => loop {
                let Some(atom) = self.next_of_types(types, at, context.space) else { return Ok(false) };
                budget.step()?;
                self.tried(at);
                self.empty(step);
                if self.admit(*slot, atom, context) {
                    return Ok(true);
                }
            },
            Do::Pick { link, part, earlier } => self.pick(step, at, (*link, *part, earlier), context, budget),
            Do::Span { .. } => self.next_span(step, at, context, budget),
            Do::Alike { variables, .. } => loop {
                let Some(Cursor::Alike(ways)) = self.cursor(at) else { return Ok(false) };
                let Some(state) = ways.next(budget)? else { return Ok(false) };
                self.tried(at);
                self.empty(step);
                if self.accept(&state, variables, context) {
                    return Ok(true);
                }
            },
            _ => Ok(false),
        }
    }

    fn next_of_types(&mut self, types: &[AtomType], at: usize, space: &'a Space) -> Option<Handle> {
        let Some(Cursor::Types(atoms, place)) = self.cursor(at) else { return None };
        loop {
            if let Some(atom) = atoms.next() {
                return Some(atom);
            }
            *place += 1;
            *atoms = space.by_type(*types.get(*place)?);
        }
    }

    /// Gives a variable a value, if it may have that.
    #[inline]
    fn admit(&mut self, slot: usize, atom: Handle, context: &Context<'a>) -> bool {
        let admitted = context
            .admissions
            .get(slot)
            .is_none_or(|admission| admission.is_any() || admission.admits(context.space, atom));
        if admitted {
            self.set(slot, atom);
        }
        admitted
    }

    /// Whether none of some plans has a solution.
    fn never(
        &mut self,
        plans: &'a [Plan],
        at: usize,
        context: &Context<'a>,
        budget: &mut Budget,
    ) -> Result<bool, Halt> {
        budget.step()?;
        self.tried(at);
        let kept = self.within.get_mut(at).and_then(Option::take);
        let mut machines = kept.unwrap_or_else(|| plans.iter().map(Machine::new).collect());
        let mut found = false;
        for machine in &mut machines {
            machine.restart();
            let own = machine.values.iter_mut().zip(&self.values).take(machine.plan.table.variables);
            own.for_each(|(inner, outer)| *inner = *outer);
            for (variable, atoms) in self.globs.iter().enumerate() {
                if atoms.is_some() {
                    machine.set_glob(variable, atoms.as_ref());
                }
            }
            if machine.advance(context, budget)? {
                found = true;
                break;
            }
        }
        self.within.get_mut(at).into_iter().for_each(|slot| *slot = Some(std::mem::take(&mut machines)));
        Ok(!found)
    }

    /// What happened in the searches that had to fail, by step.
    pub(super) fn inner(&self, at: usize) -> Option<&[Machine<'a>]> {
        self.within.get(at)?.as_deref()
    }
}
