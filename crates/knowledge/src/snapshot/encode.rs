//! Writing a snapshot: block after block, then what leads to them.
//!
//! Beside the space itself it takes memory for [`AT_ONCE`] buckets of names and for what the directory says of each block, and
//! four bytes for each atom that ever was, where atoms were removed. For that, the names are gone through once for each so many
//! buckets.

use std::io::Write;

use oriel_atomspace::space::{AtomType, Space, Types};
use rustc_hash::FxHashMap;

use super::block::{Draft, Places};
use super::directory::{Directory, Frame, Used};
use super::names::{AT_ONCE, Bucket, bucket, buckets, hash};
use super::wire::put;
use super::{HEADER, SnapshotError};

/// Writes the content of a space at a version, whose log ends with this hash.
pub(crate) fn encode(space: &Space, version: u64, hash: &str, out: impl Write) -> Result<(), SnapshotError> {
    let types = space.types();
    let used: Vec<AtomType> = types.iter().filter(|of| space.count_by_type(*of) > 0).collect();
    let frames = Frames::begin(out, types, &used, (version, hash))?;
    let mut writer = Writer { space, places: Places::of(space), frames };
    writer.blocks(&used.into_iter().zip(0..).collect())?;
    writer.above()?;
    writer.names()?;
    writer.frames.end()
}

/// What was written of a snapshot, and what is where.
pub(super) struct Frames<W> {
    out: W,
    at: u64,
    pub(super) directory: Directory,
}

impl<W: Write> Frames<W> {
    /// Begins a snapshot whose atoms have these types.
    pub(super) fn begin(
        mut out: W,
        types: &Types,
        used: &[AtomType],
        (version, hash): (u64, &str),
    ) -> Result<Self, SnapshotError> {
        out.write_all(HEADER)?;
        let named = |of: AtomType| types.full_name(of);
        let declared = types.declared().map(|of| (named(of), types.parents(of).iter().map(|of| named(*of)).collect()));
        let directory = Directory {
            version,
            hash: hash.to_owned(),
            declared: declared.collect(),
            used: used.iter().map(|of| Used { name: named(*of), blocks: Vec::new() }).collect(),
            ..Directory::default()
        };
        Ok(Self { out, at: HEADER.len() as u64, directory })
    }

    fn frame(&mut self, plain: &[u8]) -> Result<Frame, SnapshotError> {
        let (frame, bytes) = Frame::of(self.at, plain)?;
        self.out.write_all(&bytes)?;
        self.at += bytes.len() as u64;
        Ok(frame)
    }

    /// Makes room in a block for the next atom, whose type has this number, and which stands at this place.
    pub(super) fn room(&mut self, draft: &mut Draft, (of, place): (usize, u32)) -> Result<(), SnapshotError> {
        if draft.is_full() {
            self.close(draft)?;
        }
        let block = self.directory.blocks.len() as u32;
        if draft.is_empty() {
            self.directory.firsts.push(place);
        }
        if let Some(used) = self.directory.used.get_mut(of)
            && used.blocks.last() != Some(&block)
        {
            used.blocks.push(block);
        }
        self.directory.atoms = place + 1;
        Ok(())
    }

    /// Writes a block, if there is anything in it.
    pub(super) fn close(&mut self, draft: &mut Draft) -> Result<(), SnapshotError> {
        if draft.is_empty() {
            return Ok(());
        }
        let frame = self.frame(&std::mem::take(draft).bytes()?)?;
        self.directory.blocks.push(frame);
        Ok(())
    }

    /// Writes, for the next block, in which blocks the links are that join its atoms, as [`put_above`] puts that for each.
    pub(super) fn above(&mut self, plain: &[u8]) -> Result<(), SnapshotError> {
        let frame = self.frame(plain)?;
        self.directory.above.push(frame);
        Ok(())
    }

