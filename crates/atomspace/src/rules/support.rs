//! Truth values of conclusions.
//!
//! A firing supports its conclusion with `s = rule × ∏ premises × absence` and the least of the confidences: the premises
//! joined by [`pln::and`], then [`pln::support`] through the rule. The supports of an atom are put together so:
//! of the firings of one rule the strongest counts (they lean on the same piece of knowledge), different rules are joined
//! by noisy-or, and the confidence is that of the most confident; where the atom was also observed, the observation and
//! the concluded value are revised ([`pln::revision`]).
//!
//! Conclusions are settled in the order of their dependence. Where conclusions rest on each other in a circle (slow
//! callers of slow callers …), one supports another only if it comes before it: what was observed (or is assumed) first, then
//! what was concluded first. The rest are marked circular, so that a circle cannot talk itself into certainty.

use super::derivations::{Derivations, Firing, Strengths};
use crate::atom::AtomId;
use crate::{Frame, TruthValue, pln};
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

/// Whose truth values premises have, and who gets those of conclusions.
#[derive(Clone, Copy)]
pub(crate) enum Settle<'s> {
    /// Conclusions from what was observed: the frame's.
    Conclusions,
    /// What an assumption would bring about: the run's own, over the frame's. Of the frame's facts only these new ones
    /// change.
    Predictions { assumed: &'s [AtomId], fresh: &'s FxHashSet<AtomId> },
}

/// The support that a firing gives its conclusion, with the truth values that its premises have now.
pub(crate) fn of_firing(tv: impl Fn(AtomId) -> TruthValue, firing: &Firing, strengths: &Strengths) -> TruthValue {
    let premises: SmallVec<[TruthValue; 8]> = firing.carrying().iter().map(|id| tv(*id)).collect();
    let mut premise = pln::and(&premises);
    premise.strength *= firing.absence;
    pln::support(premise, strengths.of(&firing.rule))
}

/// Gives the conclusions of the firings from `first` on their truth values.
pub(crate) fn settle(frame: &mut Frame, out: &mut Derivations, first: usize, strengths: &Strengths, mode: Settle<'_>) {
    let firings = out.firings().get(first..).unwrap_or_default();
    let mut nodes: Vec<AtomId> = Vec::new();
    let mut index: FxHashMap<AtomId, usize> = FxHashMap::default();
    for firing in firings {
        index.entry(firing.conclusion).or_insert_with(|| {
            nodes.push(firing.conclusion);
            nodes.len() - 1
        });
    }
    let edges: Vec<Vec<usize>> = nodes
        .iter()
        .map(|node| {
            out.of(*node).flat_map(Firing::carrying).filter_map(|premise| index.get(premise).copied()).collect()
        })
        .collect();
    let circles = super::circles::strongly_connected(&edges);
    let mut circle_of = vec![0; nodes.len()];
    for (number, circle) in circles.iter().enumerate() {
        for node in circle {
            if let Some(place) = circle_of.get_mut(*node) {
                *place = number;
            }
        }
    }
    // Within a circle, what is given comes first, then what was concluded first.
    let order: Vec<(bool, usize)> =
        nodes.iter().zip(0..).map(|(atom, node)| (!mode.is_given(frame, *atom), node)).collect();
    for mut circle in circles {
        circle.sort_unstable_by_key(|node| order.get(*node));
        for node in &circle {
            let Some(&atom) = nodes.get(*node) else { continue };
            let is_later = |premise: &AtomId| {
                index.get(premise).is_some_and(|other| {
                    circle_of.get(*other) == circle_of.get(*node) && order.get(*other) >= order.get(*node)
                })
            };
            for place in SmallVec::<[u32; 4]>::from(out.places_of(atom)) {
                if let Some(firing) = out.firings_mut().get_mut(place as usize) {
                    firing.circular = firing.carrying().iter().any(is_later);
                }
            }
            weigh(frame, out, atom, strengths, mode);
            let support = combined(out.of(atom).filter(|firing| !firing.circular));
            if let Some(support) = support {
                out.set_support(atom, support);
            }
            mode.put(frame, atom, support);
        }
        // Circular firings rest on what came after them.
        for atom in circle.iter().filter_map(|node| nodes.get(*node)) {
            weigh(frame, out, *atom, strengths, mode);
        }
    }
}

/// Gives the firings of an atom their truth values.
fn weigh(frame: &Frame, out: &mut Derivations, atom: AtomId, strengths: &Strengths, mode: Settle<'_>) {
    for place in SmallVec::<[u32; 4]>::from(out.places_of(atom)) {
        let Some(firing) = out.firings().get(place as usize) else { continue };
        let tv = of_firing(|premise| mode.tv(frame, out, premise), firing, strengths);
        if let Some(firing) = out.firings_mut().get_mut(place as usize) {
            firing.tv = tv;
        }
    }
}

impl Settle<'_> {
    /// Whether an atom holds on other grounds than the firings: it was observed, or is assumed.
    fn is_given(self, frame: &Frame, atom: AtomId) -> bool {
        match self {
            Self::Conclusions => frame.observed(atom).is_some(),
            Self::Predictions { assumed, .. } => assumed.contains(&atom),
        }
    }

    fn tv(self, frame: &Frame, out: &Derivations, atom: AtomId) -> TruthValue {
        match self {
            Self::Predictions { assumed, .. } if !assumed.contains(&atom) => {
                out.support(atom).unwrap_or_else(|| frame.tv(atom))
            }
            _ => frame.tv(atom),
        }
    }

    fn put(self, frame: &mut Frame, atom: AtomId, support: Option<TruthValue>) {
        match (self, frame.observed(atom), support) {
            (Self::Predictions { fresh, .. }, ..) if !fresh.contains(&atom) => {}
            (_, Some(observed), Some(support)) => frame.set_tv(atom, pln::revision(observed, support)),
            (_, Some(observed), None) => frame.set_tv(atom, observed),
            (_, None, support) => frame.set_tv(atom, support.unwrap_or(TruthValue::UNKNOWN)),
        }
    }
}

/// The supports of one atom, put together.
fn combined<'f>(firings: impl Iterator<Item = &'f Firing>) -> Option<TruthValue> {
    let mut of_rules: SmallVec<[(&str, TruthValue); 4]> = SmallVec::new();
    for firing in firings {
        let name = firing.rule.name.as_str();
        match of_rules.iter_mut().find(|(known, _)| *known == name) {
            Some((_, best)) if best.strength < firing.tv.strength => *best = firing.tv,
            Some(_) => {}
            None => of_rules.push((name, firing.tv)),
        }
    }
    let supports: SmallVec<[TruthValue; 4]> = of_rules.iter().map(|(_, tv)| *tv).collect();
    let confidence = supports.iter().map(|tv| tv.confidence).reduce(f64::max)?;
    Some(TruthValue::new(pln::or(&supports).strength, confidence))
}
