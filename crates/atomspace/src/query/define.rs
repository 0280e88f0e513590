//! Definitions: what `(Define (DefinedPredicate "p") …)` and `(Define (DefinedSchema "s") …)` say.
//!
//! A defined predicate stands, as a clause, for the clauses that it is defined by, and is replaced by those when a query is
//! read; a defined schema is carried out when it is called. A predicate that is defined by itself is refused, since there
//! would be no end to its clauses; a schema may call itself, as deep as computations go.

use super::declare::{Declared, declared};
use super::error::QueryError;
use super::functions::IS_OF_TYPE;
use super::goal::{free_names, list_or_one};
use super::term::{Term, is_declaration};
use crate::space::{AtomType, Space, Types};
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// How large a query may become by what is put in for the names of predicates.
const PARTS: usize = 1 << 16;
/// How many definitions may stand within one another.
const DEEPEST: usize = 200;

/// What a name is defined as.
pub(super) fn definition(space: &Space, of: AtomType, name: &str) -> Option<Term> {
    Term::of_atom(space, space.definition(space.find_node(of, name)?)?)
}

/// A query in whose clauses defined predicates were replaced by what they are defined as.
pub(super) struct Expanded {
    pub(super) term: Term,
    /// The variables that are the definitions' own: they have names that nothing else has, and no column.
    pub(super) locals: Vec<Term>,
}

/// Replaces defined predicates in the clauses of a query by what they are defined as.
pub(super) fn expanded(space: &Space, term: Term) -> Result<Expanded, QueryError> {
    if !names_predicate(&term) {
        return Ok(Expanded { term, locals: Vec::new() });
    }
    let mut taken = Vec::new();
    super::pattern::names_in(&term, &mut taken);
    left_to_query(space, &term, &mut taken);
    let Term::Link(of, mut parts) = term else { return Ok(Expanded { term, locals: Vec::new() }) };
    let mut expanding = Expanding { space, within: Vec::new(), parts: PARTS, taken, locals: Vec::new() };
    let body = usize::from(parts.len() > 1 && parts.first().is_some_and(|first| is_declaration(space.types(), first)));
    let clauses =
        if space.types().is_a(of, AtomType::JOIN) { &mut [] } else { parts.get_mut(body..=body).unwrap_or_default() };
    for clause in clauses {
        *clause = expanding.clause(clause)?;
    }
    Ok(Expanded { term: Term::Link(of, parts), locals: expanding.locals })
}

fn names_predicate(term: &Term) -> bool {
    matches!(term, Term::Node(AtomType::DEFINED_PREDICATE, _)) || term.parts().iter().any(names_predicate)
}

/// The names of the variables that predicates by themselves leave to the query, however deep within definitions: no variable
/// of another definition may have them. What has more parts than a query may become is not looked at: it is refused.
fn left_to_query(space: &Space, term: &Term, found: &mut Vec<Arc<str>>) {
    let (mut seen, mut open, mut left) = (FxHashSet::default(), Vec::new(), PARTS);
    named_predicates(term, &mut open);
    while let Some((name, alone)) = open.pop() {
        if !seen.insert((Arc::clone(&name), alone)) {
            continue;
        }
        let Some(definition) = definition(space, AtomType::DEFINED_PREDICATE, &name) else { continue };
        let Some(rest) = left.checked_sub(size(&definition, &[])) else { return };
        left = rest;
        if let (true, Term::Link(AtomType::LAMBDA, parts)) = (alone, &definition) {
            match parts.as_slice() {
                [body] => found.extend(free_names(space.types(), body).into_iter().map(|(name, _)| name)),
                [variables, ..] => super::pattern::names_in(variables, found),
                [] => {}
            }
        }
        named_predicates(&definition, &mut open);
    }
}

/// The predicates that a term names, and whether each is a clause by itself.
fn named_predicates(term: &Term, found: &mut Vec<(Arc<str>, bool)>) {
    match defined_predicate(term) {
        Some((name, _)) => found.push((Arc::clone(name), matches!(term, Term::Node(..)))),
        None => term.parts().iter().for_each(|part| named_predicates(part, found)),
    }
}

/// The name of the predicate that a clause is, and what it is asked of.
pub(super) fn defined_predicate(clause: &Term) -> Option<(&Arc<str>, &[Term])> {
    match clause {
        Term::Node(AtomType::DEFINED_PREDICATE, name) => Some((name, &[])),
        Term::Link(AtomType::EVALUATION, parts) => match parts.as_slice() {
            [Term::Node(AtomType::DEFINED_PREDICATE, name), arguments] => Some((name, list_or_one(arguments))),
            _ => None,
        },
        _ => None,
    }
}

