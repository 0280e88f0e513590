//! Removing atoms. A handle is never given to another atom, so that an old one finds nothing rather than something else.

use super::index::Index;
use super::{CHUNK, Handle, Names, Space, SpaceError};
use smallvec::SmallVec;

impl Space {
    /// Removes an atom with all that it carries; refused while a link joins it or values stand under it.
    pub fn remove(&mut self, handle: Handle) -> Result<(), SpaceError> {
        if !self.contains(handle) {
            return Err(SpaceError::NoAtom(handle));
        }
        if !self.incoming.is_empty(handle)
            && let Some(first) = self.incoming(handle).next()
        {
            return Err(SpaceError::InUse { atom: handle, first, by: self.incoming_len(handle) });
        }
        if let Some(atoms) = self.key_uses.get(handle) {
            return Err(SpaceError::KeyInUse { atom: handle, atoms: *atoms });
        }
        self.erase(handle);
        Ok(())
    }

    /// Removes an atom, all links that join it, all links that join those, and so on, and the values that stand under
    /// any of them. Returns how many atoms went.
    ///
    /// ```
    /// use oriel_atomspace::space::{AtomType, Space};
    /// let mut space = Space::new();
    /// let cart = space.node(AtomType::CONCEPT, "cart")?;
    /// let list = space.link(AtomType::LIST, &[cart])?;
    /// assert!(space.remove(cart).is_err());
    /// assert_eq!(space.remove_recursive(cart)?, 2);
    /// assert!(!space.contains(list));
    /// # Ok::<(), oriel_atomspace::space::SpaceError>(())
    /// ```
    pub fn remove_recursive(&mut self, handle: Handle) -> Result<usize, SpaceError> {
        if !self.contains(handle) {
            return Err(SpaceError::NoAtom(handle));
        }
        let mut all = rustc_hash::FxHashSet::default();
        let mut open = vec![handle];
        while let Some(next) = open.pop() {
            if all.insert(next) {
                open.extend(self.incoming(next));
            }
        }
        self.remove_values_under(&all);
        // A link is newer than what it joins.
        let mut all: Vec<Handle> = all.into_iter().collect();
        all.sort_unstable_by_key(|handle| std::cmp::Reverse(*handle));
        for handle in &all {
            self.erase(*handle);
        }
        Ok(all.len())
    }

    /// How many atoms were ever removed.
    #[inline]
    pub(super) fn removed(&self) -> u32 {
        self.atoms.end() - self.live
    }

    /// Erases an atom that nothing joins.
    fn erase(&mut self, handle: Handle) {
        let (of, words) = self.atoms.open(handle);
        let words = SmallVec::<[Handle; 8]>::from_slice(words);
        if of.is_link() {
            if self.incoming.is_indexed(&words) {
                self.link_index.remove(self.hash_joined(of, &words), handle.0);
            }
            self.incoming.remove(handle, of, &words);
        } else if let Some(Handle(address)) = words.first().copied() {
            self.idle_names += self.labelled_name(address).len();
            self.node_index.remove(self.hash_name(of, self.name_at(&words)), address);
        }
        self.list_of(of).remove(handle);
        self.shed(handle);
        self.atoms.erase(handle);
        self.live -= 1;
        self.count_out(handle);
    }

    /// Counts a new atom in its chunk. The one before has got its last: if many are gone by now, so are their words.
    #[inline]
    pub(super) fn count_in(&mut self, handle: Handle) {
        let chunk = handle.index() / CHUNK;
        if self.left.len() <= chunk {
            if self.left.last().is_some_and(|left| usize::from(*left) < CHUNK / 2) {
                self.atoms.tidy(chunk - 1);
            }
            self.left.push(0);
        }
        if let Some(left) = self.left.get_mut(chunk) {
            *left += 1;
        }
    }

    /// Counts a removed atom out; the memory of a chunk that will never hold an atom again is given back.
    fn count_out(&mut self, handle: Handle) {
        let chunk = handle.index() / CHUNK;
        let Some(left) = self.left.get_mut(chunk) else { return };
        *left -= 1;
        let left = usize::from(*left);
        if (chunk + 1) * CHUNK > self.atoms.end() as usize {
            return;
        }
        if left == 0 {
            self.atoms.forget(chunk);
            self.truths.forget_chunk(chunk);
            self.incoming.forget(chunk);
        } else if [CHUNK / 2, CHUNK / 4, CHUNK / 8].contains(&left) {
            self.atoms.tidy(chunk);
        }
    }

    /// Gives back the memory that names and links of removed atoms still take, but for links among the last 1024 atoms. Handles
    /// stay as they are. Takes as long as copying all names and links; nothing else about the space changes.
    pub fn compact(&mut self) {
        let (mut names, mut node_index) = (Names::default(), Index::default());
        let nodes: Vec<Handle> = self.handles().filter(|handle| self.atoms.of(*handle).is_node()).collect();
        for node in nodes {
            let (of, words) = self.atoms.open(node);
            let Some(Handle(address)) = words.first().copied() else { continue };
            let hash = self.hash_name(of, self.name_at(words));
            // What was there had an address, and there is no more of it now.
            let address = names.put_all(&[self.labelled_name(address)]).unwrap_or_default();
            node_index.insert(hash, address);
            self.atoms.set_word(node, Handle(address));
        }
        (self.names, self.node_index, self.idle_names) = (names, node_index, 0);
        // Chunks to which no atom will be added.
        for chunk in 0..self.atoms.end() as usize / CHUNK {
            self.atoms.tidy(chunk);
        }
    }

    /// How much of the memory of names and links [`Space::compact`] would give back, from 0 to 1.
    #[must_use]
    pub fn idle_share(&self) -> f64 {
        let (idle, all) = self.atoms.idle_of();
        let bytes = size_of::<Handle>();
        (self.idle_names + idle * bytes) as f64 / ((self.names.taken() + all * bytes) as f64).max(1.0)
    }
}
