//! Deductive: what follows from the rules?
//!
//! Each derived cause counts with the strength of its best proof: forward chaining has run, a proof's strength is the
//! product along it (probabilistic logic, [`oriel_atomspace::pln`]), and the strongest argument decides (defeasible logic
//! with graded arguments, Pollock 1995). A proof is defeated in part by a derived `(ruled-out ENTITY CAUSE)`. Silent when
//! no rule concluded a cause.

use crate::case::Case;
use crate::mode::{Conclusion, Mode, Perspective, Reading, Think};
use crate::proof;
use oriel_atomspace::{Term, TruthValue};

/// The registry entry.
pub const MODE: Mode = Mode {
    name: "deductive",
    about: "What follows from the rules: the strength of the best proof of each cause, defeasibly.",
    think: Think::Causes(think),
};

fn think(case: &Case<'_>) -> Option<Perspective> {
    let mut conclusions = Vec::new();
    let mut used = Vec::new();
    let mut defeated = 0;
    for (hypothesis, candidate) in case.hypotheses.iter().enumerate() {
        let Some(firing) = candidate.fact.and_then(|fact| proof::best(case, fact)) else { continue };
        let against = ruled_out(case, candidate.entity, &candidate.cause);
        defeated += usize::from(against > 0.0);
        let tv = TruthValue::new(firing.tv.strength * (1.0 - against), firing.tv.confidence);
        conclusions.push(Conclusion { hypothesis, tv });
        used.extend(firing.premises.iter().copied());
    }
    let strongest = conclusions.iter().map(|c| c.tv.strength * c.tv.confidence).fold(0.0_f64, f64::max);
    used.sort_unstable();
    used.dedup();
    (strongest > 0.0).then(|| Perspective {
        mode: MODE.name,
        applicability: strongest,
        reading: Reading::Independent,
        note: format!(
            "{} causes follow from the rules; {defeated} of them are disputed by other rules.",
            conclusions.len()
        ),
        conclusions,
        used,
        assumptions: vec!["what no rule derives is not known".to_owned()],
    })
}

/// How strongly a cause is ruled out.
fn ruled_out(case: &Case<'_>, entity: oriel_atomspace::AtomId, cause: &str) -> f64 {
    let args = [Term::Entity(case.name(entity)), Term::Entity(cause)];
    let fact = case.frame.find_fact("ruled-out", &args);
    fact.map_or(0.0, |fact| case.frame.tv(fact).strength * case.frame.tv(fact).confidence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learning::Learning;
    use crate::scene::{facts, scene};

    const RULES: &str = r#"
(rule strong "S." (source "s") (tv 0.9 0.9) (if (a ?x)) (then (cause ?x one)))
(rule weak "W." (source "s") (tv 0.4 0.9) (if (a ?x)) (then (cause ?x two)))
(rule excuse "E." (source "s") (tv 0.9 0.9) (if (planned ?x)) (then (ruled-out ?x one)))
"#;

    #[test]
    fn the_strongest_proof_comes_first() {
        let scene = scene("(a service/s)", RULES, Learning::default());
        assert_eq!(scene.ask(&MODE), ["service/s one", "service/s two"]);
        assert!((scene.applicability(&MODE).unwrap() - 0.81).abs() < 1e-9);
    }

    #[test]
    fn a_proof_is_defeated_by_what_rules_its_cause_out() {
        let scene = scene("(a service/s) (planned service/s)", RULES, Learning::default());
        assert_eq!(scene.ask(&MODE), ["service/s two", "service/s one"]);
    }

    #[test]
    fn silent_when_no_rule_concludes() {
        assert!(facts("(metric-shift service/s cpu up 9)").ask(&MODE).is_empty());
    }
}
