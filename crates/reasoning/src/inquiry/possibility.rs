//! What could still be wrong, given a frame and the views taken: rules that hold in part, weighed.
//!
//! A rule of a cause is laid over the facts: as many premises as can be are matched, the rest is open (some view would
//! show it), refuted (the views were taken and it is not there), or out of reach. Each way of laying it is a possibility
//! with a weight: the prior of its cause, times its rule's share, over the number of ways, times a factor for each
//! premise and each effect that mechanisms predict, by Bayes' rule with the sign's base rate: seen, P(sign | cause) ÷
//! rate; looked for and not seen, 1 − P(sign | cause). Premises are taken as independent given the cause, as in
//! Heckerman, Breese and Rommelse, *Decision-theoretic troubleshooting* (CACM 38, 1995). Limits: [`LAYINGS`] a rule.

use super::guard::{self, Bindings, Bound};
use super::outlook::{Behind, Clue, Known, Outlook};
use super::sight::{Covered, Look, View};
use oriel_atomspace::rules::Derivations;
use oriel_atomspace::{Arg, AtomId, FactRef, Frame, Pattern, Term, entity_kind};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// Ways of laying one rule over the facts that are looked at.
pub const LAYINGS: usize = 200;
/// The most that one sign speaks for a cause, as a ratio.
const MOST: f64 = 50.0;
/// The chance that a sign is there and not seen: what looking for it in vain leaves.
const MISSED: f64 = 0.02;
/// By these relations something belongs to a component: who looks at the component looks at it too.
const BELONGING: [&str; 2] = ["part-of", "serves"];
/// Effects of a cause elsewhere that are weighed.
const ELSEWHERE: usize = 8;
/// The chance that a relation not yet looked at holds between two given things.
const EVEN: f64 = 0.5;

/// A fact that could be seen.
#[derive(Debug, Clone)]
pub(super) struct Sign {
    /// What it is about.
    pub(super) places: Vec<AtomId>,
    /// The views that are still missing, for each way to see it.
    pub(super) missing: Vec<Vec<View>>,
}

/// One way in which a cause may be so. Signs are numbered.
#[derive(Debug, Clone)]
pub(super) struct Possibility {
    /// The cause and place.
    pub(super) class: usize,
    pub(super) weight: f64,
    /// The part of the rule in what is known of the cause.
    pub(super) share: f64,
    /// How often its open signs are shown if it is so.
    pub(super) shown: f64,
    /// Whether the rule has concluded the cause.
    pub(super) whole: bool,
    pub(super) open: Vec<usize>,
    /// Those of them that the rule waits for before it concludes.
    pub(super) waiting: Vec<usize>,
    /// Circumstances that are all that is still to be known.
    pub(super) circumstances: Vec<usize>,
    /// What must not be seen, with how often it is there by chance.
    pub(super) against: Vec<(usize, f64)>,
}

/// A cause at a place; at no known place where the entity is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Class {
    pub(super) cause: usize,
    pub(super) entity: Option<AtomId>,
}

/// Everything that could be wrong.
#[derive(Debug, Default)]
pub(super) struct Possibilities {
    pub(super) classes: Vec<Class>,
    pub(super) all: Vec<Possibility>,
    pub(super) signs: Vec<Sign>,
}

