//! The robust scorer of BARO: as N-sigma, with the median for the mean and the interquartile range for the deviation.

use super::window::{Of, Split, splits};
use super::{Baseline, ranked};
use oriel_evidence::{Evidence, stats};

/// By the worst value of the window.
pub(super) const BASELINE: Baseline = Baseline {
    name: "BARO",
    about: "greatest deviation from the median in interquartile ranges (robust scorer of Pham et al., FSE 2024)",
    rank: |evidence| rank(evidence, Of::Worst),
};

/// By the median of the window.
pub(super) const TYPICAL: Baseline = Baseline {
    name: "BARO, typical",
    about: "the same with the window's median for its worst value",
    rank: |evidence| rank(evidence, Of::Typical),
};

fn rank(evidence: &Evidence, of: Of) -> Option<Vec<String>> {
    let scores = splits(evidence).into_iter().filter_map(|split| score(&split, of).map(|score| (split.entity, score)));
    Some(ranked(scores)).filter(|ranking| !ranking.is_empty())
}

/// How far the window is from the median to the worse, in interquartile ranges.
pub(super) fn score(split: &Split<'_>, of: Of) -> Option<f64> {
    let (median, range) = median_and_range(&split.before)?;
    split.deviation(median, range, of)
}

/// Median and interquartile range.
pub(super) fn median_and_range(values: &[f64]) -> Option<(f64, f64)> {
    let mut sorted = values.to_vec();
    let median = stats::quantile(&mut sorted, 0.5)?;
    Some((median, stats::sorted_quantile(&sorted, 0.75)? - stats::sorted_quantile(&sorted, 0.25)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_outlier_in_the_normal_period_does_not_hide_a_change() {
        assert_eq!(median_and_range(&[1.0, 2.0, 3.0, 4.0, 1_000.0]), Some((3.0, 2.0)));
    }

    #[test]
    fn what_did_not_change_comes_last() {
        let ranking = rank(&super::super::tests::shop(true), Of::Typical).unwrap();
        assert_eq!(ranking.last().unwrap(), "service/aside");
    }
}
