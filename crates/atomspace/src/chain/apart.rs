//! Premises that rest on no evidence together, for a rule that takes them for independent.

use super::apply::Allowed;
use super::book::ProofId;
use super::effort::End;
use super::engine::{Derivation, Engine};
use super::rule::Rule;
use super::terms::Id;
use rustc_hash::FxHashSet;
use smallvec::SmallVec;

/// The proofs that premises rest on, one for each.
type Proofs = SmallVec<[ProofId; 3]>;

/// How many proofs are held against others, for one application, where no premise can be worth the best that is known of it:
/// all there may be for two premises.
const TRIED: usize = 2048;

impl Engine<'_> {
    /// The proofs that a rule is applied to: the best of each premise. Where the rule takes them for independent, proofs that
    /// share no evidence with those of the other premises; `None` where there are none.
    pub(super) fn premises(
        &mut self,
        rule: &Rule,
        derivation: &Derivation,
        (best, allowed): (Proofs, Option<Allowed<'_>>),
    ) -> Result<Option<Proofs>, End> {
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
        self.single(&derivation.premises, allowed)
    }

    fn are_disjoint(&self, proofs: &[ProofId]) -> bool {
        let mut seen = FxHashSet::default();
        proofs.iter().flat_map(|proof| self.evidence_of(*proof)).all(|id| seen.insert(id))
    }

    /// The evidence of a proof that no other premise may rest on.
    fn evidence_of(&self, proof: ProofId) -> impl Iterator<Item = u32> + '_ {
        self.book.step(proof).into_iter().flat_map(|step| self.facts.particular(&step.given.stamp))
    }

    fn is_free(&self, proof: ProofId, taken: &FxHashSet<u32>) -> bool {
        self.evidence_of(proof).all(|id| !taken.contains(&id))
    }

    /// For each premise in turn, the best that rests on nothing that those before it rest on.
    fn apart(
        &mut self,
        statements: &[Id],
        (best, allowed): (&[ProofId], Option<Allowed<'_>>),
        places: &[usize],
    ) -> Result<Option<Proofs>, End> {
        let mut chosen = SmallVec::from_slice(best);
        let mut taken: FxHashSet<u32> = FxHashSet::default();
        for at in places {
            let (Some(statement), Some(slot)) = (statements.get(*at), chosen.get_mut(*at)) else { return Ok(None) };
            if !self.is_free(*slot, &taken) {
                let Some(free) = self.free(*statement, allowed, &taken)? else { return Ok(None) };
                *slot = free;
            }
            taken.extend(self.evidence_of(*slot));
        }
        Ok(Some(chosen))
    }

    /// What the proofs of a statement give together that rest on nothing that is taken.
    fn free(
        &mut self,
        statement: Id,
        allowed: Option<Allowed<'_>>,
        taken: &FxHashSet<u32>,
    ) -> Result<Option<ProofId>, End> {
        let mut proofs = self.proofs(statement, allowed);
        proofs.retain(|proof| self.is_free(*proof, taken));
        match self.book.together(&proofs) {
            Some(together) => {
                self.effort.keep()?;
                Ok(Some(self.book.write(together)))
            }
            None => Ok(proofs.first().copied()),
        }
    }

    fn proofs(&self, statement: Id, allowed: Option<Allowed<'_>>) -> Vec<ProofId> {
        let proofs = self.book.proofs(statement).iter().copied();
        proofs.filter(|proof| allowed.is_none_or(|allowed| allowed(*proof))).collect()
    }

    /// Where the best that is known of each premise rests on what others need: a single proof of each, the first that go
    /// together, and beside it all that none of the others rests on.
    fn single(&mut self, statements: &[Id], allowed: Option<Allowed<'_>>) -> Result<Option<Proofs>, End> {
        let proofs: Vec<Vec<ProofId>> = statements.iter().map(|statement| self.proofs(*statement, allowed)).collect();
        let (mut chosen, mut left) = (Proofs::new(), TRIED);
        if !self.go_together(&proofs, &mut chosen, &mut left) {
            return Ok(None);
        }
        for (at, statement) in statements.iter().enumerate() {
            let others = chosen.iter().enumerate().filter(|(other, _)| *other != at);
            let taken = others.flat_map(|(_, proof)| self.evidence_of(*proof)).collect();
            let free = self.free(*statement, allowed, &taken)?;
            if let (Some(slot), Some(free)) = (chosen.get_mut(at), free) {
                *slot = free;
            }
        }
        Ok(Some(chosen))
    }

    /// Chooses a proof of each premise that is left, so that no two share evidence. Whether there are such.
    fn go_together(&self, proofs: &[Vec<ProofId>], chosen: &mut Proofs, left: &mut usize) -> bool {
        let Some((first, rest)) = proofs.split_first() else { return true };
        let taken: FxHashSet<u32> = chosen.iter().flat_map(|proof| self.evidence_of(*proof)).collect();
        for proof in first {
            *left = left.saturating_sub(1);
            if *left == 0 {
                return false;
            }
            if self.is_free(*proof, &taken) {
                chosen.push(*proof);
                if self.go_together(rest, chosen, left) {
                    return true;
                }
                chosen.pop();
            }
        }
        false
    }
}
