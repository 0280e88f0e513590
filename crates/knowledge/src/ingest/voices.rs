//! Who says a fact: its sources, and whoever stated it by hand.
//!
//! Nobody notes it when a person states a fact, or gives it another truth value: what stands is compared with what is noted.
//! A truth value that nothing noted explains was stated, and so was a fact that has no source. It is noted then as the source
//! [`STATED`], which no ingestion takes away, and what was stated is what the fact is worth. Who states a fact without a truth
//! value leaves it to the sources what it is worth.
//!
//! What inference kept was stated by nobody: where a source says it, or said it before, the sources count, and it is no
//! conclusion any more. Only what a person had stated, and inference put more evidence to, was stated.
//!
//! What was observed of a fact (`outcomes.rs` of this crate) was stated by nobody either: a fact is worth what is said of it
//! together with that. Where nobody says it any more, it goes with what was observed of it.

use std::sync::Arc;

use oriel_atomspace::chain::EVIDENCE;
use oriel_atomspace::space::{AtomType, Frame, Handle, Space, SpaceError, Truth, Value};

use crate::chaining::{GROUNDS_KEY, GROUNDS_KEY_BEFORE, INFERRED_KEY};
use crate::observed::{Observation, observations, surest, worth};
use crate::outcomes::{Outcomes, is_near};

/// How the names of the `Predicate`s begin under which facts say where they are from; the name of the source follows.
pub const FROM_KEY: &str = "oriel:from:";
/// The source of what somebody stated who is no source: it never goes.
pub const STATED: &str = "stated";

/// How the names of keys begin that Oriel sets by itself.
const OWN_KEYS: &str = "oriel:";
/// Where the place stands in what a source says, and where when it was observed.
const PLACE: usize = 0;
const OBSERVED: usize = 1;

/// Whether a truth value is what follows from what is noted of a fact. Once the surest counted, even against what was stated.
fn explain(voices: &[Observation], truth: Truth) -> bool {
    [worth(voices), surest(voices)].into_iter().flatten().any(|known| is_near(known, truth))
}

/// Whether inference keeps something with an atom under this key.
fn keeps(space: &Space, atom: Handle, key: &str) -> bool {
    space.find_node(AtomType::PREDICATE, key).is_some_and(|key| space.value(atom, key).is_some())
}

/// What was observed of an atom. What is no note of that says nothing.
fn noted(space: &Space, atom: Handle) -> Option<Outcomes> {
    Outcomes::noted(space, atom).ok().flatten()
}

/// Whether an atom is worth what inference concluded of it, and not what follows from what is noted of it. What rests on no other
/// facts, and has neither a source nor observations, was stated.
fn is_concluded(space: &Space, atom: Handle, voices: &[Observation]) -> bool {
    if !keeps(space, atom, INFERRED_KEY) {
        return false;
    }
    let (truth, outcomes) = (space.truth(atom), noted(space, atom));
    let is_known = explain(voices, truth) || outcomes.as_ref().is_some_and(|known| is_near(known.truth(), truth));
    let rests = || [GROUNDS_KEY, GROUNDS_KEY_BEFORE].iter().any(|key| keeps(space, atom, key));
    !is_known && (!voices.is_empty() || outcomes.is_some() || rests())
}

/// Takes from an atom what inference keeps with its conclusions.
fn forget_conclusion(frame: &mut Frame, atom: Handle) {
    for name in [INFERRED_KEY, EVIDENCE, GROUNDS_KEY, GROUNDS_KEY_BEFORE] {
        if let Some(key) = frame.find_node(AtomType::PREDICATE, name) {
            frame.remove_value(atom, key);
        }
    }
}

/// Takes away what inference kept with an atom that was concluded and stated by nobody: it is worth what its sources say then,
/// and what was observed of it, and nothing where there is neither. Whether that was so.
pub(crate) fn set_conclusion_aside(frame: &mut Frame, atom: Handle) -> Result<bool, SpaceError> {
    if !is_concluded(frame, atom, &observations(frame, atom)) {
        return Ok(false);
    }
    forget_conclusion(frame, atom);
    if !settle(frame, atom)? {
        let truth = noted(frame, atom).map_or(Truth::DEFAULT, |known| known.truth());
        frame.set_truth(atom, truth)?;
    }
    Ok(true)
}

