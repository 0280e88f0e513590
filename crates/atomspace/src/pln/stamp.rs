//! Evidence stamps: which pieces of evidence a truth value rests on, so that none is counted twice.

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

/// The most pieces of evidence that a stamp names. A conclusion on more is refused rather than having some forgotten: what
/// is forgotten could be counted again.
pub const MAX_STAMP: usize = 64;

/// A set of evidence ids, sorted, at most [`MAX_STAMP`] of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<u32>", into = "Vec<u32>")]
pub struct Stamp(SmallVec<[u32; 8]>);

/// A stamp would name more than [`MAX_STAMP`] pieces of evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{count} pieces of evidence, but a stamp names at most {MAX_STAMP}")]
pub struct StampFull {
    /// How many there would be.
    pub count: usize,
}

impl Stamp {
    /// The stamp of one piece of evidence.
    #[must_use]
    pub fn of(id: u32) -> Self {
        Self(SmallVec::from_slice(&[id]))
    }

    /// The stamp of some pieces of evidence, in any order; the same one twice counts once.
    pub fn from_ids(ids: impl IntoIterator<Item = u32>) -> Result<Self, StampFull> {
        let mut all: SmallVec<[u32; 8]> = ids.into_iter().collect();
        all.sort_unstable();
        all.dedup();
        if all.len() > MAX_STAMP { Err(StampFull { count: all.len() }) } else { Ok(Self(all)) }
    }

    /// The ids, ascending.
    #[must_use]
    pub fn ids(&self) -> &[u32] {
        &self.0
    }

    /// The least id that both name, if any.
    #[must_use]
    pub fn shared(&self, other: &Self) -> Option<u32> {
        let (mut mine, mut theirs) = (self.0.iter(), other.0.iter());
        let (mut one, mut two) = (mine.next(), theirs.next());
        while let (Some(left), Some(right)) = (one, two) {
            match left.cmp(right) {
                std::cmp::Ordering::Equal => return Some(*left),
                std::cmp::Ordering::Less => one = mine.next(),
                std::cmp::Ordering::Greater => two = theirs.next(),
            }
        }
        None
    }

    /// Whether no piece of evidence is named by both.
    #[must_use]
    pub fn disjoint(&self, other: &Self) -> bool {
        self.shared(other).is_none()
    }

    /// What either names.
    pub fn union(&self, other: &Self) -> Result<Self, StampFull> {
        Self::from_ids(self.0.iter().chain(&other.0).copied())
    }
}

impl TryFrom<Vec<u32>> for Stamp {
    type Error = StampFull;

    fn try_from(ids: Vec<u32>) -> Result<Self, StampFull> {
        Self::from_ids(ids)
    }
}

impl From<Stamp> for Vec<u32> {
    fn from(stamp: Stamp) -> Self {
        stamp.0.into_vec()
    }
}
