//! Consequentialist: what should be done, given what is believed?
//!
//! The expected utility of each action that rules offer as a remedy (von Neumann and Morgenstern 1944; Russell and
//! Norvig, *Artificial Intelligence*, ch. 16), in units of "the incident ends". With p the probability that one of the
//! causes it removes is true:
//!
//! - a change is worth `p − burden`, where its burden is `0.2 · cost + 0.6 · risk · (1 − reversibility / 2)`: it is paid
//!   whether the cause was true or not;
//! - looking first is worth `p · (1 − burden of the best change) − 0.2 · cost`: the change is then made only where the
//!   cause is true (the expected value of perfect information, Howard 1966). So a look comes before a change exactly
//!   when what it costs is less than `(1 − p) · burden`, the harm of changing what was not broken.
//!
//! The two constants are chosen by the probability from which a change is worth making at all, which is its burden: a
//! rolling restart (cost 0.1, risk 0.2, reversible) from 0.08, draining a node (0.5, 0.5, 0.7) from 0.3, recreating a
//! volume (0.5, 0.9, not reversible) from 0.64. `docs/recommendations.md` has the table. An action that is worth less
//! than doing nothing is not offered. Judges actions, not causes. Silent when no remedy is known.

mod change;
mod remedy;

use self::remedy::{Change, Undo};
use crate::case::Case;
use crate::consensus::Beliefs;
use crate::mode::{Advice, Mode, Perspective, Reading, Think};
use crate::verdict::{ChangeKind, Recommendation, Risk};
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
/// The share of the harm that undoing it takes back: what happens until it is undone, has happened.
const UNDONE: f64 = 0.5;
/// The burden of the change that somebody will think of, where rules know how to look and not what to change: one of
/// middling cost, risk and reversibility.
const UNKNOWN_CHANGE: f64 = COST * 0.5 + HARM * 0.5 * (1.0 - UNDONE * 0.5);
/// Actions recommended at most.
const MOST: usize = 5;
/// Of these, with the same action on the same entity at most: where ten nodes are cordoned, two of them make the point.
const MOST_ALIKE: usize = 2;
/// Causes less probable than this are not worth acting on.
const WORTH_IT: f64 = 0.2;

struct Remedy<'a> {
    change: Change<'a>,
    entity: AtomId,
    atom: AtomId,
    removes: Vec<usize>,
}

impl Remedy<'_> {
    /// What it costs and risks, whatever turns out to be true.
    fn burden(&self) -> f64 {
        COST * self.change.cost + HARM * self.change.risk * (1.0 - UNDONE * self.change.reversible)
    }

    fn utility(&self, all: &[Remedy<'_>], probability: f64) -> f64 {
        if self.change.kind != ChangeKind::Inspect {
            return probability - self.burden();
        }
        let changes = all.iter().filter(|other| other.change.kind != ChangeKind::Inspect && self.shares(other));
        let then = changes
            .map(Remedy::burden)
            .fold(None, |least: Option<f64>, burden| Some(least.map_or(burden, |least| least.min(burden))));
        probability * (1.0 - then.unwrap_or(UNKNOWN_CHANGE)) - self.burden()
    }

    fn shares(&self, other: &Remedy<'_>) -> bool {
        self.removes.iter().any(|cause| other.removes.contains(cause))
    }
}

fn think(case: &Case<'_>, beliefs: &Beliefs) -> Option<Advice> {
    let facts: Vec<FactRef<'_>> = case.frame.facts("remedy").collect();
    let read = facts.iter().map(|fact| Ok(remedy(case, fact, remedy::read(fact)?)));
    let (remedies, malformed): (Vec<_>, Vec<_>) = read.partition(Result::is_ok);
    let remedies: Vec<Remedy<'_>> = remedies.into_iter().filter_map(Result::ok).collect();
    let malformed: Vec<remedy::Malformed> = malformed.into_iter().filter_map(Result::err).collect();
    let best = ranked(&remedies, beliefs);
    let applicability = best.first().map_or(0.0, |(_, remedy)| probability(beliefs, &remedy.removes));
    if best.is_empty() && malformed.is_empty() {
        return None;
    }
    let mut note = format!("{} remedies weighed by expected utility.", best.len());
    if let Some(first) = malformed.first() {
        note = format!("{note} {} could not be read: {first}.", malformed.len());
    }
    Some(Advice {
        perspective: Perspective {
            mode: MODE.name,
            applicability,
            reading: Reading::Independent,
            conclusions: Vec::new(),
            used: best.iter().map(|(_, remedy)| remedy.atom).collect(),
            assumptions: vec![
                "a remedy ends the incident exactly when its cause is true".to_owned(),
                "a look tells for certain whether the cause is true".to_owned(),
            ],
            note,
        },
        recommendations: best.iter().map(|(utility, remedy)| recommend(case, beliefs, remedy, *utility)).collect(),
    })
}