/// Notes what somebody stated of an atom of this space who is no source, where anybody did.
pub(super) fn hear(frame: &mut Frame, space: &Space, atom: Handle, now: &str) -> Result<(), SpaceError> {
    let voices = observations(frame, atom);
    if is_concluded(frame, atom, &voices) {
        forget_conclusion(frame, atom);
        return Ok(());
    }
    // What was observed of it was stated by nobody.
    let outcomes = Outcomes::standing(frame, atom).ok().flatten();
    let stands = outcomes.as_ref().map_or_else(|| frame.truth(atom), |known| known.base);
    if let Some(known) = outcomes.filter(|known| noted(frame, atom).as_ref() != Some(known)) {
        known.keep(frame, atom)?;
    }
    let was_stated = match worth(&voices) {
        // An atom without a truth value may be there only for a link that joins it.
        None => stands != Truth::DEFAULT || space.incoming(atom).next().is_none(),
        Some(_) => !explain(&voices, stands),
    };
    if was_stated {
        let key = frame.node(AtomType::PREDICATE, &format!("{FROM_KEY}{STATED}"))?;
        frame.set_value(atom, key, said("", now, (stands.strength(), stands.confidence()), 0))?;
    }
    Ok(())
}

/// Gives an atom the truth value that it is worth by what is said and what was observed of it; whether anybody says it.
pub(super) fn settle(frame: &mut Frame, atom: Handle) -> Result<bool, SpaceError> {
    let Some(mut worth) = worth(&observations(frame, atom)) else { return Ok(false) };
    if let Some(mut known) = noted(frame, atom) {
        if !is_near(worth, known.base) {
            known.base = worth;
            known.keep(frame, atom)?;
        }
        worth = known.truth();
    }
    // What was stated may say more than strength and confidence, such as a count.
    if !is_near(worth, frame.truth(atom)) {
        frame.set_truth(atom, worth)?;
    }
    Ok(true)
}

/// Leaves an atom that nobody says any more with what was observed of it, for those that join it.
pub(super) fn leave(frame: &mut Frame, atom: Handle) -> Result<(), SpaceError> {
    forget_conclusion(frame, atom);
    let mut truth = Truth::DEFAULT;
    if let Some(mut known) = noted(frame, atom) {
        known.base = truth;
        known.keep(frame, atom)?;
        truth = known.truth();
    }
    frame.set_truth(atom, truth)
}

/// Whether somebody keeps something with an atom, under a key that is not Oriel's.
pub(super) fn is_marked(space: &Space, atom: Handle) -> bool {
    let is_own = |key: Handle| space.name(key).is_some_and(|name| name.starts_with(OWN_KEYS) || name == EVIDENCE);
    space.values(atom).any(|(key, _)| !is_own(key))
}

/// What a source says of a fact.
pub(super) fn said(place: &str, observed: &str, (strength, confidence): (f32, f32), count: u64) -> Value {
    let all: Vec<Arc<str>> = vec![
        place.into(),
        observed.into(),
        strength.to_string().into(),
        confidence.to_string().into(),
        count.to_string().into(),
    ];
    Value::from(all)
}

/// How what a source says differs from what it said before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Difference {
    None,
    /// Only where, or when, it says it.
    Around,
    Content,
}

/// How two values differ.
pub(super) fn difference(before: &Value, now: &Value) -> Difference {
    let (Value::Strings(before), Value::Strings(now)) = (before, now) else { return Difference::Content };
    let is_content = |at: usize| at != PLACE && at != OBSERVED;
    let differ = (0..before.len().max(now.len())).filter(|at| before.get(*at) != now.get(*at));
    differ.fold(Difference::None, |found, at| {
        if is_content(at) || found == Difference::Content { Difference::Content } else { Difference::Around }
    })
}

/// When it was observed that a source says this.
pub(super) fn observed(value: &Value) -> Option<&str> {
    let Value::Strings(texts) = value else { return None };
    texts.get(OBSERVED).map(AsRef::as_ref)
}
