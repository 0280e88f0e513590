//! Patterns: terms whose variables are numbered, whose quotes are worked off, and whose inner scopes bind by number.

use super::declare::Declared;
use super::error::QueryError;
use super::term::{Term, is_declaration};
use crate::space::{AtomType, Handle, Space, Types};
use std::sync::Arc;

/// A variable that a scope binds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Bound {
    /// Unique among all scopes of a query.
    pub(super) number: usize,
    /// Whether it stands for several atoms.
    pub(super) glob: bool,
    /// As it was written.
    pub(super) name: Arc<str>,
}

/// A pattern.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Pattern {
    Atom(Handle),
    Node(AtomType, Arc<str>),
    /// A variable of the query, by its number.
    Var(usize),
    /// A variable that a scope within the pattern binds: whatever its name, the same everywhere in that scope.
    Bound(Bound),
    Link(AtomType, Vec<Pattern>),
    /// A link within a quote: matched as any, but never carried out.
    Quoted(AtomType, Vec<Pattern>),
    /// Any of several.
    Choice(Vec<Pattern>),
}

impl Pattern {
    /// Whether it is one atom.
    pub(super) fn is_ground(&self) -> bool {
        match self {
            Self::Atom(_) | Self::Node(..) => true,
            Self::Var(_) | Self::Bound(..) | Self::Choice(_) => false,
            Self::Link(_, parts) | Self::Quoted(_, parts) => parts.iter().all(Self::is_ground),
        }
    }

    /// Whether a variable that is bound within stands outside of its scope here.
    pub(super) fn has_bound(&self) -> bool {
        match self {
            Self::Bound(..) => true,
            Self::Link(_, parts) | Self::Quoted(_, parts) | Self::Choice(parts) => parts.iter().any(Self::has_bound),
            Self::Atom(_) | Self::Node(..) | Self::Var(_) => false,
        }
    }

    /// The numbers of the query's variables in it, with repetitions.
    pub(super) fn variables(&self, found: &mut Vec<usize>) {
        match self {
            Self::Var(number) => found.push(*number),
            Self::Link(_, parts) | Self::Quoted(_, parts) | Self::Choice(parts) => {
                for part in parts {
                    part.variables(found);
                }
            }
            Self::Atom(_) | Self::Node(..) | Self::Bound(..) => {}
        }
    }

    /// Whether a function is called in it.
    pub(super) fn calls(&self) -> bool {
        match self {
            Self::Node(of, _) => {
                [AtomType::GROUNDED_SCHEMA, AtomType::GROUNDED_PREDICATE, AtomType::DEFINED_SCHEMA].contains(of)
            }
            Self::Link(_, parts) | Self::Choice(parts) => parts.iter().any(Self::calls),
            Self::Atom(_) | Self::Quoted(..) | Self::Var(_) | Self::Bound(..) => false,
        }
    }

    /// Whether all the query's variables in it are of some kind.
    pub(super) fn all_variables(&self, kind: &mut dyn FnMut(usize) -> bool) -> bool {
        match self {
            Self::Var(number) => kind(*number),
            Self::Link(_, parts) | Self::Quoted(_, parts) | Self::Choice(parts) => {
                parts.iter().all(|part| part.all_variables(kind))
            }
            Self::Atom(_) | Self::Node(..) | Self::Bound(..) => true,
        }
    }

    /// The atom that a ground pattern is, if the space has it.
    pub(super) fn find(&self, space: &Space) -> Option<Handle> {
        match self {
            Self::Atom(handle) => space.contains(*handle).then_some(*handle),
            Self::Node(of, name) => space.find_node(*of, name),
            Self::Link(of, parts) | Self::Quoted(of, parts) => {
                let parts: smallvec::SmallVec<[Handle; 8]> =
                    parts.iter().map(|part| part.find(space)).collect::<Option<_>>()?;
                space.find_link(*of, &parts)
            }
            Self::Var(_) | Self::Bound(..) | Self::Choice(_) => None,
        }
    }

    /// Multiplies the choices in it out.
    pub(super) fn alternatives(&self, most: usize) -> Result<Vec<Self>, QueryError> {
        let out = match self {
            Self::Choice(parts) => {
                let mut all = Vec::new();
                for part in parts {
                    all.extend(part.alternatives(most)?);
                }
                all
            }
            Self::Link(of, parts) | Self::Quoted(of, parts) => {
                let mut all: Vec<Vec<Self>> = vec![Vec::new()];
                for part in parts {
                    let choices = part.alternatives(most)?;
                    if all.len() * choices.len() > most {
                        return Err(QueryError::Branches(most));
                    }
                    let longer = |begun: &Vec<Self>, choice: &Self| {
                        let mut begun = begun.clone();
                        begun.push(choice.clone());
                        begun
                    };
                    all =
                        all.iter().flat_map(|begun| choices.iter().map(move |choice| longer(begun, choice))).collect();
                }
                let quoted = matches!(self, Self::Quoted(..));
                let whole = |parts| if quoted { Self::Quoted(*of, parts) } else { Self::Link(*of, parts) };
                all.into_iter().map(whole).collect()
            }
            _ => vec![self.clone()],
        };
        if out.len() > most { Err(QueryError::Branches(most)) } else { Ok(out) }
    }

