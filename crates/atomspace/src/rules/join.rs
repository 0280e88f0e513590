//! Matching: walks a plan over the index of facts and hands out every match.
//!
//! At each step the shortest list of candidates is taken from the index. Work is counted, one unit a candidate, and
//! matching ends when the budget is used up; the caller then says so.

use super::form::AggregateKind;
use super::plan::{Age, Op, Step};
use super::value::{Bound, Evaluator, Value};
use crate::Frame;
use crate::atom::{AtomId, Term};
use crate::frame::Postings;
use crate::layer::{FactEntry, Ordinal};
use smallvec::SmallVec;

/// How many facts an aggregate keeps as its grounds.
const AGGREGATE_GROUNDS: usize = 8;
/// From this strength on something counts as holding, where that is a matter of yes or no: in `not` and in aggregates.
const HOLDS: f64 = 0.5;

/// Where matching stands.
#[derive(Clone, Debug)]
pub(crate) struct State {
    /// What the variables stand for, by place.
    pub(crate) bound: Vec<Bound>,
    /// The facts that the patterns matched, by the order in which they were written.
    pub(crate) matched: Vec<AtomId>,
    /// Facts that aggregates were taken over.
    pub(crate) grounds: SmallVec<[AtomId; 8]>,
    /// How strongly the negated parts are absent.
    pub(crate) absence: f64,
}

impl State {
    pub(crate) fn new(variables: usize, patterns: usize) -> Self {
        Self {
            bound: vec![Bound::Empty; variables],
            matched: vec![AtomId(0); patterns],
            grounds: SmallVec::new(),
            absence: 1.0,
        }
    }
}

/// Matches plans against a frame.
pub(crate) struct Solver<'a> {
    frame: &'a Frame,
    budget: u64,
    /// Facts from here on are not old.
    pub(crate) old_until: Ordinal,
    /// Facts from here on are new.
    pub(crate) new_from: Ordinal,
    /// Facts from here on are no longer new.
    pub(crate) new_until: Ordinal,
    /// Facts from here on are not looked at.
    pub(crate) end: Ordinal,
}

/// The work that was allowed is done before the matching is.
struct OutOfBudget;

/// Called with each match; `false` ends the matching.
type Found<'f> = &'f mut dyn FnMut(&State) -> bool;

impl<'a> Solver<'a> {
    /// Everything counts as new, until told otherwise.
    pub(crate) fn new(frame: &'a Frame, budget: u64) -> Self {
        let end = frame.end_fact();
        Self { frame, budget, old_until: end, new_from: 0, new_until: end, end }
    }

    /// The work that is left.
    pub(crate) fn budget(&self) -> u64 {
        self.budget
    }

