//! Reading rules and targets from their terms.

use super::error::ChainError;
use super::formula::Formulas;
use super::rule::{Argument, Check, Premise, Rule};
use super::terms::{Admits, Id, Shape, Terms};
use super::unify::MOST_UNORDERED;
use crate::query::{Declared, Term, declared, named_types};
use crate::space::{AtomType, Types};
use std::sync::Arc;

/// The clauses, conclusion and arguments of a rule's atom.
struct Parts<'t> {
    clauses: &'t [Term],
    formula: &'t str,
    conclusion: &'t Term,
    arguments: &'t [Term],
}

fn parts(term: &Term) -> Option<(&Term, Parts<'_>)> {
    let Term::Link(AtomType::BIND | AtomType::QUERY, all) = term else { return None };
    let [variables, body, Term::Link(AtomType::EXECUTION_OUTPUT, output)] = all.as_slice() else { return None };
    let [Term::Node(AtomType::GROUNDED_SCHEMA, formula), Term::Link(AtomType::LIST, all)] = output.as_slice() else {
        return None;
    };
    let (conclusion, arguments) = all.split_first()?;
    let clauses = match body {
        Term::Link(AtomType::AND, clauses) => clauses.as_slice(),
        one => std::slice::from_ref(one),
    };
    Some((variables, Parts { clauses, formula, conclusion, arguments }))
}

