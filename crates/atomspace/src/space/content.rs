//! Atoms by what they are, across spaces: the same node or link in another space, whatever its handle there.

use super::{AtomType, CHUNK, Handle, Space, Types, Value};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Finds in spaces `to` the atoms of a space `from`. What was found is remembered, so one translator goes with one `to`
/// from which no atom is removed meanwhile.
pub(super) struct Translator<'a> {
    from: &'a Space,
    atoms: FxHashMap<Handle, Handle>,
}

/// The type of the same name.
pub(super) fn translated_type(from: &Types, to: &Types, of: AtomType) -> Option<AtomType> {
    if std::ptr::eq(from, to) {
        return Some(of);
    }
    to.named(&from.full_name(of)).ok()
}

impl<'a> Translator<'a> {
    pub(super) fn new(from: &'a Space) -> Self {
        Self { from, atoms: FxHashMap::default() }
    }

    /// Remembers where an atom is in `to`.
    pub(super) fn set(&mut self, handle: Handle, there: Handle) {
        self.atoms.insert(handle, there);
    }

    /// Whether nothing can have changed about what the handle stands for.
    fn is_shared(&self, to: &Space, handle: Handle) -> bool {
        self.from.atoms.shares_chunk(&to.atoms, handle.index() / CHUNK) && to.contains(handle)
    }

    /// The same atom in `to`.
    pub(super) fn find(&mut self, to: &Space, handle: Handle) -> Option<Handle> {
        let mut open = vec![handle];
        while let Some(&next) = open.last() {
            if self.atoms.contains_key(&next) {
                open.pop();
                continue;
            }
            if self.is_shared(to, next) {
                self.atoms.insert(next, next);
                continue;
            }
            let of = translated_type(&self.from.types, &to.types, self.from.type_of(next)?)?;
            let outgoing = self.from.outgoing(next);
            let before = open.len();
            open.extend(outgoing.iter().filter(|part| !self.atoms.contains_key(part)));
            if open.len() > before {
                continue;
            }
            let there = match self.from.name(next) {
                Some(name) => to.find_node(of, name)?,
                None => to.find_link(of, &self.all(outgoing)?)?,
            };
            self.atoms.insert(next, there);
        }
        self.atoms.get(&handle).copied()
    }

    /// Where atoms are, that were found before.
    pub(super) fn all(&self, handles: &[Handle]) -> Option<Vec<Handle>> {
        handles.iter().map(|handle| self.atoms.get(handle).copied()).collect()
    }
}

impl Space {
    /// Whether two spaces hold the same atoms, carrying the same, under types of the same names and supertypes. Handles
    /// and the order of addition may differ.
    #[must_use]
    pub fn same_content(&self, other: &Self) -> bool {
        if self.len() != other.len() || !self.same_types(other) {
            return false;
        }
        let mut translator = Translator::new(self);
        self.handles().all(|handle| {
            translator
                .find(other, handle)
                .is_some_and(|there| self.carries_the_same(other, handle, there, &mut translator))
        })
    }

    fn same_types(&self, other: &Self) -> bool {
        let described = |types: &Types| {
            let one = |of| (types.full_name(of), types.parents(of).iter().map(|of| types.full_name(*of)).collect());
            let mut all: Vec<(String, Vec<String>)> = types.declared().map(one).collect();
            all.sort_unstable();
            all
        };
        Arc::ptr_eq(&self.types, &other.types) || described(&self.types) == described(&other.types)
    }

    fn carries_the_same(&self, other: &Self, here: Handle, there: Handle, translator: &mut Translator<'_>) -> bool {
        let values: Option<Vec<(Handle, &Value)>> =
            self.values(here).map(|(key, value)| Some((translator.find(other, key)?, value))).collect();
        self.truth(here) == other.truth(there)
            && self.attention(here) == other.attention(there)
            && values.is_some_and(|values| {
                values.len() == other.values(there).count()
                    && values.iter().all(|(key, value)| other.value(there, *key) == Some(*value))
            })
    }
}
