//! Incoming sets: for every atom the links that join it, by type and position.
//!
//! An atom in one link has it inline; up to [`SMALL`] entries stand in a run of a slab, oldest first; beyond that the atom
//! is a hub with a sorted list for every type and position. An entry holds type and position beside the link, so that
//! choosing by them never looks at the links. Positions from [`FAR`] on are told apart by looking.

use super::arena::{Linked, Slab};
use super::chunks::ChunkVec;
use super::idlist::{Handles, IdList};
use super::{AtomType, Handle};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Entries beyond which an atom is a hub.
const SMALL: usize = 32;
/// The last position that an entry tells: this one or a later one.
pub(super) const FAR: usize = 15;
/// Set where the atom stands at an earlier position of the same link too.
const REPEATED: u16 = 0x8000;

/// A link that joins the atom: handle, type, and where in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    link: Handle,
    of: AtomType,
    place: u16,
}

impl Linked for Entry {
    fn to(address: u32) -> Self {
        Self { link: Handle(address), ..Self::default() }
    }

    fn address(self) -> u32 {
        self.link.0
    }
}

const RUN: AtomType = AtomType(u16::MAX);
const HUB: AtomType = AtomType(u16::MAX - 1);

/// An entry; or one whose type is [`RUN`] or [`HUB`]: an address in its link's stead, and the length of a run as its place.
type Record = Entry;

/// See [`IncomingSets::ahead`].
pub(super) type Ahead = [Record; 2];

#[derive(Clone, Debug)]
struct Group {
    of: AtomType,
    place: u16,
    links: IdList,
}

#[derive(Clone, Debug, Default)]
struct Hub {
    /// Sorted by type and place.
    groups: Vec<Group>,
    links: usize,
}

impl Hub {
    fn position(&self, of: AtomType, place: u16) -> Result<usize, usize> {
        self.groups.binary_search_by_key(&(of, place), |group| (group.of, group.place))
    }

    #[inline]
    fn add(&mut self, entry: Entry) {
        self.links += usize::from(entry.place & REPEATED == 0);
        let at = self.position(entry.of, entry.place).unwrap_or_else(|at| {
            self.groups.insert(at, Group { of: entry.of, place: entry.place, links: IdList::default() });
            at
        });
        if let Some(group) = self.groups.get_mut(at) {
            group.links.push(entry.link);
        }
    }

    fn remove(&mut self, entry: Entry) {
        let Ok(at) = self.position(entry.of, entry.place) else { return };
        let Some(group) = self.groups.get_mut(at) else { return };
        if group.links.remove(entry.link) {
            self.links -= usize::from(entry.place & REPEATED == 0);
        }
        if group.links.len() == 0 {
            self.groups.remove(at);
        }
    }

    /// The groups of a type.
    fn of_type(&self, of: AtomType) -> &[Group] {
        let from = self.groups.partition_point(|group| group.of < of);
        let to = self.groups.partition_point(|group| group.of <= of);
        self.groups.get(from..to).unwrap_or_default()
    }
}

/// The incoming sets of all atoms of a space.
#[derive(Clone, Debug, Default)]
pub(super) struct IncomingSets {
    records: ChunkVec<Record>,
    runs: Slab<Entry>,
    hubs: ChunkVec<Option<Arc<Hub>>, 64>,
    /// Hubs ever made, and those that can be made again.
    hub_count: u32,
    free_hubs: Vec<u32>,
}

/// Calls `enter` with every position and atom of a link and each place that an entry of it has. Beyond [`FAR`] one entry is enough.
/// Stops where `enter` says `false`, and tells whether it never did.
fn each_place(outgoing: &[Handle], mut enter: impl FnMut(usize, Handle, u16) -> bool) -> bool {
    const LOOKED_THROUGH: usize = 32;
    // Whether an atom came before, and whether it did so at a far place.
    let mut seen: FxHashMap<Handle, bool> = FxHashMap::default();
    outgoing.iter().enumerate().all(|(at, atom)| {
        let (before, far_before) = if outgoing.len() <= LOOKED_THROUGH {
            let earlier = outgoing.get(..at).unwrap_or_default();
            (earlier.contains(atom), earlier.get(FAR..).unwrap_or_default().contains(atom))
        } else {
            let before = seen.insert(*atom, at >= FAR);
            (before.is_some(), before == Some(true))
        };
        let repeated = if before { REPEATED } else { 0 };
        far_before || enter(at, *atom, at.min(FAR) as u16 | repeated)
    })
}

impl IncomingSets {
    /// The records of the first atoms of a link that may come: asked for before it is known whether it is new, so that the
    /// misses of the cache for both overlap.
    #[inline]
    pub(super) fn ahead(&self, outgoing: &[Handle]) -> Ahead {
        let record = |at: usize| outgoing.get(at).map(|atom| self.records.get(atom.index())).unwrap_or_default();
        [record(0), record(1)]
    }

