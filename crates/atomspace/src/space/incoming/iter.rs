//! Going through an incoming set.

use super::super::Handle;
use super::super::idlist::Handles;
use super::groups::{self, Choice, Small};
use super::hub::Group;
use std::slice::Iter;

/// Links that join an atom, each once: by type and position, and within those oldest first.
#[derive(Clone, Debug)]
pub struct Incoming<'a>(Left<'a>);

/// What is left of an incoming set.
#[derive(Clone, Debug)]
enum Left<'a> {
    Links(Iter<'a, Handle>),
    /// Links of the group that was come to, and what comes after it.
    Small(Iter<'a, Handle>, Small<'a>, Choice),
    Hub(Handles<'a>, Iter<'a, Group>, Choice),
}

impl Default for Incoming<'_> {
    fn default() -> Self {
        Self(Left::Links([].iter()))
    }
}

impl<'a> Incoming<'a> {
    #[inline]
    pub(super) fn of_links(links: &'a [Handle]) -> Self {
        Self(Left::Links(links.iter()))
    }

    #[inline]
    pub(super) fn of_small(small: Small<'a>, choice: Choice) -> Self {
        Self(Left::Small([].iter(), small, choice))
    }

    #[inline]
    pub(super) fn of_groups(groups: &'a [Group], choice: Choice) -> Self {
        Self(Left::Hub(Handles::default(), groups.iter(), choice))
    }
}

impl Iterator for Incoming<'_> {
    type Item = Handle;

    #[inline]
    fn next(&mut self) -> Option<Handle> {
        match &mut self.0 {
            Left::Links(links) => links.next().copied(),
            Left::Small(links, after, choice) => loop {
                if let Some(link) = links.next() {
                    return Some(*link);
                }
                let (word, groups) = after.groups.split_first()?;
                let (key, len) = groups::read(*word);
                let (own, rest) = after.links.split_at_checked(len)?;
                *after = Small { groups, links: rest };
                if choice.takes(key) {
                    *links = own.iter();
                }
            },
            Left::Hub(links, groups, choice) => loop {
                if let Some(link) = links.next() {
                    return Some(link);
                }
                let group = groups.next()?;
                if choice.takes(group.key) {
                    *links = group.links.iter();
                }
            },
        }
    }

    #[inline]
    fn fold<B, F: FnMut(B, Handle) -> B>(self, start: B, mut f: F) -> B {
        match self.0 {
            Left::Links(links) => links.fold(start, |sum, link| f(sum, *link)),
            Left::Small(links, after, choice) => {
                let sum = links.fold(start, |sum, link| f(sum, *link));
                after.chosen(choice).fold(sum, |sum, links| links.iter().fold(sum, |sum, link| f(sum, *link)))
            }
            Left::Hub(links, groups, choice) => {
                let sum = links.fold(start, &mut f);
                let groups = groups.filter(|group| choice.takes(group.key));
                groups.fold(sum, |sum, group| group.links.iter().fold(sum, &mut f))
            }
        }
    }
}
