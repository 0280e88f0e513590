//! Types by their names: what `(Define (DefinedType "t") …)` says, put in wherever a form has the name.
//!
//! It is done once, when a query is prepared or a scope is opened, and a name that nothing defines is refused there: what
//! nothing can be would otherwise let every negation hold.

use super::declare::check_form;
use super::define::definition;
use super::error::QueryError;
use super::functions::IS_OF_TYPE;
use super::goal::{Branch, Test, What};
use super::pattern::Pattern;
use super::term::{DEPTH, Term};
use crate::space::{AtomType, Space};
use std::borrow::Cow;
use std::sync::Arc;

/// How many parts a form may have with what its names are defined as.
const PARTS: usize = 1 << 16;

/// A form in which the names of types are replaced by what they are defined as.
pub(super) fn resolved<'f>(space: &Space, form: &'f Term) -> Result<Cow<'f, Term>, QueryError> {
    if !is_named(form) {
        return Ok(Cow::Borrowed(form));
    }
    let mut resolving = Resolving { space, within: Vec::new(), parts: PARTS };
    let form = resolving.form(form, DEPTH)?;
    check_form(space.types(), &form)?;
    Ok(Cow::Owned(form))
}

fn is_named(form: &Term) -> bool {
    matches!(form, Term::Node(AtomType::DEFINED_TYPE, _)) || form.parts().iter().any(is_named)
}

struct Resolving<'a> {
    space: &'a Space,
    /// The names that are being replaced, the innermost last.
    within: Vec<Arc<str>>,
    parts: usize,
}

impl Resolving<'_> {
    fn form(&mut self, form: &Term, depth: usize) -> Result<Term, QueryError> {
        self.parts = self.parts.checked_sub(1).ok_or_else(|| {
            self.refused(&format!("with what its types are defined as it has more than {PARTS} parts"))
        })?;
        let within = || depth.checked_sub(1);
        match form {
            Term::Node(AtomType::DEFINED_TYPE, name) => {
                let Some(depth) = within() else { return Err(self.too_deep()) };
                if self.within.contains(name) {
                    return Err(self.refused(&format!("the type `{name}` is defined by itself")));
                }
                let Some(defined) = definition(self.space, AtomType::DEFINED_TYPE, name) else {
                    let clause = form.show(self.space.types());
                    return Err(QueryError::Undefined { name: name.to_string(), clause });
                };
                self.within.push(Arc::clone(name));
                let defined = self.form(&defined, depth)?;
                self.within.pop();
                Ok(defined)
            }
            Term::Link(of, parts) => {
                let Some(depth) = within() else { return Err(self.too_deep()) };
                let parts: Result<_, _> = parts.iter().map(|part| self.form(part, depth)).collect();
                Ok(Term::Link(*of, parts?))
            }
            other => Ok(other.clone()),
        }
    }

    fn too_deep(&self) -> QueryError {
        self.refused(&format!("with what its types are defined as it has more than {DEPTH} brackets open"))
    }

    fn refused(&self, message: &str) -> QueryError {
        let name = self.within.first().map_or("", AsRef::as_ref);
        let form = Term::Node(AtomType::DEFINED_TYPE, name.into());
        QueryError::form(form.show(self.space.types()), message)
    }
}

/// Branches in whose clauses about types the names of types are replaced by what they are defined as.
pub(super) fn resolved_branches<'b>(space: &Space, branches: &'b [Branch]) -> Result<Cow<'b, [Branch]>, QueryError> {
    if !branches.iter().any(names_type) {
        return Ok(Cow::Borrowed(branches));
    }
    let mut own = branches.to_vec();
    own.iter_mut().try_for_each(|branch| resolve(space, branch))?;
    Ok(Cow::Owned(own))
}

/// The form that a clause about a type asks for.
fn asked_form(test: &Test) -> Option<Term> {
    match (&test.what, test.of.as_slice()) {
        (What::Function(name), [_, form]) if name.as_ref() == IS_OF_TYPE => term(form).filter(is_named),
        _ => None,
    }
}

fn names_type(branch: &Branch) -> bool {
    branch.tests.iter().any(|(test, _)| asked_form(test).is_some())
        || branch.never.iter().any(|(within, _)| within.iter().any(names_type))
}

fn resolve(space: &Space, branch: &mut Branch) -> Result<(), QueryError> {
    for (test, _) in &mut branch.tests {
        if let (Some(form), Some(place)) = (asked_form(test), test.of.get_mut(1)) {
            let form = resolved(space, &form)?;
            *place = pattern(&form);
        }
    }
    branch.never.iter_mut().flat_map(|(within, _)| within).try_for_each(|branch| resolve(space, branch))
}

/// The term that a pattern without variables is.
fn term(pattern: &Pattern) -> Option<Term> {
    Some(match pattern {
        Pattern::Atom(atom) => Term::Atom(*atom),
        Pattern::Node(of, name) => Term::Node(*of, Arc::clone(name)),
        Pattern::Link(of, parts) | Pattern::Quoted(of, parts) => {
            Term::Link(*of, parts.iter().map(term).collect::<Option<_>>()?)
        }
        Pattern::Var(_) | Pattern::Bound(_) | Pattern::Choice(_) => return None,
    })
}

/// A form as it stands in a quote.
fn pattern(form: &Term) -> Pattern {
    match form {
        Term::Atom(atom) => Pattern::Atom(*atom),
        Term::Node(of, name) => Pattern::Node(*of, Arc::clone(name)),
        Term::Variable(name) => Pattern::Node(AtomType::VARIABLE, Arc::clone(name)),
        Term::Glob(name) => Pattern::Node(AtomType::GLOB, Arc::clone(name)),
        Term::Link(of, parts) => Pattern::Quoted(*of, parts.iter().map(pattern).collect()),
    }
}
