//! Incoming sets: for every atom the links that join it, by type and position.
//!
//! An atom in one link has it inline; up to [`SMALL`] stand in a block that it shares with its neighbours; beyond that
//! the atom is a hub with a list for every type and position. Links are grouped by type and position everywhere, so that
//! choosing by them never looks at the links. Positions from [`FAR`] on are told apart by looking.

mod blocks;
mod find;
mod groups;
mod hub;
mod iter;
#[cfg(test)]
mod tests;

use super::chunks::ChunkVec;
use super::{AtomType, Handle};
use blocks::{ATOMS, Blocks, Left};
pub(super) use find::{Near, common};
pub(super) use groups::FAR;
use groups::{Choice, Key, Place, Small};
use hub::Hub;
pub use iter::Incoming;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Links up to which they are few: each may be looked at.
const FEW: usize = 4;
/// Links beyond which an atom is a hub.
const SMALL: usize = 32;

const RUN: AtomType = AtomType(u16::MAX);
const HUB: AtomType = AtomType(u16::MAX - 1);
const GROWN: u16 = 0x8000;

/// The only link that joins an atom: its handle and type, and where in it the atom stands. Or one whose type is [`RUN`] or
/// [`HUB`]: where the set is in the link's stead, and for a run how many groups and links it has in the place's. [`GROWN`] is
/// set beside the place of an atom that has had more than [`FEW`] links since it had none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Record {
    link: Handle,
    of: AtomType,
    place: u16,
}

/// The incoming sets of all atoms of a space.
#[derive(Clone, Debug, Default)]
pub(super) struct IncomingSets {
    records: ChunkVec<Record>,
    blocks: Blocks,
    hubs: ChunkVec<Option<Arc<Hub>>, 64>,
    /// Hubs ever made, and those that can be made again.
    hub_count: u32,
    free_hubs: Vec<u32>,
    indexed: find::Types,
}

/// Calls `enter` with every atom of a link and each place that it has in it. Beyond [`FAR`] one place is enough.
fn each_place(outgoing: &[Handle], mut enter: impl FnMut(Handle, Place)) {
    const LOOKED_THROUGH: usize = 32;
    // Whether an atom came before, and whether it did so at a far place.
    let mut seen: FxHashMap<Handle, bool> = FxHashMap::default();
    for (at, atom) in outgoing.iter().enumerate() {
        let (before, far_before) = if outgoing.len() <= LOOKED_THROUGH {
            let earlier = outgoing.get(..at).unwrap_or_default();
            (earlier.contains(atom), earlier.get(FAR..).unwrap_or_default().contains(atom))
        } else {
            let before = seen.insert(*atom, at >= FAR);
            (before.is_some(), before == Some(true))
        };
        if !far_before {
            enter(*atom, Place::new(at, before));
        }
    }
}

