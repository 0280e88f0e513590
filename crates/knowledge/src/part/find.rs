//! Finding atoms by what they are, many at once.

use std::collections::{BTreeMap, BTreeSet};

use oriel_atomspace::space::{AtomType, Handle, Space};
use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use super::atoms::What;
use crate::error::Result;
use crate::snapshot::{Kept, Stored};

/// Atoms that are looked for, each once, with all that they are made of. What a link joins are numbers of others here.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    atoms: Vec<(AtomType, What)>,
    numbers: FxHashMap<(AtomType, What), u32>,
    /// How many links are above each other in each.
    depths: Vec<u32>,
    unordered: Vec<bool>,
}

impl Wanted {
    /// Adds an atom of a space; its number here.
    pub(crate) fn add(&mut self, space: &Space, atom: Handle) -> Option<u32> {
        // What several links share is gone through once.
        let (mut within, mut open) = (BTreeSet::new(), vec![atom]);
        while let Some(next) = open.pop() {
            if within.insert(next) {
                open.extend_from_slice(space.outgoing(next));
            }
        }
        // A link is newer than what it joins.
        self.add_all(space, within.into_iter())?.get(&atom).copied()
    }

    /// Adds atoms of a space, which ascend, with all that they are made of; their numbers here.
    pub(crate) fn add_all(
        &mut self,
        space: &Space,
        atoms: impl Iterator<Item = Handle>,
    ) -> Option<FxHashMap<Handle, u32>> {
        let mut there: FxHashMap<Handle, u32> = FxHashMap::default();
        for atom in atoms {
            let of = space.type_of(atom)?;
            let (what, depth) = if let Some(name) = space.name(atom) {
                (What::Node(name.to_owned()), 0)
            } else {
                let parts: Option<Vec<u32>> =
                    space.outgoing(atom).iter().map(|part| there.get(part).copied()).collect();
                let mut parts = parts?;
                if space.types().is_unordered(of) {
                    parts.sort_unstable();
                }
                let depth = parts.iter().filter_map(|part| self.depths.get(*part as usize)).max();
                let depth = 1 + depth.copied().unwrap_or_default();
                (What::Link(parts), depth)
            };
            let next = self.atoms.len() as u32;
            let number = *self.numbers.entry((of, what.clone())).or_insert(next);
            if number == next {
                self.atoms.push((of, what));
                self.depths.push(depth);
                self.unordered.push(space.types().is_unordered(of));
            }
            there.insert(atom, number);
        }
        Some(there)
    }

    /// The links of a depth whose parts were all found, each with the places of those.
    fn ready(&self, depth: u32, places: &[Option<u32>]) -> Vec<(u32, AtomType, Vec<u32>)> {
        let mut ready = Vec::new();
        for (number, ((of, what), _)) in
            self.atoms.iter().zip(&self.depths).enumerate().filter(|(_, (_, at))| **at == depth)
        {
            let What::Link(parts) = what else { continue };
            let parts: Option<Vec<u32>> = parts.iter().map(|part| places.get(*part as usize).copied()?).collect();
            if let Some(mut parts) = parts {
                if self.unordered.get(number) == Some(&true) {
                    parts.sort_unstable();
                }
                ready.push((number as u32, *of, parts));
            }
        }
        ready
    }
}

/// Where they are in a space; none for those that are not there.
pub(crate) fn held(space: &Space, wanted: &Wanted) -> Vec<Option<Handle>> {
    let mut found: Vec<Option<Handle>> = Vec::new();
    for (of, what) in &wanted.atoms {
        found.push(match what {
            What::Node(name) => space.find_node(*of, name),
            What::Link(parts) => {
                let parts: Option<Vec<Handle>> = parts.iter().map(|part| found.get(*part as usize).copied()?).collect();
                parts.and_then(|parts| space.find_link(*of, &parts))
            }
        });
    }
    found
}

/// Where they are in a snapshot; none for those that are not there. Each block that may have any is read once for each depth.
pub(crate) fn stored(stored: &mut Stored, wanted: &Wanted) -> Result<Vec<Option<u32>>> {
    let mut places = vec![None; wanted.atoms.len()];
    nodes(stored, wanted, &mut places)?;
    let deepest = wanted.depths.iter().max().copied().unwrap_or_default();
    for depth in 1..=deepest {
        let ready = wanted.ready(depth, &places);
        if !ready.is_empty() {
            links(stored, &ready, &mut places)?;
        }
    }
    Ok(places)
}

fn nodes(stored: &mut Stored, wanted: &Wanted, places: &mut [Option<u32>]) -> Result<()> {
    let mut by_block: BTreeMap<u32, FxHashMap<(AtomType, &str), usize>> = BTreeMap::new();
    for (number, (of, what)) in wanted.atoms.iter().enumerate() {
        let What::Node(name) = what else { continue };
        if stored.blocks_of(*of).is_empty() {
            continue;
        }
        for block in stored.blocks_named(name)? {
            by_block.entry(block).or_default().insert((*of, name.as_str()), number);
        }
    }
    for (block, names) in by_block {
        let block = stored.block(block as usize)?;
        for place in block.places() {
            if let Some((of, Kept::Node(name))) = block.atom(place)
                && let Some(number) = names.get(&(of, name))
                && let Some(to) = places.get_mut(*number)
            {
                *to = Some(place);
            }
        }
    }
    Ok(())
}

fn links(stored: &mut Stored, ready: &[(u32, AtomType, Vec<u32>)], places: &mut [Option<u32>]) -> Result<()> {
    let parts: RoaringBitmap = ready.iter().flat_map(|(_, _, parts)| parts.iter().copied()).collect();
    let mut above: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    stored.each_above(&parts, |part, blocks| drop(above.insert(part, blocks.to_vec())))?;
    let mut by_block: BTreeMap<u32, FxHashMap<(AtomType, &[u32]), u32>> = BTreeMap::new();
    for (number, of, parts) in ready {
        let mut lists: Vec<&[u32]> = parts.iter().filter_map(|part| above.get(part)).map(Vec::as_slice).collect();
        // What joins nothing may be wherever its type is.
        lists.push(stored.blocks_of(*of));
        lists.sort_unstable_by_key(|list| list.len());
        let Some((fewest, others)) = lists.split_first() else { continue };
        for block in fewest.iter().filter(|block| others.iter().all(|list| list.binary_search(block).is_ok())) {
            by_block.entry(*block).or_default().insert((*of, parts.as_slice()), *number);
        }
    }
    for (block, links) in by_block {
        let block = stored.block(block as usize)?;
        for place in block.places() {
            if let Some((of, Kept::Link(joined))) = block.atom(place)
                && let Some(number) = links.get(&(of, joined))
                && let Some(to) = places.get_mut(*number as usize)
            {
                *to = Some(place);
            }
        }
    }
    Ok(())
}
