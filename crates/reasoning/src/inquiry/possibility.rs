//! What could still be wrong, given a frame and the views taken: rules that hold in part, weighed.
//!
//! A rule of a cause is laid over the facts ([`super::laying`]): as many premises as can be are matched, the rest is open
//! (some view would show it) or refuted (the views were taken and it is not there). Each way of laying it is a possibility
//! with a weight ([`super::weighing`]). Nothing here knows what a verdict says.

use super::laying::Laying;
use super::outlook::{Clue, Known, Outlook};
use super::sight::{Covered, View};
use super::weighing::{Foreseen, MISSED};
use oriel_atomspace::rules::Derivations;
use oriel_atomspace::{AtomId, Frame, Term};
use rustc_hash::FxHashMap;

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

impl Possibility {
    fn new(class: usize, weight: f64, share: f64) -> Self {
        Self {
            class,
            weight,
            share,
            shown: 1.0 - MISSED,
            whole: true,
            open: Vec::new(),
            waiting: Vec::new(),
            circumstances: Vec::new(),
            against: Vec::new(),
        }
    }
}

/// Lays all rules over a frame.
pub(super) fn possibilities(
    outlook: &Outlook,
    frame: &Frame,
    derivations: &Derivations,
    covered: &Covered,
    prior: &[f64],
) -> Possibilities {
    let mut laying = Laying::new(outlook, frame, covered);
    let mut found = Possibilities::default();
    let mut numbers: FxHashMap<Class, usize> = FxHashMap::default();
    let mut effects: FxHashMap<Class, Vec<Foreseen<'_>>> = FxHashMap::default();
    for (cause, known) in outlook.causes.iter().enumerate() {
        let prior = prior.get(cause).copied().unwrap_or(0.0);
        for clue in &known.clues {
            let placed = laying.possible(clue);
            let each = prior * clue.share / placed.len().max(1) as f64;
            for (bound, matched, entity) in placed {
                let class = Class { cause, entity };
                let next = found.classes.len();
                let number = *numbers.entry(class).or_insert(next);
                if number == next {
                    found.classes.push(class);
                }
                let mut possibility = Possibility::new(number, each, clue.share);
                let premises = laying.weigh(clue, &bound, &matched, &mut possibility);
                settle(&mut possibility, concludes(frame, derivations, entity, known, clue));
                let foreseen = effects.entry(class).or_insert_with(|| laying.effects(known, entity));
                laying.foreseen(foreseen, premises, &mut possibility);
                found.all.push(possibility);
            }
        }
    }
    found.signs = laying.signs;
    found
}

/// Whether a rule has concluded its cause at a place.
fn concludes(frame: &Frame, derivations: &Derivations, entity: Option<AtomId>, known: &Known, clue: &Clue) -> bool {
    let entity = entity.and_then(|entity| frame.term(entity));
    let fact = entity.and_then(|entity| frame.find_fact("cause", &[entity, Term::Entity(&known.name)]));
    fact.is_some_and(|fact| derivations.of(fact).any(|firing| firing.rule.name == clue.rule))
}

/// What its premises make of a possibility.
fn settle(possibility: &mut Possibility, concluded: bool) {
    if possibility.whole && !concluded {
        // All is there, and the rule has not concluded it: a guard or a number speaks against it.
        possibility.weight *= MISSED;
        possibility.whole = false;
    }
    possibility.waiting.clone_from(&possibility.open);
    possibility.waiting.extend(&possibility.circumstances);
    if !possibility.open.is_empty() {
        possibility.circumstances.clear();
    }
}
