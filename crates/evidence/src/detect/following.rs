//! Which step of a visit follows which, whatever order they were read in.

use rustc_hash::FxHashMap;

use super::visits::StepId;
use crate::time::Seconds;

/// Steps at one moment whose order is looked at; of more nothing is known.
const MAX_TIES: usize = 8;

/// Which step follows which, from the begin (0) to the end (1), with how often. Of steps at the same moment none follows another: all follow
/// what was before.
pub(super) fn pairs(order: impl Iterator<Item = (Seconds, StepId)>) -> Vec<(StepId, StepId, u32)> {
    let mut found: FxHashMap<(StepId, StepId), u32> = FxHashMap::default();
    let (mut before, mut now, mut at): (Vec<StepId>, Vec<StepId>, Seconds) = (vec![0], Vec::new(), f64::NEG_INFINITY);
    let mut pass = |before: &mut Vec<StepId>, now: &mut Vec<StepId>| {
        if now.is_empty() {
            return;
        }
        now.sort_unstable();
        now.dedup();
        if before.len() <= MAX_TIES && now.len() <= MAX_TIES {
            for (from, to) in before.iter().flat_map(|from| now.iter().map(move |to| (*from, *to))) {
                *found.entry((from, to)).or_default() += 1;
            }
        }
        *before = std::mem::take(now);
    };
    for (time, step) in order {
        if time > at {
            pass(&mut before, &mut now);
            at = time;
        }
        now.push(step);
    }
    pass(&mut before, &mut now);
    pass(&mut before, &mut vec![1]);
    let mut pairs: Vec<_> = found.into_iter().map(|((from, to), count)| (from, to, count)).collect();
    pairs.sort_unstable();
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_of_one_moment_follow_what_was_before_and_not_each_other() {
        let found = pairs([(1.0, 5), (2.0, 7), (2.0, 6), (3.0, 8)].into_iter());
        assert_eq!(found, [(0, 5, 1), (5, 6, 1), (5, 7, 1), (6, 8, 1), (7, 8, 1), (8, 1, 1)]);
        assert_eq!(pairs([(2.0, 6), (2.0, 7)].into_iter()), pairs([(2.0, 7), (2.0, 6)].into_iter()));
        assert_eq!(pairs(std::iter::empty()), [(0, 1, 1)]);
    }
}
