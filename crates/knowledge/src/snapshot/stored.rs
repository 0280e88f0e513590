//! Reading a snapshot in part: the directory, then of its file only the blocks that have what is looked for.
//!
//! It holds the directory, some hundred bytes for each block, and of what was read [`HELD`] bytes. The hash of each frame is
//! looked at, so that damage is found where it is read.

use std::collections::HashMap;
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::Arc;

use oriel_atomspace::space::{AtomType, Space};
use roaring::RoaringBitmap;

use super::SnapshotError;
use super::block::{Block, Kept};
use super::directory::{Directory, Frame};
use super::names::{Bucket, bucket, hash};
use super::wire::number;

/// Bytes of blocks that are held, and as many of what leads to them.
const HELD: usize = 16 << 20;

/// What was read last, up to [`HELD`] bytes of it.
#[derive(Debug)]
struct Recent<T> {
    held: HashMap<usize, (u64, usize, Arc<T>)>,
    bytes: usize,
    turn: u64,
}

impl<T> Recent<T> {
    fn new() -> Self {
        Self { held: HashMap::new(), bytes: 0, turn: 0 }
    }

    fn get(&mut self, number: usize) -> Option<Arc<T>> {
        self.turn += 1;
        let (used, _, found) = self.held.get_mut(&number)?;
        *used = self.turn;
        Some(Arc::clone(found))
    }

    fn keep(&mut self, number: usize, weight: usize, read: &Arc<T>) {
        while self.bytes + weight > HELD
            && let Some(oldest) = self.held.iter().min_by_key(|(_, (used, ..))| *used).map(|(number, _)| *number)
        {
            self.bytes -= self.held.remove(&oldest).map_or(0, |(_, weight, _)| weight);
        }
        self.held.insert(number, (self.turn, weight, Arc::clone(read)));
        self.bytes += weight;
    }
}

/// A snapshot that is read in part.
#[derive(Debug)]
pub(crate) struct Stored {
    file: File,
    directory: Directory,
    empty: Space,
    used: Vec<AtomType>,
    blocks: Recent<Block>,
    /// Of each block: where for each of its atoms the list begins, and the lists.
    above: Recent<Vec<u8>>,
    names: Recent<Bucket>,
    /// Bytes that were read of the file.
    read: u64,
}

impl Stored {
    /// Opens a snapshot, of which this is noted. Reads its directory.
    pub(crate) fn open(path: &Path, size: u64) -> Result<Self, SnapshotError> {
        let file = File::open(path)?;
        if file.metadata()?.len() != size {
            return Err(SnapshotError::Damaged("it has another length than was noted"));
        }
        let directory = Directory::read(size, |at, length| {
            if at.checked_add(length as u64).is_none_or(|end| end > size) {
                return Err(SnapshotError::Damaged("it ends too early"));
            }
            read_at(&file, at, length)
        })?;
        let (empty, used) = directory.space()?;
        let (blocks, above, names) = (Recent::new(), Recent::new(), Recent::new());
        Ok(Self { file, directory, empty, used, blocks, above, names, read: 0 })
    }

    /// The version of the base, the hash of the log up to there, and how many atoms there are.
    pub(crate) fn noted(&self) -> (u64, &str, u32) {
        (self.directory.version, &self.directory.hash, self.directory.atoms)
    }

    /// An empty space with its types.
    pub(crate) fn empty(&self) -> &Space {
        &self.empty
    }

