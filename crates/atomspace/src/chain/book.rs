//! The book of proofs: what was concluded about each statement, how, and on which evidence.
//!
//! A proof never changes. A statement has the proofs that are not outdone by another, and stands by the best that they give
//! together: proofs on disjoint evidence are revised, the most confident ones first, so that no evidence is counted twice.
//! While chaining searches, what a statement stands by only ever becomes more confident, which is what makes it end where rules
//! run in circles; what comes of it in the end is found anew from all proofs at once ([`super::settle`]).

use super::effort::{Effort, End};
use super::terms::Id;
use crate::TruthValue;
use crate::pln::{Evidenced, Stamp};
use crate::space::Handle;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

/// Proofs for a statement that are kept beside what they give together, and as many against it; the most confident ones are.
const ALTERNATIVES: usize = 16;
/// A confidence that grows by less has not grown.
pub(super) const GROWTH: f64 = 1e-9;

/// A proof in the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct ProofId(u32);

/// Where a proof comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Origin {
    /// An atom of the space.
    Fact(Handle),
    /// A case of a general statement, which is the premise.
    Case,
    /// A rule, by its place.
    Rule(u32),
    /// Several proofs of the statement itself, on disjoint evidence.
    Revision,
}

/// A proof.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) statement: Id,
    pub(super) origin: Origin,
    pub(super) premises: SmallVec<[ProofId; 3]>,
    /// What the formula read beside the premises.
    pub(super) background: Box<[(Id, TruthValue)]>,
    pub(super) given: Evidenced,
    /// The most rules that stand above one another in it.
    pub(super) length: u32,
    /// Whether it tells what its statement is at least. Of several that do, one counts: each is no news beside the others.
    pub(super) is_bound: bool,
}

impl Step {
    /// Whether it makes its statement at least as likely as not.
    fn favours(&self) -> bool {
        self.given.tv.strength >= 0.5
    }
}

/// What is known of a statement.
#[derive(Clone, Debug)]
struct Standing {
    /// Proofs that are no revisions, none outdone by another.
    proofs: SmallVec<[ProofId; 2]>,
    best: ProofId,
}

/// What a statement may stand by.
struct Choice {
    proofs: SmallVec<[ProofId; 2]>,
    single: ProofId,
    /// What several proofs give together, where that is more confident.
    together: Option<Step>,
    confidence: f64,
}

/// All proofs.
#[derive(Clone, Debug, Default)]
pub(super) struct Book {
    steps: Vec<Step>,
    standings: FxHashMap<Id, Standing>,
    /// The statements, in the order in which they came.
    order: Vec<Id>,
    facts: FxHashSet<Id>,
    /// Bytes that the proofs take beside their fixed parts.
    beside: usize,
}

impl Book {
    pub(super) fn step(&self, proof: ProofId) -> Option<&Step> {
        self.steps.get(proof.0 as usize)
    }

    /// The best proof of a statement.
    pub(super) fn best(&self, statement: Id) -> Option<ProofId> {
        self.standings.get(&statement).map(|standing| standing.best)
    }

    /// The best proof of a statement, as it stands in the book.
    pub(super) fn standing(&self, statement: Id) -> Option<&Step> {
        self.step(self.best(statement)?)
    }

    /// The statements, in the order in which they came.
    pub(super) fn statements(&self) -> &[Id] {
        &self.order
    }

    /// The proofs of a statement that are no revisions.
    pub(super) fn proofs(&self, statement: Id) -> &[ProofId] {
        self.standings.get(&statement).map_or(&[], |standing| &standing.proofs)
    }

    /// All proofs that were written.
    pub(super) fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Bytes that the book takes, about.
    pub(super) fn bytes(&self) -> usize {
        let known = size_of::<(Id, Standing)>() + 4 * size_of::<Id>();
        self.steps.len() * size_of::<Step>() * 3 / 2 + self.standings.len() * known * 3 / 2 + self.beside
    }

    /// Whether a statement is a fact of the space.
    pub(super) fn is_fact(&self, statement: Id) -> bool {
        self.facts.contains(&statement)
    }

    /// Writes a proof that its statement does not stand by.
    pub(super) fn write(&mut self, step: Step) -> ProofId {
        let ids = step.given.stamp.ids();
        let long = if ids.len() > 8 { size_of_val(ids) } else { 0 };
        self.beside += long + size_of_val(&*step.background);
        self.steps.push(step);
        ProofId(self.steps.len() as u32 - 1)
    }

