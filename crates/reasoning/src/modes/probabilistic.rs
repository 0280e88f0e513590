//! Probabilistic: how probable is each cause, given everything that speaks for it and against it?
//!
//! Noisy-OR over all firings that concluded the cause (each may fail on its own: Pearl, *Probabilistic Reasoning in
//! Intelligent Systems*, 1988, §4.3), then Bayes' rule with the likelihood ratio of what the cause's mechanisms promise:
//! effects that were seen raise it, effects that were looked for and not seen lower it, effects nobody looked for do
//! nothing (noisy-OR likelihoods as in QMR, Shwe et al. 1991). The ratio is bounded, because a rule's premises and a
//! mechanism's effects are often the same observation. Silent when neither rules nor mechanisms say anything.

use crate::case::Case;
use crate::mode::{Conclusion, Mode, Perspective, Reading, Think};
use oriel_atomspace::TruthValue;

/// The registry entry.
pub const MODE: Mode = Mode {
    name: "probabilistic",
    about: "Noisy-OR over every rule that speaks for a cause, updated by what its mechanisms promise.",
    think: Think::Causes(think),
};

/// Probability that an effect is seen without its cause.
const LEAK: f64 = 0.2;
/// Prior probability of a cause that no rule derived.
const PRIOR: f64 = 0.05;
/// The mechanisms may move the log-odds by this much either way.
const MOST: f64 = 2.0;

fn think(case: &Case<'_>) -> Option<Perspective> {
    let mut conclusions = Vec::new();
    let mut used = Vec::new();
    let (mut spoken, mut strongest) = (0, 0.0_f64);
    for (hypothesis, candidate) in case.hypotheses.iter().enumerate() {
        let firings: Vec<TruthValue> = candidate
            .fact
            .iter()
            .flat_map(|fact| case.derivations.of(*fact))
            .filter(|f| !f.circular)
            .map(|f| f.tv)
            .collect();
        let effects = case.predictions.effects(hypothesis);
        if firings.is_empty() && effects.is_empty() {
            continue;
        }
        spoken += firings.len();
        let supported = 1.0 - firings.iter().map(|tv| 1.0 - tv.strength * tv.confidence).product::<f64>();
        let before = if firings.is_empty() { PRIOR } else { supported };
        let after = update(before, log_ratio(case, effects));
        let confidence = firings.iter().map(|tv| tv.confidence).fold(0.5_f64, f64::max);
        strongest = strongest.max(after);
        conclusions.push(Conclusion { hypothesis, tv: TruthValue::new(after, confidence) });
        let symptoms = effects.iter().filter_map(|(at, _)| case.predictions.symptoms.get(*at)?.atom);
        used.extend(symptoms.chain(candidate.fact));
    }
    used.sort_unstable();
    used.dedup();
    (!conclusions.is_empty()).then(|| Perspective {
        mode: MODE.name,
        applicability: strongest,
        reading: Reading::Independent,
        note: format!("{} causes weighed by {spoken} rule firings and the effects they promise.", conclusions.len()),
        conclusions,
        used,
        assumptions: vec!["rules fail independently of each other".to_owned()],
    })
}

fn update(probability: f64, log_ratio: f64) -> f64 {
    let p = probability.clamp(1e-6, 1.0 - 1e-6);
    let odds = p / (1.0 - p) * log_ratio.exp();
    odds / (1.0 + odds)
}

/// The log-likelihood ratio of what was seen, with the cause against without it.
fn log_ratio(case: &Case<'_>, effects: &[(usize, f64)]) -> f64 {
    let mut sum = 0.0;
    for (at, probability) in effects {
        let Some(symptom) = case.predictions.symptoms.get(*at) else { continue };
        let with = 1.0 - (1.0 - LEAK) * (1.0 - probability);
        if symptom.seen > 0.0 {
            sum += symptom.seen * (with / LEAK).ln();
        }
        if symptom.observable {
            sum += (1.0 - symptom.seen) * ((1.0 - with) / (1.0 - LEAK)).max(1e-3).ln();
        }
    }
    sum.clamp(-MOST, MOST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learning::Learning;
    use crate::scene::{facts, scene};

    const RULES: &str = r#"
(rule first "F." (source "s") (tv 0.6 0.9) (if (a ?x)) (then (cause ?x one)))
(rule second "S." (source "s") (tv 0.6 0.9) (if (b ?x)) (then (cause ?x one)))
(rule other "O." (source "s") (tv 0.6 0.9) (if (a ?x)) (then (cause ?x two)))
(mechanism two-shows "T." (source "s") (tv 0.9 0.9) (if (cause ?x two)) (then (symptom ?x latency up)))
"#;

    #[test]
    fn two_rules_for_a_cause_beat_one() {
        let scene = scene("(a service/s) (b service/s)", RULES, Learning::default());
        assert_eq!(scene.ask(&MODE)[0], "service/s one");
    }

    #[test]
    fn an_effect_that_shows_raises_its_cause_and_one_that_is_missing_lowers_it() {
        let seen = scene("(a service/s) (symptom service/s latency up) <1 0.95>", RULES, Learning::default());
        assert_eq!(seen.ask(&MODE)[0], "service/s two");
        let missing = scene("(a service/s) (observed service/s latency)", RULES, Learning::default());
        assert_eq!(missing.ask(&MODE)[0], "service/s one");
    }

    #[test]
    fn what_nobody_looked_for_changes_nothing() {
        let scene = scene("(a service/s)", RULES, Learning::default());
        let case = scene.case();
        let strengths: Vec<f64> = think(&case).unwrap().conclusions.iter().map(|c| c.tv.strength).collect();
        assert!((strengths[0] - strengths[1]).abs() < 1e-9, "{strengths:?}");
    }

    #[test]
    fn silent_without_rules() {
        assert!(facts("(metric-shift service/s cpu up 9)").ask(&MODE).is_empty());
    }
}