    /// Bytes that were read of the file, beside the directory.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.read
    }

    fn frame(&mut self, frame: Frame) -> Result<Vec<u8>, SnapshotError> {
        self.read += frame.length as u64;
        frame.checked(&read_at(&self.file, frame.at, frame.length)?)
    }

    /// A block.
    pub(crate) fn block(&mut self, number: usize) -> Result<Arc<Block>, SnapshotError> {
        if let Some(held) = self.blocks.get(number) {
            return Ok(held);
        }
        let frame = self.directory.blocks.get(number).copied();
        let (Some(frame), Some(span)) = (frame, self.directory.span(number)) else {
            return Err(SnapshotError::Damaged("there is no such block"));
        };
        let read = Arc::new(Block::read(&self.frame(frame)?, span, &self.used)?);
        self.blocks.keep(number, read.weight(), &read);
        Ok(read)
    }

    /// The block that has the atom at a place.
    pub(crate) fn block_at(&mut self, place: u32) -> Result<Arc<Block>, SnapshotError> {
        self.block(self.directory.block_of(place))
    }

    /// The blocks that have atoms of exactly this type.
    pub(crate) fn blocks_of(&self, of: AtomType) -> &[u32] {
        let at = self.used.iter().position(|used| *used == of);
        at.and_then(|at| self.directory.used.get(at)).map_or(&[], |used| used.blocks.as_slice())
    }

    /// The blocks that may have nodes of this name.
    pub(crate) fn blocks_named(&mut self, name: &str) -> Result<Vec<u32>, SnapshotError> {
        let hash = hash(name);
        let number = bucket(hash, self.directory.names.len() as u32) as usize;
        let Some(frame) = self.directory.names.get(number).copied() else { return Ok(Vec::new()) };
        if let Some(held) = self.names.get(number) {
            return Ok(held.find(hash));
        }
        let plain = self.frame(frame)?;
        let read = Arc::new(Bucket::read(&plain)?);
        self.names.keep(number, plain.len(), &read);
        Ok(read.find(hash))
    }

    /// Tells of each of some atoms in which blocks the links are that join it.
    pub(crate) fn each_above(
        &mut self,
        atoms: &RoaringBitmap,
        mut each: impl FnMut(u32, &[u32]),
    ) -> Result<(), SnapshotError> {
        let (mut wanted, mut blocks) = (atoms.iter().peekable(), Vec::new());
        while let Some(first) = wanted.peek().copied() {
            let number = self.directory.block_of(first);
            let (begin, atoms) = self.directory.span(number).unwrap_or_default();
            let lists = self.lists(number)?;
            let mut from = lists.as_slice();
            for place in begin..begin + atoms {
                let is_wanted = wanted.next_if_eq(&place).is_some();
                blocks.clear();
                let mut last = number as u32;
                for _ in 0..number_in(&mut from)? {
                    last = last.saturating_add(number_in(&mut from)?);
                    if is_wanted {
                        blocks.push(last);
                    }
                }
                if is_wanted {
                    each(place, &blocks);
                }
                // The lists after the last that is wanted need not be gone through.
                if wanted.peek().is_none_or(|next| *next >= begin + atoms) {
                    break;
                }
            }
            if wanted.peek() == Some(&first) {
                return Err(SnapshotError::Damaged("there is no such atom"));
            }
        }
        Ok(())
    }

    fn lists(&mut self, number: usize) -> Result<Arc<Vec<u8>>, SnapshotError> {
        if let Some(held) = self.above.get(number) {
            return Ok(held);
        }
        let frame = self.directory.above.get(number).copied();
        let frame = frame.ok_or(SnapshotError::Damaged("there is no such block"))?;
        let read = Arc::new(self.frame(frame)?);
        self.above.keep(number, read.len() + 64, &read);
        Ok(read)
    }

    /// The links that join any of some atoms.
    pub(crate) fn joining(&mut self, atoms: &RoaringBitmap) -> Result<RoaringBitmap, SnapshotError> {
        let (mut blocks, mut found) = (RoaringBitmap::new(), RoaringBitmap::new());
        let (Some(least), Some(most)) = (atoms.min(), atoms.max()) else { return Ok(found) };
        self.each_above(atoms, |_, above| blocks.extend(above))?;
        let is_one = |part: &u32| (least..=most).contains(part) && atoms.contains(*part);
        for number in blocks {
            let block = self.block(number as usize)?;
            found.extend(block.places().filter(|place| match block.atom(*place) {
                Some((_, Kept::Link(joined))) => joined.iter().any(is_one),
                _ => false,
            }));
        }
        Ok(found)
    }
}

fn number_in(from: &mut &[u8]) -> Result<u32, SnapshotError> {
    u32::try_from(number(from)?).map_err(|_| SnapshotError::Damaged("a number is too large"))
}

fn read_at(file: &File, at: u64, length: usize) -> Result<Vec<u8>, SnapshotError> {
    let mut bytes = vec![0; length];
    file.read_exact_at(&mut bytes, at)?;
    Ok(bytes)
}
