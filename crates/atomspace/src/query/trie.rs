//! Tries: everything that a clause says of its variables, sorted, one level for each variable.
//!
//! A level is one array of atoms; the children of an entry stand side by side in the next. So a list of candidates is a
//! slice in memory, where a list of links has to be looked at link by link.

use crate::space::Handle;

/// Variables that a trie may have.
pub(super) const WIDEST: usize = 4;

/// What one solution of a clause gives its variables, in the order of their appearance.
pub(super) type Row = [Handle; WIDEST];

#[derive(Debug, Default)]
pub(super) struct Level {
    pub(super) keys: Vec<Handle>,
    /// Where the children of each key begin in the next level, and where those of the last end.
    pub(super) starts: Vec<u32>,
}

#[derive(Debug, Default)]
pub(super) struct Trie {
    pub(super) levels: Vec<Level>,
}

/// A part of a level.
pub(super) type Range = (u32, u32);

impl Trie {
    /// The trie of some rows, with the columns in this order.
    pub(super) fn new(rows: &[Row], order: &[usize]) -> Self {
        // A row is one number: comparing two of them is one comparison.
        let packed = |row: &Row| {
            let column = |from: &usize| row.get(*from).copied().unwrap_or(Handle::NONE).bits();
            order.iter().fold(0_u128, |packed, from| packed << 32 | u128::from(column(from)))
        };
        let mut rows: Vec<u128> = rows.iter().map(packed).collect();
        rows.sort_unstable();
        rows.dedup();
        let mut levels: Vec<Level> = order.iter().map(|_| Level::default()).collect();
        let mut before: Option<u128> = None;
        for row in &rows {
            // The columns that are the same as in the row before, from the first on.
            let same = before.map_or(0, |before| (before ^ row).leading_zeros() as usize);
            let shared = (same + 32 * order.len()).saturating_sub(128) / 32;
            for at in before.map_or(0, |_| shared)..order.len() {
                let below = levels.get(at + 1).map_or(0, |level| level.keys.len() as u32);
                if let Some(level) = levels.get_mut(at) {
                    level.keys.push(Handle::of_bits((row >> (32 * (order.len() - 1 - at))) as u32));
                    level.starts.push(below);
                }
            }
            before = Some(*row);
        }
        for at in 0..levels.len() {
            let below = levels.get(at + 1).map_or(0, |level| level.keys.len() as u32);
            levels.get_mut(at).into_iter().for_each(|level| level.starts.push(below));
        }
        Self { levels }
    }

    pub(super) fn whole(&self) -> Range {
        (0, self.levels.first().map_or(0, |level| level.keys.len() as u32))
    }

    #[inline]
    pub(super) fn key(&self, level: usize, at: u32) -> Option<Handle> {
        self.levels.get(level)?.keys.get(at as usize).copied()
    }

    /// The children of an entry.
    #[inline]
    pub(super) fn below(&self, level: usize, at: u32) -> Range {
        let starts = self.levels.get(level).map_or(&[][..], |level| &level.starts);
        let start = |at: u32| starts.get(at as usize).copied().unwrap_or_default();
        (start(at), start(at + 1))
    }

    /// The first entry of a range whose key is no less: strides that double, and then a search between the last two.
    #[inline]
    pub(super) fn seek(&self, level: usize, (from, to): Range, key: Handle) -> u32 {
        let keys = self.levels.get(level).and_then(|level| level.keys.get(from as usize..to as usize));
        let keys = keys.unwrap_or_default();
        let mut stride = 1;
        while keys.get(stride - 1).is_some_and(|known| *known < key) {
            stride *= 2;
        }
        let low = stride / 2;
        let between = keys.get(low..stride.min(keys.len())).unwrap_or_default();
        from + (low + between.partition_point(|known| *known < key)) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::{Trie, WIDEST};
    use crate::space::{AtomType, Handle, Space};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_trie_holds_its_rows_sorted(rows in prop::collection::vec((0_usize..9, 0_usize..9), 0..60), key in 0_usize..9) {
            let mut space = Space::new();
            let atoms: Vec<Handle> =
                (0..9).map(|name| space.node(AtomType::CONCEPT, &name.to_string()).expect("room")).collect();
            let none = Handle::NONE;
            let made: Vec<[Handle; WIDEST]> = rows.iter().map(|(a, b)| [atoms[*a], atoms[*b], none, none]).collect();
            let trie = Trie::new(&made, &[1, 0]);
            let mut held = Vec::new();
            let (from, to) = trie.whole();
            for first in from..to {
                let (low, high) = trie.below(0, first);
                for second in low..high {
                    held.push((trie.key(1, second).expect("there"), trie.key(0, first).expect("there")));
                }
            }
            let mut model: Vec<_> = rows.iter().map(|(a, b)| (atoms[*b], atoms[*a])).collect();
            model.sort_unstable();
            model.dedup();
            prop_assert_eq!(held.iter().map(|(a, b)| (*b, *a)).collect::<Vec<_>>(), model.clone());
            let found = trie.seek(0, (from, to), atoms[key]);
            let mut firsts: Vec<Handle> = model.iter().map(|row| row.0).collect();
            firsts.dedup();
            prop_assert_eq!(found as usize, firsts.partition_point(|first| *first < atoms[key]));
        }
    }
}
