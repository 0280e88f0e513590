//! Bringing what was concluded up to date.
//!
//! While chaining searches, what a statement stands by only becomes more confident, so that rules in circles end. What rests
//! on it may then rest on what it stood by before. So in the end all is concluded anew, premises first: each rule is applied
//! to what its premises stand by then. The same applications give the same, whichever way and in which order they were found.
//!
//! Statements that rest on one another are concluded in rounds ([`super::circle`]).

use super::book::{Book, Origin, ProofId, Step};
use super::circle::Circle;
use super::engine::Engine;
use super::groups::groups;
use super::terms::Id;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

/// How often a search may go on with what is only known when all is brought up to date.
pub(super) const MOST_SETTLED: usize = 16;

/// What statements rest on, by statement.
#[derive(Debug, Default)]
pub(super) struct Grounds {
    facts: FxHashMap<Id, Vec<Step>>,
    /// The general statements that a statement is a case of.
    cases: FxHashMap<Id, Vec<Id>>,
    /// The applications of rules that conclude a statement.
    rules: FxHashMap<Id, Vec<u32>>,
}

impl Grounds {
    fn of(engine: &Engine<'_>) -> Self {
        let mut grounds = Self::default();
        for step in fact_steps(&engine.book) {
            grounds.facts.entry(step.statement).or_default().push(step.clone());
        }
        for (statement, general) in &engine.cases {
            grounds.cases.entry(*statement).or_default().push(*general);
        }
        for (at, derivation) in engine.derivations.iter().enumerate() {
            grounds.rules.entry(derivation.conclusion).or_default().push(at as u32);
        }
        grounds
    }

    /// Whether a statement is a case of a general one.
    pub(super) fn is_case(&self, statement: Id) -> bool {
        self.cases.contains_key(&statement)
    }

    /// The applications of rules that conclude a statement.
    pub(super) fn rules(&self, statement: Id) -> &[u32] {
        self.rules.get(&statement).map_or(&[], Vec::as_slice)
    }

    /// What a statement rests on.
    fn below(&self, statement: Id, engine: &Engine<'_>) -> Vec<Id> {
        let mut all: Vec<Id> = self.cases.get(&statement).cloned().unwrap_or_default();
        for at in self.rules(statement) {
            all.extend(engine.derivations.get(*at as usize).into_iter().flat_map(|one| one.premises.iter()));
        }
        all
    }

    fn statements(&self) -> Vec<Id> {
        let all = self.facts.keys().chain(self.cases.keys()).chain(self.rules.keys());
        let all: FxHashSet<Id> = all.copied().collect();
        let mut all: Vec<Id> = all.into_iter().collect();
        all.sort_unstable();
        all
    }
}

impl Engine<'_> {
    /// Concludes anew all that was concluded, from what its premises stand by in the end. The statements that nothing was
    /// known of before.
    pub(super) fn settle(&mut self) -> Vec<Id> {
        let grounds = Grounds::of(self);
        let before = std::mem::take(&mut self.book);
        let report = self.effort.begin_settling();
        let all = groups(grounds.statements(), |statement| grounds.below(statement, self));
        let mut unsettled = 0;
        for group in &all {
            match group.as_slice() {
                [one] if !grounds.below(*one, self).contains(one) => self.settle_one(*one, &grounds),
                several => unsettled += u64::from(!Circle::new(several).settle(self, &grounds)),
            }
        }
        self.effort.end_settling(report, unsettled);
        self.effort.report.deep += self.terms.take_refused();
        self.improved.clear();
        let found = all.into_iter().flatten();
        let mut new: Vec<Id> = found.filter(|id| self.book.best(*id).is_some() && before.best(*id).is_none()).collect();
        new.sort_unstable();
        self.book.in_order_of(&before, &new);
        new
    }

    fn settle_one(&mut self, statement: Id, grounds: &Grounds) {
        let mut proofs = self.given_proofs(statement, grounds);
        for at in grounds.rules(statement) {
            if let Ok(Some(step)) = self.drawn(*at, None) {
                proofs.push(self.book.write(step));
            }
        }
        self.book.stand(statement, &proofs);
    }

    /// The proofs of a statement that no rule was applied for.
    pub(super) fn given_proofs(&mut self, statement: Id, grounds: &Grounds) -> Vec<ProofId> {
        let mut proofs = Vec::new();
        for step in grounds.facts.get(&statement).into_iter().flatten() {
            proofs.push(self.book.write(step.clone()));
        }
        for general in grounds.cases.get(&statement).into_iter().flatten() {
            let (Some(of), Some(step)) = (self.book.best(*general), self.book.standing(*general)) else { continue };
            let (mut given, length) = (step.given.clone(), step.length);
            let Ok(stamp) = self.facts.of_case(*general, statement, &given.stamp, &mut self.terms) else { continue };
            given.stamp = stamp;
            let (premises, background) = (SmallVec::from_slice(&[of]), Box::default());
            let (origin, is_bound) = (Origin::Case, false);
            let step = Step { statement, origin, premises, background, given, length, is_bound };
            proofs.push(self.book.write(step));
        }
        proofs
    }
}

/// The proofs that are facts.
fn fact_steps(book: &Book) -> impl Iterator<Item = &Step> {
    book.steps().iter().filter(|step| matches!(step.origin, Origin::Fact(_)))
}
