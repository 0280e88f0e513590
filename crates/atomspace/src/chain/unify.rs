//! Unification: what variables must stand for so that two terms are one.
//!
//! Source: Robinson, *A machine-oriented logic based on the resolution principle* (1965), with the occurs check. Unordered links
//! are tried in every order, so that there may be several unifiers, none more general than the others.

use super::terms::{DEEPEST, Id, Shape, Terms};
use crate::space::Types;
use rustc_hash::FxHashMap;

/// Parts of an unordered link with variables that are tried in every order; one with more unifies with its equal only.
pub(super) const MOST_UNORDERED: usize = 5;

/// What variables stand for, by their numbers.
#[derive(Clone, Debug, Default, PartialEq)]
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

/// One way that is being tried: pairs that must still become one.
struct Way {
    pairs: Vec<(Id, Id)>,
    bindings: Bindings,
    /// The number of the next new variable.
    fresh: u32,
}

/// All ways to make two terms one. Variables of the two must be told apart by their numbers, which are less than `fresh`.
pub(super) fn unify(terms: &mut Terms, types: &Types, one: Id, two: Id, fresh: u32) -> Vec<Bindings> {
    let mut ways = vec![Way { pairs: vec![(one, two)], bindings: Bindings::default(), fresh }];
    let mut found: Vec<Bindings> = Vec::new();
    while let Some(mut way) = ways.pop() {
        let Some((one, two)) = way.pairs.pop() else {
            if !found.contains(&way.bindings) {
                found.push(way.bindings);
            }
            continue;
        };
        let (one, two) = (way.bindings.walk(terms, one), way.bindings.walk(terms, two));
        if one == two {
            ways.push(way);
        } else if terms.as_variable(one).is_some() {
            ways.extend(bound(terms, one, two, way));
        } else if terms.as_variable(two).is_some() {
            ways.extend(bound(terms, two, one, way));
        } else {
            paired(terms, types, one, two, way, &mut ways);
        }
    }
    found
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
fn paired(terms: &Terms, types: &Types, one: Id, two: Id, way: Way, ways: &mut Vec<Way>) {
    let (Some(Shape::Link(of, first)), Some(Shape::Link(other, second))) = (terms.shape(one), terms.shape(two)) else {
        return;
    };
    if of != other || first.len() != second.len() || (terms.is_closed(one) && terms.is_closed(two)) {
        return;
    }
    if !types.is_unordered(*of) {
        let Way { mut pairs, bindings, fresh } = way;
        pairs.extend(first.iter().copied().zip(second.iter().copied()).rev());
        ways.push(Way { pairs, bindings, fresh });
        return;
    }
    if first.len() > MOST_UNORDERED {
        return;
    }
    let mut orders = orders(first.len());
    orders.reverse();
    for order in orders {
        let mut pairs = way.pairs.clone();
        let second: Vec<Id> = order.iter().filter_map(|at| second.get(*at)).copied().collect();
        pairs.extend(first.iter().copied().zip(second).rev());
        ways.push(Way { pairs, bindings: way.bindings.clone(), fresh: way.fresh });
    }
}

/// All orders of some places, in lexical order.
fn orders(count: usize) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for _ in 0..count {
        all = all
            .into_iter()
            .flat_map(|begun: Vec<usize>| {
                let left: Vec<usize> = (0..count).filter(|at| !begun.contains(at)).collect();
                left.into_iter().map(move |at| begun.iter().copied().chain([at]).collect())
            })
            .collect();
    }
    all
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
