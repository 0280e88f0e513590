//! Weighing a laid rule: each premise and each effect that mechanisms predict, by Bayes' rule with the sign's base rate.
//!
//! Seen: P(sign | cause) ÷ rate. Looked for and not seen: 1 − P(sign | cause). Not looked for: open. Premises are taken as
//! independent given the cause, as in Heckerman, Breese and Rommelse, *Decision-theoretic troubleshooting* (CACM 38, 1995);
//! the symptoms in one place are not, and count once.

use super::guard::{Bindings, Bound};
use super::laying::{Laying, words};
use super::outlook::{Behind, Clue, Known};
use super::possibility::Possibility;
use super::sight::Look;
use oriel_atomspace::{Arg, AtomId};

/// The most that one sign speaks for a cause, as a ratio.
const MOST: f64 = 50.0;
/// The chance that a sign is there and not seen: what looking for it in vain leaves.
pub(super) const MISSED: f64 = 0.02;
/// Effects of a cause elsewhere that are weighed.
const ELSEWHERE: usize = 8;
/// The chance that a relation not yet looked at holds between two given things.
const EVEN: f64 = 0.5;

/// An effect with what is bound in it, P(effect | cause), and whether it is elsewhere.
pub(super) type Foreseen<'o> = (&'o Look, Bindings, f64, bool);

/// How much a sign that is seen speaks for what shows it this often.
fn speaks(look: &Look, shown: f64) -> f64 {
    if look.rate < 1.0 { (shown / look.rate).clamp(1.0, MOST) } else { 1.0 }
}

