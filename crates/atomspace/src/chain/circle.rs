//! Statements that rest on one another, concluded in rounds.
//!
//! In each round every rule is applied to what its premises stood by after the last one, in which nothing counts that rests on
//! the very statement that it concludes. Only where that leaves a statement less sure does what goes in a circle count, as
//! one proof beside the others: stamps see to it that no evidence counts twice. Where the rounds do not come to rest after some
//! applications, a proof is from then on only replaced by a more confident one, so that they do; where they still do not, they
//! are ended, and the report says so, as where the time is up before.

use super::book::{GROWTH, ProofId, Step};
use super::engine::Engine;
use super::settle::Grounds;
use super::terms::Id;
use rustc_hash::{FxHashMap, FxHashSet};

/// How often each rule may be applied, on average, before proofs only become more confident, and as often again after that.
const ROUNDS: usize = 16;

/// What one application of a rule gave in the last round: from what does not rest on its conclusion, and from what does.
#[derive(Clone, Copy, Debug, Default)]
struct Drawn {
    apart: Option<ProofId>,
    circular: Option<ProofId>,
}

/// Statements that rest on one another.
pub(super) struct Circle {
    members: Vec<Id>,
    known: FxHashSet<Id>,
    /// The members that a proof passes through, in order.
    through: FxHashMap<ProofId, Box<[Id]>>,
    drawn: FxHashMap<u32, Drawn>,
    given: FxHashMap<Id, Vec<ProofId>>,
    /// Whether proofs are only replaced by more confident ones.
    rises: bool,
}

impl Circle {
    pub(super) fn new(members: &[Id]) -> Self {
        let (through, drawn, given) = (FxHashMap::default(), FxHashMap::default(), FxHashMap::default());
        Self {
            members: members.to_vec(),
            known: members.iter().copied().collect(),
            through,
            drawn,
            given,
            rises: false,
        }
    }

    /// Goes through the rounds. Whether they came to rest.
    pub(super) fn settle(mut self, engine: &mut Engine<'_>, grounds: &Grounds) -> bool {
        // What is general stands before its cases do.
        self.members.sort_by_key(|member| (grounds.is_case(*member), *member));
        for member in self.members.clone() {
            let proofs = engine.given_proofs(member, grounds);
            self.given.insert(member, proofs);
            self.stand(member, engine, grounds);
        }
        let mut open: Vec<u32> = self.members.iter().flat_map(|member| grounds.rules(*member)).copied().collect();
        let mut is_late = false;
        let each = open.len() * ROUNDS;
        let mut left = each;
        while !open.is_empty() {
            left = match left.checked_sub(open.len()) {
                Some(left) => left,
                None if self.rises => return false,
                None => {
                    self.rises = true;
                    each
                }
            };
            let changed = self.round(&open, engine, grounds);
            open = changed.iter().filter_map(|member| engine.uses.get(member)).flatten().copied().collect();
            open.retain(|at| self.conclusion(*at, engine).is_some());
            open.sort_unstable();
            open.dedup();
            if is_late || engine.effort.is_stopped() {
                // What nothing is known of yet must still be reached, and nothing more is done.
                is_late = true;
                open.retain(|at| self.conclusion(*at, engine).is_some_and(|member| engine.book.best(member).is_none()));
            }
        }
        !is_late
    }

    /// The member that an application concludes.
    fn conclusion(&self, at: u32, engine: &Engine<'_>) -> Option<Id> {
        let conclusion = engine.derivations.get(at as usize)?.conclusion;
        self.known.contains(&conclusion).then_some(conclusion)
    }