    /// Enters a new link, newer than all before, at each atom that it joins. `false` where room is used up; then some
    /// atoms have it, and [`IncomingSets::remove`] takes it from those.
    #[inline]
    pub(super) fn add(&mut self, link: Handle, of: AtomType, outgoing: &[Handle], ahead: Ahead) -> bool {
        each_place(outgoing, |at, atom, place| {
            let ahead = ahead.get(at).filter(|_| place & REPEATED == 0).copied();
            let record = ahead.unwrap_or_else(|| self.records.get(atom.index()));
            self.enter(atom, record, Entry { link, of, place })
        })
    }

    fn enter(&mut self, atom: Handle, record: Record, entry: Entry) -> bool {
        let new = match record.of {
            AtomType::NONE => Some(entry),
            HUB => {
                if let Some(Some(hub)) = self.hubs.at_mut(record.link.0 as usize) {
                    Arc::make_mut(hub).add(entry);
                }
                return true;
            }
            RUN => self.append(record, entry),
            _ => self.runs.put(&[record, entry]).map(|at| Entry { link: Handle(at), of: RUN, place: 2 }),
        };
        if let Some(new) = new {
            self.records.set(atom.index(), new);
        }
        new.is_some()
    }

    /// The record of a run with one more entry; `None` where room is used up.
    fn append(&mut self, record: Record, entry: Entry) -> Option<Record> {
        let (address, len) = (record.link.0, record.place as usize);
        let room = len.next_power_of_two();
        if len < room {
            *self.runs.run_mut(address, len + 1).last_mut()? = entry;
            return Some(Entry { place: record.place + 1, ..record });
        }
        if len < SMALL {
            let wider = self.runs.take(room * 2)?;
            let mut entries = [Entry::default(); SMALL];
            entries.get_mut(..len)?.copy_from_slice(self.runs.run(address, len));
            *entries.get_mut(len)? = entry;
            self.runs.run_mut(wider, len + 1).copy_from_slice(entries.get(..=len)?);
            self.runs.give_back(address, room);
            return Some(Entry { link: Handle(wider), of: RUN, place: record.place + 1 });
        }
        let mut hub = Hub::default();
        self.runs.run(address, len).iter().for_each(|entry| hub.add(*entry));
        hub.add(entry);
        self.runs.give_back(address, room);
        let at = self.free_hubs.pop().unwrap_or(self.hub_count);
        self.hub_count = self.hub_count.max(at + 1);
        self.hubs.set(at as usize, Some(Arc::new(hub)));
        Some(Entry { link: Handle(at), of: HUB, place: 0 })
    }

    /// Takes a link out again.
    pub(super) fn remove(&mut self, link: Handle, of: AtomType, outgoing: &[Handle]) {
        each_place(outgoing, |_, atom, place| {
            self.leave(atom, Entry { link, of, place });
            true
        });
    }

    fn leave(&mut self, atom: Handle, entry: Entry) {
        let record = self.records.get(atom.index());
        let new = match record.of {
            HUB => {
                let at = record.link.0;
                let Some(Some(hub)) = self.hubs.at_mut(at as usize) else { return };
                let hub = Arc::make_mut(hub);
                hub.remove(entry);
                if !hub.groups.is_empty() {
                    return;
                }
                self.hubs.set(at as usize, None);
                self.free_hubs.push(at);
                Record::default()
            }
            RUN => self.shorten(record, entry),
            _ if record == entry => Record::default(),
            _ => return,
        };
        self.records.set(atom.index(), new);
    }

    /// The record of a run without an entry. What is no longer needed of the run is given back.
    fn shorten(&mut self, record: Record, entry: Entry) -> Record {
        let (address, len) = (record.link.0, record.place as usize);
        let entries = self.runs.run_mut(address, len);
        let Some(at) = entries.iter().position(|other| *other == entry) else { return record };
        entries.copy_within(at + 1.., at);
        let only = entries.first().copied().unwrap_or_default();
        let mut room = len.next_power_of_two();
        if len == 2 {
            self.runs.give_back(address, room);
            return only;
        }
        while room / 2 >= len - 1 {
            room /= 2;
            self.runs.give_back(address + room as u32, room);
        }
        Entry { place: record.place - 1, ..record }
    }

