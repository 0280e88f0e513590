//! Putting arguments into a body: `Put`, and `ExecutionOutput` of a function, a definition or a `Lambda`.

use super::{Computing, failed};
use crate::query::computed::Computed;
use crate::query::declare::{Declared, declared, fits, named_types};
use crate::query::define::{definition, size};
use crate::query::limits::Halt;
use crate::query::pattern::{Bound, Numbering, Pattern, declares, own_bounds};
use crate::query::resolve::resolved;
use crate::query::term::Term;
use crate::space::{AtomType, Space};
use std::borrow::Cow;
use std::sync::Arc;

/// What a scope binds, with what each may stand for, and what it binds that in.
pub(super) struct Scope<'p> {
    pub(super) variables: Vec<(Bound, Declared)>,
    pub(super) body: &'p [Pattern],
}

/// How many brackets may be open in what a function makes: as many as in a text.
const DEEPEST_RESULT: usize = 1_000;

impl Computing<'_, '_, '_> {
    /// A scope, taken apart.
    pub(super) fn scope<'p>(&mut self, of: AtomType, parts: &'p [Pattern]) -> Result<Scope<'p>, Halt> {
        let types = self.holding.context.space.types();
        let own = own_bounds(types, of, parts);
        let Some((first, rest)) = parts.split_first().filter(|parts| declares(types, parts.0)) else {
            let free = |bound: Bound| {
                let declared = Declared::free(&bound.name, bound.glob);
                (bound, declared)
            };
            return Ok(Scope { variables: own.into_iter().map(free).collect(), body: parts });
        };
        let wrong = |error: crate::query::QueryError| failed(&types.name(of), error.to_string());
        let mut all = declared(types, &declaration(first)).map_err(wrong)?;
        for form in all.iter_mut().flat_map(|declared| &mut declared.forms) {
            if let Cow::Owned(resolved) = resolved(self.holding.context.space, form).map_err(wrong)? {
                self.budget.spend(size(&resolved, &[]) as u64)?;
                *form = resolved;
            }
        }
        let bound = |declared: Declared| {
            let bound = own.iter().find(|bound| bound.name == declared.name)?.clone();
            Some((bound, declared))
        };
        Ok(Scope { variables: all.into_iter().filter_map(bound).collect(), body: rest })
    }

    /// `(Put variables body values)`, or a Lambda or the name of a definition for the first two. A set of values gives the
    /// set of what becomes of each; those that are not what the variables may stand for are left out of it.
    pub(super) fn put(&mut self, parts: &[Pattern]) -> Result<Option<Computed>, Halt> {
        let types = self.holding.context.space.types();
        let (template, values) = match parts {
            [variables, body, values] if declares(types, variables) => {
                (Pattern::Link(AtomType::LAMBDA, vec![variables.clone(), body.clone()]), values)
            }
            [template, values] => (template.clone(), values),
            _ => {
                return Ok(self.lacks(|_| {
                    "a Put has a template and what is put into it: (Put variables body values)".to_owned()
                }));
            }
        };
        let template = match &template {
            Pattern::Link(of, parts) if *of != AtomType::LAMBDA => match self.taking_more(*of, parts) {
                Some(taking) => taking,
                None => Pattern::Link(AtomType::LAMBDA, vec![template]),
            },
            _ => template,
        };
        let single = match &template {
            Pattern::Link(of, parts) => matches!(self.scope(*of, parts)?.variables.as_slice(), [(one, _)] if !one.glob),
            _ => false,
        };
        let Some(values) = self.data(values)? else { return Ok(None) };
        let tuple = |own: &Self, value: Computed| match own.opened(&value) {
            Some((AtomType::LIST, parts)) if !single => parts,
            _ => vec![value],
        };
        let Some((AtomType::SET, elements)) = self.opened(&values) else {
            let values = tuple(self, values);
            return self.call(&template, values, false);
        };
        let (tell, mut all) = (std::mem::replace(&mut self.tell, false), Vec::new());
        for element in elements {
            let values = tuple(self, element);
            all.extend(self.call(&template, values, false)?);
        }
        self.tell = tell;
        Ok(Some(Computed::Link(AtomType::SET, all)))
    }

    /// The parts of a list or set, whether it is an atom or not.
    pub(super) fn opened(&self, computed: &Computed) -> Option<(AtomType, Vec<Computed>)> {
        match computed {
            Computed::Link(of @ (AtomType::LIST | AtomType::SET), parts) => Some((*of, Computed::side_by_side(parts))),
            Computed::Atom(atom) => {
                let (of, outgoing) = self.holding.context.space.opened(*atom);
                let several = of == AtomType::LIST || of == AtomType::SET;
                several.then(|| (of, outgoing.iter().map(|part| Computed::Atom(*part)).collect()))
            }
            _ => None,
        }
    }

    /// `(ExecutionOutput function arguments)`.
    pub(super) fn called(&mut self, parts: &[Pattern]) -> Result<Option<Computed>, Halt> {
        let [function, arguments] = parts else {
            return Ok(self.lacks(|_| "an ExecutionOutput has a function and its arguments".to_owned()));
        };
        let arguments = match arguments {
            Pattern::Link(AtomType::LIST, parts) => self.each_data(parts)?,
            one => self.data(one)?.map(|one| Computed::side_by_side(&[one])),
        };
        let Some(arguments) = arguments else { return Ok(None) };
        self.call(function, arguments, true)
    }

    /// Arithmetic without a variable, as a function of more operands behind those that it has: `(Put (Plus) (List 1 2))`.
    fn taking_more(&mut self, of: AtomType, parts: &[Pattern]) -> Option<Pattern> {
        if !super::arithmetic::is_arithmetic(of) || parts.iter().any(Pattern::has_bound) {
            return None;
        }
        let more = Pattern::Bound(Bound { number: self.next, glob: true, name: "$operands".into() });
        self.next += 1;
        let body = Pattern::Link(of, parts.iter().chain([&more]).cloned().collect());
        Some(Pattern::Link(AtomType::LAMBDA, vec![more, body]))
    }

    /// What arguments stand for, side by side.
    fn each_data(&mut self, parts: &[Pattern]) -> Result<Option<Vec<Computed>>, Halt> {
        let mut all = Vec::with_capacity(parts.len());
        for part in parts {
            let Some(one) = self.data(part)? else { return Ok(None) };
            all.push(one);
        }
        Ok(Some(Computed::side_by_side(&all)))
    }

    /// What a function makes of arguments. A query that comes of a `Lambda` is asked, or written as it is.
    fn call(&mut self, function: &Pattern, arguments: Vec<Computed>, asks: bool) -> Result<Option<Computed>, Halt> {
        match function {
            Pattern::Node(AtomType::GROUNDED_SCHEMA, name) => self.grounded(name, &arguments),
            Pattern::Node(AtomType::DEFINED_SCHEMA, name) => self.defined(name, arguments, asks),
            Pattern::Link(of @ AtomType::LAMBDA, parts) => {
                let scope = self.scope(*of, parts)?;
                self.apply(&scope, arguments, asks)
            }
            Pattern::Var(_) | Pattern::Bound(_) | Pattern::Atom(_) => {
                let Some(plain) = self.plain(function)? else { return Ok(None) };
                match plain.term(self.holding.context.space) {
                    Some(term @ (Term::Node(..) | Term::Link(AtomType::LAMBDA, _))) => {
                        let function = self.read("a function", &term)?;
                        self.call(&function, arguments, asks)
                    }
                    _ => Ok(self.lacks(|own| format!("{} is no function", own.show(&plain)))),
                }
            }
            other => {
                let plain = self.plain(other)?;
                Ok(self.lacks(|own| {
                    let shown = plain.as_ref().map(|plain| own.show(plain)).unwrap_or_default();
                    format!("{shown} is no function: write a GroundedSchema, a DefinedSchema or a Lambda")
                }))
            }
        }
    }

    fn grounded(&self, name: &str, arguments: &[Computed]) -> Result<Option<Computed>, Halt> {
        let functions = self.holding.context.functions;
        let Some(function) = functions.schema_named(name) else {
            return Err(failed(name, format!("it is not registered; {}", functions.known(false))));
        };
        let made = function(self.holding.context.space, arguments);
        made.map(Some).map_err(|message| failed(name, message))
    }

    /// Carries a definition out.
    fn defined(&mut self, name: &Arc<str>, arguments: Vec<Computed>, asks: bool) -> Result<Option<Computed>, Halt> {
        let Some(term) = definition(self.holding.context.space, AtomType::DEFINED_SCHEMA, name) else {
            return Err(failed(
                name,
                "it is not defined: write (Define (DefinedSchema …) (Lambda variables body))".to_owned(),
            ));
        };
        self.within.push(Arc::clone(name));
        self.depth += 1;
        self.deep_enough()?;
        let function = self.read(name, &term)?;
        let made = self.call(&function, arguments, asks);
        self.depth -= 1;
        self.within.pop();
        made
    }

    /// The pattern of something that is no part of the query; its scopes have numbers that nothing else has.
    fn read(&mut self, name: &str, term: &Term) -> Result<Pattern, Halt> {
        let mut numbering = Numbering::new(self.holding.context.space.types(), &[]);
        (numbering.next, numbering.computed) = (self.next, true);
        let pattern = numbering.pattern(term, term).map_err(|error| failed(name, error.to_string()))?;
        self.next = numbering.next;
        Ok(pattern)
    }

    /// What a definition, or a rule that is named by one, says.
    pub(super) fn named_rule(&mut self, name: &str) -> Result<Option<Pattern>, Halt> {
        match definition(self.holding.context.space, AtomType::DEFINED_SCHEMA, name) {
            Some(term) => self.read(name, &term).map(Some),
            None => Err(failed(name, "it is not defined".to_owned())),
        }
    }

    fn apply(&mut self, scope: &Scope<'_>, arguments: Vec<Computed>, asks: bool) -> Result<Option<Computed>, Halt> {
        let Some(given) = self.given(scope, arguments)? else { return Ok(None) };
        let before = self.applied.len();
        self.applied.extend(given);
        let made = match scope.body {
            [one] if asks => self.data(one),
            [one] => self.compute(one),
            several => Ok(self.all(several)?.map(Computed::Several)),
        };
        self.applied.truncate(before);
        match made {
            Ok(Some(made)) if made.is_deeper(DEEPEST_RESULT) => {
                let name = self.within.last().map_or("a Lambda", |name| name.as_ref());
                Err(failed(name, format!("what it makes has more than {DEEPEST_RESULT} brackets open")))
            }
            made => made,
        }
    }

    /// What each variable stands for; a glob takes what the others leave.
    fn given(&mut self, scope: &Scope<'_>, arguments: Vec<Computed>) -> Result<Option<Vec<(usize, Computed)>>, Halt> {
        let (count, wanted) = (arguments.len(), scope.variables.len());
        let globs = scope.variables.iter().filter(|(bound, _)| bound.glob).count();
        let many = (count + globs).checked_sub(wanted).filter(|many| globs == 1 || (globs == 0 && *many == 0));
        let Some(many) = many else {
            return Ok(self.lacks(|_| format!("what takes {wanted} arguments was given {count}")));
        };
        let (mut rest, mut given) = (arguments.into_iter(), Vec::new());
        for (bound, declared) in &scope.variables {
            let values: Vec<Computed> = rest.by_ref().take(if bound.glob { many } else { 1 }).collect();
            if bound.glob && !(declared.least..=declared.most).contains(&values.len()) {
                let count = values.len();
                return Ok(self.lacks(|_| format!("`{}` does not stand for {count} atoms", bound.name)));
            }
            for value in &values {
                if !self.admitted(declared, value)? {
                    let name = &bound.name;
                    return Ok(self.lacks(|own| format!("{} is not what `{name}` is declared to be", own.show(value))));
                }
            }
            let value = if bound.glob { Some(Computed::Several(values)) } else { values.into_iter().next() };
            given.extend(value.map(|value| (bound.number, value)));
        }
        Ok(Some(given))
    }

    /// Whether something is what a variable is declared to stand for.
    pub(super) fn admitted(&self, declared: &Declared, value: &Computed) -> Result<bool, Halt> {
        let space = self.holding.context.space;
        let of = value.type_in(space);
        for form in &declared.forms {
            let admitted = if let Some(types) = named_types(space.types(), form) {
                of.is_some_and(|of| types.contains(&of))
            } else {
                let (within, atom) = located(space, value)?;
                fits(&within, form, atom)
            };
            if !admitted {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// A space in which something is an atom: this one, or a copy to which it is added.
pub(super) fn located<'s>(
    space: &'s Space,
    computed: &Computed,
) -> Result<(Cow<'s, Space>, crate::space::Handle), Halt> {
    if let Some(atom) = computed.find(space) {
        return Ok((Cow::Borrowed(space), atom));
    }
    let mut copy = space.clone();
    let atom = computed.write(&mut copy).map_err(|error| failed("a computation", error.to_string()))?;
    Ok((Cow::Owned(copy), atom))
}

/// The declaration that a pattern is.
fn declaration(pattern: &Pattern) -> Term {
    match pattern {
        Pattern::Bound(bound) if bound.glob => Term::Glob(Arc::clone(&bound.name)),
        Pattern::Bound(bound) => Term::Variable(Arc::clone(&bound.name)),
        Pattern::Atom(atom) => Term::Atom(*atom),
        Pattern::Node(of, name) => Term::Node(*of, Arc::clone(name)),
        Pattern::Var(_) => Term::Link(AtomType::LIST, Vec::new()),
        Pattern::Link(of, parts) | Pattern::Quoted(of, parts) => {
            Term::Link(*of, parts.iter().map(declaration).collect())
        }
        Pattern::Choice(parts) => Term::Link(AtomType::CHOICE, parts.iter().map(declaration).collect()),
    }
}
