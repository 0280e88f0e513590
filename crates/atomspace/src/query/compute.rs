//! Computing: arithmetic, comparisons, functions, templates, filters, over the values of variables.
//!
//! What has no value (the sum of what is no number, a value that an atom does not carry) makes a comparison neither hold
//! nor fail: the clause is not met, and neither is its negation. Where nothing but a value is asked for, it is said why
//! there is none.

mod apply;
mod arithmetic;
mod asking;
mod conditions;
mod filter;
mod naming;
mod several;

use super::computed::Computed;
use super::error::Stopped;
use super::goal::{Test, What};
use super::limits::{Budget, Halt};
use super::machine::Context;
use super::pattern::Pattern;
use crate::space::{AtomType, Handle, Truth, Value, as_written};
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

/// Computations that may stand within each other: more than a text has brackets, so that only definitions come to it.
const DEEPEST: usize = 400;

/// Whether a test is met. Where it has no answer, it is only if the test is lenient.
pub(super) fn holds(holding: &Holding<'_, '_>, test: &Test, budget: &mut Budget) -> Result<bool, Halt> {
    let held = Computing::new(holding, budget).held(&test.what, &test.of)?;
    Ok(held.map_or(test.lenient, |held| held != test.negated))
}

/// The atom that a pattern computes, if the space has it; a query is asked, or stands for itself.
pub(super) fn atom(
    holding: &Holding<'_, '_>,
    pattern: &Pattern,
    asks: bool,
    budget: &mut Budget,
) -> Result<Option<Handle>, Halt> {
    let mut computing = Computing::new(holding, budget);
    let computed = if asks { computing.side(pattern)? } else { computing.compute(pattern)? };
    Ok(computed.and_then(|computed| computed.find(holding.context.space)))
}

/// What a pattern computes.
pub(super) fn compute(
    holding: &Holding<'_, '_>,
    pattern: &Pattern,
    budget: &mut Budget,
) -> Result<Option<Computed>, Halt> {
    Computing::new(holding, budget).compute(pattern)
}

/// What a pattern computes, or why it has no value.
pub(super) fn compute_or_say(
    holding: &Holding<'_, '_>,
    pattern: &Pattern,
    budget: &mut Budget,
) -> Result<Result<Computed, String>, Halt> {
    let mut computing = Computing { tell: true, ..Computing::new(holding, budget) };
    let computed = computing.compute(pattern)?;
    let reason = computing.reason.unwrap_or_else(|| "it has no value".to_owned());
    Ok(computed.ok_or(reason))
}

/// Whether a link of this type is computed, rather than written as it stands.
pub(super) fn is_computed(of: AtomType) -> bool {
    const COMPUTED: [AtomType; 11] = [
        AtomType::EXECUTION_OUTPUT,
        AtomType::STRENGTH_OF,
        AtomType::CONFIDENCE_OF,
        AtomType::TRUTH_VALUE_OF,
        AtomType::VALUE_OF,
        AtomType::FLOAT_VALUE_OF,
        AtomType::BOOL_VALUE_OF,
        AtomType::DONT_EXEC,
        AtomType::COND,
        AtomType::PUT,
        AtomType::FILTER,
    ];
    arithmetic::is_arithmetic(of) || several::is_of_several(of) || COMPUTED.contains(&of)
}

struct Computing<'c, 'h, 'a> {
    holding: &'c Holding<'h, 'a>,
    applied: Applied,
    /// The names that bound variables have in what is written, where those are not the written ones.
    names: Vec<(usize, Arc<str>)>,
    budget: &'c mut Budget,
    /// The definitions that are carried out, the innermost last.
    within: Vec<Arc<str>>,
    depth: usize,
    /// The number of the next variable that a scope of a definition binds.
    next: usize,
    /// Whether it is to be said why something has no value, and what was said first.
    tell: bool,
    reason: Option<String>,
}

impl<'c, 'h, 'a> Computing<'c, 'h, 'a> {
    fn new(holding: &'c Holding<'h, 'a>, budget: &'c mut Budget) -> Self {
        Self {
            holding,
            applied: Vec::new(),
            names: Vec::new(),
            budget,
            within: Vec::new(),
            depth: holding.context.depth,
            // Beyond the numbers that any query gives.
            next: usize::MAX / 2,
            tell: false,
            reason: None,
        }
    }

    /// There is no value, and this is why.
    fn lacks<T>(&mut self, why: impl FnOnce(&Self) -> String) -> Option<T> {
        if self.tell && self.reason.is_none() {
            self.reason = Some(why(self));
        }
        None
    }