    /// All links that join the atom.
    #[inline]
    pub(super) fn all(&self, atom: Handle) -> Incoming<'_> {
        let record = self.records.at(atom.index());
        self.chosen(record, Choice::All)
    }

    /// The links of exactly this type that join the atom.
    #[inline]
    pub(super) fn of_type(&self, atom: Handle, of: AtomType) -> Incoming<'_> {
        self.chosen(self.records.at(atom.index()), Choice::Type(of))
    }

    /// The links of exactly this type with the atom at a place; the place [`FAR`] stands for that and all later ones.
    #[inline]
    pub(super) fn at_place(&self, atom: Handle, of: AtomType, place: usize) -> Incoming<'_> {
        self.chosen(self.records.at(atom.index()), Choice::Place(of, place.min(FAR) as u16))
    }

    #[inline]
    fn chosen<'a>(&'a self, record: Option<&'a Record>, choice: Choice) -> Incoming<'a> {
        let Some(record) = record else { return Incoming::default() };
        match record.of {
            AtomType::NONE => Incoming::default(),
            HUB => self.chosen_of_hub(*record, choice),
            RUN => {
                let entries = self.runs.run(record.link.0, record.place as usize).iter();
                Incoming { entries, choice, ..Incoming::default() }
            }
            _ => Incoming { entries: std::slice::from_ref(record).iter(), choice, ..Incoming::default() },
        }
    }

    fn chosen_of_hub(&self, record: Record, choice: Choice) -> Incoming<'_> {
        let Some(Some(hub)) = self.hubs.at(record.link.0 as usize) else { return Incoming::default() };
        let groups = match choice {
            Choice::All => &hub.groups,
            Choice::Type(of) | Choice::Place(of, _) => hub.of_type(of),
        };
        Incoming { groups: groups.iter(), choice, ..Incoming::default() }
    }

    /// How many links join the atom.
    pub(super) fn count(&self, atom: Handle) -> usize {
        let record = self.records.get(atom.index());
        if record.of == HUB
            && let Some(Some(hub)) = self.hubs.at(record.link.0 as usize)
        {
            return hub.links;
        }
        self.all(atom).count()
    }

    /// How many links of exactly this type have the atom at a place; the place [`FAR`] stands for that and all later ones.
    #[inline]
    pub(super) fn count_at_place(&self, atom: Handle, of: AtomType, place: usize) -> usize {
        self.counted(atom, Choice::Place(of, place.min(FAR) as u16))
    }

    /// How many links of exactly this type join the atom.
    #[inline]
    pub(super) fn count_of_type(&self, atom: Handle, of: AtomType) -> usize {
        self.counted(atom, Choice::Type(of))
    }

    /// As many as [`IncomingSets::chosen`] has, without going through the lists of a hub.
    #[inline]
    fn counted(&self, atom: Handle, choice: Choice) -> usize {
        let Some(record) = self.records.at(atom.index()) else { return 0 };
        let takes = |entry: &&Entry| choice.takes(entry.of, entry.place);
        match record.of {
            AtomType::NONE => 0,
            HUB => {
                let groups = self.chosen_of_hub(*record, choice).groups;
                groups.filter(|group| choice.takes(group.of, group.place)).map(|group| group.links.len()).sum()
            }
            RUN => self.runs.run(record.link.0, record.place as usize).iter().filter(takes).count(),
            _ => usize::from(choice.takes(record.of, record.place)),
        }
    }

    /// The newest link that joins the atom, as far as its entries are in one run.
    #[inline]
    pub(super) fn newest(&self, atom: Handle) -> Handle {
        let record = self.records.get(atom.index());
        match record.of {
            RUN => self.runs.run(record.link.0, record.place as usize).last().map_or(record.link, |entry| entry.link),
            _ => record.link,
        }
    }

    /// Whether no link joins the atom.
    #[inline]
    pub(super) fn is_empty(&self, atom: Handle) -> bool {
        self.records.get(atom.index()).of == AtomType::NONE
    }

    pub(super) fn records_mut(&mut self) -> &mut ChunkVec<Record> {
        &mut self.records
    }
}

#[derive(Clone, Copy, Debug, Default)]
enum Choice {
    #[default]
    All,
    Type(AtomType),
    Place(AtomType, u16),
}

impl Choice {
    #[inline]
    fn takes(self, of: AtomType, place: u16) -> bool {
        match self {
            Self::All => place & REPEATED == 0,
            Self::Type(wanted) => of == wanted && place & REPEATED == 0,
            Self::Place(wanted, at) => of == wanted && place & !REPEATED == at,
        }
    }
}

/// Links that join an atom, each once; oldest first, for a hub within each type and position.
#[derive(Clone, Debug, Default)]
pub struct Incoming<'a> {
    entries: std::slice::Iter<'a, Entry>,
    groups: std::slice::Iter<'a, Group>,
    links: Handles<'a>,
    choice: Choice,
}

impl Iterator for Incoming<'_> {
    type Item = Handle;

    #[inline]
    fn next(&mut self) -> Option<Handle> {
        for entry in self.entries.by_ref() {
            if self.choice.takes(entry.of, entry.place) {
                return Some(entry.link);
            }
        }
        loop {
            if let Some(link) = self.links.next() {
                return Some(link);
            }
            let group = self.groups.next()?;
            if self.choice.takes(group.of, group.place) {
                self.links = group.links.iter();
            }
        }
    }

    #[inline]
    fn fold<B, F: FnMut(B, Handle) -> B>(self, start: B, mut f: F) -> B {
        let choice = self.choice;
        let takes = |entry: &&Entry| choice.takes(entry.of, entry.place);
        let sum = self.entries.filter(takes).fold(start, |sum, entry| f(sum, entry.link));
        let sum = self.links.fold(sum, &mut f);
        let groups = self.groups.filter(|group| choice.takes(group.of, group.place));
        groups.fold(sum, |sum, group| group.links.iter().fold(sum, &mut f))
    }
}
