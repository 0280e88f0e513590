//! Backward chaining: what must be known for a target to follow, down to the facts.
//!
//! Every subgoal that is the same up to the names of its variables is solved once (tabling; Tamaki and Sato, *OLD resolution
//! with tabulation*, 1986): whoever needs it waits for its answers. So rules that run in circles end, and what waits lies in
//! tables, never on the stack.

use super::effort::End;
use super::engine::{Engine, Match};
use super::facts::Candidate;
use super::frame::Frame;
use super::guide::Agenda;
use super::terms::Id;
use super::unify::{Bindings, Renumbering, shifted};
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

/// A subgoal.
#[derive(Debug)]
struct Goal {
    term: Id,
    /// What answers it, each once, in the order in which it came.
    answers: Vec<(Candidate, Id)>,
    known: FxHashSet<(Candidate, Id)>,
    /// The frames that wait for it, each with the place of the premise.
    waiting: Vec<u32>,
    /// How many rules stand above it.
    length: u32,
    /// The confidence that what waits for it can still have.
    confidence: f64,
}

/// A frame that waits for one of its premises.
#[derive(Debug)]
struct Waiting {
    frame: Frame,
    place: usize,
    /// The goal that its conclusion answers.
    goal: u32,
    /// The goal that the premise is.
    sub: u32,
    /// The variables of the premise that anything else is still asked of.
    joins: Vec<Id>,
    /// How many answers were used that give these variables the same values.
    used: FxHashMap<Vec<Id>, usize>,
}

#[derive(Clone, Copy, Debug)]
enum Task {
    /// Looks for what answers a goal among facts, and for rules that conclude it.
    Expand(u32),
    /// Goes on with a frame, now that there is an answer.
    Resume { waiting: u32, answer: usize },
    /// Gives an answer of the target out.
    Give(Id),
}

/// A search for what answers a target.
#[derive(Debug)]
pub(super) struct Backward {
    agenda: Agenda<Task>,
    goals: Vec<Goal>,
    tables: FxHashMap<Id, u32>,
    waiting: Vec<Waiting>,
    /// The goals that a conclusion would answer of which nothing is known yet.
    pending: FxHashMap<Id, Vec<u32>>,
    /// Bytes that goals and what waits take, about.
    bytes: usize,
    begun: bool,
}

/// Bytes that an answer of a goal takes, about: in a list, in a table, and for what knows the statement.
const ANSWER: usize = 4 * size_of::<(Candidate, Id)>();
const TARGET: u32 = 0;

impl Backward {
    pub(super) fn new() -> Self {
        Self {
            agenda: Agenda::new(),
            goals: Vec::new(),
            tables: FxHashMap::default(),
            waiting: Vec::new(),
            pending: FxHashMap::default(),
            bytes: 0,
            begun: false,
        }
    }

    /// How many subgoals there are.
    pub(super) fn goals(&self) -> usize {
        self.goals.len()
    }

    /// The next answer of a target, whose variables are numbered from 0 in the order in which they are met.
    pub(super) fn next(&mut self, engine: &mut Engine<'_>, target: Id) -> Result<Option<Id>, End> {
        if !std::mem::replace(&mut self.begun, true) {
            engine.find_general()?;
            self.goal(engine, target, 0, 1.0);
        }
        while let Some(task) = self.agenda.pop() {
            engine.effort.hold(engine.bytes() + self.bytes + self.agenda.bytes())?;
            match task {
                Task::Expand(goal) => self.expand(engine, goal)?,
                Task::Resume { waiting, answer } => self.resume(engine, waiting, answer)?,
                Task::Give(statement) => return Ok(Some(statement)),
            }
        }
        Ok(None)
    }

    /// The table of a goal, begun if it is new.
    fn goal(&mut self, engine: &mut Engine<'_>, term: Id, length: u32, confidence: f64) -> u32 {
        if let Some(known) = self.tables.get(&term) {
            return *known;
        }
        let at = self.goals.len() as u32;
        self.tables.insert(term, at);
        let (answers, known, waiting) = (Vec::new(), FxHashSet::default(), Vec::new());
        self.goals.push(Goal { term, answers, known, waiting, length, confidence });
        self.bytes += 2 * size_of::<Goal>();
        let priority = engine.priority(confidence, length, term);
        self.agenda.push(priority, Task::Expand(at));
        at
    }

