//! Clusters: groups of things that are similar.

use super::bounds::{Bounds, Effort};
use super::error::LearningError;
use super::similar::Similar;
use crate::space::Handle;
use rustc_hash::FxHashMap;

/// Things that are compared each with each, at most.
pub const MOST_GROUPED: usize = 2_000;

/// Groups things: the two groups whose members are most similar on average become one, until none are at least `least`
/// similar (average linkage; Sokal and Michener, 1958). Pairs that are not given are not similar at all. Groups stand in the
/// order of their first members, members in the order of the things; among equally similar groups the first are joined. Where it
/// is cancelled there is no answer.
pub fn clusters(
    things: &[Handle],
    similar: &[Similar],
    least: f64,
    bounds: &Bounds,
) -> Result<Vec<Vec<Handle>>, LearningError> {
    if !(least > 0.0 && least <= 1.0) {
        return Err(LearningError::Setting { field: "least", given: least, wanted: "above 0, at most 1" });
    }
    if things.len() > MOST_GROUPED {
        return Err(LearningError::TooMany { given: things.len(), most: MOST_GROUPED });
    }
    let effort = Effort::of(bounds);
    let places: FxHashMap<Handle, usize> = things.iter().enumerate().map(|(at, thing)| (*thing, at)).collect();
    let count = things.len();
    let mut sums = vec![0.0; count * count];
    for pair in similar {
        let (Some(one), Some(two)) = (places.get(&pair.one), places.get(&pair.other)) else { continue };
        for at in [one * count + two, two * count + one] {
            if let Some(sum) = sums.get_mut(at) {
                *sum = pair.truth.strength;
            }
        }
    }
    let groups = (0..count).map(|at| vec![at]).collect();
    let mut grouping = Grouping { count, sums, groups, nearest: vec![None; count] };
    for at in 0..count {
        effort.look()?;
        grouping.look(at);
    }
    while let Some((one, two)) = grouping.nearest(least) {
        effort.look()?;
        grouping.join(one, two);
    }
    let named = |group: Vec<usize>| group.into_iter().filter_map(|at| things.get(at)).copied().collect();
    Ok(grouping.groups.into_iter().filter(|group| !group.is_empty()).map(named).collect())
}

struct Grouping {
    count: usize,
    /// The similarities of all members of one group to all of another, added up.
    sums: Vec<f64>,
    /// The members of each group; none of one that was joined to another.
    groups: Vec<Vec<usize>>,
    /// Of the groups after each the first that is most similar to it, and how similar on average.
    nearest: Vec<Option<(f64, usize)>>,
}

impl Grouping {
    fn sum(&self, one: usize, two: usize) -> f64 {
        self.sums.get(one * self.count + two).copied().unwrap_or_default()
    }

    fn size(&self, at: usize) -> usize {
        self.groups.get(at).map_or(0, Vec::len)
    }

    fn mean(&self, one: usize, two: usize) -> f64 {
        self.sum(one, two) / (self.size(one) * self.size(two)) as f64
    }

    /// Looks for the group that is nearest to one.
    fn look(&mut self, one: usize) {
        let mut best: Option<(f64, usize)> = None;
        for two in (one + 1..self.count).filter(|two| self.size(*two) > 0 && self.size(one) > 0) {
            let mean = self.mean(one, two);
            if best.is_none_or(|best| mean > best.0) {
                best = Some((mean, two));
            }
        }
        if let Some(nearest) = self.nearest.get_mut(one) {
            *nearest = best;
        }
    }

    /// The two groups that are most similar, if they are similar enough.
    fn nearest(&self, least: f64) -> Option<(usize, usize)> {
        let mut best: Option<(f64, usize, usize)> = None;
        for (one, nearest) in self.nearest.iter().enumerate() {
            if let Some((mean, two)) = *nearest
                && mean >= least
                && best.is_none_or(|best| mean > best.0)
            {
                best = Some((mean, one, two));
            }
        }
        best.map(|(_, one, two)| (one, two))
    }

    fn join(&mut self, one: usize, two: usize) {
        let moved = self.groups.get_mut(two).map(std::mem::take).unwrap_or_default();
        if let Some(group) = self.groups.get_mut(one) {
            group.extend(moved);
            group.sort_unstable();
        }
        for other in 0..self.count {
            let sum = self.sum(one, other) + self.sum(two, other);
            for at in [one * self.count + other, other * self.count + one] {
                if let Some(slot) = self.sums.get_mut(at) {
                    *slot = sum;
                }
            }
        }
        self.look(one);
        self.look(two);
        // Groups after the second have neither after them.
        for other in (0..two).filter(|other| *other != one) {
            self.look_again(other, (one, two));
        }
    }

    /// Sees to it that what is nearest to a group still is, after the second of two others was joined to the first.
    fn look_again(&mut self, at: usize, (one, two): (usize, usize)) {
        let Some((mean, nearest)) = self.nearest.get(at).copied().flatten() else { return };
        if nearest == one || nearest == two {
            return self.look(at);
        }
        if at < one {
            let joined = self.mean(at, one);
            if (joined > mean || joined == mean && one < nearest)
                && let Some(known) = self.nearest.get_mut(at)
            {
                *known = Some((joined, one));
            }
        }
    }
}
