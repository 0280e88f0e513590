//! What atoms are: their types, and the words that they are made of, which for a link are the atoms that it joins and for a
//! node is the address of its name.
//!
//! Atoms come in order and do not change, so their words stand one after another, those of 1024 atoms in one chunk, and the
//! column has but the end of each: it begins where the one before it ends. A link over very many atoms has its words apart.

use super::chunks::{CHUNK, ChunkVec};
use super::sparse::Sparse;
use super::{AtomType, Handle};
use std::sync::Arc;

/// Words of an atom that stand with those of its neighbours: with 1024 times as many, ends fit into 16 bits.
const MOST: usize = 60;
/// Words for which a chunk has room at first.
const FIRST: usize = 64;

/// The type of an atom, [`AtomType::NONE`] where there is none (any more), and where its words end.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Head {
    of: AtomType,
    end: u16,
}

/// All atoms of a space.
#[derive(Clone, Debug, Default)]
pub(super) struct Atoms {
    heads: ChunkVec<Head>,
    words: Vec<Arc<[Handle]>>,
    long: Sparse<Arc<[Handle]>>,
    /// Atoms that were ever added.
    end: u32,
    /// Words of removed atoms.
    idle: usize,
}

impl Atoms {
    /// How many atoms were ever added: the number of the next.
    #[inline]
    pub(super) fn end(&self) -> u32 {
        self.end
    }

    /// The type of an atom.
    #[inline]
    pub(super) fn of(&self, handle: Handle) -> AtomType {
        self.heads.get(handle.index()).of
    }

    /// The type of an atom and its words.
    #[inline]
    pub(super) fn open(&self, handle: Handle) -> (AtomType, &[Handle]) {
        let (chunk, place) = (handle.index() / CHUNK, handle.index() % CHUNK);
        let Some(heads) = self.heads.chunk(chunk) else { return (AtomType::NONE, &[]) };
        let end = |place: usize| heads.get(place).map_or(0, |head| usize::from(head.end));
        let from = if place == 0 { 0 } else { end(place - 1) };
        let words = self.words.get(chunk).and_then(|words| words.get(from..end(place))).unwrap_or_default();
        let of = heads.get(place).copied().unwrap_or_default().of;
        (of, if words.is_empty() && of.is_link() { self.long(handle) } else { words })
    }

    #[cold]
    fn long(&self, handle: Handle) -> &[Handle] {
        self.long.get(handle).map(AsRef::as_ref).unwrap_or_default()
    }

    /// Adds an atom, of which the caller knows that there is a number left for it.
    #[inline]
    pub(super) fn push(&mut self, of: AtomType, words: &[Handle]) -> Handle {
        let handle = Handle(self.end);
        let (chunk, place) = (handle.index() / CHUNK, handle.index() % CHUNK);
        let short = if words.len() > MOST { &[] } else { words };
        if !std::ptr::eq(short, words) {
            self.long.set(handle, words.into());
        }
        let before = self.heads.get(handle.index().wrapping_sub(1)).end;
        let from = if place == 0 { 0 } else { usize::from(before) };
        let to = from + short.len();
        if self.words.get(chunk).is_none_or(|words| words.len() < to) {
            self.reach(chunk, to);
        }
        if let Some(slots) = self.words.get_mut(chunk).and_then(|words| Arc::make_mut(words).get_mut(from..to)) {
            slots.copy_from_slice(short);
        }
        self.heads.set(handle.index(), Head { of, end: to as u16 });
        self.end += 1;
        handle
    }

    /// Makes room for so many words in the last chunk; what the one before has too much is given back.
    #[cold]
    fn reach(&mut self, chunk: usize, len: usize) {
        if self.words.len() <= chunk {
            self.close(chunk.wrapping_sub(1));
            self.words.resize_with(chunk + 1, Arc::default);
        }
        let Some(words) = self.words.get_mut(chunk) else { return };
        let room = len.max(words.len() * 3 / 2).max(FIRST);
        *words = words.iter().copied().chain(std::iter::repeat(Handle::default())).take(room).collect();
    }

    /// Gives back what a chunk has more than it needs, now that no atom will be added to it.
    fn close(&mut self, chunk: usize) {
        let used = self.heads.chunk(chunk).and_then(|heads| heads.last()).map_or(0, |head| usize::from(head.end));
        if let Some(words) = self.words.get_mut(chunk) {
            *words = words.iter().copied().take(used).collect();
        }
    }

    /// Erases an atom. Its words stay until its chunk is tidied.
    pub(super) fn erase(&mut self, handle: Handle) {
        let words = self.open(handle).1.len();
        if self.long.remove(handle).is_none() {
            self.idle += words;
        }
        if let Some(head) = self.heads.at_mut(handle.index()) {
            head.of = AtomType::NONE;
        }
    }

    /// Words of a chunk, used or not any more.
    fn used(&self, chunk: usize) -> usize {
        self.heads.chunk(chunk).and_then(|heads| heads.last()).map_or(0, |head| head.end.into())
    }

    /// Gives back the words of removed atoms of a chunk to which no atom will be added.
    pub(super) fn tidy(&mut self, chunk: usize) {
        let mut kept = Vec::new();
        let mut ends = [0; CHUNK];
        for (place, end) in ends.iter_mut().enumerate() {
            let (of, words) = self.open(Handle((chunk * CHUNK + place) as u32));
            if of != AtomType::NONE && words.len() <= MOST {
                kept.extend_from_slice(words);
            }
            *end = kept.len() as u16;
        }
        let idle = self.used(chunk) - kept.len();
        if idle == 0 {
            return;
        }
        self.idle -= idle;
        for (head, end) in self.heads.span_mut(chunk * CHUNK, CHUNK).iter_mut().zip(ends) {
            head.end = end;
        }
        if let Some(words) = self.words.get_mut(chunk) {
            *words = kept.into();
        }
    }

