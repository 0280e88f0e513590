//! Forward chaining: what follows from what is known.

use super::effort::End;
use super::engine::Engine;
use super::facts::Candidate;
use super::frame::Frame;
use super::guide::Agenda;
use super::settle::MOST_SETTLED;
use super::terms::Id;
use crate::space::Handle;
use rustc_hash::FxHashSet;

/// Bytes that a queued statement takes, about.
const QUEUED: usize = 64;

/// Chains from some facts, or from all that any rule has a use for, until nothing new follows or a bound is met.
pub(super) fn run(engine: &mut Engine<'_>, sources: Option<&[Handle]>) {
    let mut forward = Forward { engine, agenda: Agenda::new(), queued: FxHashSet::default() };
    let mut ended = forward.all(sources);
    let mut new = forward.engine.settle();
    for _ in 0..MOST_SETTLED {
        if ended.is_err() || new.is_empty() {
            break;
        }
        forward.engine.improved.append(&mut new);
        forward.take_in();
        ended = forward.go_on();
        new = forward.engine.settle();
    }
    engine.effort.report.end = ended.err().unwrap_or(End::Done);
}

struct Forward<'e, 'a> {
    engine: &'e mut Engine<'a>,
    /// Statements that rules were not held against yet.
    agenda: Agenda<Id>,
    queued: FxHashSet<Id>,
}

impl Forward<'_, '_> {
    fn all(&mut self, sources: Option<&[Handle]>) -> Result<(), End> {
        self.engine.find_general()?;
        match sources {
            Some(sources) => {
                for atom in sources {
                    let engine = &mut *self.engine;
                    let fact = engine.facts.fact(*atom, &mut engine.terms, &mut engine.book, &mut engine.effort)?;
                    if let Some(statement) = fact {
                        self.queue(statement);
                    }
                }
            }
            None => self.everything()?,
        }
        self.go_on()
    }

    fn go_on(&mut self) -> Result<(), End> {
        while let Some(statement) = self.agenda.pop() {
            self.engine.effort.hold(self.engine.bytes() + self.queued.len() * QUEUED)?;
            self.trigger(statement)?;
        }
        Ok(())
    }

    /// Queues all facts that are like a premise. A premise that is a mere variable waits for the others of its rule.
    fn everything(&mut self) -> Result<(), End> {
        for rule in self.engine.rules.clone() {
            let mere = |engine: &Engine<'_>, premise: Id| engine.terms.as_variable(premise).is_some();
            let all_mere = rule.premises.iter().all(|premise| mere(self.engine, premise.pattern));
            for premise in &rule.premises {
                if !all_mere && mere(self.engine, premise.pattern) {
                    continue;
                }
                for found in self.engine.matches(premise.pattern, rule.variables)? {
                    match found.by {
                        Candidate::Statement(statement) => self.queue(statement),
                        Candidate::General(at) => {
                            let fact = self.engine.facts.general(at).map(|general| general.fact);
                            if let Some(statement) = fact {
                                self.queue(statement);
                            }
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn queue(&mut self, statement: Id) {
        if !self.queued.insert(statement) {
            return;
        }
        let (confidence, length) =
            self.engine.book.standing(statement).map_or((0.0, 0), |step| (step.given.tv.confidence, step.length));
        let priority = self.engine.priority(confidence, length, statement);
        self.agenda.push(priority, statement);
    }

    /// Holds every premise of every rule against a statement.
    fn trigger(&mut self, statement: Id) -> Result<(), End> {
        for at in 0..self.engine.rules.len() as u32 {
            let Some(rule) = self.engine.rule(at) else { continue };
            for (place, premise) in rule.premises.iter().enumerate() {
                self.engine.effort.step()?;
                if premise.given && !self.engine.book.is_fact(statement) {
                    continue;
                }
                for found in self.engine.like_statement(premise.pattern, statement, rule.variables)? {
                    let begun = Frame::of(at, &rule);
                    if let Some(frame) = self.engine.met(&begun, place, &found) {
                        self.join(frame)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Meets the other premises in every way, and draws the conclusions.
    fn join(&mut self, frame: Frame) -> Result<(), End> {
        let mut open = vec![frame];
        while let Some(frame) = open.pop() {
            let Some(rule) = self.engine.rule(frame.rule) else { continue };
            let Some(place) = frame.next(&rule, &self.engine.terms) else {
                self.engine.conclude(&frame)?;
                self.take_in();
                continue;
            };
            let Some(pattern) = frame.premises.get(place).copied() else { continue };
            let given = rule.premises.get(place).is_some_and(|premise| premise.given);
            for found in self.engine.matches(pattern, frame.variables)?.iter().rev() {
                if given && !self.engine.is_given(found) {
                    continue;
                }
                open.extend(self.engine.met(&frame, place, found));
            }
        }
        Ok(())
    }

    /// Queues what was concluded, and lets it be found.
    fn take_in(&mut self) {
        for statement in std::mem::take(&mut self.engine.improved) {
            self.engine.facts.enter(statement, &self.engine.terms);
            self.queue(statement);
        }
    }
}
