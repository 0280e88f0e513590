//! What atoms are: ids, kinds, the terms that facts are written with, and where a fact was read.
//!
//! An atom is a node (a kind and a name or number) or a link (a kind and the atoms it joins). A *fact* is an
//! `Evaluation` link of a `Predicate` node and a `List` link of its arguments.

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

/// A short list of atoms, without an allocation where there are few.
pub(crate) type Ids = SmallVec<[AtomId; 4]>;

/// The identity of an atom in a frame and in every frame over the same base. Ids are ordered by first appearance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AtomId(pub(crate) u32);

impl AtomId {
    /// The position of the atom in the order of first appearance.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The kinds of nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NodeKind {
    /// An entity (`pod/cart-1`) or a word of the vocabulary (`latency`).
    Concept,
    /// The name of a relation.
    Predicate,
    /// Free text.
    Text,
    /// A variable of a stored pattern.
    Variable,
}

/// The kinds of links.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LinkKind {
    /// A predicate applied to a list of arguments.
    Evaluation,
    /// An ordered list.
    List,
    /// A is a kind of B: P(B | A) as subsumption.
    Inheritance,
    /// If A then B.
    Implication,
    /// A and B mean much the same.
    Similarity,
    /// A is an element of B.
    Member,
    /// All of the joined atoms.
    And,
    /// Any of the joined atoms.
    Or,
    /// Not the joined atom.
    Not,
}

/// An atom as it is looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Atom<'a> {
    /// A named node.
    Node {
        /// The kind of the node.
        kind: NodeKind,
        /// The text that, with the kind, identifies it.
        name: &'a str,
    },
    /// A number.
    Number(f64),
    /// A link.
    Link {
        /// The kind of the link.
        kind: LinkKind,
        /// The atoms that it joins, in order.
        outgoing: &'a [AtomId],
    },
}

/// An argument of a fact.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Term<'a> {
    /// An entity `kind/name`, or a bare word.
    Entity(&'a str),
    /// Free text.
    Text(&'a str),
    /// A number.
    Number(f64),
}

impl<'a> Term<'a> {
    /// The characters of an entity, word or text; `None` for a number.
    #[must_use]
    pub fn as_str(self) -> Option<&'a str> {
        match self {
            Self::Entity(text) | Self::Text(text) => Some(text),
            Self::Number(_) => None,
        }
    }

    /// The entity or word, where it is one.
    #[must_use]
    pub fn as_entity(self) -> Option<&'a str> {
        if let Self::Entity(name) = self { Some(name) } else { None }
    }

    /// The number, where it is one.
    #[must_use]
    pub fn as_number(self) -> Option<f64> {
        if let Self::Number(number) = self { Some(number) } else { None }
    }
}

impl std::fmt::Display for Term<'_> {
    /// Writes the term as the text format has it.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Entity(name) => crate::sexpr::print_word(out, name),
            Self::Text(text) => crate::sexpr::print_text(out, text),
            Self::Number(number) => crate::sexpr::print_number(out, *number),
        }
    }
}

/// A fact with its arguments resolved.
#[derive(Clone, Debug, PartialEq)]
pub struct FactRef<'a> {
    /// The fact's atom.
    pub id: AtomId,
    /// The name of the relation.
    pub predicate: &'a str,
    /// The arguments.
    pub args: SmallVec<[Term<'a>; 4]>,
    /// The arguments as atoms.
    pub arg_ids: &'a [AtomId],
    /// How true it is.
    pub tv: crate::TruthValue,
}

impl<'a> FactRef<'a> {
    /// Argument `position` (from 0), if there is one.
    #[must_use]
    pub fn arg(&self, position: usize) -> Option<Term<'a>> {
        self.args.get(position).copied()
    }

    /// Argument `position` as an entity or word.
    #[must_use]
    pub fn entity(&self, position: usize) -> Option<&'a str> {
        self.arg(position)?.as_entity()
    }

    /// Argument `position` as characters, be it an entity, a word or a text.
    #[must_use]
    pub fn text(&self, position: usize) -> Option<&'a str> {
        self.arg(position)?.as_str()
    }

    /// Argument `position` as a number.
    #[must_use]
    pub fn number(&self, position: usize) -> Option<f64> {
        self.arg(position)?.as_number()
    }
}

/// Where a fact was read.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Source {
    /// The file, relative to the incident.
    pub file: String,
    /// The line, from 1; 0 where the fact is about the file as a whole.
    pub line: u32,
}

impl Source {
    /// A place in a file.
    pub fn new(file: impl Into<String>, line: u32) -> Self {
        Self { file: file.into(), line }
    }
}

impl std::fmt::Display for Source {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}:{}", self.file, self.line)
    }
}

/// The part of an entity's text after its kind: `cart-1` of `pod/cart-1`; the whole of a word without a kind.
#[must_use]
pub fn entity_name(entity: &str) -> &str {
    entity.split_once('/').map_or(entity, |(_, name)| name)
}

/// The kind of an entity: `pod` of `pod/cart-1`; `None` for a word.
#[must_use]
pub fn entity_kind(entity: &str) -> Option<&str> {
    entity.split_once('/').map(|(kind, _)| kind)
}
