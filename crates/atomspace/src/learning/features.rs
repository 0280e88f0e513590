//! Cases and their features: what the facts of a space say of each case.

use super::bits::Bits;
use super::error::LearningError;
use crate::query::{Term, is_open, var};
use crate::space::{AtomType, Handle, Space};
use rustc_hash::{FxHashMap, FxHashSet};

/// The name of the variable that stands for the case in a feature.
pub const CASE: &str = "$case";
/// The name of the variable that stands for another atom in a feature.
pub const OTHER: &str = "$other";

/// Which features are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Features {
    /// Also what is left when another atom in a fact is a variable: "it calls something".
    pub open: bool,
    /// Also what is said of that other atom: "it calls something that is down". Only with `open`.
    pub beyond: bool,
    /// Of an atom that more links join, nothing but what it is as a case is looked at.
    pub fan: usize,
    /// What is said of this atom is no feature: what makes the cases cases, such as that they are members of it.
    pub except: Option<Handle>,
}

impl Default for Features {
    /// All of them, through atoms that at most a thousand links join.
    fn default() -> Self {
        Self { open: true, beyond: true, fan: 1_000, except: None }
    }
}

/// A feature, with the cases that have it.
#[derive(Clone, Debug)]
pub(super) struct Feature {
    pub(super) clauses: Vec<Term>,
    pub(super) has: Bits,
    /// The places of features that every case with this one has, because they say less.
    pub(super) implies: FxHashSet<usize>,
}

/// Cases with their features.
#[derive(Clone, Debug)]
pub struct Cases {
    pub(super) cases: Vec<Handle>,
    pub(super) features: Vec<Feature>,
}

impl Cases {
    /// Looks at cases, such as all services or all incidents: any atoms of one kind, each once. A feature is what a fact says
    /// of a case. A fact is a closed link that holds (strength at least ½, with a confidence) and joins the case itself, or
    /// joins a list or set that does.
    pub fn of(space: &Space, cases: &[Handle], which: Features) -> Result<Self, LearningError> {
        let mut all: Vec<Handle> = Vec::new();
        let mut seen = FxHashSet::default();
        for case in cases {
            if !space.contains(*case) {
                return Err(LearningError::NoAtom(*case));
            }
            if seen.insert(*case) {
                all.push(*case);
            }
        }
        let mut collecting = Collecting { space, which, places: FxHashMap::default(), features: Vec::new() };
        for (at, case) in all.iter().enumerate() {
            collecting.case(at, *case);
        }
        Ok(Self { cases: all, features: collecting.features })
    }

    /// The cases.
    #[must_use]
    pub fn cases(&self) -> &[Handle] {
        &self.cases
    }

    /// Whether a feature may be concluded: it has one clause, and no other variable.
    pub(super) fn is_conclusion(&self, at: usize) -> bool {
        let clauses = self.features.get(at).map(|feature| feature.clauses.as_slice());
        matches!(clauses, Some([one]) if !speaks_of(one, OTHER))
    }

    /// The features, each as its clauses, with the number of cases that have it.
    pub fn features(&self) -> impl Iterator<Item = (&[Term], usize)> {
        self.features.iter().map(|feature| (feature.clauses.as_slice(), feature.has.len()))
    }
}

struct Collecting<'a> {
    space: &'a Space,
    which: Features,
    places: FxHashMap<Vec<Term>, usize>,
    features: Vec<Feature>,
}

