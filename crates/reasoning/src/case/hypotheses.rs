//! Which hypotheses a case has.

use crate::anomaly::Finding;
use crate::learning::{Learning, Signature};
use crate::modes::intuitive::RECALL;
use crate::prediction::{Candidate, Predictions};
use crate::topology::Topology;
use oriel_atomspace::rules::{Form, RuleKind, RuleSet};
use oriel_atomspace::{AtomId, Frame, Term};

/// The cause of an entity that is anomalous in a way that no mechanism explains.
pub const UNNAMED: &str = "unexplained-anomaly";

/// A candidate: an entity and a cause.
#[derive(Debug, Clone, PartialEq)]
pub struct Hypothesis {
    /// The entity's atom.
    pub entity: AtomId,
    /// The cause's name.
    pub cause: String,
    /// The derived `(cause ENTITY CAUSE)`, where rules concluded it.
    pub fact: Option<AtomId>,
    /// How well the cause fits what is seen of the entity, positive; to split what is known of the entity only.
    pub fit: f64,
}

/// Every cause that could be meant, before the best-fitting ones are chosen.
pub(super) fn candidates(
    frame: &Frame,
    rules: &RuleSet,
    topology: &Topology,
    suspected: &[bool],
    signatures: &[Signature],
    learning: &Learning,
) -> Vec<Candidate> {
    let mut candidates: Vec<Candidate> = Vec::new();
    for fact in frame.facts("cause") {
        if let (Some(entity), Some(cause)) = (fact.arg_ids.first(), fact.text(1)) {
            candidates.push(Candidate {
                entity: *entity,
                cause: cause.to_owned(),
                fact: Some(fact.id),
                recalled: false,
            });
        }
    }
    let words = mechanism_causes(rules);
    for ((entity, suspect), signature) in topology.entities().iter().zip(suspected).zip(signatures) {
        let derived = |candidates: &[Candidate]| candidates.iter().any(|c| c.entity == *entity && c.fact.is_some());
        let component = matches!(frame.term(*entity), Some(Term::Entity(name)) if is_component(name));
        if *suspect && component && !derived(&candidates) {
            candidates.extend(words.iter().map(|cause| Candidate {
                entity: *entity,
                cause: cause.clone(),
                fact: None,
                recalled: false,
            }));
            candidates.push(Candidate { entity: *entity, cause: UNNAMED.to_owned(), fact: None, recalled: false });
        }
        for past in learning.cases.iter().filter(|past| signature.similarity(&past.signature) >= RECALL) {
            let recalled = Candidate { entity: *entity, cause: past.cause.clone(), fact: None, recalled: true };
            match candidates.iter_mut().find(|c| c.entity == recalled.entity && c.cause == recalled.cause) {
                Some(known) => known.recalled = true,
                None => candidates.push(recalled),
            }
        }
    }
    candidates
}

/// Hypotheses live on components and on nodes.
fn is_component(name: &str) -> bool {
    name.starts_with("service/") || name.starts_with("node/")
}

/// The causes that mechanisms start from, in the order of the rules.
fn mechanism_causes(rules: &RuleSet) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for rule in rules.rules().iter().filter(|rule| rule.kind == RuleKind::Mechanism) {
        for premise in &rule.premises {
            let Form::Match(pattern) = &premise.form else { continue };
            let Some(Term::Entity(word)) = pattern.args.get(1).and_then(oriel_atomspace::Arg::term) else { continue };
            if pattern.predicate == "cause" && !words.iter().any(|known| known == word) {
                words.push(word.to_owned());
            }
        }
    }
    words
}

/// Keeps all derived and recalled candidates, and of the telemetry ones the best-fitting for each entity.
pub(super) fn choose(
    candidates: Vec<Candidate>,
    predictions: Predictions,
    topology: &Topology,
    findings: &[Finding],
) -> (Vec<Hypothesis>, Predictions) {
    let fits: Vec<f64> = candidates.iter().enumerate().map(|(at, c)| predictions.fit(at, c.entity, findings)).collect();
    let mut best: Vec<Option<usize>> = vec![None; topology.len()];
    for (at, candidate) in candidates.iter().enumerate().filter(|(_, c)| c.fact.is_none()) {
        let Some(slot) = topology.position(candidate.entity).and_then(|entity| best.get_mut(entity)) else { continue };
        let fit = |at: usize| fits.get(at).copied().unwrap_or(0.0);
        if slot.is_none_or(|known| fit(at) > fit(known)) {
            *slot = Some(at);
        }
    }
    let keep =
        |at: usize, candidate: &Candidate| candidate.fact.is_some() || candidate.recalled || best.contains(&Some(at));
    let kept: Vec<usize> = candidates.iter().enumerate().filter(|(at, c)| keep(*at, c)).map(|(at, _)| at).collect();
    let predictions = predictions.only(&kept);
    let hypotheses = candidates.into_iter().enumerate().filter(|(at, _)| kept.binary_search(at).is_ok());
    let hypotheses = hypotheses.map(|(at, c)| Hypothesis {
        entity: c.entity,
        cause: c.cause,
        fact: c.fact,
        fit: fits.get(at).copied().unwrap_or(0.0).max(0.05),
    });
    (hypotheses.collect(), predictions)
}
