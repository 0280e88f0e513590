//! Terms: what patterns, declarations and rewrites are written in, whether in Rust or as atoms of a space.

use crate::space::{Atom, AtomType, Handle, Space, SpaceError, Types};
use std::sync::Arc;

/// A term. [`node`], [`link`], [`var`] and [`glob`] make them in Rust; [`Term::of_atom`] reads them from a space.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Term {
    /// An atom of the space that will be asked.
    Atom(Handle),
    /// A node.
    Node(AtomType, Arc<str>),
    /// A variable.
    Variable(Arc<str>),
    /// A variable that stands for any number of atoms.
    Glob(Arc<str>),
    /// A link.
    Link(AtomType, Vec<Term>),
}

/// A node of this type and name.
#[must_use]
pub fn node(of: AtomType, name: &str) -> Term {
    Term::Node(of, name.into())
}

/// A variable.
#[must_use]
pub fn var(name: &str) -> Term {
    Term::Variable(name.into())
}

/// A variable that stands for any number of atoms, one or more where no interval says otherwise.
#[must_use]
pub fn glob(name: &str) -> Term {
    Term::Glob(name.into())
}

/// A number.
#[must_use]
pub fn number(number: f64) -> Term {
    let mut name = String::new();
    let _ = crate::space::write_number(&mut name, number + 0.0);
    Term::Node(AtomType::NUMBER, name.into())
}

/// A link of this type over these parts.
#[must_use]
pub fn link<const N: usize>(of: AtomType, parts: [Term; N]) -> Term {
    Term::Link(of, parts.into())
}

impl Term {
    /// The term that an atom of a space is; `None` where there is no such atom, or it has more than 65,536 parts or 200
    /// brackets open.
    #[must_use]
    pub fn of_atom(space: &Space, handle: Handle) -> Option<Self> {
        Self::within(space, handle, DEPTH, &mut PARTS.clone())
    }

    fn within(space: &Space, handle: Handle, depth: usize, parts: &mut usize) -> Option<Self> {
        *parts = parts.checked_sub(1)?;
        Some(match space.atom(handle)? {
            Atom::Node { of, name } if space.types().is_a(of, AtomType::GLOB) => Self::Glob(name.into()),
            Atom::Node { of, name } if space.types().is_a(of, AtomType::VARIABLE) => Self::Variable(name.into()),
            Atom::Node { of, name } => Self::Node(of, name.into()),
            Atom::Link { of, outgoing } => {
                let depth = depth.checked_sub(1)?;
                let joined = outgoing.iter().map(|part| Self::within(space, *part, depth, parts));
                Self::Link(of, joined.collect::<Option<_>>()?)
            }
        })
    }

    /// The atom that the term is, made if it is new.
    pub fn write(&self, space: &mut Space) -> Result<Handle, SpaceError> {
        match self {
            Self::Atom(handle) if space.contains(*handle) => Ok(*handle),
            Self::Atom(handle) => Err(SpaceError::NoAtom(*handle)),
            Self::Node(of, name) => space.node(*of, name),
            Self::Variable(name) => space.node(AtomType::VARIABLE, name),
            Self::Glob(name) => space.node(AtomType::GLOB, name),
            Self::Link(of, parts) => {
                let parts: Result<Vec<Handle>, _> = parts.iter().map(|part| part.write(space)).collect();
                space.link(*of, &parts?)
            }
        }
    }

    /// The term as text, for people and for the reader of the text format.
    #[must_use]
    pub fn show(&self, types: &Types) -> String {
        match self {
            Self::Atom(handle) => format!("atom {handle}"),
            Self::Node(of, name) if types.is_a(*of, AtomType::NUMBER) => format!("({} {name})", types.name(*of)),
            Self::Node(of, name) => shown(&types.name(*of), name),
            Self::Variable(name) => shown("Variable", name),
            Self::Glob(name) => shown("Glob", name),
            Self::Link(of, parts) => {
                let mut text = format!("({}", types.name(*of));
                for part in parts {
                    text.push(' ');
                    text.push_str(&part.show(types));
                }
                text.push(')');
                text
            }
        }
    }

    /// The parts of a link; none of anything else.
    #[must_use]
    pub fn parts(&self) -> &[Self] {
        if let Self::Link(_, parts) = self { parts } else { &[] }
    }

    /// The name of a variable or glob.
    pub(super) fn variable(&self) -> Option<&Arc<str>> {
        if let Self::Variable(name) | Self::Glob(name) = self { Some(name) } else { None }
    }
}

fn shown(of: &str, name: &str) -> String {
    let mut quoted = Vec::new();
    let _ = crate::space::write_string(&mut quoted, name);
    format!("({of} {})", String::from_utf8_lossy(&quoted))
}

/// Brackets that a pattern may open at a time.
pub(super) const DEPTH: usize = 200;
/// Parts that an atom may have that is read as a pattern; parts that are shared count each time.
const PARTS: usize = 1 << 16;

/// Whether a term has more than [`DEPTH`] brackets open somewhere.
pub(super) fn too_deep(term: &Term) -> bool {
    let mut open = vec![(term, 1)];
    while let Some((term, depth)) = open.pop() {
        if depth > DEPTH {
            return true;
        }
        open.extend(term.parts().iter().map(|part| (part, depth + 1)));
    }
    false
}

/// Whether a term may stand where a scope declares its variables.
pub(super) fn is_declaration(types: &Types, term: &Term) -> bool {
    match term {
        Term::Variable(_) | Term::Glob(_) => true,
        Term::Link(of, _) => [AtomType::TYPED_VARIABLE, AtomType::VARIABLE_LIST, AtomType::VARIABLE_SET]
            .iter()
            .any(|declaration| types.is_a(*of, *declaration)),
        _ => false,
    }
}
