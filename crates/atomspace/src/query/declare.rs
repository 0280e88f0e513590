//! Declarations: which variables a query has, and what each may stand for.
//!
//! `(TypedVariable v T)`, where T is `(Type "Concept")` for atoms of exactly that type, `(TypeInh "Concept")` for those
//! below it too, `(TypeChoice T …)` for any of several, `(TypeSet T …)` for all of several, `(Signature form)` for atoms of
//! that form (a form is a link of forms, an atom, or a T), and for a glob `(Interval least most)`.

use super::error::QueryError;
use super::resolve::resolved;
use super::term::Term;
use crate::space::{AtomType, Handle, Space, Types};
use std::sync::Arc;

/// A declared variable.
#[derive(Clone, Debug)]
pub(crate) struct Declared {
    pub(crate) name: Arc<str>,
    pub(crate) glob: bool,
    /// What it, or each atom of a glob, must be: all of these.
    pub(crate) forms: Vec<Term>,
    /// How many atoms a glob stands for.
    pub(super) least: usize,
    pub(super) most: usize,
    /// Whether it stands for atoms with free variables too.
    pub(super) open: bool,
}

impl Declared {
    pub(super) fn free(name: &Arc<str>, glob: bool) -> Self {
        let most = if glob { usize::MAX } else { 1 };
        Self { name: Arc::clone(name), glob, forms: Vec::new(), least: 1, most, open: false }
    }
}

impl Declared {
    /// The variable as a term.
    pub(super) fn term(&self) -> Term {
        let name = Arc::clone(&self.name);
        if self.glob { Term::Glob(name) } else { Term::Variable(name) }
    }
}

/// The variables of a declaration, in order.
pub(crate) fn declared(types: &Types, term: &Term) -> Result<Vec<Declared>, QueryError> {
    let mut found = Vec::new();
    collect(types, term, &mut found)?;
    for (at, one) in found.iter().enumerate() {
        if found.iter().skip(at + 1).any(|other| other.name == one.name) {
            return Err(QueryError::form(term.show(types), format!("`{}` is declared twice", one.name)));
        }
    }
    Ok(found)
}

fn collect(types: &Types, term: &Term, found: &mut Vec<Declared>) -> Result<(), QueryError> {
    match term {
        Term::Variable(name) => found.push(Declared::free(name, false)),
        Term::Glob(name) => found.push(Declared::free(name, true)),
        Term::Link(of, parts) if types.is_a(*of, AtomType::TYPED_VARIABLE) => {
            let [variable, restrictions @ ..] = parts.as_slice() else { return Err(malformed(types, term)) };
            let (Some(name), false) = (variable.variable(), restrictions.is_empty()) else {
                return Err(malformed(types, term));
            };
            let mut declared = Declared::free(name, matches!(variable, Term::Glob(_)));
            for restriction in restrictions {
                restrict(types, restriction, &mut declared)?;
            }
            found.push(declared);
        }
        Term::Link(of, parts)
            if types.is_a(*of, AtomType::VARIABLE_LIST) || types.is_a(*of, AtomType::VARIABLE_SET) =>
        {
            parts.iter().try_for_each(|part| collect(types, part, found))?;
        }
        _ => return Err(malformed(types, term)),
    }
    Ok(())
}

fn malformed(types: &Types, term: &Term) -> QueryError {
    let message = "a declaration is a Variable, a Glob, (TypedVariable variable type), or a VariableList of those";
    QueryError::form(term.show(types), message)
}

fn restrict(types: &Types, term: &Term, declared: &mut Declared) -> Result<(), QueryError> {
    match term {
        Term::Link(AtomType::TYPE_SET, parts) => parts.iter().try_for_each(|part| restrict(types, part, declared)),
        Term::Link(AtomType::INTERVAL, parts) => {
            (declared.least, declared.most) = interval(types, term, parts)?;
            if declared.glob { Ok(()) } else { Err(QueryError::form(term.show(types), "only a Glob has an interval")) }
        }
        _ => {
            check_form(types, term)?;
            declared.forms.push(term.clone());
            Ok(())
        }
    }
}

/// How many an `(Interval least most)` allows.
pub(super) fn interval(types: &Types, term: &Term, parts: &[Term]) -> Result<(usize, usize), QueryError> {
    let bad = |message: &str| QueryError::Interval { clause: term.show(types), message: message.to_owned() };
    let whole = |part: &Term| match part {
        Term::Node(AtomType::NUMBER, name) => name.parse::<i64>().ok(),
        _ => None,
    };
    let [least, most] = parts else { return Err(bad("it does not have two parts")) };
    let (Some(least), Some(most)) = (whole(least), whole(most)) else {
        return Err(bad("a bound is not a whole number"));
    };
    let least = usize::try_from(least).map_err(|_| bad("the lower bound is negative"))?;
    let most = match most {
        -1 => usize::MAX,
        most => usize::try_from(most).map_err(|_| bad("the upper bound is negative and not -1"))?,
    };
    if least > most { Err(bad("the lower bound is above the upper one")) } else { Ok((least, most)) }
}

/// Checks that the types that a form names exist.
pub(super) fn check_form(types: &Types, form: &Term) -> Result<(), QueryError> {
    match form {
        Term::Node(AtomType::TYPE | AtomType::TYPE_INH, name) => match types.named(name) {
            Ok(_) => Ok(()),
            Err(error) => Err(QueryError::form(form.show(types), error.to_string())),
        },
        Term::Variable(_) | Term::Glob(_) => Err(QueryError::form(form.show(types), "a type has no variables in it")),
        _ => form.parts().iter().try_for_each(|part| check_form(types, part)),
    }
}