/// Lays all rules over a frame.
pub(super) fn possibilities(
    outlook: &Outlook,
    frame: &Frame,
    derivations: &Derivations,
    covered: &Covered,
    prior: &[f64],
) -> Possibilities {
    let kinds = by_kind(frame);
    let follows = following(outlook, frame);
    let mut laying =
        Laying { outlook, frame, covered, numbers: FxHashMap::default(), signs: Vec::new(), kinds, follows };
    let mut found = Possibilities::default();
    let mut numbers: FxHashMap<Class, usize> = FxHashMap::default();
    let mut effects: FxHashMap<(usize, Option<AtomId>), Vec<Foreseen<'_>>> = FxHashMap::default();
    for (cause, known) in outlook.causes.iter().enumerate() {
        let prior = prior.get(cause).copied().unwrap_or(0.0);
        for clue in &known.clues {
            let mut ways: Vec<(Bindings, Vec<bool>)> = Vec::new();
            laying.lay(clue, &mut Bindings::default(), &mut vec![false; clue.looks.len()], &mut ways);
            let placed: Vec<_> = ways.into_iter().flat_map(|way| laying.places(clue, way)).collect();
            let each = prior * clue.share / placed.len().max(1) as f64;
            for (bound, matched, entity) in placed {
                let class = Class { cause, entity };
                let next = found.classes.len();
                let number = *numbers.entry(class).or_insert(next);
                if number == next {
                    found.classes.push(class);
                }
                let fact = entity
                    .and_then(|e| frame.term(e))
                    .and_then(|entity| frame.find_fact("cause", &[entity, Term::Entity(&known.name)]));
                let concluded =
                    fact.is_some_and(|fact| derivations.of(fact).any(|firing| firing.rule.name == clue.rule));
                let mut possibility = Possibility {
                    class: number,
                    weight: each,
                    share: clue.share,
                    shown: 1.0 - MISSED,
                    whole: true,
                    open: Vec::new(),
                    waiting: Vec::new(),
                    circumstances: Vec::new(),
                    against: Vec::new(),
                };
                let premises = laying.weigh(clue, &bound, &matched, &mut possibility);
                if possibility.whole && !concluded {
                    // All is there, and the rule has not concluded it: a guard or a number speaks against it.
                    possibility.weight *= MISSED;
                    possibility.whole = false;
                }
                possibility.waiting = possibility.open.clone();
                possibility.waiting.extend(&possibility.circumstances);
                if !possibility.open.is_empty() {
                    possibility.circumstances.clear();
                }
                let foreseen = effects.entry((cause, entity)).or_insert_with(|| laying.effects(known, entity));
                laying.foreseen(foreseen, premises, &mut possibility);
                found.all.push(possibility);
            }
        }
    }
    found.signs = laying.signs;
    found
}

/// The symptoms that follow from other symptoms: entity and pattern of each.
fn following(outlook: &Outlook, frame: &Frame) -> FxHashSet<(AtomId, String)> {
    let mut found = FxHashSet::default();
    for consequence in &outlook.consequences {
        let Some(Arg::Variable(place)) = consequence.follows.args.first() else { continue };
        let words = words(&consequence.follows);
        for bindings in frame.query(&consequence.patterns) {
            if let Some(entity) = bindings.get(&place.name) {
                found.insert((entity, words.clone()));
            }
        }
    }
    found
}

/// A pattern's relation and words, without its place.
fn words(pattern: &Pattern) -> String {
    let rest: Vec<String> = pattern.args.iter().skip(1).map(ToString::to_string).collect();
    format!("{} {}", pattern.predicate, rest.join(" "))
}

/// How much a sign that is seen speaks for what shows it this often.
fn speaks(look: &Look, shown: f64) -> f64 {
    if look.rate < 1.0 { (shown / look.rate).clamp(1.0, MOST) } else { 1.0 }
}

/// The entities of each kind, in first-seen order.
fn by_kind(frame: &Frame) -> FxHashMap<String, Vec<AtomId>> {
    let mut kinds: FxHashMap<String, Vec<AtomId>> = FxHashMap::default();
    let mut seen = rustc_hash::FxHashSet::default();
    for fact in frame.all_facts() {
        for (arg, id) in fact.args.iter().zip(fact.arg_ids) {
            if let Some(kind) = arg.as_entity().and_then(entity_kind)
                && seen.insert(*id)
            {
                kinds.entry(kind.to_owned()).or_default().push(*id);
            }
        }
    }
    kinds
}

/// An effect with what is bound in it, P(effect | cause), and whether it is elsewhere.
type Foreseen<'o> = (&'o Look, Bindings, f64, bool);

struct Laying<'f> {
    outlook: &'f Outlook,
    frame: &'f Frame,
    covered: &'f Covered,
    numbers: FxHashMap<String, usize>,
    signs: Vec<Sign>,
    kinds: FxHashMap<String, Vec<AtomId>>,
    /// Facts that follow from others, whatever the cause.
    follows: FxHashSet<(AtomId, String)>,
}

