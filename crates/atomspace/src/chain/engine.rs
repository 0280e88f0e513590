//! What forward and backward chaining share: matching premises, and drawing conclusions from those that are met.

use super::book::{Book, Origin, Step};
use super::effort::{Bounds, Effort, End};
use super::error::ChainError;
use super::facts::{Candidate, Facts};
use super::frame::Frame;
use super::guide::{Guide, Guiding};
use super::rule::{Check, Rule, Rules};
use super::terms::{Id, Shape, Terms};
use super::unify::{Bindings, filled, shifted, unify, unify_once};
use crate::TruthValue;
use crate::space::{AtomType, Space};
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A rule applied to statements.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Derivation {
    pub(super) rule: u32,
    pub(super) conclusion: Id,
    pub(super) premises: SmallVec<[Id; 3]>,
    pub(super) background: SmallVec<[Id; 3]>,
}

/// A way to meet a pattern.
#[derive(Clone, Debug)]
pub(super) struct Match {
    pub(super) by: Candidate,
    /// What the variables of the pattern stand for then.
    pub(super) bindings: Bindings,
}

#[derive(Debug)]
pub(super) struct Engine<'a> {
    pub(super) facts: Facts<'a>,
    pub(super) terms: Terms,
    pub(super) book: Book,
    pub(super) effort: Effort<'a>,
    pub(super) rules: Vec<Arc<Rule>>,
    pub(super) guiding: Guiding,
    /// What an atom whose truth value is read and not known is taken for.
    pub(super) assumed: Option<TruthValue>,
    pub(super) derivations: Vec<Derivation>,
    known: FxHashSet<Derivation>,
    /// The derivations that a statement is a premise of.
    pub(super) uses: FxHashMap<Id, Vec<u32>>,
    /// Cases of general statements, each with the fact that it is a case of.
    pub(super) cases: BTreeSet<(Id, Id)>,
    /// Statements that became more certain.
    pub(super) improved: Vec<Id>,
}

impl<'a> Engine<'a> {
    pub(super) fn new(
        space: &'a Space,
        rules: &Rules,
        guide: Guide,
        assumed: Option<TruthValue>,
        bounds: Bounds<'a>,
    ) -> Result<Self, ChainError> {
        let mut terms = rules.terms.clone();
        let effort = Effort::new(bounds);
        terms.limit(effort.depth());
        Ok(Self {
            facts: Facts::of(space)?,
            terms,
            book: Book::default(),
            effort,
            rules: rules.all.clone(),
            guiding: Guiding::new(guide, space),
            assumed,
            derivations: Vec::new(),
            known: FxHashSet::default(),
            uses: FxHashMap::default(),
            cases: BTreeSet::new(),
            improved: Vec::new(),
        })
    }

    pub(super) fn rule(&self, at: u32) -> Option<Arc<Rule>> {
        self.rules.get(at as usize).cloned()
    }

    pub(super) fn find_general(&mut self) -> Result<(), End> {
        self.facts.find_general(&mut self.terms, &mut self.book, &mut self.effort)
    }

    /// Everything known that is like a pattern, whose variables are numbered below `fresh`.
    pub(super) fn matches(&mut self, pattern: Id, fresh: u32) -> Result<Vec<Match>, End> {
        let mut found = Vec::new();
        for by in self.candidates(pattern)? {
            found.extend(self.like(pattern, by, fresh)?);
        }
        Ok(found)
    }

    /// What a pattern is where something known is like it. A statement is that itself, in however many ways it is like it.
    pub(super) fn instances(&mut self, pattern: Id, fresh: u32) -> Result<Vec<(Candidate, Id)>, End> {
        let mut found = Vec::new();
        for by in self.candidates(pattern)? {
            if let Candidate::Statement(statement) = by {
                let Self { terms, effort, facts, .. } = self;
                let way = unify_once(terms, facts.types(), (pattern, statement), fresh, &mut || effort.step())?;
                found.extend(way.map(|_| (by, statement)));
            } else {
                for Match { by, bindings } in self.like(pattern, by, fresh)? {
                    found.extend(self.filled(pattern, &bindings).map(|term| (by, term)));
                }
            }
        }
        Ok(found)
    }

