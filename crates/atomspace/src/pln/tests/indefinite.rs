//! Distributions: against values worked out otherwise, and indefinite truth values there and back.

use super::{close, near, tv};
use crate::pln::{Beta, Inconsistent, Indefinite, IndefiniteError, deduction, revision};
use proptest::prelude::*;

fn beta(alpha: f64, beta: f64) -> Beta {
    Beta::new(alpha, beta).unwrap()
}

fn parameters() -> impl Strategy<Value = Beta> {
    (0.2..60.0f64, 0.2..60.0f64).prop_map(|(one, two)| beta(one, two))
}

fn indefinite() -> impl Strategy<Value = Indefinite> {
    (parameters(), 0.3..0.97f64, 0.5..40.0f64).prop_map(|(belief, b, k)| Indefinite::new(belief, b, k).unwrap())
}

#[test]
fn the_cumulative_agrees_with_closed_forms() {
    for step in 1..20 {
        let x = f64::from(step) / 20.0;
        assert!((Beta::UNIFORM.cumulative(x) - x).abs() < 1e-14);
        assert!((beta(3.0, 1.0).cumulative(x) - x.powi(3)).abs() < 1e-14);
        assert!((beta(1.0, 4.0).cumulative(x) - 1.0 + (1.0 - x).powi(4)).abs() < 1e-14);
        // The arcsine distribution.
        let arcsine = x.sqrt().asin() / std::f64::consts::FRAC_PI_2;
        assert!((beta(0.5, 0.5).cumulative(x) - arcsine).abs() < 1e-13);
        // Two of five heads or more, from the binomial.
        let tails: f64 = (2..=5u8)
            .map(|n| {
                [1.0, 5.0, 10.0, 10.0, 5.0, 1.0][usize::from(n)] * x.powi(n.into()) * (1.0 - x).powi((5 - n).into())
            })
            .sum();
        assert!((beta(2.0, 4.0).cumulative(x) - tails).abs() < 1e-14);
    }
    // A hundred thousand observations: close to the normal distribution.
    let large = beta(5e4, 5e4);
    assert!((large.quantile(0.975) - 0.5 - 1.959_964 * large.variance().sqrt()).abs() < 1e-7);
}

