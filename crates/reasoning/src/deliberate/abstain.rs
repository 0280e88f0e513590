//! When no cause is named, and why.

use crate::case::{Case, Domain};
use crate::consensus::doubt;
use crate::verdict::{Abstention, AbstentionReason, RankedHypothesis};

/// The best hypothesis must reach this probability where someone complains or an alert fires.
const LEAST: f64 = 0.10;
/// And the hypotheses about its place together this one where nobody does: quiet hours are many, and a false alarm in one of
/// them costs more than a candidate that is listed without being named.
const LEAST_UNASKED: f64 = 0.75;
/// From this probability of nothing being wrong on, the verdict is that nothing is. Below it a fault that does not show in
/// the kinds of evidence at hand is too likely to be ruled out.
const HEALTHY: f64 = 0.9;

/// Why no cause is named, if none is.
pub(super) fn reason(case: &Case<'_>, hypotheses: &[RankedHypothesis], healthy: f64) -> Option<Abstention> {
    let abstain = |reason, explanation: String| Some(Abstention { reason, explanation });
    let seen = observed(case);
    if seen == 0 {
        return abstain(
            AbstentionReason::NoEvidence,
            "There is no evidence to reason from beside what is complained of: no cluster state, metrics, logs or traces were read."
                .to_owned(),
        );
    }
    let Some(best) = hypotheses.first() else {
        if doubt(case) < 1.0 {
            return abstain(
                AbstentionReason::Undecidable,
                "Someone complains or an alert fires, and nothing in the evidence explains it. Evidence of another kind about what the complaint names would.".to_owned(),
            );
        }
        if healthy < HEALTHY {
            let few = match looked_at(case) {
                Some(_) => "but the events of the pods, what they are made from and the endpoints of the Services were not all looked at. They would rule one out.".to_owned(),
                None => format!("and {seen} facts are too few to rule one out. More evidence, of other kinds, would."),
            };
            return abstain(AbstentionReason::Undecidable, format!("Nothing in the evidence points to a fault, {few}"));
        }
        return abstain(AbstentionReason::Healthy, "Nothing in the evidence points to a fault.".to_owned());
    };
    if healthy >= HEALTHY {
        return abstain(
            AbstentionReason::Healthy,
            format!(
                "What was found is weak: that nothing is wrong is more probable ({:.0} %) than the best candidate, \"{}\" ({:.0} %).",
                healthy * 100.0,
                best.title,
                best.probability * 100.0
            ),
        );
    }
    let here: f64 = hypotheses.iter().filter(|h| h.entity == best.entity).map(|h| h.probability).sum();
    let unasked = doubt(case) >= 1.0 && here < LEAST_UNASKED;
    if best.probability < LEAST || unasked || healthy > here {
        let names: Vec<&str> = hypotheses.iter().take(3).map(|h| h.title.as_str()).collect();
        return abstain(
            AbstentionReason::Undecidable,
            format!(
                "The evidence does not settle what is wrong, if anything is ({:.0} % that nothing is); the best candidates are {}. Evidence of another kind about these would.",
                healthy * 100.0,
                names.join("; ")
            ),
        );
    }
    None
}

/// What a fault of a cluster would show in, each with what says that it was looked at: the events of pods, what components
/// are made from, the endpoints of Services.
const LOOKS: [(&str, &str); 3] =
    [("part-of", "events-shown"), ("component", "containers"), ("endpoint-service", "ready-endpoints")];
/// The probability that a fault shows where all of it was looked at.
const SHOWN: f64 = 0.97;

/// Of a cluster, the probability that a fault would have shown in what was looked at; none without a cluster.
pub(super) fn looked_at(case: &Case<'_>) -> Option<f64> {
    let count = |predicate: &str| case.frame.facts(predicate).count() as f64;
    let share = |(all, looked): (&str, &str)| (count(looked) / count(all).max(1.0)).min(1.0);
    (case.domain == Domain::Cluster).then(|| SHOWN * LOOKS.map(share).iter().sum::<f64>() / LOOKS.len() as f64)
}

/// What is said or drawn, not observed.
const SAID: [&str; 3] = ["complaint", "alert", "calls"];

/// How many facts were observed besides what the incident itself says.
pub(super) fn observed(case: &Case<'_>) -> usize {
    let facts = case.frame.all_facts();
    facts.filter(|fact| !SAID.contains(&fact.predicate) && !case.frame.is_derived(fact.id)).count()
}
