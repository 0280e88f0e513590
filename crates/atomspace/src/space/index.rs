//! The indexes that atoms are found by: from the hash of what an atom is to where it is, which is the address of a node's
//! name and the handle of a link. Both are called handle here. Most links need none: an incoming set leads to them.
//!
//! Open addressing with linear probing, in shards that copies share until one of them writes. Shards are split one at a
//! time as atoms come (linear hashing: Litwin, VLDB 1980), so that no addition waits for a rehash of everything and a
//! copy-on-write copies some 8 KB whatever the size of the space. A slot holds the hash beside the handle: a split or a
//! probe of another atom never looks at the atoms themselves.

use std::sync::Arc;

/// Mean number of atoms in a shard above which one more shard is made.
const SPLIT_ABOVE: usize = 800;
/// Slots of the smallest shard.
const SMALLEST: usize = 8;

/// A slot: the hash in the upper half, the handle plus one in the lower; 0 is an empty slot.
type Slot = u64;

#[derive(Clone, Debug)]
struct Shard {
    slots: Arc<[Slot]>,
    used: usize,
}

impl Shard {
    fn with_room_for(atoms: usize) -> Self {
        let slots = (atoms * 5 / 4 + 1).next_power_of_two().max(SMALLEST);
        Self { slots: std::iter::repeat_n(0, slots).collect(), used: 0 }
    }

    /// Where the probing for a hash begins: its upper bits, since the lower ones chose the shard.
    #[inline]
    fn home(hash: u32, slots: usize) -> usize {
        ((u64::from(hash) * slots as u64) >> 32) as usize
    }

    #[inline]
    fn position(&self, hash: u32, mut is_it: impl FnMut(u32) -> bool) -> Option<usize> {
        let slots: &[Slot] = &self.slots;
        let mask = slots.len() - 1;
        let mut at = Self::home(hash, slots.len());
        loop {
            let slot = *slots.get(at & mask)?;
            if slot == 0 {
                return None;
            }
            if (slot >> 32) as u32 == hash && is_it(slot as u32 - 1) {
                return Some(at & mask);
            }
            at += 1;
        }
    }

    fn place(slots: &mut [Slot], slot: Slot) {
        let mask = slots.len() - 1;
        let mut at = Self::home((slot >> 32) as u32, slots.len());
        loop {
            match slots.get_mut(at & mask) {
                Some(free) if *free == 0 => return *free = slot,
                Some(_) => at += 1,
                None => return,
            }
        }
    }

    fn insert(&mut self, slot: Slot) {
        if (self.used + 1) * 5 > self.slots.len() * 4 {
            let mut larger = Self::with_room_for(self.slots.len());
            let slots = Arc::make_mut(&mut larger.slots);
            self.slots.iter().filter(|slot| **slot != 0).for_each(|slot| Self::place(slots, *slot));
            self.slots = larger.slots;
        }
        Self::place(Arc::make_mut(&mut self.slots), slot);
        self.used += 1;
    }

    /// Empties a slot and moves back what probed past it.
    fn vacate(&mut self, mut hole: usize) {
        let slots = Arc::make_mut(&mut self.slots);
        let mask = slots.len() - 1;
        let mut at = hole;
        loop {
            at = (at + 1) & mask;
            let slot = slots.get(at).copied().unwrap_or_default();
            if slot == 0 {
                break;
            }
            let home = Self::home((slot >> 32) as u32, slots.len());
            if at.wrapping_sub(home) & mask >= at.wrapping_sub(hole) & mask {
                slots.swap(hole, at);
                hole = at;
            }
        }
        if let Some(slot) = slots.get_mut(hole) {
            *slot = 0;
        }
        self.used -= 1;
    }
}

/// From hashes to handles. What is equal, the caller decides.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    shards: Vec<Shard>,
    used: usize,
    /// Since the last doubling there are 2^`bits` shards, and those that were split since.
    bits: u32,
}

impl Index {
    #[inline]
    fn shard_of(&self, hash: u32) -> usize {
        let wide = hash as usize & ((2 << self.bits) - 1);
        if wide < self.shards.len() { wide } else { wide & ((1 << self.bits) - 1) }
    }

