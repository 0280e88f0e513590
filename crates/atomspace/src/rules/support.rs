//! Truth values of conclusions.
//!
//! A firing supports its conclusion with `s = rule × ∏ premises × absence` and the least of the confidences: the premises
//! joined by [`pln::and`], then [`pln::modus_ponens`] with background 0. The supports of an atom are put together so:
//! of the firings of one rule the strongest counts (they lean on the same piece of knowledge), different rules are joined
//! by noisy-or, and the confidence is that of the most confident; where the atom was also observed, the observation and
//! the concluded value are revised ([`pln::revision`]).
//!
//! Conclusions are settled in the order of their dependence. Where conclusions rest on each other in a circle (slow
//! callers of slow callers …), one supports another only if it was concluded before it; the rest are marked circular, so
//! that a circle cannot talk itself into certainty.

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
    pln::modus_ponens(premise, strengths.of(&firing.rule), 0.0)
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
    for mut circle in super::circles::strongly_connected(&edges) {
        circle.sort_unstable();
        for (position, node) in circle.iter().enumerate() {
            let Some(&atom) = nodes.get(*node) else { continue };
            let later = circle.get(position..).unwrap_or_default();
            let is_later = |premise: &AtomId| index.get(premise).is_some_and(|node| later.contains(node));
            let places: SmallVec<[u32; 4]> = out.places_of(atom).into();
            for place in places {
                let Some(firing) = out.firings().get(place as usize) else { continue };
                let circular =
                    circle.len() > 1 && firing.carrying().iter().any(is_later) || firing.carrying().contains(&atom);
                let tv = of_firing(|premise| mode.tv(frame, out, premise), firing, strengths);
                if let Some(firing) = out.firings_mut().get_mut(place as usize) {
                    (firing.circular, firing.tv) = (circular, tv);
                }
            }
            let support = combined(out.of(atom).filter(|firing| !firing.circular));
            if let Some(support) = support {
                out.set_support(atom, support);
            }
            mode.put(frame, atom, support);
        }
    }
}

impl Settle<'_> {
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
