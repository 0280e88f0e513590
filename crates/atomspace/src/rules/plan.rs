//! Plans: in which order the premises of a rule are matched against a frame.
//!
//! A plan begins with the facts that are new (if it is asked to), goes on with the pattern that is expected to match the
//! fewest facts, and checks every guard as soon as its variables are bound. Whether a variable is bound at a step is known
//! when planning, so matching neither asks nor undoes. The order depends on counts alone, never on names.

use super::form::{Aggregate, AggregateKind, Expr, Form, Guard, Premise};
use crate::Frame;
use crate::atom::AtomId;
use crate::pattern::{Arg, Pattern, Variable};
use smallvec::SmallVec;

/// Which facts a step may match, by when they were asserted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Age {
    /// All that were there when matching began.
    All,
    /// Only those from before the last round.
    Old,
    /// Only those of the last round.
    New,
}

/// What is done with one argument of a candidate fact.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Op {
    /// It must be this atom.
    Same(AtomId),
    /// It must be what the variable stands for since an earlier step.
    Check(u16),
    /// It must be what the variable stands for since an earlier argument of the same fact.
    Repeat(u16),
    /// The variable stands for it from here on.
    Bind(u16),
}

/// One step of a plan.
#[derive(Debug)]
pub(crate) enum Step<'r> {
    Match { place: usize, predicate: AtomId, ops: SmallVec<[Op; 4]>, age: Age },
    Guard(&'r Guard),
    Bind { slot: u16, known: bool, value: &'r Expr },
    Not(Vec<Step<'r>>),
    Aggregate { kind: AggregateKind, slot: u16, known: bool, over: Option<u16>, body: Vec<Step<'r>> },
}

/// A set of variables, by place.
#[derive(Clone, Default)]
pub(crate) struct Slots(Vec<bool>);

impl Slots {
    pub(crate) fn has(&self, slot: u16) -> bool {
        self.0.get(usize::from(slot)).copied().unwrap_or(false)
    }

    pub(crate) fn add(&mut self, slot: u16) {
        let index = usize::from(slot);
        if self.0.len() <= index {
            self.0.resize(index + 1, false);
        }
        if let Some(place) = self.0.get_mut(index) {
            *place = true;
        }
    }

    pub(crate) fn all<'v>(&self, mut variables: impl Iterator<Item = &'v Variable>) -> bool {
        variables.all(|variable| self.has(variable.slot))
    }
}

/// The variables that the premises outside `not` and aggregates bind.
pub(crate) fn outer_slots(premises: &[Premise]) -> Slots {
    let mut outer = Slots::default();
    for premise in premises {
        match &premise.form {
            Form::Match(pattern) => pattern.variables().for_each(|variable| outer.add(variable.slot)),
            Form::Bind(variable, _) | Form::Aggregate(Aggregate { result: variable, .. }) => outer.add(variable.slot),
            Form::Not(_) | Form::Guard(_) => {}
        }
    }
    outer
}

/// The plan of a query; `None` where some word in it was never seen, so that nothing can match.
pub(crate) fn query<'r>(frame: &Frame, patterns: &'r [Pattern]) -> Option<Vec<Step<'r>>> {
    let mut planner = Planner::new(frame, patterns.iter().enumerate().collect(), Vec::new());
    let mut steps = Vec::new();
    planner.finish(&mut steps)?;
    Some(steps)
}

/// The plan of a rule: of all its matches, or of those whose pattern `new` matches a new fact. `None` where nothing can
/// match now.
pub(crate) fn rule<'r>(frame: &Frame, premises: &'r [Premise], new: Option<usize>) -> Option<Vec<Step<'r>>> {
    let (patterns, rest) = parts(premises);
    let mut planner = Planner::new(frame, patterns, rest);
    let mut steps = Vec::new();
    if let Some(new) = new {
        planner.new = Some(new);
        let index = planner.patterns.iter().position(|(place, _)| *place == new)?;
        planner.take_pattern(index, &mut steps)?;
    }
    planner.finish(&mut steps)?;
    Some(steps)
}

/// The plan of what stands beside the cause (the first pattern) of a mechanism, where these variables are bound already.
pub(crate) fn circumstances<'r>(frame: &Frame, premises: &'r [Premise], bound: Slots) -> Option<Vec<Step<'r>>> {
    let (mut patterns, rest) = parts(premises);
    if patterns.is_empty() {
        return None;
    }
    let (_, cause) = patterns.remove(0);
    let mut planner = Planner::new(frame, patterns, rest);
    cause.variables().for_each(|variable| planner.outer.add(variable.slot));
    planner.bound = bound;
    let mut steps = Vec::new();
    planner.finish(&mut steps)?;
    Some(steps)
}

/// The patterns with their places, and the other premises.
fn parts(premises: &[Premise]) -> (Vec<(usize, &Pattern)>, Vec<&Premise>) {
    let mut patterns = Vec::new();
    let mut rest = Vec::new();
    for premise in premises {
        match &premise.form {
            Form::Match(pattern) => patterns.push((patterns.len(), pattern)),
            _ => rest.push(premise),
        }
    }
    (patterns, rest)
}

