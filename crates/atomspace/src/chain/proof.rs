//! Proofs to look at: as data, and printed as trees.

use super::book::{Book, Origin, ProofId, Step};
use super::rule::Rule;
use super::terms::Terms;
use crate::TruthValue;
use crate::pln::Stamp;
use crate::query::Term;
use crate::space::{Handle, Types};
use rustc_hash::FxHashMap;
use std::fmt;
use std::sync::Arc;

/// A proof: steps, each after its premises, the last of them what is proven. A step that several others rest on stands
/// there once.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// The steps.
    pub steps: Vec<ProofStep>,
}

/// A step of a proof.
#[derive(Clone, Debug, PartialEq)]
pub struct ProofStep {
    /// What it states.
    pub statement: Term,
    /// The same as text.
    pub text: String,
    /// How it comes about.
    pub by: By,
    /// The places of its premises among the steps, in the order of the rule.
    pub premises: Vec<usize>,
    /// What the formula read beside the premises.
    pub background: Vec<(Term, TruthValue)>,
    /// How true it is.
    pub truth: TruthValue,
    /// The evidence that it rests on.
    pub stamp: Stamp,
}

/// How a step comes about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// It is an atom of the space.
    Fact(Handle),
    /// It is a case of its premise, a general statement.
    Case,
    /// A rule, by its name.
    Rule(Arc<str>),
    /// Its premises are proofs of it on disjoint evidence.
    Revision,
}

/// What turns proofs of the book into proofs to look at.
#[derive(Clone, Copy)]
pub(super) struct Telling<'t> {
    pub(super) book: &'t Book,
    pub(super) terms: &'t Terms,
    pub(super) rules: &'t [Arc<Rule>],
    pub(super) types: &'t Types,
}

impl Telling<'_> {
    /// The whole proof that ends with a step.
    pub(super) fn proof(self, last: &Step) -> Proof {
        let mut places: FxHashMap<ProofId, usize> = FxHashMap::default();
        let mut steps = Vec::new();
        let mut open: Vec<ProofId> = last.premises.iter().rev().copied().collect();
        while let Some(&proof) = open.last() {
            let Some(step) = self.book.step(proof).filter(|_| !places.contains_key(&proof)) else {
                open.pop();
                continue;
            };
            let before = open.len();
            open.extend(step.premises.iter().rev().filter(|premise| !places.contains_key(premise)));
            if open.len() == before {
                open.pop();
                places.insert(proof, steps.len());
                steps.push(self.step(step, &places));
            }
        }
        steps.push(self.step(last, &places));
        Proof { steps }
    }

    fn step(self, step: &Step, places: &FxHashMap<ProofId, usize>) -> ProofStep {
        let statement = self.terms.to_term(step.statement);
        let by = match step.origin {
            Origin::Fact(atom) => By::Fact(atom),
            Origin::Case => By::Case,
            Origin::Revision => By::Revision,
            Origin::Rule(at) => {
                By::Rule(self.rules.get(at as usize).map_or_else(|| "".into(), |rule| Arc::clone(&rule.name)))
            }
        };
        ProofStep {
            text: statement.show(self.types),
            statement,
            by,
            premises: step.premises.iter().filter_map(|premise| places.get(premise)).copied().collect(),
            background: step.background.iter().map(|(id, tv)| (self.terms.to_term(*id), *tv)).collect(),
            truth: step.given.tv,
            stamp: step.given.stamp.clone(),
        }
    }
}

impl Proof {
    /// What is proven.
    #[must_use]
    pub fn conclusion(&self) -> Option<&ProofStep> {
        self.steps.last()
    }

    /// How many rules are applied in it.
    #[must_use]
    pub fn rules(&self) -> usize {
        self.steps.iter().filter(|step| matches!(step.by, By::Rule(_))).count()
    }
}

impl fmt::Display for Proof {
    /// A line a step, premises below what rests on them, further right.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut told = vec![false; self.steps.len()];
        let mut open = vec![(self.steps.len().wrapping_sub(1), 0)];
        while let Some((at, depth)) = open.pop() {
            let Some(step) = self.steps.get(at) else { continue };
            let again = told.get(at) == Some(&true) && !step.premises.is_empty();
            told.get_mut(at).into_iter().for_each(|told| *told = true);
            let truth = Truth(step.truth);
            write!(out, "{:depth$}{} {truth} ", "", step.text, depth = 2 * depth)?;
            match &step.by {
                By::Fact(_) => out.write_str("given")?,
                By::Case => out.write_str("a case of")?,
                By::Rule(name) => write!(out, "by {name}")?,
                By::Revision => out.write_str("by revision")?,
            }
            for id in step.stamp.ids() {
                write!(out, " #{id}")?;
            }
            if again {
                out.write_str(", as above\n")?;
                continue;
            }
            out.write_str("\n")?;
            open.extend(step.premises.iter().rev().map(|premise| (*premise, depth + 1)));
        }
        Ok(())
    }
}

/// A truth value as the text format writes it.
struct Truth(TruthValue);

impl fmt::Display for Truth {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "(stv {} {})", self.0.strength as f32, self.0.confidence as f32)
    }
}
