//! Unification: what variables must stand for so that two terms are one.
//!
//! Source: Robinson, *A machine-oriented logic based on the resolution principle* (1965), with the occurs check. Unordered links
//! may be joined in several ways, so that there may be several unifiers: what both have is paired with itself, and of the rest
//! the part with the fewest partners is given one first, so that what cannot be is seen early. Each choice is a step.

use super::effort::End;
use super::terms::{DEEPEST, Id, Shape, Terms};
use crate::space::Types;
use rustc_hash::{FxHashMap, FxHashSet};

/// Parts of an unordered link that are paired in every way; with more that the other does not have, it unifies with none.
pub(super) const MOST_UNORDERED: usize = 5;

/// What variables stand for, by their numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Bindings(Vec<Option<Id>>);

impl Bindings {
    pub(super) fn get(&self, number: u32) -> Option<Id> {
        self.0.get(number as usize).copied().flatten()
    }

    fn set(&mut self, number: u32, to: Id) {
        let at = number as usize;
        if self.0.len() <= at {
            self.0.resize(at + 1, None);
        }
        if let Some(slot) = self.0.get_mut(at) {
            *slot = Some(to);
        }
    }

    /// Follows a variable to what it stands for.
    fn walk(&self, terms: &Terms, mut id: Id) -> Id {
        while let Some((number, _)) = terms.as_variable(id) {
            match self.get(number) {
                Some(next) => id = next,
                None => break,
            }
        }
        id
    }
}

/// Parts that must still become one.
#[derive(Clone)]
enum Pair {
    /// Two terms.
    Terms(Id, Id),
    /// As many terms as terms, each with one of the others.
    Unordered(Vec<Id>, Vec<Id>),
}

/// One way that is being tried.
#[derive(Clone)]
struct Way {
    pairs: Vec<Pair>,
    bindings: Bindings,
    /// The number of the next new variable.
    fresh: u32,
}

/// Called for each choice between parts of unordered links; an error ends the search.
pub(super) type Choosing<'c> = &'c mut dyn FnMut() -> Result<(), End>;

/// All ways to make two terms one. Variables of the two must be told apart by their numbers, which are less than `fresh`.
pub(super) fn unify(
    terms: &mut Terms,
    types: &Types,
    pair: (Id, Id),
    fresh: u32,
    choosing: Choosing<'_>,
) -> Result<Vec<Bindings>, End> {
    let mut found = Vec::new();
    let mut known: FxHashSet<Bindings> = FxHashSet::default();
    let mut search = Search::of(pair, fresh);
    while let Some(bindings) = search.next(terms, types, choosing)? {
        // Only what is unordered has several ways.
        if search.has_chosen && !known.insert(bindings.clone()) {
            continue;
        }
        found.push(bindings);
    }
    Ok(found)
}

/// One way to make two terms one, if there is any.
pub(super) fn unify_once(
    terms: &mut Terms,
    types: &Types,
    pair: (Id, Id),
    fresh: u32,
    choosing: Choosing<'_>,
) -> Result<Option<Bindings>, End> {
    Search::of(pair, fresh).next(terms, types, choosing)
}

/// A search for ways to make two terms one: depth first.
struct Search {
    ways: Vec<Way>,
    has_chosen: bool,
}

impl Search {
    fn of((one, two): (Id, Id), fresh: u32) -> Self {
        let way = Way { pairs: vec![Pair::Terms(one, two)], bindings: Bindings::default(), fresh };
        Self { ways: vec![way], has_chosen: false }
    }

