//! Finding a link by the atoms that it joins: it is in the incoming set of each of them.
//!
//! Where one of the sets has few links, each is looked at. Where two are not those of hubs, few links are in both. What is left
//! are links over hubs and at most one other atom, and those have an index.

use super::super::{AtomType, Handle};
use super::groups::{Choice, Key, Place, Small};
use super::{FEW, GROWN, HUB, IncomingSets, RUN, Set};

/// Atoms of a link, from its first, in whose sets it is looked for.
const ANCHORS: usize = 4;

/// Where to look for a link over some atoms.
#[derive(Clone, Copy, Debug)]
pub(in crate::space) enum Near<'a> {
    /// There is none.
    Nowhere,
    /// Among these; each has the atom that it was found by at the right position. If there is a second list, it is in both.
    Among(&'a [Handle], Option<&'a [Handle]>),
    /// In the index, if there is one.
    Indexed,
}

fn anchors(outgoing: &[Handle]) -> impl Iterator<Item = (usize, Handle)> {
    outgoing.iter().copied().take(ANCHORS).enumerate()
}

impl IncomingSets {
    /// Whether a link over these atoms has to be found by the index. That changes as they get links, and not as they lose some.
    #[inline]
    pub(in crate::space) fn is_indexed(&self, outgoing: &[Handle]) -> bool {
        let mut others = anchors(outgoing).map(|(_, atom)| self.record(atom)).filter(|record| record.of != HUB);
        let grown = others.next().is_none_or(|record| record.place & GROWN != 0);
        grown && others.next().is_none()
    }

    /// The links for which that may change with an atom, since it is among the first that they join.
    pub(in crate::space) fn found_by(&self, atom: Handle) -> Vec<Handle> {
        let first = |key: Key| Choice::Before(ANCHORS).takes(key) && self.indexed.has(key.of());
        match self.set(atom) {
            None => Vec::new(),
            Some(Set::One(key, link)) => {
                if first(key) {
                    vec![*link]
                } else {
                    Vec::new()
                }
            }
            Some(Set::Small(small)) => {
                small.iter().filter(|(key, _)| first(*key)).flat_map(|(_, links)| links.iter().copied()).collect()
            }
            Some(Set::Hub(hub)) => {
                let groups = hub.near(Choice::All).iter().filter(|group| first(group.key));
                groups.flat_map(|group| group.links.iter()).collect()
            }
        }
    }

    /// Where to look for a link.
    #[inline]
    pub(in crate::space) fn near(&self, of: AtomType, outgoing: &[Handle]) -> Near<'_> {
        let mut least: Option<(Small<'_>, Key)> = None;
        let mut second = None;
        for (position, atom) in anchors(outgoing) {
            let before = outgoing.get(..position).unwrap_or_default();
            let key = Key::new(of, Place::new(position, before.contains(&atom)));
            let Some(record) = self.records.at(atom.index()) else { return Near::Nowhere };
            match record.of {
                AtomType::NONE => return Near::Nowhere,
                HUB => {}
                RUN => {
                    let found = (self.blocks.get(atom, *record), key);
                    if least.is_none_or(|least| found.0.links.len() < least.0.links.len()) {
                        second = least.replace(found);
                    } else {
                        second = second.or(Some(found));
                    }
                }
                _ if record.key() == key => return Near::Among(std::slice::from_ref(&record.link), None),
                _ => return Near::Nowhere,
            }
        }
        match (least, second) {
            (Some((small, key)), None) if small.links.len() <= FEW => Near::Among(small.group(key), None),
            (Some((small, key)), Some((other, other_key))) => {
                Near::Among(small.group(key), Some(other.group(other_key)))
            }
            _ => Near::Indexed,
        }
    }
}

/// Types of which some link joins a hub or a single atom: no other can have links in the index.
#[derive(Clone, Debug, Default)]
pub(super) struct Types(Vec<u64>);

impl Types {
    #[inline]
    pub(super) fn has(&self, of: AtomType) -> bool {
        self.0.get(usize::from(of.0) / 64).is_some_and(|word| word >> (of.0 % 64) & 1 == 1)
    }

    #[inline]
    pub(super) fn insert(&mut self, of: AtomType) {
        if self.has(of) {
            return;
        }
        let at = usize::from(of.0) / 64;
        self.0.resize(self.0.len().max(at + 1), 0);
        self.0.get_mut(at).into_iter().for_each(|word| *word |= 1 << (of.0 % 64));
    }
}

/// The links that are in both of two short lists.
pub(in crate::space) fn common<'a>(one: &'a [Handle], two: &'a [Handle]) -> impl Iterator<Item = Handle> {
    // No way out in the middle: the comparisons are then done several at a time.
    one.iter().copied().filter(|link| two.iter().map(|other| u32::from(other == link)).sum::<u32>() > 0)
}
