//! Credible intervals: equal-tailed intervals of a Beta distribution whose mean is a probability and whose weight is
//! how much evidence stands behind it.
//!
//! Source: the regularised incomplete beta function by its continued fraction (Lentz), Press et al., *Numerical
//! Recipes*, 3rd ed., §6.4; Beta posterior of a proportion, Gelman et al., *Bayesian Data Analysis*, §2.4. Limits: the
//! interval is about the probability given the evidence read, not about evidence that was never collected.

/// The share of the interval's mass, 0 to 1.
pub const MASS: f64 = 0.90;

/// The equal-tailed credible interval of the given mass around `mean`, for an evidence weight of `size` observations.
/// The mean always lies inside: where the Beta is so skewed that it would not, the interval is stretched to it.
pub fn credible(mean: f64, size: f64, mass: f64) -> (f64, f64) {
    let mean = mean.clamp(0.0, 1.0);
    let size = size.max(0.0);
    // The Jeffreys prior keeps the interval open when the mean is 0 or 1.
    let (a, b) = (mean.mul_add(size, 0.5), (1.0 - mean).mul_add(size, 0.5));
    let tail = (1.0 - mass.clamp(0.0, 1.0)) / 2.0;
    (quantile(a, b, tail).min(mean), quantile(a, b, 1.0 - tail).max(mean))
}

/// The value below which a Beta(`a`, `b`) variable lies with probability `p`, to about 1e-9, by bisection.
pub fn quantile(a: f64, b: f64, p: f64) -> f64 {
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    for _ in 0..40 {
        let middle = f64::midpoint(low, high);
        if cumulative(a, b, middle) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

/// The regularised incomplete beta function `I_x(a, b)`: the probability that a Beta(`a`, `b`) variable is below `x`.
pub fn cumulative(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (1.0 - x).ln()).exp();
    if x < (a + 1.0) / (a + b + 2.0) {
        front * fraction(a, b, x) / a
    } else {
        1.0 - front * fraction(b, a, 1.0 - x) / b
    }
}

/// The continued fraction of the incomplete beta function.
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let guard = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut upper = 1.0;
    let mut lower = 1.0 / guard(1.0 - (a + b) * x / (a + 1.0));
    let mut value = lower;
    for step in 1..200 {
        let step = f64::from(step);
        let even = step * (b - step) * x / ((a + 2.0 * step - 1.0) * (a + 2.0 * step));
        lower = 1.0 / guard(1.0 + even * lower);
        upper = guard(1.0 + even / upper);
        value *= lower * upper;
        let odd = -(a + step) * (a + b + step) * x / ((a + 2.0 * step) * (a + 2.0 * step + 1.0));
        lower = 1.0 / guard(1.0 + odd * lower);
        upper = guard(1.0 + odd / upper);
        value *= lower * upper;
        if (lower * upper - 1.0).abs() < 1e-12 {
            break;
        }
    }
    value
}

/// The natural logarithm of the gamma function for positive arguments (Lanczos, g = 7), to about 1e-13.
fn ln_gamma(x: f64) -> f64 {
    const COEFFICIENTS: [f64; 8] = [
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    if x < 0.5 {
        return (std::f64::consts::PI / (std::f64::consts::PI * x).sin()).ln() - ln_gamma(1.0 - x);
    }
    let x = x - 1.0;
    let mut sum = 0.999_999_999_999_809_9;
    let mut at = 1.0;
    for coefficient in COEFFICIENTS {
        sum += coefficient / (x + at);
        at += 1.0;
    }
    let t = x + 7.5;
    0.5 * (2.0 * std::f64::consts::PI).ln() + (x + 0.5) * t.ln() - t + sum.ln()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_incomplete_beta_agrees_with_values_computed_by_hand() {
        // Beta(2, 2): x²(3 − 2x); Beta(1, 3): 1 − (1 − x)³; the arcsine law Beta(½, ½) at ¼: 1/3.
        assert!((cumulative(2.0, 2.0, 0.3) - 0.216).abs() < 1e-10);
        assert!((cumulative(1.0, 3.0, 0.2) - 0.488).abs() < 1e-10);
        assert!((cumulative(0.5, 0.5, 0.25) - 1.0 / 3.0).abs() < 1e-10);
    }

    #[test]
    fn a_quantile_undoes_the_cumulative() {
        for (a, b, p) in [(2.0, 5.0, 0.05), (0.7, 0.9, 0.5), (80.0, 3.0, 0.95)] {
            assert!((cumulative(a, b, quantile(a, b, p)) - p).abs() < 1e-8);
        }
    }

    #[test]
    fn more_evidence_narrows_the_interval() {
        let (low, high) = credible(0.8, 4.0, MASS);
        let (nearer_low, nearer_high) = credible(0.8, 40.0, MASS);
        assert!(nearer_low > low && nearer_high < high);
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_point(mean in 0.0..=1.0f64, size in 0.0..500.0f64) {
            let (low, high) = credible(mean, size, MASS);
            prop_assert!((0.0..=1.0).contains(&low) && (0.0..=1.0).contains(&high));
            prop_assert!(low <= mean && mean <= high);
        }
    }
}