/// Reads terms whose variables were declared.
pub(super) struct Reader<'a> {
    pub(super) types: &'a Types,
    pub(super) terms: &'a mut Terms,
    declared: Vec<(Arc<str>, Admits)>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(types: &'a Types, terms: &'a mut Terms) -> Self {
        Self { types, terms, declared: Vec::new() }
    }

    /// Declares variables.
    pub(super) fn declare(&mut self, term: &Term) -> Result<(), ChainError> {
        for Declared { name, glob, forms, .. } in declared(self.types, term)? {
            if glob {
                return Err(ChainError::form(
                    term.show(self.types),
                    "rules and targets take no Glob: write the parts out",
                ));
            }
            let mut admits = Admits::default();
            for form in &forms {
                let named = named_types(self.types, form).ok_or_else(|| {
                    let message = "a variable of a rule is declared by Type, TypeInh or a TypeChoice of those";
                    ChainError::form(form.show(self.types), message)
                })?;
                let named = self.terms.admits(named);
                admits = self.terms.both(admits, named).ok_or_else(|| {
                    ChainError::form(term.show(self.types), format!("no type is all that `{name}` must be"))
                })?;
            }
            self.declared.push((name, admits));
        }
        Ok(())
    }

    /// Reads a term; what is not declared and bound by no scope within is refused, or declared where that is `free`.
    pub(super) fn term(&mut self, term: &Term, free: bool) -> Result<Id, ChainError> {
        let mut names = Vec::new();
        free_names(self.types, term, &mut Vec::new(), &mut names);
        for name in names {
            if self.declared.iter().all(|known| known.0 != name) {
                if !free {
                    let message =
                        format!("the variable `{name}` is not declared: declare it in the rule's VariableList");
                    return Err(ChainError::form(term.show(self.types), message));
                }
                self.declared.push((name, Admits::default()));
            }
        }
        let Self { types, terms, declared } = self;
        let find = |name: &str| {
            let at = declared.iter().position(|known| known.0.as_ref() == name)?;
            declared.get(at).map(|known| (at as u32, known.1))
        };
        let id = terms.of_term(types, term, &find)?;
        let mut long = false;
        terms.each(id, &mut |part, shape| {
            let Shape::Link(of, parts) = shape else { return };
            long |= types.is_unordered(*of) && parts.len() > MOST_UNORDERED && !terms.is_closed(part);
        });
        if long {
            let message = format!("an unordered link with variables joins at most {MOST_UNORDERED} atoms here");
            return Err(ChainError::form(term.show(types), message));
        }
        Ok(id)
    }

    /// The names of the declared variables, by number.
    pub(super) fn names(&self) -> Vec<Arc<str>> {
        self.declared.iter().map(|known| Arc::clone(&known.0)).collect()
    }

    /// How many variables were declared.
    pub(super) fn variables(&self) -> u32 {
        self.declared.len() as u32
    }

    /// Reads a rule's definition.
    pub(super) fn rule(
        &mut self,
        name: &str,
        weight: f64,
        term: &Term,
        formulas: &Formulas,
    ) -> Result<Rule, ChainError> {
        let (variables, parts) = parts(term).ok_or_else(|| {
            let message = "a rule is (Bind variables premises (ExecutionOutput (GroundedSchema \"formula\") (List conclusion \
                           argument …)))";
            ChainError::form(term.show(self.types), message)
        })?;
        self.declare(variables)?;
        let formula = formulas.named(parts.formula).ok_or_else(|| ChainError::Formula {
            name: parts.formula.to_owned(),
            known: formulas.names().collect::<Vec<_>>().join(", "),
        })?;
        if formula.arity.is_some_and(|arity| arity != parts.arguments.len()) {
            let wanted = formula.arity.unwrap_or_default();
            let message = format!("`{}` takes {wanted} arguments, not {}", parts.formula, parts.arguments.len());
            return Err(ChainError::form(term.show(self.types), message));
        }
        let (mut premises, mut checks) = (Vec::new(), Vec::new());
        for clause in parts.clauses {
            self.clause(clause, &mut premises, &mut checks)?;
        }
        let conclusion = self.term(parts.conclusion, false)?;
        let mut arguments = Vec::new();
        for argument in parts.arguments {
            let id = self.term(argument, false)?;
            let premise = premises.iter().position(|premise| premise.pattern == id);
            arguments.push(premise.map_or(Argument::Background(id), Argument::Premise));
        }
        if !arguments.iter().any(|argument| matches!(argument, Argument::Premise(_))) {
            let message = "a conclusion rests on evidence: at least one premise must be an argument of the formula";
            return Err(ChainError::form(term.show(self.types), message));
        }
        let (name, variables) = (name.into(), self.variables());
        Ok(Rule { name, weight, premises, checks, conclusion, formula: formula.clone(), arguments, variables })
    }

    fn clause(
        &mut self,
        clause: &Term,
        premises: &mut Vec<Premise>,
        checks: &mut Vec<Check>,
    ) -> Result<(), ChainError> {
        let mut two = |all: &[Term], make: fn(Id, Id) -> Check| {
            let [one, two] = all else {
                return Err(ChainError::form(clause.show(self.types), "it compares two atoms"));
            };
            let check = make(self.term(one, false)?, self.term(two, false)?);
            checks.push(check);
            Ok(())
        };
        match clause {
            Term::Link(AtomType::IDENTICAL, all) => two(all, Check::Same),
            Term::Link(AtomType::GREATER_THAN, all) => two(all, Check::Greater),
            Term::Link(AtomType::LESS_THAN, all) => two(all, |one, two| Check::Greater(two, one)),
            Term::Link(AtomType::NOT, inner) if matches!(inner.as_slice(), [Term::Link(AtomType::IDENTICAL, _)]) => {
                two(inner.first().map_or(&[], Term::parts), Check::Different)
            }
            Term::Link(AtomType::ABSENT, all) => {
                for pattern in all {
                    checks.push(Check::Absent(self.term(pattern, false)?));
                }
                Ok(())
            }
            Term::Link(AtomType::PRESENT, all) => {
                for pattern in all {
                    premises.push(Premise { pattern: self.term(pattern, false)?, given: true });
                }
                Ok(())
            }
            Term::Link(AtomType::LOCAL_QUOTE, all) => match all.as_slice() {
                [pattern] => {
                    premises.push(Premise { pattern: self.term(pattern, false)?, given: false });
                    Ok(())
                }
                _ => Err(ChainError::form(clause.show(self.types), "a LocalQuote has one atom in it")),
            },
            Term::Link(of, _) if CONNECTIVES.contains(of) => {
                let message =
                    "a premise that is a connective stands in a LocalQuote, or in a Present where it must be a fact";
                Err(ChainError::form(clause.show(self.types), message))
            }
            pattern => {
                premises.push(Premise { pattern: self.term(pattern, false)?, given: false });
                Ok(())
            }
        }
    }
}

/// What would say something else as a clause of a query.
const CONNECTIVES: [AtomType; 8] = [
    AtomType::AND,
    AtomType::OR,
    AtomType::NOT,
    AtomType::SEQUENTIAL_AND,
    AtomType::SEQUENTIAL_OR,
    AtomType::CHOICE,
    AtomType::ALWAYS,
    AtomType::EQUAL,
];

/// The names of variables that no scope within binds, in the order of their appearance.
fn free_names(types: &Types, term: &Term, bound: &mut Vec<Arc<str>>, found: &mut Vec<Arc<str>>) {
    match term {
        Term::Variable(name) if !bound.contains(name) && !found.contains(name) => found.push(Arc::clone(name)),
        Term::Link(of, parts) => {
            let outside = bound.len();
            if types.is_scope(*of) {
                let mut names = Vec::new();
                let declaration =
                    parts.first().map_or(term, |first| if declared(types, first).is_ok() { first } else { term });
                free_names(types, declaration, &mut Vec::new(), &mut names);
                bound.extend(names);
            }
            for part in parts {
                free_names(types, part, bound, found);
            }
            bound.truncate(outside);
        }
        _ => {}
    }
}