proptest! {
    #[test]
    fn a_quantile_undoes_the_cumulative(a in -3.0..11.0f64, b in -3.0..11.0f64, p in 0.001..0.999f64) {
        let of = beta(a.exp(), b.exp());
        let at = of.quantile(p);
        // Next to 1, numbers lie too far apart.
        prop_assume!(at < 1.0 - 1e-9);
        prop_assert!((of.cumulative(at) - p).abs() < 1e-6, "{of:?}: {at} for {p}");
    }

    #[test]
    fn a_few_points_have_the_moments_of_the_whole(of in parameters()) {
        let moment = |n: u32| (0..n).map(|i| (of.alpha() + f64::from(i)) / (of.size() + f64::from(i))).product::<f64>();
        for n in 0..=5u32 {
            let power = |nodes: &[(f64, f64)]| nodes.iter().map(|(x, weight)| weight * x.powf(n.into())).sum::<f64>();
            prop_assert!((power(&of.three_nodes()) - moment(n)).abs() < 1e-10, "moment {n} of three");
            prop_assert!(n > 3 || (power(&of.two_nodes()) - moment(n)).abs() < 1e-10, "moment {n} of two");
        }
        let back = Beta::from_moments(of.mean(), of.variance());
        prop_assert!((back.alpha() / of.alpha() - 1.0).abs() < 1e-6);
    }

    #[test]
    fn intervals_and_truth_values_go_there_and_back(of in indefinite()) {
        let (low, high) = of.interval();
        prop_assume!(low > 1e-6 && high < 1.0 - 1e-6);
        let back = Indefinite::from_interval(low, high, of.credibility(), of.lookahead()).unwrap();
        let (one, two) = back.interval();
        prop_assert!(near(one, low) && near(two, high), "[{low}, {high}] became [{one}, {two}]");
        prop_assert!((back.belief().size() / of.belief().size() - 1.0).abs() < 1e-3);
    }

    #[test]
    fn simple_truth_values_go_there_and_back(strength in 0.0..=1.0f64, confidence in 0.001..0.999f64, k in 0.5..40.0f64) {
        let simple = tv(strength, confidence);
        prop_assert!(close(Indefinite::from_truth(simple, 0.9, k).unwrap().truth(), simple));
    }

    #[test]
    fn revision_is_that_of_simple_truth_values(a in 0.0..=1.0f64, b in 0.0..=1.0f64, c in 0.01..0.99f64, d in 0.01..0.99f64) {
        let made = |s, c| Indefinite::from_truth(tv(s, c), 0.9, 10.0).unwrap();
        let found = made(a, c).revision(made(b, d));
        prop_assert!(close(found.truth(), revision(tv(a, c), tv(b, d))));
        prop_assert_eq!(found.belief(), made(b, d).revision(made(a, c)).belief());
    }

    #[test]
    fn negation_and_de_morgan(one in indefinite(), two in indefinite()) {
        prop_assert_eq!(one.negation().negation(), one);
        let (left, right) = (one.and(two).negation().belief(), one.negation().or(two.negation()).belief());
        prop_assert!(near(left.mean(), right.mean()) && near(left.variance(), right.variance()));
        let (low, high) = one.interval();
        let (turned_low, turned_high) = one.negation().interval();
        prop_assert!(near(turned_low, 1.0 - high) && near(turned_high, 1.0 - low));
    }

    /// Of a modus ponens, mean and variance can be written down.
    #[test]
    fn modus_ponens_is_exact(a in indefinite(), ab in indefinite(), not_ab in indefinite()) {
        let found = Indefinite::modus_ponens([a, ab, not_ab]).unwrap().belief();
        let square = |of: Beta| of.mean().powi(2) + of.variance();
        let (a, x, y) = (a.belief(), ab.belief(), not_ab.belief());
        let mean = a.mean() * x.mean() + (1.0 - a.mean()) * y.mean();
        let cross = 2.0 * (a.mean() - square(a)) * x.mean() * y.mean();
        let second = square(a) * square(x) + (1.0 - 2.0 * a.mean() + square(a)) * square(y) + cross;
        prop_assert!(near(found.mean(), mean) && near(found.variance(), second - mean * mean));
    }

    /// The surer the premises, the narrower the conclusion, as long as they are consistent all over.
    #[test]
    fn surer_premises_conclude_more_surely(confidence in 0.8..0.9f64, surer in 0.01..0.09f64) {
        let width = |c: f64| {
            let made = |s: f64| Indefinite::from_truth(tv(s, c), 0.9, 10.0).unwrap();
            let (low, high) = Indefinite::deduction([made(0.4), made(0.5), made(0.5), made(0.5), made(0.5)]).unwrap().interval();
            high - low
        };
        prop_assert!(width(confidence + surer) < width(confidence));
    }
}

/// The chance that the mean after `k` more observations lies in the interval, summed over the beta-binomial distribution.
fn coverage(of: Indefinite) -> f64 {
    let (low, high) = of.interval();
    let (belief, k) = (of.belief(), of.lookahead() as u32);
    let steps = |count: u32, term: &dyn Fn(f64) -> f64| (0..count).map(|n| term(f64::from(n)).ln()).sum::<f64>();
    let chance = |seen: u32| {
        let ways = steps(seen, &|n| (f64::from(k) - n) / (n + 1.0));
        let (hits, misses) = (steps(seen, &|n| belief.alpha() + n), steps(k - seen, &|n| belief.beta() + n));
        (ways + hits + misses - steps(k, &|n| belief.size() + n)).exp()
    };
    let mean = |seen: u32| (belief.alpha() + f64::from(seen)) / (belief.size() + f64::from(k));
    (0..=k).filter(|seen| (low..=high).contains(&mean(*seen))).map(chance).sum()
}

#[test]
fn the_interval_covers_what_it_says() {
    for (strength, confidence) in [(0.5, 0.5), (0.8, 0.5), (0.8, 0.9), (0.2, 0.9), (0.95, 0.8)] {
        let of = Indefinite::from_truth(tv(strength, confidence), 0.9, 400.0).unwrap();
        let covered = coverage(of);
        assert!((covered - 0.9).abs() < 0.01, "⟨{strength}, {confidence}⟩: {covered}");
    }
}

