//! Mechanisms: from an assumed cause forwards to what it would bring about, and from an effect back to what may cause it.
//!
//! Forwards, each reached fact is taken up once, whether it was observed or not, so that a chain of effects runs through
//! what is seen as well as through what is only expected. Backwards, the first premise of a mechanism is the cause and
//! may be assumed; the others are circumstances and must be known.

use super::derivations::{Derivations, LimitKind, Limits, Strengths};
use super::form::{Conclusion, Rule, RuleKind};
use super::join::{Solver, State};
use super::plan::{self, Slots};
use super::run::{Prediction, Relations, Run, Window};
use super::support::{self, Settle};
use super::value::Bound;
use super::{RuleSet, join};
use crate::atom::{AtomId, Ids, Term};
use crate::pattern::{Arg, Pattern};
use crate::{Frame, TruthValue};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// A way in which an effect may have come about.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The mechanism.
    pub mechanism: Arc<Rule>,
    /// The cause: an atom that need not be a fact.
    pub cause: AtomId,
    /// The circumstances that are known to hold.
    pub circumstances: Vec<AtomId>,
    /// P(effect | cause, circumstances): the mechanism's truth value, weakened by doubt in the circumstances.
    pub tv: TruthValue,
}

impl RuleSet {
    /// What the assumed facts would bring about, by the mechanisms. The frame should be a [`Frame::fork`]: facts that
    /// are expected but were not observed are added to it; those that are known keep their truth values. The expected
    /// strength of an effect is [`Derivations::support`].
    ///
    /// The assumed atoms need not be facts before ([`Frame::evaluation`] makes them); they are taken as certainly true
    /// ([`Frame::assume`]).
    ///
    /// ```
    /// use oriel_atomspace::{Frame, Term, rules::{Limits, RuleSet, Strengths}};
    /// let rules = RuleSet::parse("
    ///     (mechanism delay-slows (tv 0.9 0.9) (if (cause ?s network-delay)) (then (symptom ?s latency up)))
    ///     (mechanism callee-slows-caller (tv 0.8 0.9) (if (symptom ?b latency up) (calls ?a ?b)) (then (symptom ?a latency up)))
    /// ", "network.rules")?;
    /// let mut frame = Frame::new();
    /// frame.load("(calls service/web service/cart) (symptom service/cart latency up) <0.7 0.9>")?;
    /// let cause = frame.evaluation("cause", &[Term::Entity("service/cart"), Term::Entity("network-delay")]);
    /// let expected = rules.predict(&mut frame, &[cause], &Strengths::new(), Limits::default());
    /// let shown: Vec<_> = expected.concluded().iter().map(|id| (frame.show(*id), expected.support(*id).unwrap().strength)).collect();
    /// assert_eq!(shown[0], ("(symptom service/cart latency up)".to_string(), 0.9));
    /// assert_eq!(shown[1].0, "(symptom service/web latency up)");
    /// assert!((shown[1].1 - 0.72).abs() < 1e-9);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn predict(&self, frame: &mut Frame, assumed: &[AtomId], strengths: &Strengths, limits: Limits) -> Derivations {
        let mechanisms: Vec<&Arc<Rule>> = self.rules.iter().filter(|rule| rule.kind == RuleKind::Mechanism).collect();
        for fact in assumed {
            frame.assume(*fact);
        }
        let mut run = Run::new(frame, strengths, limits);
        run.intern(mechanisms.iter().copied());
        run.prediction = Some(Prediction::default());
        let mut premises: Premises<'_> = FxHashMap::default();
        let relations: Vec<Relations> = mechanisms.iter().map(|rule| run.relations(rule)).collect();
        for (rule, relations) in mechanisms.iter().zip(&relations) {
            for (place, relation) in relations.iter().enumerate() {
                premises.entry(*relation).or_default().push((rule, place, relations));
            }
        }
        let mut reached: FxHashSet<AtomId> = assumed.iter().copied().collect();
        let mut wave: Vec<AtomId> = assumed.to_vec();
        for round in 0.. {
            let first = run.out.firings().len();
            for fact in std::mem::take(&mut wave) {
                reach(&mut run, &premises, fact);
            }
            let concluded = run.out.firings().iter().skip(first).map(|firing| firing.conclusion);
            wave = concluded.filter(|fact| reached.insert(*fact)).collect();
            if wave.is_empty() || run.out.truncated().is_some() {
                break;
            }
            if let (true, Some(firing)) = (round >= limits.max_rounds, run.out.firings().last()) {
                let rule = Arc::clone(&firing.rule);
                run.out.truncate(LimitKind::Rounds, &rule);
                break;
            }
        }
        let fresh = run.prediction.take().unwrap_or_default().fresh;
        support::settle(run.frame, &mut run.out, 0, strengths, Settle::Predictions { assumed, fresh: &fresh });
        run.out
    }

    /// The ways in which an effect may have come about: mechanisms whose conclusion it is, with the cause filled in and
    /// the circumstances known. Causes come as atoms that need not be facts; to go further back, explain them in turn.
    pub fn explain(
        &self,
        frame: &mut Frame,
        effect: AtomId,
        strengths: &Strengths,
        limits: Limits,
    ) -> Vec<Explanation> {
        let Some((predicate, args)) = evaluation(frame, effect) else { return Vec::new() };
        let mut found: Vec<Explanation> = Vec::new();
        for rule in self.rules.iter().filter(|rule| rule.kind == RuleKind::Mechanism) {
            for conclusion in &rule.conclusions {
                if let Some(bound) = unify(frame, rule, conclusion, &predicate, &args) {
                    explain_by(frame, rule, bound, strengths.of(rule), limits, &mut found);
                }
            }
        }
        found
    }
}