impl Laying<'_> {
    /// Weighs the premises; gives how much those that are seen speak for the cause.
    pub(super) fn weigh(&mut self, clue: &Clue, bound: &Bindings, matched: &[bool], into: &mut Possibility) -> f64 {
        let mut premises = 1.0;
        for ((look, matched), behind) in clue.looks.iter().zip(matched).zip(&clue.behind) {
            into.whole &= matched;
            premises *= if *matched { speaks(look, 1.0 - MISSED) } else { 1.0 };
            self.sign(look, 1.0 - MISSED, *matched, bound, into);
            if let (true, Some(behind)) = (*matched, behind) {
                self.behind(behind, look, bound, into);
            }
        }
        for body in &clue.absent {
            self.absent(body, bound, into);
        }
        for look in &clue.counted {
            let places = self.bound_places(look, bound);
            if !self.taken(look, &places) {
                into.whole = false;
                if look.rate < 1.0 && !self.present(look, bound) {
                    let sign = self.number(look, bound, places);
                    push(&mut into.open, sign);
                }
            }
        }
        premises
    }

    fn taken(&self, look: &Look, places: &[AtomId]) -> bool {
        look.ways.iter().any(|way| way.iter().all(|view| self.covered.has(*view, places)))
    }

    /// One premise or effect: seen, to be seen, or looked for in vain.
    fn sign(&mut self, look: &Look, shown: f64, seen: bool, bound: &Bindings, into: &mut Possibility) {
        if seen {
            into.weight *= speaks(look, shown);
            return;
        }
        let places = self.bound_places(look, bound);
        if self.taken(look, &places) || self.impossible(look, bound) {
            into.weight *= (1.0 - shown).max(MISSED);
        } else {
            let sign = self.number(look, bound, places);
            push(if look.rate < 1.0 { &mut into.open } else { &mut into.circumstances }, sign);
        }
    }

    /// Whether what a sign presupposes was looked for and is not there.
    pub(super) fn impossible(&self, look: &Look, bound: &Bindings) -> bool {
        look.given.iter().any(|given| {
            let places = self.bound_places(given, bound);
            self.taken(given, &places) && !self.present(given, bound)
        })
    }

    /// What must not hold together: it holds, or it may still be seen to.
    fn absent(&mut self, body: &[Look], bound: &Bindings, into: &mut Possibility) {
        let mut rate = 1.0;
        let mut missing: Option<&Look> = None;
        for look in body {
            if self.present(look, bound) {
                continue;
            }
            let places = self.bound_places(look, bound);
            if look.ways.is_empty() || self.taken(look, &places) {
                return;
            }
            rate *= if look.rate < 1.0 { look.rate } else { EVEN };
            missing = missing.or(Some(look));
        }
        match missing {
            Some(look) => {
                let places = self.bound_places(look, bound);
                let sign = self.number(look, bound, places);
                into.against.push((sign, rate));
            }
            None => into.weight *= MISSED,
        }
    }

    /// What the rule behind a premise must not see.
    fn behind(&mut self, behind: &Behind, look: &Look, bound: &Bindings, into: &mut Possibility) {
        let mut within = Bindings::default();
        for (variable, arg) in behind.variables.iter().zip(&look.pattern.args) {
            let atom = match arg {
                Arg::Variable(outer) => bound.atom(&outer.name),
                constant => constant.term().and_then(|term| self.frame.find_term(term)),
            };
            if let (Some(variable), Some(atom)) = (variable, atom) {
                within.bind(variable, Bound::Atom(atom));
            }
        }
        for body in &behind.absent {
            self.absent(body, &within, into);
        }
    }

    /// What mechanisms foresee of a cause at a place: there, and, where the circumstances are known, elsewhere.
    pub(super) fn effects<'o>(&self, known: &'o Known, entity: Option<AtomId>) -> Vec<Foreseen<'o>> {
        let mut found: Vec<Foreseen<'o>> = Vec::new();
        let follows = |entity: AtomId, look: &Look| self.follows.contains(&(entity, words(&look.pattern)));
        let mut seen: Vec<(AtomId, String)> = Vec::new();
        for effect in &known.effects {
            let mut here = Bindings::default();
            if let Some(entity) = entity {
                here.bind(&effect.place, Bound::Atom(entity));
            }
            if effect.circumstances.is_empty() {
                if !entity.is_some_and(|entity| follows(entity, &effect.look)) {
                    found.push((&effect.look, here, effect.strength, false));
                }
                continue;
            }
            let Some(entity) = entity else { continue };
            for bindings in self.frame.query(&effect.circumstances) {
                if bindings.get(&effect.place).is_some_and(|place| place != entity) || seen.len() >= ELSEWHERE {
                    continue;
                }
                let about = effect.look.pattern.args.first();
                let Some(Arg::Variable(about)) = about else { continue };
                let Some(atom) = bindings.get(&about.name) else { continue };
                let key = (atom, effect.look.pattern.to_string());
                if !seen.contains(&key) && !follows(atom, &effect.look) {
                    seen.push(key);
                    let mut there = here.clone();
                    there.bind(&about.name, Bound::Atom(atom));
                    found.push((&effect.look, there, effect.strength, true));
                }
            }
        }
        found
    }

    /// Weighs the effects. Symptoms in one place come together: of what is seen there, be it by a premise or an effect,
    /// the most telling counts, and of what is missing the most telling too. Each further place counts for itself; that a
    /// cause has not yet reached all of them speaks against it only where it has reached none.
    pub(super) fn foreseen(&mut self, effects: &[Foreseen<'_>], premises: f64, into: &mut Possibility) {
        let (mut here, mut missing, mut unreached, mut reached) = (1.0_f64, 1.0_f64, 1.0_f64, false);
        for (look, bound, strength, elsewhere) in effects {
            let first = look.pattern.args.first();
            let placed = first.is_some_and(|arg| matches!(arg, Arg::Variable(v) if bound.atom(&v.name).is_some()));
            if placed && self.present(look, bound) {
                if *elsewhere {
                    reached = true;
                    into.weight *= speaks(look, *strength);
                } else {
                    here = here.max(speaks(look, *strength));
                }
            } else if self.taken(look, &self.bound_places(look, bound)) {
                let least = if *elsewhere { &mut unreached } else { &mut missing };
                *least = least.min(1.0 - strength);
            } else {
                self.sign(look, *strength, false, bound, into);
            }
        }
        into.weight *= missing * if reached { 1.0 } else { unreached } * (here / premises).max(1.0);
    }
}

fn push(signs: &mut Vec<usize>, sign: usize) {
    if !signs.contains(&sign) {
        signs.push(sign);
    }
}
