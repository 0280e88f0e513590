//! What each candidate cause would bring about, by the mechanisms, and what of that was seen.
//!
//! The mechanisms are run once over a fork of the frame in which every candidate is assumed. The effects of a candidate
//! are what can be reached from its atom over firings, with the product of their strengths; along several ways the best
//! one counts. An effect `(symptom ENTITY KIND DIRECTION)` is seen when the frame holds it, or when telemetry found it.
//! Limits: chains are followed in firing order, once.

use crate::anomaly::Finding;
use oriel_atomspace::rules::{Limits, RuleSet, Strengths};
use oriel_atomspace::{AtomId, FactRef, Frame, Term, TruthValue};
use rustc_hash::FxHashMap;

/// An entity and a cause that could be meant.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The entity's atom.
    pub entity: AtomId,
    /// The cause's name.
    pub cause: String,
    /// The derived fact, where rules concluded it.
    pub fact: Option<AtomId>,
    /// Whether a past case like this one had this cause.
    pub recalled: bool,
}

/// Something that would be seen, or was.
#[derive(Debug, Clone, PartialEq)]
pub struct Symptom {
    /// What it shows on.
    pub entity: AtomId,
    /// Its words, e.g. `latency up`.
    pub words: String,
    /// How far it was seen, 0 to 1; 0 when it was looked for and not seen.
    pub seen: f64,
    /// Whether it would have been seen, had it been there.
    pub observable: bool,
    /// The fact that shows it.
    pub atom: Option<AtomId>,
    /// How much it matters: the logarithm of one plus its score for telemetry, 1 otherwise.
    pub weight: f64,
}

/// The effects of every candidate on a common list of symptoms.
#[derive(Debug, Clone, Default)]
pub struct Predictions {
    /// Everything seen or expected.
    pub symptoms: Vec<Symptom>,
    /// By candidate: (symptom index, probability of the symptom given the cause).
    effects: Vec<Vec<(usize, f64)>>,
}

impl Predictions {
    /// Runs the mechanisms over the candidates.
    pub fn of(frame: &Frame, rules: &RuleSet, candidates: &[Candidate], findings: &[Finding]) -> Self {
        let mut known = Known::new(frame, findings);
        let mut scratch = frame.fork();
        let mut assumed: Vec<AtomId> = Vec::with_capacity(candidates.len());
        let mut origins: FxHashMap<AtomId, Vec<(usize, f64)>> = FxHashMap::default();
        for (at, candidate) in candidates.iter().enumerate() {
            let Some(Term::Entity(name)) = frame.term(candidate.entity) else { continue };
            let (name, cause) = (name.to_owned(), candidate.cause.clone());
            let args = [Term::Entity(&name), Term::Entity(&cause)];
            let atom = scratch.fact("cause", &args, TruthValue::TRUE, None);
            scratch.set_tv(atom, TruthValue::TRUE);
            origins.entry(atom).or_default().push((at, 1.0));
            assumed.push(atom);
        }
        let derived = rules.predict(&mut scratch, &assumed, &Strengths::new(), Limits::default());
        let mut effects = vec![Vec::new(); candidates.len()];
        for firing in derived.firings() {
            let strength = firing.rule.tv.strength;
            let reached: Vec<(usize, f64)> = firing
                .premises
                .iter()
                .filter_map(|p| origins.get(p))
                .flatten()
                .map(|(c, p)| (*c, p * strength))
                .collect();
            let symptom = scratch.get(firing.conclusion).and_then(|fact| known.symptom(&fact));
            for (candidate, probability) in reached {
                raise(origins.entry(firing.conclusion).or_default(), candidate, probability);
                if let (Some(symptom), Some(list)) = (symptom, effects.get_mut(candidate)) {
                    raise(list, symptom, probability);
                }
            }
        }
        Self { symptoms: known.symptoms, effects }
    }