    /// The handle with this hash that is the one looked for.
    #[inline]
    pub(super) fn find(&self, hash: u32, is_it: impl FnMut(u32) -> bool) -> Option<u32> {
        let shard = self.shards.get(self.shard_of(hash))?;
        let slot = shard.slots.get(shard.position(hash, is_it)?)?;
        Some(*slot as u32 - 1)
    }

    /// Adds a handle that is not there yet.
    pub(super) fn insert(&mut self, hash: u32, handle: u32) {
        if self.shards.is_empty() {
            self.shards.push(Shard::with_room_for(0));
        }
        let shard = self.shard_of(hash);
        if let Some(shard) = self.shards.get_mut(shard) {
            shard.insert(u64::from(hash) << 32 | u64::from(handle + 1));
            self.used += 1;
        }
        if self.used > self.shards.len() * SPLIT_ABOVE {
            self.split();
        }
    }

    /// Splits the next shard in turn by one more bit of the hash.
    #[cold]
    fn split(&mut self) {
        let bit = 1_u64 << (32 + self.bits);
        let turn = self.shards.len() - (1 << self.bits);
        let Some(old) = self.shards.get_mut(turn) else { return };
        let moving = old.slots.iter().filter(|slot| **slot & bit != 0).count();
        let (mut stays, mut moves) = (Shard::with_room_for(old.used - moving), Shard::with_room_for(moving));
        (stays.used, moves.used) = (old.used - moving, moving);
        let (staying, moved) = (Arc::make_mut(&mut stays.slots), Arc::make_mut(&mut moves.slots));
        for slot in old.slots.iter().filter(|slot| **slot != 0) {
            Shard::place(if slot & bit == 0 { &mut *staying } else { &mut *moved }, *slot);
        }
        *old = stays;
        self.shards.push(moves);
        if self.shards.len() == 2 << self.bits {
            self.bits += 1;
        }
    }

    /// Removes a handle.
    pub(super) fn remove(&mut self, hash: u32, handle: u32) {
        let shard = self.shard_of(hash);
        if let Some(shard) = self.shards.get_mut(shard)
            && let Some(at) = shard.position(hash, |other| other == handle)
        {
            shard.vacate(at);
            self.used -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Index;
    use proptest::prelude::*;
    use std::collections::HashMap;

    proptest! {
        #[test]
        fn an_index_is_a_map_from_hashes(
            steps in prop::collection::vec((any::<bool>(), 0_u32..400), 0..4000), few in any::<bool>()
        ) {
            let mut index = Index::default();
            let mut model = HashMap::new();
            // With few distinct hashes, runs of probes are long and wrap around.
            let hash = |handle: u32| if few { (handle % 7).wrapping_mul(0x2f0f_3a11) } else { handle.wrapping_mul(0x9e37_79b9) };
            for (step, (add, handle)) in steps.into_iter().enumerate() {
                if add && model.insert(handle, hash(handle)).is_none() {
                    index.insert(hash(handle), handle);
                } else if !add && model.remove(&handle).is_some() {
                    let kept = index.clone();
                    index.remove(hash(handle), handle);
                    prop_assert_eq!(kept.find(hash(handle), |other| other == handle), Some(handle), "step {}", step);
                }
            }
            for handle in 0..400 {
                prop_assert_eq!(index.find(hash(handle), |other| other == handle).is_some(), model.contains_key(&handle));
            }
        }
    }

    #[test]
    fn shards_split_without_losing_a_handle() {
        let mut index = Index::default();
        let hash = |handle: u32| handle.wrapping_mul(0x9e37_79b9) ^ handle >> 7;
        for handle in 0..50_000 {
            index.insert(hash(handle), handle);
        }
        assert!(index.shards.len() > 32, "{}", index.shards.len());
        for handle in 0..50_000 {
            assert_eq!(index.find(hash(handle), |other| other == handle), Some(handle));
        }
        assert_eq!(index.find(hash(50_001), |_| true), None);
    }
}
