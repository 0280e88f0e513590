//! Dividing whole units by weights, so that nothing is lost and nothing made.

/// Divides units by weights: each gets the whole part of its due, and what is left goes to the greatest remainders, the
/// first among equals (Hamilton's method). Weights that are no positive numbers get nothing; all units stay with the
/// giver where no weight is positive.
pub(super) fn divided(units: i64, weights: &[f64]) -> Vec<i64> {
    let usable = |weight: f64| if weight.is_finite() && weight > 0.0 { weight } else { 0.0 };
    let total: f64 = weights.iter().copied().map(usable).sum();
    if units <= 0 || total <= 0.0 || !total.is_finite() {
        return vec![0; weights.len()];
    }
    let due: Vec<f64> = weights.iter().map(|weight| units as f64 * (usable(*weight) / total)).collect();
    let mut shares: Vec<i64> = due.iter().map(|due| due.floor() as i64).collect();
    let mut left = units - shares.iter().sum::<i64>();
    let mut order: Vec<(usize, f64)> = due
        .iter()
        .map(|due| due.fract())
        .enumerate()
        .filter(|(at, _)| due.get(*at).is_some_and(|due| *due > 0.0))
        .collect();
    order.sort_by(|one, two| two.1.total_cmp(&one.1).then(one.0.cmp(&two.0)));
    for (at, _) in order {
        if left <= 0 {
            break;
        }
        if let Some(share) = shares.get_mut(at) {
            *share += 1;
            left -= 1;
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::divided;
    use proptest::prelude::*;

    #[test]
    fn what_is_left_goes_to_the_greatest_remainders() {
        assert_eq!(divided(10, &[1.0, 1.0, 1.0]), [4, 3, 3]);
        assert_eq!(divided(7, &[0.5, 0.25, 0.25]), [3, 2, 2]);
        assert_eq!(divided(1, &[0.1, 0.9]), [0, 1]);
        assert_eq!(divided(5, &[0.0, f64::NAN, 2.0]), [0, 0, 5]);
        assert_eq!(divided(5, &[0.0, -1.0]), [0, 0]);
        assert_eq!(divided(0, &[1.0]), [0]);
    }

    proptest! {
        #[test]
        fn all_units_are_given_and_nobody_is_off_by_one(
            units in 0_i64..1_000_000, weights in prop::collection::vec(0.001..1.0, 1..30)
        ) {
            let shares = divided(units, &weights);
            prop_assert_eq!(shares.iter().sum::<i64>(), units);
            let total: f64 = weights.iter().sum();
            for (share, weight) in shares.iter().zip(&weights) {
                prop_assert!((*share as f64 - units as f64 * weight / total).abs() < 1.0 + 1e-6);
            }
        }
    }
}
