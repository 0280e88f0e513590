//! A block: atoms that follow each other in the order of addition, with what they carry.
//!
//! ```text
//! heads: for each atom its type, and the bytes of its name | how many it joins, how far back each is
//! names, one after another
//! truth values, attention values, values: how many, and for each how far on from the one before, what it carries
//! ```
//! The heads and the names stand behind their lengths.

use oriel_atomspace::space::{AtomType, Attention, Handle, Space, Truth, Value};

use super::SnapshotError;
use super::carried::{attention, put_attention, put_truth, put_value, truth, value};
use super::wire::{number, put, size, slice};

/// Bytes from which on a block takes no more atoms. Tests have few atoms, and are to have several blocks.
pub(super) const FULL: usize = if cfg!(test) { 64 } else { 64 << 10 };

/// Where atoms stand in the order of addition, among those that are there.
pub(super) enum Places {
    /// No atom was ever removed: where its handle says.
    Same,
    /// By handle.
    Ranked(Vec<u32>),
}

impl Places {
    pub(super) fn of(space: &Space) -> Self {
        let end = space.handles().next_back().map_or(0, |last| last.index() + 1);
        if end == space.len() {
            return Self::Same;
        }
        let mut ranked = vec![u32::MAX; end];
        for (atom, place) in space.handles().zip(0_u32..) {
            if let Some(at) = ranked.get_mut(atom.index()) {
                *at = place;
            }
        }
        Self::Ranked(ranked)
    }

    pub(super) fn get(&self, atom: Handle) -> Option<u32> {
        match self {
            Self::Same => u32::try_from(atom.index()).ok(),
            Self::Ranked(ranked) => ranked.get(atom.index()).copied().filter(|place| *place != u32::MAX),
        }
    }
}

/// Something of some of the atoms.
#[derive(Default)]
struct Section {
    count: u64,
    last: u32,
    bytes: Vec<u8>,
}

impl Section {
    /// Where to write what the next of them carries.
    fn next(&mut self, at: u32) -> Result<&mut Vec<u8>, SnapshotError> {
        put(&mut self.bytes, (at - self.last).into())?;
        self.last = at;
        self.count += 1;
        Ok(&mut self.bytes)
    }
}

/// A block that is being written.
#[derive(Default)]
pub(super) struct Draft {
    atoms: u32,
    heads: Vec<u8>,
    names: Vec<u8>,
    truths: Section,
    attention: Section,
    values: Section,
}

impl Draft {
    pub(super) fn is_empty(&self) -> bool {
        self.atoms == 0
    }

    pub(super) fn is_full(&self) -> bool {
        let carried = [&self.truths, &self.attention, &self.values].map(|section| section.bytes.len());
        self.heads.len() + self.names.len() + carried.iter().sum::<usize>() >= FULL
    }

    /// Writes an atom of a space, whose type has this number, and which stands at this place.
    pub(super) fn add(
        &mut self,
        space: &Space,
        atom: Handle,
        (of, place): (u64, u32),
        places: &Places,
    ) -> Result<(), SnapshotError> {
        match space.name(atom) {
            Some(name) => self.node(of, name)?,
            None => self.link((of, place), space.outgoing(atom).iter().map(|part| places.get(*part)))?,
        }
        let values = space.values(atom).map(|(key, value)| (places.get(key), value));
        self.carried(space.truth(atom), space.attention(atom), (space.values(atom).count() as u64, values))
    }

    /// Begins an atom: a node whose type has this number.
    pub(super) fn node(&mut self, of: u64, name: &str) -> Result<(), SnapshotError> {
        put(&mut self.heads, of)?;
        put(&mut self.heads, name.len() as u64)?;
        self.names.extend_from_slice(name.as_bytes());
        self.atoms += 1;
        Ok(())
    }

    /// Begins an atom: a link whose type has this number, and which stands at this place and joins what stands at those.
    pub(super) fn link(
        &mut self,
        (of, place): (u64, u32),
        joined: impl ExactSizeIterator<Item = Option<u32>>,
    ) -> Result<(), SnapshotError> {
        put(&mut self.heads, of)?;
        put(&mut self.heads, joined.len() as u64)?;
        for part in joined {
            let before = part.filter(|before| *before < place);
            let before = before.ok_or(SnapshotError::Unkeepable("a link that is older than what it joins"))?;
            put(&mut self.heads, (place - before).into())?;
        }
        self.atoms += 1;
        Ok(())
    }

