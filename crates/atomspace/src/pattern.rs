//! Patterns of facts with variables, and what matching them binds.
//!
//! `(part-of ?pod ?service)` matches every fact of that relation; a variable that occurs twice must be the same both
//! times, `?_` stands for anything, each time anew. Limits: [`MAX_ARGS`] arguments.

use crate::Frame;
use crate::atom::{AtomId, Term};
use crate::rules::join::{Solver, State};
use crate::rules::plan;
use crate::sexpr::{self, Datum, Position, ReadError, Sexpr};
use smallvec::SmallVec;
use std::fmt;
use std::sync::Arc;

/// How many arguments a pattern may have.
pub const MAX_ARGS: usize = 32;
/// How many candidate facts one query may look at.
const QUERY_BUDGET: u64 = 10_000_000;

/// A variable: its name, and its place among the variables of the rule or query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// The name, without the question mark; `_` where it does not matter.
    pub name: Arc<str>,
    pub(crate) slot: u16,
}

impl Variable {
    pub(crate) fn index(&self) -> usize {
        usize::from(self.slot)
    }
}

/// The variables of one rule or query, by place.
#[derive(Clone, Debug, Default)]
pub(crate) struct Variables {
    names: Vec<Arc<str>>,
}

impl Variables {
    /// The variable of this name, the same one for the same name, but a new one for each `_`.
    pub(crate) fn named(&mut self, name: &str) -> Variable {
        let known = self.names.iter().position(|known| &**known == name && name != "_");
        let slot = known.unwrap_or(self.names.len());
        if known.is_none() {
            self.names.push(name.into());
        }
        let name = self.names.get(slot).cloned().unwrap_or_default();
        Variable { name, slot: slot as u16 }
    }

    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    pub(crate) fn names(&self) -> Arc<[Arc<str>]> {
        self.names.clone().into()
    }
}

/// An argument of a pattern.
#[derive(Clone, Debug, PartialEq)]
pub enum Arg {
    /// `?x`
    Variable(Variable),
    /// An entity or a bare word.
    Word(String),
    /// `"…"`
    Text(String),
    /// `7`
    Number(f64),
}

impl Arg {
    /// The term, unless it is a variable.
    #[must_use]
    pub fn term(&self) -> Option<Term<'_>> {
        Some(match self {
            Self::Variable(_) => return None,
            Self::Word(word) => Term::Entity(word),
            Self::Text(text) => Term::Text(text),
            Self::Number(number) => Term::Number(*number),
        })
    }
}

impl fmt::Display for Arg {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(variable) => write!(out, "?{}", variable.name),
            Self::Word(word) => Term::Entity(word).fmt(out),
            Self::Text(text) => Term::Text(text).fmt(out),
            Self::Number(number) => Term::Number(*number).fmt(out),
        }
    }
}

/// A fact with variables.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    /// The relation.
    pub predicate: String,
    /// The arguments.
    pub args: Vec<Arg>,
    /// Where it was written.
    pub at: Position,
}

impl Pattern {
    pub(crate) fn variables(&self) -> impl Iterator<Item = &Variable> {
        self.args.iter().filter_map(|arg| if let Arg::Variable(variable) = arg { Some(variable) } else { None })
    }

    /// Reads a pattern from an expression whose head is already known to be a plain word.
    pub(crate) fn from_expression(form: &Sexpr, variables: &mut Variables) -> Result<Self, ReadError> {
        let fail =
            |at: Position, message: &str, hint: &str| ReadError { at, message: message.into(), hint: hint.into() };
        let shape = || fail(form.at, "a pattern was expected", "write (predicate argument…)");
        let (head, args) = form.as_list().and_then(|items| items.split_first()).ok_or_else(shape)?;
        let predicate = head.as_word().ok_or_else(shape)?.to_owned();
        if args.len() > MAX_ARGS {
            return Err(fail(form.at, "too many arguments", "a fact has at most 32"));
        }
        let args = args.iter().map(|arg| match &arg.datum {
            Datum::Variable(name) => Ok(Arg::Variable(variables.named(name))),
            Datum::Word(word) => Ok(Arg::Word(word.clone())),
            Datum::Text(text) => Ok(Arg::Text(text.clone())),
            Datum::Number(number) => Ok(Arg::Number(*number)),
            Datum::List(_) => Err(fail(
                arg.at,
                "a list among the arguments of a fact",
                "bind a computed number first: (bind ?y (+ ?x 1)), then use ?y",
            )),
        });
        Ok(Self { predicate, args: args.collect::<Result<_, _>>()?, at: form.at })
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("(")?;
        sexpr::print_word(out, &self.predicate)?;
        for arg in &self.args {
            write!(out, " {arg}")?;
        }
        out.write_str(")")
    }
}

