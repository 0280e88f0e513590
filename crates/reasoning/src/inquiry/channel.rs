//! A look at the system as a noisy channel: how much its outcome tells about what is wrong.
//!
//! The expected information of an experiment is the mutual information of what it asks about and what it shows (Lindley,
//! *Annals of Mathematical Statistics* 27, 1956): the entropy before, less the expected entropy after. With the
//! logarithmic score as utility it is the expected gain in decision utility itself (Bernardo, *Annals of Statistics* 7,
//! 1979). Beside it stands the value of information in Howard's sense (*IEEE Transactions on Systems Science and
//! Cybernetics* 2, 1966) for the decision which cause to name: how much likelier the right one becomes the named one.
//! Both are computed exactly for the joint distribution given. Sums run in the order given, so that names decide nothing.

use rustc_hash::FxHashMap;

/// The outcome of seeing nothing of what was looked for.
pub const NOTHING: u32 = 0;

/// What a look is expected to tell.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Expected {
    /// Mutual information of cause and outcome, in bits; never negative.
    pub bits: f64,
    /// By how much the probability of naming the right cause is expected to rise, 0 to 1.
    pub value: f64,
}

/// The joint distribution of what is wrong (classes) and what a look shows (outcomes).
#[derive(Debug, Default)]
pub struct Channel {
    cells: FxHashMap<(u32, u32), usize>,
    joint: Vec<(u32, u32, f64)>,
}

impl Channel {
    /// Adds probability to a class and an outcome.
    pub fn add(&mut self, class: u32, outcome: u32, probability: f64) {
        if probability <= 0.0 {
            return;
        }
        let next = self.joint.len();
        let at = *self.cells.entry((class, outcome)).or_insert(next);
        match self.joint.get_mut(at) {
            Some(cell) => cell.2 += probability,
            None => self.joint.push((class, outcome, probability)),
        }
    }

    /// What the outcome tells about the class. The joint distribution is brought to sum 1.
    pub fn expected(&self) -> Expected {
        let total: f64 = self.joint.iter().map(|cell| cell.2).sum();
        if total <= 0.0 {
            return Expected::default();
        }
        let mut classes: FxHashMap<u32, f64> = FxHashMap::default();
        let mut outcomes: FxHashMap<u32, (f64, f64)> = FxHashMap::default();
        for (class, outcome, p) in &self.joint {
            *classes.entry(*class).or_default() += p / total;
            let (sum, best) = outcomes.entry(*outcome).or_default();
            *sum += p / total;
            *best = best.max(p / total);
        }
        let of = |map: &FxHashMap<u32, f64>, key: u32| map.get(&key).copied().unwrap_or(0.0);
        let mut bits = 0.0;
        let (mut after, mut counted) = (0.0, Vec::new());
        for (class, outcome, p) in &self.joint {
            let p = p / total;
            let (sum, best) = outcomes.get(outcome).copied().unwrap_or_default();
            bits += p * (p / (of(&classes, *class) * sum)).log2();
            if !counted.contains(outcome) {
                counted.push(*outcome);
                after += best;
            }
        }
        let mut before = 0.0_f64;
        for (class, _, _) in &self.joint {
            before = before.max(of(&classes, *class));
        }
        // What rounding leaves of nothing is nothing.
        let settle = |gain: f64| if gain > 1e-9 { gain } else { 0.0 };
        Expected { bits: settle(bits), value: settle(after - before) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(cells: &[(u32, u32, f64)]) -> Expected {
        let mut channel = Channel::default();
        for (class, outcome, p) in cells {
            channel.add(*class, *outcome, *p);
        }
        channel.expected()
    }

    #[test]
    fn a_look_that_tells_two_equal_causes_apart_is_worth_one_bit() {
        let told = of(&[(0, 1, 0.5), (1, 2, 0.5)]);
        assert!((told.bits - 1.0).abs() < 1e-12 && (told.value - 0.5).abs() < 1e-12);
    }

    #[test]
    fn a_look_that_shows_the_same_whatever_is_wrong_is_worth_nothing() {
        assert_eq!(of(&[(0, 7, 0.9), (1, 7, 0.1)]), Expected::default());
        assert_eq!(of(&[]), Expected::default());
    }

    #[test]
    fn a_look_can_inform_without_changing_what_would_be_named() {
        let told = of(&[(0, 1, 0.8), (0, NOTHING, 0.1), (1, NOTHING, 0.1)]);
        assert!(told.bits > 0.1);
        assert!(told.value.abs() < 1e-12, "0.9 before, 0.8 + 0.1 after");
    }

    proptest! {
        #[test]
        fn no_look_is_worth_less_than_nothing_or_more_than_what_is_unknown(
            cells in proptest::collection::vec((0_u32..6, 0_u32..6, 0.0_f64..1.0), 1..30)
        ) {
            let total: f64 = cells.iter().map(|c| c.2).sum();
            let told = of(&cells);
            let mut classes = [0.0_f64; 6];
            for (class, _, p) in &cells {
                classes[*class as usize] += p / total.max(f64::MIN_POSITIVE);
            }
            let entropy: f64 = classes.iter().filter(|p| **p > 0.0).map(|p| -p * p.log2()).sum();
            prop_assert!(told.bits >= 0.0 && told.bits <= entropy + 1e-9);
            prop_assert!(told.value >= 0.0 && told.value <= 1.0);
        }

        #[test]
        fn numbering_classes_and_outcomes_otherwise_changes_nothing(
            cells in proptest::collection::vec((0_u32..6, 0_u32..6, 0.0_f64..1.0), 1..30),
            classes in Just([3_u32, 5, 0, 1, 4, 2]), outcomes in Just([9_u32, 2, 7, 1, 0, 5])
        ) {
            let other: Vec<_> = cells.iter().map(|(c, o, p)| (classes[*c as usize], outcomes[*o as usize], *p)).collect();
            let (one, two) = (of(&cells), of(&other));
            prop_assert!((one.bits - two.bits).abs() < 1e-12 && (one.value - two.value).abs() < 1e-12);
        }
    }
}
