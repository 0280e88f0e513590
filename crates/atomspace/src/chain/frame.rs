//! A rule that is being applied: some of its premises are known, the others still patterns.

use super::facts::Candidate;
use super::rule::{Argument, Check, Rule};
use super::terms::{Id, Shape, Terms};
use super::unify::{Bindings, Renumbering, filled};
use crate::space::Types;
use rustc_hash::FxHashSet;
use smallvec::SmallVec;

/// A rule with what its variables stand for so far.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) rule: u32,
    pub(super) conclusion: Id,
    pub(super) premises: SmallVec<[Id; 4]>,
    /// What each premise is met by.
    pub(super) chosen: SmallVec<[Option<Candidate>; 4]>,
    pub(super) checks: Vec<Check>,
    /// What the formula reads beside the premises.
    pub(super) background: SmallVec<[Id; 3]>,
    /// Variables that have no value yet are numbered below this.
    pub(super) variables: u32,
    /// The confidence that the conclusion has at most, times how much its rule is preferred.
    pub(super) confidence: f64,
    /// The longest proof of a premise.
    pub(super) length: u32,
}

impl Frame {
    /// A rule of which nothing is known.
    pub(super) fn of(at: u32, rule: &Rule) -> Self {
        let background = rule.arguments.iter().filter_map(|argument| match argument {
            Argument::Background(id) => Some(*id),
            Argument::Premise(_) => None,
        });
        Self {
            rule: at,
            conclusion: rule.conclusion,
            premises: rule.premises.iter().map(|premise| premise.pattern).collect(),
            chosen: SmallVec::from_elem(None, rule.premises.len()),
            checks: rule.checks.clone(),
            background: background.collect(),
            variables: rule.variables,
            confidence: rule.weight,
            length: 0,
        }
    }

    /// The frame with values for some variables; `None` where it cannot lead anywhere any more.
    pub(super) fn with(&self, bindings: &Bindings, terms: &mut Terms, types: &Types) -> Option<Self> {
        let mut numbers = Renumbering::default();
        let mut fill = |id: Id| {
            let full = filled(terms, types, id, bindings)?;
            numbers.apply(terms, types, full)
        };
        let mut next = self.clone();
        next.conclusion = fill(self.conclusion)?;
        for premise in &mut next.premises {
            *premise = fill(*premise)?;
        }
        for read in &mut next.background {
            *read = fill(*read)?;
        }
        for check in &mut next.checks {
            *check = match check {
                Check::Same(one, two) => Check::Same(fill(*one)?, fill(*two)?),
                Check::Different(one, two) => Check::Different(fill(*one)?, fill(*two)?),
                Check::Greater(one, two) => Check::Greater(fill(*one)?, fill(*two)?),
                Check::Absent(pattern) => Check::Absent(fill(*pattern)?),
            };
        }
        next.variables = numbers.len();
        // What follows from itself alone says nothing new.
        (!next.premises.contains(&next.conclusion) && next.may_pass(terms)).then_some(next)
    }

    /// Bytes that it takes beside its fixed part.
    pub(super) fn bytes(&self) -> usize {
        size_of_val::<[Check]>(&self.checks)
    }

    fn may_pass(&self, terms: &Terms) -> bool {
        self.checks.iter().all(|check| match check {
            Check::Different(one, two) => one != two,
            Check::Same(one, two) => one == two || !terms.is_closed(*one) || !terms.is_closed(*two),
            Check::Greater(..) | Check::Absent(_) => true,
        })
    }

    /// The variables of a premise that anything but the conclusion still asks about.
    pub(super) fn joins(&self, place: usize, terms: &Terms) -> Vec<Id> {
        let others = self.premises.iter().enumerate().filter(|(at, _)| *at != place).map(|(_, premise)| *premise);
        let checked = self.checks.iter().flat_map(|check| match check {
            Check::Same(one, two) | Check::Different(one, two) | Check::Greater(one, two) => [*one, *two],
            Check::Absent(pattern) => [*pattern; 2],
        });
        let asked = variables(terms, others.chain(checked).chain(self.background.iter().copied()));
        let own = variables(terms, self.premises.get(place).copied().into_iter());
        let mut joins: Vec<Id> = own.intersection(&asked).copied().collect();
        joins.sort_unstable();
        joins
    }

    /// The premise to be met next: one of which something is known rather than others, a mere variable last, and otherwise in
    /// the order in which they are written.
    pub(super) fn next(&self, rule: &Rule, terms: &Terms) -> Option<usize> {
        let open = self.premises.iter().zip(&self.chosen).zip(&rule.premises).enumerate();
        let open = open.filter(|(_, ((_, chosen), _))| chosen.is_none());
        let rank = |premise: Id, written: Id| {
            if terms.as_variable(premise).is_some() {
                2
            } else {
                u8::from(!terms.is_closed(premise) && distinct(terms, premise) >= distinct(terms, written))
            }
        };
        open.min_by_key(|(at, ((premise, _), written))| (rank(**premise, written.pattern), *at)).map(|(at, _)| at)
    }
}

/// The variables in some terms.
fn variables(terms: &Terms, all: impl Iterator<Item = Id>) -> FxHashSet<Id> {
    let mut found = FxHashSet::default();
    for id in all {
        terms.each(id, &mut |part, shape| {
            if matches!(shape, Shape::Variable(..)) {
                found.insert(part);
            }
        });
    }
    found
}

/// How many variables stand in a term.
fn distinct(terms: &Terms, id: Id) -> usize {
    variables(terms, [id].into_iter()).len()
}