    fn expand(&mut self, engine: &mut Engine<'_>, at: u32) -> Result<(), End> {
        let Some(goal) = self.goals.get(at as usize) else { return Ok(()) };
        let (term, length, confidence) = (goal.term, goal.length, goal.confidence);
        let variables = engine.terms.variables(term);
        for (by, found) in engine.instances(term, variables)? {
            self.answer(engine, at, by, found)?;
        }
        for rule_at in 0..engine.rules.len() as u32 {
            engine.effort.step()?;
            let Some(rule) = engine.rule(rule_at) else { continue };
            let frame = Frame::of(rule_at, &rule);
            let types = engine.facts.types();
            // The goal's variables come after those of the rule.
            let Some(goal) = shifted(&mut engine.terms, types, term, rule.variables) else { continue };
            let mut begun_before: FxHashSet<(Id, SmallVec<[Id; 4]>)> = FxHashSet::default();
            for bindings in engine.unify(rule.conclusion, goal, rule.variables + variables)? {
                if let Some(mut begun) = frame.with(&bindings, &mut engine.terms, types) {
                    let mut premises = begun.premises.clone();
                    premises.sort_unstable();
                    if rule.commutes() && !begun_before.insert((begun.conclusion, premises)) {
                        continue;
                    }
                    begun.confidence *= confidence;
                    self.wait(engine, begun, at, length + 1)?;
                }
            }
        }
        Ok(())
    }

    /// Lets a frame wait for its next premise, or draws its conclusion where it has all. Premises that must be facts are met
    /// here and now.
    fn wait(&mut self, engine: &mut Engine<'_>, frame: Frame, goal: u32, length: u32) -> Result<(), End> {
        let mut open = vec![frame];
        while let Some(frame) = open.pop() {
            let Some(rule) = engine.rule(frame.rule) else { continue };
            let Some(place) = frame.next(&rule, &engine.terms) else {
                match engine.conclude(&frame)? {
                    Some(statement) => self.answer(engine, goal, Candidate::Statement(statement), statement)?,
                    // A premise may become worth more, and so this.
                    None => self.pending.entry(frame.conclusion).or_default().push(goal),
                }
                self.give_improved(engine)?;
                continue;
            };
            let Some(premise) = frame.premises.get(place).copied() else { continue };
            if rule.premises.get(place).is_some_and(|premise| premise.given) {
                for found in engine.matches(premise, frame.variables)?.iter().rev() {
                    if engine.is_given(found) {
                        open.extend(engine.met(&frame, place, found));
                    }
                }
            } else {
                self.wait_for(engine, frame, place, goal, length);
            }
        }
        Ok(())
    }

    fn wait_for(&mut self, engine: &mut Engine<'_>, frame: Frame, place: usize, goal: u32, length: u32) {
        let types = engine.facts.types();
        let Some(premise) = frame.premises.get(place).copied() else { return };
        let Some(subgoal) = Renumbering::default().apply(&mut engine.terms, types, premise) else { return };
        let (confidence, at) = (frame.confidence, self.waiting.len() as u32);
        let sub = self.goal(engine, subgoal, length, confidence);
        let joins = frame.joins(place, &engine.terms);
        self.bytes += frame.bytes() + 3 * size_of::<Waiting>() / 2 + size_of_val::<[Id]>(&joins);
        self.waiting.push(Waiting { frame, place, goal, sub, joins, used: FxHashMap::default() });
        let Some(sub) = self.goals.get_mut(sub as usize) else { return };
        sub.waiting.push(at);
        for answer in 0..sub.answers.len() {
            self.wake(engine, at, answer);
        }
    }

    /// Lets a frame go on with an answer in its turn: by the confidence that its conclusion can have, and by the rules above
    /// it and below.
    fn wake(&mut self, engine: &mut Engine<'_>, at: u32, answer: usize) {
        let Some(Waiting { frame, place, goal, sub, .. }) = self.waiting.get(at as usize) else { return };
        let Some(sub) = self.goals.get(*sub as usize) else { return };
        let Some((_, term)) = sub.answers.get(answer) else { return };
        let (sure, below) =
            engine.book.standing(*term).map_or((1.0, 0), |step| (step.given.tv.confidence, step.length));
        let above = self.goals.get(*goal as usize).map_or(0, |goal| goal.length) + 1;
        let about = frame.premises.get(*place).copied().unwrap_or(frame.conclusion);
        let priority = engine.priority(frame.confidence * sure, above + below.max(frame.length), about);
        self.agenda.push(priority, Task::Resume { waiting: at, answer });
    }

