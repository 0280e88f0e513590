//! Findings pooled to one robust score an entity.
//!
//! For each entity the strongest finding of each kind counts once; kinds are summed on a logarithmic scale within the
//! internal and the external side, and the sides are added: a culprit shows trouble of its own *and* is seen to be in
//! trouble, while what only passes trouble on shows external findings alone (component-internal and -external
//! properties: Pham et al., arXiv 2601.21359). The logarithm makes one absurd score count no more than several good
//! ones. Sums run in finding order, which is fact order.

use crate::anomaly::{Finding, Side};
use crate::topology::Topology;

/// The magnitude that detectors call noticeable.
pub const NOTICEABLE: f64 = 3.0;

/// What telemetry says of one entity.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EntityScore {
    /// Its own trouble, logarithmic.
    pub internal: f64,
    /// The trouble others see in it, logarithmic.
    pub external: f64,
    /// The greatest single score.
    pub peak: f64,
    /// The greatest belief that a finding is real.
    pub belief: f64,
    /// The strongest finding of each kind, as indices into the findings.
    pub findings: Vec<usize>,
}

impl EntityScore {
    /// Both sides together, logarithmic.
    pub fn pooled(&self) -> f64 {
        self.internal + self.external
    }

    /// How anomalous the entity is by itself: 0 nothing, ½ noticeable, towards 1 extreme.
    pub fn degree(&self) -> f64 {
        self.belief.max(0.0) * self.peak / (self.peak + NOTICEABLE)
    }
}

/// The scores by entity number.
pub fn pooled(findings: &[Finding], topology: &Topology) -> Vec<EntityScore> {
    let mut scores = vec![EntityScore::default(); topology.len()];
    for (at, finding) in findings.iter().enumerate() {
        let Some(score) = topology.position(finding.entity).and_then(|entity| scores.get_mut(entity)) else { continue };
        score.peak = score.peak.max(finding.score);
        score.belief = score.belief.max(finding.belief);
        let same =
            score.findings.iter_mut().find(|known| findings.get(**known).is_some_and(|k| k.kind == finding.kind));
        match same {
            Some(known) => {
                if findings.get(*known).is_some_and(|k| k.score < finding.score) {
                    *known = at;
                }
            }
            None => score.findings.push(at),
        }
    }
    for score in &mut scores {
        for finding in score.findings.iter().filter_map(|at| findings.get(*at)) {
            let part = finding.belief * finding.score.ln_1p();
            match finding.side {
                Side::Internal => score.internal += part,
                Side::External => score.external += part,
            }
        }
    }
    scores
}

/// Shares proportional to `exp(score)` among the entities with a positive score.
pub fn softmax(scores: &[f64]) -> Vec<f64> {
    let most = scores.iter().copied().fold(0.0_f64, f64::max);
    let weight = |score: f64| if score > 0.0 { (score - most).exp() } else { 0.0 };
    let total: f64 = scores.iter().map(|score| weight(*score)).sum();
    scores.iter().map(|score| if total > 0.0 { weight(*score) / total } else { 0.0 }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use oriel_atomspace::{Frame, Term, TruthValue};

    #[test]
    fn a_kind_counts_once_and_sides_add_up() {
        let mut frame = Frame::new();
        let a = Term::Entity("service/a");
        let mut shift = |kind: &str, score: f64| {
            frame.fact(
                "metric-shift",
                &[a, Term::Entity(kind), Term::Entity("up"), Term::Number(score)],
                TruthValue::TRUE,
                None,
            );
        };
        shift("cpu", 4.0);
        shift("cpu", 9.0);
        shift("latency", 1.0);
        let found = crate::anomaly::findings(&frame);
        let entities = frame.entity("service/a").into_iter().collect();
        let scores = pooled(&found, &Topology::of(&frame, entities));
        assert!((scores[0].internal - 10.0_f64.ln()).abs() < 1e-12);
        assert!((scores[0].external - 2.0_f64.ln()).abs() < 1e-12);
        assert!((scores[0].degree() - 0.75).abs() < 1e-12);
    }

    #[test]
    fn shares_leave_out_what_has_no_score() {
        let shares = softmax(&[0.0, 2.0, 2.0]);
        assert_eq!(shares, [0.0, 0.5, 0.5]);
        assert_eq!(softmax(&[0.0, 0.0]), [0.0, 0.0]);
    }
}