    /// Whether there is a choice in it.
    pub(super) fn has_choice(&self) -> bool {
        match self {
            Self::Choice(_) => true,
            Self::Link(_, parts) | Self::Quoted(_, parts) => parts.iter().any(Self::has_choice),
            _ => false,
        }
    }
}

/// Turns terms into patterns.
pub(super) struct Numbering<'a> {
    pub(super) types: &'a Types,
    pub(super) declared: &'a [Declared],
    /// The names that inner scopes bind, with their numbers; the innermost last.
    bound: Vec<(Arc<str>, usize)>,
    pub(super) next: usize,
    /// Whether what is read is computed, rather than looked for: what templates and comparisons hold.
    pub(super) computed: bool,
    /// Whether a variable that nothing declares stands for itself.
    pub(super) loose: bool,
    /// The variables that take the parts of quoted scopes, which are open by nature.
    pub(super) opened: Vec<usize>,
}

impl<'a> Numbering<'a> {
    pub(super) fn new(types: &'a Types, declared: &'a [Declared]) -> Self {
        Self { types, declared, bound: Vec::new(), next: 0, computed: false, loose: false, opened: Vec::new() }
    }

    /// The pattern of a term that stands in a clause.
    pub(super) fn pattern(&mut self, term: &Term, clause: &Term) -> Result<Pattern, QueryError> {
        Ok(match term {
            Term::Atom(handle) => Pattern::Atom(*handle),
            Term::Node(of, name) => Pattern::Node(*of, Arc::clone(name)),
            Term::Variable(name) => self.variable(name, false, clause)?,
            Term::Glob(name) => self.variable(name, true, clause)?,
            Term::Link(AtomType::QUOTE, parts) => {
                let [part] = parts.as_slice() else { return Err(self.one_part(term)) };
                self.quoted(part, clause, (1, false))?
            }
            Term::Link(AtomType::UNQUOTE, _) => {
                return Err(QueryError::form(term.show(self.types), "an Unquote stands within a Quote"));
            }
            Term::Link(AtomType::LOCAL_QUOTE, parts) => match parts.as_slice() {
                [Term::Link(of, parts)] => Pattern::Link(*of, self.patterns(parts, clause)?),
                [part] => self.pattern(part, clause)?,
                _ => return Err(self.one_part(term)),
            },
            Term::Link(AtomType::DONT_EXEC, parts) if self.computed => self.not_executed(parts, clause)?,
            Term::Link(AtomType::CHOICE, parts) => Pattern::Choice(self.patterns(parts, clause)?),
            Term::Link(AtomType::PUT, parts) => Pattern::Link(AtomType::PUT, self.put(parts, clause)?),
            Term::Link(AtomType::FILTER, parts) if self.computed => {
                Pattern::Link(AtomType::FILTER, self.templated(parts, clause)?)
            }
            Term::Link(of, parts) if self.types.is_scope(*of) => self.scoped(*of, parts, clause)?,
            Term::Link(of, parts) => Pattern::Link(*of, self.patterns(parts, clause)?),
        })
    }

    pub(super) fn patterns(&mut self, terms: &[Term], clause: &Term) -> Result<Vec<Pattern>, QueryError> {
        terms.iter().map(|term| self.pattern(term, clause)).collect()
    }

    /// What is not carried out. A scope in it that declares nothing binds those variables only that have no meaning around it.
    fn not_executed(&mut self, parts: &[Term], clause: &Term) -> Result<Pattern, QueryError> {
        let parts = match parts {
            [Term::Link(of, within)]
                if self.types.is_scope(*of)
                    && !within.first().is_some_and(|first| is_declaration(self.types, first)) =>
            {
                let mut names = Vec::new();
                for part in within {
                    names_in(part, &mut names);
                }
                names.retain(|name| {
                    !self.bound.iter().any(|bound| bound.0 == *name)
                        && !self.declared.iter().any(|declared| declared.name == *name)
                });
                vec![Pattern::Quoted(*of, self.binding(names, within, clause)?)]
            }
            parts => self.patterns(parts, clause)?,
        };
        Ok(Pattern::Link(AtomType::DONT_EXEC, parts))
    }

    fn one_part(&self, term: &Term) -> QueryError {
        QueryError::form(term.show(self.types), "it takes one atom")
    }

