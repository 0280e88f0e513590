//! Finding a link by the atoms that it joins: it is in the incoming set of each of them, and mostly one of the sets is short.

use super::super::{AtomType, Handle};
use super::groups::{Choice, Key, Place, Small};
use super::{HUB, IncomingSets, RUN};

/// Atoms of a link, from its first, in whose sets it is looked for.
const ANCHORS: usize = 4;

/// Where to look for a link over some atoms.
#[derive(Clone, Copy, Debug)]
pub(in crate::space) enum Near<'a> {
    /// There is none.
    Nowhere,
    /// Among these; each has the atom that it was found by at the right position. If there is a second list, it is in both.
    Among(&'a [Handle], Option<&'a [Handle]>),
    /// All sets that it is looked for in are those of hubs: such links have an index.
    Indexed,
}

fn anchors(outgoing: &[Handle]) -> impl Iterator<Item = (usize, Handle)> {
    outgoing.iter().copied().take(ANCHORS).enumerate()
}

impl IncomingSets {
    /// Whether a link over these atoms is found by the index, and by no incoming set.
    #[inline]
    pub(in crate::space) fn is_indexed(&self, outgoing: &[Handle]) -> bool {
        anchors(outgoing).all(|(_, atom)| self.record(atom).of == HUB)
    }

    /// The links that are found by an atom, since it is among the first that they join.
    pub(in crate::space) fn found_by(&self, atom: Handle) -> impl Iterator<Item = Handle> {
        self.chosen(atom, Choice::Before(ANCHORS))
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
        let Some((small, key)) = least else { return Near::Indexed };
        Near::Among(small.group(key), second.map(|(small, key)| small.group(key)))
    }
}

/// The links that are in both of two short lists.
pub(in crate::space) fn common<'a>(one: &'a [Handle], two: &'a [Handle]) -> impl Iterator<Item = Handle> {
    // No way out in the middle: the comparisons are then done several at a time.
    one.iter().copied().filter(|link| two.iter().map(|other| u32::from(other == link)).sum::<u32>() > 0)
}
