//! Patterns: terms whose variables are numbered, whose quotes are worked off, and whose inner scopes bind by number.

use super::declare::Declared;
use super::error::QueryError;
use super::term::{Term, is_declaration};
use crate::space::{AtomType, Handle, Space, Types};
use std::sync::Arc;

/// A pattern.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Pattern {
    Atom(Handle),
    Node(AtomType, Arc<str>),
    /// A variable of the query, by its number.
    Var(usize),
    /// A variable that a scope within the pattern binds: whatever its name, the same everywhere in that scope.
    /// Whether it stands for several atoms goes with it.
    Bound(usize, bool),
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
            Self::Node(of, _) => *of == AtomType::GROUNDED_SCHEMA || *of == AtomType::GROUNDED_PREDICATE,
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
    next: usize,
}

impl<'a> Numbering<'a> {
    pub(super) fn new(types: &'a Types, declared: &'a [Declared]) -> Self {
        Self { types, declared, bound: Vec::new(), next: 0 }
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
                self.quoted(part, clause, 1)?
            }
            Term::Link(AtomType::UNQUOTE, _) => {
                return Err(QueryError::form(term.show(self.types), "an Unquote stands within a Quote"));
            }
            Term::Link(AtomType::LOCAL_QUOTE, parts) => match parts.as_slice() {
                [Term::Link(of, parts)] => Pattern::Link(*of, self.patterns(parts, clause)?),
                [part] => self.pattern(part, clause)?,
                _ => return Err(self.one_part(term)),
            },
            Term::Link(AtomType::CHOICE, parts) => Pattern::Choice(self.patterns(parts, clause)?),
            // The template of a Put is a Lambda that binds for itself, or it declares what it binds.
            Term::Link(AtomType::PUT, parts)
                if !parts.first().is_some_and(|first| is_declaration(self.types, first)) =>
            {
                Pattern::Link(AtomType::PUT, self.patterns(parts, clause)?)
            }
            Term::Link(of, parts) if self.types.is_scope(*of) => self.scoped(*of, parts, clause)?,
            Term::Link(of, parts) => Pattern::Link(*of, self.patterns(parts, clause)?),
        })
    }

    pub(super) fn patterns(&mut self, terms: &[Term], clause: &Term) -> Result<Vec<Pattern>, QueryError> {
        terms.iter().map(|term| self.pattern(term, clause)).collect()
    }

    fn one_part(&self, term: &Term) -> QueryError {
        QueryError::form(term.show(self.types), "it takes one atom")
    }

    fn variable(&self, name: &Arc<str>, glob: bool, clause: &Term) -> Result<Pattern, QueryError> {
        if let Some((_, number)) = self.bound.iter().rev().find(|bound| bound.0 == *name) {
            return Ok(Pattern::Bound(*number, glob));
        }
        let number = self.declared.iter().position(|declared| declared.name == *name);
        number
            .map(Pattern::Var)
            .ok_or_else(|| QueryError::Undeclared { variable: name.to_string(), clause: clause.show(self.types) })
    }

    /// A term of which everything stands for itself, down to an unquote.
    fn quoted(&mut self, term: &Term, clause: &Term, depth: usize) -> Result<Pattern, QueryError> {
        Ok(match term {
            Term::Atom(handle) => Pattern::Atom(*handle),
            Term::Node(of, name) => Pattern::Node(*of, Arc::clone(name)),
            Term::Variable(name) => Pattern::Node(AtomType::VARIABLE, Arc::clone(name)),
            Term::Glob(name) => Pattern::Node(AtomType::GLOB, Arc::clone(name)),
            Term::Link(AtomType::UNQUOTE, parts) if depth == 1 => {
                let [part] = parts.as_slice() else { return Err(self.one_part(term)) };
                self.pattern(part, clause)?
            }
            Term::Link(of, parts) => {
                let depth = match *of {
                    AtomType::QUOTE => depth + 1,
                    AtomType::UNQUOTE => depth - 1,
                    _ => depth,
                };
                let parts: Result<_, _> = parts.iter().map(|part| self.quoted(part, clause, depth)).collect();
                Pattern::Quoted(*of, parts?)
            }
        })
    }

    fn scoped(&mut self, of: AtomType, parts: &[Term], clause: &Term) -> Result<Pattern, QueryError> {
        let mut names = Vec::new();
        match parts.first().filter(|first| is_declaration(self.types, first)) {
            Some(declaration) => names_in(declaration, &mut names),
            // Without a declaration, a scope binds every variable in it.
            None => parts.iter().for_each(|part| names_in(part, &mut names)),
        }
        let before = self.bound.len();
        for name in names {
            self.bound.push((name, self.next));
            self.next += 1;
        }
        let parts = self.patterns(parts, clause);
        self.bound.truncate(before);
        Ok(Pattern::Link(of, parts?))
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