/// Whether an atom has a form.
pub(super) fn fits(space: &Space, form: &Term, atom: Handle) -> bool {
    let types = space.types();
    let (of, outgoing) = space.opened(atom);
    match form {
        Term::Node(AtomType::TYPE, name) => types.named(name) == Ok(of),
        Term::Node(AtomType::TYPE_INH, name) => types.named(name).is_ok_and(|wanted| types.is_a(of, wanted)),
        Term::Link(AtomType::TYPE_CHOICE, parts) => parts.iter().any(|part| fits(space, part, atom)),
        Term::Link(AtomType::TYPE_SET | AtomType::SIGNATURE, parts) => parts.iter().all(|part| fits(space, part, atom)),
        Term::Link(wanted, parts) => {
            *wanted == of
                && parts.len() == outgoing.len()
                && if types.is_unordered(of) {
                    paired(space, parts, outgoing)
                } else {
                    parts.iter().zip(outgoing).all(|(part, atom)| fits(space, part, *atom))
                }
        }
        Term::Node(wanted, name) => *wanted == of && space.name(atom) == Some(name),
        Term::Atom(wanted) => *wanted == atom,
        Term::Variable(_) | Term::Glob(_) => false,
    }
}

/// Whether forms and atoms can be paired: augmenting paths in the graph of who fits whom (Kuhn, 1955).
fn paired(space: &Space, forms: &[Term], atoms: &[Handle]) -> bool {
    let fit: Vec<Vec<bool>> =
        forms.iter().map(|form| atoms.iter().map(|atom| fits(space, form, *atom)).collect()).collect();
    let mut taken: Vec<Option<usize>> = vec![None; atoms.len()];
    (0..forms.len()).all(|form| place(form, &fit, &mut taken, &mut vec![false; atoms.len()]))
}

/// Gives a form an atom that is free, or one whose form finds another.
fn place(form: usize, fit: &[Vec<bool>], taken: &mut [Option<usize>], seen: &mut [bool]) -> bool {
    for at in 0..taken.len() {
        let free = fit.get(form).and_then(|row| row.get(at)) == Some(&true) && seen.get(at) == Some(&false);
        if !free {
            continue;
        }
        seen.get_mut(at).into_iter().for_each(|seen| *seen = true);
        let holder = taken.get(at).copied().flatten();
        if holder.is_none_or(|holder| place(holder, fit, taken, seen)) {
            taken.get_mut(at).into_iter().for_each(|slot| *slot = Some(form));
            return true;
        }
    }
    false
}

/// What a variable admits, in the space that is asked.
#[derive(Clone, Debug, Default)]
pub(super) struct Admission {
    /// The types, by position; `None` for any type.
    pub(super) types: Option<Vec<AtomType>>,
    /// What the types do not say.
    deep: Vec<Term>,
    /// Whether atoms with free variables are admitted, or there are none.
    pub(super) open: bool,
    /// How many atoms it stands for.
    pub(super) least: usize,
    pub(super) most: usize,
    pub(super) glob: bool,
}

impl Admission {
    pub(super) fn new(space: &Space, declared: &Declared, has_variables: bool) -> Result<Self, QueryError> {
        let types = space.types();
        let mut allowed: Option<Vec<AtomType>> = None;
        let mut deep = Vec::new();
        for form in &declared.forms {
            let form = resolved(space, form)?;
            let Some(mut named) = named_types(types, &form) else {
                deep.push(form.into_owned());
                continue;
            };
            if let Some(before) = &allowed {
                named.retain(|of| before.contains(of));
            }
            allowed = Some(named);
        }
        let open = |of: &AtomType| types.is_a(*of, AtomType::VARIABLE);
        let open = !has_variables || declared.open || allowed.as_ref().is_some_and(|allowed| allowed.iter().any(open));
        Ok(Self { types: allowed, deep, open, least: declared.least, most: declared.most, glob: declared.glob })
    }

    /// Whether any atom is admitted.
    #[inline]
    pub(super) fn is_any(&self) -> bool {
        self.types.is_none() && self.deep.is_empty() && self.open
    }

    #[inline]
    pub(super) fn admits(&self, space: &Space, atom: Handle) -> bool {
        if self.types.as_ref().is_some_and(|types| !types.contains(&space.opened(atom).0)) {
            return false;
        }
        (self.open || !super::free::is_open(space, atom)) && self.deep.iter().all(|form| fits(space, form, atom))
    }
}

/// The types that a form names, if it says nothing else.
pub(crate) fn named_types(types: &Types, form: &Term) -> Option<Vec<AtomType>> {
    match form {
        Term::Node(AtomType::TYPE, name) => Some(vec![types.named(name).ok()?]),
        Term::Node(AtomType::TYPE_INH, name) => Some(types.subtypes(types.named(name).ok()?).collect()),
        Term::Link(AtomType::TYPE_CHOICE, parts) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(named_types(types, part)?);
            }
            all.sort_unstable();
            all.dedup();
            Some(all)
        }
        _ => None,
    }
}

/// Whether there is any variable in a space.
pub(super) fn has_variables(space: &Space) -> bool {
    space.count_by_type(AtomType::VARIABLE) + space.count_by_type(AtomType::GLOB) > 0
        || space.types().declared().any(|of| space.types().is_a(of, AtomType::VARIABLE) && space.count_by_type(of) > 0)
}
