//! A case: everything the modes may look at, gathered once from the frame after the rules ran.
//!
//! Owns the choice of hypotheses. Every derived `(cause ENTITY CAUSE)` is one; an entity whose telemetry left its normal
//! range without any rule naming a cause gets the cause whose mechanisms fit its findings best, or an unnamed anomaly
//! where no mechanism does; a past case that looks like an entity adds what it turned out to be. All in first-seen order.

mod domain;
mod hypotheses;
mod signatures;

pub use domain::{Domain, Profile};
pub use hypotheses::{Hypothesis, UNNAMED};

use crate::anomaly::{self, Finding};
use crate::learning::{Learning, Signature};
use crate::mode::Conclusion;
use crate::origin::{self, Origin};
use crate::prediction::Predictions;
use crate::scores::{self, EntityScore};
use crate::topology::Topology;
use oriel_atomspace::rules::{Derivations, RuleSet};
use oriel_atomspace::{AtomId, Frame, Term, TruthValue};

/// What the modes reason about.
pub struct Case<'a> {
    /// All facts, observed and derived.
    pub frame: &'a Frame,
    /// Every firing of the rules.
    pub derivations: &'a Derivations,
    /// What outcomes taught.
    pub learning: &'a Learning,
    /// The kind of evidence the case mostly consists of.
    pub domain: Domain,
    /// The kinds of evidence there are.
    pub profile: Profile,
    /// The candidates, in first-seen order.
    pub hypotheses: Vec<Hypothesis>,
    /// The dependency graph; its entities are numbered in first-seen order.
    pub topology: Topology,
    /// What telemetry found.
    pub findings: Vec<Finding>,
    /// The findings pooled, by entity number.
    pub scores: Vec<EntityScore>,
    /// Where the detectors place the start of the trouble.
    pub origins: Vec<Origin>,
    /// The entities complained about, by entity number.
    pub complaints: Vec<usize>,
    /// What each hypothesis would bring about.
    pub predictions: Predictions,
    /// The evidence around each entity, without names, by entity number.
    pub signatures: Vec<Signature>,
}

impl<'a> Case<'a> {
    /// Gathers a case from a frame over which `rules` have run.
    pub fn new(frame: &'a Frame, derivations: &'a Derivations, rules: &RuleSet, learning: &'a Learning) -> Self {
        let findings = anomaly::findings(frame);
        let topology = Topology::of(frame, entities(frame, &findings));
        let scores = scores::pooled(&findings, &topology);
        let signatures = signatures::of(frame, &topology);
        let complaints = complaints(frame, &topology);
        let origins = origin::origins(frame);
        let candidates = hypotheses::candidates(
            frame,
            rules,
            &topology,
            &suspected(&topology, &scores, &origins),
            &signatures,
            learning,
        );
        let predictions = Predictions::of(frame, rules, &candidates, &findings);
        let (hypotheses, predictions) = hypotheses::choose(candidates, predictions, &topology, &findings);
        let profile = Profile::of(frame);
        Self {
            frame,
            derivations,
            learning,
            domain: profile.domain(),
            profile,
            hypotheses,
            topology,
            findings,
            scores,
            origins,
            complaints,
            predictions,
            signatures,
        }
    }

    /// How anomalous each entity is, 0 to 1, by number: the share of belief that trouble starts there, relative to the
    /// greatest, where origins were placed; else by its findings.
    pub fn degrees(&self) -> Vec<f64> {
        if self.origins.is_empty() {
            return self.scores.iter().map(EntityScore::degree).collect();
        }
        let mut shares = vec![0.0_f64; self.topology.len()];
        for origin in &self.origins {
            if let Some(share) = self.topology.position(origin.entity).and_then(|at| shares.get_mut(at)) {
                *share += origin.share * origin.confidence;
            }
        }
        let most = shares.iter().copied().fold(0.0_f64, f64::max).max(f64::MIN_POSITIVE);
        let known = self.origins.iter().map(|origin| origin.share * origin.confidence).sum::<f64>().min(1.0);
        shares.into_iter().map(|share| share / most * known).collect()
    }

