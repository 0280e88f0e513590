//! Adding atoms, and finding that they are there already.

use super::read::{LONG, Label};
use super::types::Traits;
use super::{AtomType, Handle, Space, SpaceError};
use smallvec::SmallVec;

impl Space {
    /// The node of this type and name, made if it is new.
    #[inline]
    pub fn node(&mut self, of: AtomType, name: &str) -> Result<Handle, SpaceError> {
        match self.types.traits(of).filter(|_| of.is_node()) {
            Some(traits) if traits.number => {
                let name = super::numbers::canonical(name).ok_or_else(|| SpaceError::Number(shown(name)))?;
                self.intern_node(of, name.as_bytes())
            }
            Some(_) => self.intern_node(of, name.as_bytes()),
            None => Err(SpaceError::NotANodeType(self.type_shown(of))),
        }
    }

    /// The link of this type over these atoms, made if it is new. Atoms of an unordered link are sorted. A link of type
    /// [`AtomType::STATE`] replaces the one of the same key, and one of type [`AtomType::DEFINE`] is refused where its
    /// name has another definition; both only where they hold no variable, which makes them a pattern.
    ///
    /// ```
    /// use oriel_atomspace::space::{AtomType, Space, SpaceError};
    /// let mut space = Space::new();
    /// let [phase, up, down] = ["phase", "up", "down"].map(|name| space.node(AtomType::CONCEPT, name));
    /// let (phase, up, down) = (phase?, up?, down?);
    /// assert_eq!(space.link(AtomType::SET, &[up, down])?, space.link(AtomType::SET, &[down, up])?);
    ///
    /// space.link(AtomType::STATE, &[phase, up])?;
    /// let state = space.link(AtomType::STATE, &[phase, down])?;
    /// assert_eq!(space.state(phase), Some(down));
    /// assert_eq!(space.by_type(AtomType::STATE).collect::<Vec<_>>(), [state]);
    ///
    /// space.link(AtomType::DEFINE, &[phase, up])?;
    /// assert!(matches!(space.link(AtomType::DEFINE, &[phase, down]), Err(SpaceError::Redefined { .. })));
    /// # Ok::<(), SpaceError>(())
    /// ```
    #[inline]
    pub fn link(&mut self, of: AtomType, outgoing: &[Handle]) -> Result<Handle, SpaceError> {
        if let Some(stranger) = outgoing.iter().find(|handle| !self.contains(**handle)) {
            return Err(SpaceError::NoAtom(*stranger));
        }
        self.link_known(of, outgoing)
    }

    /// As [`Space::link`], over atoms that are known to be there: saves a look at each.
    #[inline]
    pub(super) fn link_known(&mut self, of: AtomType, outgoing: &[Handle]) -> Result<Handle, SpaceError> {
        let Some(traits) = self.types.traits(of).filter(|_| of.is_link()) else {
            return Err(SpaceError::NotALinkType(self.type_shown(of)));
        };
        if traits.special() { self.special_link(of, traits, outgoing) } else { self.intern_link(of, outgoing) }
    }

    fn special_link(&mut self, of: AtomType, traits: Traits, outgoing: &[Handle]) -> Result<Handle, SpaceError> {
        let mut outgoing = SmallVec::<[Handle; 8]>::from_slice(outgoing);
        if traits.unordered && !outgoing.is_sorted() {
            outgoing.sort_unstable();
        }
        if traits.state || traits.define {
            let &[name, _] = outgoing.as_slice() else {
                let name = self.types.name(of);
                return Err(SpaceError::Arity { name, wanted: 2, given: outgoing.len() });
            };
            if self.find_link(of, &outgoing).is_none() {
                self.make_way(of, traits, name, &outgoing)?;
            }
        }
        self.intern_link(of, &outgoing)
    }

    #[inline]
    fn intern_node(&mut self, of: AtomType, name: &[u8]) -> Result<Handle, SpaceError> {
        let hash = self.hash_name(of, name);
        if let Some(known) = self.find_named(hash, of, name) {
            return Ok(known);
        }
        self.check_room()?;
        let size = u16::try_from(name.len()).unwrap_or(LONG);
        let label = Label { handle: Handle(self.atoms.end()), of, size }.bytes();
        let len = u32::try_from(name.len()).map_err(|_| SpaceError::Full)?.to_le_bytes();
        let long: &[u8] = if size == LONG { &len } else { &[] };
        let body = self.names.put_all(&[&label, long, name]).ok_or(SpaceError::Full)?;
        self.node_index.insert(hash, body);
        Ok(self.enter(of, &[Handle(body)]))
    }

    #[inline]
    fn intern_link(&mut self, of: AtomType, outgoing: &[Handle]) -> Result<Handle, SpaceError> {
        if let Some(known) = self.find_joined(of, outgoing) {
            return Ok(known);
        }
        self.check_room()?;
        let grown = self.incoming.add(Handle(self.atoms.end()), of, outgoing);
        let link = self.enter(of, outgoing);
        if self.incoming.is_indexed(outgoing) {
            self.link_index.insert(self.hash_joined(of, outgoing), link.0);
        }
        if !grown.is_empty() {
            self.index_links_of(&grown);
        }
        Ok(link)
    }

    /// Indexes the links that no incoming set leads to any more, since these atoms have so many by now.
    #[cold]
    fn index_links_of(&mut self, grown: &[Handle]) {
        let mut links: Vec<Handle> = grown.iter().flat_map(|atom| self.incoming.found_by(*atom)).collect();
        links.retain(|link| self.incoming.is_indexed(self.outgoing(*link)));
        for link in links {
            let (of, outgoing) = self.opened(link);
            let hash = self.hash_joined(of, outgoing);
            // It may have been indexed before, be the new one, or have grown at two of its atoms.
            if self.link_index.find(hash, |known| known == link.0).is_none() {
                self.link_index.insert(hash, link.0);
            }
        }
    }

    /// Enters a new atom everywhere but in its index and in the incoming sets.
    #[inline]
    fn enter(&mut self, of: AtomType, words: &[Handle]) -> Handle {
        let handle = self.atoms.push(of, words);
        self.live += 1;
        self.list_of(of).push(handle);
        self.count_in(handle);
        handle
    }

    #[inline]
    fn check_room(&self) -> Result<(), SpaceError> {
        if self.atoms.end() < u32::MAX - 1 { Ok(()) } else { Err(SpaceError::Full) }
    }

    #[inline]
    pub(super) fn list_of(&mut self, of: AtomType) -> &mut super::IdList {
        if self.by_type.len() <= of.position() {
            self.by_type.resize_with(of.position() + 1, Default::default);
        }
        #[expect(clippy::indexing_slicing, reason = "made above")]
        &mut self.by_type[of.position()]
    }

    pub(super) fn type_shown(&self, of: AtomType) -> String {
        match self.types.name(of) {
            unknown if unknown.is_empty() => "a type of another space".to_owned(),
            name => name,
        }
    }
}

/// The beginning of a text, for an error.
pub(super) fn shown(text: &str) -> String {
    let mut end = text.len().min(60);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let (beginning, rest) = text.split_at(end);
    if rest.is_empty() { beginning.to_owned() } else { format!("{beginning}…") }
}
