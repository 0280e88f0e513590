//! The figures of a set: accuracy at k, Brier score, expected calibration error, times.
//!
//! Formulas: AC@k and Avg@5 as in the root cause analysis literature (share of cases with a true cause among the first
//! k; mean of AC@1…5); Brier score of the first choice (Brier 1950); expected calibration error over ten equal bins
//! (Naeini et al., AAAI 2015). Fault-free cases count only as false alarms. A fault case whose verdict is "healthy" says
//! "none" with the healthy probability, and is wrong with that confidence.

use serde::Serialize;

/// What is known of one case after it ran.
#[derive(Debug, Clone)]
pub struct Scored {
    /// For each ranked hypothesis, whether it is right.
    pub hits: Vec<bool>,
    /// The probability given to the first choice ("none" included) and whether it was right.
    pub stated: (f64, bool),
    /// Whether the verdict abstained.
    pub abstained: bool,
    /// Whether nothing was wrong.
    pub healthy: bool,
    /// Milliseconds.
    pub ms: f64,
    /// Where the set labels a kind apart from the place: whether the first choice at the right place has it right.
    pub kind: Option<bool>,
    /// For each labelled cause, the rank of the first hypothesis that names it, from 1.
    pub ranks: Vec<Option<usize>>,
    /// Whether a change is recommended that would remove the first choice.
    pub remedied: bool,
}

impl Scored {
    /// A ranking without probabilities, as a method gives it that states none.
    pub fn of_hits(hits: Vec<bool>) -> Self {
        let right = hits.first() == Some(&true);
        Self {
            hits,
            stated: (0.0, right),
            abstained: false,
            healthy: false,
            ms: 0.0,
            kind: None,
            ranks: Vec::new(),
            remedied: false,
        }
    }
}

/// The figures of a set, in the words of the JSON report.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SetFigures {
    /// Fault cases.
    pub cases: usize,
    /// Different labelled places among them: a set with one place says little about any other.
    pub places: usize,
    /// Share with a true cause first.
    pub ac1: f64,
    /// Share with a true cause among the first three.
    pub ac3: f64,
    /// Mean of the shares for the first one to five.
    pub avg5: f64,
    /// Brier score of the first choice.
    pub brier: f64,
    /// Expected calibration error of the first choice.
    pub ece: f64,
    /// Fault cases in which no cause was named.
    pub abstained: usize,
    /// Fault-free cases in which a cause was named.
    pub false_alarms: usize,
    /// Fault-free cases.
    pub healthy_cases: usize,
    /// Those of them whose periods in question do not overlap.
    pub independent: usize,
    /// Share of the kinds of fault named right, where labelled apart from the place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind_ac1: Option<f64>,
    /// Where cases have several labelled causes: the mean share of them among the first two and the first three.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recall: Option<[f64; 2]>,
    /// Share with a change recommended that would remove the first choice.
    pub remedied: f64,
    /// Median milliseconds.
    pub median_ms: f64,
    /// 99th percentile of milliseconds.
    pub p99_ms: f64,
}

/// The figures over the cases of a set.
pub fn figures(cases: &[Scored]) -> SetFigures {
    let faults: Vec<&Scored> = cases.iter().filter(|case| !case.healthy).collect();
    let stated: Vec<(f64, bool)> = faults.iter().map(|case| case.stated).collect();
    let kinds: Vec<bool> = faults.iter().filter_map(|case| case.kind).collect();
    let times: Vec<f64> = faults.iter().map(|case| case.ms).collect();
    let several: Vec<&[Option<usize>]> =
        faults.iter().map(|case| case.ranks.as_slice()).filter(|r| r.len() > 1).collect();
    let found = |k: usize| several.iter().map(|ranks| recall(ranks, k)).sum::<f64>() / several.len() as f64;
    let at = |k: usize| share(faults.iter().map(|case| case.hits.iter().take(k).any(|hit| *hit)));
    SetFigures {
        cases: faults.len(),
        places: 0,
        ac1: at(1),
        ac3: at(3),
        avg5: (1..=5).map(at).sum::<f64>() / 5.0,
        brier: brier(&stated),
        ece: calibration_error(&stated),
        abstained: faults.iter().filter(|case| case.abstained).count(),
        false_alarms: cases.iter().filter(|case| case.healthy && !case.abstained).count(),
        healthy_cases: cases.len() - faults.len(),
        independent: 0,
        kind_ac1: (!kinds.is_empty()).then(|| share(kinds.into_iter())),
        recall: (!several.is_empty()).then(|| [found(2), found(3)]),
        remedied: share(faults.iter().map(|case| case.remedied)),
        median_ms: quantile(&times, 0.5),
        p99_ms: quantile(&times, 0.99),
    }
}

/// The share that is true; 0 of nothing.
pub fn share(hits: impl Iterator<Item = bool>) -> f64 {
    let (mut right, mut all) = (0.0, 0.0);
    for hit in hits {
        all += 1.0;
        right += f64::from(u8::from(hit));
    }
    if all > 0.0 { right / all } else { 0.0 }
}

/// The mean squared difference of what was said and what was so.
pub fn brier(stated: &[(f64, bool)]) -> f64 {
    let sum: f64 = stated.iter().map(|(p, right)| (p - f64::from(u8::from(*right))).powi(2)).sum();
    if stated.is_empty() { 0.0 } else { sum / stated.len() as f64 }
}

/// The mean over ten equal bins of |share right − mean said|, weighted by the bins' sizes.
pub fn calibration_error(stated: &[(f64, bool)]) -> f64 {
    let bins = reliability(stated);
    let total: f64 = stated.len() as f64;
    if stated.is_empty() {
        return 0.0;
    }
    bins.iter().map(|bin| bin.count as f64 / total * (bin.right - bin.said).abs()).sum()
}

