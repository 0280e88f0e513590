//! Similar cases: those of which the same is said.

use super::error::LearningError;
use super::features::Cases;
use crate::TruthValue;
use crate::space::{AtomType, Handle, Space, Truth};
use rustc_hash::FxHashMap;

/// Two cases of which much the same is said.
#[derive(Clone, Debug, PartialEq)]
pub struct Similar {
    /// One of them, the earlier case.
    pub one: Handle,
    /// The other.
    pub other: Handle,
    /// How similar they are, and how much was compared.
    pub truth: TruthValue,
    /// The features that both have.
    pub shared: usize,
}

impl Cases {
    /// The pairs of cases that share any feature and are at least `least` similar, from 0 to 1, the most similar first.
    ///
    /// The similarity is the weight of the features that both have over that of those that either has (Jaccard, 1901),
    /// where a feature weighs the logarithm of all cases over those that have it (Spärck Jones, 1972): what everything
    /// has weighs nothing. The confidence is `n / (n + lookahead)` for `n` features that either has.
    pub fn similar(&self, least: f64, lookahead: f64) -> Result<Vec<Similar>, LearningError> {
        if !(0.0..=1.0).contains(&least) {
            return Err(LearningError::Setting { field: "least", given: least, wanted: "from 0 to 1" });
        }
        if !(lookahead > 0.0 && lookahead.is_finite()) {
            let (given, wanted) = (lookahead, "above 0, and finite");
            return Err(LearningError::Setting { field: "lookahead", given, wanted });
        }
        let cases = self.cases.len();
        let mut whole = vec![(0.0, 0_usize); cases];
        let mut shared: FxHashMap<(usize, usize), (f64, usize)> = FxHashMap::default();
        for feature in &self.features {
            let has: Vec<usize> = feature.has.iter().collect();
            let weight = (cases as f64 / has.len().max(1) as f64).ln();
            for (at, one) in has.iter().enumerate() {
                if let Some(sum) = whole.get_mut(*one) {
                    *sum = (sum.0 + weight, sum.1 + 1);
                }
                // What all have weighs nothing, and joins nothing.
                for two in has.iter().skip(at + 1).filter(|_| weight > 0.0) {
                    let sum = shared.entry((*one, *two)).or_default();
                    *sum = (sum.0 + weight, sum.1 + 1);
                }
            }
        }
        let of = |at: usize| whole.get(at).copied().unwrap_or_default();
        let mut pairs: Vec<((usize, usize), (f64, usize))> = shared.into_iter().collect();
        pairs.sort_unstable_by_key(|(pair, _)| *pair);
        let mut found = Vec::new();
        for ((one, two), (both, count)) in pairs {
            let (first, second) = (of(one), of(two));
            let either = first.0 + second.0 - both;
            let strength = if either > 0.0 { (both / either).min(1.0) } else { 0.0 };
            let compared = (first.1 + second.1 - count) as f64;
            if let (Some(one), Some(other)) = (self.cases.get(one), self.cases.get(two))
                && strength >= least
            {
                let truth = TruthValue::new(strength, compared / (compared + lookahead));
                found.push(Similar { one: *one, other: *other, truth, shared: count });
            }
        }
        found.sort_by(|one, two| two.truth.strength.total_cmp(&one.truth.strength));
        Ok(found)
    }
}

impl Similar {
    /// Writes a `Similarity` with its truth value.
    pub fn write(&self, space: &mut Space) -> Result<Handle, LearningError> {
        let link = space.link(AtomType::SIMILARITY, &[self.one, self.other])?;
        space.set_truth(link, Truth::simple(self.truth.strength as f32, self.truth.confidence as f32))?;
        Ok(link)
    }
}
