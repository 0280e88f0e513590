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
    let mut values: Vec<f64> = values.filter(|v| v.is_finite()).collect();
    if values.len() < 2 {
        return None;
    }
    let median = quantile(&mut values, 0.5)?;
    let range = (sorted_quantile(&values, 0.95)? - sorted_quantile(&values, 0.05)?) / RANGE_TO_SIGMA;
    let count = values.len();
    let extent = (values.last()? - values.first()?) / usual_extent(count);
    for value in &mut values {
        *value = (*value - median).abs();
    }
    let mad = quantile(&mut values, 0.5)? * MAD_TO_SIGMA;
    let robust = mad.max(range);
    Some(Baseline { median, spread: extent.clamp(robust, MOST_BURSTY * robust), count })
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
        fn quantiles_stay_within_the_values(mut values in proptest::collection::vec(-1e6f64..1e6, 1..50), q in 0.0f64..1.0) {
            let result = quantile(&mut values, q).unwrap();
            prop_assert!(result >= values[0] && result <= values[values.len() - 1]);
        }
    }
}
