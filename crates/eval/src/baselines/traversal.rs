//! Smoothed traversal of the call graph: the anomalous entity whose callees are not.
//!
//! Traversal as PetShop's authors run it (Hardt et al., CLeaR 2024), without its threshold: an entity's score is its own
//! anomaly less the greatest anomaly among those it calls (smooth traversal, Okati et al. 2024). An anomaly is
//! the negative log of the share of the normal period that lies as far to the worse of its median as the window does on median.
//! Only entities that the complaining ones reach along calls are ranked; all, where nobody complains. Needs a call graph.

use super::graph::Graph;
use super::robust::{median_and_range, score};
use super::window::{Of, Split, splits};
use super::{Baseline, ranked};
use oriel_evidence::metrics::{Kind, kind::classify};
use oriel_evidence::{Evidence, names, stats};

/// The baseline.
pub(super) const BASELINE: Baseline = Baseline {
    name: "smoothed traversal",
    about: "own anomaly less the greatest among the callees, along calls from the complaint (PetShop, Hardt et al. 2023; smoothing after Okati et al. 2024)",
    rank,
};

/// Weight of the size of a deviation, which only parts entities of the same tail share.
const SIZE: f64 = 1e-3;

fn rank(evidence: &Evidence) -> Option<Vec<String>> {
    let splits = splits(evidence);
    let kinds: Vec<Kind> = evidence.incident.symptoms.iter().map(|text| classify(text)).collect();
    let asked = |split: &&Split<'_>| kinds.contains(&split.kind());
    let any = splits.iter().any(|split| asked(&split));
    let mut entities: Vec<String> = Vec::new();
    let mut anomalies: Vec<f64> = Vec::new();
    for split in &splits {
        let score = if any && !asked(&split) { 0.0 } else { anomaly(split) };
        let at = entities.iter().position(|known| *known == split.entity).unwrap_or(entities.len());
        if let Some(cell) = anomalies.get_mut(at) {
            *cell = cell.max(score);
        } else {
            entities.push(split.entity.clone());
            anomalies.push(score);
        }
    }
    let graph = Graph::of(evidence, entities);
    if graph.is_empty() {
        return None;
    }
    let complainers: Vec<usize> =
        evidence.incident.services.iter().filter_map(|name| graph.find(&names::entity(name))).collect();
    let reached = if complainers.is_empty() { vec![true; graph.entities.len()] } else { graph.reached(&complainers) };
    let of = |at: &usize| anomalies.get(*at).copied().unwrap_or(0.0);
    let scores =
        graph.callees.iter().enumerate().map(|(at, callees)| of(&at) - callees.iter().map(of).fold(0.0, f64::max));
    let suspects = graph.entities.iter().cloned().zip(scores).zip(reached);
    Some(ranked(suspects.filter(|(_, reached)| *reached).map(|(scored, _)| scored)))
}

/// −ln of the share of the normal period that lies as far to the worse as the window does on median.
fn anomaly(split: &Split<'_>) -> f64 {
    let Some((median, _)) = median_and_range(&split.before) else { return 0.0 };
    let sign = if split.kind() == Kind::Availability { -1.0 } else { 1.0 };
    let mut deviations: Vec<f64> = split.after.iter().map(|value| sign * (value - median)).collect();
    let typical = stats::quantile(&mut deviations, 0.5).unwrap_or(0.0);
    let beyond = split.before.iter().filter(|value| sign * (*value - median) >= typical).count() as f64;
    let size = score(split, Of::Typical).unwrap_or(0.0).max(0.0);
    -((1.0 + beyond) / (1.0 + split.before.len() as f64)).ln() + SIZE * (1.0 + size).ln()
}

#[cfg(test)]
mod tests {
    use super::super::tests::shop;
    use super::*;

    #[test]
    fn callers_of_what_is_slow_are_explained_by_it() {
        assert_eq!(rank(&shop(true)).unwrap()[0], "service/depot");
        assert!(!rank(&shop(true)).unwrap().contains(&"service/aside".to_owned()), "nothing calls it");
    }

    #[test]
    fn without_a_call_graph_there_is_nothing_to_traverse() {
        assert!(rank(&shop(false)).is_none());
    }
}