impl Collecting<'_> {
    fn case(&mut self, at: usize, case: Handle) {
        for fact in self.facts(case) {
            let Some(closed) = replaced(self.space, fact, &[(case, CASE)]) else { continue };
            let closed = self.has(at, vec![closed], &[]);
            if !self.which.open {
                continue;
            }
            for other in others(self.space, fact, case) {
                let Some(clause) = replaced(self.space, fact, &[(case, CASE), (other, OTHER)]) else { continue };
                let open = self.has(at, vec![clause.clone()], &[]);
                self.implies(closed, open);
                if self.which.beyond && self.space.incoming_len(other) <= self.which.fan {
                    self.beyond(at, case, other, &clause, open);
                }
            }
        }
    }

    /// The facts about an atom that may be features.
    fn facts(&self, atom: Handle) -> Vec<Handle> {
        let mut found = facts(self.space, atom);
        if let Some(except) = self.which.except {
            found.retain(|fact| !self.space.outgoing(*fact).contains(&except));
        }
        found
    }

    /// What is said of another atom that a case has to do with.
    fn beyond(&mut self, at: usize, case: Handle, other: Handle, clause: &Term, open: usize) {
        for fact in self.facts(other) {
            let parts = leaves(self.space, fact);
            if parts.contains(&case) {
                continue;
            }
            if let Some(said) = replaced(self.space, fact, &[(other, OTHER)]) {
                self.has(at, vec![clause.clone(), said], &[open]);
            }
        }
    }

    fn has(&mut self, case: usize, clauses: Vec<Term>, implies: &[usize]) -> usize {
        let features = &mut self.features;
        let at = *self.places.entry(clauses.clone()).or_insert_with(|| {
            features.push(Feature { clauses, has: Bits::default(), implies: FxHashSet::default() });
            features.len() - 1
        });
        if let Some(feature) = self.features.get_mut(at) {
            feature.has.insert(case);
            feature.implies.extend(implies);
        }
        at
    }

    fn implies(&mut self, one: usize, other: usize) {
        if let Some(feature) = self.features.get_mut(one) {
            feature.implies.insert(other);
        }
    }
}

/// Whether a variable stands in a term.
fn speaks_of(term: &Term, name: &str) -> bool {
    match term {
        Term::Variable(known) => known.as_ref() == name,
        other => other.parts().iter().any(|part| speaks_of(part, name)),
    }
}

/// The facts about an atom, in the order of their addition.
fn facts(space: &Space, atom: Handle) -> Vec<Handle> {
    let mut found = Vec::new();
    for link in space.incoming(atom) {
        found.push(link);
        let of = space.type_of(link).unwrap_or(AtomType::LINK);
        if of == AtomType::LIST || of == AtomType::SET {
            found.extend(space.incoming(link));
        }
    }
    found.sort_unstable();
    found.dedup();
    found.retain(|fact| {
        let truth = space.truth(*fact);
        truth.confidence() > 0.0 && truth.strength() >= 0.5 && !is_open(space, *fact)
    });
    found
}

/// The nodes in a fact: in it, or in a list or set in it.
fn leaves(space: &Space, fact: Handle) -> Vec<Handle> {
    let mut found = Vec::new();
    for part in space.outgoing(fact) {
        if space.type_of(*part).is_some_and(AtomType::is_node) {
            found.push(*part);
        } else {
            found.extend(
                space.outgoing(*part).iter().filter(|part| space.type_of(**part).is_some_and(AtomType::is_node)),
            );
        }
    }
    found
}

/// The other things in a fact: not its predicate, not the case.
fn others(space: &Space, fact: Handle, case: Handle) -> Vec<Handle> {
    let predicate = (space.type_of(fact) == Some(AtomType::EVALUATION)).then(|| space.outgoing(fact).first().copied());
    let mut found = leaves(space, fact);
    found.retain(|part| *part != case && predicate.flatten() != Some(*part));
    found.sort_unstable();
    found.dedup();
    found
}

/// A fact as a term, with variables for some atoms in it.
fn replaced(space: &Space, atom: Handle, with: &[(Handle, &str)]) -> Option<Term> {
    if let Some((_, name)) = with.iter().find(|(known, _)| *known == atom) {
        return Some(var(name));
    }
    let outgoing = space.outgoing(atom);
    match space.type_of(atom)? {
        of if of.is_link() && (outgoing.iter().any(|part| mentions(space, *part, with))) => {
            let parts: Option<Vec<Term>> = outgoing.iter().map(|part| replaced(space, *part, with)).collect();
            Some(Term::Link(of, parts?))
        }
        _ => Term::of_atom(space, atom),
    }
}

/// Whether an atom, or a part of it, is one of some.
fn mentions(space: &Space, atom: Handle, of: &[(Handle, &str)]) -> bool {
    let is = |atom: &Handle| of.iter().any(|(known, _)| known == atom);
    is(&atom) || space.outgoing(atom).iter().any(is)
}
