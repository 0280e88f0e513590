//! What differs between a space and a copy of it that was changed.

use super::content::Translator;
use super::{Attention, CHUNK, Handle, Space, Truth, Value};
use rustc_hash::FxHashMap;

/// One thing that an atom carries, before and after.
#[derive(Clone, Debug, PartialEq)]
pub struct Changed<T> {
    /// The atom, in the copy.
    pub atom: Handle,
    /// In the original; what an atom has that carries nothing, where the atom is new.
    pub before: T,
    /// In the copy.
    pub after: T,
}

/// The value under one key, before and after.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangedValue {
    /// The atom, in the copy.
    pub atom: Handle,
    /// The key; in the original, where the copy has it no more.
    pub key: Handle,
    /// In the original.
    pub before: Option<Value>,
    /// In the copy.
    pub after: Option<Value>,
}

/// What was changed in a copy of a space. An atom that was removed and added again is no change, but what it carried is.
/// A handle that both spaces know stands for the same atom in both.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// Atoms of the copy that the original does not have, in the order of addition.
    pub added: Vec<Handle>,
    /// Atoms of the original that the copy does not have, in the order of addition.
    pub removed: Vec<Handle>,
    /// Truth values that differ.
    pub truths: Vec<Changed<Truth>>,
    /// Attention values that differ.
    pub attention: Vec<Changed<Option<Attention>>>,
    /// Values that differ.
    pub values: Vec<ChangedValue>,
}

impl Changes {
    /// Whether nothing was changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty()
            && self.removed.is_empty()
            && self.truths.is_empty()
            && self.attention.is_empty()
            && self.values.is_empty()
    }

    /// What was changed in `copy`, which began as a clone of `original`.
    pub(super) fn between(original: &Space, copy: &Space) -> Self {
        let mut found = Comparison { original, copy, back: FxHashMap::default(), changes: Self::default() };
        found.atoms();
        found.carried();
        found.changes
    }
}

struct Comparison<'a> {
    original: &'a Space,
    copy: &'a Space,
    /// Atoms that were removed and added again: from the handle in the original to that in the copy, and the reverse.
    back: FxHashMap<Handle, Handle>,
    changes: Changes,
}

impl Comparison<'_> {
    fn is_new(&self, handle: Handle) -> bool {
        handle.0 >= self.original.atoms.end()
    }

    /// The handle in the copy of an atom of the original.
    fn in_copy(&self, handle: Handle) -> Option<Handle> {
        if self.copy.contains(handle) { Some(handle) } else { self.back.get(&handle).copied() }
    }

    /// The handle in the original of an atom of the copy.
    fn in_original(&self, handle: Handle) -> Option<Handle> {
        if self.is_new(handle) { self.back.get(&handle).copied() } else { Some(handle) }
    }

    fn atoms(&mut self) {
        let (original, copy) = (self.original, self.copy);
        let mut to_original = Translator::new(copy);
        for handle in (original.atoms.end()..copy.atoms.end()).map(Handle).filter(|handle| copy.contains(*handle)) {
            match to_original.find(original, handle) {
                Some(before) => {
                    self.back.insert(before, handle);
                    self.back.insert(handle, before);
                }
                None => self.changes.added.push(handle),
            }
        }
        for chunk in 0..original.atoms.chunk_count() {
            if original.atoms.shares_chunk(&copy.atoms, chunk) {
                continue;
            }
            for handle in (chunk * CHUNK..(chunk + 1) * CHUNK).map(|index| Handle(index as u32)) {
                if original.contains(handle) && self.in_copy(handle).is_none() {
                    self.changes.removed.push(handle);
                }
            }
        }
    }

    fn carried(&mut self) {
        let (original, copy) = (self.original, self.copy);
        let mut truths = original.more_truths.apart(&copy.more_truths);
        for chunk in 0..original.truths.chunk_count().max(copy.truths.chunk_count()) {
            if !original.truths.shares_chunk(&copy.truths, chunk) {
                let differ = |index: &usize| original.truths.get(*index).bits() != copy.truths.get(*index).bits();
                truths.extend((chunk * CHUNK..(chunk + 1) * CHUNK).filter(differ).map(|index| Handle(index as u32)));
            }
        }
        for (atom, old) in self.pairs(truths) {
            let (before, after) = (old.map(|old| original.truth(old)).unwrap_or_default(), copy.truth(atom));
            if before != after {
                self.changes.truths.push(Changed { atom, before, after });
            }
        }
        for (atom, old) in self.pairs(original.attention.apart(&copy.attention)) {
            let (before, after) = (old.and_then(|old| original.attention(old)), copy.attention(atom));
            if before != after {
                self.changes.attention.push(Changed { atom, before, after });
            }
        }
        for (atom, old) in self.pairs(original.values.apart(&copy.values)) {
            self.values(atom, old);
        }
    }

    /// The atoms of the copy that the handles stand for, ascending, each with its handle in the original.
    fn pairs(&self, handles: Vec<Handle>) -> Vec<(Handle, Option<Handle>)> {
        let mut atoms: Vec<Handle> = handles.into_iter().filter_map(|handle| self.in_copy(handle)).collect();
        atoms.sort_unstable();
        atoms.dedup();
        atoms.into_iter().filter(|atom| self.copy.contains(*atom)).map(|atom| (atom, self.in_original(atom))).collect()
    }

    fn values(&mut self, atom: Handle, old: Option<Handle>) {
        for (key, after) in self.copy.values(atom) {
            let before = old.zip(self.in_original(key)).and_then(|(old, key)| self.original.value(old, key));
            if before != Some(after) {
                let (before, after) = (before.cloned(), Some(after.clone()));
                self.changes.values.push(ChangedValue { atom, key, before, after });
            }
        }
        for (key, before) in old.into_iter().flat_map(|old| self.original.values(old)) {
            let there = self.in_copy(key);
            if there.and_then(|key| self.copy.value(atom, key)).is_none() {
                let (key, before) = (there.unwrap_or(key), Some(before.clone()));
                self.changes.values.push(ChangedValue { atom, key, before, after: None });
            }
        }
    }
}
