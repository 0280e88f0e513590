//! What came of chaining.

use super::book::{Origin, Step};
use super::effort::Report;
use super::engine::Engine;
use super::error::ChainError;
use super::evidence::EVIDENCE;
use super::proof::{Proof, Telling};
use super::terms::Id;
use crate::TruthValue;
use crate::pln::{FourValue, Stamp, Threshold};
use crate::query::Term;
use crate::space::{AtomType, Handle, Space, Value};
use rustc_hash::FxHashSet;

/// What was concluded about a statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Conclusion {
    /// The statement.
    pub statement: Term,
    /// How true it is, by all evidence that may be counted together.
    pub truth: TruthValue,
    /// The evidence that this rests on.
    pub stamp: Stamp,
}

/// What the evidence for a statement says, and what the evidence against it says, each by itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Sides {
    /// By proofs that make it at least as likely as not.
    pub favour: Option<Conclusion>,
    /// By proofs that make it less likely than not.
    pub against: Option<Conclusion>,
}

/// Everything that chaining looked at and concluded, with the proofs.
#[derive(Debug)]
pub struct Conclusions<'a> {
    pub(super) engine: Engine<'a>,
}

impl Conclusions<'_> {
    /// What chaining took, and why it ended.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.engine.effort.report
    }

    /// What was concluded by rules, in the order in which it first was. Facts that nothing was added to are left out.
    pub fn iter(&self) -> impl Iterator<Item = Conclusion> {
        self.concluded().filter_map(|id| Some(self.told(self.engine.book.standing(id)?)))
    }

    /// What is known of a statement, whether it is a fact or was concluded.
    #[must_use]
    pub fn get(&mut self, statement: &Term) -> Option<Conclusion> {
        let id = self.find(statement)?;
        self.engine.book.standing(id).map(|step| self.told(step))
    }

    /// The proof of a statement, as far as chaining has one.
    #[must_use]
    pub fn proof(&mut self, statement: &Term) -> Option<Proof> {
        let id = self.find(statement)?;
        self.engine.book.standing(id).map(|step| self.telling().proof(step))
    }

    /// What the evidence for a statement and that against it say, each by itself: neither makes the other go away.
    #[must_use]
    pub fn sides(&mut self, statement: &Term) -> Sides {
        let Some(id) = self.find(statement) else { return Sides { favour: None, against: None } };
        let [favour, against] = self.engine.book.sides(id).map(|side| side.map(|step| self.told(&step)));
        Sides { favour, against }
    }

    /// What was told about a statement: true, false, both or neither, by what speaks for it and against it and by the same of
    /// its negation.
    #[must_use]
    pub fn told_of(&mut self, statement: &Term, threshold: Threshold) -> FourValue {
        let of = |sides: Sides| {
            let told = [sides.favour, sides.against].into_iter().flatten();
            told.fold(FourValue::Neither, |all, side| all.join(FourValue::of(side.truth, threshold)))
        };
        let negation = Term::Link(AtomType::NOT, vec![statement.clone()]);
        of(self.sides(statement)).join(of(self.sides(&negation)).not())
    }

    /// The evidence of a stamp as it is stated under [`EVIDENCE`]: by numbers that mean the same in every space, where those of
    /// the stamp mean something in this run.
    #[must_use]
    pub fn written(&self, stamp: &Stamp) -> Value {
        self.engine.facts.written(stamp)
    }

    /// Writes what was concluded, with truth values and evidence, into a space or frame: the one that was chained over, or
    /// a copy of it. The facts that conclusions rest on are marked with their evidence, so that it is known again. Returns the
    /// atoms of the conclusions.
    pub fn write(&self, space: &mut Space) -> Result<Vec<Handle>, ChainError> {
        let key = space.node(AtomType::PREDICATE, EVIDENCE)?;
        let book = &self.engine.book;
        let (mut atoms, mut used) = (Vec::new(), FxHashSet::default());
        for step in self.concluded().filter_map(|id| book.standing(id)) {
            let atom = self.engine.terms.to_term(step.statement).write(space)?;
            space.set_truth(atom, step.given.tv.into())?;
            space.set_value(atom, key, self.written(&step.given.stamp))?;
            used.extend(step.given.stamp.ids().iter().copied());
            atoms.push(atom);
        }
        self.mark(&used, &atoms, (space, key))?;
        Ok(atoms)
    }

    /// Marks the facts that are evidence of their own and that something rests on, whether or not a rule used them: the case of
    /// what was learned from them rests on them, too. What was concluded states more already.
    fn mark(
        &self,
        used: &FxHashSet<u32>,
        concluded: &[Handle],
        (space, key): (&mut Space, Handle),
    ) -> Result<(), ChainError> {
        let facts = &self.engine.facts;
        let concluded: FxHashSet<Handle> = concluded.iter().copied().collect();
        let own = |id: &u32| Some((facts.own(*id)?, *id));
        let mut own: Vec<(Handle, u32)> = used.iter().filter_map(own).collect();
        own.sort_unstable();
        for (fact, id) in own {
            let Some(fact) = Term::of_atom(facts.space, fact) else { continue };
            let atom = fact.write(space)?;
            if !concluded.contains(&atom) {
                space.set_value(atom, key, self.written(&Stamp::of(id)))?;
            }
        }
        Ok(())
    }

    /// Statements that stand by more than a fact or a case of one.
    fn concluded(&self) -> impl Iterator<Item = Id> {
        let book = &self.engine.book;
        let rests =
            |id: &Id| book.standing(*id).is_some_and(|step| matches!(step.origin, Origin::Rule(_) | Origin::Revision));
        book.statements().iter().copied().filter(rests)
    }

    pub(super) fn find(&mut self, statement: &Term) -> Option<Id> {
        let types = self.engine.facts.types();
        let id = self.engine.terms.of_term(types, statement, &|_| None).ok()?;
        self.touch(id);
        Some(id)
    }

    /// Looks whether a statement is a fact, if that was not looked at.
    pub(super) fn touch(&mut self, id: Id) {
        let engine = &mut self.engine;
        if let Some(atom) = engine.terms.atom(engine.facts.space, id) {
            // Where no more proofs may be kept, the fact stays unknown, as the report says.
            let _ = engine.facts.fact(atom, &mut engine.terms, &mut engine.book, &mut engine.effort);
        }
    }

    pub(super) fn told(&self, step: &Step) -> Conclusion {
        Conclusion {
            statement: self.engine.terms.to_term(step.statement),
            truth: step.given.tv,
            stamp: step.given.stamp.clone(),
        }
    }

    pub(super) fn telling(&self) -> Telling<'_> {
        Telling {
            book: &self.engine.book,
            terms: &self.engine.terms,
            rules: &self.engine.rules,
            types: self.engine.facts.types(),
        }
    }
}
