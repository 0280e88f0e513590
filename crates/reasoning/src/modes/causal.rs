//! Causal: trouble travels from callee to caller; where did it start?
//!
//! A random walk with restart from the complaint over the dependency graph, drawn towards anomalous dependencies and
//! kept where nothing further down explains the trouble (MonitorRank, Kim et al., SIGMETRICS 2013; CloudRanger, Wang et
//! al., CCGRID 2018; MicroRank, Yu et al., WWW 2021), weighed by how much of an entity's own anomaly its dependencies
//! leave unexplained (traversal to the topologically first anomalous node: PetShop, Hardt et al., CLeaR 2024).
//! Silent without call edges, or when nothing in the graph is anomalous.

use crate::case::Case;
use crate::mode::{Mode, Perspective, Reading, Think};

/// The registry entry.
pub const MODE: Mode = Mode {
    name: "causal",
    about: "Propagation over the topology: random walk with restart from the complaint towards unexplained anomalies.",
    think: Think::Causes(think),
};

/// The share of steps that start again at the complaint.
const RESTART: f64 = 0.15;
/// The weight of a step back from a dependency to what depends on it, against a step onward.
const BACKWARD: f64 = 0.1;
/// Anomaly that an entity without findings is taken to have: it may be unobserved.
const FLOOR: f64 = 0.02;
/// Steps of the power iteration; 0.85⁵⁰ is below a thousandth.
const STEPS: usize = 50;

fn think(case: &Case<'_>) -> Option<Perspective> {
    let graph = &case.topology;
    let degree = case.degrees();
    let connected = |at: usize| graph.dependencies(at).next().is_some() || !graph.callers(at).is_empty();
    let total: f64 = degree.iter().sum();
    let within: f64 = degree.iter().enumerate().filter(|(at, _)| connected(*at)).map(|(_, d)| d).sum();
    let most = degree.iter().copied().fold(0.0_f64, f64::max);
    if graph.calls() == 0 || within <= 0.0 {
        return None;
    }
    let visits = walk(case, &degree);
    let suspicion: Vec<f64> =
        visits.iter().enumerate().map(|(at, visit)| visit * unexplained(case, &degree, at)).collect();
    let sum: f64 = suspicion.iter().sum();
    if sum <= 0.0 {
        return None;
    }
    let shares: Vec<f64> = suspicion.iter().map(|s| s / sum * most).collect();
    Some(Perspective {
        mode: MODE.name,
        applicability: (within / total) * most,
        reading: Reading::Exclusive,
        conclusions: case.spread(&shares, 0.9),
        used: case.strongest_findings(8),
        assumptions: vec!["the call graph is complete between the complaint and the culprit".to_owned()],
        note: format!(
            "Walked {} call edges from {} towards anomalies that nothing further down explains.",
            graph.calls(),
            if case.complaints.is_empty() { "the most anomalous entities" } else { "the complaint" }
        ),
    })
}

/// The share of an entity's anomaly that its most anomalous dependency leaves unexplained.
fn unexplained(case: &Case<'_>, degree: &[f64], at: usize) -> f64 {
    let own = degree.get(at).copied().unwrap_or(0.0);
    let below = case.topology.dependencies(at).filter_map(|to| degree.get(to)).copied().fold(0.0_f64, f64::max);
    (own * (1.0 - below)).max(own * FLOOR)
}

/// The stationary distribution of the walk.
fn walk(case: &Case<'_>, degree: &[f64]) -> Vec<f64> {
    let count = degree.len();
    let start = start(case, degree);
    let moves: Vec<Vec<(usize, f64)>> = (0..count).map(|at| moves(case, degree, at)).collect();
    let mut visits = start.clone();
    for _ in 0..STEPS {
        let mut next: Vec<f64> = start.iter().map(|share| share * RESTART).collect();
        for (visit, steps) in visits.iter().zip(&moves) {
            for (to, probability) in steps {
                if let Some(cell) = next.get_mut(*to) {
                    *cell += (1.0 - RESTART) * visit * probability;
                }
            }
        }
        visits = next;
    }
    visits
}

/// Where the walk starts: at the complaints, or, without any, wherever trouble is seen.
fn start(case: &Case<'_>, degree: &[f64]) -> Vec<f64> {
    let mut start = vec![0.0; degree.len()];
    for at in &case.complaints {
        if let Some(cell) = start.get_mut(*at) {
            *cell = 1.0;
        }
    }
    if start.iter().sum::<f64>() <= 0.0 {
        start = degree.to_vec();
    }
    let total: f64 = start.iter().sum();
    start.into_iter().map(|share| share / total).collect()
}

/// The steps from an entity, with probabilities that sum to 1.
fn moves(case: &Case<'_>, degree: &[f64], at: usize) -> Vec<(usize, f64)> {
    let anomaly = |to: usize| degree.get(to).copied().unwrap_or(0.0).max(FLOOR);
    let mut steps: Vec<(usize, f64)> = case.topology.dependencies(at).map(|to| (to, anomaly(to))).collect();
    let onward = steps.iter().map(|(_, weight)| *weight).fold(0.0_f64, f64::max);
    steps.extend(case.topology.callers(at).iter().map(|to| (*to, BACKWARD * anomaly(*to))));
    steps.push((at, (anomaly(at) - onward).max(0.0)));
    let total: f64 = steps.iter().map(|(_, weight)| weight).sum();
    if total <= 0.0 {
        return vec![(at, 1.0)];
    }
    for (_, weight) in &mut steps {
        *weight /= total;
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::facts;

    const CHAIN: &str = "(calls service/w service/a) (calls service/a service/b) (calls service/w service/c)
        (metric-shift service/w latency up 20) (metric-shift service/a latency up 20) (metric-shift service/b latency up 20)";

    #[test]
    fn the_last_anomalous_entity_down_the_chain_is_the_origin() {
        let scene = facts(&format!("{CHAIN} (complaint service/w latency)"));
        assert_eq!(scene.ask(&MODE)[0], format!("service/b {}", crate::case::UNNAMED));
        assert!(scene.applicability(&MODE).unwrap() > 0.5);
    }

    #[test]
    fn a_complaint_elsewhere_moves_the_suspicion() {
        let other =
            "(calls service/x service/y) (metric-shift service/y latency up 20) (metric-shift service/x latency up 20)";
        let scene = facts(&format!("{CHAIN} {other} (complaint service/x latency)"));
        assert_eq!(scene.ask(&MODE)[0], format!("service/y {}", crate::case::UNNAMED));
    }

    #[test]
    fn silent_without_a_graph() {
        assert!(facts("(metric-shift service/a cpu up 20)").ask(&MODE).is_empty());
    }
}
