//! Where small incoming sets stand: those of some hundred atoms in one block, which copies share until one of them writes.
//!
//! A set that outgrows its place leaves it to one that needs just as much, and takes such a place itself, or the end of the
//! block. A block without room is written anew, larger by an eighth than what is in it; places that nobody took are gone then.

use super::super::Handle;
use super::groups::{self, Key, Small};
use super::{FEW, GROWN, RUN, Record};
use std::cmp::Ordering;
use std::sync::Arc;

/// Atoms whose sets share a block.
pub(super) const ATOMS: usize = 256;
/// Words at the beginning of a block: how many are used, how many of those hold nothing any more, and for each size where
/// the first place of it is that was left; in that is where the next one is.
const HEADER: usize = 2 + SIZES;
/// How many sizes of places there are, up to that of the largest set.
const SIZES: usize = size(2 * super::SMALL) + 1;
/// What a block is larger than what is in it: small ones grow fast.
const fn spare(words: usize) -> usize {
    if words < 1024 { words / 4 + 16 } else { words / 8 }
}

type Block = Arc<[Handle]>;

/// The blocks of all atoms.
#[derive(Clone, Debug, Default)]
pub(super) struct Blocks {
    blocks: Vec<Option<Block>>,
}

/// What the record of a set in a block says: where it begins, its groups and its links, and whether it is [`GROWN`].
#[derive(Clone, Copy, Debug)]
struct Stand {
    at: usize,
    groups: usize,
    links: usize,
    grown: u16,
}

impl Stand {
    #[inline]
    fn of(record: Record) -> Self {
        let (groups, links) = (usize::from((record.place & !GROWN) >> 8), usize::from(record.place & 0xff));
        Self { at: record.link.index(), groups, links, grown: record.place & GROWN }
    }

    fn record(self) -> Record {
        let place = (self.groups << 8 | self.links) as u16 | self.grown;
        Record { link: Handle(self.at as u32), of: RUN, place }
    }

    fn words(self) -> usize {
        self.groups + self.links
    }

    fn room(self) -> usize {
        room(self.words())
    }
}

/// Sizes of places: those up to 16 words are 2 apart, then 4, then 8.
const fn size(words: usize) -> usize {
    match words {
        0..=16 => words.div_ceil(2),
        17..=32 => 8 + (words - 16).div_ceil(4),
        _ => 12 + (words - 32).div_ceil(8),
    }
}

/// The words of a place for a set of so many.
const fn room(words: usize) -> usize {
    match size(words) {
        size @ 0..=8 => size * 2,
        size @ 9..=12 => 16 + (size - 8) * 4,
        size => 32 + (size - 12) * 8,
    }
}

/// A place for so many words: one that was left, or the end.
fn take(block: &mut [Handle], words: usize) -> Option<usize> {
    let first = block.get(2 + size(words))?.index();
    if first > 0 {
        let next = *block.get(first)?;
        *block.get_mut(2 + size(words))? = next;
        block.get_mut(1)?.0 -= room(words) as u32;
        return Some(first);
    }
    let end = block.first()?.index();
    if end + room(words) > block.len() {
        return None;
    }
    block.first_mut()?.0 += room(words) as u32;
    Some(end)
}

/// Leaves the place of a set to others.
fn give_back(block: &mut [Handle], stand: Stand) {
    let size = size(stand.words());
    if size > 0
        && let Some(first) = block.get_mut(2 + size)
    {
        let next = std::mem::replace(first, Handle(stand.at as u32));
        block.get_mut(stand.at).into_iter().for_each(|word| *word = next);
        block.get_mut(1).into_iter().for_each(|idle| idle.0 += stand.room() as u32);
    }
}

/// What a set in a block has become.
pub(super) enum Left {
    Many(Record),
    /// One link, which needs no block.
    One(Key, Handle),
}

impl Blocks {
    /// The words of all blocks.
    #[cfg(test)]
    pub(super) fn taken(&self) -> usize {
        self.blocks.iter().flatten().map(|block| block.len()).sum()
    }

