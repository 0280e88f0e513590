//! A mode's opinion as one distribution over the hypotheses and "none of them".
//!
//! Owns the arithmetic only: building from odds, the logarithmic opinion pool (Genest and Zidek, *Statistical Science*
//! 1986), and the Jensen-Shannon divergence (Lin, *IEEE Trans. Information Theory* 1991). All sums run in hypothesis
//! order. Limits: the hypotheses are taken as exclusive here; what lets two causes stand together is in `consensus`.

/// Probabilities of each hypothesis and of none of them; they sum to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Distribution {
    /// By hypothesis index.
    pub hypotheses: Vec<f64>,
    /// That none of them is so.
    pub none: f64,
}

impl Distribution {
    /// From odds against "none": each hypothesis' probability is proportional to its odds, that of none to 1.
    pub fn from_odds(odds: Vec<f64>) -> Self {
        let total: f64 = 1.0 + odds.iter().sum::<f64>();
        Self { hypotheses: odds.into_iter().map(|o| o / total).collect(), none: 1.0 / total }
    }

    /// Odds of each hypothesis against "none".
    pub fn odds(&self) -> Vec<f64> {
        let none = self.none.max(f64::MIN_POSITIVE);
        self.hypotheses.iter().map(|p| p / none).collect()
    }

    /// All probabilities, the hypotheses' first.
    fn all(&self) -> impl Iterator<Item = f64> + '_ {
        self.hypotheses.iter().copied().chain(std::iter::once(self.none))
    }

    /// The same opinion after learning that "none" is less likely by `factor`.
    #[must_use]
    pub fn doubting_none(self, factor: f64) -> Self {
        let none = self.none * factor;
        let total = none + self.hypotheses.iter().sum::<f64>();
        if total <= 0.0 {
            return self;
        }
        Self { hypotheses: self.hypotheses.iter().map(|p| p / total).collect(), none: none / total }
    }

    /// How much the opinion says: 0 when every possibility is as likely as any other, 1 when one is certain.
    pub fn information(&self) -> f64 {
        let most = (self.hypotheses.len() as f64 + 1.0).log2();
        if most > 0.0 { (1.0 - self.entropy() / most).clamp(0.0, 1.0) } else { 0.0 }
    }

    /// Shannon entropy in bits.
    pub fn entropy(&self) -> f64 {
        entropy(self.all())
    }
}

fn entropy(probabilities: impl Iterator<Item = f64>) -> f64 {
    probabilities.filter(|p| *p > 0.0).map(|p| -p * p.log2()).sum()
}

/// The logarithmic opinion pool: proportional to the product of the opinions, each to the power of its weight. The
/// weights are brought to sum 1, so that what all agree on stays as it is. None when there is no weight at all.
pub fn pool(opinions: &[(f64, &Distribution)]) -> Option<Distribution> {
    let total: f64 = opinions.iter().map(|(weight, _)| weight.max(0.0)).sum();
    let count = opinions.first().map(|(_, opinion)| opinion.hypotheses.len())?;
    if total <= 0.0 {
        return None;
    }
    let mut logs = vec![0.0_f64; count + 1];
    for (weight, opinion) in opinions.iter().filter(|(weight, _)| *weight > 0.0) {
        for (log, p) in logs.iter_mut().zip(opinion.all()) {
            *log += weight / total * p.max(1e-12).ln();
        }
    }
    let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = logs.iter().map(|log| (log - most).exp()).sum();
    let mut hypotheses: Vec<f64> = logs.iter().map(|log| (log - most).exp() / sum).collect();
    let none = hypotheses.pop()?;
    Some(Distribution { hypotheses, none })
}

