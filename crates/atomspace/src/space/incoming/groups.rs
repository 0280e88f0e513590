//! What incoming sets are grouped by: the type of the link and the position of the atom in it.

use super::super::{AtomType, Handle};

/// The last position that a group tells: this one or a later one.
pub(in crate::space) const FAR: usize = 15;
/// Set where the atom stands at an earlier position of the same link too.
const REPEATED: u32 = FAR as u32 + 1;
const PLACE_BITS: u32 = 5;
const LEN_BITS: u32 = 6;

/// Type and position in one number, by which groups are sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key(u32);

impl Key {
    #[inline]
    pub(super) fn new(of: AtomType, place: Place) -> Self {
        Self(u32::from(of.0) << PLACE_BITS | u32::from(place.0))
    }

    /// Whether the atom stands at an earlier position of the same link too.
    #[inline]
    pub(super) fn is_repeated(self) -> bool {
        self.0 & REPEATED != 0
    }

    #[inline]
    pub(super) fn of(self) -> AtomType {
        AtomType((self.0 >> PLACE_BITS) as u16)
    }

    /// The position, as [`Place::of_bits`] reads it.
    #[inline]
    pub(super) fn place(self) -> u16 {
        (self.0 & (REPEATED | FAR as u32)) as u16
    }
}

/// Where in a link an atom stands, and whether it stands at an earlier position too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place(u16);

impl Place {
    #[inline]
    pub(super) fn new(position: usize, is_repeated: bool) -> Self {
        Self(position.min(FAR) as u16 | if is_repeated { REPEATED as u16 } else { 0 })
    }

    #[inline]
    pub(super) fn of_bits(bits: u16) -> Self {
        Self(bits)
    }
}

/// Which groups are looked for.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Choice {
    #[default]
    All,
    Type(AtomType),
    /// With the atom at a position before this one.
    Before(usize),
    /// With the atom at a position, at an earlier one too or not; kept as the key of those at no earlier one.
    Place(Key),
}

impl Choice {
    #[inline]
    pub(super) fn place(of: AtomType, position: usize) -> Self {
        Self::Place(Key::new(of, Place::new(position, false)))
    }

    #[inline]
    pub(super) fn takes(self, key: Key) -> bool {
        match self {
            Self::All => !key.is_repeated(),
            Self::Type(wanted) => key.of() == wanted && !key.is_repeated(),
            Self::Before(end) => !key.is_repeated() && usize::from(key.place()) < end,
            Self::Place(wanted) => key.0 & !REPEATED == wanted.0,
        }
    }
}

/// How many links a small group has, and its key above that: a word that stands before the links.
pub(super) fn word(key: Key, len: usize) -> Handle {
    Handle(key.0 << LEN_BITS | len as u32)
}

/// The key of a group and how many links it has.
#[inline]
pub(super) fn read(word: Handle) -> (Key, usize) {
    (Key(word.0 >> LEN_BITS), (word.0 & ((1 << LEN_BITS) - 1)) as usize)
}

/// An incoming set that is small: groups in the order of their keys, and their links one group after another.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Small<'a> {
    pub(super) groups: &'a [Handle],
    pub(super) links: &'a [Handle],
}

impl<'a> Small<'a> {
    /// The links of one group; none where there is no such group.
    #[inline]
    pub(super) fn group(self, key: Key) -> &'a [Handle] {
        let mut from = 0;
        for word in self.groups {
            let (other, len) = read(*word);
            if other == key {
                return self.links.get(from..from + len).unwrap_or_default();
            }
            from += len;
        }
        &[]
    }

    /// The groups with their links.
    #[inline]
    pub(super) fn iter(self) -> impl Iterator<Item = (Key, &'a [Handle])> {
        let mut rest = self.links;
        self.groups.iter().map(move |group| {
            let (key, len) = read(*group);
            let (links, after) = rest.split_at_checked(len).unwrap_or_default();
            rest = after;
            (key, links)
        })
    }

    /// The links of the groups that are chosen.
    #[inline]
    pub(super) fn chosen(self, choice: Choice) -> impl Iterator<Item = &'a [Handle]> {
        self.iter().filter(move |(key, _)| choice.takes(*key)).map(|(_, links)| links)
    }
}