    /// Gives back all memory of a chunk whose atoms were all removed.
    pub(super) fn forget(&mut self, chunk: usize) {
        self.idle -= self.used(chunk);
        self.heads.forget_chunk(chunk);
        if let Some(words) = self.words.get_mut(chunk) {
            *words = Arc::default();
        }
    }

    /// Changes the one word of a node.
    pub(super) fn set_word(&mut self, handle: Handle, word: Handle) {
        let (chunk, place) = (handle.index() / CHUNK, handle.index() % CHUNK);
        let Some(end) = self.heads.chunk(chunk).and_then(|heads| heads.get(place)).map(|head| head.end) else { return };
        let slot = self.words.get_mut(chunk).and_then(|words| Arc::make_mut(words).get_mut(usize::from(end) - 1));
        if let Some(slot) = slot {
            *slot = word;
        }
    }

    /// How many words are those of removed atoms, and how many there are in all; those of the chunk that is not full yet are
    /// left out, since they cannot be given back.
    pub(super) fn idle_of(&self) -> (usize, usize) {
        let full = self.end as usize / CHUNK;
        let open = (full * CHUNK..self.end as usize).map(|number| self.open(Handle(number as u32)));
        let open_idle: usize = open.filter(|(of, _)| *of == AtomType::NONE).map(|(_, words)| words.len()).sum();
        (self.idle - open_idle, self.words.iter().take(full).map(|words| words.len()).sum())
    }

    /// How many chunks there are.
    pub(super) fn chunk_count(&self) -> usize {
        self.heads.chunk_count()
    }

    /// Whether the types and words of a chunk are the very same memory in both, or there is no such chunk in both.
    pub(super) fn shares_chunk(&self, other: &Self, chunk: usize) -> bool {
        self.heads.shares_chunk(&other.heads, chunk)
    }
}

#[cfg(test)]
mod tests {
    use super::{Atoms, CHUNK, MOST};
    use crate::space::{AtomType, Handle};
    use proptest::prelude::*;

    type Model = Vec<(AtomType, Vec<Handle>)>;

    #[test]
    fn what_was_given_back_stays_so() {
        let mut atoms = Atoms::default();
        for number in 0..3 * CHUNK as u32 {
            atoms.push(AtomType::LIST, &[Handle(number), Handle(number)]);
        }
        (0..2 * CHUNK as u32).for_each(|number| atoms.erase(Handle(number)));
        atoms.forget(0);
        atoms.forget(1);
        let kept = atoms.clone();
        (0..3).for_each(|chunk| atoms.tidy(chunk));
        assert!(atoms.heads.shares_chunks(0, 1), "chunks of nothing are one");
        assert!(atoms.shares_chunk(&kept, 2), "where nothing is idle, nothing is written");
        assert_eq!(atoms.idle_of().0, 0);
    }

    fn check(atoms: &Atoms, model: &Model) {
        for (number, (of, words)) in model.iter().enumerate() {
            let handle = Handle(number as u32);
            assert_eq!(atoms.of(handle), *of, "{handle}");
            if *of != AtomType::NONE {
                assert_eq!(atoms.open(handle), (*of, words.as_slice()), "{handle}");
            }
        }
        assert_eq!(atoms.open(Handle(model.len() as u32)).0, AtomType::NONE);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn atoms_are_what_was_added(
            lengths in prop::collection::vec(prop_oneof![8 => 0_usize..4, 1 => MOST - 1..MOST + 3, 1 => Just(1000)], 1..4000),
            removed in prop::collection::vec(any::<prop::sample::Index>(), 0..3000),
            tidied in prop::collection::vec(0_usize..4, 0..3),
            snapshot in any::<prop::sample::Index>(),
        ) {
            let (mut atoms, mut model) = (Atoms::default(), Model::new());
            let snapshot = snapshot.index(lengths.len());
            let (mut kept, mut kept_model) = (atoms.clone(), model.clone());
            for (number, length) in lengths.into_iter().enumerate() {
                if number == snapshot {
                    (kept, kept_model) = (atoms.clone(), model.clone());
                }
                // A node is made of one word, the address of its name.
                let of = if length == 1 { AtomType::CONCEPT } else { AtomType::LIST };
                let words: Vec<Handle> = (0..length).map(|word| Handle((number * 7 + word) as u32)).collect();
                prop_assert_eq!(atoms.push(of, &words).index(), number);
                model.push((of, words));
            }
            for which in removed {
                let at = which.index(model.len());
                if let Some((of, _)) = model.get_mut(at).filter(|(of, _)| *of != AtomType::NONE) {
                    atoms.erase(Handle(at as u32));
                    *of = AtomType::NONE;
                }
            }
            for chunk in tidied.into_iter().filter(|chunk| (chunk + 1) * CHUNK <= model.len()) {
                atoms.tidy(chunk);
            }
            check(&atoms, &model);
            check(&kept, &kept_model);
            let before = atoms.idle_of();
            for chunk in 0..model.len() / CHUNK {
                atoms.tidy(chunk);
                if model[chunk * CHUNK..(chunk + 1) * CHUNK].iter().all(|(of, _)| *of == AtomType::NONE) {
                    atoms.forget(chunk);
                }
            }
            check(&atoms, &model);
            let after = atoms.idle_of();
            prop_assert!(after.0 <= before.0 && after.1 <= before.1, "{:?} from {:?}", after, before);
            let word = Handle(u32::MAX - 5);
            if let Some(node) = model.iter().position(|(of, _)| *of == AtomType::CONCEPT) {
                atoms.set_word(Handle(node as u32), word);
                model[node].1 = vec![word];
                check(&atoms, &model);
            }
        }
    }
}
