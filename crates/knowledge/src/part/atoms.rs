//! What parts are chosen of: atoms by their places in the order of addition.

use oriel_atomspace::space::{AtomType, Attention, Handle, Space, Truth, Value};
use roaring::RoaringBitmap;

use super::find::{self, Wanted};
use crate::error::Result;
use crate::snapshot::{Kept, SnapshotError, Stored};

/// An atom as it is copied.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Record {
    pub(crate) of: AtomType,
    pub(crate) what: What,
    /// Where it is not what an atom has of which nobody said anything.
    pub(crate) truth: Option<Truth>,
    pub(crate) attention: Option<Attention>,
    /// Each with the place of its key.
    pub(crate) values: Vec<(u32, Value)>,
}

/// What an atom is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum What {
    /// A node's name.
    Node(String),
    /// The places of what a link joins.
    Link(Vec<u32>),
}

/// Atoms that can be looked at by their places. What is asked of many is asked at once, so that each block is read once.
pub(crate) trait Atoms {
    /// An empty space with the same types.
    fn empty(&self) -> Space;

    /// All atoms, in the order of addition.
    fn all(&self) -> RoaringBitmap;

    /// The atoms of any of these types, not of types below them.
    fn of_types(&mut self, types: &[AtomType]) -> Result<RoaringBitmap>;

    /// The nodes of a name.
    fn named(&mut self, name: &str) -> Result<RoaringBitmap>;

    /// The links that join any of some atoms.
    fn joining(&mut self, atoms: &RoaringBitmap) -> Result<RoaringBitmap>;

    /// Which of some atoms are there, and where.
    fn find(&mut self, wanted: &Wanted) -> Result<Vec<Option<u32>>>;

    /// The type of an atom, and what it joins, which is put into `parts`; where `keys`, the keys of its values too.
    fn look(&mut self, place: u32, keys: bool, parts: &mut Vec<u32>) -> Result<AtomType>;

    /// All of an atom.
    fn record(&mut self, place: u32) -> Result<Record>;
}

pub(crate) fn gone() -> SnapshotError {
    SnapshotError::Damaged("an atom is not there")
}

impl Atoms for Stored {
    fn empty(&self) -> Space {
        self.empty().clone()
    }

    fn all(&self) -> RoaringBitmap {
        (0..self.noted().2).collect()
    }

    fn of_types(&mut self, types: &[AtomType]) -> Result<RoaringBitmap> {
        let blocks: RoaringBitmap = types.iter().flat_map(|of| self.blocks_of(*of).iter().copied()).collect();
        let mut found = RoaringBitmap::new();
        for number in blocks {
            let block = self.block(number as usize)?;
            let is_one = |place: &u32| block.type_of(*place).is_some_and(|of| types.contains(&of));
            found.extend(block.places().filter(is_one));
        }
        Ok(found)
    }

    fn named(&mut self, name: &str) -> Result<RoaringBitmap> {
        let mut found = RoaringBitmap::new();
        for number in self.blocks_named(name)? {
            let block = self.block(number as usize)?;
            let is_one = |place: &u32| matches!(block.atom(*place), Some((_, Kept::Node(known))) if known == name);
            found.extend(block.places().filter(is_one));
        }
        Ok(found)
    }

    fn joining(&mut self, atoms: &RoaringBitmap) -> Result<RoaringBitmap> {
        Ok(Stored::joining(self, atoms)?)
    }

    fn find(&mut self, wanted: &Wanted) -> Result<Vec<Option<u32>>> {
        find::stored(self, wanted)
    }

    fn look(&mut self, place: u32, keys: bool, parts: &mut Vec<u32>) -> Result<AtomType> {
        let block = self.block_at(place)?;
        let (of, what) = block.atom(place).ok_or_else(gone)?;
        if let Kept::Link(joined) = what {
            parts.extend_from_slice(joined);
        }
        if keys {
            parts.extend(block.values(place).iter().map(|(key, _)| *key));
        }
        Ok(of)
    }

    fn record(&mut self, place: u32) -> Result<Record> {
        let block = self.block_at(place)?;
        let (of, what) = block.atom(place).ok_or_else(gone)?;
        let what = match what {
            Kept::Node(name) => What::Node(name.to_owned()),
            Kept::Link(joined) => What::Link(joined.to_vec()),
        };
        let (truth, attention, values) = (block.truth(place), block.attention(place), block.values(place).to_vec());
        Ok(Record { of, what, truth, attention, values })
    }
}

/// What a space holds, by the places of its handles.
pub(crate) struct Held<'a>(pub(crate) &'a Space);

impl Atoms for Held<'_> {
    fn empty(&self) -> Space {
        Space::with_types(self.0.types())
    }

    fn all(&self) -> RoaringBitmap {
        self.0.handles().map(place).collect()
    }

    fn of_types(&mut self, types: &[AtomType]) -> Result<RoaringBitmap> {
        Ok(types.iter().flat_map(|of| self.0.by_type(*of)).map(place).collect())
    }

    fn named(&mut self, name: &str) -> Result<RoaringBitmap> {
        Ok(self.0.named(name).map(place).collect())
    }

    fn joining(&mut self, atoms: &RoaringBitmap) -> Result<RoaringBitmap> {
        let handles = atoms.iter().filter_map(|place| self.0.handle_at(place as usize));
        Ok(handles.flat_map(|atom| self.0.incoming(atom)).map(place).collect())
    }

    fn find(&mut self, wanted: &Wanted) -> Result<Vec<Option<u32>>> {
        Ok(find::held(self.0, wanted).into_iter().map(|found| found.map(place)).collect())
    }

    fn look(&mut self, at: u32, keys: bool, parts: &mut Vec<u32>) -> Result<AtomType> {
        let atom = self.0.handle_at(at as usize).ok_or_else(gone)?;
        parts.extend(self.0.outgoing(atom).iter().copied().map(place));
        if keys {
            parts.extend(self.0.values(atom).map(|(key, _)| place(key)));
        }
        Ok(self.0.type_of(atom).unwrap_or_default())
    }

    fn record(&mut self, at: u32) -> Result<Record> {
        let atom = self.0.handle_at(at as usize).ok_or_else(gone)?;
        let what = match self.0.name(atom) {
            Some(name) => What::Node(name.to_owned()),
            None => What::Link(self.0.outgoing(atom).iter().copied().map(place).collect()),
        };
        let truth = Some(self.0.truth(atom)).filter(|truth| *truth != Truth::DEFAULT);
        let values = self.0.values(atom).map(|(key, value)| (place(key), value.clone())).collect();
        let of = self.0.type_of(atom).unwrap_or_default();
        Ok(Record { of, what, truth, attention: self.0.attention(atom), values })
    }
}

/// The place of an atom of a space that is held whole.
pub(crate) fn place(handle: Handle) -> u32 {
    handle.index() as u32
}
