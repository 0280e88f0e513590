//! Sets of cases, by their places.

/// A set of places: written out while they are few, and a bit for each place once that takes less room. So the sets of all
/// features take no more than eight bytes for each case of each feature, however many cases there are.
#[derive(Clone, Debug)]
pub(super) enum Bits {
    /// The places, ascending.
    Few(Vec<u32>),
    /// Whether each place is in it, 64 to a word, and how many are.
    Many(Vec<u64>, usize),
}

impl Default for Bits {
    fn default() -> Self {
        Self::NONE
    }
}

impl Bits {
    pub(super) const NONE: Self = Self::Few(Vec::new());

    /// Bytes for each place at most, but for the first sixteen.
    pub(super) const PLACE: usize = size_of::<u64>();

    #[cfg(test)]
    pub(super) fn of(places: impl IntoIterator<Item = usize>) -> Self {
        let mut bits = Self::default();
        places.into_iter().for_each(|place| bits.insert(place));
        bits
    }

    /// All places below a number.
    pub(super) fn all(end: usize) -> Self {
        let mut words = vec![u64::MAX; end / 64];
        words.extend((!end.is_multiple_of(64)).then(|| (1 << (end % 64)) - 1));
        Self::Many(words, end)
    }

    fn many(words: Vec<u64>) -> Self {
        let len = words.iter().map(|word| word.count_ones() as usize).sum();
        Self::Many(words, len)
    }

    /// Adds a place: below 2³².
    pub(super) fn insert(&mut self, place: usize) {
        match self {
            Self::Few(places) => {
                let new = place as u32;
                // Places come in their order, but for tests.
                let at = if places.last().is_some_and(|last| *last >= new) {
                    match places.binary_search(&new) {
                        Ok(_) => return,
                        Err(at) => at,
                    }
                } else {
                    places.len()
                };
                places.insert(at, new);
                let last = places.last().copied().unwrap_or_default() as usize;
                if places.len() > 16 && places.len() > last / 32 {
                    *self = Self::Many(words(places), places.len());
                }
            }
            // Half as dense as where the bits began to take less room, so that neither form is left for the other each time.
            Self::Many(words, len) if place / 64 >= words.len() && place / 64 > *len => {
                *self = Self::Few(self.iter().map(|place| place as u32).collect());
                self.insert(place);
            }
            Self::Many(words, len) => *len += usize::from(set(words, place)),
        }
    }

    /// Takes the places from this one on away.
    pub(super) fn truncate(&mut self, end: usize) {
        match self {
            Self::Few(places) => places.truncate(places.partition_point(|place| (*place as usize) < end)),
            Self::Many(words, _) => {
                words.truncate(end.div_ceil(64));
                if let Some(word) = words.get_mut(end / 64) {
                    *word &= (1 << (end % 64)) - 1;
                }
                *self = Self::many(std::mem::take(words));
            }
        }
    }

    pub(super) fn contains(&self, place: usize) -> bool {
        match self {
            Self::Few(places) => places.binary_search(&(place as u32)).is_ok(),
            Self::Many(words, _) => is_set(words, place),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Few(places) => places.len(),
            Self::Many(_, len) => *len,
        }
    }

    pub(super) fn and(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Few(one), Self::Few(two)) => Self::Few(both(one, two)),
            (Self::Few(few), Self::Many(words, _)) | (Self::Many(words, _), Self::Few(few)) => {
                Self::Few(few.iter().copied().filter(|place| is_set(words, *place as usize)).collect())
            }
            (Self::Many(one, _), Self::Many(two, _)) => {
                Self::many(one.iter().zip(two).map(|(one, two)| one & two).collect())
            }
        }
    }

    /// The places, ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> {
        let (few, many): (&[u32], &[u64]) = match self {
            Self::Few(places) => (places, &[]),
            Self::Many(words, _) => (&[], words),
        };
        let many = many.iter().enumerate().flat_map(|(at, word)| {
            let word = *word;
            (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| at * 64 + bit)
        });
        few.iter().map(|place| *place as usize).chain(many)
    }
}

/// Sets a bit. Whether it was not.
fn set(words: &mut Vec<u64>, place: usize) -> bool {
    let is_new = !is_set(words, place);
    let word = place / 64;
    if words.len() <= word {
        words.resize(word + 1, 0);
    }
    if let Some(word) = words.get_mut(word) {
        *word |= 1 << (place % 64);
    }
    is_new
}

fn is_set(words: &[u64], place: usize) -> bool {
    words.get(place / 64).is_some_and(|word| word >> (place % 64) & 1 == 1)
}

fn words(places: &[u32]) -> Vec<u64> {
    let mut words = Vec::new();
    for place in places {
        set(&mut words, *place as usize);
    }
    words
}

/// What two ascending lists share.
fn both(one: &[u32], two: &[u32]) -> Vec<u32> {
    let (few, many) = if one.len() <= two.len() { (one, two) } else { (two, one) };
    let mut left = many;
    let mut shared = Vec::new();
    for place in few {
        left = left.get(left.partition_point(|other| other < place)..).unwrap_or_default();
        if left.first() == Some(place) {
            shared.push(*place);
        }
    }
    shared
}

#[cfg(test)]
mod tests {
    use super::Bits;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn places(bits: &Bits) -> Vec<usize> {
        bits.iter().collect()
    }

    proptest! {
        #[test]
        fn a_set_is_a_set_however_it_is_kept(
            one in prop::collection::btree_set(0_usize..600, 0..200),
            two in prop::collection::btree_set(0_usize..60_000, 0..200),
            three in prop::collection::vec(0_usize..300, 0..200),
            end in 0_usize..700,
        ) {
            let three: BTreeSet<usize> = three.into_iter().collect();
            for first in [&one, &two, &three] {
                let mut bits = Bits::of(first.iter().copied());
                prop_assert_eq!(places(&bits), first.iter().copied().collect::<Vec<_>>());
                prop_assert_eq!(bits.len(), first.len());
                prop_assert!((0..700).all(|place| bits.contains(place) == first.contains(&place)));
                for second in [&one, &two, &three] {
                    let other = Bits::of(second.iter().rev().copied());
                    prop_assert_eq!(places(&bits.and(&other)), first.intersection(second).copied().collect::<Vec<_>>());
                }
                prop_assert_eq!(places(&bits.and(&Bits::all(end))), first.range(..end).copied().collect::<Vec<_>>());
                bits.truncate(end);
                prop_assert_eq!(places(&bits), first.range(..end).copied().collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn what_few_of_many_cases_have_takes_little_room() {
        let Bits::Few(places) = Bits::of([3, 99_999]) else { panic!("written out") };
        assert_eq!(places, [3, 99_999]);
        assert!(matches!(Bits::of(0..100), Bits::Many(words, 100) if words.len() == 2));
        // Many of the first cases, and one of the last.
        let mut bits = Bits::of(0..17);
        assert!(matches!(bits, Bits::Many(..)));
        bits.insert(999_999);
        assert!(matches!(&bits, Bits::Few(places) if places.len() == 18), "{bits:?}");
        for at in 0..40_000 {
            bits.insert(at * 25);
            let room = match &bits {
                Bits::Few(places) => places.len() * size_of::<u32>(),
                Bits::Many(words, _) => words.len() * size_of::<u64>(),
            };
            assert!(room <= bits.len().max(16) * Bits::PLACE, "{room} bytes for {}", bits.len());
        }
    }
}
