//! Robust statistics: quantiles, spreads, likelihood ratios of rates. All skip what is not finite.

/// The quantile `q` of `values` by linear interpolation, after sorting them in place; nothing for no values.
pub fn quantile(values: &mut [f64], q: f64) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    sorted_quantile(values, q)
}

/// The quantile `q` of values already in order.
pub fn sorted_quantile(sorted: &[f64], q: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let position = q.clamp(0.0, 1.0) * last as f64;
    let low = sorted.get(position.floor() as usize)?;
    let high = sorted.get((position.floor() as usize + 1).min(last))?;
    Some(low + (high - low) * position.fract())
}

/// Centre and spread of a baseline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Baseline {
    /// Median.
    pub median: f64,
    /// The larger of the normal-consistent median absolute deviation and a third of the 5 % to 95 % range: the first
    /// resists outliers, the second does not vanish when more than half of the values are the same. More, up to three
    /// times, where the extremes lie further out than a normal distribution's: what bursts may burst again.
    pub spread: f64,
    /// How many values there were.
    pub count: usize,
}

/// Makes the median absolute deviation estimate a normal distribution's standard deviation.
const MAD_TO_SIGMA: f64 = 1.4826;
/// The 5 % to 95 % range of a normal distribution in standard deviations.
const RANGE_TO_SIGMA: f64 = 3.29;

/// The baseline of some values; nothing for fewer than two finite ones.
pub fn baseline(values: impl Iterator<Item = f64>) -> Option<Baseline> {
    Ordered::of(values).baseline()
}

/// The median of `values`, whose order is lost: by selection, without sorting them all (Hoare 1961).
pub fn median(values: &mut [f64]) -> Option<f64> {
    let last = values.len().checked_sub(1)?;
    let (below, upper, _) = values.select_nth_unstable_by(last.div_ceil(2), f64::total_cmp);
    let upper = *upper;
    if last.is_multiple_of(2) {
        return Some(upper);
    }
    let lower = below.iter().copied().max_by(f64::total_cmp)?;
    Some(lower + (upper - lower) * 0.5)
}

/// A number as an integer: integers are in the order of [`f64::total_cmp`], and take less time to compare.
pub fn key(value: f64) -> i64 {
    flipped(value.to_bits().cast_signed())
}

/// The number of a key.
pub fn of_key(key: i64) -> f64 {
    f64::from_bits(flipped(key).cast_unsigned())
}

/// All bits below the sign of a negative number the other way; twice is not at all.
fn flipped(bits: i64) -> i64 {
    bits ^ ((bits >> 63).cast_unsigned() >> 1).cast_signed()
}

/// The [`median`] of keys, whose order is lost.
pub fn median_of_keys(keys: &mut [i64]) -> Option<f64> {
    let last = keys.len().checked_sub(1)?;
    let (below, upper, _) = keys.select_nth_unstable(last.div_ceil(2));
    let upper = of_key(*upper);
    if last.is_multiple_of(2) {
        return Some(upper);
    }
    let lower = of_key(*below.iter().max()?);
    Some(lower + (upper - lower) * 0.5)
}

/// The [`sorted_quantile`] of keys already in order.
pub fn quantile_of_keys(sorted: &[i64], q: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let position = q.clamp(0.0, 1.0) * last as f64;
    let low = of_key(*sorted.get(position.floor() as usize)?);
    let high = of_key(*sorted.get((position.floor() as usize + 1).min(last))?);
    Some(low + (high - low) * position.fract())
}

/// Finite values in order, kept so while some come and go: of a window that moves, only what changes is paid for.
#[derive(Debug, Clone, Default)]
pub struct Ordered {
    keys: Vec<i64>,
}

impl Ordered {
    /// The finite ones of some values.
    pub fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut keys: Vec<i64> = values.filter(|value| value.is_finite()).map(key).collect();
        keys.sort_unstable();
        Self { keys }
    }

    /// Adds a value, if it is finite.
    pub fn insert(&mut self, value: f64) {
        if value.is_finite() {
            let key = key(value);
            self.keys.insert(self.place(key), key);
        }
    }

    /// Takes one such value away, if there is one.
    pub fn remove(&mut self, value: f64) {
        let key = key(value);
        let at = self.place(key);
        if self.keys.get(at) == Some(&key) {
            self.keys.remove(at);
        }
    }

    fn place(&self, key: i64) -> usize {
        self.keys.partition_point(|known| *known < key)
    }

    /// Their baseline; nothing for fewer than two.
    pub fn baseline(&self) -> Option<Baseline> {
        let count = self.keys.len();
        if count < 2 {
            return None;
        }
        let quantile = |q: f64| quantile_of_keys(&self.keys, q);
        let median = quantile(0.5)?;
        let range = (quantile(0.95)? - quantile(0.05)?) / RANGE_TO_SIGMA;
        let extent = (of_key(*self.keys.last()?) - of_key(*self.keys.first()?)) / usual_extent(count);
        let robust = (self.median_deviation(median)? * MAD_TO_SIGMA).max(range);
        Some(Baseline { median, spread: extent.clamp(robust, MOST_BURSTY * robust), count })
    }

    /// The median distance from `median`: distances grow away from it on both sides, so how many of the nearest lie below it is found
    /// by halving.
    fn median_deviation(&self, median: f64) -> Option<f64> {
        let last = self.keys.len().checked_sub(1)?;
        let (below, above) = self.keys.split_at(self.keys.partition_point(|key| of_key(*key) < median));
        let distance = |key: &i64| (of_key(*key) - median).abs();
        let under = |nth: usize| below.len().checked_sub(nth + 1).and_then(|at| below.get(at)).map(distance);
        let over = |nth: usize| above.get(nth).map(distance);
        // So many are as near as the middle one; of those `low` to `high` may lie below.
        let near = last / 2 + 1;
        let (mut low, mut high) = (near.saturating_sub(above.len()), near.min(below.len()));
        while low < high {
            let count = usize::midpoint(low, high);
            if under(count)? < over(near - count - 1)? { low = count + 1 } else { high = count }
        }
        let furthest = |count: usize, of: &dyn Fn(usize) -> Option<f64>| count.checked_sub(1).and_then(of);
        let middle = furthest(low, &under).into_iter().chain(furthest(near - low, &over)).reduce(f64::max)?;
        if last.is_multiple_of(2) {
            return Some(middle);
        }
        let next = under(low).into_iter().chain(over(near - low)).reduce(f64::min)?;
        Some(middle + (next - middle) * 0.5)
    }
}