    /// Adds a proof. Whether its statement now stands by something better.
    pub(super) fn add(&mut self, step: Step, effort: &mut Effort<'_>) -> Result<bool, End> {
        let statement = step.statement;
        if matches!(step.origin, Origin::Fact(_)) {
            self.facts.insert(statement);
        }
        let outdone = |known: &Step| {
            known.given.tv.confidence + GROWTH >= step.given.tv.confidence
                && within(&known.given.stamp, &step.given.stamp)
                && known.favours() == step.favours()
        };
        if self.proofs(statement).iter().filter_map(|proof| self.step(*proof)).any(outdone) {
            return Ok(false);
        }
        effort.keep()?;
        let confidence = step.given.tv.confidence;
        let new = self.write(step);
        let Some(before) = self.best(statement) else {
            self.order.push(statement);
            self.standings.insert(statement, Standing { proofs: SmallVec::from_slice(&[new]), best: new });
            return Ok(true);
        };
        let proofs = self.kept(statement, new);
        let together = self.together(&proofs);
        let had = self.step(before).map_or(0.0, |step| step.given.tv.confidence);
        let best = match together {
            Some(together) if together.given.tv.confidence > confidence.max(had) + GROWTH => {
                effort.keep()?;
                self.write(together)
            }
            _ if confidence > had + GROWTH => new,
            _ => before,
        };
        self.standings.insert(statement, Standing { proofs, best });
        Ok(best != before)
    }

    /// The proofs of a statement with a new one that is not outdone, without those that it outdoes, the most confident first.
    fn kept(&self, statement: Id, new: ProofId) -> SmallVec<[ProofId; 2]> {
        let mut kept: SmallVec<[ProofId; 2]> = SmallVec::from_slice(&[new]);
        if let Some(step) = self.step(new) {
            kept.extend(self.proofs(statement).iter().copied().filter(|known| {
                self.step(*known).is_some_and(|known| {
                    known.given.tv.confidence > step.given.tv.confidence
                        || known.favours() != step.favours()
                        || !within(&step.given.stamp, &known.given.stamp)
                })
            }));
        }
        let confidence = |proof: &ProofId| self.step(*proof).map_or(0.0, |step| step.given.tv.confidence);
        let stamp = |proof: &ProofId| self.step(*proof).map(|step| step.given.stamp.ids());
        kept.sort_by(|one, two| {
            confidence(two).total_cmp(&confidence(one)).then_with(|| stamp(one).cmp(&stamp(two))).then(one.cmp(two))
        });
        // Neither side drives the other out.
        let mut sides = [0_usize; 2];
        kept.retain(|proof| {
            let favours = self.step(*proof).is_some_and(Step::favours);
            let side = sides.get_mut(usize::from(favours));
            side.is_some_and(|side| {
                *side += 1;
                *side <= ALTERNATIVES
            })
        });
        kept
    }

    /// Proofs of one statement that no other outdoes, the most confident first, as many on each side as are kept.
    fn ranked(&self, proofs: &[ProofId]) -> SmallVec<[ProofId; 2]> {
        let mut all: Vec<(ProofId, &Step)> =
            proofs.iter().filter_map(|proof| Some((*proof, self.step(*proof)?))).collect();
        all.sort_by(|(first, one), (second, two)| {
            let (a, b) = (&one.given, &two.given);
            let sure = b.tv.confidence.total_cmp(&a.tv.confidence);
            let least = sure.then_with(|| a.stamp.ids().len().cmp(&b.stamp.ids().len()));
            let stamp = least.then_with(|| a.stamp.ids().cmp(b.stamp.ids()));
            stamp.then_with(|| a.tv.strength.total_cmp(&b.tv.strength)).then(first.cmp(second))
        });
        let mut kept: SmallVec<[ProofId; 2]> = SmallVec::new();
        let mut sides = [0_usize; 2];
        for (proof, step) in all {
            let Some(side) = sides.get_mut(usize::from(step.favours())) else { continue };
            let outdone =
                |known: &Step| known.favours() == step.favours() && within(&known.given.stamp, &step.given.stamp);
            if *side < ALTERNATIVES && !kept.iter().filter_map(|known| self.step(*known)).any(outdone) {
                *side += 1;
                kept.push(proof);
            }
        }
        kept
    }

    /// Lets a statement stand by the best that all its proofs give. Whether that is something else than before.
    pub(super) fn stand(&mut self, statement: Id, proofs: &[ProofId]) -> bool {
        self.stand_apart(statement, proofs, &[])
    }

