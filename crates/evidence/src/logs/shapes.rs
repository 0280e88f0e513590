//! The distinct messages of a bundle, with what varies masked, in bounded memory and whatever their order.
//!
//! A shape is the sequence of a message's words. Shapes of one form (number of words, places in source code, exceptions, first
//! words) are kept apart up to a bound; a form with more is folded into one shape, in which the words that differ vary.
//! Where all forms together hold too much, forms become coarser and their bounds smaller, step by step ([`LADDER`]).
//!
//! Which forms are folded, and how coarse they are, follows from *how many distinct* messages there were, never from which
//! came first: a bound is passed under every order or under none. Shapes are numbered as they come; what they are grouped
//! into ([`super::template`]) is not.

use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHasher};

use super::missed::Missed;
use super::words::{self, CAUSE, WILD, is_place};

/// What makes a form, and how many shapes one keeps. Bounds never grow downwards.
const LADDER: [(Form, u32); 6] = [
    (Form { places: true, length: true, first: 2 }, 256),
    (Form { places: true, length: true, first: 2 }, 32),
    (Form { places: true, length: true, first: 1 }, 32),
    (Form { places: true, length: true, first: 0 }, 8),
    (Form { places: false, length: true, first: 0 }, 1),
    (Form { places: false, length: false, first: 0 }, 1),
];

/// What messages of one form have in common.
#[derive(Debug, Clone, Copy)]
struct Form {
    /// Places in source code and exceptions.
    places: bool,
    /// The number of words.
    length: bool,
    /// How many first words.
    first: usize,
}

/// The distinct messages.
#[derive(Debug)]
pub(super) struct Shapes {
    /// Number of a shape by the hash of its words.
    index: FxHashMap<u64, u32>,
    /// Words by number, a space between; empty where the shape was folded into another.
    texts: Vec<Box<str>>,
    /// The shape that a shape was folded into, else itself.
    folded: Vec<u32>,
    forms: FxHashMap<u64, Held>,
    /// Sum over the forms of what each holds, at most its bound.
    total: usize,
    rung: usize,
    max: usize,
    /// What names that become known later would change.
    pub(super) missed: Missed,
}

/// What a form holds.
#[derive(Debug, Default)]
struct Held {
    distinct: u32,
    shapes: Vec<u32>,
    is_folded: bool,
}

impl Shapes {
    /// At most about `max` shapes.
    pub(super) fn new(max: usize) -> Self {
        Self {
            index: FxHashMap::default(),
            texts: Vec::new(),
            folded: Vec::new(),
            forms: FxHashMap::default(),
            total: 0,
            rung: 0,
            max: max.max(1),
            missed: Missed::default(),
        }
    }

    /// The number of the message's shape, and whether the same words are known already. `cause` is the innermost exception it
    /// tells of, or empty; `names` are those that are known before.
    pub(super) fn add(&mut self, message: &str, cause: &str, names: &FxHashMap<String, u32>) -> (u32, bool) {
        let mut hasher = FxHasher::default();
        words::each(message, names, &mut self.missed, |word| word.hash(&mut hasher));
        (CAUSE, cause).hash(&mut hasher);
        let hash = hasher.finish();
        if let Some(id) = self.index.get(&hash) {
            return (*id, true);
        }
        let mut text = String::new();
        let mut push = |word: &str| {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(word);
        };
        words::each(message, names, &mut self.missed, &mut push);
        if !cause.is_empty() {
            push(CAUSE);
            push(cause);
        }
        (self.insert(hash, &text), false)
    }

    fn insert(&mut self, hash: u64, text: &str) -> u32 {
        let Some((form, bound)) = LADDER.get(self.rung) else { return 0 };
        let key = form.key(text);
        let held = self.forms.entry(key).or_default();
        if held.is_folded {
            let into = held.shapes.first().copied().unwrap_or_default();
            self.fold_into(into, text);
            return into;
        }
        let id = self.texts.len() as u32;
        self.texts.push(text.into());
        self.folded.push(id);
        self.index.insert(hash, id);
        held.shapes.push(id);
        held.distinct += 1;
        if held.distinct > *bound {
            held.distinct = *bound;
            self.fold(key);
        } else {
            self.total += 1;
        }
        while self.total > self.max && self.rung + 1 < LADDER.len() {
            self.rung += 1;
            self.rebuild();
        }
        self.resolve(id)
    }