    /// Applies rules to what stands, and lets what changed stand anew. The members that stand by something else then.
    fn round(&mut self, open: &[u32], engine: &mut Engine<'_>, grounds: &Grounds) -> Vec<Id> {
        let mut all = Vec::with_capacity(open.len());
        for at in open {
            let Some(conclusion) = self.conclusion(*at, engine) else { continue };
            let allowed = |proof: ProofId| !self.rests_on(proof, conclusion);
            let apart = engine.drawn(*at, Some(&allowed)).unwrap_or_default();
            let whole = engine.drawn(*at, None).unwrap_or_default();
            let circular =
                whole.filter(|whole| whole.premises.iter().any(|proof| self.of(*proof, engine).contains(&conclusion)));
            all.push((*at, conclusion, apart, circular));
        }
        let mut touched = Vec::new();
        for (at, conclusion, apart, circular) in all {
            let before = self.drawn.get(&at).copied().unwrap_or_default();
            let now = Drawn {
                apart: self.kept(before.apart, apart, engine),
                circular: self.kept(before.circular, circular, engine),
            };
            if (before.apart, before.circular) != (now.apart, now.circular) {
                self.drawn.insert(at, now);
                touched.push(conclusion);
            }
        }
        touched.sort_unstable();
        touched.dedup();
        touched.retain(|member| self.stand(*member, engine, grounds));
        touched
    }

    /// The proof that was drawn before, where it says the same of the same; else the new one.
    fn kept(&mut self, before: Option<ProofId>, step: Option<Step>, engine: &mut Engine<'_>) -> Option<ProofId> {
        let sure = |proof: ProofId| engine.book.step(proof).map_or(0.0, |step| step.given.tv.confidence);
        let before = before.filter(|_| step.is_some() || self.rises);
        let Some(step) = step else { return before };
        let stays = |proof: &ProofId| {
            engine.book.says(*proof, &step) || (self.rises && step.given.tv.confidence <= sure(*proof) + GROWTH)
        };
        if let Some(before) = before.filter(stays) {
            return Some(before);
        }
        let through = self.passed(&step, engine);
        let new = engine.book.write(step);
        self.through.insert(new, through);
        Some(new)
    }

    /// Lets a member stand by all its proofs. Whether that is something else than before.
    fn stand(&mut self, member: Id, engine: &mut Engine<'_>, grounds: &Grounds) -> bool {
        let given = self.given.get(&member).cloned().unwrap_or_default();
        let drawn: Vec<Drawn> = grounds.rules(member).iter().filter_map(|at| self.drawn.get(at)).copied().collect();
        let apart: Vec<ProofId> = given.into_iter().chain(drawn.iter().filter_map(|one| one.apart)).collect();
        let circular: Vec<ProofId> = drawn.iter().filter_map(|one| one.circular).collect();
        let changed = engine.book.stand_apart(member, &apart, &circular);
        self.know(engine.book.best(member), engine);
        changed
    }

    /// Takes in through what a proof passes that was put together of others.
    fn know(&mut self, proof: Option<ProofId>, engine: &Engine<'_>) {
        let Some(proof) = proof.filter(|proof| !self.through.contains_key(proof)) else { return };
        if let Some(step) = engine.book.step(proof) {
            let through = self.passed(step, engine);
            self.through.insert(proof, through);
        }
    }

    fn passed(&self, step: &Step, engine: &Engine<'_>) -> Box<[Id]> {
        let mut all: Vec<Id> = step.premises.iter().flat_map(|proof| self.of(*proof, engine)).collect();
        all.push(step.statement);
        all.sort_unstable();
        all.dedup();
        all.into()
    }

    /// The members that a proof passes through; of one that was put together on the way, those of what it was put together of.
    fn of(&self, proof: ProofId, engine: &Engine<'_>) -> Vec<Id> {
        if let Some(known) = self.through.get(&proof) {
            return known.to_vec();
        }
        let Some(step) = engine.book.step(proof).filter(|step| self.known.contains(&step.statement)) else {
            return Vec::new();
        };
        let parts = step.premises.iter().filter_map(|part| self.through.get(part));
        parts.flat_map(|known| known.iter().copied()).chain([step.statement]).collect()
    }

    fn rests_on(&self, proof: ProofId, statement: Id) -> bool {
        self.through.get(&proof).is_some_and(|through| through.binary_search(&statement).is_ok())
    }
}
