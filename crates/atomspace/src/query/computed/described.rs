//! Descriptions of atoms as text and as terms, and the names in them.

use super::{Computed, spelled};
use crate::query::free::{free_variables, is_open};
use crate::query::term::{Term, number};
use crate::space::{AtomType, Space, Types, Value};
use std::sync::Arc;

impl Computed {
    /// As text, for people.
    pub(in crate::query) fn show(&self, space: &Space) -> String {
        match self {
            Self::Atom(atom) => space.show_bare(*atom),
            Self::Value(Value::String(text)) => format!("the text {text:?}"),
            Self::Value(value) if self.number(space).is_none() => format!("the value {value:?}"),
            Self::Several(parts) => parts.iter().map(|part| part.show(space)).collect::<Vec<_>>().join(" "),
            other => other.term(space).map(|term| term.show(space.types())).unwrap_or_default(),
        }
    }

    /// The type of the atom that it is or would be.
    pub(in crate::query) fn type_in(&self, space: &Space) -> Option<AtomType> {
        match self {
            Self::Atom(atom) => space.type_of(*atom),
            Self::Node(of, _) | Self::Link(of, _) => Some(*of),
            Self::Number(_) => Some(AtomType::NUMBER),
            Self::Value(_) => self.number(space).map(|_| AtomType::NUMBER),
            Self::Several(_) => None,
        }
    }

    /// Parts of which several that stand in one place stand side by side.
    pub(in crate::query) fn side_by_side(parts: &[Self]) -> Vec<Self> {
        let each = |part: &Self| match part {
            Self::Several(parts) => Self::side_by_side(parts),
            one => vec![one.clone()],
        };
        parts.iter().flat_map(each).collect()
    }

    /// The term that it is; `None` for a value that is no number, and for what is too deep or large to be a term.
    pub(in crate::query) fn term(&self, space: &Space) -> Option<Term> {
        Some(match self {
            Self::Atom(atom) => Term::of_atom(space, *atom)?,
            Self::Number(value) => number(*value),
            Self::Node(AtomType::VARIABLE, name) => Term::Variable(Arc::clone(name)),
            Self::Node(AtomType::GLOB, name) => Term::Glob(Arc::clone(name)),
            Self::Node(of, name) => Term::Node(*of, Arc::clone(name)),
            Self::Value(_) => number(self.number(space)?),
            Self::Link(of, parts) => {
                let parts = Self::side_by_side(parts);
                Term::Link(*of, parts.iter().map(|part| part.term(space)).collect::<Option<_>>()?)
            }
            Self::Several(_) => return None,
        })
    }

    /// What a term describes.
    pub(in crate::query) fn of_term(term: &Term) -> Self {
        match term {
            Term::Atom(atom) => Self::Atom(*atom),
            Term::Node(of, name) => Self::Node(*of, Arc::clone(name)),
            Term::Variable(name) => Self::Node(AtomType::VARIABLE, Arc::clone(name)),
            Term::Glob(name) => Self::Node(AtomType::GLOB, Arc::clone(name)),
            Term::Link(of, parts) => Self::Link(*of, parts.iter().map(Self::of_term).collect()),
        }
    }

    /// The names of the variables that are free in it, each once.
    pub(in crate::query) fn free_names(&self, space: &Space, bound: &mut Vec<Arc<str>>, found: &mut Vec<Arc<str>>) {
        let mut add = |name: &str, bound: &[Arc<str>]| {
            if ![bound, found].iter().any(|names| names.iter().any(|known| known.as_ref() == name)) {
                found.push(name.into());
            }
        };
        match self {
            Self::Atom(atom) if is_open(space, *atom) => {
                let names = free_variables(space, *atom);
                names.iter().filter_map(|variable| space.name(*variable)).for_each(|name| add(name, bound));
            }
            Self::Node(of, name) if space.types().is_a(*of, AtomType::VARIABLE) => add(name, bound),
            Self::Link(of, parts) => {
                let before = bound.len();
                if space.types().is_scope(*of) {
                    match parts.first().filter(|first| first.declares(space)) {
                        Some(declaration) => declaration.names_within(space, bound),
                        // Without a declaration, a scope binds every variable in it; a Put leaves that to its template.
                        None if *of == AtomType::PUT => {}
                        None => return,
                    }
                }
                for part in parts {
                    part.free_names(space, bound, found);
                }
                bound.truncate(before);
            }
            Self::Several(parts) => parts.iter().for_each(|part| part.free_names(space, bound, found)),
            _ => {}
        }
    }

    /// Whether it may stand where a scope declares its variables.
    fn declares(&self, space: &Space) -> bool {
        let declares = |types: &Types, of| {
            [AtomType::VARIABLE, AtomType::TYPED_VARIABLE, AtomType::VARIABLE_LIST, AtomType::VARIABLE_SET]
                .iter()
                .any(|declaration| types.is_a(of, *declaration))
        };
        self.type_in(space).is_some_and(|of| declares(space.types(), of))
    }

    fn names_within(&self, space: &Space, found: &mut Vec<Arc<str>>) {
        match self {
            Self::Atom(atom) => {
                let names = free_variables(space, *atom);
                found.extend(names.iter().filter_map(|variable| space.name(*variable)).map(Arc::from));
            }
            other => other.names(found),
        }
    }

    /// The names of all variables that are described in it, bound ones too.
    pub(in crate::query) fn names(&self, found: &mut Vec<Arc<str>>) {
        match self {
            Self::Node(AtomType::VARIABLE | AtomType::GLOB, name) => found.push(Arc::clone(name)),
            Self::Link(_, parts) | Self::Several(parts) => parts.iter().for_each(|part| part.names(found)),
            _ => {}
        }
    }

    /// Gives variables other names.
    pub(in crate::query) fn rename(&mut self, names: &[(Arc<str>, Arc<str>)]) {
        match self {
            Self::Node(AtomType::VARIABLE | AtomType::GLOB, name) => {
                if let Some((_, new)) = names.iter().find(|(old, _)| old == name) {
                    *name = Arc::clone(new);
                }
            }
            Self::Link(_, parts) | Self::Several(parts) => parts.iter_mut().for_each(|part| part.rename(names)),
            _ => {}
        }
    }

    /// A text that it is: a text, a number as it is spelled, or the name of a node.
    pub(in crate::query) fn text(&self, space: &Space) -> Option<String> {
        match self {
            Self::Value(Value::String(text)) => Some(text.to_string()),
            Self::Number(number) => Some(spelled(*number)),
            Self::Node(_, name) => Some(name.to_string()),
            Self::Atom(atom) => space.name(*atom).map(str::to_owned),
            other => other.number(space).map(spelled),
        }
    }
}