    fn show(&self, computed: &Computed) -> String {
        computed.show(self.holding.context.space)
    }

    fn held(&mut self, what: &What, of: &[Pattern]) -> Result<Option<bool>, Halt> {
        let space = self.holding.context.space;
        match what {
            What::Function(name) => return self.asked(name, of),
            What::Said(said) => return Ok(Some(*said)),
            _ => {}
        }
        let mut sides = Vec::new();
        for pattern in of {
            let side = match what {
                What::Identical => self.plain(pattern)?,
                What::Greater | What::Less => self.operand(pattern)?,
                _ => self.side(pattern)?,
            };
            let Some(side) = side else { return Ok(None) };
            sides.push(side);
        }
        let Some((first, rest)) = sides.split_first() else { return Ok(None) };
        let second = rest.first().and_then(|second| second.number(space));
        Ok(match what {
            What::Greater | What::Less => match (first.number(space), second) {
                (Some(one), Some(two)) => Some(if *what == What::Greater { one > two } else { one < two }),
                _ => self.lacks(|own| {
                    let all: Vec<String> = sides.iter().map(|side| own.show(side)).collect();
                    format!("{} are not two numbers to be compared", all.join(" and "))
                }),
            },
            What::Equal => {
                for side in rest {
                    if !self.equal(side, first)? {
                        return Ok(Some(false));
                    }
                }
                Some(true)
            }
            What::Different => {
                for (at, one) in sides.iter().enumerate() {
                    for other in sides.iter().skip(at + 1) {
                        self.budget.step()?;
                        if self.equal(one, other)? {
                            return Ok(Some(false));
                        }
                    }
                }
                Some(true)
            }
            What::Identical => {
                let atom = |side: &Computed| side.find(space);
                Some(rest.iter().all(|side| atom(side) == atom(first) && (atom(side).is_some() || side == first)))
            }
            What::Function(_) | What::Said(_) => None,
        })
    }

    fn equal(&mut self, one: &Computed, other: &Computed) -> Result<bool, Halt> {
        let space = self.holding.context.space;
        Ok(one.same(other, space) || super::alpha::alike(one, other, space, self.budget)?)
    }

    fn asked(&mut self, name: &str, of: &[Pattern]) -> Result<Option<bool>, Halt> {
        let Some(arguments) = self.all(of)? else { return Ok(None) };
        let functions = self.holding.context.functions;
        let Some(function) = functions.predicate_named(name) else {
            return Err(failed(name, format!("it is not registered; {}", functions.known(true))));
        };
        let held = function(self.holding.context.space, &arguments);
        held.map(Some).map_err(|message| failed(name, message))
    }

    /// What is compared: a query is asked.
    fn side(&mut self, pattern: &Pattern) -> Result<Option<Computed>, Halt> {
        match pattern {
            Pattern::Link(of, _) if self.holding.context.space.types().is_scope(*of) => self.data(pattern),
            _ => self.compute(pattern),
        }
    }

    /// What numbers are taken from: of what a query finds the only one.
    fn operand(&mut self, pattern: &Pattern) -> Result<Option<Computed>, Halt> {
        let side = self.side(pattern)?;
        Ok(match (side, pattern) {
            (Some(Computed::Link(AtomType::SET, mut found)), Pattern::Link(of, _))
                if found.len() == 1 && self.holding.context.space.types().is_scope(*of) =>
            {
                found.pop()
            }
            (side, _) => side,
        })
    }

