//! Rules, as atoms of a space: read once, then used by any number of runs.

use super::error::ChainError;
use super::formula::{Formula, Formulas, Premises};
use super::reading::Reader;
use super::terms::{Id, Terms};
use crate::query::Term;
use crate::space::{AtomType, Handle, Space};
use std::sync::Arc;

/// The rule base of PLN as text, to be loaded into a space: the rules of the base `pln`, which may run in both directions, and
/// those of `pln-backward`, which build larger atoms from smaller ones and are for backward chaining alone.
pub const PLN: &str = include_str!("pln.scm");

/// Something that a rule asks for beside its premises.
#[derive(Clone, Debug)]
pub(super) enum Check {
    /// Two terms are one.
    Same(Id, Id),
    /// Two terms are not one.
    Different(Id, Id),
    /// Two numbers, the first greater.
    Greater(Id, Id),
    /// No fact is like this.
    Absent(Id),
}

/// What a rule asks for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Premise {
    pub(super) pattern: Id,
    /// Whether it must be a fact of the space: nothing is chained for it.
    pub(super) given: bool,
}

/// What a formula is given.
#[derive(Clone, Copy, Debug)]
pub(super) enum Argument {
    /// A premise, by its place.
    Premise(usize),
    /// An atom whose given truth value is read.
    Background(Id),
}

/// A rule: variables are numbered from 0.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) name: Arc<str>,
    /// How much it is preferred, in [0, 1].
    pub(super) weight: f64,
    pub(super) premises: Vec<Premise>,
    pub(super) checks: Vec<Check>,
    pub(super) conclusion: Id,
    pub(super) formula: Formula,
    pub(super) arguments: Vec<Argument>,
    /// How many variables it has.
    pub(super) variables: u32,
}

impl Rule {
    /// Whether it says the same with its premises in any other order.
    pub(super) fn commutes(&self) -> bool {
        self.formula.commutes
            && self.arguments.iter().all(|argument| matches!(argument, Argument::Premise(_)))
            && self.premises.iter().all(|premise| !premise.given)
            && self.checks.iter().all(|check| matches!(check, Check::Different(..)))
    }

    /// Whether premises that share evidence are refused.
    pub(super) fn is_independent(&self) -> bool {
        self.formula.premises == Premises::Independent
    }
}

/// Rules that were read from a space; for that space, its copies, and the frames over it.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    pub(super) terms: Terms,
    pub(super) all: Vec<Arc<Rule>>,
}

impl Rules {
    /// Reads the rules of rule bases. A rule of the base `b` is an atom
    ///
    /// ```text
    /// (Define (DefinedSchema "name")
    ///   (Bind variables premises
    ///     (ExecutionOutput (GroundedSchema "formula") (List conclusion argument …))))
    /// (Member (DefinedSchema "name") (Concept "b"))
    /// ```
    ///
    /// The strength of the `Member` is how much the rule is preferred.
    pub fn read(space: &Space, bases: &[&str], formulas: &Formulas) -> Result<Self, ChainError> {
        let mut rules = Self::default();
        for base in bases {
            let before = rules.all.len();
            let members = space.find_node(AtomType::CONCEPT, base);
            for member in members.into_iter().flat_map(|base| space.incoming_at(base, AtomType::MEMBER, 1)) {
                let Some(name) = space.outgoing(member).first().copied() else { continue };
                if space.type_of(name) == Some(AtomType::DEFINED_SCHEMA) {
                    let weight = space.truth(member).strength().into();
                    rules.add(space, name, weight, formulas)?;
                }
            }
            if rules.all.len() == before {
                return Err(ChainError::NoRules((*base).to_owned()));
            }
        }
        Ok(rules)
    }

    /// How many rules there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are no rules.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The names of the rules, in the order in which they are tried.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|rule| rule.name.as_ref())
    }

    fn add(&mut self, space: &Space, name: Handle, weight: f64, formulas: &Formulas) -> Result<(), ChainError> {
        let text = space.name(name).unwrap_or_default();
        let definition = space.incoming_at(name, AtomType::DEFINE, 0).next();
        let body = definition.and_then(|define| space.outgoing(define).get(1).copied());
        let term = body.and_then(|body| Term::of_atom(space, body)).ok_or_else(|| {
            ChainError::form(
                space.show_bare(name),
                "a rule needs a definition: write (Define (DefinedSchema \"name\") (Bind …))",
            )
        });
        let mut reader = Reader::new(space.types(), &mut self.terms);
        let rule = term.and_then(|term| reader.rule(text, weight, &term, formulas));
        self.all.push(Arc::new(rule.map_err(|error| error.in_rule(text))?));
        Ok(())
    }
}