struct Expanding<'a> {
    space: &'a Space,
    /// The predicates that are being replaced, the innermost last.
    within: Vec<Arc<str>>,
    parts: usize,
    /// The names that variables have so far.
    taken: Vec<Arc<str>>,
    locals: Vec<Term>,
}

impl Expanding<'_> {
    fn clause(&mut self, term: &Term) -> Result<Term, QueryError> {
        const CONNECTIVES: [AtomType; 7] = [
            AtomType::AND,
            AtomType::OR,
            AtomType::SEQUENTIAL_AND,
            AtomType::SEQUENTIAL_OR,
            AtomType::CHOICE,
            AtomType::NOT,
            AtomType::ALWAYS,
        ];
        self.charge(1)?;
        match (defined_predicate(term), term) {
            (Some((name, arguments)), _) => self.replaced(term, name, arguments),
            (None, Term::Link(of, parts)) if CONNECTIVES.contains(of) => {
                let parts: Result<_, _> = parts.iter().map(|part| self.clause(part)).collect();
                Ok(Term::Link(*of, parts?))
            }
            (None, other) => Ok(other.clone()),
        }
    }

    /// Takes what is put in from what the query may become.
    fn charge(&mut self, parts: usize) -> Result<(), QueryError> {
        self.parts = self.parts.checked_sub(parts).ok_or_else(|| {
            let message = format!("with what its predicates are defined as it has more than {PARTS} parts");
            QueryError::form("the query", message)
        })?;
        Ok(())
    }

    fn replaced(&mut self, clause: &Term, name: &Arc<str>, arguments: &[Term]) -> Result<Term, QueryError> {
        let types = self.space.types();
        if self.within.contains(name) {
            let message = format!("the predicate `{name}` is defined by itself: there is no end to its clauses");
            return Err(QueryError::form(clause.show(types), message));
        }
        if self.within.len() >= DEEPEST {
            let message = format!("more than {DEEPEST} definitions of predicates stand within one another");
            return Err(QueryError::form(clause.show(types), message));
        }
        let Some(definition) = definition(self.space, AtomType::DEFINED_PREDICATE, name) else {
            return Err(QueryError::Undefined { name: name.to_string(), clause: clause.show(types) });
        };
        self.within.push(Arc::clone(name));
        let body = self.called(clause, &definition, arguments)?;
        let body = self.clause(&body)?;
        self.within.pop();
        Ok(body)
    }

    /// The clauses that a predicate stands for, of some arguments.
    fn called(&mut self, clause: &Term, definition: &Term, arguments: &[Term]) -> Result<Term, QueryError> {
        let types = self.space.types();
        let wrong = |wanted: usize| {
            let message = format!("its definition takes {wanted} arguments, and here are {}", arguments.len());
            Err(QueryError::form(clause.show(types), message))
        };
        let (variables, body) = match definition {
            // Another name for a predicate, or for a function of the host, is asked of the same.
            Term::Node(AtomType::DEFINED_PREDICATE | AtomType::GROUNDED_PREDICATE, _) => {
                let arguments = Term::Link(AtomType::LIST, arguments.to_vec());
                return Ok(match definition {
                    Term::Node(AtomType::DEFINED_PREDICATE, _) if arguments.parts().is_empty() => definition.clone(),
                    _ => Term::Link(AtomType::EVALUATION, vec![definition.clone(), arguments]),
                });
            }
            Term::Link(AtomType::LAMBDA, parts) => match parts.as_slice() {
                [variables, body] if is_declaration(types, variables) => (declared(types, variables)?, body),
                [body] => {
                    let free = free_names(types, body);
                    (free.iter().map(|(name, glob)| Declared::free(name, *glob)).collect(), body)
                }
                _ => return Err(QueryError::form(definition.show(types), "a Lambda has variables and a body")),
            },
            clauses if arguments.is_empty() => return Ok(clauses.clone()),
            _ => return wrong(0),
        };
        // By itself, as a clause, it leaves its variables to the query.
        if matches!(clause, Term::Node(..)) {
            let own: Vec<Term> = variables.iter().map(Declared::term).collect();
            return self.filled(&variables, &own, body);
        }
        if variables.len() != arguments.len() || variables.iter().any(|variable| variable.glob) {
            return wrong(variables.len());
        }
        self.filled(&variables, arguments, body)
    }

    /// A body with these arguments in the place of its variables, and names of their own for all others.
    fn filled(&mut self, variables: &[Declared], arguments: &[Term], body: &Term) -> Result<Term, QueryError> {
        let mut given: Vec<(Arc<str>, Term)> = Vec::new();
        for (variable, argument) in variables.iter().zip(arguments) {
            given.push((Arc::clone(&variable.name), argument.clone()));
        }
        self.make_local(body, &mut given);
        let sizes: Vec<(&str, usize)> = given.iter().map(|(name, value)| (&**name, size(value, &[]))).collect();
        self.charge(size(body, &sizes))?;
        let body = put(self.space.types(), body, &given, 0);
        Ok(of_types(variables, arguments, body))
    }

    /// Gives the variables of a body that it is not asked of names of their own.
    fn make_local(&mut self, body: &Term, given: &mut Vec<(Arc<str>, Term)>) {
        for (name, glob) in free_names(self.space.types(), body) {
            if given.iter().any(|(known, _)| *known == name) {
                continue;
            }
            let own = if self.taken.contains(&name) { fresh(&name, &self.taken) } else { Arc::clone(&name) };
            self.taken.push(Arc::clone(&own));
            let term = if glob { Term::Glob(own) } else { Term::Variable(own) };
            self.locals.push(term.clone());
            given.push((name, term));
        }
    }
}

