//! Computing: arithmetic, comparisons, functions, templates, filters, over the values of variables.
//!
//! What has no value (the sum of what is no number, a value that an atom does not carry) makes a comparison neither hold
//! nor fail: the clause is not met, and neither is its negation.

use super::alike::{Found, Matcher, State};
use super::computed::Computed;
use super::declare::{Admission, Declared};
use super::error::Stopped;
use super::goal::{Test, What};
use super::limits::{Budget, Halt};
use super::machine::Context;
use super::pattern::Pattern;
use crate::space::{AtomType, Handle, Truth, Value};
use std::sync::Arc;

/// The values of variables.
#[derive(Clone, Copy)]
pub(super) struct Holding<'h, 'a> {
    pub(super) context: &'h Context<'a>,
    pub(super) values: &'h [Handle],
    pub(super) globs: &'h [Option<Arc<[Handle]>>],
}

/// What bound variables stand for, where a template or filter gives them something.
type Applied = Vec<(usize, Computed)>;

/// Whether a test holds; `None` where it has no answer.
pub(super) fn holds(holding: &Holding<'_, '_>, test: &Test, budget: &mut Budget) -> Result<Option<bool>, Halt> {
    let mut computing = Computing { holding, applied: Vec::new(), budget };
    let held = computing.held(&test.what, &test.of)?;
    Ok(held.map(|held| held != test.negated))
}

/// The atom that a pattern computes, if the space has it.
pub(super) fn atom(holding: &Holding<'_, '_>, pattern: &Pattern, budget: &mut Budget) -> Result<Option<Handle>, Halt> {
    let computed = compute(holding, pattern, budget)?;
    Ok(computed.and_then(|computed| computed.find(holding.context.space)))
}

/// What a pattern computes.
pub(super) fn compute(
    holding: &Holding<'_, '_>,
    pattern: &Pattern,
    budget: &mut Budget,
) -> Result<Option<Computed>, Halt> {
    Computing { holding, applied: Vec::new(), budget }.compute(pattern)
}

struct Computing<'c, 'h, 'a> {
    holding: &'c Holding<'h, 'a>,
    applied: Applied,
    budget: &'c mut Budget,
}

