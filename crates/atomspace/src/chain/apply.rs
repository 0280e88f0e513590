//! Applying rules to premises, and applying them again where a premise becomes more certain.

use super::book::{Origin, ProofId, Step, most_confident};
use super::effort::End;
use super::engine::{Derivation, Engine};
use super::rule::{Argument, Rule};
use super::terms::Id;
use crate::TruthValue;
use crate::pln::{Evidenced, Stamp};
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
}