    /// Writes what the atom carries that was begun last: so many values, each with the place of its key.
    pub(super) fn carried<'v>(
        &mut self,
        truth: Truth,
        attention: Option<Attention>,
        (count, values): (u64, impl Iterator<Item = (Option<u32>, &'v Value)>),
    ) -> Result<(), SnapshotError> {
        let at = self.atoms.saturating_sub(1);
        if truth != Truth::DEFAULT {
            put_truth(self.truths.next(at)?, truth)?;
        }
        if let Some(attention) = attention {
            put_attention(self.attention.next(at)?, attention)?;
        }
        if count > 0 {
            let out = self.values.next(at)?;
            put(out, count)?;
            for (key, value) in values {
                let place = key.ok_or(SnapshotError::Unkeepable("a value whose key is gone"))?;
                put(out, place.into())?;
                put_value(out, value, 0)?;
            }
        }
        Ok(())
    }

    /// The block as bytes.
    pub(super) fn bytes(&self) -> Result<Vec<u8>, SnapshotError> {
        let mut out = Vec::with_capacity(FULL + FULL / 2);
        for part in [&self.heads, &self.names] {
            put(&mut out, part.len() as u64)?;
            out.extend_from_slice(part);
        }
        for section in [&self.truths, &self.attention, &self.values] {
            put(&mut out, section.count)?;
            out.extend_from_slice(&section.bytes);
        }
        Ok(out)
    }
}

/// What an atom is.
pub(crate) enum Kept<'a> {
    /// A node's name.
    Node(&'a str),
    /// The places of what a link joins.
    Link(&'a [u32]),
}

/// Something of some of the atoms, by their places, ascending.
type Carried<T> = Vec<(u32, T)>;
/// The truth values, attention values and values of a block, which stand under the places of their keys.
type AllCarried = (Carried<Truth>, Carried<Attention>, Carried<Vec<(u32, Value)>>);

/// A block that was read.
#[derive(Debug, Default)]
pub(crate) struct Block {
    first: u32,
    of: Vec<AtomType>,
    /// Of each atom, where its name or what it joins ends, and begins for the next of its kind.
    ends: Vec<(u32, u32)>,
    names: String,
    joined: Vec<u32>,
    truths: Carried<Truth>,
    attention: Carried<Attention>,
    values: Carried<Vec<(u32, Value)>>,
}

impl Block {
    /// Reads the block whose first atom, of so many, is at this place.
    pub(super) fn read(mut bytes: &[u8], (first, atoms): (u32, u32), used: &[AtomType]) -> Result<Self, SnapshotError> {
        let from = &mut bytes;
        let heads = size(from)?;
        let heads = slice(from, heads)?;
        let names = size(from)?;
        let names = slice(from, names)?.to_vec();
        let names = String::from_utf8(names).map_err(|_| SnapshotError::Damaged("a name is not UTF-8"))?;
        let mut block = Self { first, names, ..Self::default() };
        block.heads(heads, atoms, used)?;
        let end = first + atoms;
        block.truths = section(from, (first, end), |from| truth(from))?;
        block.attention = section(from, (first, end), |from| attention(from))?;
        block.values = section(from, (first, end), |from| {
            let mut values = Vec::new();
            for _ in 0..number(from)? {
                values.push((place(from)?, value(from, 0)?));
            }
            Ok(values)
        })?;
        if from.is_empty() { Ok(block) } else { Err(SnapshotError::Damaged("a block goes on after its end")) }
    }

    fn heads(&mut self, mut heads: &[u8], atoms: u32, used: &[AtomType]) -> Result<(), SnapshotError> {
        let from = &mut heads;
        // An atom takes two bytes at least.
        let room = (atoms as usize).min(from.len() / 2);
        (self.of, self.ends) = (Vec::with_capacity(room), Vec::with_capacity(room));
        let (mut name_end, mut places) = (0_usize, self.first..self.first.saturating_add(atoms));
        for at in places.by_ref() {
            let of = used.get(size(from)?).copied().ok_or(SnapshotError::Damaged("an atom has no type"))?;
            if of.is_node() {
                name_end = name_end.saturating_add(size(from)?);
                if !self.names.is_char_boundary(name_end) {
                    return Err(SnapshotError::Damaged("a name ends within a letter, or after all of them"));
                }
            } else {
                for _ in 0..number(from)? {
                    let back = place(from)?;
                    let part = at.checked_sub(back).filter(|_| back > 0);
                    self.joined.push(part.ok_or(SnapshotError::Damaged("a link joins what is not there"))?);
                }
            }
            self.of.push(of);
            self.ends.push((name_end as u32, self.joined.len() as u32));
        }
        if !from.is_empty()
            || name_end != self.names.len()
            || self.names.len().max(self.joined.len()) > u32::MAX as usize
        {
            return Err(SnapshotError::Damaged("a block has more than its atoms"));
        }
        Ok(())
    }

    /// The places of its atoms.
    pub(crate) fn places(&self) -> std::ops::Range<u32> {
        self.first..self.first + self.of.len() as u32
    }

    fn at(&self, place: u32) -> Option<usize> {
        place.checked_sub(self.first).map(|at| at as usize)
    }

    /// The type of the atom at a place, and what it is.
    pub(crate) fn atom(&self, place: u32) -> Option<(AtomType, Kept<'_>)> {
        let at = self.at(place)?;
        let (of, end) = (*self.of.get(at)?, *self.ends.get(at)?);
        let begin = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        Some(if of.is_node() {
            (of, Kept::Node(self.names.get(begin.0 as usize..end.0 as usize)?))
        } else {
            (of, Kept::Link(self.joined.get(begin.1 as usize..end.1 as usize)?))
        })
    }

    /// The type of the atom at a place.
    pub(crate) fn type_of(&self, place: u32) -> Option<AtomType> {
        self.of.get(self.at(place)?).copied()
    }

    /// How true the atom at a place is, where that was said.
    pub(crate) fn truth(&self, place: u32) -> Option<Truth> {
        carried(&self.truths, place).copied()
    }

    /// How much the atom at a place matters.
    pub(crate) fn attention(&self, place: u32) -> Option<Attention> {
        carried(&self.attention, place).copied()
    }

    /// The values of the atom at a place, each with the place of its key.
    pub(crate) fn values(&self, place: u32) -> &[(u32, Value)] {
        carried(&self.values, place).map_or(&[], Vec::as_slice)
    }

    /// What its atoms carry.
    pub(super) fn into_carried(self) -> AllCarried {
        (self.truths, self.attention, self.values)
    }

    /// About how many bytes of memory it takes.
    pub(super) fn weight(&self) -> usize {
        let values = self.values.iter().map(|(_, values)| values.len() * 64).sum::<usize>();
        self.of.len() * 10 + self.names.len() + self.joined.len() * 4 + self.truths.len() * 24 + values + 256
    }
}

fn carried<T>(all: &Carried<T>, place: u32) -> Option<&T> {
    let at = all.binary_search_by_key(&place, |(place, _)| *place).ok()?;
    all.get(at).map(|(_, carried)| carried)
}

fn place(from: &mut &[u8]) -> Result<u32, SnapshotError> {
    u32::try_from(number(from)?).map_err(|_| SnapshotError::Damaged("a place is too far"))
}

fn section<T>(
    from: &mut &[u8],
    (first, end): (u32, u32),
    mut read: impl FnMut(&mut &[u8]) -> Result<T, SnapshotError>,
) -> Result<Carried<T>, SnapshotError> {
    let (mut all, mut at) = (Vec::new(), first);
    for nth in 0..number(from)? {
        let on = place(from)?;
        at = at
            .checked_add(on)
            .filter(|at| *at < end && (nth == 0 || on > 0))
            .ok_or(SnapshotError::Damaged("an atom that carries something is not there"))?;
        all.push((at, read(from)?));
    }
    Ok(all)
}