    /// The effects of a candidate.
    pub fn effects(&self, candidate: usize) -> &[(usize, f64)] {
        self.effects.get(candidate).map_or(&[], Vec::as_slice)
    }

    /// How well a cause of `entity` fits the findings about it: the share of their weight that it explains, less what it
    /// promises and what was looked for in vain.
    pub fn fit(&self, candidate: usize, entity: AtomId, _findings: &[Finding]) -> f64 {
        let of_entity = |s: &&Symptom| s.entity == entity;
        let total: f64 = self.symptoms.iter().filter(of_entity).map(|s| s.seen * s.weight).sum();
        let (mut explained, mut missed) = (0.0, 0.0);
        for (at, probability) in self.effects(candidate) {
            let Some(symptom) = self.symptoms.get(*at).filter(of_entity) else { continue };
            explained += probability * symptom.seen * symptom.weight;
            if symptom.observable {
                missed += probability * (1.0 - symptom.seen);
            }
        }
        if total > 0.0 { explained / total - 0.3 * missed } else { 0.0 }
    }

    /// The same for some of the candidates, renumbered.
    #[must_use]
    pub fn only(self, kept: &[usize]) -> Self {
        let effects = kept.iter().map(|at| self.effects(*at).to_vec()).collect();
        Self { symptoms: self.symptoms, effects }
    }
}

fn raise(list: &mut Vec<(usize, f64)>, key: usize, probability: f64) {
    match list.iter_mut().find(|(known, _)| *known == key) {
        Some((_, known)) => *known = known.max(probability),
        None => list.push((key, probability)),
    }
}

/// The symptoms met so far.
struct Known<'a> {
    frame: &'a Frame,
    symptoms: Vec<Symptom>,
    index: FxHashMap<(AtomId, String), usize>,
}

impl<'a> Known<'a> {
    fn new(frame: &'a Frame, findings: &[Finding]) -> Self {
        let mut known = Self { frame, symptoms: Vec::new(), index: FxHashMap::default() };
        for finding in findings {
            let words = format!("{} {}", finding.kind, finding.direction);
            let at = known.at(finding.entity, words.trim_end());
            if let Some(symptom) = known.symptoms.get_mut(at) {
                symptom.seen =
                    symptom.seen.max(finding.belief * finding.score / (finding.score + crate::scores::NOTICEABLE));
                symptom.weight = symptom.weight.max(finding.score.ln_1p());
                symptom.atom = symptom.atom.or(Some(finding.atom));
            }
        }
        for fact in frame.facts("symptom") {
            let belief = fact.tv.strength * fact.tv.confidence;
            let Some(at) = known.symptom(&fact) else { continue };
            if let Some(symptom) = known.symptoms.get_mut(at) {
                symptom.seen = symptom.seen.max(belief);
                symptom.weight = symptom.weight.max(1.0);
                symptom.atom = symptom.atom.or(Some(fact.id));
            }
        }
        known
    }

    /// The number of the symptom that a fact is, if it is one.
    fn symptom(&mut self, fact: &FactRef<'_>) -> Option<usize> {
        if fact.predicate != "symptom" {
            return None;
        }
        let entity = *fact.arg_ids.first()?;
        let words: Vec<&str> = fact.args.iter().skip(1).filter_map(|arg| arg.as_str()).collect();
        Some(self.at(entity, &words.join(" ")))
    }

    fn at(&mut self, entity: AtomId, words: &str) -> usize {
        if let Some(at) = self.index.get(&(entity, words.to_owned())) {
            return *at;
        }
        let at = self.symptoms.len();
        let kind = words.split(' ').next().unwrap_or_default();
        let observable = matches!(self.frame.term(entity), Some(Term::Entity(name))
            if self.frame.find_fact("observed", &[Term::Entity(name), Term::Entity(kind)]).is_some());
        self.index.insert((entity, words.to_owned()), at);
        self.symptoms.push(Symptom { entity, words: words.to_owned(), seen: 0.0, observable, atom: None, weight: 1.0 });
        at
    }
}