/// A conjunction of patterns, ready to be asked of any frame.
///
/// ```
/// use oriel_atomspace::{Frame, Query};
/// let mut frame = Frame::new();
/// frame.load("(part-of pod/a service/x) (part-of pod/b service/x) (restarts pod/b 7)")?;
/// let query = Query::parse("(part-of ?pod ?service) (restarts ?pod ?count)")?;
/// let found = frame.query(query.patterns());
/// assert_eq!(found.len(), 1);
/// assert_eq!(found[0].get("pod").map(|id| frame.show(id)), Some("pod/b".to_string()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Query {
    patterns: Vec<Pattern>,
}

impl Query {
    /// Reads one or more patterns.
    pub fn parse(text: &str) -> Result<Self, ReadError> {
        let mut variables = Variables::default();
        let forms = sexpr::read_all(text)?;
        let patterns = forms.iter().map(|form| Pattern::from_expression(form, &mut variables));
        Ok(Self { patterns: patterns.collect::<Result<_, _>>()? })
    }

    /// The patterns.
    #[must_use]
    pub fn patterns(&self) -> &[Pattern] {
        &self.patterns
    }
}

/// What the variables stand for in one match.
#[derive(Clone, Debug, PartialEq)]
pub struct Bindings {
    pub(crate) names: Arc<[Arc<str>]>,
    pub(crate) atoms: SmallVec<[Option<AtomId>; 6]>,
    /// The facts that matched, in the order of the patterns.
    pub facts: SmallVec<[AtomId; 4]>,
}

impl Bindings {
    /// The atom that a variable stands for.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<AtomId> {
        self.iter().find(|(known, _)| *known == name).map(|(_, atom)| atom)
    }

    /// The variables and what they stand for, in the order in which they were first written; `?_` is left out.
    pub fn iter(&self) -> impl Iterator<Item = (&str, AtomId)> {
        let named = self.names.iter().zip(&self.atoms);
        named.filter(|(name, _)| &***name != "_").filter_map(|(name, atom)| Some((&**name, (*atom)?)))
    }
}

impl Frame {
    /// All the ways in which the patterns hold together, in the order in which their facts were asserted. Facts of
    /// strength 0 do not match. Looks at ten million candidate facts at most, and returns what was found until then; where
    /// that matters, use [`Frame::query_within`].
    #[must_use]
    pub fn query(&self, patterns: &[Pattern]) -> Vec<Bindings> {
        self.query_within(patterns, QUERY_BUDGET).0
    }

    /// The same within a budget of candidate facts; the second part tells whether these are all.
    #[must_use]
    pub fn query_within(&self, patterns: &[Pattern], max_candidates: u64) -> (Vec<Bindings>, bool) {
        let mut variables = Variables::default();
        // Patterns from different texts number their variables apart: number them again by name.
        let renumbered: Vec<Pattern> = patterns.iter().map(|pattern| renumber(pattern, &mut variables)).collect();
        let Some(steps) = plan::query(self, &renumbered) else { return (Vec::new(), true) };
        let names = variables.names();
        let mut solver = Solver::new(self, max_candidates);
        let mut state = State::new(variables.len(), renumbered.len());
        let mut found = Vec::new();
        let complete = solver.solve(&steps, &mut state, &mut |state: &State| {
            let atoms = state.bound.iter().map(|bound| bound.atom()).collect();
            let facts = state.matched.iter().copied().collect();
            found.push(Bindings { names: Arc::clone(&names), atoms, facts });
            true
        });
        (found, complete)
    }
}

fn renumber(pattern: &Pattern, variables: &mut Variables) -> Pattern {
    let args = pattern.args.iter().map(|arg| match arg {
        Arg::Variable(variable) => Arg::Variable(variables.named(&variable.name)),
        other => other.clone(),
    });
    Pattern { predicate: pattern.predicate.clone(), args: args.collect(), at: pattern.at }
}
