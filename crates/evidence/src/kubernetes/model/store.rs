//! Objects of one kind, in the order first seen, found by namespace and name.

use rustc_hash::FxHashMap;

use super::{At, Meta};

/// What a [`Store`] can hold.
pub trait Object: Default {
    /// Name and the like.
    fn meta(&self) -> &Meta;
    /// Name and the like, for the reader.
    fn meta_mut(&mut self) -> &mut Meta;
}

/// Objects of one kind. Iteration is in the order first seen, never by name.
#[derive(Debug, Clone)]
pub struct Store<T> {
    items: Vec<T>,
    by_name: FxHashMap<String, Vec<usize>>,
    spare: T,
}

impl<T: Object> Default for Store<T> {
    fn default() -> Self {
        Self { items: Vec::new(), by_name: FxHashMap::default(), spare: T::default() }
    }
}

impl<T: Object> Store<T> {
    /// The object of that name, made if there is none. An empty namespace means the one object of that name.
    pub fn entry(&mut self, namespace: &str, name: &str, at: At) -> &mut T {
        let position = match self.position(namespace, name) {
            Some(position) => position,
            None => self.add(namespace, name, at),
        };
        let slot = position.min(self.items.len().saturating_sub(1));
        let (_, rest) = self.items.split_at_mut(slot);
        match rest {
            [item, ..] => {
                if item.meta().namespace.is_empty() {
                    namespace.clone_into(&mut item.meta_mut().namespace);
                }
                item
            }
            // `add` has just made the list non-empty.
            [] => &mut self.spare,
        }
    }

    fn add(&mut self, namespace: &str, name: &str, at: At) -> usize {
        let mut item = T::default();
        let meta = item.meta_mut();
        namespace.clone_into(&mut meta.namespace);
        name.clone_into(&mut meta.name);
        meta.at = at;
        let position = self.items.len();
        self.items.push(item);
        self.by_name.entry(name.to_owned()).or_default().push(position);
        position
    }

    fn position(&self, namespace: &str, name: &str) -> Option<usize> {
        self.by_name.get(name)?.iter().copied().find(|&position| {
            self.items.get(position).is_some_and(|item| {
                let own = &item.meta().namespace;
                namespace.is_empty() || own.is_empty() || own == namespace
            })
        })
    }

    /// The object of that name.
    pub fn get(&self, namespace: &str, name: &str) -> Option<&T> {
        self.position(namespace, name).and_then(|position| self.items.get(position))
    }

    /// All objects, in the order first seen.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.items.iter()
    }

    /// All objects, for linking, in the order first seen.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.items.iter_mut()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

impl<'a, T: Object> IntoIterator for &'a mut Store<T> {
    type Item = &'a mut T;
    type IntoIter = std::slice::IterMut<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.iter_mut()
    }
}

impl<'a, T: Object> IntoIterator for &'a Store<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