    fn resume(&mut self, engine: &mut Engine<'_>, waiting: u32, answer: usize) -> Result<(), End> {
        engine.effort.step()?;
        let Some(Waiting { frame, place, goal, sub, .. }) = self.waiting.get(waiting as usize) else { return Ok(()) };
        let (frame, place, goal) = (frame.clone(), *place, *goal);
        let Some(pattern) = frame.premises.get(place).copied() else { return Ok(()) };
        let answers = self.goals.get(*sub as usize).map(|sub| &sub.answers);
        let Some((by, term)) = answers.and_then(|answers| answers.get(answer)).copied() else { return Ok(()) };
        let (types, fresh) = (engine.facts.types(), frame.variables);
        let Some(term) = shifted(&mut engine.terms, types, term, fresh) else { return Ok(()) };
        let length = self.goals.get(goal as usize).map_or(0, |goal| goal.length) + 1;
        let fresh = fresh.max(engine.terms.variables(term));
        for bindings in engine.unify(pattern, term, fresh)? {
            if !self.takes(engine, waiting, &bindings) {
                engine.effort.report.narrowed += 1;
            } else if let Some(next) = engine.met(&frame, place, &Match { by, bindings }) {
                self.wait(engine, next, goal, length)?;
            }
        }
        Ok(())
    }

    /// Whether a frame still takes an answer, and not enough already that are the same to what else it asks for.
    fn takes(&mut self, engine: &mut Engine<'_>, at: u32, bindings: &Bindings) -> bool {
        let most = engine.effort.answers();
        let Some(waiting) = self.waiting.get_mut(at as usize).filter(|_| most < usize::MAX) else { return true };
        let key: Option<Vec<Id>> = waiting.joins.iter().map(|join| engine.filled(*join, bindings)).collect();
        let Some(key) = key else { return false };
        let used = waiting.used.entry(key).or_default();
        *used += 1;
        *used <= most
    }

    /// Adds an answer to a table, and wakes what waits for it.
    fn answer(&mut self, engine: &mut Engine<'_>, at: u32, by: Candidate, term: Id) -> Result<(), End> {
        let types = engine.facts.types();
        let Some(term) = Renumbering::default().apply(&mut engine.terms, types, term) else { return Ok(()) };
        let by = match by {
            Candidate::General(general) if engine.terms.is_closed(term) => match engine.case(general, term)? {
                Some(statement) => Candidate::Statement(statement),
                None => return Ok(()),
            },
            by => by,
        };
        let Some(goal) = self.goals.get_mut(at as usize) else { return Ok(()) };
        if !goal.known.insert((by, term)) {
            return Ok(());
        }
        goal.answers.push((by, term));
        self.bytes += ANSWER;
        let (answer, waiting) = (goal.answers.len() - 1, goal.waiting.clone());
        for waiting in waiting {
            self.wake(engine, waiting, answer);
        }
        if at == TARGET && matches!(by, Candidate::Statement(_)) {
            self.give(engine, term);
        }
        Ok(())
    }

    /// Statements of which something became known answer what waits for them; whether there is more to do then.
    pub(super) fn revive(&mut self, engine: &mut Engine<'_>, new: Vec<Id>) -> Result<bool, End> {
        engine.improved.extend(new);
        self.give_improved(engine)?;
        Ok(!self.agenda.is_empty())
    }

    /// Answers of the target that became more certain are given out again, and what had no worth before answers now.
    fn give_improved(&mut self, engine: &mut Engine<'_>) -> Result<(), End> {
        for statement in std::mem::take(&mut engine.improved) {
            for goal in self.pending.remove(&statement).unwrap_or_default() {
                self.answer(engine, goal, Candidate::Statement(statement), statement)?;
            }
            let known = |goal: &Goal| goal.known.contains(&(Candidate::Statement(statement), statement));
            if self.goals.first().is_some_and(known) {
                self.give(engine, statement);
            }
        }
        Ok(())
    }

    fn give(&mut self, engine: &mut Engine<'_>, statement: Id) {
        let Some(step) = engine.book.standing(statement) else { return };
        let (confidence, length) = (step.given.tv.confidence, step.length);
        let priority = engine.priority(confidence, length, statement);
        self.agenda.push(priority, Task::Give(statement));
    }
}
