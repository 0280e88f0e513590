//! Incoming sets of many links: a list for each type and position.

use super::super::Handle;
use super::super::idlist::IdList;
use super::groups::{Choice, Key, Small};

#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) key: Key,
    pub(super) links: IdList,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Hub {
    /// Sorted by key.
    groups: Vec<Group>,
    /// Links, each once.
    links: usize,
}

impl Hub {
    /// A hub of what has been a small set.
    pub(super) fn of(small: Small<'_>) -> Self {
        let mut hub = Self::default();
        for (key, links) in small.iter() {
            for link in links {
                hub.add(key, *link);
            }
        }
        hub
    }

    /// Adds a link, newer than all before.
    #[inline]
    pub(super) fn add(&mut self, key: Key, link: Handle) {
        self.links += usize::from(!key.is_repeated());
        let at = self.groups.binary_search_by_key(&key, |group| group.key).unwrap_or_else(|at| {
            self.groups.insert(at, Group { key, links: IdList::default() });
            at
        });
        if let Some(group) = self.groups.get_mut(at) {
            group.links.push(link);
        }
    }

    pub(super) fn remove(&mut self, key: Key, link: Handle) {
        let Ok(at) = self.groups.binary_search_by_key(&key, |group| group.key) else { return };
        let Some(group) = self.groups.get_mut(at) else { return };
        if group.links.remove(link) {
            self.links -= usize::from(!key.is_repeated());
        }
        if group.links.len() == 0 {
            self.groups.remove(at);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// How many links there are, each once.
    pub(super) fn len(&self) -> usize {
        self.links
    }

    /// Groups among which are those that are chosen.
    #[inline]
    pub(super) fn near(&self, choice: Choice) -> &[Group] {
        let of = match choice {
            Choice::All | Choice::Before(_) => return &self.groups,
            Choice::Type(of) => of,
            Choice::Place(key) => key.of(),
        };
        let from = self.groups.partition_point(|group| group.key.of() < of);
        let to = self.groups.partition_point(|group| group.key.of() <= of);
        self.groups.get(from..to).unwrap_or_default()
    }
}