impl Computing<'_, '_, '_> {
    fn held(&mut self, what: &What, of: &[Pattern]) -> Result<Option<bool>, Halt> {
        let space = self.holding.context.space;
        if let What::Function(name) = what {
            return self.asked(name, of);
        }
        let mut sides = Vec::new();
        for pattern in of {
            let side = if *what == What::Identical { self.plain(pattern)? } else { self.compute(pattern)? };
            let Some(side) = side else { return Ok(None) };
            sides.push(side);
        }
        let Some((first, rest)) = sides.split_first() else { return Ok(None) };
        let second = rest.first().and_then(|second| second.number(space));
        Ok(match what {
            What::Greater | What::Less => match (first.number(space), second) {
                (Some(one), Some(two)) => Some(if *what == What::Greater { one > two } else { one < two }),
                _ => None,
            },
            What::Equal => Some(rest.iter().all(|side| side.same(first, space))),
            What::Identical => {
                let atom = |side: &Computed| side.find(space);
                Some(rest.iter().all(|side| atom(side) == atom(first) && (atom(side).is_some() || side == first)))
            }
            What::Function(_) => None,
        })
    }

    fn asked(&mut self, name: &str, of: &[Pattern]) -> Result<Option<bool>, Halt> {
        let Some(arguments) = self.all(of)? else { return Ok(None) };
        let Some(function) = self.holding.context.functions.predicate_named(name) else { return Ok(None) };
        let held = function(self.holding.context.space, &arguments);
        held.map(Some).map_err(|message| failed(name, message))
    }

    /// All of some patterns, several that stand in one place side by side.
    fn all(&mut self, patterns: &[Pattern]) -> Result<Option<Vec<Computed>>, Halt> {
        let mut all = Vec::new();
        for pattern in patterns {
            match self.compute(pattern)? {
                Some(Computed::Several(parts)) => all.extend(parts),
                Some(one) => all.push(one),
                None => return Ok(None),
            }
        }
        Ok(Some(all))
    }

    fn value(&self, variable: usize) -> Option<Computed> {
        if let Some(Some(atoms)) = self.holding.globs.get(variable) {
            return Some(Computed::Several(atoms.iter().map(|atom| Computed::Atom(*atom)).collect()));
        }
        let value = self.holding.values.get(variable).copied().filter(|value| *value != Handle::NONE);
        value.map(Computed::Atom)
    }

    fn applied(&self, number: usize) -> Option<&Computed> {
        self.applied.iter().rev().find(|applied| applied.0 == number).map(|applied| &applied.1)
    }

    /// What a pattern is with the values put in, without carrying anything out.
    fn plain(&mut self, pattern: &Pattern) -> Result<Option<Computed>, Halt> {
        self.budget.make(1)?;
        Ok(match pattern {
            Pattern::Atom(handle) => Some(Computed::Atom(*handle)),
            Pattern::Node(of, name) => Some(Computed::Node(*of, Arc::clone(name))),
            Pattern::Var(variable) => {
                let several = self.holding.globs.get(*variable).and_then(Option::as_ref).map_or(0, |atoms| atoms.len());
                self.budget.make(several as u64)?;
                self.value(*variable)
            }
            Pattern::Bound(number, glob) => match self.applied(*number) {
                // It is copied to each place where it stands.
                Some(applied) => {
                    let parts = applied.parts();
                    self.budget.make(parts)?;
                    self.applied(*number).cloned()
                }
                None => Some(renamed(*number, *glob)),
            },
            Pattern::Choice(parts) => match parts.first() {
                Some(first) => self.plain(first)?,
                None => None,
            },
            Pattern::Link(of, parts) | Pattern::Quoted(of, parts) => {
                let mut all = Vec::new();
                for part in parts {
                    let Some(part) = self.plain(part)? else { return Ok(None) };
                    all.push(part);
                }
                Some(Computed::Link(*of, all))
            }
        })
    }

    fn compute(&mut self, pattern: &Pattern) -> Result<Option<Computed>, Halt> {
        self.budget.step()?;
        let (of, parts) = match pattern {
            Pattern::Link(of, parts) => (*of, parts.as_slice()),
            Pattern::Node(AtomType::NUMBER, _) => {
                let plain = self.plain(pattern)?;
                let number = plain.as_ref().and_then(|node| node.number(self.holding.context.space));
                return Ok(number.map(Computed::Number).or(plain));
            }
            _ => return self.plain(pattern),
        };
        match of {
            AtomType::PLUS | AtomType::TIMES | AtomType::MINUS | AtomType::DIVIDE => self.arithmetic(of, parts),
            AtomType::EXECUTION_OUTPUT => self.called(parts),
            AtomType::STRENGTH_OF | AtomType::CONFIDENCE_OF | AtomType::TRUTH_VALUE_OF | AtomType::VALUE_OF => {
                self.carried(of, parts)
            }
            AtomType::COND => self.chosen(parts),
            AtomType::PUT => self.put(parts),
            AtomType::FILTER => self.filter(parts),
            _ if self.holding.context.space.types().is_scope(of) => self.plain(pattern),
            _ => {
                self.budget.make(1)?;
                Ok(self.all(parts)?.map(|parts| Computed::Link(of, parts)))
            }
        }
    }

    fn arithmetic(&mut self, of: AtomType, parts: &[Pattern]) -> Result<Option<Computed>, Halt> {
        let space = self.holding.context.space;
        let Some(parts) = self.all(parts)? else { return Ok(None) };
        let numbers: Option<Vec<f64>> = parts.iter().map(|part| part.number(space)).collect();
        let Some(numbers) = numbers else { return Ok(None) };
        let (first, rest) = match numbers.split_first() {
            Some((first, rest)) => (*first, rest),
            None => (if of == AtomType::TIMES { 1.0 } else { 0.0 }, [].as_slice()),
        };
        let number = match of {
            AtomType::PLUS => numbers.iter().sum(),
            AtomType::TIMES => numbers.iter().product(),
            AtomType::MINUS if rest.is_empty() => -first,
            AtomType::MINUS => rest.iter().fold(first, |left, number| left - number),
            _ if rest.is_empty() => 1.0 / first,
            _ => rest.iter().fold(first, |left, number| left / number),
        };
        Ok(Some(Computed::Number(number)))
    }

    fn called(&mut self, parts: &[Pattern]) -> Result<Option<Computed>, Halt> {
        let [Pattern::Node(AtomType::GROUNDED_SCHEMA, name), arguments] = parts else { return Ok(None) };
        let arguments = match arguments {
            Pattern::Link(AtomType::LIST, parts) => parts.as_slice(),
            one => std::slice::from_ref(one),
        };
        let Some(arguments) = self.all(arguments)? else { return Ok(None) };
        let Some(function) = self.holding.context.functions.schema_named(name) else { return Ok(None) };
        let made = function(self.holding.context.space, &arguments);
        made.map(Some).map_err(|message| failed(name, message))
    }

    /// What an atom carries.
    fn carried(&mut self, of: AtomType, parts: &[Pattern]) -> Result<Option<Computed>, Halt> {
        let space = self.holding.context.space;
        let mut atoms = Vec::new();
        for part in parts {
            let Some(atom) = self.compute(part)?.and_then(|part| part.find(space)) else { return Ok(None) };
            atoms.push(atom);
        }
        let truth = |atom: &Handle| -> Truth { space.truth(*atom) };
        Ok(match (of, atoms.as_slice()) {
            (AtomType::STRENGTH_OF, [atom]) => Some(Computed::Number(truth(atom).strength().into())),
            (AtomType::CONFIDENCE_OF, [atom]) => Some(Computed::Number(truth(atom).confidence().into())),
            (AtomType::TRUTH_VALUE_OF, [atom]) => {
                let parts = [truth(atom).strength().into(), truth(atom).confidence().into()];
                Some(Computed::Value(Value::Floats(Arc::new(parts))))
            }
            (AtomType::VALUE_OF, [atom, key]) => space.value(*atom, *key).cloned().map(Computed::Value),
            _ => None,
        })
    }

    /// The branch of a condition.
    fn chosen(&mut self, parts: &[Pattern]) -> Result<Option<Computed>, Halt> {
        let mut rest = parts;
        while let [condition, then, after @ ..] = rest {
            match self.condition(condition)? {
                Some(true) => return self.compute(then),
                Some(false) => rest = after,
                None => return Ok(None),
            }
        }
        rest.first().map_or(Ok(None), |otherwise| self.compute(otherwise))
    }

    fn condition(&mut self, pattern: &Pattern) -> Result<Option<bool>, Halt> {
        let Pattern::Link(of, parts) = pattern else { return Ok(None) };
        match *of {
            AtomType::GREATER_THAN => self.held(&What::Greater, parts),
            AtomType::LESS_THAN => self.held(&What::Less, parts),
            AtomType::EQUAL => self.held(&What::Equal, parts),
            AtomType::IDENTICAL => self.held(&What::Identical, parts),
            AtomType::NOT => match parts.as_slice() {
                [part] => Ok(self.condition(part)?.map(|held| !held)),
                _ => Ok(None),
            },
            AtomType::AND | AtomType::OR => {
                let wanted = *of == AtomType::OR;
                for part in parts {
                    match self.condition(part)? {
                        Some(held) if held == wanted => return Ok(Some(wanted)),
                        Some(_) => {}
                        None => return Ok(None),
                    }
                }
                Ok(Some(!wanted))
            }
            AtomType::EVALUATION => match parts.as_slice() {
                [Pattern::Node(AtomType::GROUNDED_PREDICATE, name), Pattern::Link(AtomType::LIST, of)] => {
                    self.asked(name, of)
                }
                [Pattern::Node(AtomType::GROUNDED_PREDICATE, name), one] => self.asked(name, std::slice::from_ref(one)),
                _ => Ok(None),
            },
            _ => Ok(None),
        }
    }

    /// A template with something put into it: `(Put variables body values)`, or a Lambda for the first two.
    fn put(&mut self, parts: &[Pattern]) -> Result<Option<Computed>, Halt> {
        let (variables, body, values) = match parts {
            [Pattern::Link(AtomType::LAMBDA, lambda), values] => match lambda.as_slice() {
                [variables, body] => (variables, body, values),
                _ => return Ok(None),
            },
            [variables, body, values] => (variables, body, values),
            _ => return Ok(None),
        };
        let numbers = bound_in(variables);
        let values = match values {
            Pattern::Link(AtomType::LIST, parts) if numbers.len() != 1 => parts.as_slice(),
            one => std::slice::from_ref(one),
        };
        let Some(values) = self.all(values)? else { return Ok(None) };
        if values.len() != numbers.len() {
            return Ok(None);
        }
        let before = self.applied.len();
        self.applied.extend(numbers.iter().map(|number| number.0).zip(values));
        let put = self.compute(body);
        self.applied.truncate(before);
        put
    }

    /// `(Filter rule atoms)`: for each of the atoms that is like the pattern of the rule, what the rule writes.
    fn filter(&mut self, parts: &[Pattern]) -> Result<Option<Computed>, Halt> {
        let [Pattern::Link(AtomType::LAMBDA | AtomType::RULE, rule), data] = parts else { return Ok(None) };
        let space = self.holding.context.space;
        let [variables, pattern, writes @ ..] = rule.as_slice() else { return Ok(None) };
        let Some(data) = self.compute(data)? else { return Ok(None) };
        let Some((set, atoms)) = self.elements(data) else { return Ok(None) };
        let numbers = bound_in(variables);
        let base = self.holding.context.admissions.len();
        let mut admissions = self.holding.context.admissions.to_vec();
        admissions.extend(numbers.iter().map(|(_, glob)| {
            Admission::new(space, &Declared::free(&Arc::from(""), *glob), super::declare::has_variables(space))
        }));
        let pattern = self.released(pattern, &numbers, base);
        let mut out = Vec::new();
        for atom in atoms {
            let matcher = Matcher { space, admissions: &admissions };
            for state in matcher.alike(&pattern, atom, self.begun(), self.budget)? {
                let before = self.applied.len();
                for (at, (number, _)) in numbers.iter().enumerate() {
                    let found = state.get(base + at).map(found);
                    self.applied.extend(found.map(|found| (*number, found)));
                }
                let written = if writes.is_empty() { Some(vec![Computed::Atom(atom)]) } else { self.all(writes)? };
                self.applied.truncate(before);
                out.extend(written.unwrap_or_default());
            }
        }
        Ok(Some(Computed::Link(if set { AtomType::SET } else { AtomType::LIST }, out)))
    }

    /// The atoms of a list or set, or the one atom that it is, and whether it is a set.
    fn elements(&self, data: Computed) -> Option<(bool, Vec<Handle>)> {
        let space = self.holding.context.space;
        match data {
            Computed::Link(of @ (AtomType::LIST | AtomType::SET), parts) => {
                let atoms: Option<_> = parts.iter().map(|part| part.find(space)).collect();
                Some((of == AtomType::SET, atoms?))
            }
            other => {
                let atom = other.find(space)?;
                let (of, outgoing) = space.opened(atom);
                let several = of == AtomType::LIST || of == AtomType::SET;
                Some((of == AtomType::SET, if several { outgoing.to_vec() } else { vec![atom] }))
            }
        }
    }

    /// What is known of the query's own variables.
    fn begun(&self) -> State {
        let mut state = State::default();
        for variable in 0..self.holding.context.admissions.len() {
            match self.value(variable) {
                Some(Computed::Atom(atom)) => state.set(variable, Found::One(atom)),
                Some(_) => {
                    let atoms = self.holding.globs.get(variable).cloned().flatten();
                    if let Some(atoms) = atoms {
                        state.set(variable, Found::Many(atoms));
                    }
                }
                None => {}
            }
        }
        state
    }

    /// A pattern whose variables of a filter are ones to be found.
    fn released(&self, pattern: &Pattern, numbers: &[(usize, bool)], base: usize) -> Pattern {
        let all = |parts: &[Pattern]| parts.iter().map(|part| self.released(part, numbers, base)).collect();
        match pattern {
            Pattern::Bound(number, _) => match numbers.iter().position(|known| known.0 == *number) {
                Some(at) => Pattern::Var(base + at),
                None => match self.applied(*number).and_then(|applied| applied.find(self.holding.context.space)) {
                    Some(atom) => Pattern::Atom(atom),
                    None => pattern.clone(),
                },
            },
            Pattern::Link(of, parts) => Pattern::Link(*of, all(parts)),
            Pattern::Quoted(of, parts) => Pattern::Quoted(*of, all(parts)),
            Pattern::Choice(parts) => Pattern::Choice(all(parts)),
            Pattern::Atom(_) | Pattern::Node(..) | Pattern::Var(_) => pattern.clone(),
        }
    }
}

fn found(found: &Found) -> Computed {
    match found {
        Found::One(atom) => Computed::Atom(*atom),
        Found::Many(atoms) => Computed::Several(atoms.iter().map(|atom| Computed::Atom(*atom)).collect()),
    }
}

#[expect(clippy::unnecessary_box_returns, reason = "see `Halt`")]
fn failed(name: &str, message: String) -> Halt {
    Box::new(Stopped::Function { name: name.to_owned(), message })
}

/// The variables that a declaration binds, in order.
fn bound_in(declaration: &Pattern) -> Vec<(usize, bool)> {
    match declaration {
        Pattern::Bound(number, glob) => vec![(*number, *glob)],
        Pattern::Link(_, parts) => parts.iter().flat_map(bound_in).collect(),
        _ => Vec::new(),
    }
}

/// A bound variable that nothing was put into, where a scope is written as it is.
fn renamed(number: usize, glob: bool) -> Computed {
    Computed::Node(if glob { AtomType::GLOB } else { AtomType::VARIABLE }, format!("$bound-{number}").into())
}
