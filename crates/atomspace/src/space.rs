//! A hypergraph store: unique, immutable atoms with truth values, attention and values, in spaces whose copies are cheap.
//!
//! A [`Space`] holds its atoms in columns that are cut into chunks. A clone shares all chunks; who writes copies the
//! chunks that the write falls into. So a clone is a **snapshot**, a [`Frame`] is a clone that remembers what it stood
//! over, and a [`Store`] hands out snapshots to any number of readers while one writer prepares the next.
//!
//! An atom is a node (a type and a name) or a link (a type and the atoms that it joins). Adding what is there already
//! gives the same [`Handle`]; a handle is never given to another atom. What may change about an atom are its [`Truth`],
//! its [`Attention`] and its [`Value`]s under keys.
//!
//! The [`text`] format is s-expressions as Atomese writes them. Nothing here does IO, knows a clock or depends on the
//! alphabetical order of names; the hash is seeded at random, which shows nowhere.
//! Limits: 2³² − 2 atoms over the life of a space, 4 GiB of names.
//!
//! ```
//! use oriel_atomspace::space::{AtomType, Space, Truth};
//! let mut space = Space::new();
//! let calls = space.node(AtomType::PREDICATE, "calls")?;
//! let cart = space.node(AtomType::CONCEPT, "cart")?;
//! let stock = space.node(AtomType::CONCEPT, "stock")?;
//! let pair = space.link(AtomType::LIST, &[cart, stock])?;
//! let fact = space.link(AtomType::EVALUATION, &[calls, pair])?;
//! space.set_truth(fact, Truth::simple(0.9, 0.8))?;
//!
//! assert_eq!(space.link(AtomType::EVALUATION, &[calls, pair])?, fact);
//! assert_eq!(space.incoming_at(cart, AtomType::LIST, 0).collect::<Vec<_>>(), [pair]);
//! assert_eq!(
//!     space.show(fact),
//!     r#"(Evaluation (stv 0.9 0.8) (Predicate "calls") (List (Concept "cart") (Concept "stock")))"#
//! );
//! # Ok::<(), oriel_atomspace::space::SpaceError>(())
//! ```

mod add;
mod atoms;
mod carried;
mod changes;
mod chunks;
mod content;
mod error;
mod frame;
mod idlist;
mod incoming;
mod index;
mod merge;
mod names;
mod numbers;
mod read;
mod remove;
mod single;
mod sparse;
mod store;
pub mod text;
mod truth;
mod types;
mod value;

#[cfg(test)]
mod tests;

pub use changes::{Changed, ChangedValue, Changes};
pub use error::SpaceError;
pub use frame::Frame;
pub use idlist::Handles;
pub use incoming::Incoming;
pub use merge::{Conflict, ConflictKind, MergeError, Merged, Prefer};
pub(crate) use numbers::{as_written, read_number, write_number};
pub use read::Atom;
pub use store::Store;
pub(crate) use text::write_string;
pub use text::{LONGEST_ATOM, LONGEST_SHOWN, Limits, Loaded, Position, TextError, TooLong};
pub use truth::{Attention, DEFAULT_LOOKAHEAD, Truth};
pub use types::{AtomType, TypeError, Types};
pub use value::{Stream, Value};

use atoms::Atoms;
use chunks::{CHUNK, ChunkVec};
use idlist::IdList;
use incoming::IncomingSets;
use index::Index;
use names::Names;
use sparse::Sparse;
use std::sync::Arc;
use truth::Stored;

/// The identity of an atom in a space and in every copy of it. Ordered by when the atom was added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Handle(u32);

impl Handle {
    /// The handle of no atom.
    pub(crate) const NONE: Self = Self(u32::MAX);

    /// The handle as a number, for sorting by several at once.
    pub(crate) const fn bits(self) -> u32 {
        self.0
    }

    /// The handle that [`Handle::bits`] gave the number of.
    pub(crate) const fn of_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// The position of the atom in the order of addition.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl std::fmt::Display for Handle {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}", self.0)
    }
}

/// A space of atoms. Cloning takes a snapshot: it costs a pointer for every 1024 atoms and column and for every 256
/// atoms that are in several links, and shares the rest.
#[derive(Clone, Debug)]
pub struct Space {
    types: Arc<Types>,
    seed: foldhash::fast::SeedableRandomState,
    atoms: Atoms,
    /// Atoms that are there.
    live: u32,
    truths: ChunkVec<Stored>,
    incoming: IncomingSets,
    names: Names,
    /// Bytes of the names of removed atoms.
    idle_names: usize,
    node_index: Index,
    /// Links over hubs and at most one other atom; the others are found by incoming sets.
    link_index: Index,
    by_type: Vec<IdList>,
    /// Atoms that are left in each chunk.
    left: Vec<u16>,
    more_truths: Sparse<Truth>,
    attention: Sparse<Attention>,
    values: Sparse<carried::Values>,
    /// For the keys of values: how many atoms have a value under them.
    key_uses: Sparse<u32>,
}

impl Default for Space {
    fn default() -> Self {
        Self {
            types: Types::standard(),
            seed: foldhash::fast::SeedableRandomState::random(),
            atoms: Atoms::default(),
            live: 0,
            truths: ChunkVec::default(),
            incoming: IncomingSets::default(),
            names: Names::default(),
            idle_names: 0,
            node_index: Index::default(),
            link_index: Index::default(),
            by_type: Vec::new(),
            left: Vec::new(),
            more_truths: Sparse::default(),
            attention: Sparse::default(),
            values: Sparse::default(),
            key_uses: Sparse::default(),
        }
    }
}

impl Space {
    /// An empty space with the standard types.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty space that knows the types of another.
    #[must_use]
    pub fn with_types(types: &Types) -> Self {
        Self { types: Arc::new(types.clone()), ..Self::default() }
    }

    /// The types that the space knows.
    #[must_use]
    pub fn types(&self) -> &Types {
        &self.types
    }

    /// Declares a type below others. Declaring it again in the same way is no change.
    pub fn declare_type(&mut self, name: &str, supertypes: &[AtomType]) -> Result<AtomType, SpaceError> {
        if let Some(known) = self.types.find(name) {
            if self.types.parents(known) == supertypes {
                return Ok(known);
            }
            // A standard type gives way where it may, but not when it has atoms already, which would have no name then.
            let same = supertypes.first().is_some_and(|parent| parent.is_link() == known.is_link());
            if same && self.count_by_type(known) > 0 {
                return Err(TypeError::Redeclared(name.to_owned()).into());
            }
        }
        Ok(Arc::make_mut(&mut self.types).declare(name, supertypes)?)
    }

    /// The number of atoms.
    #[must_use]
    pub fn len(&self) -> usize {
        self.live as usize
    }

    /// Whether there are no atoms.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.live == 0
    }
}