/// The incoming set of an atom, as it is kept.
enum Set<'a> {
    One(Key, &'a Handle),
    Small(Small<'a>),
    Hub(&'a Hub),
}

impl IncomingSets {
    #[inline]
    fn record(&self, atom: Handle) -> Record {
        self.records.get(atom.index())
    }

    /// The incoming set of an atom; `None` where no link joins it.
    #[inline]
    fn set(&self, atom: Handle) -> Option<Set<'_>> {
        let record = self.records.at(atom.index())?;
        match record.of {
            AtomType::NONE => None,
            HUB => self.hubs.at(record.link.index())?.as_deref().map(Set::Hub),
            RUN => Some(Set::Small(self.blocks.get(atom, *record))),
            _ => Some(Set::One(record.key(), &record.link)),
        }
    }

    /// Enters a new link, newer than all before, at each atom that it joins. Returns the atoms that have few links no more, or
    /// have become hubs by it.
    #[inline]
    pub(super) fn add(&mut self, link: Handle, of: AtomType, outgoing: &[Handle]) -> Vec<Handle> {
        if outgoing.len() == 1 {
            self.indexed.insert(of);
        }
        let mut grown = Vec::new();
        each_place(outgoing, |atom, place| {
            if self.enter(atom, Key::new(of, place), link) {
                grown.push(atom);
            }
        });
        grown
    }

    /// Enters a link at one of its atoms, and tells whether it had few links before and has not now, or has become a hub.
    fn enter(&mut self, atom: Handle, key: Key, link: Handle) -> bool {
        let record = self.record(atom);
        if record.of == AtomType::NONE {
            self.records.set(atom.index(), Record::one(key, link, 0));
            return false;
        }
        if record.of == HUB {
            if let Some(Some(hub)) = self.hubs.at_mut(record.link.index()) {
                Arc::make_mut(hub).add(key, link);
                self.indexed.insert(key.of());
            }
            return false;
        }
        if record.of == RUN && Blocks::len(record) >= SMALL {
            let mut hub = Hub::of(self.blocks.get(atom, record));
            hub.add(key, link);
            self.promote(atom, record, hub);
            return true;
        }
        let records = self.records.span_mut(atom.index() / ATOMS * ATOMS, ATOMS);
        if record.of != RUN {
            self.blocks.begin(atom, record, (key, link), records);
            return false;
        }
        self.blocks.add(atom, key, link, records)
    }

    /// Makes an atom whose links have stood in a block a hub.
    #[cold]
    fn promote(&mut self, atom: Handle, record: Record, hub: Hub) {
        let at = self.free_hubs.pop().unwrap_or(self.hub_count);
        self.hub_count = self.hub_count.max(at + 1);
        hub.near(Choice::All).iter().for_each(|group| self.indexed.insert(group.key.of()));
        self.hubs.set(at as usize, Some(Arc::new(hub)));
        self.records.set(atom.index(), Record { link: Handle(at), of: HUB, place: 0 });
        self.blocks.forget(atom, record);
        self.tidy(atom);
    }

    fn tidy(&mut self, atom: Handle) {
        if self.blocks.is_untidy(atom) {
            let records = self.records.span_mut(atom.index() / ATOMS * ATOMS, ATOMS);
            self.blocks.tidy(atom, records);
        }
    }

    /// Takes a link out again.
    pub(super) fn remove(&mut self, link: Handle, of: AtomType, outgoing: &[Handle]) {
        each_place(outgoing, |atom, place| self.leave(atom, Key::new(of, place), link));
    }

    fn leave(&mut self, atom: Handle, key: Key, link: Handle) {
        let record = self.record(atom);
        let new = match record.of {
            HUB => {
                let Some(Some(hub)) = self.hubs.at_mut(record.link.index()) else { return };
                let hub = Arc::make_mut(hub);
                hub.remove(key, link);
                if !hub.is_empty() {
                    return;
                }
                self.hubs.set(record.link.index(), None);
                self.free_hubs.push(record.link.0);
                Record::default()
            }
            RUN => match self.blocks.remove(atom, key, link, record) {
                Some(Left::Many(record)) => record,
                Some(Left::One(key, link)) => Record::one(key, link, record.place & GROWN),
                None => return,
            },
            _ if record.key() == key && record.link == link => Record::default(),
            _ => return,
        };
        self.records.set(atom.index(), new);
        if record.of == RUN {
            self.tidy(atom);
        }
    }

    /// All links that join the atom.
    #[inline]
    pub(super) fn all(&self, atom: Handle) -> Incoming<'_> {
        self.chosen(atom, Choice::All)
    }

    /// The links of exactly this type that join the atom.
    #[inline]
    pub(super) fn of_type(&self, atom: Handle, of: AtomType) -> Incoming<'_> {
        self.chosen(atom, Choice::Type(of))
    }

    /// The links of exactly this type with the atom at a position; [`FAR`] stands for that and all later ones.
    #[inline]
    pub(super) fn at_place(&self, atom: Handle, of: AtomType, position: usize) -> Incoming<'_> {
        self.chosen(atom, Choice::place(of, position))
    }

    #[inline]
    fn chosen(&self, atom: Handle, choice: Choice) -> Incoming<'_> {
        let Some(record) = self.records.at(atom.index()) else { return Incoming::default() };
        match record.of {
            RUN => Incoming::of_small(self.blocks.get(atom, *record), choice),
            HUB => self.chosen_of_hub(*record, choice),
            AtomType::NONE => Incoming::default(),
            _ if choice.takes(record.key()) => Incoming::of_links(std::slice::from_ref(&record.link)),
            _ => Incoming::default(),
        }
    }

    fn chosen_of_hub(&self, record: Record, choice: Choice) -> Incoming<'_> {
        match self.hubs.at(record.link.index()) {
            Some(Some(hub)) => Incoming::of_groups(hub.near(choice), choice),
            _ => Incoming::default(),
        }
    }

    /// How many links join the atom.
    pub(super) fn count(&self, atom: Handle) -> usize {
        match self.set(atom) {
            Some(Set::Hub(hub)) => hub.len(),
            _ => self.counted(atom, Choice::All),
        }
    }

    /// How many links of exactly this type have the atom at a position; [`FAR`] stands for that and all later ones.
    #[inline]
    pub(super) fn count_at_place(&self, atom: Handle, of: AtomType, position: usize) -> usize {
        self.counted(atom, Choice::place(of, position))
    }

    /// How many links of exactly this type join the atom.
    #[inline]
    pub(super) fn count_of_type(&self, atom: Handle, of: AtomType) -> usize {
        self.counted(atom, Choice::Type(of))
    }

    /// As many as [`IncomingSets::chosen`] has, without going through the links.
    #[inline]
    fn counted(&self, atom: Handle, choice: Choice) -> usize {
        match self.set(atom) {
            None => 0,
            Some(Set::One(key, _)) => usize::from(choice.takes(key)),
            Some(Set::Small(small)) => small.chosen(choice).map(<[Handle]>::len).sum(),
            Some(Set::Hub(hub)) => {
                let groups = hub.near(choice).iter().filter(|group| choice.takes(group.key));
                groups.map(|group| group.links.len()).sum()
            }
        }
    }

    /// A link that joins the atom, as far as they are not a hub's: looked at so that they are in the cache.
    #[inline]
    pub(super) fn touch(&self, atom: Handle) -> Handle {
        match self.set(atom) {
            Some(Set::One(_, link)) => *link,
            Some(Set::Small(small)) => small.links.last().copied().unwrap_or_default(),
            _ => Handle::default(),
        }
    }

    /// Whether no link joins the atom.
    #[inline]
    pub(super) fn is_empty(&self, atom: Handle) -> bool {
        self.record(atom).of == AtomType::NONE
    }

    /// Gives the memory of a chunk of atoms back that no link joins.
    pub(super) fn forget(&mut self, chunk: usize) {
        self.records.forget_chunk(chunk);
    }
}

impl Record {
    #[inline]
    fn one(key: Key, link: Handle, grown: u16) -> Self {
        Self { link, of: key.of(), place: key.place() | grown }
    }

    #[inline]
    fn key(self) -> Key {
        Key::new(self.of, Place::of_bits(self.place & !GROWN))
    }
}