    fn variable(&self, name: &Arc<str>, glob: bool, clause: &Term) -> Result<Pattern, QueryError> {
        if let Some((_, number)) = self.bound.iter().rev().find(|bound| bound.0 == *name) {
            return Ok(Pattern::Bound(Bound { number: *number, glob, name: Arc::clone(name) }));
        }
        let number = self.declared.iter().position(|declared| declared.name == *name);
        let itself = || Pattern::Node(if glob { AtomType::GLOB } else { AtomType::VARIABLE }, Arc::clone(name));
        number
            .map(Pattern::Var)
            .or_else(|| self.loose.then(itself))
            .ok_or_else(|| QueryError::Undeclared { variable: name.to_string(), clause: clause.show(self.types) })
    }

    /// A term of which everything stands for itself, down to an unquote.
    /// How deep it is quoted goes along, and whether the quoted link around it binds variables.
    fn quoted(&mut self, term: &Term, clause: &Term, (depth, scope): (usize, bool)) -> Result<Pattern, QueryError> {
        Ok(match term {
            Term::Atom(handle) => Pattern::Atom(*handle),
            Term::Node(of, name) => Pattern::Node(*of, Arc::clone(name)),
            Term::Variable(name) => Pattern::Node(AtomType::VARIABLE, Arc::clone(name)),
            Term::Glob(name) => Pattern::Node(AtomType::GLOB, Arc::clone(name)),
            Term::Link(AtomType::UNQUOTE, parts) if depth == 1 => {
                let [part] = parts.as_slice() else { return Err(self.one_part(term)) };
                let pattern = self.pattern(part, clause)?;
                if let (Pattern::Var(variable), true) = (&pattern, scope) {
                    self.opened.push(*variable);
                }
                pattern
            }
            Term::Link(of, parts) => {
                let scope = self.types.is_scope(*of);
                let depth = match *of {
                    AtomType::QUOTE => depth + 1,
                    AtomType::UNQUOTE => depth - 1,
                    _ => depth,
                };
                let parts: Result<_, _> = parts.iter().map(|part| self.quoted(part, clause, (depth, scope))).collect();
                Pattern::Quoted(*of, parts?)
            }
        })
    }

    /// A term of which nothing is carried out, quotes and choices neither; a variable that is not bound in it stands for
    /// itself.
    pub(super) fn literal(&mut self, term: &Term) -> Pattern {
        match term {
            Term::Atom(handle) => Pattern::Atom(*handle),
            Term::Node(of, name) => Pattern::Node(*of, Arc::clone(name)),
            Term::Variable(name) | Term::Glob(name) => {
                let glob = matches!(term, Term::Glob(_));
                match self.bound.iter().rev().find(|bound| bound.0 == *name) {
                    Some((_, number)) => Pattern::Bound(Bound { number: *number, glob, name: Arc::clone(name) }),
                    None => Pattern::Node(if glob { AtomType::GLOB } else { AtomType::VARIABLE }, Arc::clone(name)),
                }
            }
            Term::Link(of, parts) => {
                let declaration = parts.first().filter(|first| is_declaration(self.types, first));
                let before = self.bound.len();
                if self.types.is_scope(*of) && (declaration.is_some() || *of != AtomType::PUT) {
                    let mut names = Vec::new();
                    match declaration {
                        Some(declaration) => names_in(declaration, &mut names),
                        None => parts.iter().for_each(|part| names_in(part, &mut names)),
                    }
                    self.bind(names);
                }
                let parts = parts.iter().map(|part| self.literal(part)).collect();
                self.bound.truncate(before);
                Pattern::Link(*of, parts)
            }
        }
    }

    fn bind(&mut self, names: Vec<Arc<str>>) {
        for name in names {
            self.bound.push((name, self.next));
            self.next += 1;
        }
    }

    fn scoped(&mut self, of: AtomType, parts: &[Term], clause: &Term) -> Result<Pattern, QueryError> {
        let mut names = Vec::new();
        match parts.first().filter(|first| is_declaration(self.types, first)) {
            Some(declaration) => names_in(declaration, &mut names),
            // Without a declaration, a scope binds every variable in it.
            None => parts.iter().for_each(|part| names_in(part, &mut names)),
        }
        Ok(Pattern::Link(of, self.binding(names, parts, clause)?))
    }

    /// The patterns of terms in which some names are bound.
    fn binding(&mut self, names: Vec<Arc<str>>, parts: &[Term], clause: &Term) -> Result<Vec<Pattern>, QueryError> {
        let before = self.bound.len();
        self.bind(names);
        let parts = self.patterns(parts, clause);
        self.bound.truncate(before);
        parts
    }

