//! Contradictions: conclusions that cannot hold together, found by logic and not by comparing numbers of votes.
//!
//! Three kinds. *Exclusive causes*: two probable causes of one entity that rules declare `(incompatible CAUSE CAUSE)`, or
//! that two rules conclude from the very same observations. *Certain against impossible*: one mode all but rules out what
//! another holds for all but certain. *Against observation*: a probable cause promises an effect that was looked for and
//! is not there. Limits: what nobody judged contradicts nothing.

use crate::case::Case;
use crate::consensus::Beliefs;
use crate::distribution::Distribution;
use crate::mode::Perspective;
use crate::proof;
use crate::verdict::Contradiction;
use crate::words;
use oriel_atomspace::Term;

/// A cause is in question from this probability on.
const PROBABLE: f64 = 0.15;
/// A mode is certain from here on.
const CERTAIN: f64 = 0.6;
/// A mode holds for impossible what it gives less than this, while it judged something else.
const IMPOSSIBLE: f64 = 0.03;
/// An effect that must show, should its cause be true.
const PROMISED: f64 = 0.8;
/// Contradictions stated at most, of each kind.
const MOST: usize = 6;

/// All contradictions of a case, the exclusive causes first.
pub fn contradictions(
    case: &Case<'_>,
    perspectives: &[Perspective],
    opinions: &[Distribution],
    beliefs: &Beliefs,
) -> Vec<Contradiction> {
    let mut found = exclusive(case, beliefs);
    found.extend(certain_against_impossible(case, perspectives, opinions));
    found.extend(against_observation(case, beliefs));
    found
}

fn label(case: &Case<'_>, hypothesis: usize) -> String {
    case.hypotheses.get(hypothesis).map_or_else(String::new, |h| format!("{}: {}", case.name(h.entity), h.cause))
}

fn exclusive(case: &Case<'_>, beliefs: &Beliefs) -> Vec<Contradiction> {
    let probable: Vec<usize> = beliefs
        .order
        .iter()
        .copied()
        .filter(|at| beliefs.pooled.hypotheses.get(*at).is_some_and(|p| *p >= PROBABLE))
        .collect();
    let mut found = Vec::new();
    for (position, first) in probable.iter().enumerate() {
        for second in probable.iter().skip(position + 1) {
            let (Some(one), Some(other)) = (case.hypotheses.get(*first), case.hypotheses.get(*second)) else {
                continue;
            };
            if one.entity != other.entity {
                continue;
            }
            let declared =
                |a: &str, b: &str| case.frame.find_fact("incompatible", &[Term::Entity(a), Term::Entity(b)]).is_some();
            let grounds = proof::grounds(case, one);
            let same = !grounds.is_empty() && grounds == proof::grounds(case, other);
            if same || declared(&one.cause, &other.cause) || declared(&other.cause, &one.cause) {
                found.push(Contradiction {
                    kind: "exclusive_causes".to_owned(),
                    between: vec![label(case, *first), label(case, *second)],
                    explanation: format!(
                        "{} cannot both be {} and {}{}.",
                        words::place(case.name(one.entity)),
                        words::plain(&one.cause),
                        words::plain(&other.cause),
                        if same { ": both rest on the same observations" } else { "" }
                    ),
                });
            }
        }
    }
    found.truncate(MOST);
    found
}

fn certain_against_impossible(
    case: &Case<'_>,
    perspectives: &[Perspective],
    opinions: &[Distribution],
) -> Vec<Contradiction> {
    let mut found = Vec::new();
    for (certain, opinion) in perspectives.iter().zip(opinions) {
        let held = opinion.hypotheses.iter().enumerate().find(|(_, p)| **p >= CERTAIN);
        let Some((hypothesis, held)) = held else { continue };
        for (other, against) in perspectives.iter().zip(opinions) {
            let given = against.hypotheses.get(hypothesis).copied().unwrap_or(1.0);
            let elsewhere = against.hypotheses.iter().any(|p| *p >= CERTAIN);
            if given < IMPOSSIBLE && elsewhere {
                found.push(Contradiction {
                    kind: "certain_against_impossible".to_owned(),
                    between: vec![certain.mode.to_owned(), other.mode.to_owned()],
                    explanation: format!(
                        "{} reasoning holds \"{}\" for {:.0} % probable, {} reasoning for all but impossible.",
                        words::sentence(certain.mode),
                        label(case, hypothesis),
                        held * 100.0,
                        other.mode
                    ),
                });
            }
        }
    }
    found.truncate(MOST);
    found
}

