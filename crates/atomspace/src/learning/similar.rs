//! Similar cases: those of which the same is said.

use super::bounds::{Bounds, Effort};
use super::error::LearningError;
use super::features::Cases;
use crate::TruthValue;
use crate::query::Term;
use crate::space::{AtomType, Handle, Space, Truth};
use rustc_hash::{FxHashMap, FxHashSet};

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

/// A case that is like another, and by what.
#[derive(Clone, Debug, PartialEq)]
pub struct Like {
    /// The other case.
    pub other: Handle,
    /// How similar the two are, and how much was compared.
    pub truth: TruthValue,
    /// The features that both have.
    pub shared: usize,
    /// The features that either has.
    pub compared: usize,
    /// Those that both have, the heaviest first, each with its weight.
    by: Vec<(usize, f64)>,
}

/// What is like a case.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Alike {
    /// How many cases are.
    pub found: usize,
    /// The first of them, the most similar first.
    pub first: Vec<Like>,
}

/// What is compared of a case: the weight of features, and how many they are.
type Weighed = (f64, usize);

impl Cases {
    /// The pairs of cases that share any feature and are at least `least` similar, from 0 to 1, the most similar first. Where a
    /// bound is met there is no answer: pairs would lack what they share.
    ///
    /// The similarity is the weight of the features that both have over that of those that either has (Jaccard, 1901),
    /// where a feature weighs the logarithm of all cases over those that have it (Spärck Jones, 1972): what everything
    /// has weighs nothing. The confidence is `n / (n + lookahead)` for `n` features that either has.
    pub fn similar(&self, least: f64, lookahead: f64, bounds: &Bounds) -> Result<Vec<Similar>, LearningError> {
        checked(least, lookahead)?;
        let mut effort = Effort::of(bounds);
        let whole = self.weighed();
        let mut shared: FxHashMap<(usize, usize), Weighed> = FxHashMap::default();
        // What all have weighs nothing, and joins nothing.
        for at in (0..self.features.len()).filter(|at| self.weight(*at) > 0.0) {
            let (weight, has): (f64, Vec<usize>) = (self.weight(at), self.has(at).iter().collect());
            for (from, one) in has.iter().enumerate() {
                for two in has.iter().skip(from + 1) {
                    effort.step()?;
                    let sum = shared.entry((*one, *two)).or_default();
                    if sum.1 == 0 {
                        // Beside the pair, half as much again for the room that the table keeps.
                        effort.hold(size_of::<((usize, usize), Weighed)>() * 3 / 2)?;
                    }
                    *sum = (sum.0 + weight, sum.1 + 1);
                }
            }
        }
        let of = |at: usize| whole.get(at).copied().unwrap_or_default();
        let mut pairs: Vec<((usize, usize), Weighed)> = shared.into_iter().collect();
        pairs.sort_unstable_by_key(|(pair, _)| *pair);
        let mut found = Vec::new();
        for ((one, two), both) in pairs {
            let (truth, _) = compared(of(one), of(two), both, lookahead);
            if let (Some(one), Some(other)) = (self.all.get(one), self.all.get(two))
                && truth.strength >= least
            {
                found.push(Similar { one: *one, other: *other, truth, shared: both.1 });
            }
        }
        found.sort_by(|one, two| two.truth.strength.total_cmp(&one.truth.strength));
        Ok(found)
    }