/// How many parts a term has once terms of these sizes are put in for its variables.
pub(super) fn size(term: &Term, given: &[(&str, usize)]) -> usize {
    match term {
        Term::Variable(name) | Term::Glob(name) => {
            given.iter().find(|(known, _)| **known == **name).map_or(1, |(_, size)| *size)
        }
        other => other.parts().iter().fold(1, |sum, part| sum.saturating_add(size(part, given))),
    }
}

/// A body beside what is declared of the variables that it is asked of.
fn of_types(variables: &[Declared], arguments: &[Term], body: Term) -> Term {
    let mut all = vec![body];
    for (variable, argument) in variables.iter().zip(arguments) {
        for form in &variable.forms {
            let of = vec![argument.clone(), Term::Link(AtomType::QUOTE, vec![form.clone()])];
            let is_of = Term::Node(AtomType::GROUNDED_PREDICATE, IS_OF_TYPE.into());
            all.push(Term::Link(AtomType::EVALUATION, vec![is_of, Term::Link(AtomType::LIST, of)]));
        }
    }
    if all.len() == 1 {
        all.pop().unwrap_or(Term::Link(AtomType::AND, Vec::new()))
    } else {
        Term::Link(AtomType::AND, all)
    }
}

/// A name like this one that is not taken.
pub(super) fn fresh(name: &str, taken: &[Arc<str>]) -> Arc<str> {
    let mut number = 1_u64;
    loop {
        let name: Arc<str> = format!("{name}-{number}").into();
        if !taken.contains(&name) {
            return name;
        }
        number += 1;
    }
}

/// A term with other terms put in for variables that are free in it. Where a scope in it binds a name that is free in what
/// is put in, it binds another.
fn put(types: &Types, term: &Term, given: &[(Arc<str>, Term)], quotes: usize) -> Term {
    match term {
        Term::Variable(name) | Term::Glob(name) if quotes == 0 => {
            given.iter().find(|(known, _)| known == name).map_or_else(|| term.clone(), |(_, value)| value.clone())
        }
        Term::Link(of, parts) => {
            let quotes = match *of {
                AtomType::QUOTE => quotes + 1,
                AtomType::UNQUOTE => quotes.saturating_sub(1),
                _ => quotes,
            };
            let all = |given: &[(Arc<str>, Term)]| parts.iter().map(|part| put(types, part, given, quotes)).collect();
            let declaration = parts.first().filter(|first| is_declaration(types, first));
            match declaration {
                _ if quotes > 0 || !types.is_scope(*of) => Term::Link(*of, all(given)),
                Some(declaration) => Term::Link(*of, all(&within(types, declaration, parts, given))),
                None if *of == AtomType::PUT => Term::Link(*of, all(given)),
                None => term.clone(),
            }
        }
        other => other.clone(),
    }
}

/// What is put in within a scope: nothing for the names that it binds, but new names for those that would catch something.
fn within(types: &Types, declaration: &Term, parts: &[Term], given: &[(Arc<str>, Term)]) -> Vec<(Arc<str>, Term)> {
    let (mut own, mut taken) = (Vec::new(), Vec::new());
    super::pattern::names_in(declaration, &mut own);
    let mut given: Vec<_> = given.iter().filter(|(name, _)| !own.contains(name)).cloned().collect();
    let caught: Vec<Arc<str>> =
        given.iter().flat_map(|(_, value)| free_names(types, value)).map(|(name, _)| name).collect();
    for part in parts {
        super::pattern::names_in(part, &mut taken);
    }
    taken.extend(caught.iter().cloned());
    for name in own.iter().filter(|name| caught.contains(name)) {
        let other = fresh(name, &taken);
        taken.push(Arc::clone(&other));
        let term = if is_glob(declaration, name) { Term::Glob(other) } else { Term::Variable(other) };
        given.push((Arc::clone(name), term));
    }
    given
}

fn is_glob(term: &Term, name: &Arc<str>) -> bool {
    matches!(term, Term::Glob(known) if known == name) || term.parts().iter().any(|part| is_glob(part, name))
}
