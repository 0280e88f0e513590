//! Consequentialist: what should be done, given what is believed?
//!
//! The expected utility of each action that rules offer as a remedy (von Neumann and Morgenstern 1944; Russell and
//! Norvig, *Artificial Intelligence*, ch. 16): the probability that one of the causes it removes is true, times the
//! value of ending the incident, less its cost, less the harm it may do, which weighs less when it can be undone. An
//! action that is worth less than doing nothing is not offered. Judges actions, not causes. Silent when no remedy is known.

use crate::case::Case;
use crate::consensus::Beliefs;
use crate::mode::{Advice, Mode, Perspective, Reading, Think};
use crate::verdict::{Recommendation, Risk};
use crate::words;
use oriel_atomspace::{AtomId, FactRef};

/// The registry entry.
pub const MODE: Mode = Mode {
    name: "consequentialist",
    about: "Expected utility of the remedies that rules know, over what is believed to be wrong.",
    think: Think::Actions(think),
};

/// What an action's full cost is worth, when ending the incident is worth 1.
const COST: f64 = 0.2;
/// What an action's full risk is worth, when it cannot be undone.
const HARM: f64 = 0.6;
/// Actions recommended at most.
const MOST: usize = 5;
/// Causes less probable than this are not worth acting on.
const WORTH_IT: f64 = 0.2;

struct Remedy<'a> {
    entity: &'a str,
    entity_atom: AtomId,
    action: &'a str,
    command: &'a str,
    cost: f64,
    risk: f64,
    reversibility: f64,
    atom: AtomId,
    removes: Vec<usize>,
}

fn think(case: &Case<'_>, beliefs: &Beliefs) -> Option<Advice> {
    let facts: Vec<FactRef<'_>> = case.frame.facts("remedy").collect();
    let remedies: Vec<Remedy<'_>> = facts.iter().filter_map(|fact| remedy(case, fact)).collect();
    let mut scored: Vec<(f64, &Remedy<'_>)> = remedies
        .iter()
        .filter_map(|remedy| {
            let fixed = probability(beliefs, &remedy.removes);
            Some((utility(remedy, fixed), remedy)).filter(|(utility, _)| fixed >= WORTH_IT && *utility > 0.0)
        })
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    scored.truncate(MOST);
    let best = scored.first()?;
    let applicability = probability(beliefs, &best.1.removes);
    Some(Advice {
        perspective: Perspective {
            mode: MODE.name,
            applicability,
            reading: Reading::Independent,
            conclusions: Vec::new(),
            used: scored.iter().map(|(_, remedy)| remedy.atom).collect(),
            assumptions: vec!["a remedy ends the incident exactly when its cause is true".to_owned()],
            note: format!("{} remedies weighed by expected utility.", scored.len()),
        },
        recommendations: scored.iter().map(|(utility, remedy)| recommend(case, beliefs, remedy, *utility)).collect(),
    })
}

fn remedy<'a>(case: &'a Case<'_>, fact: &'a FactRef<'_>) -> Option<Remedy<'a>> {
    let premises = || case.derivations.of(fact.id).flat_map(|firing| firing.premises.iter().copied());
    let removes: Vec<usize> = case
        .hypotheses
        .iter()
        .enumerate()
        .filter(|(_, h)| h.fact.is_some_and(|cause| premises().any(|premise| premise == cause)))
        .map(|(at, _)| at)
        .collect();
    Some(Remedy {
        entity: fact.entity(0)?,
        entity_atom: *fact.arg_ids.first()?,
        action: fact.text(1)?,
        command: fact.text(2).unwrap_or_default(),
        cost: fact.number(3).unwrap_or(0.5).clamp(0.0, 1.0),
        risk: fact.number(4).unwrap_or(0.5).clamp(0.0, 1.0),
        reversibility: fact.number(5).unwrap_or(0.5).clamp(0.0, 1.0),
        atom: fact.id,
        removes,
    })
}

/// The probability that at least one of the causes is true.
fn probability(beliefs: &Beliefs, causes: &[usize]) -> f64 {
    let none: f64 = causes.iter().filter_map(|at| beliefs.probabilities.get(*at)).map(|p| 1.0 - p).product();
    1.0 - none
}

fn utility(remedy: &Remedy<'_>, fixed: f64) -> f64 {
    fixed - COST * remedy.cost - HARM * remedy.risk * (1.0 - 0.5 * remedy.reversibility)
}

fn recommend(case: &Case<'_>, beliefs: &Beliefs, remedy: &Remedy<'_>, utility: f64) -> Recommendation {
    let likeliest = remedy.removes.iter().max_by(|a, b| {
        let p = |at: &usize| beliefs.probabilities.get(*at).copied().unwrap_or(0.0);
        p(a).total_cmp(&p(b))
    });
    let cause = likeliest.and_then(|at| case.hypotheses.get(*at)).map(|h| h.cause.clone()).unwrap_or_default();
    let fixed = probability(beliefs, &remedy.removes);
    let risk = match remedy.risk {
        r if r < 0.25 => Risk::Low,
        r if r < 0.6 => Risk::Medium,
        _ => Risk::High,
    };
    let reversible = remedy.reversibility >= 0.5;
    let undo = if reversible { "can be undone" } else { "cannot be undone" };
    Recommendation {
        action: remedy.action.to_owned(),
        entity: case.name(remedy.entity_atom).to_owned(),
        title: format!("{} for {}", words::sentence(remedy.action), words::place(remedy.entity)),
        command: remedy.command.to_owned(),
        risk,
        reversible,
        utility,
        explanation: format!(
            "Removes {}, which is {} probable; {} risk, {undo}.",
            words::plain(&cause),
            words::percent(fixed),
            match risk {
                Risk::Low => "low",
                Risk::Medium => "medium",
                Risk::High => "high",
            },
        ),
        cause,
    }
}

#[cfg(test)]
mod tests {
    use crate::learning::Learning;
    use crate::scene::{facts, scene};
    use crate::verdict::Risk;

    const RULES: &str = r#"
(rule killed "K." (source "s") (tv 0.95 0.9) (if (killed ?s)) (then (cause ?s out-of-memory)))
(rule raise "R." (source "s") (tv 1 1) (if (cause ?s out-of-memory)) (then (remedy ?s raise-memory-limit "kubectl set resources {name}" 0.1 0.1 1)))
(rule rebuild "B." (source "s") (tv 1 1) (if (cause ?s out-of-memory)) (then (remedy ?s rebuild-cluster "" 1 0.9 0)))
"#;

    #[test]
    fn the_cheap_and_safe_remedy_comes_before_the_drastic_one() {
        let verdict = scene("(killed service/cart)", RULES, Learning::default()).verdict().verdict;
        let actions: Vec<&str> = verdict.recommendations.iter().map(|r| r.action.as_str()).collect();
        assert_eq!(actions, ["raise-memory-limit", "rebuild-cluster"]);
        let first = &verdict.recommendations[0];
        assert_eq!((first.risk, first.reversible, first.cause.as_str()), (Risk::Low, true, "out-of-memory"));
        assert!(first.utility > verdict.recommendations[1].utility);
        assert!(verdict.perspectives.iter().any(|p| p.mode == "consequentialist" && p.applicability > 0.5));
    }

    #[test]
    fn silent_without_a_remedy() {
        let verdict = facts("(cause service/cart out-of-memory)").verdict().verdict;
        assert!(verdict.recommendations.is_empty());
        assert!(verdict.perspectives.iter().all(|p| p.mode != "consequentialist"));
    }
}
