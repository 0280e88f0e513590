//! Reading a space: by handle, by content, by type, and from an atom to the links that join it.

use super::incoming::{FAR, Near, common};
use super::{AtomType, Handle, Handles, Incoming, Space};
use std::hash::{BuildHasher, Hasher};

/// An atom as it is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Atom<'a> {
    /// A node.
    Node {
        /// Its type.
        of: AtomType,
        /// Its name.
        name: &'a str,
    },
    /// A link.
    Link {
        /// Its type.
        of: AtomType,
        /// The atoms that it joins, in order; of an unordered type, ascending.
        outgoing: &'a [Handle],
    },
}

/// A size of a name that stands after the label, because it does not fit into it.
pub(super) const LONG: u16 = u16::MAX;
/// Bytes before a name: handle, type and size of the node.
pub(super) const LABEL: usize = 8;

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Label {
    pub(super) handle: Handle,
    pub(super) of: AtomType,
    pub(super) size: u16,
}

impl Label {
    pub(super) fn bytes(self) -> [u8; LABEL] {
        (u64::from(self.handle.0) | u64::from(self.of.0) << 32 | u64::from(self.size) << 48).to_le_bytes()
    }

    fn of_bytes(bytes: [u8; LABEL]) -> Self {
        let word = u64::from_le_bytes(bytes);
        Self { handle: Handle(word as u32), of: AtomType((word >> 32) as u16), size: (word >> 48) as u16 }
    }
}

impl Space {
    /// Whether there is such an atom.
    #[must_use]
    #[inline]
    pub fn contains(&self, handle: Handle) -> bool {
        self.atoms.of(handle) != AtomType::NONE
    }

