//! Writing a snapshot of atoms that are not held: the same bytes as [`super::encode`] writes of a space that holds them.
//!
//! The atoms are gone through in their order, several times: once for their types, once for the blocks, once for each so many buckets of
//! names, and for what joins each atom as often as the memory for that is full. So it takes that memory, a few bits for each atom, and
//! what the directory says of each block.

use std::io::Write;

use oriel_atomspace::query::Cancel;
use oriel_atomspace::space::AtomType;
use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use super::block::Draft;
use super::encode::{Frames, put_above};
use crate::error::Result;
use crate::part::{Atoms, Ranks, What};
use crate::work::go_on;

/// That an atom is joined by a link in a block: the place of the atom, and the block.
type Pair = (u32, u32);

/// Writes all atoms at a version, whose log ends with this hash, with memory for so many bytes of what joins which; how many atoms there
/// are.
pub(crate) fn encode_piecewise(
    atoms: &mut dyn Atoms,
    at: (u64, &str),
    bytes: u64,
    out: impl Write,
    cancel: &Cancel,
) -> Result<u64> {
    let (all, empty) = (atoms.all(), atoms.empty());
    let (used, nodes) = types(atoms, &all, cancel)?;
    let used: Vec<AtomType> = empty.types().iter().filter(|of| used.contains(of)).collect();
    let frames = Frames::begin(out, empty.types(), &used, at)?;
    let pairs = usize::try_from(bytes / size_of::<Pair>() as u64).unwrap_or(usize::MAX);
    let mut writer = Writer { atoms, ranks: Ranks::of(&all), all, frames, pairs, cancel };
    writer.blocks(&used.into_iter().zip(0..).collect())?;
    writer.above()?;
    writer.names(nodes)?;
    writer.frames.end()?;
    Ok(writer.all.len())
}

/// The types that atoms have, and how many nodes there are.
fn types(atoms: &mut dyn Atoms, all: &RoaringBitmap, cancel: &Cancel) -> Result<(Vec<AtomType>, usize)> {
    let (mut used, mut nodes, mut parts) = (Vec::new(), 0, Vec::new());
    for place in all {
        go_on(cancel)?;
        parts.clear();
        let of = atoms.look(place, false, &mut parts)?;
        nodes += usize::from(of.is_node());
        if used.last() != Some(&of) && !used.contains(&of) {
            used.push(of);
        }
    }
    Ok((used, nodes))
}

struct Writer<'a, W> {
    atoms: &'a mut dyn Atoms,
    all: RoaringBitmap,
    ranks: Ranks,
    frames: Frames<W>,
    /// How many pairs may be held.
    pairs: usize,
    cancel: &'a Cancel,
}

impl<W: Write> Writer<'_, W> {
    fn blocks(&mut self, numbers: &FxHashMap<AtomType, usize>) -> Result<()> {
        let mut draft = Draft::default();
        for (place, rank) in self.all.iter().zip(0_u32..) {
            go_on(self.cancel)?;
            let record = self.atoms.record(place)?;
            let of = numbers.get(&record.of).copied().unwrap_or_default();
            self.frames.room(&mut draft, (of, rank))?;
            match &record.what {
                What::Node(name) => draft.node(of as u64, name)?,
                What::Link(joined) => {
                    draft.link((of as u64, rank), joined.iter().map(|part| self.ranks.get(*part)))?;
                }
            }
            let values = record.values.iter().map(|(key, value)| (self.ranks.get(*key), value));
            draft.carried(record.truth.unwrap_or_default(), record.attention, (record.values.len() as u64, values))?;
        }
        Ok(self.frames.close(&mut draft)?)
    }

    /// For each block, in which blocks the links are that join its atoms: as many blocks at a time as there is memory for.
    fn above(&mut self) -> Result<()> {
        let mut begin = 0;
        while begin < self.frames.directory.blocks.len() {
            let (end, pairs) = self.joined(begin)?;
            let mut left = pairs.as_slice();
            let (mut plain, mut found) = (Vec::new(), Vec::new());
            for block in begin..end {
                plain.clear();
                let (first, atoms) = self.frames.directory.span(block).unwrap_or_default();
                for place in first..first + atoms {
                    found.clear();
                    while let Some(((_, of), rest)) = left.split_first().filter(|((at, _), _)| *at == place) {
                        found.push(*of as usize);
                        left = rest;
                    }
                    put_above(&mut plain, block, &found)?;
                }
                self.frames.above(&plain)?;
            }
            begin = end;
        }
        Ok(())
    }

    /// From a block on, what joins the atoms of as many blocks as there is memory for, one at least, in order; and the block after those.
    fn joined(&mut self, begin: usize) -> Result<(usize, Vec<Pair>)> {
        let (mut end, mut pairs) = (self.frames.directory.blocks.len(), Vec::<Pair>::new());
        let (mut parts, mut fresh) = (Vec::new(), Vec::new());
        // A link is newer than what it joins.
        for block in begin..self.frames.directory.blocks.len() {
            go_on(self.cancel)?;
            let (first, atoms) = self.frames.directory.span(block).unwrap_or_default();
            let from = self.frames.directory.firsts.get(begin).copied().unwrap_or_default();
            let until = self.first_of(end);
            parts.clear();
            for place in self.places(first, atoms) {
                self.atoms.look(place, false, &mut parts)?;
            }
            fresh.clear();
            fresh.extend(parts.iter().filter_map(|part| self.ranks.get(*part)));
            fresh.retain(|part| (from..until).contains(part));
            fresh.sort_unstable();
            fresh.dedup();
            pairs.extend(fresh.iter().map(|part| (*part, block as u32)));
            if pairs.len() > self.pairs && end > begin + 1 {
                end = self.fewer(begin, &mut pairs);
            }
        }
        pairs.sort_unstable();
        Ok((end, pairs))
    }

    /// Lets go of the pairs of the later half of the blocks that have them; the block after those that are left.
    fn fewer(&self, begin: usize, pairs: &mut Vec<Pair>) -> usize {
        pairs.sort_unstable();
        let middle = pairs.get(pairs.len() / 2).map_or(0, |(place, _)| self.frames.directory.block_of(*place));
        let end = middle.max(begin + 1);
        let until = self.first_of(end);
        pairs.truncate(pairs.partition_point(|(place, _)| *place < until));
        end
    }

    /// The rank of the first atom of a block; behind the last block, of none.
    fn first_of(&self, block: usize) -> u32 {
        self.frames.directory.firsts.get(block).copied().unwrap_or(u32::MAX)
    }

    /// The places of the atoms of some ranks that follow each other.
    fn places(&self, first: u32, atoms: u32) -> Vec<u32> {
        let mut places = self.all.iter();
        // The ranks count what is there.
        if let Some(place) = self.all.select(first) {
            places.advance_to(place);
        }
        places.take(atoms as usize).collect()
    }

    fn names(&mut self, nodes: usize) -> Result<()> {
        let Self { atoms, all, frames, cancel, .. } = self;
        frames.names(nodes, |tell| {
            for (place, rank) in all.iter().zip(0_u32..) {
                go_on(cancel)?;
                if let What::Node(name) = atoms.record(place)?.what {
                    tell(rank, &name);
                }
            }
            Ok(())
        })
    }
}
