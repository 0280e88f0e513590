//! Columns that few atoms have an entry in: pages of sorted entries, shared by copies until one of them writes.

use super::Handle;
use std::sync::Arc;

/// Atoms that share a page.
const PAGE: usize = 256;

type Page<T> = Arc<Vec<(u8, T)>>;

/// A map from atoms to `T`. A page without an entry takes one pointer.
#[derive(Clone, Debug)]
pub(super) struct Sparse<T> {
    pages: Vec<Option<Page<T>>>,
    len: usize,
}

impl<T> Default for Sparse<T> {
    fn default() -> Self {
        Self { pages: Vec::new(), len: 0 }
    }
}

fn place(handle: Handle) -> (usize, u8) {
    (handle.index() / PAGE, (handle.index() % PAGE) as u8)
}

impl<T: Clone> Sparse<T> {
    /// How many atoms have an entry.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The entry of an atom.
    pub(super) fn get(&self, handle: Handle) -> Option<&T> {
        let (page, key) = place(handle);
        let page = self.pages.get(page)?.as_ref()?;
        let at = page.binary_search_by_key(&key, |entry| entry.0).ok()?;
        page.get(at).map(|entry| &entry.1)
    }

    /// The entry of an atom, to be changed.
    pub(super) fn get_mut(&mut self, handle: Handle) -> Option<&mut T> {
        let (page, key) = place(handle);
        let page = self.pages.get_mut(page)?.as_mut()?;
        let at = page.binary_search_by_key(&key, |entry| entry.0).ok()?;
        Arc::make_mut(page).get_mut(at).map(|entry| &mut entry.1)
    }

    /// Sets the entry of an atom.
    pub(super) fn set(&mut self, handle: Handle, value: T) {
        let (at, key) = place(handle);
        if self.pages.len() <= at {
            self.pages.resize(at + 1, None);
        }
        let Some(page) = self.pages.get_mut(at) else { return };
        let entries = Arc::make_mut(page.get_or_insert_default());
        match entries.binary_search_by_key(&key, |entry| entry.0) {
            Ok(at) => {
                if let Some(entry) = entries.get_mut(at) {
                    entry.1 = value;
                }
            }
            Err(at) => {
                entries.insert(at, (key, value));
                self.len += 1;
            }
        }
    }

    /// Takes the entry of an atom away.
    pub(super) fn remove(&mut self, handle: Handle) -> Option<T> {
        let (at, key) = place(handle);
        let slot = self.pages.get_mut(at)?;
        let position = slot.as_ref()?.binary_search_by_key(&key, |entry| entry.0).ok()?;
        let entries = Arc::make_mut(slot.as_mut()?);
        let (_, value) = entries.remove(position);
        if entries.is_empty() {
            *slot = None;
        }
        self.len -= 1;
        Some(value)
    }

    /// The atoms with an entry, ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Handle, &T)> {
        self.pages.iter().enumerate().filter_map(|(at, page)| Some((at, page.as_ref()?))).flat_map(|(at, page)| {
            page.iter().map(move |(key, value)| (Handle((at * PAGE) as u32 + u32::from(*key)), value))
        })
    }

    /// The atoms with an entry in one of the two whose pages are not the very same memory; an atom may come twice.
    pub(super) fn apart(&self, other: &Self) -> Vec<Handle> {
        let mut found = Vec::new();
        for at in 0..self.pages.len().max(other.pages.len()) {
            let (one, two) =
                (self.pages.get(at).and_then(Option::as_ref), other.pages.get(at).and_then(Option::as_ref));
            if let (Some(one), Some(two)) = (one, two)
                && Arc::ptr_eq(one, two)
            {
                continue;
            }
            for (key, _) in one.into_iter().chain(two).flat_map(|page| page.iter()) {
                found.push(Handle((at * PAGE) as u32 + u32::from(*key)));
            }
        }
        found
    }
}