/// The mechanisms by the relations of their premises, with the places of these and the relations of all, in order.
type Premises<'r> = FxHashMap<Option<AtomId>, Vec<(&'r Arc<Rule>, usize, &'r Relations)>>;

/// Fires every mechanism that has the fact among its premises.
fn reach(run: &mut Run<'_>, premises: &Premises<'_>, fact: AtomId) {
    let Some(ordinal) = run.frame.ordinal(fact) else { return };
    let Some(relation) = run.frame.fact_entry(ordinal).map(|entry| entry.predicate) else { return };
    for (rule, place, relations) in premises.get(&Some(relation)).into_iter().flatten() {
        if run.has_all(relations) {
            let end = run.frame.end_fact();
            run.fire(rule, Some(*place), Window { old_until: end, new_from: ordinal, new_until: ordinal + 1, end });
        }
    }
}

/// The relation and the arguments of an evaluation, fact or not.
fn evaluation(frame: &Frame, atom: AtomId) -> Option<(String, Ids)> {
    let [predicate, list] = frame.outgoing(atom) else { return None };
    let name = frame.term(*predicate)?.as_entity()?.to_owned();
    Some((name, frame.outgoing(*list).into()))
}

/// What a conclusion's variables stand for if it is this atom; a text with places to fill may be any text.
fn unify(frame: &Frame, rule: &Rule, conclusion: &Conclusion, predicate: &str, args: &[AtomId]) -> Option<Vec<Bound>> {
    let pattern = &conclusion.pattern;
    if pattern.predicate != predicate || pattern.args.len() != args.len() {
        return None;
    }
    let mut bound = vec![Bound::Empty; rule.names.len()];
    for ((arg, template), atom) in pattern.args.iter().zip(&conclusion.templates).zip(args) {
        match arg {
            Arg::Variable(variable) => {
                let place = bound.get_mut(variable.index())?;
                if *place != Bound::Empty && *place != Bound::Atom(*atom) {
                    return None;
                }
                *place = Bound::Atom(*atom);
            }
            _ if template.is_some() => {}
            constant if frame.find_term(constant.term()?) == Some(*atom) => {}
            _ => return None,
        }
    }
    Some(bound)
}

fn explain_by(
    frame: &mut Frame,
    rule: &Arc<Rule>,
    bound: Vec<Bound>,
    tv: TruthValue,
    limits: Limits,
    found: &mut Vec<Explanation>,
) {
    let Some(cause) = rule.patterns().next() else { return };
    let mut known = Slots::default();
    for (slot, _) in (0..=u16::MAX).zip(&bound).filter(|(_, bound)| **bound != Bound::Empty) {
        known.add(slot);
    }
    let mut matches: Vec<(Vec<Bound>, Vec<AtomId>, f64)> = Vec::new();
    {
        let frame: &Frame = frame;
        let Some(steps) = plan::circumstances(frame, &rule.premises, known) else { return };
        let mut state = State { bound, ..State::new(0, rule.patterns().count()) };
        Solver::new(frame, limits.max_candidates).solve(&steps, &mut state, &mut |state: &State| {
            let facts = state.matched.iter().copied().skip(1).collect();
            matches.push((state.bound.clone(), facts, state.absence));
            matches.len() < limits.max_firings
        });
    }
    for (bound, circumstances, absence) in matches {
        let Some(cause) = ground(frame, cause, &bound) else { continue };
        let strength = join::strength(frame, &circumstances) * absence;
        let confidence = circumstances.iter().map(|id| frame.tv(*id).confidence).fold(tv.confidence, f64::min);
        let tv = TruthValue::new(tv.strength * strength, confidence);
        found.push(Explanation { mechanism: Arc::clone(rule), cause, circumstances, tv });
    }
}

/// The atom of a pattern with its variables filled in; `None` where one stands for nothing.
fn ground(frame: &mut Frame, pattern: &Pattern, bound: &[Bound]) -> Option<AtomId> {
    let mut args = Ids::new();
    for arg in &pattern.args {
        args.push(match arg {
            Arg::Variable(variable) => match bound.get(variable.index())? {
                Bound::Empty => return None,
                Bound::Atom(atom) => *atom,
                Bound::Number(number) => frame.term_atom(Term::Number(*number)),
            },
            constant => frame.term_atom(constant.term()?),
        });
    }
    let predicate = frame.node(crate::NodeKind::Predicate, &pattern.predicate);
    Some(frame.fact_atom(predicate, &args))
}