/// How far the opinions agree: 1 − their weighted Jensen-Shannon divergence over the largest value it can take, the
/// entropy of the weights. 1 when they are the same or there is only one; 0 when no two share any possibility.
pub fn agreement(opinions: &[(f64, &Distribution)]) -> f64 {
    let total: f64 = opinions.iter().map(|(weight, _)| weight.max(0.0)).sum();
    let Some(count) = opinions.first().map(|(_, opinion)| opinion.hypotheses.len()) else { return 1.0 };
    if total <= 0.0 {
        return 1.0;
    }
    let mut mixture = vec![0.0; count + 1];
    let mut inner = 0.0;
    for (weight, opinion) in opinions {
        let share = weight.max(0.0) / total;
        for (cell, p) in mixture.iter_mut().zip(opinion.all()) {
            *cell += share * p;
        }
        inner += share * opinion.entropy();
    }
    let bound = entropy(opinions.iter().map(|(weight, _)| weight.max(0.0) / total));
    if bound <= 1e-12 {
        return 1.0;
    }
    (1.0 - (entropy(mixture.into_iter()) - inner) / bound).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn close(a: &Distribution, b: &Distribution) -> bool {
        a.all().zip(b.all()).all(|(x, y)| (x - y).abs() < 1e-9)
    }

    #[test]
    fn odds_become_probabilities_and_back() {
        let d = Distribution::from_odds(vec![3.0, 1.0]);
        assert!((d.hypotheses[0] - 0.6).abs() < 1e-12 && (d.none - 0.2).abs() < 1e-12);
        assert!((d.odds()[0] - 3.0).abs() < 1e-12);
    }

    #[test]
    fn a_flat_opinion_says_nothing_and_a_certain_one_everything() {
        let flat = Distribution { hypotheses: vec![0.25; 3], none: 0.25 };
        let certain = Distribution { hypotheses: vec![0.0, 1.0, 0.0], none: 0.0 };
        assert!(flat.information() < 1e-12 && certain.information() > 1.0 - 1e-12);
    }

    #[test]
    fn doubt_about_none_goes_to_the_hypotheses_in_proportion() {
        let d = Distribution { hypotheses: vec![0.4, 0.2], none: 0.4 }.doubting_none(0.25);
        // 0.4, 0.2 and 0.1 of 0.7.
        assert!((d.hypotheses[0] - 4.0 / 7.0).abs() < 1e-12 && (d.none - 1.0 / 7.0).abs() < 1e-12);
    }

    #[test]
    fn the_pool_is_the_weighted_geometric_mean() {
        let a = Distribution::from_odds(vec![8.0]);
        let b = Distribution::from_odds(vec![0.5]);
        // Odds pool geometrically: 8^(3/4) · 0.5^(1/4) = 4.
        let pooled = pool(&[(3.0, &a), (1.0, &b)]).unwrap();
        assert!((pooled.odds()[0] - 4.0).abs() < 1e-9);
    }

    #[test]
    fn opinions_that_share_nothing_do_not_agree_at_all() {
        let a = Distribution { hypotheses: vec![1.0, 0.0], none: 0.0 };
        let b = Distribution { hypotheses: vec![0.0, 1.0], none: 0.0 };
        assert!(agreement(&[(1.0, &a), (1.0, &b)]) < 1e-9);
        assert!((agreement(&[(1.0, &a), (1.0, &a)]) - 1.0).abs() < 1e-9);
        assert!((agreement(&[(1.0, &a)]) - 1.0).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn unanimity_is_preserved(odds in prop::collection::vec(0.001..100.0f64, 1..8), w in 0.01..5.0f64, v in 0.01..5.0f64) {
            let d = Distribution::from_odds(odds);
            prop_assert!(close(&pool(&[(w, &d), (v, &d)]).unwrap(), &d));
            prop_assert!(agreement(&[(w, &d), (v, &d)]) > 1.0 - 1e-9);
        }

        #[test]
        fn the_order_of_opinions_does_not_matter(
            a in prop::collection::vec(0.001..100.0f64, 5), b in prop::collection::vec(0.001..100.0f64, 5),
            c in prop::collection::vec(0.001..100.0f64, 5), w in prop::collection::vec(0.01..5.0f64, 3),
        ) {
            let (a, b, c) = (Distribution::from_odds(a), Distribution::from_odds(b), Distribution::from_odds(c));
            let one = [(w[0], &a), (w[1], &b), (w[2], &c)];
            let two = [(w[2], &c), (w[0], &a), (w[1], &b)];
            prop_assert!(close(&pool(&one).unwrap(), &pool(&two).unwrap()));
            prop_assert!((agreement(&one) - agreement(&two)).abs() < 1e-9);
        }

        #[test]
        fn an_opinion_without_weight_changes_nothing(
            a in prop::collection::vec(0.001..100.0f64, 5), b in prop::collection::vec(0.001..100.0f64, 5),
        ) {
            let (a, b) = (Distribution::from_odds(a), Distribution::from_odds(b));
            prop_assert!(close(&pool(&[(1.0, &a), (0.0, &b)]).unwrap(), &a));
        }
    }
}
