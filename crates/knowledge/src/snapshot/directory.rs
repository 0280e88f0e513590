//! What a snapshot has where: at its end, so that it is written in one go, and read before anything else.

use std::io::Read as _;

use oriel_atomspace::space::{AtomType, Space, SpaceError};
use sha2::{Digest as _, Sha256};

use super::wire::{number, put, put_text, size, slice, text};
use super::{HEADER, LEVEL, SnapshotError};

/// Bytes at the end: where the directory is, its length there and as it is, its hash, and a word.
const FOOTER: usize = 64;
const WORD: &[u8; 8] = b"oriel-s2";
/// Bytes of the hash of a frame that are kept: more than damage finds by chance.
const CHECK: usize = 16;
/// A claimed size up to this is believed before it is seen.
const BELIEVED: usize = 64 << 20;

/// Bytes that are compressed by themselves.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Frame {
    pub(super) at: u64,
    pub(super) length: usize,
    /// Before compression.
    plain: usize,
    check: [u8; CHECK],
}

impl Frame {
    /// Compresses some bytes, which will be written at a place.
    pub(super) fn of(at: u64, plain: &[u8]) -> Result<(Self, Vec<u8>), SnapshotError> {
        let bytes = zstd::bulk::compress(plain, LEVEL)?;
        Ok((Self { at, length: bytes.len(), plain: plain.len(), check: check(&bytes) }, bytes))
    }

    /// Decompresses its bytes, whose hash is known to fit.
    pub(super) fn open(&self, bytes: &[u8]) -> Result<Vec<u8>, SnapshotError> {
        let plain = if self.plain <= BELIEVED {
            zstd::bulk::decompress(bytes, self.plain)?
        } else {
            let mut plain = Vec::new();
            zstd::Decoder::new(bytes)?.take(self.plain as u64 + 1).read_to_end(&mut plain)?;
            plain
        };
        if plain.len() == self.plain { Ok(plain) } else { Err(SnapshotError::Damaged("a frame has another size")) }
    }

    /// As [`Frame::open`], of bytes whose hash nobody looked at.
    pub(super) fn checked(&self, bytes: &[u8]) -> Result<Vec<u8>, SnapshotError> {
        if check(bytes) != self.check {
            return Err(SnapshotError::Damaged("the hash of a frame does not fit"));
        }
        self.open(bytes)
    }

    fn put(&self, out: &mut Vec<u8>) -> Result<(), SnapshotError> {
        put(out, self.length as u64)?;
        put(out, self.plain as u64)?;
        out.extend_from_slice(&self.check);
        Ok(())
    }
}

fn check(bytes: &[u8]) -> [u8; CHECK] {
    let mut check = [0; CHECK];
    check.iter_mut().zip(Sha256::digest(bytes)).for_each(|(to, from)| *to = from);
    check
}

/// A type that atoms of a snapshot have.
#[derive(Debug, Default)]
pub(super) struct Used {
    pub(super) name: String,
    /// The blocks that have such atoms, ascending.
    pub(super) blocks: Vec<u32>,
}

/// What a snapshot has where.
#[derive(Debug, Default)]
pub(super) struct Directory {
    /// The version of the base, and the hash of the log up to there.
    pub(super) version: u64,
    pub(super) hash: String,
    /// Declared types with their supertypes, in the order of declaration.
    pub(super) declared: Vec<(String, Vec<String>)>,
    pub(super) used: Vec<Used>,
    /// How many atoms there are in all, and the place of the first of each block.
    pub(super) atoms: u32,
    pub(super) firsts: Vec<u32>,
    /// The blocks, for each what joins its atoms, and the buckets of names.
    pub(super) blocks: Vec<Frame>,
    pub(super) above: Vec<Frame>,
    pub(super) names: Vec<Frame>,
}

impl Directory {
    /// The directory and the footer as bytes, to be written at a place.
    pub(super) fn bytes(&self, at: u64) -> Result<Vec<u8>, SnapshotError> {
        let mut plain = Vec::new();
        let out = &mut plain;
        put(out, self.version)?;
        put_text(out, &self.hash)?;
        put(out, self.declared.len() as u64)?;
        for (name, parents) in &self.declared {
            put_text(out, name)?;
            put(out, parents.len() as u64)?;
            parents.iter().try_for_each(|parent| put_text(out, parent))?;
        }
        put(out, self.used.len() as u64)?;
        for used in &self.used {
            put_text(out, &used.name)?;
            put_ascending(out, 0, &used.blocks)?;
        }
        put(out, self.atoms.into())?;
        put_ascending(out, 0, &self.firsts)?;
        for frames in [&self.blocks, &self.above, &self.names] {
            put(out, frames.len() as u64)?;
            frames.iter().try_for_each(|frame| frame.put(out))?;
        }
        let mut bytes = zstd::bulk::compress(&plain, LEVEL)?;
        let hash = Sha256::digest(&bytes);
        let length = bytes.len() as u64;
        for number in [at, length, plain.len() as u64] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.extend_from_slice(&hash);
        bytes.extend_from_slice(WORD);
        Ok(bytes)
    }

