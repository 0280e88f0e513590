//! Why a change of a space is refused. What was refused changed nothing.

use super::{Handle, TypeError};

/// Why a change of a space is refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SpaceError {
    /// The type is not known, or cannot be declared.
    #[error(transparent)]
    Type(#[from] TypeError),
    /// A type of another space, or a link type where a node type belongs.
    #[error("{0} is not a node type of this space: a node needs one")]
    NotANodeType(String),
    /// A type of another space, or a node type where a link type belongs.
    #[error("{0} is not a link type of this space: a link needs one")]
    NotALinkType(String),
    /// The atom was removed, or belongs to another space.
    #[error("there is no atom {0} in this space")]
    NoAtom(Handle),
    /// The atom cannot be removed while a link joins it.
    #[error(
        "atom {atom} is joined by {by} link(s), the first of them atom {first}: remove those first, or remove it recursively"
    )]
    InUse {
        /// The atom that was to be removed.
        atom: Handle,
        /// One of the links.
        first: Handle,
        /// How many links there are.
        by: usize,
    },
    /// The atom cannot be removed while values stand under it as their key.
    #[error("atom {atom} is the key of values of {atoms} atom(s): take those away first, or remove it recursively")]
    KeyInUse {
        /// The atom that was to be removed.
        atom: Handle,
        /// How many atoms have a value under it.
        atoms: u32,
    },
    /// A name has one definition.
    #[error("the name is defined already, by atom {existing}: remove that first")]
    Redefined {
        /// The definition that stands.
        existing: Handle,
    },
    /// A state that a link joins cannot be replaced.
    #[error("the state, atom {existing}, is joined by other links: remove those first")]
    StateInUse {
        /// The state that stands.
        existing: Handle,
    },
    /// The type takes another number of atoms.
    #[error("a {name} joins {wanted} atoms, not {given}")]
    Arity {
        /// The name of the type.
        name: String,
        /// How many it joins.
        wanted: usize,
        /// How many were given.
        given: usize,
    },
    /// The name of a number is no number.
    #[error("`{0}` is no number: a Number is named by one number or several, such as `3`, `-1.5e-3` or `1 2 3`")]
    Number(String),
    /// A part of a truth or attention value is not a number or not in its range.
    #[error("{part} is {}: it must be {wanted}", *given as f32)]
    Range {
        /// Which part.
        part: &'static str,
        /// What it is.
        given: f64,
        /// What it must be.
        wanted: &'static str,
    },
    /// The value is not a stream.
    #[error("the value of atom {0} under that key is no stream: set one first")]
    NotAStream(Handle),
    /// Addresses are used up.
    #[error(
        "the space is full: it holds 2^32 - 2 atoms over its life, and 4 GiB of names and 2^32 places of links at a time"
    )]
    Full,
}