struct Planner<'r, 'f> {
    frame: &'f Frame,
    patterns: Vec<(usize, &'r Pattern)>,
    rest: Vec<&'r Premise>,
    bound: Slots,
    /// Variables that the premises outside `not` and aggregates bind, now or later.
    outer: Slots,
    new: Option<usize>,
}

impl<'r, 'f> Planner<'r, 'f> {
    fn new(frame: &'f Frame, patterns: Vec<(usize, &'r Pattern)>, rest: Vec<&'r Premise>) -> Self {
        let mut outer = Slots::default();
        for variable in patterns.iter().flat_map(|(_, pattern)| pattern.variables()) {
            outer.add(variable.slot);
        }
        for premise in &rest {
            match &premise.form {
                Form::Bind(variable, _) | Form::Aggregate(Aggregate { result: variable, .. }) => {
                    outer.add(variable.slot);
                }
                _ => {}
            }
        }
        Self { frame, patterns, rest, bound: Slots::default(), outer, new: None }
    }

    /// Plans everything that is left.
    fn finish(&mut self, steps: &mut Vec<Step<'r>>) -> Option<()> {
        loop {
            while let Some(index) = self.rest.iter().position(|premise| self.ready(premise)) {
                let premise = self.rest.remove(index);
                self.take_other(premise, steps);
            }
            let costs = self.patterns.iter().map(|(_, pattern)| estimate(self.frame, pattern, &self.bound));
            let Some((index, cost)) = costs.enumerate().min_by_key(|(_, cost)| *cost) else { break };
            if cost == 0 {
                return None;
            }
            self.take_pattern(index, steps)?;
        }
        // What is left can never be decided: the rule has unbound variables, which `check` reports.
        self.rest.is_empty().then_some(())
    }

    fn ready(&self, premise: &Premise) -> bool {
        match &premise.form {
            Form::Match(_) => false,
            Form::Guard(guard) => self.bound.all(guard.variables().into_iter()),
            Form::Bind(_, value) => self.bound.all(value.variables().into_iter()),
            Form::Not(body) | Form::Aggregate(Aggregate { body, .. }) => {
                let shared = body.iter().flat_map(Premise::variables).filter(|variable| self.outer.has(variable.slot));
                shared.into_iter().all(|variable| self.bound.has(variable.slot))
            }
        }
    }

    fn take_pattern(&mut self, index: usize, steps: &mut Vec<Step<'r>>) -> Option<()> {
        let (place, pattern) = self.patterns.remove(index);
        let age = match self.new {
            Some(new) if new == place => Age::New,
            Some(new) if place < new => Age::Old,
            _ => Age::All,
        };
        steps.push(compile(self.frame, pattern, place, age, &mut self.bound)?);
        Some(())
    }

    fn take_other(&mut self, premise: &'r Premise, steps: &mut Vec<Step<'r>>) {
        match &premise.form {
            Form::Match(_) => {}
            Form::Guard(guard) => steps.push(Step::Guard(guard)),
            Form::Bind(variable, value) => {
                steps.push(Step::Bind { slot: variable.slot, known: self.bound.has(variable.slot), value });
                self.bound.add(variable.slot);
            }
            Form::Not(body) => {
                if let Some(body) = self.body(body) {
                    steps.push(Step::Not(body));
                }
            }
            Form::Aggregate(Aggregate { kind, result, over, body }) => {
                // A body that cannot match counts nothing, but still counts.
                let body = self.body(body).unwrap_or_else(|| vec![Step::Not(Vec::new())]);
                let over = over.as_ref().map(|over| over.slot);
                steps.push(Step::Aggregate {
                    kind: *kind,
                    slot: result.slot,
                    known: self.bound.has(result.slot),
                    over,
                    body,
                });
                self.bound.add(result.slot);
            }
        }
    }

    /// The plan of what stands inside a `not` or an aggregate; `None` where it cannot match.
    fn body(&self, premises: &'r [Premise]) -> Option<Vec<Step<'r>>> {
        let (patterns, rest) = parts(premises);
        let mut inner = Planner::new(self.frame, patterns, rest);
        inner.bound = self.bound.clone();
        let mut steps = Vec::new();
        inner.finish(&mut steps)?;
        Some(steps)
    }
}

/// About how many facts a pattern will match, given what is bound; 0 where none can.
fn estimate(frame: &Frame, pattern: &Pattern, bound: &Slots) -> u64 {
    let Some(predicate) = frame.predicate(&pattern.predicate) else { return 0 };
    let count = |lists: crate::frame::Postings<'_>| lists.iter().map(|list| list.len() as u64).sum::<u64>();
    let mut least = count(frame.with_predicate(predicate));
    let mut shrink = 1;
    for (position, arg) in (0..=u8::MAX).zip(&pattern.args) {
        match (arg, arg.term()) {
            (Arg::Variable(variable), _) if bound.has(variable.slot) => shrink = 16,
            (_, None) => {}
            (_, Some(term)) => {
                let Some(atom) = frame.find_term(term) else { return 0 };
                least = least.min(count(frame.with_argument(predicate, position, atom)));
            }
        }
    }
    if least == 0 { 0 } else { least / shrink + 1 }
}

fn compile<'r>(frame: &Frame, pattern: &'r Pattern, place: usize, age: Age, bound: &mut Slots) -> Option<Step<'r>> {
    let predicate = frame.predicate(&pattern.predicate)?;
    let mut ops = SmallVec::new();
    let before = bound.clone();
    for arg in &pattern.args {
        ops.push(match arg {
            Arg::Variable(variable) if before.has(variable.slot) => Op::Check(variable.slot),
            Arg::Variable(variable) if bound.has(variable.slot) => Op::Repeat(variable.slot),
            Arg::Variable(variable) => {
                bound.add(variable.slot);
                Op::Bind(variable.slot)
            }
            constant => Op::Same(frame.find_term(constant.term()?)?),
        });
    }
    Some(Step::Match { place, predicate, ops, age })
}