    /// Goes through all matches. `false` where it was ended early.
    pub(crate) fn solve(&mut self, steps: &[Step<'a>], state: &mut State, found: Found<'_>) -> bool {
        let Some((step, rest)) = steps.split_first() else { return found(state) };
        match step {
            Step::Match { place, predicate, ops, age } => {
                let lists = self.candidates(*predicate, ops, &state.bound);
                let (from, until) = match age {
                    Age::All => (0, self.end),
                    Age::Old => (0, self.old_until),
                    Age::New => (self.new_from, self.new_until),
                };
                for list in lists {
                    let begin = if from == 0 { 0 } else { list.partition_point(|ordinal| *ordinal < from) };
                    for ordinal in list.iter().skip(begin).copied().take_while(|ordinal| *ordinal < until) {
                        let Some(budget) = self.budget.checked_sub(1) else { return false };
                        self.budget = budget;
                        let Some(entry) = self.frame.fact_entry(ordinal) else { continue };
                        if !self.matches(entry, ops, &mut state.bound) || self.frame.tv(entry.atom).strength <= 0.0 {
                            continue;
                        }
                        if let Some(slot) = state.matched.get_mut(*place) {
                            *slot = entry.atom;
                        }
                        if !self.solve(rest, state, found) {
                            return false;
                        }
                    }
                }
                true
            }
            Step::Guard(guard) => {
                let holds = Evaluator { frame: self.frame, bound: &state.bound }.holds(guard);
                !holds || self.solve(rest, state, found)
            }
            Step::Bind { slot, known, value } => {
                let value = Evaluator { frame: self.frame, bound: &state.bound }.value(value);
                match self.bind(value) {
                    Some(bound) => !self.assign(*slot, *known, bound, state) || self.solve(rest, state, found),
                    None => true,
                }
            }
            Step::Not(body) => self.absent(body, rest, state, found),
            Step::Aggregate { kind, slot, known, over, body } => {
                let before = state.grounds.len();
                let result = self.aggregate(*kind, *over, body, state);
                let go = match result {
                    Err(OutOfBudget) => false,
                    Ok(Some(number)) if self.assign(*slot, *known, Bound::Number(number), state) => {
                        self.solve(rest, state, found)
                    }
                    _ => true,
                };
                state.grounds.truncate(before);
                go
            }
        }
    }

    /// The shortest lists of facts that can match.
    fn candidates(&self, predicate: AtomId, ops: &[Op], bound: &[Bound]) -> Postings<'a> {
        let mut best: Option<(usize, Postings<'a>)> = None;
        for (position, op) in (0..=u8::MAX).zip(ops) {
            let atom = match op {
                Op::Same(atom) => Some(*atom),
                Op::Check(slot) => match bound.get(usize::from(*slot)).copied().unwrap_or_default() {
                    Bound::Atom(atom) => Some(atom),
                    Bound::Number(number) => match self.frame.find_term(Term::Number(number)) {
                        Some(atom) => Some(atom),
                        None => return Postings::new(),
                    },
                    Bound::Empty => None,
                },
                Op::Repeat(_) | Op::Bind(_) => None,
            };
            if let Some(atom) = atom {
                let lists = self.frame.with_argument(predicate, position, atom);
                let count = lists.iter().map(|list| list.len()).sum();
                if best.as_ref().is_none_or(|(least, _)| count < *least) {
                    best = Some((count, lists));
                }
                if count <= 1 {
                    break;
                }
            }
        }
        best.map_or_else(|| self.frame.with_predicate(predicate), |(_, lists)| lists)
    }

    fn matches(&self, entry: &FactEntry, ops: &[Op], bound: &mut [Bound]) -> bool {
        if entry.args.len() != ops.len() {
            return false;
        }
        entry.args.iter().zip(ops).all(|(arg, op)| match op {
            Op::Same(atom) => atom == arg,
            Op::Check(slot) | Op::Repeat(slot) => match bound.get(usize::from(*slot)) {
                Some(Bound::Atom(atom)) => atom == arg,
                Some(Bound::Number(number)) => self.frame.term(*arg) == Some(Term::Number(*number)),
                _ => false,
            },
            Op::Bind(slot) => bound.get_mut(usize::from(*slot)).is_some_and(|place| {
                *place = Bound::Atom(*arg);
                true
            }),
        })
    }

    fn bind(&self, value: Option<Value<'_>>) -> Option<Bound> {
        Some(match value? {
            Value::Number(number) => Bound::Number(number),
            // A computed text can be used where it is a known one.
            Value::Text(text) => Bound::Atom(self.frame.find_term(Term::Text(&text))?),
            Value::Entity(name) => Bound::Atom(self.frame.find_term(Term::Entity(&name))?),
        })
    }

    /// Lets a variable stand for a value; `false` where it already stands for another.
    fn assign(&self, slot: u16, known: bool, value: Bound, state: &mut State) -> bool {
        let number = |bound: Bound| match bound {
            Bound::Number(number) => Some(number),
            Bound::Atom(atom) => self.frame.term(atom).and_then(Term::as_number),
            Bound::Empty => None,
        };
        let Some(place) = state.bound.get_mut(usize::from(slot)) else { return false };
        if known {
            return *place == value || number(*place).is_some_and(|old| Some(old) == number(value));
        }
        *place = value;
        true
    }

    /// Goes on where the body does not hold. What is unlikely but not ruled out weakens: `1 - max` of the strengths of its
    /// matches.
    fn absent(&mut self, body: &[Step<'a>], rest: &[Step<'a>], state: &mut State, found: Found<'_>) -> bool {
        let frame = self.frame;
        let mut inner = State { matched: vec![AtomId(u32::MAX); body.len()], ..state.clone() };
        let mut strongest: f64 = 0.0;
        let end = std::mem::replace(&mut self.end, frame.end_fact());
        let complete = self.solve(body, &mut inner, &mut |inner| {
            strongest = strongest.max(strength(frame, &inner.matched));
            strongest < HOLDS
        });
        self.end = end;
        if strongest >= HOLDS {
            return true;
        }
        if !complete {
            return false;
        }
        let before = state.absence;
        state.absence *= 1.0 - strongest;
        let go = self.solve(rest, state, found);
        state.absence = before;
        go
    }

    /// The number that an aggregate gives; `None` for the greatest of nothing.
    fn aggregate(
        &mut self,
        kind: AggregateKind,
        over: Option<u16>,
        body: &[Step<'a>],
        state: &mut State,
    ) -> Result<Option<f64>, OutOfBudget> {
        let frame = self.frame;
        let mut inner = State { matched: vec![AtomId(u32::MAX); body.len()], ..state.clone() };
        let mut count: u64 = 0;
        let mut different = rustc_hash::FxHashSet::default();
        let mut numbers: Vec<f64> = Vec::new();
        let mut grounds: SmallVec<[AtomId; 8]> = SmallVec::new();
        let complete = self.solve(body, &mut inner, &mut |inner| {
            if strength(frame, &inner.matched) < HOLDS {
                return true;
            }
            count += 1;
            let value = over.and_then(|over| inner.bound.get(usize::from(over)).copied()).unwrap_or_default();
            match value {
                Bound::Atom(atom) => {
                    different.insert(atom);
                    numbers.extend(frame.term(atom).and_then(Term::as_number));
                }
                Bound::Number(number) => numbers.push(number),
                Bound::Empty => {}
            }
            let facts = inner.matched.iter().copied().filter(|atom| atom.0 != u32::MAX);
            let room = AGGREGATE_GROUNDS.saturating_sub(grounds.len());
            grounds.extend(facts.take(room));
            true
        });
        if !complete {
            return Err(OutOfBudget);
        }
        state.grounds.extend(grounds);
        Ok(match kind {
            AggregateKind::Count if over.is_some() => Some(different.len() as f64),
            AggregateKind::Count => Some(count as f64),
            AggregateKind::Sum => Some(numbers.iter().sum()),
            AggregateKind::Max => numbers.iter().copied().reduce(f64::max),
            AggregateKind::Min => numbers.iter().copied().reduce(f64::min),
        })
    }
}

/// The strength with which facts hold together.
pub(crate) fn strength(frame: &Frame, facts: &[AtomId]) -> f64 {
    facts.iter().filter(|atom| atom.0 != u32::MAX).map(|atom| frame.tv(*atom).strength).product()
}
