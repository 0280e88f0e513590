//! The beta distribution over a probability: moments, quantiles, and the few points that stand for all of it.

/// The equivalent sample sizes that are told apart. Below, all weight lies at 0 and 1; above, at one point.
const SIZES: (f64, f64) = (1e-3, 1e9);

/// A point with its weight; the weights of the points of one distribution sum to 1.
pub(super) type Node = (f64, f64);

/// A Beta(α, β) distribution over a probability. Both parameters are finite and above 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Beta {
    alpha: f64,
    beta: f64,
}

impl Beta {
    /// Nothing known: every probability is as likely.
    pub const UNIFORM: Self = Self { alpha: 1.0, beta: 1.0 };

    /// `None` unless both parameters are finite and above 0.
    #[must_use]
    pub fn new(alpha: f64, beta: f64) -> Option<Self> {
        let valid = |parameter: f64| parameter.is_finite() && parameter > 0.0;
        (valid(alpha) && valid(beta)).then_some(Self { alpha, beta })
    }

    /// The distribution with this mean and equivalent sample size `α + β`, both brought into what can be told apart. Where the mean
    /// is not a number, [`Beta::UNIFORM`]: a failed computation is no evidence.
    #[must_use]
    pub fn from_size(mean: f64, size: f64) -> Self {
        if mean.is_nan() || size.is_nan() {
            return Self::UNIFORM;
        }
        let (mean, size) = (mean.clamp(1e-9, 1.0 - 1e-9), size.clamp(SIZES.0, SIZES.1));
        Self { alpha: mean * size, beta: (1.0 - mean) * size }
    }

    /// The distribution with this mean and variance.
    #[must_use]
    pub fn from_moments(mean: f64, variance: f64) -> Self {
        let least = mean * (1.0 - mean) / (SIZES.1 + 1.0);
        Self::from_size(mean, mean * (1.0 - mean) / variance.max(least).max(f64::MIN_POSITIVE) - 1.0)
    }

    /// α: observations for, and what was assumed of them.
    #[must_use]
    pub fn alpha(self) -> f64 {
        self.alpha
    }

    /// β: observations against, and what was assumed of them.
    #[must_use]
    pub fn beta(self) -> f64 {
        self.beta
    }

    /// `α + β`.
    #[must_use]
    pub fn size(self) -> f64 {
        self.alpha + self.beta
    }

    /// `α / (α + β)`.
    #[must_use]
    pub fn mean(self) -> f64 {
        self.alpha / self.size()
    }

    /// The variance.
    #[must_use]
    pub fn variance(self) -> f64 {
        let mean = self.mean();
        mean * (1.0 - mean) / (self.size() + 1.0)
    }

    /// The probability of a value up to `x`: the regularised incomplete beta function, by its continued fraction. Source: DLMF,
    /// section 8.17.
    #[must_use]
    pub fn cumulative(self, x: f64) -> f64 {
        if x <= 0.0 || x >= 1.0 {
            return f64::from(u8::from(x >= 1.0));
        }
        self.up_to(x, ln_beta(self.alpha, self.beta)).0
    }

    /// The probability of a value up to `x` in (0, 1), and how fast it rises with the log-odds of `x`.
    fn up_to(self, x: f64, ln_beta: f64) -> (f64, f64) {
        let Self { alpha, beta } = self;
        let slope = (alpha * x.ln() + beta * (-x).ln_1p() - ln_beta).exp();
        // The fraction converges fast below the mean only.
        let cumulative = if x <= (alpha + 1.0) / (alpha + beta + 2.0) {
            slope / (alpha * fraction(alpha, beta, x))
        } else {
            1.0 - slope / (beta * fraction(beta, alpha, 1.0 - x))
        };
        (cumulative, slope)
    }

    /// The value below which a share `p` of the distribution lies: Newton's method on the log-odds, kept within what is known to
    /// lie on either side.
    #[must_use]
    pub fn quantile(self, p: f64) -> f64 {
        if p <= 0.0 || p >= 1.0 {
            return f64::from(u8::from(p >= 1.0));
        }
        let ln_beta = ln_beta(self.alpha, self.beta);
        let at = |odds: f64| 1.0 / (1.0 + (-odds).exp());
        let (mut low, mut high) = (-700.0, 700.0);
        // About normal, with the variance of log-odds.
        let width = (1.0 / self.alpha + 1.0 / self.beta).sqrt();
        let mut odds = (self.alpha / self.beta).ln() + width * log_odds(p) / 1.7;
        for _ in 0..100 {
            odds = if odds > low && odds < high { odds } else { f64::midpoint(low, high) };
            let (cumulative, slope) = self.up_to(at(odds).clamp(f64::MIN_POSITIVE, 1.0 - f64::EPSILON / 2.0), ln_beta);
            let side = if cumulative < p { &mut low } else { &mut high };
            *side = odds;
            let step = (p - cumulative) / slope.max(f64::MIN_POSITIVE);
            odds += step;
            if step.abs() < 1e-13 || high - low < 1e-13 {
                break;
            }
        }
        at(odds.clamp(low, high))
    }