    /// What might be like a pattern, each once.
    fn candidates(&mut self, pattern: Id) -> Result<Vec<Candidate>, End> {
        let (mut candidates, atoms) = self.facts.candidates(pattern, &mut self.terms);
        for atom in atoms {
            self.effort.step()?;
            let fact = self.facts.fact(atom, &mut self.terms, &mut self.book, &mut self.effort)?;
            candidates.extend(fact.map(Candidate::Statement));
        }
        let mut seen: FxHashSet<Candidate> = FxHashSet::default();
        let mut once = Vec::with_capacity(candidates.len());
        for by in candidates {
            self.effort.step()?;
            if seen.insert(by) {
                once.push(by);
            }
        }
        Ok(once)
    }

    /// All ways to make two terms one, whose variables are numbered below `fresh`.
    pub(super) fn unify(&mut self, one: Id, two: Id, fresh: u32) -> Result<Vec<Bindings>, End> {
        let Self { terms, effort, facts, .. } = self;
        unify(terms, facts.types(), (one, two), fresh, &mut || effort.step())
    }

    fn like(&mut self, pattern: Id, by: Candidate, fresh: u32) -> Result<Vec<Match>, End> {
        let types = self.facts.types();
        let (term, fresh) = match by {
            Candidate::Statement(statement) => (statement, fresh),
            Candidate::General(at) => {
                let Some((term, variables)) = self.facts.general(at).map(|general| (general.term, general.variables))
                else {
                    return Ok(Vec::new());
                };
                let Some(term) = shifted(&mut self.terms, types, term, fresh) else { return Ok(Vec::new()) };
                (term, fresh + variables)
            }
        };
        let ways = self.unify(pattern, term, fresh)?;
        Ok(ways.into_iter().map(|bindings| Match { by, bindings }).collect())
    }

    /// The ways in which a statement meets a pattern; as a general one, where it is that.
    pub(super) fn like_statement(&mut self, pattern: Id, statement: Id, fresh: u32) -> Result<Vec<Match>, End> {
        let mut found = self.like(pattern, Candidate::Statement(statement), fresh)?;
        if let Some(at) = self.facts.general_of(statement) {
            found.extend(self.like(pattern, Candidate::General(at), fresh)?);
        }
        Ok(found)
    }

    /// The frame in which a premise is met.
    pub(super) fn met(&mut self, frame: &Frame, premise: usize, found: &Match) -> Option<Frame> {
        let mut next = frame.with(&found.bindings, &mut self.terms, self.facts.types())?;
        if let Some(slot) = next.chosen.get_mut(premise) {
            *slot = Some(found.by);
        }
        let statement = match found.by {
            Candidate::Statement(statement) => Some(statement),
            Candidate::General(at) => self.facts.general(at).map(|general| general.fact),
        };
        if let Some(step) = statement.and_then(|statement| self.book.standing(statement)) {
            next.confidence *= step.given.tv.confidence;
            next.length = next.length.max(step.length);
        }
        Some(next)
    }

    /// The statement that a case of a general one is.
    pub(super) fn case(&mut self, at: usize, term: Id) -> Result<Option<Id>, End> {
        let Some(fact) = self.facts.general(at).map(|general| general.fact) else { return Ok(None) };
        let (Some(of), Some(step)) = (self.book.best(fact), self.book.standing(fact)) else { return Ok(None) };
        if !self.terms.is_closed(term) {
            return Ok(None);
        }
        let (mut given, length) = (step.given.clone(), step.length);
        let Ok(stamp) = self.facts.of_case(fact, term, &given.stamp, &mut self.terms) else {
            self.effort.report.full += 1;
            return Ok(None);
        };
        given.stamp = stamp;
        self.cases.insert((term, fact));
        let premises = SmallVec::from_slice(&[of]);
        let (statement, origin, background, is_bound) = (term, Origin::Case, Box::default(), false);
        let step = Step { statement, origin, premises, background, given, length, is_bound };
        self.add(step)?;
        Ok(Some(term))
    }

