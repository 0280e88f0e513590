//! Abductive: which causes would explain what is seen, at the least cost?
//!
//! Mechanisms are read backwards over the observed symptoms. An explanation is a set of one or two causes; its cost is
//! that of assuming each cause (the negative logarithm of its prior) and of every symptom it leaves unexplained or
//! promises in vain (cost-based abduction, Charniak and Shimony 1994; irredundant covers of the symptoms, Peng and
//! Reggia, *Abductive Inference Models for Diagnostic Problem-Solving*, 1990). Explanations weigh `exp(−cost)`; a cause
//! that another has made unnecessary loses its weight, which is explaining away. Silent without symptoms or mechanisms.

use crate::case::Case;
use crate::mode::{Conclusion, Mode, Perspective, Reading, Think};
use crate::prediction::Symptom;
use oriel_atomspace::TruthValue;
use rustc_hash::FxHashSet;

/// The registry entry.
pub const MODE: Mode = Mode {
    name: "abductive",
    about: "The cheapest sets of causes that explain the symptoms, by the mechanisms read backwards.",
    think: Think::Causes(think),
};

/// Probability that a symptom shows without any of the assumed causes.
const LEAK: f64 = 0.1;
/// All symptoms together weigh this many nats at most, however many there are: they are not independent.
const BUDGET: f64 = 8.0;
/// Pairs are made of this many of the best single causes.
const PAIRED: usize = 12;

fn think(case: &Case<'_>) -> Option<Perspective> {
    let seen: f64 = case.predictions.symptoms.iter().map(|s| s.seen * s.weight).sum();
    let able: Vec<usize> = (0..case.hypotheses.len()).filter(|at| !case.predictions.effects(*at).is_empty()).collect();
    if seen <= 0.0 || able.is_empty() {
        return None;
    }
    let scale = (BUDGET / seen).min(1.0);
    let mut explanations: Vec<(Vec<usize>, f64)> =
        able.iter().map(|at| (vec![*at], cost(case, &[*at], scale))).collect();
    explanations.sort_by(|a, b| a.1.total_cmp(&b.1));
    let singles: Vec<usize> = explanations.iter().take(PAIRED).flat_map(|(set, _)| set.iter().copied()).collect();
    for (position, first) in singles.iter().enumerate() {
        for second in singles.iter().skip(position + 1) {
            let pair = [*first, *second];
            explanations.push((pair.to_vec(), cost(case, &pair, scale)));
        }
    }
    let nothing = cost(case, &[], scale);
    let least = explanations.iter().map(|(_, cost)| *cost).fold(nothing, f64::min);
    let total: f64 = explanations.iter().map(|(_, cost)| (least - cost).exp()).sum::<f64>() + (least - nothing).exp();
    let mut shares = vec![0.0; case.hypotheses.len()];
    for (set, cost) in &explanations {
        for at in set {
            if let Some(share) = shares.get_mut(*at) {
                *share += (least - cost).exp() / total / set.len() as f64;
            }
        }
    }
    let best = explanations.iter().min_by(|a, b| a.1.total_cmp(&b.1))?;
    let covered = covered(case, &best.0) / seen;
    let conclusions = shares.iter().enumerate().filter(|(_, share)| **share > 0.0);
    Some(Perspective {
        mode: MODE.name,
        applicability: covered.clamp(0.0, 1.0),
        reading: Reading::Exclusive,
        conclusions: conclusions
            .map(|(hypothesis, share)| Conclusion {
                hypothesis,
                tv: TruthValue::new(*share, 0.9 * covered.clamp(0.1, 1.0)),
            })
            .collect(),
        used: case.predictions.symptoms.iter().filter(|s| s.seen > 0.0).filter_map(|s| s.atom).take(12).collect(),
        assumptions: vec!["at most two causes at once".to_owned()],
        note: format!(
            "The best explanation has {} cause{} and covers {:.0} % of what was seen.",
            best.0.len(),
            if best.0.len() == 1 { "" } else { "s" },
            covered * 100.0
        ),
    })
}

/// The probability that a set of causes brings a symptom about: noisy-OR.
fn brought(case: &Case<'_>, set: &[usize], symptom: usize) -> f64 {
    let effect =
        |at: &usize| case.predictions.effects(*at).iter().find(|(s, _)| *s == symptom).map_or(0.0, |(_, p)| *p);
    1.0 - set.iter().map(|at| 1.0 - effect(at)).product::<f64>()
}

/// The cost of an explanation in nats.
fn cost(case: &Case<'_>, set: &[usize], scale: f64) -> f64 {
    let assumed: f64 = set.iter().filter_map(|at| case.hypotheses.get(*at)).map(|h| -prior(case, &h.cause).ln()).sum();
    let left: f64 = case
        .predictions
        .symptoms
        .iter()
        .enumerate()
        .map(|(at, s)| symptom_cost(s, brought(case, set, at), scale))
        .sum();
    assumed + left
}