    /// In which blocks the nodes are, by the hashes of their names: `each` tells the names with the places of their nodes, in the order of
    /// those, each time that it is called.
    pub(super) fn names<E: From<SnapshotError>>(
        &mut self,
        nodes: usize,
        mut each: impl FnMut(&mut dyn FnMut(u32, &str)) -> Result<(), E>,
    ) -> Result<(), E> {
        let count = buckets(nodes);
        let mut begin = 0;
        while begin < count {
            let end = (begin + AT_ONCE).min(count);
            let mut pages = vec![Bucket::default(); (end - begin) as usize];
            let directory = &self.directory;
            each(&mut |place, name| {
                let hash = hash(name);
                let page = bucket(hash, count).checked_sub(begin);
                if let Some(page) = page.and_then(|page| pages.get_mut(page as usize)) {
                    page.push(directory.block_of(place) as u32, hash);
                }
            })?;
            for page in pages {
                let frame = self.frame(&page.bytes()?)?;
                self.directory.names.push(frame);
            }
            begin = end;
        }
        Ok(())
    }

    /// Ends the snapshot.
    pub(super) fn end(mut self) -> Result<(), SnapshotError> {
        let end = self.directory.bytes(self.at)?;
        self.out.write_all(&end)?;
        Ok(self.out.flush()?)
    }
}

/// Puts, for an atom in a block, in which blocks the links are that join it; these ascend, and none is before that.
pub(super) fn put_above(plain: &mut Vec<u8>, block: usize, found: &[usize]) -> Result<(), SnapshotError> {
    put(plain, found.len() as u64)?;
    let mut last = block;
    for of in found {
        let on = of.checked_sub(last).ok_or(SnapshotError::Unkeepable("a link that is older than what it joins"))?;
        put(plain, on as u64)?;
        last = *of;
    }
    Ok(())
}

struct Writer<'a, W> {
    space: &'a Space,
    places: Places,
    frames: Frames<W>,
}

impl<W: Write> Writer<'_, W> {
    fn blocks(&mut self, numbers: &FxHashMap<AtomType, usize>) -> Result<(), SnapshotError> {
        let space = self.space;
        let mut draft = Draft::default();
        for (atom, place) in space.handles().zip(0_u32..) {
            let of = space.type_of(atom).and_then(|of| numbers.get(&of)).copied().unwrap_or_default();
            self.frames.room(&mut draft, (of, place))?;
            draft.add(space, atom, (of as u64, place), &self.places)?;
        }
        self.frames.close(&mut draft)
    }

    /// For each block, in which blocks the links are that join its atoms.
    fn above(&mut self) -> Result<(), SnapshotError> {
        let (space, mut handles) = (self.space, self.space.handles());
        let mut seen = vec![false; self.frames.directory.blocks.len()];
        let (mut plain, mut found) = (Vec::new(), Vec::new());
        for block in 0..seen.len() {
            plain.clear();
            let (_, atoms) = self.frames.directory.span(block).unwrap_or_default();
            for atom in handles.by_ref().take(atoms as usize) {
                found.clear();
                for link in space.incoming(atom) {
                    let of = self.places.get(link).map_or(0, |place| self.frames.directory.block_of(place));
                    if let Some(seen) = seen.get_mut(of).filter(|seen| !**seen) {
                        *seen = true;
                        found.push(of);
                    }
                }
                found.sort_unstable();
                put_above(&mut plain, block, &found)?;
                for of in &found {
                    seen.get_mut(*of).into_iter().for_each(|seen| *seen = false);
                }
            }
            self.frames.above(&plain)?;
        }
        Ok(())
    }

    fn names(&mut self) -> Result<(), SnapshotError> {
        let space = self.space;
        let of_nodes = space.types().iter().filter(|of| of.is_node());
        let nodes: usize = of_nodes.map(|of| space.count_by_type(of)).sum();
        self.frames.names(nodes, |tell| {
            for (atom, place) in space.handles().zip(0_u32..) {
                if let Some(name) = space.name(atom) {
                    tell(place, name);
                }
            }
            Ok(())
        })
    }
}
