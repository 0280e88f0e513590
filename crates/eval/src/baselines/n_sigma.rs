//! N-sigma: the entity with the series that leaves its mean by most standard deviations.

use super::window::{Of, splits};
use super::{Baseline, ranked};
use oriel_evidence::Evidence;

/// By the worst value of the window.
pub(super) const BASELINE: Baseline = Baseline {
    name: "N-sigma",
    about: "greatest deviation in standard deviations of the normal period (as in Microscope, Lin et al., ICSOC 2018)",
    rank: |evidence| rank(evidence, Of::Worst),
};

/// By the median of the window.
pub(super) const TYPICAL: Baseline = Baseline {
    name: "N-sigma, typical",
    about: "the same with the window's median for its worst value",
    rank: |evidence| rank(evidence, Of::Typical),
};

fn rank(evidence: &Evidence, of: Of) -> Option<Vec<String>> {
    let splits = splits(evidence);
    let scores = splits.into_iter().filter_map(|split| {
        let count = split.before.len() as f64;
        let mean = split.before.iter().sum::<f64>() / count;
        let variance = split.before.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
        let score = split.deviation(mean, variance.sqrt(), of)?;
        Some((split.entity, score))
    });
    Some(ranked(scores)).filter(|ranking| !ranking.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::tests::shop;

    #[test]
    fn what_did_not_change_comes_last() {
        assert_eq!(super::rank(&shop(true), super::Of::Typical).unwrap().last().unwrap(), "service/aside");
    }
}