fn symptom_cost(symptom: &Symptom, brought: f64, scale: f64) -> f64 {
    let shows = 1.0 - (1.0 - LEAK) * (1.0 - brought);
    let unexplained = -symptom.seen * symptom.weight * scale * shows.ln();
    let in_vain = if symptom.observable {
        -(1.0 - symptom.seen) * scale * ((1.0 - shows) / (1.0 - LEAK)).max(1e-3).ln()
    } else {
        0.0
    };
    unexplained + in_vain
}

/// The weight of the symptoms that a set explains.
fn covered(case: &Case<'_>, set: &[usize]) -> f64 {
    let symptoms = case.predictions.symptoms.iter().enumerate();
    symptoms.map(|(at, s)| s.seen * s.weight * brought(case, set, at)).sum()
}

/// The prior probability of a cause, before anything is known of how often it is one.
const START: f64 = 0.05;
/// At most this, however often it was one.
const MOST: f64 = 0.5;

/// The prior probability of a cause: more or less than the start by how often it turned out to be one beside the mean of all that
/// did, each of which counts one case more than there were.
fn prior(case: &Case<'_>, cause: &str) -> f64 {
    let past = &case.learning.cases;
    let causes: FxHashSet<&str> = past.iter().map(|case| case.cause.as_str()).collect();
    let same = past.iter().filter(|case| case.cause == cause).count() as f64;
    let mean = past.len() as f64 / causes.len().max(1) as f64;
    (START * (same + 1.0) / (mean + 1.0)).min(MOST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learning::{Learning, PastCase, Signature};
    use crate::scene::{facts, scene};

    const RULES: &str = r#"
(mechanism delay "D." (source "s") (tv 0.9 0.9) (if (cause ?x delay)) (then (symptom ?x latency up)))
(mechanism burn "B." (source "s") (tv 0.9 0.9) (if (cause ?x burn)) (then (symptom ?x latency up) (symptom ?x cpu up)))
(mechanism passed-on "P." (source "s") (tv 0.9 0.9) (if (symptom ?b latency up) (calls ?a ?b)) (then (symptom ?a latency up)))
"#;

    #[test]
    fn the_cause_that_covers_more_wins_and_the_other_is_explained_away() {
        let seen = "(metric-shift service/s latency up 20) (metric-shift service/s cpu up 20)";
        let scene = scene(seen, RULES, Learning::default());
        assert_eq!(scene.ask(&MODE), ["service/s burn"]);
    }

    #[test]
    fn what_was_a_cause_more_often_is_likelier_and_many_kinds_of_causes_make_none_less_likely() {
        let seen = "(metric-shift service/s latency up 20) (cause service/s delay) (cause service/s burn)";
        let past = |causes: &[&str]| Learning {
            cases: causes
                .iter()
                .map(|c| PastCase { cause: (*c).to_owned(), signature: Signature::default() })
                .collect(),
            ..Learning::default()
        };
        let rules = RULES.replace("(symptom ?x cpu up)", "");
        let often = scene(seen, &rules, past(&["burn", "burn", "burn", "delay"]));
        assert_eq!(often.ask(&MODE)[0], "service/s burn");
        let share = |learning| {
            let scene = scene(seen, RULES, learning);
            let said = think(&scene.case()).unwrap().conclusions;
            said.iter().map(|conclusion| conclusion.tv.strength).sum::<f64>()
        };
        let many: Vec<String> = (0..40).map(|at| format!("other-{at}")).chain(["delay".to_owned()]).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(share(past(&many)) > share(Learning::default()) - 0.05);
    }

    #[test]
    fn a_promise_in_vain_counts_against() {
        let seen = "(metric-shift service/s latency up 20) (observed service/s cpu)";
        assert_eq!(scene(seen, RULES, Learning::default()).ask(&MODE)[0], "service/s delay");
    }

    #[test]
    fn the_callee_explains_its_caller_and_not_the_other_way() {
        let seen =
            "(metric-shift service/w latency up 20) (metric-shift service/s latency up 20) (calls service/w service/s)";
        assert_eq!(scene(seen, RULES, Learning::default()).ask(&MODE)[0], "service/s delay");
    }

    #[test]
    fn silent_without_mechanisms_or_symptoms() {
        assert!(facts("(metric-shift service/s cpu up 20)").ask(&MODE).is_empty());
        assert!(scene("(cause service/s delay)", RULES, Learning::default()).ask(&MODE).is_empty());
    }
}