    /// Folds the shapes of a form into their first.
    fn fold(&mut self, key: u64) {
        let Some(held) = self.forms.get_mut(&key) else { return };
        held.is_folded = true;
        let shapes = std::mem::take(&mut held.shapes);
        let Some((into, rest)) = shapes.split_first() else { return };
        held.shapes.push(*into);
        for id in rest {
            let text = self.texts.get_mut(*id as usize).map(std::mem::take).unwrap_or_default();
            self.fold_into(*into, &text);
            if let Some(slot) = self.folded.get_mut(*id as usize) {
                *slot = *into;
            }
        }
    }

    /// Makes what differs from `text` vary in the shape `into`.
    fn fold_into(&mut self, into: u32, text: &str) {
        let Some(known) = self.texts.get_mut(into as usize) else { return };
        if let Some(merged) = merged(known, text) {
            *known = merged.into();
        }
    }

    /// Puts every shape into its form on the present rung.
    fn rebuild(&mut self) {
        let Some((form, bound)) = LADDER.get(self.rung) else { return };
        let mut forms: FxHashMap<u64, Held> = FxHashMap::default();
        for old in std::mem::take(&mut self.forms).into_values() {
            // All shapes of a form have the same coarser form.
            let text = old.shapes.first().and_then(|id| self.texts.get(*id as usize));
            let held = forms.entry(form.key(text.map_or("", |text| text))).or_default();
            held.distinct = held.distinct.saturating_add(old.distinct);
            held.is_folded |= old.is_folded;
            held.shapes.extend(old.shapes);
        }
        self.total = 0;
        let mut folding = Vec::new();
        for (key, held) in &mut forms {
            if held.is_folded || held.distinct > *bound {
                folding.push(*key);
                held.distinct = *bound;
            }
            self.total += held.distinct as usize;
        }
        self.forms = forms;
        for key in folding {
            self.fold(key);
        }
    }

    /// The shape that a shape is part of by now.
    pub(super) fn resolve(&self, id: u32) -> u32 {
        let mut at = id;
        // A fold points to a shape that may have been folded since, once a rung at most.
        for _ in 0..=LADDER.len() {
            match self.folded.get(at as usize) {
                Some(into) if *into != at => at = *into,
                _ => break,
            }
        }
        at
    }

    /// How many numbers were given.
    pub(super) fn len(&self) -> usize {
        self.texts.len()
    }

    /// The shapes that were not folded into others, with their words.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &str)> {
        let live = self.folded.iter().enumerate().filter(|(at, into)| **into as usize == *at);
        live.filter_map(|(at, into)| Some((*into, self.texts.get(at)?.as_ref())))
    }
}

impl Form {
    fn key(self, text: &str) -> u64 {
        let mut hasher = FxHasher::default();
        let mut count = 0;
        let mut is_cause = false;
        for (place, word) in text.split(' ').enumerate() {
            count = place;
            if place < self.first || (self.places && (is_cause || is_place(word))) {
                (place, word).hash(&mut hasher);
            }
            is_cause = word == CAUSE;
        }
        if self.length {
            (count + 1).hash(&mut hasher);
        }
        hasher.finish()
    }
}

/// `known` with the words that `text` does not share made to vary; nothing where it says that already.
fn merged(known: &str, text: &str) -> Option<String> {
    let mut pairs = (known.split(' '), text.split(' '));
    let (mut out, mut changed) = (String::new(), false);
    loop {
        let word = match (pairs.0.next(), pairs.1.next()) {
            (None, None) => return changed.then_some(out),
            (Some(a), Some(b)) if a == b => a,
            (Some(WILD), Some(_)) => WILD,
            (Some(_), Some(_)) => {
                changed = true;
                WILD
            }
            // Of different lengths: nothing is common but that something was said.
            _ => return (known != WILD).then(|| WILD.to_owned()),
        };
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
}