/// One bin of a reliability diagram.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bin {
    /// Cases in it.
    pub count: usize,
    /// Mean probability said.
    pub said: f64,
    /// Share that was right.
    pub right: f64,
}

/// The filled ones of ten equal bins.
pub fn reliability(stated: &[(f64, bool)]) -> Vec<Bin> {
    let bin_of = |p: f64| ((p * 10.0).floor() as usize).min(9);
    let bins = (0..10).map(|bin| {
        let inside: Vec<&(f64, bool)> = stated.iter().filter(|(p, _)| bin_of(*p) == bin).collect();
        let count = inside.len();
        let said = inside.iter().map(|(p, _)| p).sum::<f64>() / count.max(1) as f64;
        Bin { count, said, right: share(inside.iter().map(|(_, right)| *right)) }
    });
    bins.filter(|bin| bin.count > 0).collect()
}

/// Of several causes, the share found among the first `k`: recall at k (Manning et al. 2008, §8.4). `ranks` holds the rank
/// of each cause from 1, or none.
pub fn recall(ranks: &[Option<usize>], k: usize) -> f64 {
    share(ranks.iter().map(|rank| rank.is_some_and(|rank| rank <= k)))
}

/// Wilson's score interval of a share of `right` in `count`, for 90 % (Wilson 1927). 0 to 1 of nothing.
pub fn wilson(right: f64, count: f64) -> (f64, f64) {
    const Z: f64 = 1.644_853_627;
    if count <= 0.0 {
        return (0.0, 1.0);
    }
    let p = right / count;
    let scale = 1.0 + Z * Z / count;
    let centre = (p + Z * Z / (2.0 * count)) / scale;
    let half = Z * (p * (1.0 - p) / count + Z * Z / (4.0 * count * count)).sqrt() / scale;
    ((centre - half).max(0.0), (centre + half).min(1.0))
}

/// The nearest-rank quantile; 0 of nothing.
pub fn quantile(values: &[f64], q: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (q * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(hits: &[bool], p: f64) -> Scored {
        Scored {
            hits: hits.to_vec(),
            stated: (p, hits.first() == Some(&true)),
            abstained: false,
            healthy: false,
            ms: 1.0,
            kind: None,
            ranks: vec![hits.iter().position(|hit| *hit).map(|at| at + 1)],
            remedied: true,
        }
    }

    #[test]
    fn accuracy_counts_the_first_k() {
        let cases = [case(&[true], 0.9), case(&[false, false, true], 0.5), case(&[false; 5], 0.5), case(&[], 0.5)];
        let figures = figures(&cases);
        assert_eq!((figures.cases, figures.ac1, figures.ac3), (4, 0.25, 0.5));
        // AC@1 = AC@2 = ¼, AC@3 = AC@4 = AC@5 = ½.
        assert!((figures.avg5 - 0.4).abs() < 1e-12);
    }

    #[test]
    fn brier_score_computed_by_hand() {
        // (0.9 − 1)² = 0.01, (0.6 − 0)² = 0.36, (0.2 − 0)² = 0.04: mean 0.41 / 3.
        let stated = [(0.9, true), (0.6, false), (0.2, false)];
        assert!((brier(&stated) - 0.41 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn calibration_error_computed_by_hand() {
        // Bin 0.9–1: said 0.95, right ½: 2/4 · 0.45. Bin 0.2–0.3: said 0.2, right 0: ¼ · 0.2. Bin 0.5–0.6: ¼ · 0.5.
        let stated = [(0.95, true), (0.95, false), (0.2, false), (0.5, true)];
        assert!((calibration_error(&stated) - (0.225 + 0.05 + 0.125)).abs() < 1e-12);
    }

    #[test]
    fn fault_free_cases_count_as_false_alarms_only() {
        let alarm = Scored { healthy: true, ..case(&[false], 0.9) };
        let quiet = Scored { abstained: true, ..alarm.clone() };
        let figures = figures(&[case(&[true], 1.0), alarm, quiet]);
        assert_eq!((figures.cases, figures.false_alarms, figures.healthy_cases), (1, 1, 2));
        assert!((figures.ac1 - 1.0).abs() < 1e-12 && figures.brier.abs() < 1e-12);
    }

    #[test]
    fn of_several_causes_each_one_found_counts() {
        let two = Scored { ranks: vec![Some(1), Some(3)], ..case(&[true, false, true], 0.9) };
        assert_eq!(figures(&[two, case(&[true], 0.9)]).recall, Some([0.5, 1.0]));
        assert_eq!(figures(&[case(&[true], 0.9)]).recall, None);
    }

    #[test]
    fn recall_counts_each_cause() {
        let ranks = [Some(1), Some(3), None];
        assert!((recall(&ranks, 2) - 1.0 / 3.0).abs() < 1e-12 && (recall(&ranks, 3) - 2.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn wilson_intervals_computed_by_hand() {
        // z² = 2.7055: 5 of 10 gives ½ ± 1.6449·√(0.025 + 0.0067638) / 1.27055; 10 of 10 gives 1/1.27055 to 1.
        let (low, high) = wilson(5.0, 10.0);
        assert!((low - 0.2693).abs() < 1e-3 && (high - 0.7307).abs() < 1e-3, "{low} {high}");
        let (low, high) = wilson(10.0, 10.0);
        assert!((low - 0.787).abs() < 1e-3 && (high - 1.0).abs() < 1e-12, "{low}");
    }

    #[test]
    fn quantiles_take_the_nearest_rank() {
        let values: Vec<f64> = (1..=200).map(f64::from).collect();
        assert_eq!((quantile(&values, 0.5), quantile(&values, 0.99)), (100.0, 198.0));
        assert_eq!(quantile(&[], 0.5), 0.0);
    }
}
