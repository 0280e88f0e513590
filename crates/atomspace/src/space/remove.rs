//! Removing atoms. A handle is never given to another atom, so that an old one finds nothing rather than something else.

use super::incoming::Record;
use super::index::Index;
use super::read::LABEL;
use super::{Arena, AtomType, CHUNK, Handle, Head, LONG, Slab, Space, SpaceError, Stored};
use smallvec::SmallVec;
use std::sync::Arc;

/// Chunks of nothing, which stand where all atoms of a chunk were removed.
#[derive(Clone, Debug, Default)]
pub(super) struct Blanks {
    heads: Option<Arc<[Head; CHUNK]>>,
    truths: Option<Arc<[Stored; CHUNK]>>,
    incoming: Option<Arc<[Record; CHUNK]>>,
}

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
        self.end - self.live
    }

    /// Erases an atom that nothing joins.
    fn erase(&mut self, handle: Handle) {
        let head = self.head(handle);
        if head.of.is_link() {
            let outgoing = SmallVec::<[Handle; 8]>::from_slice(self.joined(head));
            if self.incoming.is_indexed(&outgoing) {
                self.link_index.remove(self.hash_joined(head.of, &outgoing), handle.0);
            }
            self.incoming.remove(handle, head.of, &outgoing);
            self.outgoing.give_back(head.body, outgoing.len() + usize::from(head.size == LONG));
        } else {
            self.idle_names += LABEL + self.name_bytes(head).len();
            self.node_index.remove(self.hash_name(head.of, self.name_bytes(head)), head.body);
        }
        self.list_of(head.of).remove(handle);
        self.shed(handle);
        self.heads.set(handle.index(), Head::default());
        self.live -= 1;
        self.count_out(handle);
    }

    /// Counts a new atom in its chunk.
    #[inline]
    pub(super) fn count_in(&mut self, handle: Handle) {
        let chunk = handle.index() / CHUNK;
        if self.left.len() <= chunk {
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
        if *left == 0 && (chunk + 1) * CHUNK <= self.end as usize {
            self.heads.forget_chunk(chunk, &mut self.blanks.heads);
            self.truths.forget_chunk(chunk, &mut self.blanks.truths);
            self.incoming.records_mut().forget_chunk(chunk, &mut self.blanks.incoming);
        }
    }

    /// Gives back the memory that names and links of removed atoms still take. Handles stay as they are. Takes as long as
    /// copying all names and links; nothing else about the space changes.
    pub fn compact(&mut self) {
        let (mut names, mut outgoing, mut node_index) = (Arena::default(), Slab::default(), Index::default());
        for index in 0..self.end as usize {
            let head = self.heads.get(index);
            let long = usize::from(head.size == LONG);
            // What was there had an address, and there is no more of it now.
            let body = if head.of == AtomType::NONE {
                continue;
            } else if head.of.is_link() {
                outgoing.put(self.outgoing.run(head.body, self.joined(head).len() + long)).unwrap_or_default()
            } else {
                let name = self.name_bytes(head);
                let run = self.names.run(head.body, LABEL + 4 * long + name.len());
                let body = names.put_all(&[run]).unwrap_or_default();
                node_index.insert(self.hash_name(head.of, name), body);
                body
            };
            self.heads.set(index, Head { body, ..head });
        }
        self.node_index = node_index;
        (self.names, self.outgoing, self.idle_names) = (names, outgoing, 0);
    }

    /// How much of the memory of names and links [`Space::compact`] would give back, from 0 to 1.
    #[must_use]
    pub fn idle_share(&self) -> f64 {
        let (idle, all) = self.outgoing.idle_of();
        let bytes = size_of::<Handle>();
        (self.idle_names + idle * bytes) as f64 / ((self.names.taken() + all * bytes) as f64).max(1.0)
    }
}
