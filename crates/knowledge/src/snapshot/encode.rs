//! Writing a snapshot: block after block, then what leads to them.
//!
//! Beside the space itself it takes memory for [`AT_ONCE`] buckets of names and for what the directory says of each block, and
//! four bytes for each atom that ever was, where atoms were removed. For that, the names are gone through once for each so many
//! buckets.

use std::io::Write;

use oriel_atomspace::space::{AtomType, Space};
use rustc_hash::FxHashMap;

use super::block::{Draft, Places};
use super::directory::{Directory, Frame, Used};
use super::names::{AT_ONCE, Bucket, bucket, buckets, hash};
use super::wire::put;
use super::{HEADER, SnapshotError};

/// Writes the content of a space at a version, whose log ends with this hash.
pub(crate) fn encode(space: &Space, version: u64, hash: &str, mut out: impl Write) -> Result<(), SnapshotError> {
    out.write_all(HEADER)?;
    let types = space.types();
    let named = |of: AtomType| types.full_name(of);
    let declared = types.declared().map(|of| (named(of), types.parents(of).iter().map(|of| named(*of)).collect()));
    let used: Vec<AtomType> = types.iter().filter(|of| space.count_by_type(*of) > 0).collect();
    let directory = Directory {
        version,
        hash: hash.to_owned(),
        declared: declared.collect(),
        used: used.iter().map(|of| Used { name: named(*of), blocks: Vec::new() }).collect(),
        ..Directory::default()
    };
    let places = Places::of(space);
    let mut writer = Writer { space, places, out, at: HEADER.len() as u64, directory };
    writer.blocks(&used.into_iter().zip(0..).collect())?;
    writer.above()?;
    writer.names()?;
    let end = writer.directory.bytes(writer.at)?;
    writer.out.write_all(&end)?;
    Ok(writer.out.flush()?)
}

struct Writer<'a, W> {
    space: &'a Space,
    places: Places,
    out: W,
    at: u64,
    directory: Directory,
}

impl<W: Write> Writer<'_, W> {
    fn frame(&mut self, plain: &[u8]) -> Result<Frame, SnapshotError> {
        let (frame, bytes) = Frame::of(self.at, plain)?;
        self.out.write_all(&bytes)?;
        self.at += bytes.len() as u64;
        Ok(frame)
    }

    fn blocks(&mut self, numbers: &FxHashMap<AtomType, usize>) -> Result<(), SnapshotError> {
        let space = self.space;
        let mut draft = Draft::default();
        for (atom, place) in space.handles().zip(0_u32..) {
            if draft.is_full() {
                self.close(&mut draft)?;
            }
            let block = self.directory.blocks.len() as u32;
            if draft.is_empty() {
                self.directory.firsts.push(place);
            }
            let number = space.type_of(atom).and_then(|of| numbers.get(&of)).copied().unwrap_or_default();
            if let Some(used) = self.directory.used.get_mut(number)
                && used.blocks.last() != Some(&block)
            {
                used.blocks.push(block);
            }
            draft.add(space, atom, (number as u64, place), &self.places)?;
            self.directory.atoms = place + 1;
        }
        if !draft.is_empty() {
            self.close(&mut draft)?;
        }
        Ok(())
    }

    fn close(&mut self, draft: &mut Draft) -> Result<(), SnapshotError> {
        let frame = self.frame(&std::mem::take(draft).bytes()?)?;
        self.directory.blocks.push(frame);
        Ok(())
    }

    /// For each block, in which blocks the links are that join its atoms.
    fn above(&mut self) -> Result<(), SnapshotError> {
        let (space, mut handles) = (self.space, self.space.handles());
        let mut seen = vec![false; self.directory.blocks.len()];
        let (mut plain, mut found) = (Vec::new(), Vec::new());
        for block in 0..self.directory.blocks.len() {
            plain.clear();
            let (_, atoms) = self.directory.span(block).unwrap_or_default();
            for atom in handles.by_ref().take(atoms as usize) {
                found.clear();
                for link in space.incoming(atom) {
                    let of = self.places.get(link).map_or(0, |place| self.directory.block_of(place));
                    if let Some(seen) = seen.get_mut(of).filter(|seen| !**seen) {
                        *seen = true;
                        found.push(of);
                    }
                }
                found.sort_unstable();
                put(&mut plain, found.len() as u64)?;
                let mut last = block;
                for of in &found {
                    // A link is newer than what it joins.
                    put(&mut plain, (of - last) as u64)?;
                    last = *of;
                    seen.get_mut(*of).into_iter().for_each(|seen| *seen = false);
                }
            }
            let frame = self.frame(&plain)?;
            self.directory.above.push(frame);
        }
        Ok(())
    }

    /// In which blocks the nodes are, by the hashes of their names.
    fn names(&mut self) -> Result<(), SnapshotError> {
        let space = self.space;
        let of_nodes = space.types().iter().filter(|of| of.is_node());
        let nodes: usize = of_nodes.map(|of| space.count_by_type(of)).sum();
        let count = buckets(nodes);
        let mut begin = 0;
        while begin < count {
            let end = (begin + AT_ONCE).min(count);
            let mut pages = vec![Bucket::default(); (end - begin) as usize];
            for (atom, place) in space.handles().zip(0_u32..) {
                let Some(name) = space.name(atom) else { continue };
                let hash = hash(name);
                let page = bucket(hash, count).checked_sub(begin);
                if let Some(page) = page.and_then(|page| pages.get_mut(page as usize)) {
                    page.push(self.directory.block_of(place) as u32, hash);
                }
            }
            for page in pages {
                let frame = self.frame(&page.bytes()?)?;
                self.directory.names.push(frame);
            }
            begin = end;
        }
        Ok(())
    }
}
