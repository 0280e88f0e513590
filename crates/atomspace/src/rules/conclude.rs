//! From a match to its conclusions: fills in the arguments, makes the atoms, records the firing.

use super::derivations::Firing;
use super::form::{Conclusion, Rule};
use super::run::{Row, Run};
use super::value::{Bound, Evaluator};
use super::{plan, support, template};
use crate::TruthValue;
use crate::atom::{Ids, NodeKind, Term};
use crate::frame::term_key;
use crate::layer::FactEntry;
use crate::pattern::{Arg, Bindings};
use std::sync::Arc;

impl Run<'_> {
    pub(super) fn conclude(&mut self, rule: &Arc<Rule>, conclusion: &Conclusion, row: &Row, visible: &plan::Slots) {
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
        firing.tv = support::of_firing(|id| self.frame.tv(id), &firing, self.strengths);
        let entry = FactEntry { atom, predicate, args };
        let known = self.frame.ordinal(atom).is_some();
        if let Some(prediction) = &mut self.prediction {
            if !prediction.fired.insert((rule.name.clone(), firing.premises.clone(), atom)) {
                return;
            }
            if !known {
                prediction.fresh.insert(atom);
            }
        }
        if self.prediction.is_none() || !known {
            self.frame.derive(entry, firing.tv);
        }
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