    fn next(&mut self, terms: &mut Terms, types: &Types, choosing: Choosing<'_>) -> Result<Option<Bindings>, End> {
        while let Some(mut way) = self.ways.pop() {
            let Some(pair) = way.pairs.pop() else { return Ok(Some(way.bindings)) };
            let (one, two) = match pair {
                Pair::Terms(one, two) => (way.bindings.walk(terms, one), way.bindings.walk(terms, two)),
                Pair::Unordered(left, right) => {
                    self.choose(terms, left, right, way, choosing)?;
                    continue;
                }
            };
            if one == two {
                self.ways.push(way);
            } else if terms.as_variable(one).is_some() {
                self.ways.extend(bound(terms, one, two, way));
            } else if terms.as_variable(two).is_some() {
                self.ways.extend(bound(terms, two, one, way));
            } else {
                self.ways.extend(paired(terms, types, one, two, way));
            }
        }
        Ok(None)
    }

    /// Gives the part that fewest of the others can be one with each of those.
    fn choose(
        &mut self,
        terms: &Terms,
        mut left: Vec<Id>,
        mut right: Vec<Id>,
        way: Way,
        choosing: Choosing<'_>,
    ) -> Result<(), End> {
        without_common(terms, &way.bindings, &mut left, &mut right);
        if left.is_empty() {
            self.ways.push(way);
            return Ok(());
        }
        if left.len() > MOST_UNORDERED {
            return Ok(());
        }
        let fits = |one: Id| -> Vec<usize> {
            let fitting = right.iter().enumerate().filter(|(at, two)| {
                may_be_one(terms, one, **two) && !right.iter().take(*at).any(|before| before == *two)
            });
            fitting.map(|(at, _)| at).collect()
        };
        let choices = left.iter().enumerate().map(|(at, one)| (at, *one, fits(*one)));
        let Some((at, one, fits)) = choices.min_by_key(|(_, _, fits)| fits.len()) else { return Ok(()) };
        left.remove(at);
        self.has_chosen |= fits.len() > 1;
        for at in fits.into_iter().rev() {
            choosing()?;
            let mut rest = right.clone();
            let two = rest.remove(at);
            let mut next = way.clone();
            next.pairs.push(Pair::Unordered(left.clone(), rest));
            next.pairs.push(Pair::Terms(one, two));
            self.ways.push(next);
        }
        Ok(())
    }
}

/// Takes out what stands on both sides: whatever else is made one, nothing is more general than to pair that with itself.
fn without_common(terms: &Terms, bindings: &Bindings, left: &mut Vec<Id>, right: &mut Vec<Id>) {
    for part in left.iter_mut().chain(right.iter_mut()) {
        *part = bindings.walk(terms, *part);
    }
    left.retain(|part| match right.iter().position(|other| other == part) {
        Some(at) => {
            right.remove(at);
            false
        }
        None => true,
    });
}

/// Whether two terms that differ could be made one, as far as their outside tells.
fn may_be_one(terms: &Terms, one: Id, two: Id) -> bool {
    match (terms.shape(one), terms.shape(two)) {
        (Some(Shape::Variable(..)), Some(Shape::Variable(..))) => true,
        (Some(Shape::Variable(_, admits)), _) => terms.opened(two).is_some_and(|(of, _)| terms.allows(*admits, of)),
        (_, Some(Shape::Variable(_, admits))) => terms.opened(one).is_some_and(|(of, _)| terms.allows(*admits, of)),
        (Some(Shape::Link(of, parts)), Some(Shape::Link(other, others))) => {
            of == other && parts.len() == others.len() && !(terms.is_closed(one) && terms.is_closed(two))
        }
        _ => false,
    }
}

/// Gives a variable its value, where that may be.
fn bound(terms: &mut Terms, variable: Id, to: Id, mut way: Way) -> Option<Way> {
    let (number, admits) = terms.as_variable(variable)?;
    if let Some((other, others)) = terms.as_variable(to) {
        let both = terms.both(admits, others)?;
        if both == others {
            way.bindings.set(number, to);
        } else if both == admits {
            way.bindings.set(other, variable);
        } else {
            let new = terms.variable(way.fresh, both);
            way.fresh += 1;
            way.bindings.set(number, new);
            way.bindings.set(other, new);
        }
        return Some(way);
    }
    let of = terms.opened(to)?.0;
    if !terms.allows(admits, of) || occurs(terms, &way.bindings, number, to) {
        return None;
    }
    way.bindings.set(number, to);
    Some(way)
}

