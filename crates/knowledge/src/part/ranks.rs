//! How many atoms there are before a place.

use roaring::RoaringBitmap;

/// The ranks of places among those of some atoms: which atom in their order is at a place. It takes a bit and a half for each place,
/// for a bitmap counts all that is before a place each time that it is asked.
pub(crate) struct Ranks {
    /// A bit for each place.
    there: Vec<u64>,
    /// For each 64 places, how many atoms there are before them.
    before: Vec<u32>,
}

impl Ranks {
    pub(crate) fn of(atoms: &RoaringBitmap) -> Self {
        let words = atoms.max().map_or(0, |last| last as usize / 64 + 1);
        let mut there = vec![0_u64; words];
        for place in atoms {
            if let Some(word) = there.get_mut(place as usize / 64) {
                *word |= 1 << (place % 64);
            }
        }
        let count = |before: &mut u32, word: &u64| {
            let now = *before;
            *before += word.count_ones();
            Some(now)
        };
        let before = there.iter().scan(0, count).collect();
        Self { there, before }
    }

    /// The rank of the atom at a place, from 0; none where there is none.
    pub(crate) fn get(&self, place: u32) -> Option<u32> {
        let at = place as usize / 64;
        let (word, bit) = (self.there.get(at)?, 1_u64 << (place % 64));
        (word & bit != 0).then_some(self.before.get(at)? + (word & (bit - 1)).count_ones())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rank_is_the_number_of_atoms_before() {
        let atoms: RoaringBitmap = (0..300_000).filter(|place| place % 7 != 3 && place % 64 != 0).collect();
        let ranks = Ranks::of(&atoms);
        for (rank, place) in (0_u32..).zip(&atoms) {
            assert_eq!(ranks.get(place), Some(rank));
        }
        for gone in [0, 3, 64, 299_968, 300_000, u32::MAX] {
            assert_eq!(ranks.get(gone), None, "{gone}");
        }
        assert_eq!(Ranks::of(&RoaringBitmap::new()).get(0), None);
    }
}
