//! Personalised random walk on the call graph, as MonitorRank (Kim et al., SIGMETRICS 2013) and MicroRCA (Wu et al., NOMS
//! 2020) do it.
//!
//! How like the complaint an entity behaves is the greatest correlation of any of its series with the complaint's series.
//! The walker goes to callees in proportion to that, back to callers with a tenth of it, stays where no callee is more
//! like the complaint, and restarts anywhere in the same proportion. Entities are ranked by how often it is there. Where no
//! calls are known, all entities are linked, weighted by how their most deviating series correlate.

use super::graph::Graph;
use super::robust::score;
use super::window::{Of, Split, splits};
use super::{Baseline, ranked};
use oriel_evidence::metrics::{Kind, kind::classify};
use oriel_evidence::time::Seconds;
use oriel_evidence::{Evidence, names};

/// The baseline.
pub(super) const BASELINE: Baseline = Baseline {
    name: "random walk",
    about: "personalised random walk on the call graph, or on the correlation graph where no call is known (MonitorRank, Kim et al. 2013; MicroRCA, Wu et al. 2020)",
    rank,
};

/// Weight of going back to a caller.
const BACK: f64 = 0.1;
/// Probability of a restart at each step.
const RESTART: f64 = 0.15;
/// Steps: the walk forgets its start by 0.85 a step.
const STEPS: usize = 100;

fn rank(evidence: &Evidence) -> Option<Vec<String>> {
    let splits = splits(evidence);
    let front = complaint(evidence, &splits)?;
    let mut entities: Vec<String> = Vec::new();
    for split in &splits {
        if !entities.contains(&split.entity) {
            entities.push(split.entity.clone());
        }
    }
    let graph = Graph::of(evidence, entities);
    let mut alike = vec![1e-6_f64; graph.entities.len()];
    for split in &splits {
        if let Some(cell) = graph.find(&split.entity).and_then(|at| alike.get_mut(at)) {
            *cell = cell.max(correlation(&front.series.samples, &split.series.samples).abs());
        }
    }
    let weights = if graph.is_empty() { linked(&graph, &splits, &alike) } else { called(&graph, &alike) };
    let there = walk(&weights, &alike);
    Some(ranked(graph.entities.into_iter().zip(there)))
}

/// The series of the complaint: the complaining entity's, of the kind complained about, that deviates most; with nobody
/// complaining, the service level series that deviates most, else any.
fn complaint<'s, 'e>(evidence: &Evidence, splits: &'s [Split<'e>]) -> Option<&'s Split<'e>> {
    let complainers: Vec<String> = evidence.incident.services.iter().map(|name| names::entity(name)).collect();
    let kinds: Vec<Kind> = evidence.incident.symptoms.iter().map(|text| classify(text)).collect();
    let seen = |s: &&Split<'_>| matches!(s.kind(), Kind::Latency | Kind::Errors | Kind::Availability);
    let theirs = |s: &&Split<'_>| complainers.contains(&s.entity);
    most(splits.iter().filter(|s| theirs(s) && kinds.contains(&s.kind())))
        .or_else(|| most(splits.iter().filter(theirs)))
        .or_else(|| most(splits.iter().filter(seen)))
        .or_else(|| most(splits.iter()))
}

fn most<'s, 'e: 's>(splits: impl Iterator<Item = &'s Split<'e>>) -> Option<&'s Split<'e>> {
    let mut best: Option<(&Split<'_>, f64)> = None;
    for split in splits {
        let score = deviation(split);
        if best.is_none_or(|(_, known)| score > known) {
            best = Some((split, score));
        }
    }
    best.map(|(split, _)| split)
}

fn deviation(split: &Split<'_>) -> f64 {
    score(split, Of::Typical).unwrap_or(f64::NEG_INFINITY)
}

/// Pearson's correlation of two series at the times of the first, the second's last value carried on. 0 where undefined.
fn correlation(one: &[(Seconds, f64)], other: &[(Seconds, f64)]) -> f64 {
    let mut pairs: Vec<(f64, f64)> = Vec::new();
    let mut next = 0;
    for (time, value) in one {
        while other.get(next).is_some_and(|(at, _)| at <= time) {
            next += 1;
        }
        if let Some((_, last)) = next.checked_sub(1).and_then(|at| other.get(at)) {
            pairs.push((*value, *last));
        }
    }
    let count = pairs.len() as f64;
    let (mean_x, mean_y) =
        (pairs.iter().map(|p| p.0).sum::<f64>() / count, pairs.iter().map(|p| p.1).sum::<f64>() / count);
    let (mut xy, mut xx, mut yy) = (0.0, 0.0, 0.0);
    for (x, y) in pairs {
        xy += (x - mean_x) * (y - mean_y);
        xx += (x - mean_x).powi(2);
        yy += (y - mean_y).powi(2);
    }
    let scale = (xx * yy).sqrt();
    if scale > 0.0 { xy / scale } else { 0.0 }
}

