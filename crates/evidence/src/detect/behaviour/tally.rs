//! How many requests of a period show each feature.

use rustc_hash::FxHashMap;

use super::{Cluster, StepId};

/// Counts of requests over some clusters.
pub(super) struct Tally {
    features: Vec<f64>,
    entries: Vec<f64>,
    sources: FxHashMap<(u32, StepId), f64>,
}

impl Tally {
    pub(super) fn of(clusters: &[Cluster], features: usize, entries: usize) -> Self {
        let mut tally =
            Self { features: vec![0.0; features], entries: vec![0.0; entries], sources: FxHashMap::default() };
        for cluster in clusters {
            if let Some(entry) = tally.entries.get_mut(cluster.entry as usize) {
                *entry += 1.0;
            }
            for (feature, share) in &cluster.features {
                if let Some(count) = tally.features.get_mut(*feature as usize) {
                    *count += f64::from(*share);
                }
            }
            for source in &cluster.sources {
                *tally.sources.entry((cluster.entry, *source)).or_default() += 1.0;
            }
        }
        tally
    }

    pub(super) fn feature(&self, id: usize) -> f64 {
        self.features.get(id).copied().unwrap_or(0.0)
    }

    pub(super) fn entries(&self, entry: u32) -> f64 {
        self.entries.get(entry as usize).copied().unwrap_or(0.0)
    }

    pub(super) fn sources(&self, entry: u32, step: StepId) -> f64 {
        self.sources.get(&(entry, step)).copied().unwrap_or(0.0)
    }
}