/// A series that bursts now and then has a spread up to this many times its robust one.
const MOST_BURSTY: f64 = 3.0;

/// The range of `n` values of a normal distribution in standard deviations (asymptotic, with its finite-size correction).
fn usual_extent(n: usize) -> f64 {
    1.7 * (2.0 * (n.max(3) as f64).ln()).sqrt()
}

/// How surprising a robust z is, in nats: the negative log density ratio of a Student t with two degrees of freedom, since
/// telemetry has heavy tails.
pub fn surprise(z: f64) -> f64 {
    1.5 * (1.0 + z * z / 2.0).ln()
}

/// Upper 95 % bound of a rate of `k` in `n` (Wilson's score interval, one-sided).
pub fn rate_bound(k: f64, n: f64) -> f64 {
    const Z: f64 = 1.645;
    let n = n.max(1e-9);
    let p = (k + 0.5) / (n + 1.0);
    let scale = 1.0 + Z * Z / n;
    let centre = p + Z * Z / (2.0 * n);
    let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    ((centre + half) / scale).min(1.0 - 1e-6)
}

/// Log likelihood ratio of `k` in `n` against the rate `bound`; 0 where the observed rate is not above it.
pub fn rate_excess(k: f64, n: f64, bound: f64) -> f64 {
    if n <= 0.0 || k <= bound * n {
        return 0.0;
    }
    let p = (k / n).min(1.0);
    let mut ratio = k * (p / bound).ln();
    if p < 1.0 {
        ratio += (n - k) * ((1.0 - p) / (1.0 - bound)).ln();
    }
    ratio.max(0.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_outlier_moves_neither_centre_nor_spread_much() {
        let calm = baseline((0..100).map(|i| 10.0 + f64::from(i % 5))).unwrap();
        let wild = baseline((0..100).map(|i| if i == 50 { 1e9 } else { 10.0 + f64::from(i % 5) })).unwrap();
        assert_eq!(calm.median, wild.median);
        assert!(wild.spread <= 3.0 * calm.spread + 1e-9, "{wild:?}");
    }

    #[test]
    fn a_rate_within_its_bound_is_no_excess() {
        assert_eq!(rate_excess(1.0, 10.0, rate_bound(1.0, 10.0)), 0.0);
        assert!(rate_excess(10.0, 10.0, rate_bound(0.0, 10.0)) > 10.0);
        assert!(rate_excess(10.0, 10.0, rate_bound(0.0, 3.0)) < rate_excess(10.0, 10.0, rate_bound(0.0, 30.0)));
    }

    proptest! {
        #[test]
        fn keys_are_in_the_order_of_their_numbers(a in any::<f64>(), b in any::<f64>()) {
            prop_assert_eq!(key(a).cmp(&key(b)), a.total_cmp(&b));
            prop_assert_eq!(of_key(key(a)).to_bits(), a.to_bits());
        }

        #[test]
        fn medians_by_selection_and_by_order_are_the_same(values in proptest::collection::vec(-1e3f64..1e3, 1..60)) {
            let mut sorted = values.clone();
            let by_order = quantile(&mut sorted, 0.5);
            prop_assert_eq!(median(&mut values.clone()), by_order);
            let mut keys: Vec<i64> = values.iter().map(|value| key(*value)).collect();
            prop_assert_eq!(median_of_keys(&mut keys), by_order);
            keys.sort_unstable();
            prop_assert_eq!(quantile_of_keys(&keys, 0.3), sorted_quantile(&sorted, 0.3));
            let mut distances: Vec<f64> = values.iter().map(|value| (value - by_order.unwrap()).abs()).collect();
            let ordered = Ordered::of(values.iter().copied());
            prop_assert_eq!(ordered.median_deviation(by_order.unwrap()), quantile(&mut distances, 0.5));
        }

        #[test]
        fn a_window_that_moved_is_the_window_made_anew(values in proptest::collection::vec(-9i8..9, 8..60), step in 1usize..6) {
            let of = |from: usize| values[from..from + 2].iter().map(|value| f64::from(*value));
            let mut moved = Ordered::of(of(0));
            of(0).for_each(|value| moved.remove(value));
            of(step).for_each(|value| moved.insert(value));
            prop_assert_eq!(moved.keys, Ordered::of(of(step)).keys);
        }

        #[test]
        fn quantiles_stay_within_the_values(mut values in proptest::collection::vec(-1e6f64..1e6, 1..50), q in 0.0f64..1.0) {
            let result = quantile(&mut values, q).unwrap();
            prop_assert!(result >= values[0] && result <= values[values.len() - 1]);
        }
    }
}
