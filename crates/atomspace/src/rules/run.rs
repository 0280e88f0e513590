//! Running rules to their fixed point, stratum by stratum, semi-naively.
//!
//! In the first round of a stratum its rules are matched against all facts; afterwards only matches with at least one
//! fact of the last round are looked for, so nothing fires twice. When a stratum is done, its conclusions get their truth
//! values ([`super::support`]), which `not` and aggregates of later strata may then rely on. Firing order depends on the
//! order of rules and facts only.

use super::derivations::{Derivations, Firing, LimitKind, Limits, Strengths};
use super::form::{Conclusion, Rule, RuleKind};
use super::join::{Solver, State};
use super::value::{Bound, Evaluator};
use super::{plan, support, template};
use crate::atom::{AtomId, Ids, NodeKind, Term};
use crate::frame::term_key;
use crate::layer::{FactEntry, Ordinal};
use crate::pattern::{Arg, Bindings};
use crate::{Frame, TruthValue};
use std::sync::Arc;

/// A match that is waiting to be concluded from.
struct Row {
    bound: Vec<Bound>,
    matched: Vec<AtomId>,
    grounds: smallvec::SmallVec<[AtomId; 8]>,
    absence: f64,
}

/// Runs the rules of one kind over a frame.
pub(crate) fn run(
    rules: &[Arc<Rule>],
    strata: &[usize],
    frame: &mut Frame,
    strengths: &Strengths,
    limits: Limits,
) -> Derivations {
    let mut run = Run { frame, strengths, limits, budget: limits.max_candidates, out: Derivations::default() };
    run.intern(rules);
    let mut levels: Vec<usize> = strata.to_vec();
    levels.sort_unstable();
    levels.dedup();
    for level in levels {
        let of_level =
            rules.iter().zip(strata).filter(|(rule, stratum)| **stratum == level && rule.kind == RuleKind::Rule);
        let of_level: Vec<&Arc<Rule>> = of_level.map(|(rule, _)| rule).collect();
        let first_firing = run.out.firings().len();
        run.stratum(&of_level);
        support::settle(run.frame, &mut run.out, first_firing, strengths);
        if run.out.truncated().is_some() {
            break;
        }
    }
    run.out
}

struct Run<'a> {
    frame: &'a mut Frame,
    strengths: &'a Strengths,
    limits: Limits,
    budget: u64,
    out: Derivations,
}

impl Run<'_> {
    /// Makes the relations of conclusions known, so that plans can be made over them.
    fn intern(&mut self, rules: &[Arc<Rule>]) {
        for conclusion in rules.iter().filter(|rule| rule.kind == RuleKind::Rule).flat_map(|rule| &rule.conclusions) {
            self.frame.node(NodeKind::Predicate, &conclusion.pattern.predicate);
        }
    }

    fn stratum(&mut self, rules: &[&Arc<Rule>]) {
        let mut new_from: Ordinal = 0;
        for round in 0.. {
            let end = self.frame.end_fact();
            if round > 0 && new_from == end {
                return;
            }
            for rule in rules {
                if round >= self.limits.max_rounds {
                    self.out.truncate(LimitKind::Rounds, rule);
                    return;
                }
                if round == 0 {
                    self.fire(rule, None, 0, end);
                } else {
                    for place in 0..rule.patterns().count() {
                        self.fire(rule, Some(place), new_from, end);
                    }
                }
                if self.out.truncated().is_some() {
                    return;
                }
            }
            new_from = end;
        }
    }

    /// Fires a rule on all matches, or on those whose pattern `new` matches a new fact.
    fn fire(&mut self, rule: &Arc<Rule>, new: Option<usize>, new_from: Ordinal, end: Ordinal) {
        let mut rows: Vec<Row> = Vec::new();
        let room = self.limits.max_firings.saturating_sub(self.out.firings().len());
        let mut full = false;
        {
            let Some(pattern) = new.map_or(Some(None), |new| rule.patterns().nth(new).map(Some)) else { return };
            let frame: &Frame = self.frame;
            if let Some(pattern) = pattern {
                // Most rules ask for nothing that the last round concluded.
                let last = frame
                    .predicate(&pattern.predicate)
                    .and_then(|id| frame.with_predicate(id).last().and_then(|list| list.last().copied()));
                if last.is_none_or(|last| last < new_from) {
                    return;
                }
            }
            let Some(steps) = plan::rule(frame, &rule.premises, new) else { return };
            let mut solver = Solver::new(frame, self.budget);
            (solver.new_from, solver.new_until, solver.end) = (new_from, end, end);
            let mut state = State::new(rule.names.len(), rule.patterns().count());
            let done = solver.solve(&steps, &mut state, &mut |state: &State| {
                full = rows.len() >= room;
                if !full {
                    let (bound, matched) = (state.bound.clone(), state.matched.clone());
                    rows.push(Row { bound, matched, grounds: state.grounds.clone(), absence: state.absence });
                }
                !full
            });
            self.budget = solver.budget();
            if !done {
                self.out.truncate(if full { LimitKind::Firings } else { LimitKind::Candidates }, rule);
            }
        }
        let visible = plan::outer_slots(&rule.premises);
        for row in &rows {
            for conclusion in &rule.conclusions {
                self.conclude(rule, conclusion, row, &visible);
            }
        }
    }

    fn conclude(&mut self, rule: &Arc<Rule>, conclusion: &Conclusion, row: &Row, visible: &plan::Slots) {
        let predicate = self.frame.node(NodeKind::Predicate, &conclusion.pattern.predicate);
        let Some(args) = self.arguments(conclusion, &row.bound) else { return };
        let atom = self.frame.fact_atom(predicate, &args);
        let premises = row.matched.iter().chain(&row.grounds).copied().collect();
        let atoms = row.bound.iter().zip(0..=u16::MAX).map(|(bound, slot)| match bound {
            _ if !visible.has(slot) => None,
            Bound::Number(number) => Some(self.frame.term_atom(Term::Number(*number))),
            other => other.atom(),
        });
        let bindings = Bindings {
            names: Arc::clone(&rule.names),
            atoms: atoms.collect(),
            facts: row.matched.iter().copied().collect(),
        };
        let mut firing = Firing {
            rule: Arc::clone(rule),
            bindings,
            premises,
            conclusion: atom,
            tv: TruthValue::UNKNOWN,
            circular: false,
            absence: row.absence,
            matched: row.matched.len(),
        };
        firing.tv = support::of_firing(self.frame, &firing, self.strengths);
        self.frame.derive(FactEntry { atom, predicate, args }, firing.tv);
        self.out.push(firing);
    }

    fn arguments(&mut self, conclusion: &Conclusion, bound: &[Bound]) -> Option<Ids> {
        let mut args = Ids::new();
        for (arg, template) in conclusion.pattern.args.iter().zip(&conclusion.templates) {
            let id = match (arg, template) {
                (Arg::Variable(variable), _) => match bound.get(variable.index())? {
                    Bound::Empty => return None,
                    Bound::Atom(id) => *id,
                    Bound::Number(number) => self.frame.term_atom(Term::Number(*number)),
                },
                (_, Some(pieces)) => {
                    let text = template::fill(pieces, &Evaluator { frame: self.frame, bound })?;
                    self.frame.term_atom(Term::Text(&text))
                }
                (constant, None) => self.frame.intern(term_key(constant.term()?)),
            };
            args.push(id);
        }
        Some(args)
    }
}
