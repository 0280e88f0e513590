//! Proofs: from a conclusion down to the facts that were read, for people and for the record.
//!
//! Of the firings of one rule the strongest is shown, of the rules the strongest first. Limits: [`MAX_STEPS`] rules an
//! atom, [`MAX_ATOMS`] atoms in all, 24 deep; what is left out is said. An atom that was shown before, or that rests on
//! itself, is named but not unfolded again.

use super::derivations::{Derivations, Firing};
use super::form::Form;
use crate::atom::{AtomId, Source};
use crate::pattern::{Arg, Bindings, Variable};
use crate::{Frame, Term, TruthValue};
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How many rules are shown for one atom.
pub const MAX_STEPS: usize = 4;
/// How many atoms one proof shows.
pub const MAX_ATOMS: usize = 400;
const MAX_DEPTH: usize = 24;

/// An atom and why it holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProofTree {
    /// The atom, as an s-expression.
    pub atom: String,
    /// Its strength.
    pub strength: f64,
    /// Its confidence.
    pub confidence: f64,
    /// Where it was read, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// The rules that conclude it, the strongest first; none for a fact that was read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<ProofStep>,
    /// Why what is below is not shown, if it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut: Option<Cut>,
}

/// A rule that concludes an atom.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProofStep {
    /// The name of the rule.
    pub rule: String,
    /// What the rule says.
    pub text: String,
    /// The support that it gives.
    pub strength: f64,
    /// The confidence of that.
    pub confidence: f64,
    /// The facts that it rests on.
    pub premises: Vec<ProofTree>,
    /// The guards that were met and the facts that were absent, with the values that were compared.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<String>,
    /// How many more matches of the rule conclude the same.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// Why a part of a proof is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cut {
    /// It rests on itself.
    Circle,
    /// It is shown elsewhere in the proof.
    Shown,
    /// The proof is too large.
    Size,
}

impl ProofTree {
    /// The facts that were read, on which all rests, each once, in the order in which the proof names them.
    #[must_use]
    pub fn observations(&self) -> Vec<&Self> {
        let mut found = Vec::new();
        let mut seen = FxHashSet::default();
        self.collect(&mut found, &mut seen);
        found
    }

