//! Starting a run, and the answers of one that goes backward.

use super::backward::Backward;
use super::conclusions::{Conclusion, Conclusions};
use super::effort::{Bounds, End, Report};
use super::engine::Engine;
use super::error::ChainError;
use super::forward;
use super::guide::Guide;
use super::proof::Proof;
use super::reading::Reader;
use super::rule::Rules;
use super::settle::MOST_SETTLED;
use super::terms::Id;
use super::unify::{Renumbering, unify_once};
use crate::TruthValue;
use crate::pln::Stamp;
use crate::query::Term;
use crate::space::{AtomType, Handle, Space, Types};
use rustc_hash::FxHashMap;
use std::collections::VecDeque;
use std::sync::Arc;

/// Choices between the parts of unordered links that finding the values of an answer may take.
const CHOICES: u32 = 1 << 20;

/// A run that was not started: what to chain over, by which rules, and how.
#[derive(Debug)]
pub struct Chainer<'a> {
    space: &'a Space,
    rules: &'a Rules,
    guide: Guide,
    assumed: Option<TruthValue>,
    bounds: Bounds<'a>,
}

impl<'a> Chainer<'a> {
    /// Chains over a space, which is only read, by rules that were read from it or from what it is a copy of.
    #[must_use]
    pub fn new(space: &'a Space, rules: &'a Rules) -> Self {
        Self { space, rules, guide: Guide::default(), assumed: None, bounds: Bounds::default() }
    }

    /// Sets what is turned to first.
    #[must_use]
    pub fn guided(mut self, guide: Guide) -> Self {
        self.guide = guide;
        self
    }

    /// Sets what an atom is taken for whose truth value a formula reads and nobody gave, such as the probability of a term.
    /// Without this, nothing follows where it is read.
    #[must_use]
    pub fn assuming(mut self, truth: TruthValue) -> Self {
        self.assumed = Some(truth);
        self
    }

    /// Sets what the run may take.
    #[must_use]
    pub fn bounded(mut self, bounds: Bounds<'a>) -> Self {
        self.bounds = bounds;
        self
    }

    fn engine(self) -> Result<Engine<'a>, ChainError> {
        Engine::new(self.space, self.rules, self.guide, self.assumed, self.bounds)
    }

    /// All that follows from the facts of the space.
    pub fn forward(self) -> Result<Conclusions<'a>, ChainError> {
        let mut engine = self.engine()?;
        forward::run(&mut engine, None);
        Ok(Conclusions { engine })
    }

    /// What follows from some facts, together with others of the space: in every first step a source takes part, in every
    /// further one something that was concluded.
    pub fn forward_from(self, sources: &[Handle]) -> Result<Conclusions<'a>, ChainError> {
        let mut engine = self.engine()?;
        forward::run(&mut engine, Some(sources));
        Ok(Conclusions { engine })
    }

    /// The answers of a target: what follows and is like it. A target is a term with any variables, or a `Get` of declared
    /// variables and a term. Nothing is searched before the first answer is asked for.
    pub fn backward(self, target: &Term) -> Result<Answers<'a>, ChainError> {
        let mut engine = self.engine()?;
        let types = engine.facts.types();
        let mut reader = Reader::new(types, &mut engine.terms);
        let pattern = match target {
            Term::Link(AtomType::GET, parts) => match parts.as_slice() {
                [variables, pattern] => {
                    reader.declare(variables)?;
                    pattern
                }
                [pattern] => pattern,
                _ => return Err(ChainError::form(target.show(types), "a target is a term, or (Get variables term)")),
            },
            pattern => pattern,
        };
        let id = reader.term(pattern, true)?;
        let names = reader.names();
        let mut numbers = Renumbering::default();
        let too_deep =
            || ChainError::form(target.show(types), "it has too many brackets open: raise the bound on depth");
        let target = numbers.apply(&mut engine.terms, types, id).ok_or_else(too_deep)?;
        let names = names.into_iter().enumerate();
        let names = names.filter_map(|(at, name)| Some((name, numbers.number(at as u32)?))).collect();
        let (given, revised) = (FxHashMap::default(), VecDeque::new());
        Ok(Answers { engine, search: Backward::new(), target, names, given, revised, settled: 0, done: false })
    }
}

/// The term that a text gives last, read apart: it adds nothing to a space.
pub fn target(types: &Types, text: &str) -> Result<Term, ChainError> {
    let mut apart = Space::with_types(types);
    let last = apart.load(text)?.last;
    last.and_then(|atom| Term::of_atom(&apart, atom))
        .ok_or_else(|| ChainError::form("the text", "a target is one atom, with any variables"))
}

/// An answer of a target.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// What the target is with the values of its variables, and how true it is. With confidence 0, it was given before and
    /// does not follow from what its premises came to.
    pub conclusion: Conclusion,
    /// What the variables stand for, in the order in which the target declares or has them. Where the atom is like the
    /// target in several ways, by unordered links, this is one of them.
    pub values: Vec<(Arc<str>, Term)>,
    /// Whether this answer was given before, with another truth value.
    pub again: bool,
}