    /// The set of an atom.
    #[inline]
    pub(super) fn get(&self, atom: Handle, record: Record) -> Small<'_> {
        let stand = Stand::of(record);
        let Some(Some(block)) = self.blocks.get(atom.index() / ATOMS) else { return Small::default() };
        let words = block.get(stand.at..stand.at + stand.words()).unwrap_or_default();
        let (groups, links) = words.split_at_checked(stand.groups).unwrap_or_default();
        Small { groups, links }
    }

    /// How many links the set of an atom has, with those that it stands in twice.
    #[inline]
    pub(super) fn len(record: Record) -> usize {
        Stand::of(record).links
    }

    /// Makes a set of one link, which is in no block yet, and a newer one a set in a block. `records` are those of the atoms of
    /// the block.
    pub(super) fn begin(&mut self, atom: Handle, one: Record, (key, link): (Key, Handle), records: &mut [Record]) {
        let words = match one.key().cmp(&key) {
            Ordering::Less => [groups::word(one.key(), 1), groups::word(key, 1), one.link, link],
            Ordering::Equal => [groups::word(key, 2), one.link, link, Handle::default()],
            Ordering::Greater => [groups::word(key, 1), groups::word(one.key(), 1), link, one.link],
        };
        let groups = if one.key() == key { 1 } else { 2 };
        let stand = self.widen(atom, Stand { at: 0, groups: 0, links: 0, grown: one.place & GROWN }, 4, records);
        let Some(place) = self.words(atom, stand.at, words.len()) else { return };
        place.copy_from_slice(&words);
        let record = Stand { groups, links: 2, ..stand }.record();
        records.get_mut(atom.index() % ATOMS).into_iter().for_each(|to| *to = record);
    }

    /// Adds a link to a set, newer than all that are in it, and tells whether they are few no more.
    #[inline]
    pub(super) fn add(&mut self, atom: Handle, key: Key, link: Handle, records: &mut [Record]) -> bool {
        let Some(record) = records.get(atom.index() % ATOMS).copied() else { return false };
        let mut stand = Stand::of(record);
        let small = self.get(atom, record);
        let (mut group, mut end, mut known) = (stand.groups, 0, None);
        for (at, word) in small.groups.iter().enumerate() {
            let (other, len) = groups::read(*word);
            if other >= key {
                group = at;
                known = (other == key).then_some(len);
                end += known.unwrap_or_default();
                break;
            }
            end += len;
        }
        let more = if known.is_some() { 1 } else { 2 };
        let (groups, len) = (stand.groups, stand.words());
        if len + more > stand.room() {
            stand = self.widen(atom, stand, len + more, records);
        }
        let Some(words) = self.words(atom, stand.at, len + more) else { return false };
        // From the back: links after the new one, then it, then what stands between a new group and it.
        words.copy_within(groups + end..len, groups + end + more);
        words.get_mut(groups + end + more - 1).into_iter().for_each(|to| *to = link);
        if known.is_none() {
            words.copy_within(group..groups + end, group + 1);
            stand.groups += 1;
        }
        words.get_mut(group).into_iter().for_each(|to| *to = groups::word(key, known.unwrap_or_default() + 1));
        stand.links += 1;
        let has_grown = stand.links > FEW && stand.grown == 0;
        if has_grown {
            stand.grown = GROWN;
        }
        records.get_mut(atom.index() % ATOMS).into_iter().for_each(|to| *to = stand.record());
        has_grown
    }

    /// Words of a block, to be changed.
    #[inline]
    fn words(&mut self, atom: Handle, at: usize, len: usize) -> Option<&mut [Handle]> {
        Arc::make_mut(self.blocks.get_mut(atom.index() / ATOMS)?.as_mut()?).get_mut(at..at + len)
    }

    /// Gives a set a place with room for so many words, with what is in it.
    fn widen(&mut self, atom: Handle, stand: Stand, words: usize, records: &mut [Record]) -> Stand {
        let at = atom.index() / ATOMS;
        if self.blocks.len() <= at {
            self.blocks.resize(at + 1, None);
        }
        if let Some(Some(block)) = self.blocks.get_mut(at) {
            let block = Arc::make_mut(block);
            if let Some(place) = take(block, words) {
                block.copy_within(stand.at..stand.at + stand.words(), place);
                give_back(block, stand);
                return Stand { at: place, ..stand };
            }
        }
        self.renew(at, Some((atom.index() % ATOMS, words)), records);
        let end = self.blocks.get(at).and_then(Option::as_ref).and_then(|block| block.first());
        Stand { at: end.map_or(0, |end| end.index() - room(words)), ..stand }
    }

    /// Takes a link out of a set; nothing where it is not there.
    pub(super) fn remove(&mut self, atom: Handle, key: Key, link: Handle, record: Record) -> Option<Left> {
        let stand = Stand::of(record);
        let (mut position, mut group) = (0, None);
        for (at, (other, links)) in self.get(atom, record).iter().enumerate() {
            if other == key {
                position += links.binary_search(&link).ok()?;
                group = Some((at, links.len()));
                break;
            }
            position += links.len();
        }
        let (group, len) = group?;
        let block = Arc::make_mut(self.blocks.get_mut(atom.index() / ATOMS)?.as_mut()?);
        let words = block.get_mut(stand.at..stand.at + stand.words())?;
        words.copy_within(stand.groups + position + 1.., stand.groups + position);
        let mut left = Stand { links: stand.links - 1, ..stand };
        if len > 1 {
            *words.get_mut(group)? = groups::word(key, len - 1);
        } else {
            words.copy_within(group + 1.., group);
            left.groups -= 1;
        }
        if let ([only], Some(link)) = (words.get(..left.groups)?, words.get(left.groups).copied())
            && left.links == 1
        {
            let key = groups::read(*only).0;
            give_back(block, stand);
            return Some(Left::One(key, link));
        }
        // What a place is too large for what is left in it, nobody can take before the block is written anew.
        block.get_mut(1)?.0 += (stand.room() - left.room()) as u32;
        Some(Left::Many(left.record()))
    }

    /// Leaves the place of a set to others.
    pub(super) fn forget(&mut self, atom: Handle, record: Record) {
        if let Some(Some(block)) = self.blocks.get_mut(atom.index() / ATOMS) {
            give_back(Arc::make_mut(block), Stand::of(record));
        }
    }

    /// Whether more than half of a block holds nothing.
    pub(super) fn is_untidy(&self, atom: Handle) -> bool {
        let block = self.blocks.get(atom.index() / ATOMS).and_then(Option::as_deref);
        matches!(block, Some([used, idle, ..]) if idle.index() * 2 > used.index() - HEADER)
    }

    /// Writes a block anew.
    pub(super) fn tidy(&mut self, atom: Handle, records: &mut [Record]) {
        self.renew(atom.index() / ATOMS, None, records);
    }

    /// Writes a block anew. The set of one of its atoms may come last, with room for so many words.
    #[cold]
    fn renew(&mut self, block: usize, last: Option<(usize, usize)>, records: &mut [Record]) {
        let Some(slot) = self.blocks.get_mut(block) else { return };
        let (widened, more) = last.map_or((usize::MAX, 0), |(place, words)| (place, room(words)));
        let stays = |place: usize, record: &Record| record.of == RUN && place != widened;
        let kept = records.iter().enumerate().filter(|(place, record)| stays(*place, record));
        let len = more + kept.map(|(_, record)| Stand::of(*record).room()).sum::<usize>();
        if len == 0 {
            *slot = None;
            return;
        }
        let mut new: Block = std::iter::repeat_n(Handle::default(), HEADER + len + spare(len)).collect();
        let words = Arc::make_mut(&mut new);
        let mut end = HEADER;
        let mut take = |record: &mut Record| {
            let stand = Stand::of(*record);
            let from = slot.as_ref().and_then(|old| old.get(stand.at..stand.at + stand.words()));
            if let (Some(from), Some(to)) = (from, words.get_mut(end..end + stand.words())) {
                to.copy_from_slice(from);
            }
            *record = Stand { at: end, ..stand }.record();
            end += stand.room();
        };
        let kept = records.iter_mut().enumerate().filter(|(place, record)| stays(*place, record));
        kept.for_each(|(_, record)| take(record));
        if let Some(record) = records.get_mut(widened).filter(|record| record.of == RUN) {
            take(record);
        }
        if let Some(used) = words.first_mut() {
            *used = Handle((HEADER + len) as u32);
        }
        *slot = Some(new);
    }
}
