//! Laying a rule over facts: in every way in which as many of its premises match as can.
//!
//! A premise that matches is matched, the next with what it bound, under the guards that can be told. A cause whose place
//! stays open is put at every known entity of the kind that the rule's examples show, and, until all of that kind have been
//! seen, at one that is not known. Limits: [`LAYINGS`] ways a rule.

use super::guard::{self, Bindings, Bound};
use super::outlook::{Clue, Outlook};
use super::possibility::Sign;
use super::sight::{Covered, Look};
use oriel_atomspace::{Arg, AtomId, FactRef, Frame, Pattern, Term, entity_kind};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// Ways of laying one rule over the facts that are looked at.
pub const LAYINGS: usize = 200;
/// By these relations something belongs to a component: who looks at the component looks at it too.
const BELONGING: [&str; 2] = ["part-of", "serves"];

/// What a rule binds, which premises match, and where it puts its cause.
pub(super) type Placed = (Bindings, Vec<bool>, Option<AtomId>);

/// A frame over which rules are laid, with the signs met so far.
pub(super) struct Laying<'f> {
    outlook: &'f Outlook,
    pub(super) frame: &'f Frame,
    pub(super) covered: &'f Covered,
    numbers: FxHashMap<String, usize>,
    pub(super) signs: Vec<Sign>,
    kinds: FxHashMap<String, Vec<AtomId>>,
    /// Facts that follow from others, whatever the cause.
    pub(super) follows: FxHashSet<(AtomId, String)>,
}

impl<'f> Laying<'f> {
    pub(super) fn new(outlook: &'f Outlook, frame: &'f Frame, covered: &'f Covered) -> Self {
        let (kinds, follows) = (by_kind(frame), following(outlook, frame));
        Self { outlook, frame, covered, numbers: FxHashMap::default(), signs: Vec::new(), kinds, follows }
    }

    /// Every way of laying a rule, with every place that its cause may have.
    pub(super) fn placed(&self, clue: &Clue) -> Vec<Placed> {
        let mut ways: Vec<(Bindings, Vec<bool>)> = Vec::new();
        self.lay(clue, &Bindings::default(), &mut vec![false; clue.looks.len()], &mut ways);
        ways.into_iter().flat_map(|way| self.places(clue, way)).collect()
    }

    /// The same without places that lack what a premise presupposes: a cause that is so is so at one of the others. All,
    /// where no place has it.
    pub(super) fn possible(&self, clue: &Clue) -> Vec<Placed> {
        let placed = self.placed(clue);
        let lacks = |(bound, matched, _): &Placed| {
            let open = clue.looks.iter().zip(matched).filter(|(_, matched)| !**matched);
            open.into_iter().any(|(look, _)| self.impossible(look, bound))
        };
        let lacking: Vec<bool> = placed.iter().map(lacks).collect();
        if lacking.iter().all(|lacks| *lacks) {
            return placed;
        }
        placed.into_iter().zip(lacking).filter(|(_, lacks)| !lacks).map(|(placed, _)| placed).collect()
    }

    /// All ways of laying a rule: premises that match are matched, one after the other, in every way.
    fn lay(&self, clue: &Clue, bound: &Bindings, matched: &mut Vec<bool>, ways: &mut Vec<(Bindings, Vec<bool>)>) {
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
        for with in matches {
            self.lay(clue, &with, matched, ways);
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
            if Self::fits(clue, look, &fact, &mut with) {
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

    fn fits(clue: &Clue, look: &Look, fact: &FactRef<'_>, bound: &mut Bindings) -> bool {
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
    fn places(&self, clue: &Clue, (bound, matched): (Bindings, Vec<bool>)) -> Vec<Placed> {
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

    /// Whether any fact matches a pattern with what is bound.
    pub(super) fn present(&self, look: &Look, bound: &Bindings) -> bool {
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

    pub(super) fn bound_places(&self, look: &Look, bound: &Bindings) -> Vec<AtomId> {
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
    pub(super) fn number(&mut self, look: &Look, bound: &Bindings, places: Vec<AtomId>) -> usize {
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
pub(super) fn words(pattern: &Pattern) -> String {
    let rest: Vec<String> = pattern.args.iter().skip(1).map(ToString::to_string).collect();
    format!("{} {}", pattern.predicate, rest.join(" "))
}

/// The entities of each kind, in first-seen order.
fn by_kind(frame: &Frame) -> FxHashMap<String, Vec<AtomId>> {
    let mut kinds: FxHashMap<String, Vec<AtomId>> = FxHashMap::default();
    let mut seen = FxHashSet::default();
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

fn variables(look: &Look) -> impl Iterator<Item = &Arc<str>> {
    look.pattern.args.iter().filter_map(|arg| match arg {
        Arg::Variable(variable) if &*variable.name != "_" => Some(&variable.name),
        _ => None,
    })
}
