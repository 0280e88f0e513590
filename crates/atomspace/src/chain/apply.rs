//! Applying rules to premises, and applying them again where a premise becomes more certain.

use super::book::{Origin, ProofId, Step, most_confident};
use super::effort::End;
use super::engine::{Derivation, Engine};
use super::rule::{Argument, Rule};
use super::terms::Id;
use crate::TruthValue;
use crate::pln::{Evidenced, Stamp};
use rustc_hash::FxHashSet;
use smallvec::SmallVec;
use std::collections::VecDeque;

/// Which proofs count.
pub(super) type Allowed<'p> = &'p dyn Fn(ProofId) -> bool;

impl Engine<'_> {
    /// Applies again what rests on statements that became more certain, until nothing does.
    pub(super) fn spread(&mut self, from: usize) -> Result<(), End> {
        let mut open: VecDeque<Id> = self.improved.get(from..).unwrap_or_default().iter().copied().collect();
        while let Some(statement) = open.pop_front() {
            for at in self.uses.get(&statement).cloned().unwrap_or_default() {
                let before = self.improved.len();
                self.apply(at)?;
                open.extend(self.improved.get(before..).unwrap_or_default());
            }
        }
        Ok(())
    }

    /// Applies a derivation's rule to the best proofs of its premises.
    pub(super) fn apply(&mut self, at: u32) -> Result<(), End> {
        self.effort.step()?;
        self.effort.report.applications += 1;
        match self.drawn(at, None)? {
            Some(step) => self.add(step),
            None => Ok(()),
        }
    }

    /// What a derivation's rule gives, applied to the best proofs of its premises; of those that are allowed, if any is.
    pub(super) fn drawn(&mut self, at: u32, allowed: Option<Allowed<'_>>) -> Result<Option<Step>, End> {
        let Some(derivation) = self.derivations.get(at as usize).cloned() else { return Ok(None) };
        let Some(rule) = self.rule(derivation.rule) else { return Ok(None) };
        let Some(best) = self.best_of(&derivation, allowed) else { return Ok(None) };
        let Some(background) = self.background(&rule, &derivation) else { return Ok(None) };
        let Some(premises) = self.premises(&rule, &derivation, (best, allowed))? else {
            self.effort.report.shared += 1;
            return Ok(None);
        };
        let Some((given, length)) = self.formula(&rule, &premises, &background) else { return Ok(None) };
        let (statement, origin) = (derivation.conclusion, Origin::Rule(derivation.rule));
        let background = background.into();
        let (length, is_bound) = (length + 1, rule.formula.bounds);
        Ok(Some(Step { statement, origin, premises, background, given, length, is_bound }))
    }

    /// The best proof of each premise; where that is not allowed, what those give together that are.
    fn best_of(&mut self, derivation: &Derivation, allowed: Option<Allowed<'_>>) -> Option<SmallVec<[ProofId; 3]>> {
        let mut all = SmallVec::new();
        for premise in &derivation.premises {
            let best = self.book.best(*premise)?;
            all.push(match allowed {
                Some(allowed) if !allowed(best) => {
                    let proofs = self.book.proofs(*premise).iter().copied();
                    let proofs: Vec<ProofId> = proofs.filter(|proof| allowed(*proof)).collect();
                    let single = *proofs.first()?;
                    self.book.together(&proofs).map_or(single, |together| self.book.write(together))
                }
                _ => best,
            });
        }
        Some(all)
    }

    /// What a formula says of premises and background, with the longest proof among the premises.
    fn formula(
        &mut self,
        rule: &Rule,
        premises: &[ProofId],
        background: &[(Id, TruthValue)],
    ) -> Option<(Evidenced, u32)> {
        let steps: Vec<&Step> = premises.iter().filter_map(|proof| self.book.step(*proof)).collect();
        let stamp = Stamp::from_ids(steps.iter().flat_map(|step| step.given.stamp.ids()).copied());
        let length = steps.iter().map(|step| step.length).max().unwrap_or_default();
        let mut read = background.iter();
        let argument = |argument: &Argument| match argument {
            Argument::Premise(at) => steps.get(*at).map(|step| step.given.clone()),
            Argument::Background(_) => read.next().map(|(_, tv)| Evidenced { tv: *tv, stamp: Stamp::default() }),
        };
        let arguments: Vec<Evidenced> = rule.arguments.iter().filter_map(argument).collect();
        let Ok(stamp) = stamp else {
            self.effort.report.full += 1;
            return None;
        };
        match rule.formula.apply(&arguments) {
            Ok(tv) => {
                let most = most_confident(self.facts.weights(&stamp));
                let tv = TruthValue::new(tv.strength, tv.confidence.min(most));
                (tv.confidence > 0.0).then_some((Evidenced { tv, stamp }, length))
            }
            Err(reason) => {
                self.refuse(rule, || reason);
                None
            }
        }
    }

    fn refuse(&mut self, rule: &Rule, reason: impl FnOnce() -> String) {
        self.effort.report.refused += 1;
        self.effort.report.refusal.get_or_insert_with(|| format!("{}: {}", rule.name, reason()));
    }

    /// The truth values that a formula reads beside the premises.
    fn background(&mut self, rule: &Rule, derivation: &Derivation) -> Option<Vec<(Id, TruthValue)>> {
        let mut all = Vec::new();
        for id in &derivation.background {
            let atom = self.terms.atom(self.facts.space, *id);
            let Some(tv) = atom.and_then(|atom| self.facts.given(atom)).or(self.assumed) else {
                let shown = self.terms.to_term(*id).show(self.facts.types());
                self.refuse(rule, || format!("the truth value of {shown} is not known"));
                return None;
            };
            all.push((*id, tv));
        }
        Some(all)
    }

    /// The proofs that a rule is applied to: the best of each premise. Where the rule takes them for independent, proofs that
    /// share no evidence with those of the other premises; `None` where there are none.
    fn premises(
        &mut self,
        rule: &Rule,
        derivation: &Derivation,
        (best, allowed): (SmallVec<[ProofId; 3]>, Option<Allowed<'_>>),
    ) -> Result<Option<SmallVec<[ProofId; 3]>>, End> {
        if !rule.is_independent() || self.are_disjoint(&best) {
            return Ok(Some(best));
        }
        for backwards in [false, true] {
            let mut places: Vec<usize> = (0..best.len()).collect();
            if backwards {
                places.reverse();
            }
            if let Some(apart) = self.apart(&derivation.premises, (&best, allowed), &places)? {
                return Ok(Some(apart));
            }
        }
        Ok(None)
    }

    fn are_disjoint(&self, proofs: &[ProofId]) -> bool {
        let steps = proofs.iter().filter_map(|proof| self.book.step(*proof));
        let mut seen = FxHashSet::default();
        steps.flat_map(|step| self.facts.particular(&step.given.stamp)).all(|id| seen.insert(id))
    }

    /// For each premise in turn, the best that rests on nothing that those before it rest on.
    fn apart(
        &mut self,
        statements: &[Id],
        (best, allowed): (&[ProofId], Option<Allowed<'_>>),
        places: &[usize],
    ) -> Result<Option<SmallVec<[ProofId; 3]>>, End> {
        let mut chosen = SmallVec::from_slice(best);
        let mut taken: FxHashSet<u32> = FxHashSet::default();
        for at in places {
            let (Some(statement), Some(first)) = (statements.get(*at), best.get(*at)) else { return Ok(None) };
            let free = |engine: &Self, proof: ProofId| {
                engine
                    .book
                    .step(proof)
                    .is_some_and(|step| engine.facts.particular(&step.given.stamp).all(|id| !taken.contains(&id)))
            };
            let proof = if free(self, *first) {
                *first
            } else {
                let proofs = self.book.proofs(*statement).iter().copied();
                let proofs = proofs.filter(|proof| allowed.is_none_or(|allowed| allowed(*proof)));
                let proofs: Vec<ProofId> = proofs.filter(|proof| free(self, *proof)).collect();
                let Some(single) = proofs.first().copied() else { return Ok(None) };
                match self.book.together(&proofs) {
                    Some(together) => {
                        self.effort.keep()?;
                        self.book.write(together)
                    }
                    None => single,
                }
            };
            if let Some(step) = self.book.step(proof) {
                taken.extend(self.facts.particular(&step.given.stamp));
            }
            if let Some(slot) = chosen.get_mut(*at) {
                *slot = proof;
            }
        }
        Ok(Some(chosen))
    }
}