    /// The parts of a Put. What it declares it binds in its template, and not in what is put into that.
    fn put(&mut self, parts: &[Term], clause: &Term) -> Result<Vec<Pattern>, QueryError> {
        match parts {
            [declaration, body, values] if is_declaration(self.types, declaration) => {
                let mut names = Vec::new();
                names_in(declaration, &mut names);
                let mut all = self.binding(names, &[declaration.clone(), body.clone()], clause)?;
                all.push(self.pattern(values, clause)?);
                Ok(all)
            }
            parts if self.computed => self.templated(parts, clause),
            parts => self.patterns(parts, clause),
        }
    }

    /// The parts of a link whose first is a template: one that is no scope by itself binds the variables that are free in
    /// it, but for those that have a meaning around it.
    fn templated(&mut self, parts: &[Term], clause: &Term) -> Result<Vec<Pattern>, QueryError> {
        const NAMED: [AtomType; 4] =
            [AtomType::LAMBDA, AtomType::RULE, AtomType::DEFINED_SCHEMA, AtomType::GROUNDED_SCHEMA];
        let Some((first, rest)) = parts.split_first() else { return Ok(Vec::new()) };
        let named = |of: &AtomType| NAMED.contains(of);
        let template = match first {
            Term::Link(of, _) | Term::Node(of, _) if named(of) => self.pattern(first, clause)?,
            _ => {
                let mut names: Vec<Arc<str>> =
                    super::goal::free_names(self.types, first).into_iter().map(|(name, _)| name).collect();
                names.retain(|name| {
                    !self.bound.iter().any(|bound| bound.0 == *name)
                        && !self.declared.iter().any(|declared| declared.name == *name)
                });
                if names.is_empty() {
                    self.pattern(first, clause)?
                } else {
                    // A variable by itself would be taken for a declaration.
                    let alone = matches!(first, Term::Variable(_) | Term::Glob(_));
                    let body = vec![first.clone(); if alone { 2 } else { 1 }];
                    Pattern::Link(AtomType::LAMBDA, self.binding(names, &body, clause)?)
                }
            }
        };
        let mut all = vec![template];
        all.extend(self.patterns(rest, clause)?);
        Ok(all)
    }
}

/// The variables that a scope binds, in their order; none where it binds none that stands in it.
pub(super) fn own_bounds(types: &Types, of: AtomType, parts: &[Pattern]) -> Vec<Bound> {
    let mut found = Vec::new();
    match parts.first().filter(|first| declares(types, first)) {
        Some(declaration) => bounds_in(declaration, &mut found),
        // The template of a Put without a declaration binds for itself.
        None if of == AtomType::PUT => {}
        None => parts.iter().for_each(|part| free_bounds(types, part, &mut found)),
    }
    found
}

/// Whether a pattern may stand where a scope declares its variables.
pub(super) fn declares(types: &Types, pattern: &Pattern) -> bool {
    match pattern {
        Pattern::Bound(_) => true,
        Pattern::Link(of, _) => [AtomType::TYPED_VARIABLE, AtomType::VARIABLE_LIST, AtomType::VARIABLE_SET]
            .iter()
            .any(|declaration| types.is_a(*of, *declaration)),
        _ => false,
    }
}

/// All bound variables in a pattern, each once.
pub(super) fn bounds_in(pattern: &Pattern, found: &mut Vec<Bound>) {
    match pattern {
        Pattern::Bound(bound) if !found.contains(bound) => found.push(bound.clone()),
        Pattern::Link(_, parts) | Pattern::Quoted(_, parts) | Pattern::Choice(parts) => {
            for part in parts {
                bounds_in(part, found);
            }
        }
        _ => {}
    }
}

/// The bound variables that stand free in a pattern: those that no scope within it binds.
fn free_bounds(types: &Types, pattern: &Pattern, found: &mut Vec<Bound>) {
    match pattern {
        Pattern::Link(of, parts) if types.is_scope(*of) && *of != AtomType::PUT => {
            // Without a declaration, a scope binds every variable in it.
            let Some((declaration, rest)) = parts.split_first().filter(|parts| declares(types, parts.0)) else {
                return;
            };
            let (mut own, mut within) = (Vec::new(), Vec::new());
            bounds_in(declaration, &mut own);
            for part in rest {
                free_bounds(types, part, &mut within);
            }
            within.retain(|bound| !own.contains(bound) && !found.contains(bound));
            found.extend(within);
        }
        Pattern::Link(_, parts) | Pattern::Quoted(_, parts) | Pattern::Choice(parts) => {
            for part in parts {
                free_bounds(types, part, found);
            }
        }
        other => bounds_in(other, found),
    }
}

/// The names of the variables in a term, each once, in the order of their appearance.
pub(super) fn names_in(term: &Term, found: &mut Vec<Arc<str>>) {
    if let Some(name) = term.variable()
        && !found.contains(name)
    {
        found.push(Arc::clone(name));
    }
    term.parts().iter().for_each(|part| names_in(part, found));
}
