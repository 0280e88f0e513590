//! Running rules to their fixed point, stratum by stratum, semi-naively.
//!
//! In the first round of a stratum its rules are matched against all facts; afterwards only matches with at least one
//! fact of the last round are looked for, so nothing fires twice. When a stratum is done, its conclusions get their truth
//! values ([`super::support`]), which `not` and aggregates of later strata may then rely on. Firing order depends on the
//! order of rules and facts only.

use super::derivations::{Derivations, LimitKind, Limits, Strengths};
use super::form::{Rule, RuleKind};
use super::join::{Solver, State};
use super::plan;
use super::support::{self, Settle};
use super::value::Bound;
use crate::Frame;
use crate::atom::{AtomId, Ids, NodeKind};
use crate::layer::Ordinal;
use rustc_hash::FxHashSet;
use smallvec::SmallVec;
use std::sync::Arc;

/// A match that is waiting to be concluded from.
pub(super) struct Row {
    pub(super) bound: Vec<Bound>,
    pub(super) matched: Vec<AtomId>,
    pub(super) grounds: SmallVec<[AtomId; 8]>,
    pub(super) absence: f64,
}

/// Runs one rule or mechanism alone.
pub(crate) fn run_one(rule: &Arc<Rule>, frame: &mut Frame, strengths: &Strengths, limits: Limits) -> Derivations {
    let mut run = Run::new(frame, strengths, limits);
    run.intern(std::iter::once(rule));
    run.stratum(&[rule]);
    support::settle(run.frame, &mut run.out, 0, strengths, Settle::Conclusions);
    run.out
}

/// Runs the rules, not the mechanisms, over a frame.
pub(crate) fn run(
    rules: &[Arc<Rule>],
    strata: &[usize],
    frame: &mut Frame,
    strengths: &Strengths,
    limits: Limits,
) -> Derivations {
    let mut run = Run::new(frame, strengths, limits);
    run.intern(rules.iter().filter(|rule| rule.kind == RuleKind::Rule));
    let mut levels: Vec<usize> = strata.to_vec();
    levels.sort_unstable();
    levels.dedup();
    for level in levels {
        let of_level =
            rules.iter().zip(strata).filter(|(rule, stratum)| **stratum == level && rule.kind == RuleKind::Rule);
        let of_level: Vec<&Arc<Rule>> = of_level.map(|(rule, _)| rule).collect();
        let first_firing = run.out.firings().len();
        run.stratum(&of_level);
        support::settle(run.frame, &mut run.out, first_firing, strengths, Settle::Conclusions);
        if run.out.truncated().is_some() {
            break;
        }
    }
    run.out
}

pub(super) struct Run<'a> {
    pub(super) frame: &'a mut Frame,
    pub(super) strengths: &'a Strengths,
    pub(super) limits: Limits,
    budget: u64,
    pub(super) out: Derivations,
    /// What a prediction keeps in mind; `None` where the rules conclude from what was observed.
    pub(super) prediction: Option<Prediction>,
}

/// The relations of a rule's patterns, where they are known.
pub(super) type Relations = SmallVec<[Option<AtomId>; 4]>;

/// What a prediction keeps in mind.
#[derive(Default)]
pub(super) struct Prediction {
    /// The facts that were not there before: the others must stay as they are.
    pub(super) fresh: FxHashSet<AtomId>,
    /// What fired already: a match is met once for each of its facts that is reached.
    pub(super) fired: FxHashSet<(String, Ids, AtomId)>,
}

/// Which facts a firing may look at, by when they were asserted.
#[derive(Clone, Copy)]
pub(super) struct Window {
    /// Patterns before the new one match facts before this.
    pub(super) old_until: Ordinal,
    /// The new pattern matches facts from this …
    pub(super) new_from: Ordinal,
    /// … and before this.
    pub(super) new_until: Ordinal,
    /// Patterns after the new one match facts before this.
    pub(super) end: Ordinal,
}

impl<'a> Run<'a> {
    pub(super) fn new(frame: &'a mut Frame, strengths: &'a Strengths, limits: Limits) -> Self {
        let budget = limits.max_candidates;
        Self { frame, strengths, limits, budget, out: Derivations::default(), prediction: None }
    }

    /// Makes the relations of conclusions known, so that plans can be made over them.
    pub(super) fn intern<'r>(&mut self, rules: impl Iterator<Item = &'r Arc<Rule>>) {
        for conclusion in rules.flat_map(|rule| &rule.conclusions) {
            self.frame.node(NodeKind::Predicate, &conclusion.pattern.predicate);
        }
    }

    fn stratum(&mut self, rules: &[&Arc<Rule>]) {
        let relations: Vec<Relations> = rules.iter().map(|rule| self.relations(rule)).collect();
        let mut new_from: Ordinal = 0;
        for round in 0.. {
            let end = self.frame.end_fact();
            if round > 0 && new_from == end {
                return;
            }
            if round >= self.limits.max_rounds {
                if let Some(rule) = self.out.firings().last().map(|firing| Arc::clone(&firing.rule)) {
                    self.out.truncate(LimitKind::Rounds, &rule);
                }
                return;
            }
            for (rule, relations) in rules.iter().zip(&relations) {
                let window = Window { old_until: new_from, new_from, new_until: end, end };
                if !self.has_all(relations) {
                    continue;
                }
                if round == 0 {
                    self.fire(rule, None, window);
                } else {
                    for (place, relation) in relations.iter().enumerate() {
                        if self.has_new(*relation, window) {
                            self.fire(rule, Some(place), window);
                        }
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
    pub(super) fn fire(&mut self, rule: &Arc<Rule>, new: Option<usize>, window: Window) {
        let rows = self.matches(rule, new, window);
        if rows.is_empty() {
            return;
        }
        let visible = plan::outer_slots(&rule.premises);
        for row in &rows {
            for conclusion in &rule.conclusions {
                self.conclude(rule, conclusion, row, &visible);
            }
        }
    }

    /// The relations of a rule's patterns. What rules conclude is known by its relation already, so none becomes known later.
    pub(super) fn relations(&self, rule: &Rule) -> Relations {
        rule.patterns().map(|pattern| self.frame.predicate(&pattern.predicate)).collect()
    }

    /// Whether there is a fact of each relation; of most rules' there is not, and nothing can match.
    pub(super) fn has_all(&self, relations: &Relations) -> bool {
        let has = |relation: AtomId| self.frame.with_predicate(relation).iter().any(|list| !list.is_empty());
        relations.iter().all(|relation| relation.is_some_and(has))
    }

    /// Whether the last round concluded anything of a relation; most rules ask for nothing of the kind.
    fn has_new(&self, relation: Option<AtomId>, window: Window) -> bool {
        let facts = relation.map(|relation| self.frame.with_predicate(relation)).unwrap_or_default();
        let last = facts.iter().rev().find_map(|list| list.last());
        last.is_some_and(|last| *last >= window.new_from)
    }

    fn matches(&mut self, rule: &Rule, new: Option<usize>, window: Window) -> Vec<Row> {
        let mut rows: Vec<Row> = Vec::new();
        let frame: &Frame = self.frame;
        let Some(steps) = plan::rule(frame, &rule.premises, new) else { return rows };
        let room = self.limits.max_firings.saturating_sub(self.out.firings().len()) / rule.conclusions.len().max(1);
        let mut full = false;
        let mut solver = Solver::new(frame, self.budget);
        (solver.old_until, solver.new_from, solver.new_until, solver.end) =
            (window.old_until, window.new_from, window.new_until, window.end);
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
        rows
    }
}