    /// The same, where other proofs count only if all together give more confidence then.
    pub(super) fn stand_apart(&mut self, statement: Id, proofs: &[ProofId], others: &[ProofId]) -> bool {
        let mut chosen = self.choice(self.ranked(proofs));
        if !others.is_empty() {
            let all = self.choice(self.ranked(&[proofs, others].concat()));
            let sure = |choice: &Option<Choice>| choice.as_ref().map_or(0.0, |choice| choice.confidence);
            if sure(&all) > sure(&chosen) + GROWTH {
                chosen = all;
            }
        }
        let Some(Choice { proofs, single, together, .. }) = chosen else {
            return self.standings.remove(&statement).is_some();
        };
        let before = self.best(statement);
        let best = match together {
            None => single,
            Some(step) => before.filter(|before| self.says(*before, &step)).unwrap_or_else(|| self.write(step)),
        };
        let standing = Standing { proofs, best };
        let old = self.standings.insert(statement, standing.clone());
        if old.is_none() {
            self.order.push(statement);
        }
        old.is_none_or(|old| old.best != standing.best || old.proofs != standing.proofs)
    }

    /// The best of ranked proofs.
    fn choice(&self, proofs: SmallVec<[ProofId; 2]>) -> Option<Choice> {
        let single = *proofs.first()?;
        let sure = self.step(single)?.given.tv.confidence;
        let together = self.together(&proofs).filter(|step| step.given.tv.confidence > sure + GROWTH);
        let confidence = together.as_ref().map_or(sure, |step| step.given.tv.confidence);
        Some(Choice { proofs, single, together, confidence })
    }

    /// Whether a proof says what a step says, of premises that say the same.
    pub(super) fn says(&self, proof: ProofId, step: &Step) -> bool {
        let same = |one: &Evidenced, two: &Evidenced| {
            (one.tv.strength - two.tv.strength).abs() < GROWTH
                && (one.tv.confidence - two.tv.confidence).abs() < GROWTH
                && one.stamp == two.stamp
        };
        let Some(known) = self.step(proof) else { return false };
        let mut pairs = known.premises.iter().zip(&step.premises);
        known.origin == step.origin
            && same(&known.given, &step.given)
            && known.premises.len() == step.premises.len()
            && pairs.all(|(one, two)| match (self.step(*one), self.step(*two)) {
                (Some(one), Some(two)) => same(&one.given, &two.given),
                _ => false,
            })
    }

    /// Takes over the facts of another book and the order of its statements, as far as something is known of them here; new ones
    /// come after them.
    pub(super) fn in_order_of(&mut self, other: &Self, new: &[Id]) {
        self.facts.extend(&other.facts);
        let all = other.order.iter().chain(new).copied();
        self.order = all.filter(|id| self.standings.contains_key(id)).collect();
    }

    /// What proofs of one statement give together: each in turn, where it shares no evidence with those before it.
    pub(super) fn together(&self, proofs: &[ProofId]) -> Option<Step> {
        let mut taken: SmallVec<[ProofId; 3]> = SmallVec::new();
        let mut all: Option<(Evidenced, Id, u32)> = None;
        let mut has_bound = false;
        for (proof, step) in proofs.iter().filter_map(|proof| Some((*proof, self.step(*proof)?))) {
            if step.is_bound && has_bound {
                continue;
            }
            let next = match &all {
                None => (step.given.clone(), step.statement, step.length),
                Some((given, statement, length)) => {
                    let Ok(revised) = given.revise(&step.given) else { continue };
                    (revised, *statement, step.length.max(*length))
                }
            };
            all = Some(next);
            has_bound |= step.is_bound;
            taken.push(proof);
        }
        let (given, statement, length) = all.filter(|_| taken.len() > 1)?;
        let background = Box::default();
        let (origin, is_bound) = (Origin::Revision, false);
        Some(Step { statement, origin, premises: taken, background, given, length, is_bound })
    }

    /// What the proofs of a statement say for it, and what they say against it, each side by itself.
    pub(super) fn sides(&self, statement: Id) -> [Option<Step>; 2] {
        let side = |favourable: bool| {
            let of = |proof: &ProofId| self.step(*proof).is_some_and(|step| step.favours() == favourable);
            let proofs: Vec<ProofId> = self.proofs(statement).iter().copied().filter(of).collect();
            self.together(&proofs).or_else(|| self.step(*proofs.first()?).cloned())
        };
        [side(true), side(false)]
    }
}

/// Whether one stamp names nothing that the other does not.
fn within(one: &Stamp, other: &Stamp) -> bool {
    let mut ids = other.ids().iter();
    one.ids().iter().all(|id| ids.any(|other| other == id))
}

/// The confidence that some evidence gives at most.
pub(super) fn most_confident(weights: impl Iterator<Item = f64>) -> f64 {
    TruthValue::confidence_of(weights.sum())
}
