//! What was kept by inference and is older than what it was concluded from.
//!
//! A kept conclusion states, under the key [`GROUNDS_KEY`], the facts that it was concluded from, each with its truth value then.
//! Where one of them has another now, or is gone, or is such a conclusion itself, what was kept is outdated: it stays in the base,
//! and no conclusion rests on it.

use std::sync::Arc;

use oriel_atomspace::space::{AtomType, Frame, Handle, Space, Truth, Value};
use rustc_hash::FxHashSet;

use crate::change::counterpart;
use crate::error::Result;

/// The name of the `Predicate` under which a kept conclusion states what it was concluded from: texts, of each fact and then of
/// the truth value that it had.
pub const GROUNDS_KEY: &str = "oriel:grounds";

/// The name that this key had: what was kept under it is read, and goes with the next conclusion of its atom.
pub const GROUNDS_KEY_BEFORE: &str = "oriel:from";

/// The keys under which kept conclusions of a space state what they were concluded from: of the two names, those that it has.
pub(super) fn keys(space: &Space) -> Vec<Handle> {
    [GROUNDS_KEY, GROUNDS_KEY_BEFORE].iter().filter_map(|name| space.find_node(AtomType::PREDICATE, name)).collect()
}

/// What a kept conclusion states that it was concluded from.
pub(super) fn grounds<'a>(space: &'a Space, atom: Handle, keys: &[Handle]) -> Option<&'a Value> {
    keys.iter().find_map(|key| space.value(atom, *key))
}

/// A kept conclusion that is older than what it was concluded from.
pub(super) struct Outdated {
    /// The conclusion, as it was kept.
    pub(super) atom: Handle,
    /// What became of a fact that it was concluded from, in words.
    pub(super) why: String,
}

/// A fact with its truth value, as it is stated under [`GROUNDS_KEY`].
pub(super) fn stated(space: &Space, fact: Handle) -> [Arc<str>; 2] {
    [space.show_bare(fact).into(), truth(space, fact).into()]
}

fn truth(space: &Space, fact: Handle) -> String {
    match space.truth(fact) {
        Truth::Indefinite { low, high, credibility, lookahead } => {
            format!("(itv {low} {high} {credibility} {lookahead})")
        }
        other => format!("(stv {} {})", other.strength(), other.confidence()),
    }
}

/// What was kept and is outdated. Of a part of a base, what it leaves out is not known to have changed.
pub(super) fn outdated(space: &Space, is_whole: bool) -> Vec<Outdated> {
    let keys = keys(space);
    if keys.is_empty() {
        return Vec::new();
    }
    let mut kept: Vec<Kept> = space.handles().filter_map(|atom| Kept::of(space, atom, &keys)).collect();
    let mut found: Vec<Outdated> = Vec::new();
    let mut known: FxHashSet<Handle> = FxHashSet::default();
    loop {
        let before = found.len();
        kept.retain(|one| {
            let why = one.facts.iter().find_map(|fact| fact.changed(space, &known, is_whole));
            if let Some(why) = why {
                found.push(Outdated { atom: one.atom, why });
                return false;
            }
            true
        });
        known.extend(found.iter().skip(before).map(|one| one.atom));
        if found.len() == before {
            return found;
        }
    }
}

/// Lets nothing rest on what is outdated.
pub(super) fn set_aside(frame: &mut Frame, outdated: &[Outdated]) -> Result<()> {
    for one in outdated {
        frame.set_truth(one.atom, Truth::DEFAULT)?;
    }
    Ok(())
}

struct Kept {
    atom: Handle,
    facts: Vec<Fact>,
}

struct Fact {
    text: Arc<str>,
    truth: Arc<str>,
    atom: Option<Handle>,
}

impl Kept {
    fn of(space: &Space, atom: Handle, keys: &[Handle]) -> Option<Self> {
        let Some(Value::Strings(stated)) = grounds(space, atom, keys) else { return None };
        let fact = |pair: &[Arc<str>]| {
            let [text, truth] = pair else { return None };
            let mut apart = Space::with_types(space.types());
            let last = apart.load(text).ok()?.last?;
            let atom = counterpart(&apart, last, space);
            Some(Fact { text: Arc::clone(text), truth: Arc::clone(truth), atom })
        };
        Some(Self { atom, facts: stated.chunks(2).filter_map(fact).collect() })
    }
}

impl Fact {
    fn changed(&self, space: &Space, outdated: &FxHashSet<Handle>, is_whole: bool) -> Option<String> {
        let Self { text, truth: then, atom } = self;
        let gone = || is_whole.then(|| format!("{text} {then} is gone"));
        let Some(atom) = atom else { return gone() };
        if outdated.contains(atom) {
            return Some(format!("{text} is outdated itself"));
        }
        let now = truth(space, *atom);
        (now != **then).then(|| format!("{text} was {then} and is {now}"))
    }
}