impl Laying<'_> {
    /// All ways of laying a rule: premises that match are matched, one after the other, in every way.
    fn lay(&self, clue: &Clue, bound: &mut Bindings, matched: &mut Vec<bool>, ways: &mut Vec<(Bindings, Vec<bool>)>) {
        if ways.len() >= LAYINGS {
            return;
        }
        let open = || clue.looks.iter().enumerate().filter(|(at, _)| matched.get(*at) == Some(&false));
        let mut next: Option<(usize, Vec<Bindings>)> = None;
        for (at, look) in open() {
            let joined = bound.len() == 0 || variables(look).any(|name| bound.get(name).is_some());
            if !joined && next.is_some() {
                continue;
            }
            let matches = self.matches(clue, look, bound);
            if !matches.is_empty() {
                next = Some((at, matches));
                if joined {
                    break;
                }
            }
        }
        let Some((at, matches)) = next else {
            ways.push((bound.clone(), matched.clone()));
            return;
        };
        let set = |matched: &mut Vec<bool>, to: bool| {
            if let Some(cell) = matched.get_mut(at) {
                *cell = to;
            }
        };
        set(matched, true);
        for mut with in matches {
            self.lay(clue, &mut with, matched, ways);
        }
        set(matched, false);
    }

    /// What a premise can be matched with, under the guards that can be told.
    fn matches(&self, clue: &Clue, look: &Look, bound: &Bindings) -> Vec<Bindings> {
        let mut found = Vec::new();
        for fact in self.candidates(look, bound) {
            if found.len() >= LAYINGS {
                break;
            }
            let mut with = bound.clone();
            if self.fits(clue, look, &fact, &mut with) {
                for (variable, expression) in &clue.computed {
                    if with.get(&variable.name).is_none()
                        && let Some(number) = guard::number(expression, &with, self.frame)
                    {
                        with.bind(&variable.name, Bound::Number(number));
                    }
                }
                if clue.guards.iter().all(|guard| guard::holds(guard, &with, self.frame) != Some(false)) {
                    found.push(with);
                }
            }
        }
        found
    }

    fn candidates<'a>(&'a self, look: &'a Look, bound: &Bindings) -> oriel_atomspace::Facts<'a> {
        let known = look.pattern.args.iter().enumerate().find_map(|(at, arg)| match arg {
            Arg::Variable(variable) => Some((at, self.frame.term(bound.atom(&variable.name)?)?)),
            other => Some((at, other.term()?)),
        });
        match known {
            Some((at, term)) => self.frame.facts_with(&look.pattern.predicate, at, term),
            None => self.frame.facts(&look.pattern.predicate),
        }
    }

    fn fits(&self, clue: &Clue, look: &Look, fact: &FactRef<'_>, bound: &mut Bindings) -> bool {
        if fact.args.len() != look.pattern.args.len() || fact.tv.strength <= 0.0 {
            return false;
        }
        look.pattern.args.iter().zip(fact.args.iter().zip(fact.arg_ids)).all(|(arg, (term, id))| match arg {
            Arg::Variable(variable) if &*variable.name == "_" => true,
            Arg::Variable(variable) => match bound.get(&variable.name) {
                Some(Bound::Atom(atom)) => atom == *id,
                Some(Bound::Number(number)) => term.as_number() == Some(number),
                None => {
                    let kind = term.as_entity().and_then(entity_kind);
                    let right = clue.kinds.get(&variable.name).is_none_or(|wanted| kind == Some(wanted));
                    bound.bind(&variable.name, Bound::Atom(*id));
                    right
                }
            },
            constant => constant.term() == Some(*term),
        })
    }

    /// The places at which a rule, laid so, would put its cause: the bound one, or every known entity of the kind.
    fn places(
        &self,
        clue: &Clue,
        (bound, matched): (Bindings, Vec<bool>),
    ) -> Vec<(Bindings, Vec<bool>, Option<AtomId>)> {
        let variable = match &clue.entity {
            Arg::Variable(variable) => variable,
            constant => {
                let entity = constant.term().and_then(|term| self.frame.find_term(term));
                return vec![(bound, matched, entity)];
            }
        };
        if let Some(entity) = bound.atom(&variable.name) {
            return vec![(bound, matched, Some(entity))];
        }
        let known = clue.kind.as_ref().and_then(|kind| self.kinds.get(kind)).filter(|known| !known.is_empty());
        let Some(known) = known else { return vec![(bound, matched, None)] };
        let counted = clue.kind.as_ref().and_then(|kind| self.outlook.census.get(kind));
        let all_known = counted.is_none_or(|views| views.iter().any(|view| self.covered.has(*view, &[])));
        let unknown = (!all_known).then(|| (bound.clone(), matched.clone(), None));
        let each = known.iter().take(LAYINGS).map(|entity| {
            let mut with = bound.clone();
            with.bind(&variable.name, Bound::Atom(*entity));
            (with, matched.clone(), Some(*entity))
        });
        each.chain(unknown).collect()
    }

    /// Weighs the premises; gives how much those that are seen speak for the cause.
    fn weigh(&mut self, clue: &Clue, bound: &Bindings, matched: &[bool], into: &mut Possibility) -> f64 {
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
    fn impossible(&self, look: &Look, bound: &Bindings) -> bool {
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
    fn effects<'o>(&self, known: &'o Known, entity: Option<AtomId>) -> Vec<Foreseen<'o>> {
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
    fn foreseen(&mut self, effects: &[Foreseen<'_>], premises: f64, into: &mut Possibility) {
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

    /// Whether any fact matches a pattern with what is bound.
    fn present(&self, look: &Look, bound: &Bindings) -> bool {
        self.candidates(look, bound).any(|fact| {
            fact.tv.strength > 0.0
                && fact.args.len() == look.pattern.args.len()
                && look.pattern.args.iter().zip(fact.args.iter().zip(fact.arg_ids)).all(|(arg, (term, id))| match arg {
                    Arg::Variable(variable) => match bound.get(&variable.name) {
                        Some(Bound::Atom(atom)) => atom == *id,
                        Some(Bound::Number(number)) => term.as_number() == Some(number),
                        None => true,
                    },
                    constant => constant.term() == Some(*term),
                })
        })
    }

    fn bound_places(&self, look: &Look, bound: &Bindings) -> Vec<AtomId> {
        let args = look.pattern.args.iter().filter_map(|arg| match arg {
            Arg::Variable(variable) => bound.atom(&variable.name),
            Arg::Word(word) => self.frame.entity(word),
            _ => None,
        });
        let is_entity =
            |atom: &AtomId| self.frame.term(*atom).and_then(Term::as_entity).and_then(entity_kind).is_some();
        let mut places: Vec<AtomId> = args.filter(is_entity).collect();
        for place in places.clone() {
            for relation in BELONGING {
                places.extend(self.frame.related(relation, place));
            }
        }
        places.sort_unstable();
        places.dedup();
        places
    }

    /// The number of a sign: the same for signs with the same relation, constants and places.
    fn number(&mut self, look: &Look, bound: &Bindings, places: Vec<AtomId>) -> usize {
        let mut text = format!("({}", look.pattern.predicate);
        for arg in &look.pattern.args {
            text.push(' ');
            let shown = match arg {
                Arg::Variable(variable) => bound.atom(&variable.name).and_then(|atom| self.frame.term(atom)),
                constant => constant.term(),
            };
            let shown =
                shown.filter(|term| !matches!((arg, term), (Arg::Variable(_), Term::Number(_) | Term::Text(_))));
            text.push_str(&shown.map_or_else(|| "?".to_owned(), |term| term.to_string()));
        }
        text.push(')');
        if let Some(known) = self.numbers.get(&text) {
            return *known;
        }
        let missing =
            look.ways.iter().map(|way| way.iter().copied().filter(|view| !self.covered.has(*view, &places)).collect());
        let missing = missing.collect();
        let number = self.signs.len();
        self.signs.push(Sign { places, missing });
        self.numbers.insert(text, number);
        number
    }
}

fn push(signs: &mut Vec<usize>, sign: usize) {
    if !signs.contains(&sign) {
        signs.push(sign);
    }
}

fn variables(look: &Look) -> impl Iterator<Item = &Arc<str>> {
    look.pattern.args.iter().filter_map(|arg| match arg {
        Arg::Variable(variable) if &*variable.name != "_" => Some(&variable.name),
        _ => None,
    })
}
