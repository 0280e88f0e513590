//! Objective: statistics alone. Where do the measurements say that the trouble starts?
//!
//! Where the detectors compared whole series (`origin` facts), their shares of belief are the opinion. Otherwise the
//! pooled robust score of [`crate::scores`] serves as a pseudo-likelihood, normalised over the entities (robust scoring
//! of change against the normal period as in BARO, Pham et al., FSE 2024; internal and external properties pooled,
//! arXiv 2601.21359). Knows no rule and no past. Silent without findings.

use crate::case::Case;
use crate::mode::{Conclusion, Mode, Perspective, Reading, Think};
use crate::scores::{EntityScore, softmax};
use oriel_atomspace::TruthValue;

/// The registry entry.
pub const MODE: Mode = Mode {
    name: "objective",
    about: "Statistics alone: where the measurements place the origin, or pooled robust scores of each entity.",
    think: Think::Causes(think),
};

fn think(case: &Case<'_>) -> Option<Perspective> {
    if case.origins.is_empty() { from_scores(case) } else { Some(from_origins(case)) }
}

fn from_origins(case: &Case<'_>) -> Perspective {
    let mut shares = vec![0.0; case.hypotheses.len()];
    let mut confidence = 0.0_f64;
    for origin in &case.origins {
        confidence = confidence.max(origin.confidence);
        for (at, part) in case.split(origin.entity, Some(origin.atom)) {
            if let Some(share) = shares.get_mut(at) {
                *share += origin.share * part;
            }
        }
    }
    let said = shares.iter().enumerate().filter(|(_, share)| **share > 0.0);
    let conclusions =
        said.map(|(hypothesis, share)| Conclusion { hypothesis, tv: TruthValue::new(*share, confidence) });
    Perspective {
        mode: MODE.name,
        applicability: case.origins.iter().map(|origin| origin.share).sum::<f64>().min(1.0) * confidence,
        reading: Reading::Exclusive,
        conclusions: conclusions.collect(),
        used: case.origins.iter().map(|origin| origin.atom).take(12).collect(),
        assumptions: vec!["the normal period is normal".to_owned()],
        note: format!(
            "Compared every series with its normal period; {} places could be the origin.",
            case.origins.len()
        ),
    }
}

fn from_scores(case: &Case<'_>) -> Option<Perspective> {
    let pooled: Vec<f64> = case.scores.iter().map(EntityScore::pooled).collect();
    let anomalous = case.scores.iter().map(EntityScore::degree).fold(0.0_f64, f64::max);
    if anomalous <= 0.0 {
        return None;
    }
    let shares: Vec<f64> = softmax(&pooled).into_iter().map(|share| share * anomalous).collect();
    let moved = case.scores.iter().filter(|score| score.peak > 0.0).count();
    Some(Perspective {
        mode: MODE.name,
        applicability: anomalous,
        reading: Reading::Exclusive,
        conclusions: case.spread(&shares, 0.9),
        used: case.strongest_findings(8),
        assumptions: vec!["the normal period is normal".to_owned()],
        note: format!("{moved} entities left their normal range; each counts by how far, over all its measurements."),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::facts;

    #[test]
    fn the_entity_that_moved_most_comes_first() {
        let scene = facts(
            "(metric-shift service/a cpu up 4) (metric-shift service/b cpu up 30) (metric-shift service/b latency up 9)",
        );
        assert!(scene.ask(&MODE)[0].starts_with("service/b"));
    }

    #[test]
    fn where_origins_are_placed_they_are_the_opinion() {
        let scene = facts(
            "(metric-shift service/b cpu up 300) (origin service/a cpu 4) <0.7 0.9> (origin service/b cpu 2) <0.2 0.9>",
        );
        assert!(scene.ask(&MODE)[0].starts_with("service/a"));
        assert!((scene.applicability(&MODE).unwrap() - 0.81).abs() < 1e-9);
    }

    #[test]
    fn silent_without_findings() {
        assert!(facts("(calls service/a service/b)").ask(&MODE).is_empty());
    }
}