    /// The hypotheses about an entity with their parts of what is known of it, which sum to 1: those concluded from
    /// `ground`, where there are any, or else all of them, by how well they fit.
    pub fn split(&self, entity: AtomId, ground: Option<AtomId>) -> Vec<(usize, f64)> {
        let about = || self.hypotheses.iter().enumerate().filter(|(_, h)| h.entity == entity);
        let rests = |h: &Hypothesis| match (h.fact, ground) {
            (Some(fact), Some(ground)) => self.derivations.of(fact).any(|firing| firing.premises.contains(&ground)),
            _ => false,
        };
        let mut parts: Vec<(usize, f64)> = about().filter(|(_, h)| rests(h)).map(|(at, h)| (at, h.fit)).collect();
        if parts.is_empty() {
            parts = about().map(|(at, h)| (at, h.fit)).collect();
        }
        let total: f64 = parts.iter().map(|(_, fit)| fit).sum();
        for (_, fit) in &mut parts {
            *fit /= total;
        }
        parts
    }

    /// Conclusions from shares by entity number: an entity's share is split over its hypotheses by how well they fit.
    pub fn spread(&self, shares: &[f64], confidence: f64) -> Vec<Conclusion> {
        let mut conclusions = Vec::new();
        for (entity, share) in shares.iter().enumerate().filter(|(_, share)| **share > 0.0) {
            let Some(atom) = self.topology.entities().get(entity) else { continue };
            for (hypothesis, part) in self.split(*atom, None) {
                conclusions.push(Conclusion { hypothesis, tv: TruthValue::new(share * part, confidence) });
            }
        }
        conclusions
    }

    /// The atoms of the strongest findings.
    pub fn strongest_findings(&self, count: usize) -> Vec<AtomId> {
        let mut order: Vec<&Finding> = self.findings.iter().collect();
        order.sort_by(|a, b| (b.belief * b.score).total_cmp(&(a.belief * a.score)));
        order.into_iter().take(count).map(|finding| finding.atom).collect()
    }

    /// Whether telemetry of a kind exists for an entity, by its number.
    pub fn observes(&self, entity: usize, kind: &str) -> bool {
        let Some(Term::Entity(name)) = self.topology.entities().get(entity).and_then(|id| self.frame.term(*id)) else {
            return false;
        };
        self.frame.find_fact("observed", &[Term::Entity(name), Term::Entity(kind)]).is_some()
    }

    /// An entity's text, `kind/name`.
    pub fn name(&self, entity: AtomId) -> &str {
        self.frame.term(entity).and_then(Term::as_entity).unwrap_or_default()
    }
}

/// Everything that can be a place: what causes, findings, calls, complaints and hosts are about, in first-seen order.
fn entities(frame: &Frame, findings: &[Finding]) -> Vec<AtomId> {
    let mut entities: Vec<AtomId> = findings.iter().map(|finding| finding.entity).collect();
    for predicate in ["origin", "cause", "complaint", "symptom", "observed"] {
        entities.extend(frame.facts(predicate).filter_map(|fact| fact.arg_ids.first().copied()));
    }
    for predicate in ["calls", "runs-on", "part-of"] {
        let places = frame.facts(predicate).filter(|fact| fact.arg_ids.len() >= 2);
        for fact in places {
            let from = usize::from(predicate != "calls");
            entities.extend(fact.arg_ids.iter().skip(from).take(2 - from));
        }
    }
    entities.sort_unstable();
    entities.dedup();
    entities
}

/// Which entities telemetry suspects, by number: the origins, or, where none was placed, whatever was found anomalous.
fn suspected(topology: &Topology, scores: &[EntityScore], origins: &[Origin]) -> Vec<bool> {
    let placed: Vec<Option<usize>> = origins.iter().map(|origin| topology.position(origin.entity)).collect();
    let suspect = |(at, score): (usize, &EntityScore)| {
        if placed.is_empty() { score.peak > 0.0 } else { placed.contains(&Some(at)) }
    };
    scores.iter().enumerate().map(suspect).collect()
}

fn complaints(frame: &Frame, topology: &Topology) -> Vec<usize> {
    let mut complaints: Vec<usize> = Vec::new();
    for fact in frame.facts("complaint") {
        if let Some(at) = fact.arg_ids.first().and_then(|id| topology.position(*id))
            && !complaints.contains(&at)
        {
            complaints.push(at);
        }
    }
    complaints
}