/// The answers of a target, the most promising first, found as they are asked for. An answer that becomes more certain is
/// given again, and in the end one that is worth something else by what its premises came to: with confidence 0 and no
/// evidence where nothing is known of it any more. There are no more where nothing follows or a bound was met:
/// [`Answers::report`] says which.
#[derive(Debug)]
pub struct Answers<'a> {
    engine: Engine<'a>,
    search: Backward,
    target: Id,
    names: Vec<(Arc<str>, u32)>,
    /// The truth value with which an answer was given, and when it first was.
    given: FxHashMap<Id, (TruthValue, usize)>,
    /// Answers that are worth something else now that all is up to date.
    revised: VecDeque<Id>,
    /// How often all was brought up to date.
    settled: usize,
    done: bool,
}

impl<'a> Answers<'a> {
    /// What the search took so far, and why it ended, if it did.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.engine.effort.report
    }

    /// How a statement is proven, at present.
    #[must_use]
    pub fn proof(&mut self, statement: &Term) -> Option<Proof> {
        let types = self.engine.facts.types();
        let id = self.engine.terms.of_term(types, statement, &|_| None).ok()?;
        let told = super::proof::Telling {
            book: &self.engine.book,
            terms: &self.engine.terms,
            rules: &self.engine.rules,
            types,
        };
        self.engine.book.standing(id).map(|step| told.proof(step))
    }

    /// All that was looked at and concluded on the way, subgoals included.
    #[must_use]
    pub fn conclusions(mut self) -> Conclusions<'a> {
        if !self.done {
            self.engine.settle();
        }
        Conclusions { engine: self.engine }
    }

    /// Brings all up to date where the search ends; it goes on where that makes something known.
    fn settle(&mut self, end: End) {
        let new = self.engine.settle();
        self.settled += 1;
        let mut end = end;
        if end == End::Done && self.settled <= MOST_SETTLED && !new.is_empty() {
            match self.search.revive(&mut self.engine, new) {
                Ok(true) => return,
                Ok(false) => {}
                Err(met) => end = met,
            }
        }
        self.engine.effort.report.end = end;
        self.done = true;
        let changed = |(id, (given, first)): (&Id, &(TruthValue, usize))| {
            let now = self.engine.book.standing(*id).map(|step| step.given.tv);
            let near = |one: f64, two: f64| (one - two).abs() < 1e-9;
            let same =
                now.is_some_and(|now| near(now.strength, given.strength) && near(now.confidence, given.confidence));
            (!same).then_some((*first, *id))
        };
        let mut revised: Vec<(usize, Id)> = self.given.iter().filter_map(changed).collect();
        revised.sort_unstable();
        self.revised = revised.into_iter().map(|(_, id)| id).collect();
    }

    fn answer(&mut self, statement: Id) -> Option<Answer> {
        let before = self.given.get(&statement).copied();
        let (truth, stamp) = match self.engine.book.standing(statement) {
            Some(step) => (step.given.tv, step.given.stamp.clone()),
            // Nothing holds it any more.
            None => (TruthValue::new(before?.0.strength, 0.0), Stamp::default()),
        };
        if before.is_some_and(|(before, _)| !self.done && before.confidence >= truth.confidence) {
            return None;
        }
        let first = before.map_or(self.given.len(), |(_, first)| first);
        self.given.insert(statement, (truth, first));
        let types = self.engine.facts.types();
        let fresh = self.engine.terms.variables(self.target);
        let mut left = CHOICES;
        let mut choosing = || {
            left -= 1;
            if left == 0 { Err(End::Steps) } else { Ok(()) }
        };
        let way = unify_once(&mut self.engine.terms, types, (self.target, statement), fresh, &mut choosing);
        let way = way.ok().flatten()?;
        let mut values = Vec::new();
        for (name, number) in self.names.clone() {
            let value = way.get(number)?;
            values.push((name, self.engine.terms.to_term(value)));
        }
        let conclusion = Conclusion { statement: self.engine.terms.to_term(statement), truth, stamp };
        Some(Answer { conclusion, values, again: before.is_some() })
    }
}

impl Iterator for Answers<'_> {
    type Item = Answer;

    fn next(&mut self) -> Option<Answer> {
        while !self.done {
            let next = self.search.next(&mut self.engine, self.target);
            self.engine.effort.report.goals = self.search.goals();
            match next {
                Ok(Some(statement)) => {
                    if let Some(answer) = self.answer(statement) {
                        return Some(answer);
                    }
                }
                Ok(None) => self.settle(End::Done),
                Err(end) => self.settle(end),
            }
        }
        while let Some(statement) = self.revised.pop_front() {
            if let Some(answer) = self.answer(statement) {
                return Some(answer);
            }
        }
        None
    }
}
