//! The order in which the atoms of an unordered link are written: by what they are, never by their handles, so that equal
//! spaces give equal texts.

use crate::space::{Handle, Space};
use rustc_hash::FxHashMap;
use std::hash::{BuildHasher, Hasher};

/// Hashes of atoms by content, remembered.
#[derive(Default)]
pub(in crate::space) struct Order {
    hashes: FxHashMap<Handle, u64>,
}

impl Order {
    /// The atoms that a link joins, as they are to be written.
    pub(super) fn of(&mut self, space: &Space, link: Handle) -> Vec<Handle> {
        let mut parts = space.outgoing(link).to_vec();
        let unordered = space.type_of(link).is_some_and(|of| space.types.is_unordered(of));
        if unordered && parts.len() > 1 {
            parts.sort_by_cached_key(|part| {
                let of = space.type_of(*part).map(|of| space.types.full_name(of));
                (of, space.name(*part), self.hash(space, *part))
            });
        }
        parts
    }

    /// A hash of what the atom is, the same wherever the atom is.
    pub(in crate::space) fn hash(&mut self, space: &Space, atom: Handle) -> u64 {
        let mut open = vec![atom];
        while let Some(&next) = open.last() {
            let before = open.len();
            if !self.hashes.contains_key(&next) {
                open.extend(space.outgoing(next).iter().filter(|part| !self.hashes.contains_key(part)));
            }
            if open.len() == before {
                open.pop();
                let hash = self.hash_of_parts(space, next);
                self.hashes.insert(next, hash);
            }
        }
        self.hashes.get(&atom).copied().unwrap_or_default()
    }

    fn hash_of_parts(&self, space: &Space, atom: Handle) -> u64 {
        let of = space.type_of(atom).unwrap_or_default();
        let mut parts: Vec<u64> =
            space.outgoing(atom).iter().map(|part| self.hashes.get(part).copied().unwrap_or_default()).collect();
        if space.types.is_unordered(of) {
            parts.sort_unstable();
        }
        let mut hasher = foldhash::quality::FixedState::default().build_hasher();
        hasher.write(space.types.full_name(of).as_bytes());
        hasher.write(space.name(atom).unwrap_or_default().as_bytes());
        for part in parts {
            hasher.write_u64(part);
        }
        hasher.finish()
    }
}