fn against_observation(case: &Case<'_>, beliefs: &Beliefs) -> Vec<Contradiction> {
    let mut found = Vec::new();
    let probable = beliefs.order.iter().filter(|at| beliefs.marginals.get(**at).is_some_and(|p| *p >= PROBABLE));
    for hypothesis in probable {
        for (symptom, promised) in case.predictions.effects(*hypothesis) {
            let Some(symptom) = case.predictions.symptoms.get(*symptom) else { continue };
            if *promised >= PROMISED && symptom.observable && symptom.seen < 0.05 {
                found.push(Contradiction {
                    kind: "against_observation".to_owned(),
                    between: vec![
                        label(case, *hypothesis),
                        format!("no {} on {}", symptom.words, case.name(symptom.entity)),
                    ],
                    explanation: format!(
                        "\"{}\" would show as {} on {}, which is measured and does not show it.",
                        label(case, *hypothesis),
                        symptom.words,
                        words::place(case.name(symptom.entity))
                    ),
                });
            }
        }
    }
    found.truncate(MOST);
    found
}

#[cfg(test)]
mod tests {
    use crate::learning::Learning;
    use crate::scene::scene;

    fn kinds(facts: &str, rules: &str) -> Vec<String> {
        scene(facts, rules, Learning::default()).verdict().verdict.contradictions.into_iter().map(|c| c.kind).collect()
    }

    const RULES: &str = r#"
(rule one "1." (source "s") (tv 0.8 0.9) (if (a ?x)) (then (cause ?x one)))
(rule two "2." (source "s") (tv 0.8 0.9) (if (a ?x)) (then (cause ?x two)))
(rule three "3." (source "s") (tv 0.8 0.9) (if (b ?x)) (then (cause ?x three)))
(mechanism shows "M." (source "s") (tv 0.95 0.9) (if (cause ?x three)) (then (symptom ?x latency up)))
"#;

    #[test]
    fn two_readings_of_the_same_observation_exclude_each_other() {
        assert_eq!(kinds("(a service/s)", RULES), ["exclusive_causes"]);
    }

    #[test]
    fn causes_with_grounds_of_their_own_do_not_unless_declared() {
        let apart = "(a service/s) (b service/s)";
        assert!(
            !kinds(
                apart,
                &RULES
                    .replace("(rule two", "(rule two-off")
                    .replace("(if (a ?x)) (then (cause ?x two))", "(if (zz ?x)) (then (cause ?x two))")
            )
            .contains(&"exclusive_causes".to_owned())
        );
        assert!(kinds("(a service/s) (b service/s) (incompatible one three)", RULES).len() > 1);
    }

    #[test]
    fn a_promised_effect_that_is_measured_and_absent_is_a_contradiction() {
        assert_eq!(kinds("(b service/s) (observed service/s latency)", RULES), ["against_observation"]);
        assert!(kinds("(b service/s)", RULES).is_empty(), "what is not measured contradicts nothing");
    }

    #[test]
    fn certainty_against_impossibility_names_the_modes() {
        let facts = "(b service/s) (origin service/t cpu 9) <0.97 0.99> (cause service/t busy) <0.01 0.9>";
        let found = scene(facts, RULES, Learning::default()).verdict().verdict.contradictions;
        let between: Vec<String> =
            found.into_iter().filter(|c| c.kind == "certain_against_impossible").flat_map(|c| c.between).collect();
        assert!(between.contains(&"objective".to_owned()) && between.contains(&"deductive".to_owned()), "{between:?}");
    }
}
