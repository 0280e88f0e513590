//! Strata: which rules must be done before a `not` or an aggregate may look.
//!
//! A relation that stands inside a `not` or an aggregate must be complete before; relations that a rule concludes
//! together lie in one stratum. Where a relation depends on its own absence there is no such order, and the rules say so.

use super::form::{Form, Premise, Rule};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The stratum of each rule, in the order of the rules; or the rule whose relation depends on its own absence.
pub(crate) fn strata(rules: &[Arc<Rule>]) -> Result<Vec<usize>, usize> {
    let mut relations: FxHashMap<&str, usize> = FxHashMap::default();
    for conclusion in rules.iter().flat_map(|rule| &rule.conclusions) {
        let next = relations.len();
        relations.entry(&conclusion.pattern.predicate).or_insert(next);
    }
    let mut level = vec![0_usize; relations.len()];
    let mut of_rule = vec![0_usize; rules.len()];
    // Levels only rise, and a chain of negations cannot be longer than there are relations.
    for _ in 0..=relations.len() {
        let mut changed = None;
        for (index, rule) in rules.iter().enumerate() {
            let level_of = |relation: &str| relations.get(relation).and_then(|relation| level.get(*relation)).copied();
            let mut needed = 0;
            for premise in &rule.premises {
                for (relation, absent) in dependencies(premise) {
                    needed = needed.max(level_of(relation).map_or(0, |level| level + usize::from(absent)));
                }
            }
            let heads =
                rule.conclusions.iter().filter_map(|conclusion| relations.get(conclusion.pattern.predicate.as_str()));
            let heads: Vec<usize> = heads.copied().collect();
            let highest = heads.iter().filter_map(|head| level.get(*head)).copied().max().unwrap_or(0).max(needed);
            for head in heads {
                if let Some(place) = level.get_mut(head).filter(|place| **place != highest) {
                    *place = highest;
                    changed = Some(index);
                }
            }
            if let Some(place) = of_rule.get_mut(index) {
                *place = highest;
            }
        }
        match changed {
            None => return Ok(of_rule),
            Some(index) if level.iter().any(|level| *level > relations.len()) => return Err(index),
            Some(_) => {}
        }
    }
    Err(of_rule.iter().enumerate().max_by_key(|(_, level)| **level).map_or(0, |(index, _)| index))
}

/// The relations that a premise asks for, and whether it must know all of them.
pub(crate) fn dependencies(premise: &Premise) -> Vec<(&str, bool)> {
    match &premise.form {
        Form::Match(pattern) => vec![(&pattern.predicate, false)],
        Form::Not(body) => inner(body),
        Form::Aggregate(aggregate) => inner(&aggregate.body),
        Form::Guard(_) | Form::Bind(..) => Vec::new(),
    }
}

fn inner(body: &[Premise]) -> Vec<(&str, bool)> {
    body.iter().flat_map(dependencies).map(|(relation, _)| (relation, true)).collect()
}
