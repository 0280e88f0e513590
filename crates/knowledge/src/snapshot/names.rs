//! In which block the node of a name is: buckets of hashes, each with a mark of the hash and the block.

use super::SnapshotError;
use super::directory::{ascending, put_ascending};
use super::wire::{number, put, slice};

/// Names in a bucket, in the mean: few enough that marks seldom coincide.
const NAMES: usize = if cfg!(test) { 3 } else { 4_096 };
/// Buckets that are made at a time.
pub(super) const AT_ONCE: u32 = if cfg!(test) { 2 } else { 2_048 };

/// The hash of a name: FNV-1a of 64 bits (Fowler, Noll and Vo), mixed at the end as MurmurHash3 does. It is part of the format.
pub(super) fn hash(name: &str) -> u64 {
    let fnv = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = name.as_bytes().iter().fold(0xcbf2_9ce4_8422_2325, fnv);
    let hash = (hash ^ hash >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let hash = (hash ^ hash >> 33).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ hash >> 33
}

/// How many buckets so many names have.
pub(super) fn buckets(names: usize) -> u32 {
    u32::try_from(names.div_ceil(NAMES)).unwrap_or(u32::MAX)
}

/// The bucket of a hash, of so many.
pub(super) fn bucket(hash: u64, count: u32) -> u32 {
    (((hash >> 32) * u64::from(count)) >> 32) as u32
}

fn mark(hash: u64) -> u16 {
    hash as u16
}

/// A bucket: its blocks ascend.
#[derive(Debug, Clone, Default)]
pub(super) struct Bucket {
    /// Each block with how many marks it has here.
    blocks: Vec<(u32, u32)>,
    marks: Vec<u16>,
}

impl Bucket {
    /// Adds a name, whose block is none before the last.
    pub(super) fn push(&mut self, block: u32, hash: u64) {
        self.marks.push(mark(hash));
        match self.blocks.last_mut().filter(|(last, _)| *last == block) {
            Some((_, count)) => *count += 1,
            None => self.blocks.push((block, 1)),
        }
    }

    /// The blocks that may have the name of a hash, each once.
    pub(super) fn find(&self, hash: u64) -> Vec<u32> {
        let (mut found, mut marks) = (Vec::new(), self.marks.iter());
        for (block, count) in &self.blocks {
            if marks.by_ref().take(*count as usize).filter(|one| **one == mark(hash)).count() > 0 {
                found.push(*block);
            }
        }
        found
    }

    pub(super) fn bytes(&self) -> Result<Vec<u8>, SnapshotError> {
        let mut out = Vec::new();
        let blocks: Vec<u32> = self.blocks.iter().map(|(block, _)| *block).collect();
        put_ascending(&mut out, 0, &blocks)?;
        self.blocks.iter().try_for_each(|(_, count)| put(&mut out, (*count).into()))?;
        self.marks.iter().for_each(|mark| out.extend_from_slice(&mark.to_le_bytes()));
        Ok(out)
    }

    pub(super) fn read(mut plain: &[u8]) -> Result<Self, SnapshotError> {
        let from = &mut plain;
        let (mut blocks, mut all) = (Vec::new(), 0_usize);
        for block in ascending(from, 0)? {
            let count = u32::try_from(number(from)?).map_err(|_| SnapshotError::Damaged("a bucket is too large"))?;
            all = all.saturating_add(count as usize);
            blocks.push((block, count));
        }
        let length = all.saturating_mul(2);
        let marks = slice(from, length)?.chunks(2).map(|mark| mark.try_into().map_or(0, u16::from_le_bytes)).collect();
        if from.is_empty() { Ok(Self { blocks, marks }) } else { Err(SnapshotError::Damaged("a bucket has more")) }
    }
}