    /// The atom, if it is there.
    #[must_use]
    pub fn atom(&self, handle: Handle) -> Option<Atom<'_>> {
        let of = self.type_of(handle)?;
        let name = || self.name(handle).unwrap_or_default();
        let link = of.is_link();
        Some(if link { Atom::Link { of, outgoing: self.outgoing(handle) } } else { Atom::Node { of, name: name() } })
    }

    /// The type of an atom.
    #[must_use]
    #[inline]
    pub fn type_of(&self, handle: Handle) -> Option<AtomType> {
        let of = self.atoms.of(handle);
        (of != AtomType::NONE).then_some(of)
    }

    /// The name of a node; `None` for a link.
    #[must_use]
    pub fn name(&self, handle: Handle) -> Option<&str> {
        let (of, words) = self.atoms.open(handle);
        let node = of != AtomType::NONE && of.is_node();
        node.then(|| std::str::from_utf8(self.name_at(words)).unwrap_or_default())
    }

    /// The atoms that a link joins; none for a node.
    #[must_use]
    #[inline]
    pub fn outgoing(&self, handle: Handle) -> &[Handle] {
        self.opened(handle).1
    }

    /// The links that join an atom, each once.
    #[must_use]
    #[inline]
    pub fn incoming(&self, handle: Handle) -> Incoming<'_> {
        self.incoming.all(handle)
    }

    /// How many links join an atom.
    #[must_use]
    pub fn incoming_len(&self, handle: Handle) -> usize {
        self.incoming.count(handle)
    }

    /// The links of exactly this type that join an atom.
    #[must_use]
    #[inline]
    pub fn incoming_by_type(&self, handle: Handle, of: AtomType) -> Incoming<'_> {
        self.incoming.of_type(handle, of)
    }

    /// The links of this type or one below it that join an atom.
    pub fn incoming_is_a(&self, handle: Handle, of: AtomType) -> impl Iterator<Item = Handle> {
        self.incoming(handle).filter(move |link| self.types.is_a(self.atoms.of(*link), of))
    }

    /// The links of exactly this type with the atom at a position, from 0.
    #[inline]
    pub fn incoming_at(&self, handle: Handle, of: AtomType, position: usize) -> impl Iterator<Item = Handle> {
        let links = self.incoming.at_place(handle, of, position);
        links.filter(move |link| position < FAR || self.outgoing(*link).get(position) == Some(&handle))
    }

    /// How many links of exactly this type have the atom at a position; beyond the first 15, at that or a later one.
    #[must_use]
    #[inline]
    pub fn incoming_len_at(&self, handle: Handle, of: AtomType, position: usize) -> usize {
        self.incoming.count_at_place(handle, of, position)
    }

    /// How many links of exactly this type join an atom.
    #[must_use]
    #[inline]
    pub fn incoming_len_by_type(&self, handle: Handle, of: AtomType) -> usize {
        self.incoming.count_of_type(handle, of)
    }

    /// The links of exactly this type with the atom at a position; beyond the first 15, at that or a later one.
    #[inline]
    pub(crate) fn incoming_near(&self, handle: Handle, of: AtomType, position: usize) -> Incoming<'_> {
        self.incoming.at_place(handle, of, position)
    }

    /// The type of an atom and what it joins, in one look: nothing for a node.
    #[inline]
    pub(crate) fn opened(&self, handle: Handle) -> (AtomType, &[Handle]) {
        let (of, words) = self.atoms.open(handle);
        (of, if of.is_link() { words } else { &[] })
    }

    /// The link of an ordered type over these atoms, if it is there; or, seldom, another. Touches incoming sets or the
    /// index and mostly no link, so that the misses of the cache for several look-ups overlap.
    #[inline]
    pub(crate) fn guess_link(&self, of: AtomType, outgoing: &[Handle]) -> Option<Handle> {
        match self.incoming.near(of, outgoing) {
            Near::Nowhere => None,
            Near::Among([link], None) => Some(*link),
            Near::Among(links, None) => links.iter().copied().find(|link| self.is_link(*link, of, outgoing)),
            Near::Among(links, Some(others)) => common(links, others).next(),
            Near::Indexed => self.link_index.find(self.hash_joined(of, outgoing), |_| true).map(Handle),
        }
    }

    #[inline]
    fn is_link(&self, link: Handle, of: AtomType, outgoing: &[Handle]) -> bool {
        self.atoms.open(link) == (of, outgoing)
    }

    /// At most `most` atoms of exactly this type, spread over the order of their addition.
    pub(crate) fn spread(&self, of: AtomType, most: usize) -> impl Iterator<Item = Handle> {
        let list = self.by_type.get(of.position());
        (0..most).filter_map(move |part| list.and_then(|list| list.near(part, most)))
    }

    /// The atoms of exactly this type, in the order of addition.
    #[must_use]
    pub fn by_type(&self, of: AtomType) -> Handles<'_> {
        self.by_type.get(of.position()).map(super::IdList::iter).unwrap_or_default()
    }

    /// How many atoms are of exactly this type.
    #[must_use]
    pub fn count_by_type(&self, of: AtomType) -> usize {
        self.by_type(of).len()
    }

    /// The atoms of this type and those below it, type by type.
    pub fn by_type_is_a(&self, of: AtomType) -> impl Iterator<Item = Handle> {
        self.types.subtypes(of).flat_map(|of| self.by_type(of))
    }

    /// The nodes of this name, whatever their type.
    pub fn named(&self, name: &str) -> impl Iterator<Item = Handle> {
        let types = self.types.iter().filter(|of| of.is_node() && self.count_by_type(*of) > 0);
        types.filter_map(move |of| self.find_node(of, name))
    }

    /// All atoms, in the order of addition; so every link after the atoms that it joins.
    pub fn handles(&self) -> impl DoubleEndedIterator<Item = Handle> {
        (0..self.atoms.end()).map(Handle).filter(|handle| self.contains(*handle))
    }

    /// The atom at a position in the order of addition, if it is there: [`Handle::index`] gave the position.
    #[must_use]
    pub fn handle_at(&self, position: usize) -> Option<Handle> {
        let handle = u32::try_from(position).map(Handle).ok()?;
        self.contains(handle).then_some(handle)
    }

    /// The node of this type and name, if it is there.
    #[must_use]
    pub fn find_node(&self, of: AtomType, name: &str) -> Option<Handle> {
        if self.types.traits(of)?.number {
            let name = super::numbers::canonical(name)?;
            return self.find_named(self.hash_name(of, name.as_bytes()), of, name.as_bytes());
        }
        self.find_named(self.hash_name(of, name.as_bytes()), of, name.as_bytes())
    }

    /// The node of this type whose name is these bytes; none for numbers, whose names have several spellings.
    #[inline]
    pub(super) fn known_node(&self, of: AtomType, name: &[u8]) -> Option<Handle> {
        let number = self.types.traits(of)?.number;
        if number { None } else { self.find_named(self.hash_name(of, name), of, name) }
    }

    /// As [`Space::known_node`], for several: each step of the way for all of them before the next.
    pub(super) fn known_nodes<const N: usize>(&self, names: &[(AtomType, &[u8])]) -> [Option<Handle>; N] {
        let mut guesses = [(0, None); N];
        for (guess, (of, name)) in guesses.iter_mut().zip(names) {
            if self.types.traits(*of).is_some_and(|traits| !traits.number) {
                let hash = self.hash_name(*of, name);
                *guess = (hash, self.node_index.find(hash, |_| true));
            }
        }
        let mut found = [None; N];
        for ((node, (hash, guess)), (of, name)) in found.iter_mut().zip(guesses).zip(names) {
            let Some(guess) = guess else { continue };
            let label = self.label(guess);
            let right = label.of == *of && self.labelled(guess, label.size) == *name;
            *node = if right { Some(label.handle) } else { self.find_named(hash, *of, name) };
        }
        found
    }

    /// Has what a link that joins one of these atoms will change in the cache. What comes back means nothing, but has to
    /// be used.
    pub(super) fn touch(&self, atoms: impl Iterator<Item = Handle> + Clone) -> usize {
        let records = atoms.clone().fold(0, |seen, atom| seen ^ usize::from(self.incoming.is_empty(atom)));
        atoms.fold(records, |seen, atom| seen ^ self.incoming.touch(atom).index())
    }

    /// The link of this type over these atoms, if it is there.
    #[must_use]
    pub fn find_link(&self, of: AtomType, outgoing: &[Handle]) -> Option<Handle> {
        if self.types.is_unordered(of) && !outgoing.is_sorted() {
            let mut sorted = outgoing.to_vec();
            sorted.sort_unstable();
            return self.find_joined(of, &sorted);
        }
        self.find_joined(of, outgoing)
    }

    #[inline]
    pub(super) fn hash_name(&self, of: AtomType, name: &[u8]) -> u32 {
        let mut hasher = self.seed.build_hasher();
        hasher.write(name);
        hasher.write_u16(of.0);
        folded(hasher.finish())
    }

    #[inline]
    pub(super) fn hash_joined(&self, of: AtomType, outgoing: &[Handle]) -> u32 {
        let mut hasher = self.seed.build_hasher();
        hasher.write_u16(of.0);
        for handle in outgoing {
            hasher.write_u32(handle.0);
        }
        folded(hasher.finish())
    }

    /// The index of nodes leads to their names, which tell the rest: a look at the column would be one more miss of the
    /// cache.
    #[inline]
    pub(super) fn find_named(&self, hash: u32, of: AtomType, name: &[u8]) -> Option<Handle> {
        let mut found = None;
        self.node_index.find(hash, |address| {
            let label = self.label(address);
            let same = label.of == of && self.labelled(address, label.size) == name;
            found = same.then_some(label.handle);
            same
        })?;
        found
    }

    #[inline]
    pub(super) fn find_joined(&self, of: AtomType, outgoing: &[Handle]) -> Option<Handle> {
        let is_it = |link: &Handle| self.is_link(*link, of, outgoing);
        match self.incoming.near(of, outgoing) {
            Near::Nowhere => None,
            Near::Among(links, None) => links.iter().copied().find(is_it),
            // Of two atoms, each is at its position in what is in both lists.
            Near::Among(links, Some(others)) if outgoing.len() == 2 => {
                common(links, others).find(|link| self.atoms.open(*link).1.len() == 2)
            }
            Near::Among(links, Some(others)) => common(links, others).find(is_it),
            Near::Indexed => {
                let hash = self.hash_joined(of, outgoing);
                self.link_index.find(hash, |link| is_it(&Handle(link))).map(Handle)
            }
        }
    }

    /// The name of a node that is made of these words.
    #[inline]
    pub(super) fn name_at(&self, words: &[Handle]) -> &[u8] {
        let Some(address) = words.first() else { return &[] };
        self.labelled(address.0, self.label(address.0).size)
    }

    /// The name of a node and what stands before it.
    pub(super) fn labelled_name(&self, address: u32) -> &[u8] {
        let size = self.label(address).size;
        let long = if size == LONG { 4 } else { 0 };
        self.names.run(address, LABEL + long + self.labelled(address, size).len())
    }

    /// The name at an address, whose size is as its label has it.
    #[inline]
    fn labelled(&self, address: u32, size: u16) -> &[u8] {
        if size != LONG {
            return self.names.run(address, LABEL + usize::from(size)).get(LABEL..).unwrap_or_default();
        }
        let len = <[u8; 4]>::try_from(self.names.run(address, LABEL + 4).get(LABEL..).unwrap_or_default());
        let len = len.map_or(0, u32::from_le_bytes) as usize;
        self.names.run(address, LABEL + 4 + len).get(LABEL + 4..).unwrap_or_default()
    }

    /// What stands before a name.
    #[inline]
    fn label(&self, address: u32) -> Label {
        <[u8; LABEL]>::try_from(self.names.run(address, LABEL)).map(Label::of_bytes).unwrap_or_default()
    }
}

#[inline]
fn folded(hash: u64) -> u32 {
    (hash ^ hash >> 32) as u32
}
