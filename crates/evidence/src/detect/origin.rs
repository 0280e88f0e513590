//! Brings what was found together: how likely the trouble starts at each entity, and of what kind it is.
//!
//! Evidence is in nats and adds up over independent kinds of telemetry: own resources (metrics), own behaviour (requests
//! through traces and logs), share of the complaint's extra load (call graph), own messages (logs without requests).
//! A kind of telemetry that is missing adds nothing and takes nothing away. The shares are the softmax of the evidence,
//! tempered, against a level at which nothing would be wrong; they are belief before calibration.

use crate::metrics::Kind;
use crate::stats;

/// What is held against one entity.
#[derive(Debug, Clone, Default)]
pub struct Suspect {
    /// Atom name.
    pub entity: String,
    /// Kinds of trouble with their evidence in nats.
    pub kinds: Vec<(&'static str, f64)>,
    /// All evidence.
    pub evidence: f64,
    /// Share of belief that the trouble starts here.
    pub share: f64,
}

/// Evidence at which trouble is as likely as none, if there is but one place to look at. Each further place adds its chance
/// of looking odd: the prior share of one among many is its inverse (the look-elsewhere effect).
const NOTHING: f64 = 0.5;
/// Evidence is not as independent as it adds up: this many nats count as one.
const TEMPER: f64 = 2.5;
/// Evidence from which a kind of trouble explains another.
const CERTAIN: f64 = 5.0;
/// Entities reported.
const MAX_SUSPECTS: usize = 20;
/// No single series counts for more than this: beyond it, it is certain.
const MOST: f64 = 20.0;

/// Collects evidence by entity, in order of first sight.
#[derive(Debug, Default)]
pub struct Gathering {
    suspects: Vec<Suspect>,
    index: rustc_hash::FxHashMap<String, usize>,
    looked_at: usize,
}

impl Gathering {
    /// Starts where `looked_at` pairs of an entity and a kind of trouble could have shown something.
    pub fn over(looked_at: usize) -> Self {
        Self { looked_at, ..Self::default() }
    }

    /// Holds evidence of a kind of trouble against an entity; of one kind, the strongest counts.
    pub fn add(&mut self, entity: &str, kind: &'static str, evidence: f64) {
        if evidence <= 0.0 {
            return;
        }
        let at = *self.index.entry(entity.to_owned()).or_insert_with(|| {
            self.suspects.push(Suspect { entity: entity.to_owned(), ..Suspect::default() });
            self.suspects.len() - 1
        });
        let Some(suspect) = self.suspects.get_mut(at) else { return };
        match suspect.kinds.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, strongest)) => *strongest = strongest.max(evidence),
            None => suspect.kinds.push((kind, evidence)),
        }
    }

    /// Where trouble of the kind `cause` is found, trouble of the kind `effect` at the same entity is its effect: allocating
    /// and collecting memory takes processor time, while computing takes no memory.
    pub fn explain(&mut self, cause: &str, effect: &str) {
        for suspect in &mut self.suspects {
            let of = |kind: &str| {
                suspect.kinds.iter().find(|(known, _)| *known == kind).map_or(0.0, |(_, evidence)| *evidence)
            };
            let (own, passed) = (of(cause), of(effect));
            if own >= CERTAIN && passed > own {
                for (known, evidence) in &mut suspect.kinds {
                    if *known == cause {
                        *evidence = passed;
                    } else if *known == effect {
                        *evidence = own;
                    }
                }
            }
        }
    }

    /// The suspects with their shares, most likely first.
    pub fn finish(mut self) -> Vec<Suspect> {
        for suspect in &mut self.suspects {
            suspect.kinds.sort_by(|a, b| b.1.total_cmp(&a.1));
            // The strongest kind counts whole; others of the same entity confirm it.
            let strengths = suspect.kinds.iter().map(|(_, evidence)| *evidence);
            suspect.evidence = strengths.enumerate().map(|(place, e)| if place == 0 { e } else { 0.25 * e }).sum();
        }
        let mut order: Vec<(usize, Suspect)> = self.suspects.into_iter().enumerate().collect();
        order.sort_by(|(a, x), (b, y)| y.evidence.total_cmp(&x.evidence).then(a.cmp(b)));
        let mut suspects: Vec<Suspect> = order.into_iter().map(|(_, suspect)| suspect).collect();
        let nothing = NOTHING + (self.looked_at.max(1) as f64).ln();
        let top = suspects.first().map_or(0.0, |s| s.evidence).max(nothing);
        let weight = |evidence: f64| ((evidence - top) / TEMPER).exp();
        let total: f64 = weight(nothing) + suspects.iter().map(|s| weight(s.evidence)).sum::<f64>();
        for suspect in &mut suspects {
            suspect.share = weight(suspect.evidence) / total;
        }
        suspects.truncate(MAX_SUSPECTS);
        suspects
    }
}

/// Evidence of a shift of robust magnitude `z` among the magnitudes of the same kind at all entities: what the busy
/// majority shows too is no evidence.
pub fn resource_evidence(z: f64, peers: &[f64]) -> f64 {
    let mut usual: Vec<f64> = peers.iter().map(|z| stats::surprise(*z)).collect();
    let quantile = if usual.len() >= 10 { 0.9 } else { 0.5 };
    let level = stats::quantile(&mut usual, quantile).unwrap_or(0.0);
    let own = stats::surprise(z).min(MOST + level);
    (own - level * 0.5).max(0.0)
}

/// The word for the trouble behind a resource that shifted.
pub fn word(kind: Kind) -> &'static str {
    kind.word()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_sum_below_one_and_rank_by_evidence() {
        let mut gathering = Gathering::default();
        gathering.add("service/a", "cpu", 6.0);
        gathering.add("service/b", "cpu", 15.0);
        gathering.add("service/b", "latency", 8.0);
        gathering.add("service/c", "cpu", 0.0);
        let found = gathering.finish();
        assert_eq!(found.iter().map(|s| s.entity.as_str()).collect::<Vec<_>>(), ["service/b", "service/a"]);
        assert!(found[0].share > 0.9 && found.iter().map(|s| s.share).sum::<f64>() < 1.0);
        assert_eq!(found[0].kinds[0].0, "cpu");
    }

    #[test]
    fn memory_explains_processor_time_and_not_the_other_way() {
        let kinds = |memory: f64| {
            let mut gathering = Gathering::default();
            gathering.add("service/a", "cpu", 14.0);
            gathering.add("service/a", "memory", memory);
            gathering.explain("memory", "cpu");
            gathering.finish().remove(0).kinds
        };
        assert_eq!(kinds(9.0), [("memory", 14.0), ("cpu", 9.0)]);
        assert_eq!(kinds(1.0)[0].0, "cpu");
    }

    #[test]
    fn little_evidence_leaves_most_belief_on_nothing() {
        let mut gathering = Gathering::over(40);
        gathering.add("service/a", "cpu", 0.5);
        assert!(gathering.finish()[0].share < 0.25);
    }
}
