//! Published ways to name the place of a fault, run on the same parsed incidents and judged the same way as Oriel.
//!
//! Each reads [`Evidence`] and ranks entities; none names a cause, so they are compared at the level of the place. They
//! take the stated start of the incident as the moment of change. Where a method has nothing to work with (no metrics, or
//! for the traversal no call graph) it gives no ranking, and the case does not count for it.

mod graph;
mod n_sigma;
mod random_walk;
mod robust;
mod traversal;
mod window;

use oriel_evidence::Evidence;

/// One method.
#[derive(Clone, Copy)]
pub struct Baseline {
    /// Its name in tables.
    pub name: &'static str,
    /// The algorithm and its source.
    pub about: &'static str,
    /// The entities, most suspect first; none where the method does not apply.
    pub rank: fn(&Evidence) -> Option<Vec<String>>,
}

/// Every baseline, in the order of reports.
pub const ALL: [Baseline; 6] = [
    n_sigma::BASELINE,
    n_sigma::TYPICAL,
    robust::BASELINE,
    robust::TYPICAL,
    random_walk::BASELINE,
    traversal::BASELINE,
];

/// Entities by score, greatest first, equal ones as they came; each once, with its greatest score.
fn ranked(scores: impl IntoIterator<Item = (String, f64)>) -> Vec<String> {
    let mut best: Vec<(String, f64)> = Vec::new();
    for (entity, score) in scores {
        match best.iter_mut().find(|(known, _)| *known == entity) {
            Some((_, most)) => *most = most.max(score),
            None => best.push((entity, score)),
        }
    }
    best.sort_by(|a, b| b.1.total_cmp(&a.1));
    best.into_iter().map(|(entity, _)| entity).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use oriel_evidence::{Limits, Source};
    use std::fmt::Write as _;

    /// An incident of an invented shop: `till` calls `shelf` calls `depot`; `depot` turns slow, so all do.
    pub(super) fn shop(topology: bool) -> Evidence {
        let mut table = String::from("time,till|latency_ms,shelf|latency_ms,depot|latency_ms,depot|cpu,aside|cpu");
        for at in 0..60 {
            let (slow, noise) = (if at >= 40 { 400.0 } else { 0.0 }, f64::from(at * 7 % 5));
            let depot = 20.0 + noise + slow;
            // Callers add their own, noisier, time.
            let shelf = depot + 30.0 + f64::from(at * 3 % 11);
            let till = shelf + 50.0 + f64::from(at * 5 % 17);
            let (cpu, aside) = (1.0 + noise / 10.0 + slow / 40.0, 2.0 + f64::from(at * 2 % 3));
            let time = 1_700_000_000 + at * 10;
            let _ = write!(table, "\n{time},{till},{shelf},{depot},{cpu},{aside}");
        }
        let incident = "start = 1700000400\nservices = [\"till\"]\nsymptoms = [\"latency\"]\n";
        let mut files = vec![
            ("incident.toml".to_owned(), incident.as_bytes().to_vec()),
            ("metrics/m.csv".to_owned(), table.into_bytes()),
        ];
        if topology {
            files.push(("topology.csv".to_owned(), b"caller,callee\ntill,shelf\nshelf,depot\n".to_vec()));
        }
        Evidence::read(&Source::Memory(files), &Limits::default(), &mut |_| {}).unwrap()
    }

    #[test]
    fn every_baseline_finds_a_plain_fault() {
        for baseline in ALL {
            let ranking = (baseline.rank)(&shop(true)).unwrap();
            assert_eq!(ranking[0], "service/depot", "{}: {ranking:?}", baseline.name);
        }
    }

    #[test]
    fn without_metrics_none_applies() {
        let files = vec![("topology.csv".to_owned(), b"caller,callee\na,b\n".to_vec())];
        let evidence = Evidence::read(&Source::Memory(files), &Limits::default(), &mut |_| {}).unwrap();
        assert!(ALL.iter().all(|baseline| (baseline.rank)(&evidence).is_none()));
    }

    #[test]
    fn equal_scores_stay_in_order_and_an_entity_keeps_its_best() {
        let scores = [("a", 1.0), ("b", 2.0), ("c", 2.0), ("a", 3.0)].map(|(e, s)| (e.to_owned(), s));
        assert_eq!(ranked(scores), ["a", "b", "c"]);
    }
}