    fn collect<'t>(&'t self, found: &mut Vec<&'t Self>, seen: &mut FxHashSet<&'t str>) {
        if self.steps.is_empty() && self.cut.is_none() && seen.insert(&self.atom) {
            found.push(self);
        }
        for premise in self.steps.iter().flat_map(|step| &step.premises) {
            premise.collect(found, seen);
        }
    }

    fn write(&self, out: &mut fmt::Formatter<'_>, depth: usize) -> fmt::Result {
        let indent = 2 * depth;
        write!(out, "{:indent$}{} <{:.2} {:.2}>", "", self.atom, self.strength, self.confidence)?;
        self.source.iter().try_for_each(|source| write!(out, "  {source}"))?;
        out.write_str(match self.cut {
            None => "\n",
            Some(Cut::Circle) => "  (rests on itself)\n",
            Some(Cut::Shown) => "  (shown above)\n",
            Some(Cut::Size) => "  (more not shown)\n",
        })?;
        for step in &self.steps {
            let text = if step.text.is_empty() { String::new() } else { format!(": {}", step.text) };
            writeln!(out, "{:indent$}  by {} <{:.2} {:.2}>{text}", "", step.rule, step.strength, step.confidence)?;
            step.premises.iter().try_for_each(|premise| premise.write(out, depth + 2))?;
            step.conditions.iter().try_for_each(|condition| writeln!(out, "{:indent$}    where {condition}", ""))?;
            if step.more > 0 {
                writeln!(out, "{:indent$}    and {} more like this", "", step.more)?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for ProofTree {
    /// Writes an indented tree.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(out, 0)
    }
}

impl Derivations {
    /// Why an atom holds.
    #[must_use]
    pub fn proof(&self, frame: &Frame, atom: AtomId) -> ProofTree {
        Prover { frame, derivations: self, path: Vec::new(), shown: FxHashSet::default() }.tree(atom)
    }

    /// The facts that were not concluded and on which an atom rests, circles left out, each once, in order of appearance.
    #[must_use]
    pub fn grounds(&self, atom: AtomId) -> Vec<AtomId> {
        let mut seen: FxHashSet<AtomId> = std::iter::once(atom).collect();
        let mut open = vec![atom];
        let mut found = Vec::new();
        while let Some(next) = open.pop() {
            if !self.is_concluded(next) {
                found.push(next);
                continue;
            }
            for firing in self.of(next).filter(|firing| !firing.circular) {
                open.extend(firing.premises.iter().copied().filter(|premise| seen.insert(*premise)));
            }
        }
        found.sort_unstable();
        found
    }
}

struct Prover<'a> {
    frame: &'a Frame,
    derivations: &'a Derivations,
    path: Vec<AtomId>,
    shown: FxHashSet<AtomId>,
}

impl<'a> Prover<'a> {
    fn tree(&mut self, atom: AtomId) -> ProofTree {
        let TruthValue { strength, confidence } = self.frame.tv(atom);
        let source = self.frame.source(atom).cloned();
        let mut tree =
            ProofTree { atom: self.frame.show(atom), strength, confidence, source, steps: Vec::new(), cut: None };
        if !self.derivations.is_concluded(atom) {
            self.shown.insert(atom);
            return tree;
        }
        if self.path.contains(&atom) {
            tree.cut = Some(Cut::Circle);
        } else if self.shown.contains(&atom) {
            tree.cut = Some(Cut::Shown);
        } else if self.shown.len() >= MAX_ATOMS || self.path.len() >= MAX_DEPTH {
            tree.cut = Some(Cut::Size);
        }
        if tree.cut.is_some() {
            return tree;
        }
        self.shown.insert(atom);
        self.path.push(atom);
        for (firing, more) in self.strongest(atom) {
            tree.steps.push(self.step(firing, more));
        }
        self.path.pop();
        tree
    }

    /// The strongest firing of each rule, and how many more there are of it.
    fn strongest(&self, atom: AtomId) -> Vec<(&'a Firing, usize)> {
        let mut best: Vec<(&Firing, usize)> = Vec::new();
        for firing in self.derivations.of(atom).filter(|firing| !firing.circular) {
            match best.iter_mut().find(|(known, _)| known.rule.name == firing.rule.name) {
                Some((known, more)) => {
                    *more += 1;
                    if firing.tv.strength > known.tv.strength {
                        *known = firing;
                    }
                }
                None => best.push((firing, 0)),
            }
        }
        best.sort_by(|(one, _), (two, _)| two.tv.strength.total_cmp(&one.tv.strength));
        best.truncate(MAX_STEPS);
        best
    }

    fn step(&mut self, firing: &Firing, more: usize) -> ProofStep {
        let premises = firing.premises.iter().map(|premise| self.tree(*premise)).collect();
        let frame = self.frame;
        let known = |variable: &Variable| value(frame, &firing.bindings, variable);
        let others = firing.rule.premises.iter().filter(|premise| !matches!(premise.form, Form::Match(_)));
        ProofStep {
            rule: firing.rule.name.clone(),
            text: firing.rule.text.clone(),
            strength: firing.tv.strength,
            confidence: firing.tv.confidence,
            premises,
            conditions: others.map(|premise| premise.filled(&known).to_string()).collect(),
            more,
        }
    }
}

fn value(frame: &Frame, bindings: &Bindings, variable: &Variable) -> Option<Arg> {
    let atom = bindings.atoms.get(variable.index()).copied().flatten()?;
    Some(match frame.term(atom)? {
        Term::Entity(name) => Arg::Word(name.to_owned()),
        Term::Text(text) => Arg::Text(text.to_owned()),
        Term::Number(number) => Arg::Number(number),
    })
}