    /// Reads the directory of a snapshot of so many bytes, which `read` gives from a place on.
    pub(super) fn read(
        size: u64,
        read: impl Fn(u64, usize) -> Result<Vec<u8>, SnapshotError>,
    ) -> Result<Self, SnapshotError> {
        let other = SnapshotError::Damaged("it has another format, or its end is missing");
        let Some(end) = size.checked_sub(FOOTER as u64).filter(|end| *end >= HEADER.len() as u64) else {
            return Err(other);
        };
        let footer = read(end, FOOTER)?;
        let Some((numbers, rest)) = footer.split_at_checked(24) else { return Err(other) };
        let Some((hash, word)) = rest.split_at_checked(32) else { return Err(other) };
        if word != WORD || read(0, HEADER.len())? != HEADER {
            return Err(other);
        }
        let mut numbers = numbers.chunks(8).map(|bytes| bytes.try_into().map_or(0, u64::from_le_bytes));
        let (Some(at), Some(length), Some(plain)) = (numbers.next(), numbers.next(), numbers.next()) else {
            return Err(other);
        };
        if at.checked_add(length) != Some(end) {
            return Err(SnapshotError::Damaged("its directory is elsewhere"));
        }
        let bytes = read(at, length as usize)?;
        if Sha256::digest(&bytes)[..] != *hash {
            return Err(SnapshotError::Damaged("the hash of its directory does not fit"));
        }
        let plain = usize::try_from(plain).map_err(|_| SnapshotError::Damaged("its directory is too large"))?;
        let plain = Frame { plain, ..Frame::default() }.open(&bytes)?;
        let found = Self::of(&plain)?;
        let frames = found.blocks.iter().chain(&found.above).chain(&found.names);
        match frames.last() {
            Some(last) if last.at + last.length as u64 != at => {
                Err(SnapshotError::Damaged("its directory is of something else"))
            }
            _ => Ok(found),
        }
    }

    fn of(mut plain: &[u8]) -> Result<Self, SnapshotError> {
        let from = &mut plain;
        let mut found = Self { version: number(from)?, hash: text(from)?, ..Self::default() };
        for _ in 0..number(from)? {
            let name = text(from)?;
            let mut parents = Vec::new();
            for _ in 0..number(from)? {
                parents.push(text(from)?);
            }
            found.declared.push((name, parents));
        }
        for _ in 0..number(from)? {
            found.used.push(Used { name: text(from)?, blocks: ascending(from, 0)? });
        }
        let many = |_| SnapshotError::Damaged("it has too many atoms");
        found.atoms = u32::try_from(number(from)?).map_err(many)?;
        found.firsts = ascending(from, 0)?;
        let mut at = HEADER.len() as u64;
        for frames in [&mut found.blocks, &mut found.above, &mut found.names] {
            for _ in 0..number(from)? {
                let (length, plain) = (size(from)?, size(from)?);
                let mut check = [0; CHECK];
                check.iter_mut().zip(slice(from, CHECK)?).for_each(|(to, from)| *to = *from);
                frames.push(Frame { at, length, plain, check });
                at = at.checked_add(length as u64).ok_or(SnapshotError::Damaged("a frame is too large"))?;
            }
        }
        found.sound()
    }

    fn sound(self) -> Result<Self, SnapshotError> {
        let blocks = self.blocks.len();
        let last = self.firsts.last().copied().unwrap_or_default();
        let known = |used: &Used| used.blocks.last().is_none_or(|last| (*last as usize) < blocks);
        let begins = self.firsts.first().is_none_or(|first| *first == 0);
        let fits = self.firsts.len() == blocks && self.above.len() == blocks && self.used.iter().all(known);
        if fits && begins && (last < self.atoms || blocks == 0 && self.atoms == 0) {
            Ok(self)
        } else {
            Err(SnapshotError::Damaged("its directory does not fit together"))
        }
    }

    /// The places of a block: its first, and how many there are.
    pub(super) fn span(&self, block: usize) -> Option<(u32, u32)> {
        let first = self.firsts.get(block).copied()?;
        let end = self.firsts.get(block + 1).copied().unwrap_or(self.atoms);
        Some((first, end.checked_sub(first)?))
    }

    /// The block that has the atom at a place.
    pub(super) fn block_of(&self, place: u32) -> usize {
        self.firsts.partition_point(|first| *first <= place).saturating_sub(1)
    }

    /// An empty space with the types that it declares, and the types that its atoms have.
    pub(super) fn space(&self) -> Result<(Space, Vec<AtomType>), SnapshotError> {
        let mut space = Space::new();
        let named = |space: &Space, name: &String| space.types().named(name).map_err(SpaceError::from);
        for (name, parents) in &self.declared {
            let parents: Result<Vec<AtomType>, _> = parents.iter().map(|parent| named(&space, parent)).collect();
            space.declare_type(name, &parents?)?;
        }
        let used: Result<Vec<AtomType>, _> = self.used.iter().map(|used| named(&space, &used.name)).collect();
        let used = used?;
        Ok((space, used))
    }
}

/// Ascending numbers, none below the first.
pub(super) fn put_ascending(out: &mut Vec<u8>, mut last: u32, numbers: &[u32]) -> Result<(), SnapshotError> {
    put(out, numbers.len() as u64)?;
    for number in numbers {
        put(out, number.wrapping_sub(last).into())?;
        last = *number;
    }
    Ok(())
}

pub(super) fn ascending(from: &mut &[u8], mut last: u32) -> Result<Vec<u32>, SnapshotError> {
    let mut numbers = Vec::new();
    for nth in 0..number(from)? {
        let on = u32::try_from(number(from)?).ok().filter(|on| nth == 0 || *on > 0);
        last = on.and_then(|on| last.checked_add(on)).ok_or(SnapshotError::Damaged("numbers do not ascend"))?;
        numbers.push(last);
    }
    Ok(numbers)
}