/// Against 2¹⁵ combinations of quantiles, spread evenly (Halton), inconsistent ones dropped.
#[test]
fn deduction_agrees_with_many_draws() {
    let radical = |mut n: usize, base: usize| {
        let (mut scale, mut sum) = (1.0, 0.0);
        while n > 0 {
            scale /= base as f64;
            sum += scale * (n % base) as f64;
            n /= base;
        }
        sum
    };
    for (confidence, mean_off, deviation_off) in [(0.5, 0.02, 0.02), (0.9, 0.005, 0.005), (0.99, 0.001, 0.001)] {
        let premises = [0.4, 0.5, 0.6, 0.7, 0.8].map(|s| Indefinite::from_truth(tv(s, confidence), 0.9, 10.0).unwrap());
        let tables = premises.map(|premise| {
            (0..1024).map(|n| premise.belief().quantile((f64::from(n) + 0.5) / 1024.0)).collect::<Vec<_>>()
        });
        let (mut count, mut sum, mut square) = (0.0, 0.0, 0.0);
        for draw in 1..1 << 15 {
            let at: [f64; 5] =
                std::array::from_fn(|i| tables[i][(radical(draw, [2, 3, 5, 7, 11][i]) * 1024.0) as usize]);
            let [a, b, c, ab, bc] = at.map(|s| tv(s, 1.0));
            if let Ok(found) = deduction(a, b, c, ab, bc) {
                (count, sum, square) = (count + 1.0, sum + found.strength, square + found.strength.powi(2));
            }
        }
        let mean = sum / count;
        let deviation = f64::sqrt(square / count - mean * mean);
        let found = Indefinite::deduction(premises).unwrap().belief();
        assert!((found.mean() - mean).abs() < mean_off, "mean {} for {mean}", found.mean());
        assert!((found.variance().sqrt() - deviation).abs() < deviation_off, "deviation for {deviation}");
    }
}

#[test]
fn what_is_no_indefinite_truth_value_is_refused() {
    let check = |low, high, b, k, reason: &str| {
        assert_eq!(Indefinite::from_interval(low, high, b, k).unwrap_err().to_string(), reason);
    };
    check(0.6, 0.4, 0.9, 1.0, "the interval [0.6, 0.4] must satisfy 0 ≤ L < U ≤ 1");
    check(-0.1, 1.0, 0.9, 1.0, "the interval [-0.1, 1] must satisfy 0 ≤ L < U ≤ 1");
    check(0.4, 0.6, 1.0, 1.0, "the credibility b is 1, but must lie strictly between 0 and 1");
    check(0.4, 0.6, 0.9, 0.0, "the look-ahead k is 0, but must be a number above 0");
    assert!(matches!(Indefinite::from_truth(tv(0.5, 0.5), 0.9, f64::NAN), Err(IndefiniteError::Lookahead(_))));
    assert!(Beta::new(0.0, 1.0).is_none() && Beta::new(1.0, f64::INFINITY).is_none());
    let sure = |s: f64| Indefinite::from_truth(tv(s, 0.999), 0.9, 100.0).unwrap();
    let refused = Indefinite::deduction([0.9, 0.2, 0.5, 0.9, 0.5].map(sure)).unwrap_err();
    assert!(matches!(refused, Inconsistent::Above { quantity: "P(B|A)", .. }), "{refused}");
}

#[test]
fn an_interval_may_reach_the_ends() {
    let made = |low, high| Indefinite::from_interval(low, high, 0.9, 100.0).unwrap();
    assert_eq!(made(0.0, 1.0).truth().confidence, 0.0);
    let low = made(0.0, 0.1);
    let beyond = 1.0 - low.ahead().cumulative(0.1);
    assert!((beyond - 0.1).abs() < 1e-6, "{beyond}");
    assert!(low.truth().strength < 0.1 && low.truth().confidence > 0.1, "{}", low.truth());
    // What is said against a statement is said for its negation.
    let high = made(0.9, 1.0);
    assert!((high.truth().strength + low.truth().strength - 1.0).abs() < 1e-9);
    assert!((high.truth().confidence - low.truth().confidence).abs() < 1e-9);
    // The narrower it is, the more is known.
    assert!(made(0.0, 0.05).truth().confidence > low.truth().confidence);
    assert!(made(0.0, 0.99).truth().confidence < 0.05);
}