    /// All of some operands, several that stand in one place side by side.
    fn operands(&mut self, patterns: &[Pattern]) -> Result<Option<Vec<Computed>>, Halt> {
        let mut all = Vec::with_capacity(patterns.len());
        for pattern in patterns {
            match self.operand(pattern)? {
                Some(Computed::Several(parts)) => all.extend(parts),
                Some(one) => all.push(one),
                None => return Ok(None),
            }
        }
        Ok(Some(all))
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
            Pattern::Bound(bound) => match self.applied(bound.number) {
                // It is copied to each place where it stands.
                Some(applied) => {
                    let parts = applied.parts();
                    self.budget.make(parts)?;
                    self.applied(bound.number).cloned()
                }
                None => Some(self.named(bound)),
            },
            Pattern::Choice(parts) => match parts.first() {
                Some(first) => self.plain(first)?,
                None => None,
            },
            Pattern::Link(of, parts) if self.holding.context.space.types().is_scope(*of) => self.scoped(*of, parts)?,
            Pattern::Link(of, parts) | Pattern::Quoted(of, parts) => {
                self.plain_all(parts)?.map(|parts| Computed::Link(*of, parts))
            }
        })
    }

    fn plain_all(&mut self, patterns: &[Pattern]) -> Result<Option<Vec<Computed>>, Halt> {
        let mut all = Vec::new();
        for part in patterns {
            let Some(part) = self.plain(part)? else { return Ok(None) };
            all.push(part);
        }
        Ok(Some(all))
    }

    fn compute(&mut self, pattern: &Pattern) -> Result<Option<Computed>, Halt> {
        self.depth += 1;
        self.deep_enough()?;
        let computed = self.one(pattern);
        self.depth -= 1;
        computed
    }

    /// Whether what is computed is no deeper than it may be.
    fn deep_enough(&self) -> Result<(), Halt> {
        if self.depth <= DEEPEST {
            return Ok(());
        }
        let name = self.within.last().map_or("a query within", |name| name.as_ref()).to_owned();
        Err(Box::new(Stopped::Definition { name }))
    }

    fn one(&mut self, pattern: &Pattern) -> Result<Option<Computed>, Halt> {
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
            of if arithmetic::is_arithmetic(of) => self.arithmetic(of, parts),
            AtomType::EXECUTION_OUTPUT => self.called(parts),
            AtomType::STRENGTH_OF | AtomType::CONFIDENCE_OF | AtomType::TRUTH_VALUE_OF => self.carried(of, parts),
            AtomType::VALUE_OF | AtomType::FLOAT_VALUE_OF | AtomType::BOOL_VALUE_OF => match parts {
                [atom, key, otherwise] => self.carried_or(of, &[atom.clone(), key.clone()], otherwise),
                parts => self.carried(of, parts),
            },
            AtomType::DONT_EXEC => match parts {
                [part] => self.plain(part),
                _ => Ok(self.lacks(|_| "a DontExec takes one atom".to_owned())),
            },
            of if several::is_of_several(of) => self.of_several(of, parts),
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

    /// What an atom carries under a key, or what else to take where that is nothing.
    fn carried_or(&mut self, of: AtomType, parts: &[Pattern], otherwise: &Pattern) -> Result<Option<Computed>, Halt> {
        let tell = std::mem::replace(&mut self.tell, false);
        let carried = self.carried(of, parts);
        self.tell = tell;
        match carried? {
            Some(carried) => Ok(Some(carried)),
            None => self.compute(otherwise),
        }
    }

    /// What an atom carries.
    fn carried(&mut self, of: AtomType, parts: &[Pattern]) -> Result<Option<Computed>, Halt> {
        let space = self.holding.context.space;
        let mut atoms = Vec::new();
        for part in parts {
            let Some(part) = self.compute(part)? else { return Ok(None) };
            let Some(atom) = part.find(space) else {
                return Ok(self.lacks(|own| format!("{} is not there, and carries nothing", own.show(&part))));
            };
            atoms.push(atom);
        }
        let truth = |atom: &Handle| -> Truth { space.truth(*atom) };
        Ok(match (of, atoms.as_slice()) {
            (AtomType::STRENGTH_OF, [atom]) => Some(Computed::Number(as_written(truth(atom).strength()))),
            (AtomType::CONFIDENCE_OF, [atom]) => Some(Computed::Number(as_written(truth(atom).confidence()))),
            (AtomType::TRUTH_VALUE_OF, [atom]) => {
                let parts = [truth(atom).strength(), truth(atom).confidence()].map(as_written);
                Some(Computed::Value(Value::Floats(Arc::new(parts))))
            }
            (AtomType::VALUE_OF | AtomType::FLOAT_VALUE_OF | AtomType::BOOL_VALUE_OF, [atom, key]) => match space
                .value(*atom, *key)
            {
                Some(value) => Some(Computed::Value(value.clone())),
                None => self
                    .lacks(|_| format!("{} carries nothing under {}", space.show_bare(*atom), space.show_bare(*key))),
            },
            _ => self.lacks(|_| {
                format!("{} takes one atom, or (ValueOf atom key) an atom and a key", space.types().name(of))
            }),
        })
    }
}

#[expect(clippy::unnecessary_box_returns, reason = "see `Halt`")]
fn failed(name: &str, message: String) -> Halt {
    Box::new(Stopped::Function { name: name.to_owned(), message })
}
