//! Choosing the atoms of a part.

use oriel_atomspace::query::Cancel;
use oriel_atomspace::space::{AtomType, Space, SpaceError};
use roaring::RoaringBitmap;

use super::atoms::Atoms;
use super::find::Wanted;
use crate::error::{KnowledgeError, Result};
use crate::work::go_on;

/// Which atoms of a base make a part: those of some types, and what is around some atoms. Both are closed under what atoms are
/// made of, and under the keys of the values that they have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// The names of types: all atoms of them and of types below them.
    pub types: Vec<String>,
    /// Atoms, or names of nodes where they are unique.
    pub around: Vec<String>,
    /// How far to go from those. A hop goes from a node to all links that it is in, however deep, and to all nodes of those
    /// links. Predicates are reached and not gone on from, for they name relations; save those that are begun from.
    pub hops: u32,
    /// How many atoms a part may have.
    pub most: u64,
}

impl Default for Selection {
    /// The whole base; where atoms are named, one hop around them, and a million atoms at most.
    fn default() -> Self {
        Self { types: Vec::new(), around: Vec::new(), hops: 1, most: 1_000_000 }
    }
}

impl Selection {
    /// Whether nothing is selected, which means the whole base.
    pub fn is_whole(&self) -> bool {
        self.types.is_empty() && self.around.is_empty()
    }
}

/// The places of the atoms that a selection chooses; an error where they are more than it allows.
pub(crate) fn chosen(atoms: &mut dyn Atoms, selection: &Selection, cancel: &Cancel) -> Result<RoaringBitmap> {
    let empty = atoms.empty();
    let mut roots = RoaringBitmap::new();
    let types = types(&empty, &selection.types)?;
    if !types.is_empty() {
        roots |= atoms.of_types(&types)?;
    }
    if !selection.around.is_empty() {
        roots |= around(atoms, &empty, selection, cancel)?;
    }
    let (all, _) = closed(atoms, roots, (true, &RoaringBitmap::new()), cancel)?;
    if all.len() > selection.most {
        let (given, most) = (all.len(), selection.most);
        let message = format!(
            "the part would have {given} atoms, and may have {most}: ask for fewer types, or less around the atoms, or allow more"
        );
        return Err(KnowledgeError::invalid("most", message));
    }
    Ok(all)
}

fn types(space: &Space, names: &[String]) -> Result<Vec<AtomType>> {
    let mut all = Vec::new();
    for name in names {
        let of = space.types().named(name);
        let of = of.map_err(|error| KnowledgeError::invalid("type", error.to_string()))?;
        all.extend(space.types().subtypes(of));
    }
    Ok(all)
}

fn around(atoms: &mut dyn Atoms, empty: &Space, selection: &Selection, cancel: &Cancel) -> Result<RoaringBitmap> {
    let mut start = RoaringBitmap::new();
    for text in &selection.around {
        start.insert(named(atoms, empty, text)?);
    }
    let (mut held, mut frontier) = closed(atoms, start.clone(), (false, &RoaringBitmap::new()), cancel)?;
    frontier |= start;
    let mut links = RoaringBitmap::new();
    for _ in 0..selection.hops {
        if frontier.is_empty() {
            break;
        }
        let new = above(atoms, frontier, &mut links, cancel)?;
        let (fresh, nodes) = closed(atoms, new, (false, &held), cancel)?;
        held |= fresh;
        frontier = nodes;
    }
    Ok(held)
}

/// The links that join any of some atoms, and the links that join those, and so on: those that are not known yet.
pub(super) fn above(
    atoms: &mut dyn Atoms,
    mut open: RoaringBitmap,
    known: &mut RoaringBitmap,
    cancel: &Cancel,
) -> Result<RoaringBitmap> {
    let mut new = RoaringBitmap::new();
    while !open.is_empty() {
        go_on(cancel)?;
        open = atoms.joining(&open)? - &*known;
        *known |= &open;
        new |= &open;
    }
    Ok(new)
}

/// Some atoms and all that they are made of, where `keys` with the keys of their values; but nothing of what is `held`. And
/// which of them are nodes that one goes on from.
pub(super) fn closed(
    atoms: &mut dyn Atoms,
    roots: RoaringBitmap,
    (keys, held): (bool, &RoaringBitmap),
    cancel: &Cancel,
) -> Result<(RoaringBitmap, RoaringBitmap)> {
    let empty = atoms.empty();
    let (mut all, mut nodes, mut parts) = (RoaringBitmap::new(), RoaringBitmap::new(), Vec::new());
    let mut open = roots - held;
    // A link is newer than what it joins: from the newest on, each block is looked through once.
    while let Some(place) = open.max() {
        go_on(cancel)?;
        open.remove(place);
        all.insert(place);
        parts.clear();
        let of = atoms.look(place, keys, &mut parts)?;
        if of.is_node() && !empty.types().is_a(of, AtomType::PREDICATE) {
            nodes.insert(place);
        }
        open.extend(parts.iter().filter(|part| !all.contains(**part) && !held.contains(**part)));
    }
    Ok((all, nodes))
}

/// The atom that a text names: an atom in brackets, or the name of a node.
fn named(atoms: &mut dyn Atoms, empty: &Space, text: &str) -> Result<u32> {
    let wrong = |message: String| KnowledgeError::invalid("around", message);
    let mut apart = empty.clone();
    if text.trim_start().starts_with('(') {
        let read = apart.load(text).map_err(|error| wrong(error.to_string()))?;
        let (1, Some(last)) = (read.forms, read.last) else {
            return Err(wrong(format!("write one atom, not {}: {text}", read.forms)));
        };
        let mut wanted = Wanted::default();
        let number = wanted.add(&apart, last).unwrap_or_default();
        let found = atoms.find(&wanted)?.get(number as usize).copied().flatten();
        return found.ok_or_else(|| wrong(format!("there is no {text} in the base")));
    }
    let mut found = atoms.named(text)?;
    // Numbers have several spellings.
    if let Ok(number) = apart.node(AtomType::NUMBER, text) {
        let mut parts = Vec::new();
        for place in atoms.named(apart.name(number).unwrap_or_default())? {
            if empty.types().is_a(atoms.look(place, false, &mut parts)?, AtomType::NUMBER) {
                found.insert(place);
            }
        }
    }
    match (found.len(), found.min()) {
        (1, Some(one)) => Ok(one),
        (0, _) | (_, None) => Err(wrong(format!("there is no node named `{text}` in the base"))),
        _ => {
            let mut shown = Vec::new();
            for place in found.iter().take(5) {
                let of = atoms.look(place, false, &mut Vec::new())?;
                let node = apart.node(of, text).map_err(|error: SpaceError| wrong(error.to_string()))?;
                shown.push(apart.show_bare(node));
            }
            Err(wrong(format!("`{text}` names several: write one of {}", shown.join(", "))))
        }
    }
}
