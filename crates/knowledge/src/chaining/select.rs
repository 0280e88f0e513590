//! Which rules a run goes by.

use std::sync::Arc;

use oriel_atomspace::chain::{ChainError, Formulas, PLN, Rules};
use oriel_atomspace::space::{AtomType, Frame, Handle, Space};

use super::outdated::{Outdated, outdated, set_aside};
use crate::error::Result;

/// The shipped rule bases: one for both directions, and one for going backward alone.
pub(super) const SHIPPED: [&str; 2] = ["pln", "pln-backward"];

/// What is chained over, with the rules that were read from it.
pub(super) struct Laid {
    /// What the base holds, and the shipped rules where they are used.
    pub(super) space: Frame,
    pub(super) rules: Rules,
    /// What was kept and is outdated: no fact in the space.
    pub(super) outdated: Vec<Outdated>,
}

/// The rule bases that a space has, in the order of their first rule, each with its `Member`s.
pub(super) fn rule_bases(space: &Space) -> Vec<(String, Vec<Handle>)> {
    let mut found: Vec<(String, Vec<Handle>)> = Vec::new();
    for member in space.by_type(AtomType::MEMBER) {
        let &[rule, base] = space.outgoing(member) else { continue };
        let is_rule = space.type_of(rule) == Some(AtomType::DEFINED_SCHEMA)
            && space.type_of(base) == Some(AtomType::CONCEPT)
            && space.incoming_at(rule, AtomType::DEFINE, 0).any(|define| {
                space.outgoing(define).get(1).and_then(|body| space.type_of(*body)) == Some(AtomType::BIND)
            });
        let Some(name) = space.name(base).filter(|_| is_rule) else { continue };
        match found.iter_mut().find(|(known, _)| known == name) {
            Some((_, members)) => members.push(member),
            None => found.push((name.to_owned(), vec![member])),
        }
    }
    found
}

/// Lays the shipped rules beside a space, where they are wanted and it has none of these names, and reads the wanted rule
/// bases; where none is named, those are all of the space and the shipped ones, `pln-backward` only for going backward. What was
/// kept and is outdated is set aside.
pub(super) fn lay(space: &Arc<Space>, named: &[String], (backward, is_whole): (bool, bool)) -> Result<Laid> {
    let own: Vec<String> = rule_bases(space).into_iter().map(|(name, _)| name).collect();
    let wanted: Vec<String> = if named.is_empty() {
        let shipped = SHIPPED.into_iter().map(str::to_owned).filter(|name| backward || name != "pln-backward");
        let more = own.iter().filter(|name| !SHIPPED.contains(&name.as_str()));
        shipped.chain(more.cloned()).collect()
    } else {
        named.to_vec()
    };
    let ships = wanted.iter().any(|name| SHIPPED.contains(&name.as_str()))
        && !own.iter().any(|name| SHIPPED.contains(&name.as_str()));
    let mut laid = Frame::over(Arc::clone(space));
    if ships {
        laid.load(PLN).map_err(ChainError::from)?;
    }
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    // A base that has rules under one of the shipped names need not have the other.
    let there = rule_bases(&laid);
    let wanted: Vec<&str> = if named.is_empty() {
        wanted.into_iter().filter(|name| there.iter().any(|(known, _)| known == name)).collect()
    } else {
        wanted
    };
    let rules = Rules::read(&laid, &wanted, &Formulas::pln())?;
    let outdated = outdated(space, is_whole);
    set_aside(&mut laid, &outdated)?;
    Ok(Laid { space: laid, rules, outdated })
}
