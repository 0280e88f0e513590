//! Comparative: what stands out among its peers?
//!
//! Two comparisons. Entities against each other, kind by kind: the robust outlyingness of an entity's score among all
//! that are measured for that kind (modified z-score, Iglewicz and Hoaglin 1993), so that a change that everything
//! shares, such as a surge of traffic, accuses nobody. And groups of replicas against the rest: the share of afflicted
//! pods on a node or of a service against the share elsewhere (two Beta posteriors, Laplace's rule of succession), so
//! that one bad replica accuses its node and all bad replicas accuse their service. The comparison with the past is in
//! the scores themselves, and with past cases in [`super::intuitive`]. Silent with fewer than three peers.

use crate::case::Case;
use crate::mode::{Mode, Perspective, Reading, Think};
use crate::scores::softmax;
use oriel_atomspace::AtomId;
use rustc_hash::{FxHashMap, FxHashSet};

/// The registry entry.
pub const MODE: Mode = Mode {
    name: "comparative",
    about: "Against peers: outlyingness among entities measured alike, and afflicted replicas by node and service.",
    think: Think::Causes(think),
};

/// Fewer peers than this say nothing.
const MIN_PEERS: usize = 3;
/// 0.6745 makes the median absolute deviation comparable to a standard deviation.
const MAD_SCALE: f64 = 0.6745;
/// The least spread taken on the logarithmic scale, so that identical peers do not make infinite outliers.
const MIN_SPREAD: f64 = 0.3;

fn think(case: &Case<'_>) -> Option<Perspective> {
    let outlying = outlyingness(case);
    let contrast = contrast(case);
    let evidence: Vec<f64> = outlying.iter().zip(&contrast).map(|(a, b)| a + b).collect();
    let most = evidence.iter().copied().fold(0.0_f64, f64::max);
    if most <= 0.0 {
        return None;
    }
    let applicability = most / (most + 2.0);
    let shares: Vec<f64> = softmax(&evidence).into_iter().map(|share| share * applicability).collect();
    let by = if contrast.iter().any(|c| *c > 0.0) { "replicas by node and service" } else { "entities measured alike" };
    Some(Perspective {
        mode: MODE.name,
        applicability,
        reading: Reading::Exclusive,
        conclusions: case.spread(&shares, 0.8),
        used: case.strongest_findings(6),
        assumptions: vec!["peers do comparable work".to_owned()],
        note: format!("Compared {by}: the one that differs most from the others is suspected."),
    })
}

/// By entity: the sum over kinds of how far its score lies beyond those of its peers.
fn outlyingness(case: &Case<'_>) -> Vec<f64> {
    let mut total = vec![0.0; case.scores.len()];
    let mut kinds: Vec<&str> = Vec::new();
    for finding in &case.findings {
        if !kinds.contains(&finding.kind.as_str()) {
            kinds.push(&finding.kind);
        }
    }
    for kind in kinds {
        let mut of_kind: Vec<(usize, f64)> = Vec::new();
        for (entity, score) in case.scores.iter().enumerate() {
            let finding = score.findings.iter().filter_map(|at| case.findings.get(*at)).find(|f| f.kind == kind);
            let measured = finding.is_some() || case.observes(entity, kind);
            if measured {
                of_kind.push((entity, finding.map_or(0.0, |f| f.belief * f.score.ln_1p())));
            }
        }
        if of_kind.len() < MIN_PEERS {
            continue;
        }
        let values: Vec<f64> = of_kind.iter().map(|(_, value)| *value).collect();
        let middle = median(values.clone());
        let spread = median(values.iter().map(|v| (v - middle).abs()).collect()).max(MIN_SPREAD);
        for (entity, value) in of_kind {
            if let Some(cell) = total.get_mut(entity) {
                // Beyond three robust deviations is unusual; the logarithm keeps one kind from deciding alone.
                *cell += (MAD_SCALE * (value - middle) / spread - 1.0).max(0.0).ln_1p();
            }
        }
    }
    total
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    values.get(middle).copied().unwrap_or(0.0)
}

/// By entity: the logarithm of how much likelier a pod is to be afflicted inside the entity's group than outside.
fn contrast(case: &Case<'_>) -> Vec<f64> {
    let afflicted = afflicted(case);
    let mut groups: FxHashMap<usize, FxHashSet<AtomId>> = FxHashMap::default();
    let mut pods: FxHashSet<AtomId> = FxHashSet::default();
    for predicate in ["part-of", "runs-on"] {
        for fact in case.frame.facts(predicate) {
            let [pod, group, ..] = fact.arg_ids else { continue };
            pods.insert(*pod);
            if let Some(at) = case.topology.position(*group) {
                groups.entry(at).or_default().insert(*pod);
            }
        }
    }
    let sick = pods.intersection(&afflicted).count();
    (0..case.scores.len())
        .map(|at| {
            let Some(members) = groups.get(&at) else { return 0.0 };
            if sick == 0 || pods.len() < MIN_PEERS || members.len() == pods.len() {
                return 0.0;
            }
            let inside = members.intersection(&afflicted).count();
            let rate = |hits: usize, of: usize| (hits as f64 + 1.0) / (of as f64 + 2.0);
            let ratio = rate(inside, members.len()) / rate(sick - inside, pods.len() - members.len());
            if inside > 0 { ratio.ln().max(0.0) } else { 0.0 }
        })
        .collect()
}

/// The entities that a symptom was observed or derived for.
fn afflicted(case: &Case<'_>) -> FxHashSet<AtomId> {
    case.frame.facts("symptom").filter_map(|fact| fact.arg_ids.first().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::facts;
    use std::fmt::Write as _;

    #[test]
    fn a_change_that_all_share_accuses_nobody_and_the_odd_one_out_is_suspected() {
        let shared =
            "(metric-shift service/a cpu up 9) (metric-shift service/b cpu up 9) (metric-shift service/c cpu up 9)
            (metric-shift service/d cpu up 9)";
        assert!(facts(shared).ask(&MODE).is_empty());
        let odd = facts(&format!("{shared} (metric-shift service/e cpu up 200)"));
        assert!(odd.ask(&MODE)[0].starts_with("service/e"));
    }

    #[test]
    fn sick_pods_on_one_node_accuse_the_node() {
        let mut text = String::from("(cause node/n down) (cause service/s0 broken)");
        for at in 0..8 {
            let node = if at < 3 { "n" } else { "m" };
            let _ = write!(text, "(part-of pod/p{at} service/s{at}) (runs-on pod/p{at} node/{node})");
            if at < 3 {
                let _ = write!(text, "(symptom pod/p{at} not-ready)");
            }
        }
        assert_eq!(facts(&text).ask(&MODE)[0], "node/n down");
    }

    #[test]
    fn silent_with_too_few_peers() {
        assert!(facts("(metric-shift service/a cpu up 90) (metric-shift service/b cpu up 1)").ask(&MODE).is_empty());
    }
}