    /// Two points with weights that have the first three moments of the distribution (Gauss–Jacobi).
    pub(super) fn two_nodes(self) -> [Node; 2] {
        let Recurrence { a: [first, second, _], b: [step, _] } = Recurrence::of(self);
        let middle = f64::midpoint(first, second);
        let reach = (first - second).mul_add((first - second) * 0.25, step).sqrt();
        let (low, high) = (middle - reach, middle + reach);
        let weight = (high - first) / (high - low);
        [(low, weight), (high, 1.0 - weight)]
    }

    /// Three points with weights that have the first five moments of the distribution (Gauss–Jacobi).
    pub(super) fn three_nodes(self) -> [Node; 3] {
        Recurrence::of(self).three_nodes()
    }
}

/// The three-term recurrence of the monic Jacobi polynomials of a beta distribution, on [0, 1]: `p₁ = x - a₀`,
/// `p₂ = (x - a₁) p₁ - b₁`, `p₃ = (x - a₂) p₂ - b₂ p₁`. Source: DLMF, table 18.9.1, shifted.
struct Recurrence {
    a: [f64; 3],
    b: [f64; 2],
}

impl Recurrence {
    fn of(beta: Beta) -> Self {
        let Beta { alpha: q, beta: p } = beta;
        let size = p + q;
        let skew = (q - p) * (size - 2.0);
        let b = |n: f64| {
            let around = 2.0 * n + size - 2.0;
            n * (n + p - 1.0) * (n + q - 1.0) * (n + size - 2.0) / (around * around * (around + 1.0) * (around - 1.0))
        };
        let first = p * q / (size * size * (size + 1.0));
        let a = |around: f64| 0.5 + 0.5 * skew / (around * (around + 2.0));
        Self { a: [q / size, a(size), a(size + 2.0)], b: [first, b(2.0)] }
    }

    /// The roots of `p₃`, by the trigonometric solution of a cubic with three real roots, and their Christoffel weights.
    fn three_nodes(&self) -> [Node; 3] {
        let Self { a: [a0, a1, a2], b: [b1, b2] } = *self;
        let mean = (a0 + a1 + a2) / 3.0;
        let (d0, d1, d2) = (a0 - mean, a1 - mean, a2 - mean);
        // With y = x - mean, p₃ is y³ - 3 q y - 2 r.
        let q = (d0 * d0 + d1 * d1 + d2 * d2 + 2.0 * (b1 + b2)) / 6.0;
        let r = (d0 * d1 * d2 - d0 * b2 - d2 * b1) / 2.0;
        let radius = q.max(f64::MIN_POSITIVE).sqrt();
        let angle = (r / (radius * radius * radius)).clamp(-1.0, 1.0).acos() / 3.0;
        // The cosines of the angle and of a third of a turn to either side.
        let (sine, cosine) = angle.sin_cos();
        let aside = 3.0_f64.sqrt() * sine;
        [-cosine - aside, aside - cosine, 2.0 * cosine].map(|turned| {
            let x = mean + radius * turned;
            let first = x - a0;
            let second = (x - a1) * first - b1;
            (x.clamp(0.0, 1.0), 1.0 / (1.0 + first * first / b1 + second * second / (b1 * b2)))
        })
    }
}

/// The logarithm of the beta function.
fn ln_beta(alpha: f64, beta: f64) -> f64 {
    ln_gamma(alpha) + ln_gamma(beta) - ln_gamma(alpha + beta)
}

/// The logarithm of the gamma function of `x` > 0: Stirling's series, from 10 on; below, by `Γ(x) = Γ(x + 1) / x`. Source: DLMF,
/// section 5.11.
fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut product) = (x, 1.0);
    while x < 10.0 {
        product *= x;
        x += 1.0;
    }
    let inverse = 1.0 / (x * x);
    let terms = [1.0 / 12.0, -1.0 / 360.0, 1.0 / 1260.0, -1.0 / 1680.0, 1.0 / 1188.0, -691.0 / 360_360.0];
    let series = terms.iter().rev().fold(0.0, |sum, term| sum * inverse + term) / x;
    (x - 0.5) * x.ln() - x + 0.5 * std::f64::consts::TAU.ln() + series - product.ln()
}

/// The continued fraction of the incomplete beta function, evaluated from the front (modified Lentz).
fn fraction(alpha: f64, beta: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    // It takes about the root of the larger parameter.
    let most = 200 + 10 * alpha.max(beta).sqrt() as u32;
    let keep = |value: f64| if value.abs() < TINY { TINY } else { value };
    let (mut value, mut upper, mut lower) = (1.0, 1.0, 0.0);
    for step in 1..=most {
        let m = f64::from(step / 2);
        let term = if step % 2 == 0 {
            m * (beta - m) * x / ((alpha + 2.0 * m - 1.0) * (alpha + 2.0 * m))
        } else {
            -(alpha + m) * (alpha + beta + m) * x / ((alpha + 2.0 * m) * (alpha + 2.0 * m + 1.0))
        };
        lower = 1.0 / keep(1.0 + term * lower);
        upper = keep(1.0 + term / upper);
        let change = upper * lower;
        value *= change;
        if (change - 1.0).abs() < 1e-15 {
            break;
        }
    }
    value
}

/// `ln(p / (1 - p))`.
pub(super) fn log_odds(p: f64) -> f64 {
    p.ln() - (-p).ln_1p()
}