type Weights = Vec<Vec<(usize, f64)>>;

/// MonitorRank's edges: forward by the callee's likeness, back by the caller's, and to itself by what it is above them.
fn called(graph: &Graph, alike: &[f64]) -> Weights {
    let like = |at: usize| alike.get(at).copied().unwrap_or(0.0);
    let mut weights: Weights =
        graph.callees.iter().map(|list| list.iter().map(|at| (*at, like(*at))).collect()).collect();
    for (caller, callees) in graph.callees.iter().enumerate() {
        for callee in callees {
            if let Some(list) = weights.get_mut(*callee) {
                list.push((caller, BACK * like(caller)));
            }
        }
        let above = like(caller) - callees.iter().map(|at| like(*at)).fold(0.0, f64::max);
        if above > 0.0
            && let Some(list) = weights.get_mut(caller)
        {
            list.push((caller, above));
        }
    }
    weights
}

/// Every pair of entities, by the correlation of their most deviating series and the likeness of the one gone to.
fn linked(graph: &Graph, splits: &[Split<'_>], alike: &[f64]) -> Weights {
    let main: Vec<Option<&Split<'_>>> =
        graph.entities.iter().map(|name| most(splits.iter().filter(|s| s.entity == *name))).collect();
    let edges = main.iter().enumerate().map(|(from, own)| {
        let others = main.iter().zip(alike).enumerate().filter(|(to, _)| *to != from);
        others
            .map(|(to, (other, like))| {
                let both = own.zip(*other);
                let alike = both.map_or(0.0, |(a, b)| correlation(&a.series.samples, &b.series.samples).abs());
                (to, alike * like)
            })
            .collect()
    });
    edges.collect()
}

/// How often the walker is at each entity in the long run.
fn walk(weights: &Weights, prefer: &[f64]) -> Vec<f64> {
    let total: f64 = prefer.iter().sum();
    let restart: Vec<f64> = prefer.iter().map(|p| p / total.max(f64::MIN_POSITIVE)).collect();
    let mut there = restart.clone();
    for _ in 0..STEPS {
        let mut next: Vec<f64> = restart.iter().map(|p| p * RESTART).collect();
        for (here, edges) in there.iter().zip(weights) {
            let sum: f64 = edges.iter().map(|(_, weight)| weight).sum();
            if sum > 0.0 {
                for (to, weight) in edges {
                    if let Some(cell) = next.get_mut(*to) {
                        *cell += (1.0 - RESTART) * here * weight / sum;
                    }
                }
            } else {
                for (cell, p) in next.iter_mut().zip(&restart) {
                    *cell += (1.0 - RESTART) * here * p;
                }
            }
        }
        there = next;
    }
    there
}

#[cfg(test)]
mod tests {
    use super::super::tests::shop;
    use super::*;

    #[test]
    fn series_are_correlated_at_the_times_of_the_first() {
        let one = [(0.0, 1.0), (10.0, 2.0), (20.0, 3.0)];
        let other = [(-5.0, -1.0), (9.0, -2.0), (19.0, -3.0)];
        assert!((correlation(&one, &other) + 1.0).abs() < 1e-12);
        assert_eq!(correlation(&one, &[(0.0, 7.0)]), 0.0);
    }

    #[test]
    fn the_walk_keeps_its_probability_and_prefers_sinks_that_look_like_the_complaint() {
        let weights = vec![vec![(1, 1.0), (2, 0.1)], vec![(1, 0.5)], vec![]];
        let there = walk(&weights, &[0.5, 0.9, 0.1]);
        assert!((there.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        assert!(there[1] > there[0] && there[0] > there[2]);
    }

    #[test]
    fn without_calls_the_correlation_graph_is_walked() {
        let ranking = rank(&shop(false)).unwrap();
        assert_eq!(ranking.len(), 4);
        assert_eq!(ranking.last().unwrap(), "service/aside");
    }
}