/// The remedies worth more than doing nothing, best first; of equals, that which was concluded first.
fn ranked<'r, 'a>(remedies: &'r [Remedy<'a>], beliefs: &Beliefs) -> Vec<(f64, &'r Remedy<'a>)> {
    let mut scored: Vec<(f64, &Remedy<'_>)> = remedies
        .iter()
        .filter_map(|remedy| {
            let probability = probability(beliefs, &remedy.removes);
            let utility = remedy.utility(remedies, probability);
            (probability >= WORTH_IT && utility > 0.0).then_some((utility, remedy))
        })
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut best: Vec<(f64, &Remedy<'_>)> = Vec::new();
    for (utility, remedy) in scored {
        let same = |other: &Remedy<'_>| other.change.action == remedy.change.action && other.entity == remedy.entity;
        let alike = best.iter().filter(|(_, other)| same(other)).count();
        if best.len() < MOST && alike < MOST_ALIKE {
            best.push((utility, remedy));
        }
    }
    best
}

fn remedy<'a>(case: &Case<'_>, fact: &FactRef<'_>, change: Change<'a>) -> Remedy<'a> {
    let premises = || case.derivations.of(fact.id).flat_map(|firing| firing.premises.iter().copied());
    let removes = case
        .hypotheses
        .iter()
        .enumerate()
        .filter(|(_, h)| h.fact.is_some_and(|cause| premises().any(|premise| premise == cause)))
        .map(|(at, _)| at)
        .collect();
    Remedy { change, entity: fact.arg_ids.first().copied().unwrap_or(fact.id), atom: fact.id, removes }
}

/// The probability that at least one of the causes is true.
fn probability(beliefs: &Beliefs, causes: &[usize]) -> f64 {
    let none: f64 = causes.iter().filter_map(|at| beliefs.probabilities.get(*at)).map(|p| 1.0 - p).product();
    1.0 - none
}

fn recommend(case: &Case<'_>, beliefs: &Beliefs, remedy: &Remedy<'_>, utility: f64) -> Recommendation {
    let change = &remedy.change;
    let likeliest = remedy.removes.iter().max_by(|a, b| {
        let p = |at: &usize| beliefs.probabilities.get(*at).copied().unwrap_or(0.0);
        p(a).total_cmp(&p(b))
    });
    let cause = likeliest.and_then(|at| case.hypotheses.get(*at)).map(|h| h.cause.clone()).unwrap_or_default();
    let does = if change.kind == ChangeKind::Inspect { "Tells whether the cause is" } else { "Removes" };
    let probable = words::percent(probability(beliefs, &remedy.removes));
    let (undo, undo_reason) = match change.undo {
        Undo::Command(command) => (Some(command.to_owned()), None),
        Undo::None(reason) => (None, Some(reason.to_owned())),
    };
    Recommendation {
        action: change.action.to_owned(),
        entity: case.name(remedy.entity).to_owned(),
        title: match change.kind {
            ChangeKind::Inspect => format!("Check {} for {}", words::place(change.entity), words::plain(&cause)),
            _ => format!("{}: {}", words::sentence(change.action), words::place(change.entity)),
        },
        kind: change.kind,
        command: change.command.to_owned(),
        diff: change::diff(change.diff[0], change.diff[1], change.diff[2]),
        blanks: change::blanks(change.command),
        runnable: change::is_runnable(change.command),
        risk: match change.risk {
            r if r < 0.25 => Risk::Low,
            r if r < 0.6 => Risk::Medium,
            _ => Risk::High,
        },
        risk_reason: change.risk_reason.to_owned(),
        reversible: change.reversible >= 0.5,
        undo,
        undo_reason,
        check: change.check.to_owned(),
        check_shows: change.check_shows.to_owned(),
        utility,
        explanation: format!("{} {does} {}, which is {probable} probable.", change.why, words::plain(&cause))
            .trim_start()
            .to_owned(),
        cause,
    }
}

#[cfg(test)]
mod tests;