fn occurs(terms: &Terms, bindings: &Bindings, number: u32, within: Id) -> bool {
    let mut open = vec![within];
    while let Some(next) = open.pop() {
        let next = bindings.walk(terms, next);
        match terms.shape(next) {
            Some(Shape::Variable(found, _)) if *found == number => return true,
            Some(Shape::Link(_, parts)) => open.extend(parts.iter().filter(|part| !terms.is_closed(**part))),
            _ => {}
        }
    }
    false
}

/// Pairs the parts of two links.
fn paired(terms: &Terms, types: &Types, one: Id, two: Id, mut way: Way) -> Option<Way> {
    let (Some(Shape::Link(of, first)), Some(Shape::Link(other, second))) = (terms.shape(one), terms.shape(two)) else {
        return None;
    };
    if of != other || first.len() != second.len() || (terms.is_closed(one) && terms.is_closed(two)) {
        return None;
    }
    if types.is_unordered(*of) {
        way.pairs.push(Pair::Unordered(first.to_vec(), second.to_vec()));
    } else {
        let pairs = first.iter().zip(second.iter()).rev();
        way.pairs.extend(pairs.map(|(one, two)| Pair::Terms(*one, *two)));
    }
    Some(way)
}

/// A term with what its variables stand for; `None` where that is too deep.
pub(super) fn filled(terms: &mut Terms, types: &Types, id: Id, bindings: &Bindings) -> Option<Id> {
    within(terms, types, id, bindings, DEEPEST)
}

fn within(terms: &mut Terms, types: &Types, id: Id, bindings: &Bindings, depth: usize) -> Option<Id> {
    if terms.is_closed(id) {
        return Some(id);
    }
    let depth = depth.checked_sub(1)?;
    let id = bindings.walk(terms, id);
    match terms.shared(id)?.as_ref() {
        Shape::Link(of, parts) if !terms.is_closed(id) => {
            let parts: Option<Vec<Id>> =
                parts.iter().map(|part| within(terms, types, *part, bindings, depth)).collect();
            terms.link(types, *of, parts?)
        }
        _ => Some(id),
    }
}

/// A term whose variables have numbers greater by `by`.
pub(super) fn shifted(terms: &mut Terms, types: &Types, id: Id, by: u32) -> Option<Id> {
    renumbered(terms, types, id, &mut |number| number + by)
}

/// Numbers variables from 0 in the order in which they are met; what is the same up to names becomes one term.
#[derive(Default)]
pub(super) struct Renumbering(FxHashMap<u32, u32>);

impl Renumbering {
    pub(super) fn apply(&mut self, terms: &mut Terms, types: &Types, id: Id) -> Option<Id> {
        let numbers = &mut self.0;
        renumbered(terms, types, id, &mut |number| {
            let next = numbers.len() as u32;
            *numbers.entry(number).or_insert(next)
        })
    }

    /// The new number of a variable.
    pub(super) fn number(&self, old: u32) -> Option<u32> {
        self.0.get(&old).copied()
    }

    /// How many variables were met.
    pub(super) fn len(&self) -> u32 {
        self.0.len() as u32
    }
}

fn renumbered(terms: &mut Terms, types: &Types, id: Id, number: &mut dyn FnMut(u32) -> u32) -> Option<Id> {
    if terms.is_closed(id) {
        return Some(id);
    }
    match terms.shared(id)?.as_ref() {
        Shape::Variable(old, admits) => {
            let new = number(*old);
            Some(terms.variable(new, *admits))
        }
        Shape::Link(of, parts) => {
            let mut all = Vec::with_capacity(parts.len());
            for part in parts {
                all.push(renumbered(terms, types, *part, number)?);
            }
            terms.link(types, *of, all)
        }
        Shape::Node(..) => Some(id),
    }
}