    /// The cases that share any feature with one of them and are at least `least` similar to it, as [`Cases::similar`] says,
    /// and the first `most` of them.
    pub fn like(&self, one: Handle, (least, lookahead): (f64, f64), most: usize) -> Result<Alike, LearningError> {
        checked(least, lookahead)?;
        let place = self.all.iter().position(|case| *case == one).ok_or(LearningError::NoAtom(one))?;
        let own = |at: &usize| self.has(*at).contains(place);
        let mut own: Vec<(usize, f64)> =
            (0..self.features.len()).filter(own).map(|at| (at, self.weight(at))).filter(|own| own.1 > 0.0).collect();
        own.sort_by(|one, two| two.1.total_cmp(&one.1));
        let mut shared: Vec<Weighed> = vec![(0.0, 0); self.all.len()];
        for (at, weight) in &own {
            for other in self.has(*at).iter() {
                if let Some(sum) = shared.get_mut(other) {
                    *sum = (sum.0 + weight, sum.1 + 1);
                }
            }
        }
        let whole = self.weighed();
        let of = |at: usize| whole.get(at).copied().unwrap_or_default();
        let others = shared.into_iter().enumerate().filter(|(at, both)| *at != place && both.1 > 0);
        let compared = others.map(|(at, both)| (at, both.1, compared(of(place), of(at), both, lookahead)));
        let mut found: Vec<(usize, usize, (TruthValue, usize))> =
            compared.filter(|(_, _, (truth, _))| truth.strength >= least).collect();
        found.sort_by(|one, two| two.2.0.strength.total_cmp(&one.2.0.strength));
        let all = found.len();
        found.truncate(most);
        let told = found.into_iter().filter_map(|(at, shared, (truth, compared))| {
            let by = own.iter().copied().filter(|(feature, _)| self.has(*feature).contains(at)).collect();
            Some(Like { other: *self.all.get(at)?, truth, shared, compared, by })
        });
        Ok(Alike { found: all, first: told.collect() })
    }

    /// What two cases that are alike share: the clauses of each feature with its weight, the heaviest first.
    pub fn shared<'a>(&'a self, like: &'a Like) -> impl Iterator<Item = (&'a [Term], f64)> {
        like.by.iter().filter_map(|(at, weight)| Some((self.features.get(*at)?.clauses.as_slice(), *weight)))
    }

    /// What all of some cases have and not every case has: the clauses of each feature with its weight, the heaviest first.
    pub fn common(&self, cases: &[Handle]) -> Vec<(&[Term], f64)> {
        let wanted: FxHashSet<Handle> = cases.iter().copied().collect();
        let places = self.all.iter().enumerate().filter(|(_, case)| wanted.contains(case));
        let places: Vec<usize> = places.map(|(at, _)| at).collect();
        let all_have = |at: &usize| {
            let has = self.has(*at);
            self.weight(*at) > 0.0 && places.iter().all(|place| has.contains(*place))
        };
        let had = (0..self.features.len()).filter(all_have);
        let mut found: Vec<(&[Term], f64)> =
            had.filter_map(|at| Some((self.features.get(at)?.clauses.as_slice(), self.weight(at)))).collect();
        found.sort_by(|one, two| two.1.total_cmp(&one.1));
        found
    }

    /// How much a feature weighs: nothing, where all cases have it or none.
    fn weight(&self, at: usize) -> f64 {
        let has = self.has(at).len();
        if has == 0 { 0.0 } else { (self.all.len() as f64 / has as f64).ln() }
    }

    /// The weight of all features of each case.
    fn weighed(&self) -> Vec<Weighed> {
        let mut whole: Vec<Weighed> = vec![(0.0, 0); self.all.len()];
        for at in 0..self.features.len() {
            let weight = self.weight(at);
            for case in self.has(at).iter() {
                if let Some(sum) = whole.get_mut(case) {
                    *sum = (sum.0 + weight, sum.1 + 1);
                }
            }
        }
        whole
    }
}

fn checked(least: f64, lookahead: f64) -> Result<(), LearningError> {
    if !(0.0..=1.0).contains(&least) {
        return Err(LearningError::Setting { field: "least", given: least, wanted: "from 0 to 1" });
    }
    if !(lookahead > 0.0 && lookahead.is_finite()) {
        let (given, wanted) = (lookahead, "above 0, and finite");
        return Err(LearningError::Setting { field: "lookahead", given, wanted });
    }
    Ok(())
}

/// How similar two cases are by what each has and both have, and how many features either has.
fn compared(one: Weighed, two: Weighed, both: Weighed, lookahead: f64) -> (TruthValue, usize) {
    let either = one.0 + two.0 - both.0;
    let strength = if either > 0.0 { (both.0 / either).min(1.0) } else { 0.0 };
    let compared = (one.1 + two.1).saturating_sub(both.1);
    (TruthValue::new(strength, compared as f64 / (compared as f64 + lookahead)), compared)
}

impl Similar {
    /// Writes a `Similarity` with its truth value.
    pub fn write(&self, space: &mut Space) -> Result<Handle, LearningError> {
        let link = space.link(AtomType::SIMILARITY, &[self.one, self.other])?;
        space.set_truth(link, Truth::simple(self.truth.strength as f32, self.truth.confidence as f32))?;
        Ok(link)
    }
}