    /// Adds a proof to the book, beside the fact that its statement may be.
    pub(super) fn add(&mut self, step: Step) -> Result<(), End> {
        let statement = step.statement;
        if self.book.best(statement).is_none()
            && let Some(atom) = self.terms.atom(self.facts.space, statement)
        {
            self.facts.fact(atom, &mut self.terms, &mut self.book, &mut self.effort)?;
        }
        if self.book.add(step, &mut self.effort)? {
            self.improved.push(statement);
        }
        Ok(())
    }

    /// Draws the conclusion of a frame whose premises are all met, and tells what rests on it. The conclusion, if it holds.
    pub(super) fn conclude(&mut self, frame: &Frame) -> Result<Option<Id>, End> {
        if !self.terms.is_closed(frame.conclusion) || !self.passes(frame)? {
            return Ok(None);
        }
        let mut premises = SmallVec::new();
        for (premise, chosen) in frame.premises.iter().zip(&frame.chosen) {
            let statement = match chosen {
                Some(Candidate::Statement(statement)) => Some(*statement),
                Some(Candidate::General(at)) => self.case(*at, *premise)?,
                None => None,
            };
            let Some(statement) = statement else { return Ok(None) };
            premises.push(statement);
        }
        let (rule, conclusion, background) = (frame.rule, frame.conclusion, frame.background.clone());
        let derivation = Derivation { rule, conclusion, premises, background };
        if self.known.insert(derivation.clone()) {
            let at = self.derivations.len() as u32;
            for premise in &derivation.premises {
                let uses = self.uses.entry(*premise).or_default();
                if uses.last() != Some(&at) {
                    uses.push(at);
                }
            }
            self.derivations.push(derivation);
            self.effort.hold(self.bytes())?;
            let before = self.improved.len();
            if let Err(end) = self.apply(at) {
                // What there was no room for is not drawn when all is brought up to date, either.
                self.derivations.pop();
                return Err(end);
            }
            self.spread(before)?;
        }
        Ok(self.book.best(conclusion).map(|_| conclusion))
    }

    /// Whether what a rule asks for beside its premises holds.
    fn passes(&mut self, frame: &Frame) -> Result<bool, End> {
        for check in &frame.checks {
            let holds = match check {
                Check::Same(one, two) => one == two,
                Check::Different(one, two) => one != two,
                Check::Greater(one, two) => match (self.number(*one), self.number(*two)) {
                    (Some(one), Some(two)) => one > two,
                    _ => false,
                },
                Check::Absent(pattern) => {
                    let found = self.matches(*pattern, frame.variables)?;
                    !found.iter().any(|found| matches!(found.by, Candidate::Statement(_)) && self.is_given(found))
                }
            };
            if !holds {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn number(&self, id: Id) -> Option<f64> {
        match self.terms.shape(id)? {
            Shape::Node(AtomType::NUMBER, name) => name.parse().ok(),
            _ => None,
        }
    }

    /// Whether what meets a pattern is a fact of the space.
    pub(super) fn is_given(&self, found: &Match) -> bool {
        match found.by {
            Candidate::Statement(statement) => self.book.is_fact(statement),
            Candidate::General(_) => true,
        }
    }

    /// What a pattern is where it is met.
    pub(super) fn filled(&mut self, pattern: Id, bindings: &Bindings) -> Option<Id> {
        filled(&mut self.terms, self.facts.types(), pattern, bindings)
    }

    /// Bytes that all this takes, about: tables are larger than what is in them.
    pub(super) fn bytes(&self) -> usize {
        let derivation = 3 * size_of::<Derivation>() + 4 * size_of::<(Id, Vec<u32>)>();
        self.terms.bytes() + self.book.bytes() + self.derivations.len() * derivation
    }

    pub(super) fn priority(&mut self, confidence: f64, length: u32, about: Id) -> f64 {
        self.guiding.priority(confidence, length, about, &mut self.terms, self.facts.space)
    }
}
